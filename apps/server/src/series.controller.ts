import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, Matches, Max, Min, ValidateNested } from 'class-validator';
import { meetingStates, type MeetingState } from '@lib/contracts/enums.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { holidayPolicies, type HolidayPolicy } from '@lib/scheduling/holidays.js';
import type { Session } from '@lib/access/sessions.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { frameOf, MeetingFrame } from './new-meeting.dto.js';
import { planOf, RecurrenceBody, recurrenceOfRule } from './recurrence.dto.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';
import { AuthorityRef, PersonRef } from './views.dto.js';

const policyWords = 'What becomes of a meeting on a public holiday: kept, left out, moved to the next working day, or asked about.';

export class NewSeriesBody extends MeetingFrame {
  @ApiProperty({ type: RecurrenceBody })
  @IsObject()
  @ValidateNested()
  @Type(() => RecurrenceBody)
  recurrence!: RecurrenceBody;

  @ApiProperty({ enum: holidayPolicies, enumName: 'HolidayPolicy', required: false, description: `${policyWords} Kept when absent.` })
  @IsOptional()
  @IsIn(holidayPolicies)
  holidayPolicy?: HolidayPolicy;
}

export class PreviewBody {
  @ApiProperty({ example: '2026-12-07T13:00' })
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
  startLocal!: string;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: 720 })
  @IsInt()
  @Min(5)
  @Max(720)
  durationMinutes!: number;

  @ApiProperty({ type: RecurrenceBody, required: false, nullable: true, description: 'Absent for a single meeting.' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RecurrenceBody)
  recurrence?: RecurrenceBody | null;

  @ApiProperty({ enum: holidayPolicies, enumName: 'HolidayPolicy', required: false })
  @IsOptional()
  @IsIn(holidayPolicies)
  holidayPolicy?: HolidayPolicy;
}

export class SeriesSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty()
  kindId!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty({ example: 'Hver mandag kl. 13.00–14.00' })
  ruleInWords!: string;

  @ApiProperty({ type: [String], description: 'What a year of 53 weeks does to the series, in the language of the asker.' })
  notes!: string[];

  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];

  @ApiProperty()
  startLocal!: string;

  @ApiProperty({ example: 'Europe/Copenhagen' })
  timeZone!: string;

  @ApiProperty({ example: 'FREQ=WEEKLY;BYDAY=MO' })
  rrule!: string;

  @ApiProperty({ type: 'integer' })
  durationMinutes!: number;

  @ApiProperty({ enum: ['even', 'odd'], type: String, nullable: true, description: 'Only ISO weeks with such a number.' })
  weekParity!: 'even' | 'odd' | null;

  @ApiProperty({ type: [String], description: 'Local days left out.' })
  excludedDates!: string[];

  @ApiProperty({ type: [String], description: 'Local days met besides.' })
  addedDates!: string[];

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The series has ended, or will, with this day.' })
  lastDate!: string | null;

  @ApiProperty({ enum: holidayPolicies, enumName: 'HolidayPolicy', description: policyWords })
  holidayPolicy!: HolidayPolicy;

  @ApiProperty({ type: String, nullable: true })
  place!: string | null;

  @ApiProperty({ type: String, nullable: true })
  videoLink!: string | null;

  @ApiProperty({ type: AuthorityRef })
  owner!: AuthorityRef;

  @ApiProperty({ type: [PersonRef] })
  participants!: PersonRef[];
}

const outcomes = ['held', 'skipped', 'moved', 'undecided'] as const;

class PlannedTime {
  @ApiProperty({ description: 'Wall start that the rule gives; stays when the meeting is moved.' })
  recurrenceId!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty()
  startLocal!: string;

  @ApiProperty({ enum: outcomes, enumName: 'HolidayOutcome' })
  outcome!: (typeof outcomes)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Name of the holiday that the rule puts it on.' })
  holiday!: string | null;
}

class FormerTitle {
  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time', description: 'When it got another name.' })
  until!: string;

  @ApiProperty({ description: 'Who gave it another name.' })
  changedBy!: string;
}

class PreviewedTime extends PlannedTime {
  @ApiProperty({ type: String, nullable: true, description: 'Wall start on the next working day, where a person is to decide.' })
  suggestedLocal!: string | null;

  @ApiProperty({ enum: ['forward', 'back'], type: String, nullable: true, description: 'How the clocks were set since the meeting before.' })
  clocks!: 'forward' | 'back' | null;
}

export class SeriesPreview {
  @ApiProperty()
  ruleInWords!: string;

  @ApiProperty({ type: [String], description: 'What a year of 53 weeks does to the series, in the language of the asker.' })
  notes!: string[];

  @ApiProperty({ type: [PreviewedTime], description: 'The first eight.' })
  occurrences!: PreviewedTime[];
}

class OccurrenceView extends PlannedTime {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null beyond the horizon up to which meetings stand.' })
  meetingId!: string | null;

  @ApiProperty({ enum: meetingStates, enumName: 'MeetingState', nullable: true })
  state!: MeetingState | null;
}

class OwnSubstitute {
  @ApiProperty({ type: PersonRef })
  person!: PersonRef;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The first day; null from now on.' })
  fromDate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The last day; null without end.' })
  toDate!: string | null;
}

export class SeriesView extends SeriesSummary {
  @ApiProperty({ type: 'integer', description: 'For If-Match; counts changes of the series as a whole.' })
  version!: number;

  @ApiProperty()
  canCoordinate!: boolean;

  @ApiProperty({ type: [FormerTitle], description: 'What it was called before, the latest name first.' })
  formerTitles!: FormerTitle[];

  @ApiProperty({ type: OwnSubstitute, nullable: true, description: 'Whom the asker sends to the series instead of herself.' })
  ownSubstitute!: OwnSubstitute | null;

  @ApiProperty({ type: RecurrenceBody, nullable: true, description: 'The rule as a form says it, a number of meetings as their last day; null for a rule that says more.' })
  recurrence!: RecurrenceBody | null;

  @ApiProperty({ type: [OccurrenceView], description: 'The next twelve.' })
  occurrences!: OccurrenceView[];
}

export class SeriesList {
  @ApiProperty({ type: [SeriesSummary] })
  series!: SeriesSummary[];
}

/** With the rule as a form can show it. */
export const viewOf = (series: Awaited<ReturnType<SeriesService['get']>>): SeriesView => ({ ...series, recurrence: recurrenceOfRule(series.rule, series.lastOccurrence) });

@ApiTags('series')
@Controller('series')
export class SeriesController {
  constructor(private readonly series: SeriesService) {}

  @Post()
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: SeriesView })
  async create(@Asker() session: Session, @Body() body: NewSeriesBody, @IdempotencyKey() request?: IdempotentRequest): Promise<SeriesView> {
    const id = await this.series.create(session, { ...frameOf(body), ...planOf(body), holidayPolicy: body.holidayPolicy ?? 'keep' }, request);
    return viewOf(await this.series.get(session, id));
  }

  /** What a series would be, or why it cannot be. Stores nothing. */
  @Post('preview')
  @HttpCode(200)
  @ApiOkResponse({ type: SeriesPreview })
  preview(@Body() body: PreviewBody): SeriesPreview {
    return this.series.preview(planOf(body), body.holidayPolicy ?? 'keep');
  }

  @Get()
  @ApiOkResponse({ type: SeriesList })
  async list(@Asker() session: Session): Promise<SeriesList> {
    return { series: await this.series.list(session) };
  }

  @Get(':id')
  @ApiOkResponse({ type: SeriesView })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<SeriesView> {
    return viewOf(await this.series.get(session, id));
  }
}
