import { Body, Controller, HttpCode, Injectable, Param, Post, type OnModuleInit } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, ValidateIf, ValidateNested } from 'class-validator';
import { DecisionsService } from '@lib/decisions/decisions.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { keptReasons, type KeptReason } from '@lib/meetings/series-change.js';
import { SeriesChanges, type PreviewedStep, type SeriesChange } from '@lib/meetings/series-changes.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { holidayPolicies, type HolidayPolicy } from '@lib/scheduling/holidays.js';
import { DisclosureView } from './disclosures.dto.js';
import { IfMatch } from './if-match.js';
import { planOf, RecurrenceBody } from './recurrence.dto.js';
import { SeriesView, viewOf } from './series.controller.js';
import { Asker } from './session.guard.js';
import { HttpsUrl, IdPipe, IsInstant, windowOf, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { PersonRef } from './views.dto.js';

class SeriesTimesBody {
  @ApiProperty({ example: '13:00', description: 'Wall time in Europe/Copenhagen.' })
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/)
  startTime!: string;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: 720 })
  @IsInt()
  @Min(5)
  @Max(720)
  durationMinutes!: number;

  @ApiProperty({ type: RecurrenceBody, description: 'Days, weekday and month are to be said; nothing is taken from the first day.' })
  @IsObject()
  @ValidateNested()
  @Type(() => RecurrenceBody)
  recurrence!: RecurrenceBody;

  @ApiProperty({ enum: holidayPolicies, enumName: 'HolidayPolicy' })
  @IsIn(holidayPolicies)
  holidayPolicy!: HolidayPolicy;
}

/** What is absent stays as it is. */
export class SeriesChangeBody {
  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'This meeting and the following; absent for all coming ones.' })
  @IsOptional()
  @IsUUID()
  fromMeetingId?: string | null;

  @ApiProperty({ type: SeriesTimesBody, required: false, description: 'Takes the place of the whole rule.' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SeriesTimesBody)
  times?: SeriesTimesBody;

  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: 'Ends the series with this day; null takes an end back. Not together with `times`.' })
  @ValidateIf((body: SeriesChangeBody) => body.lastDate !== null && body.lastDate !== undefined)
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  lastDate?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @NoCpr()
  place?: string | null;

  @ApiProperty({ type: String, format: 'uri', required: false, nullable: true, description: 'https only.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @HttpsUrl()
  @NoCpr()
  videoLink?: string | null;

  @ApiProperty({ required: false, description: 'Neutral title.' })
  @Trimmed()
  @ValidateIf((body: SeriesChangeBody) => body.title !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  @NoCpr()
  title?: string;

  @ApiProperty({ type: [String], required: false, description: 'Memberships that take part from there on.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(300)
  @IsUUID(undefined, { each: true })
  add?: string[];

  @ApiProperty({ type: [String], required: false, description: 'Memberships that take part no longer.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(300)
  @IsUUID(undefined, { each: true })
  remove?: string[];

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, description: 'From when on those who join take part; absent from the beginning.' })
  @IsOptional()
  @IsInstant()
  addFrom?: string | null;

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, description: 'Until when, exclusive; absent without end.' })
  @IsOptional()
  @IsInstant()
  addTo?: string | null;
}

export class ApplySeriesChangeBody extends SeriesChangeBody {
  @ApiProperty({ type: String, required: false, nullable: true, description: 'Read by all who take part; needed when meetings are cancelled.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  reason?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Of the preview that was shown: what it did not show is not done.' })
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  digest?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Why those who join need to see it; needed when somebody joins.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  disclosureReason?: string | null;
}

const actions = ['stays', 'moves', 'returns', 'keeps', 'fallsAway', 'isAdded'] as const;

class SeriesStep implements PreviewedStep {
  @ApiProperty({ enum: actions, enumName: 'SeriesStepAction' })
  action!: (typeof actions)[number];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null for one that is added.' })
  meetingId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Wall start before; null for one that is added.' })
  fromLocal!: string | null;

  @ApiProperty({ description: 'Wall start afterwards.' })
  startLocal!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty()
  lengthChanges!: boolean;

  @ApiProperty({ enum: keptReasons, enumName: 'KeptReason', nullable: true, description: 'Of `keeps`.' })
  because!: KeptReason | null;

  @ApiProperty({ type: String, nullable: true, description: 'Danish name of the holiday that the rule puts it on.' })
  holiday!: string | null;

  @ApiProperty({ description: 'Nobody is called in before a person has decided about the holiday.' })
  undecided!: boolean;

  @ApiProperty({ description: 'It gets the new place or link; not where it has its own.' })
  placeChanges!: boolean;
}

export class SeriesChangePreview {
  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ description: 'To be sent along, so that nothing else is done than was shown.' })
  digest!: string;

  @ApiProperty()
  ruleInWords!: string;

  @ApiProperty({ type: [SeriesStep], description: 'In order of time; empty when no times change.' })
  steps!: SeriesStep[];

  @ApiProperty({ type: 'integer', description: 'How many coming meetings it is about.' })
  meetings!: number;

  @ApiProperty({ type: 'integer', description: 'How many of them keep a place or link of their own.' })
  keepsOwnPlace!: number;

  @ApiProperty({ type: [PersonRef] })
  added!: PersonRef[];

  @ApiProperty({ type: [PersonRef] })
  removed!: PersonRef[];

  @ApiProperty({ type: DisclosureView, description: 'What the coming meetings show to those who join.' })
  disclosure!: DisclosureView;
}

/** A series is changed from one of its meetings on, after showing what that changes. */
@ApiTags('series')
@Controller('series/:id/changes')
export class SeriesChangesController {
  constructor(
    private readonly changes: SeriesChanges,
    private readonly series: SeriesService,
  ) {}

  /** What the change would do, meeting by meeting. Stores nothing. */
  @Post('preview')
  @HttpCode(200)
  @ApiOkResponse({ type: SeriesChangePreview })
  async preview(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: SeriesChangeBody): Promise<SeriesChangePreview> {
    return this.changes.preview(session, id, changeOf(body));
  }

  @Post()
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: SeriesView })
  async apply(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ApplySeriesChangeBody, @IfMatch() expected: number | null): Promise<SeriesView> {
    await this.changes.apply(session, id, { ...changeOf(body), reason: body.reason ?? null, digest: body.digest ?? null, disclosureReason: body.disclosureReason ?? null }, expected);
    return viewOf(await this.series.get(session, id));
  }
}

function changeOf({ fromMeetingId, times, lastDate, place, videoLink, title, add, remove, addFrom, addTo }: SeriesChangeBody): SeriesChange {
  return {
    fromMeetingId: fromMeetingId?.toLowerCase() ?? null,
    ...(times === undefined ? {} : { times: timesOf(times) }),
    ...(lastDate === undefined || times !== undefined ? {} : { lastDate }),
    ...(place === undefined ? {} : { place }),
    ...(videoLink === undefined ? {} : { videoLink }),
    ...(title === undefined ? {} : { title }),
    add: (add ?? []).map((one) => one.toLowerCase()),
    remove: (remove ?? []).map((one) => one.toLowerCase()),
    ...(addFrom == null && addTo == null ? {} : { addWindow: windowOf(addFrom, addTo, 'addTo') }),
  };
}

function timesOf({ startTime, durationMinutes, recurrence, holidayPolicy }: SeriesTimesBody): NonNullable<SeriesChange['times']> {
  const { startLocal: _first, ...plan } = planOf({ startLocal: `2026-01-05T${startTime}`, durationMinutes, recurrence });
  return { ...plan, startTime, policy: holidayPolicy };
}

/** Tells the series in which of its meetings something is decided or promised, which that lib does not know. */
@Injectable()
export class RecordedMeetings implements OnModuleInit {
  constructor(
    private readonly changes: SeriesChanges,
    private readonly decisions: DecisionsService,
  ) {}

  onModuleInit(): void {
    this.changes.recordedIn = (tx, subject, meetingIds) => this.decisions.recordedIn(tx, subject, meetingIds);
  }
}
