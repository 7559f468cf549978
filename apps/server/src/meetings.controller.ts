import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiExtraModels, ApiHeader, ApiOkResponse, ApiProperty, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { agendaStates, meetingStates, minutesStates, outputTypes, partStats, type AgendaState, type MeetingState, type MinutesState, type OutputType, type PartStat } from '@lib/contracts/enums.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { AgendaService } from '@lib/meetings/agenda.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { GroundBody, groundOf } from './disclosures.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { frameOf, NewMeetingBody } from './new-meeting.dto.js';
import type { Audience } from '@lib/access/policy.js';
import { Problem } from '@lib/contracts/problems.js';
import { Asker } from './session.guard.js';
import { IdPipe, IsInstant, windowOf, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { GuestView } from './guests.dto.js';
import { ParticipantView, QuorumView, ReplyCountsView } from './people.dto.js';
import { AuthorityRef, BasisRef, ItemView, ItemWithMeeting, PersonRef } from './views.dto.js';

export class MeetingsQuery {
  @ApiProperty({ required: false, format: 'date-time', description: 'Meetings that end after this instant.' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiProperty({ required: false, format: 'date-time', description: 'Meetings that start before this instant.' })
  @IsOptional()
  @IsInstant()
  to?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class MeetingSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  seriesId!: string | null;

  @ApiProperty()
  kindId!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty()
  timeZone!: string;

  @ApiProperty({ type: String, nullable: true })
  place!: string | null;

  @ApiProperty({ type: String, nullable: true })
  videoLink!: string | null;

  @ApiProperty({ enum: meetingStates, enumName: 'MeetingState' })
  state!: MeetingState;

  @ApiProperty({ enum: agendaStates, enumName: 'AgendaState' })
  agendaState!: AgendaState;

  @ApiProperty({ enum: minutesStates, enumName: 'MinutesState' })
  minutesState!: MinutesState;

  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];

  @ApiProperty({ enum: partStats, enumName: 'PartStat', description: 'What the asker answered.' })
  ownReply!: PartStat;

  @ApiProperty({ description: 'Whether the asker takes part as a substitute.' })
  isSubstitute!: boolean;

  @ApiProperty({ description: 'Whether the answer may still be changed.' })
  canReply!: boolean;

  @ApiProperty({ type: ReplyCountsView })
  replies!: ReplyCountsView;

  @ApiProperty({ type: QuorumView })
  quorum!: QuorumView;

  @ApiProperty({ type: 'integer', description: 'For If-Match; counts changes of time, place and being held.' })
  version!: number;

  @ApiProperty({ description: 'Wall start.' })
  startLocal!: string;

  @ApiProperty({ description: 'Whether the asker may move it now.' })
  canMove!: boolean;
}

export class MeetingList {
  @ApiProperty({ type: [MeetingSummary] })
  meetings!: MeetingSummary[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

/** What somebody outside the audience knows of an item: when to leave the room. */
export class ClosedEntry {
  @ApiProperty({ enum: [true] })
  closed!: true;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The item it stands under, which the asker can see.' })
  parentId!: string | null;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;
}

export class OpenEntry {
  @ApiProperty({ enum: [false] })
  closed!: false;

  @ApiProperty({ type: String, nullable: true, description: '`4`, or `4.2` under it; null for what is not taken.' })
  number!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The item it stands under.' })
  parentId!: string | null;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty({ type: ItemView })
  item!: ItemView;
}

export class PublishedView {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;
}

export class MeetingView extends MeetingSummary {
  @ApiProperty({ type: String, nullable: true, description: 'Wall start that the rule of its series gave; stays when the meeting is moved.' })
  recurrenceId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Name of the holiday that the rule put it on.' })
  holiday!: string | null;

  @ApiProperty({ type: [ParticipantView] })
  participants!: ParticipantView[];

  @ApiProperty({ type: [GuestView], description: 'Guests of the meeting, and of the items that the asker reads.' })
  guests!: GuestView[];

  @ApiProperty({ type: [PersonRef], description: 'Who took part and whose membership has ended since.' })
  formerParticipants!: PersonRef[];

  @ApiProperty({ description: 'Whether attendance may be marked now.' })
  attendanceOpen!: boolean;

  @ApiProperty()
  canCoordinate!: boolean;

  @ApiProperty({ type: 'array', items: { oneOf: [{ $ref: getSchemaPath(OpenEntry) }, { $ref: getSchemaPath(ClosedEntry) }] } })
  outline!: (OpenEntry | ClosedEntry)[];

  @ApiProperty({ type: [ItemView], description: 'What was taken off the agenda, of that which the asker could see.' })
  withdrawn!: ItemView[];

  @ApiProperty({ type: 'integer', description: 'What the items take together.' })
  plannedMinutes!: number;

  @ApiProperty({ type: PublishedView, nullable: true })
  published!: PublishedView | null;

  @ApiProperty({ type: [BasisRef], description: 'Those that items of this kind of meeting may stand on; the first is the usual one.' })
  legalBases!: BasisRef[];
}

export class NewItemBody {
  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @NoCpr()
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 480 })
  @IsInt()
  @Min(1)
  @Max(480)
  plannedMinutes!: number;

  @ApiProperty({ enum: outputTypes, enumName: 'OutputType' })
  @IsIn(outputTypes)
  outputType!: OutputType;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'The heading that groups it with its neighbours.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(80)
  @NoCpr()
  section?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'The usual one when absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  legalBasisId?: string | null;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'The item it comes after; last when absent.' })
  @IsOptional()
  @IsUUID()
  afterItemId?: string | null;
}

/** A time at the item, of one authority or one person. Either end may be left open. */
export class ItemWindowBody {
  @ApiProperty({ type: String, required: false, nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  authorityId?: string | null;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true })
  @IsOptional()
  @IsUUID()
  personId?: string | null;

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true })
  @IsOptional()
  @IsInstant()
  from?: string | null;

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, description: 'Exclusive.' })
  @IsOptional()
  @IsInstant()
  to?: string | null;
}

export class AudienceBody extends GroundBody {
  @ApiProperty({ enum: ['all', 'restricted'] })
  @IsIn(['all', 'restricted'])
  kind!: 'all' | 'restricted';

  @ApiProperty({ type: [String], required: false })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(150)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  authorityIds?: string[];

  @ApiProperty({ type: [String], required: false, description: 'Ids of persons.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(300)
  @IsUUID(undefined, { each: true })
  personIds?: string[];

  @ApiProperty({ type: [ItemWindowBody], required: false, description: 'Times at the item; absent leaves those that stand, empty takes them away.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(300)
  @ValidateNested({ each: true })
  @Type(() => ItemWindowBody)
  windows?: ItemWindowBody[];
}

/** @throws Problem `invalid-input` for a time of nobody, or one that ends before it begins */
export function audienceOf({ kind, authorityIds, personIds, windows }: AudienceBody): Audience {
  const limits = windows === undefined ? {} : { windows: windows.map(timeOf) };
  return kind === 'all' ? { kind, ...limits } : { kind, authorityIds: authorityIds ?? [], personIds: personIds ?? [], ...limits };
}

function timeOf({ authorityId, personId, from, to }: ItemWindowBody, n: number): NonNullable<Audience['windows']>[number] {
  const window = windowOf(from, to, `windows.${n}.to`);
  if (authorityId != null) return { authorityId, window };
  if (personId != null) return { personId: personId.toLowerCase(), window };
  throw new Problem('invalid-input', undefined, [{ field: `windows.${n}`, message: 'Vælg, hvem perioden gælder for.' }]);
}

@ApiTags('meetings')
@ApiExtraModels(OpenEntry, ClosedEntry)
@Controller()
export class MeetingsController {
  constructor(
    private readonly meetings: MeetingsService,
    private readonly agenda: AgendaService,
    private readonly series: SeriesService,
  ) {}

  /** One meeting that belongs to no series, with the agenda of its kind. */
  @Post('meetings')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: MeetingView })
  async create(@Asker() session: Session, @Body() body: NewMeetingBody, @IdempotencyKey() request?: IdempotentRequest): Promise<MeetingView> {
    return this.meetings.get(session, await this.series.createMeeting(session, frameOf(body), request));
  }

  /** The meetings one takes part in, in order of start. */
  @Get('meetings')
  @ApiOkResponse({ type: MeetingList })
  async list(@Asker() session: Session, @Query() query: MeetingsQuery): Promise<MeetingList> {
    return this.meetings.list(session, query);
  }

  @Get('meetings/:id')
  @ApiOkResponse({ type: MeetingView })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<MeetingView> {
    return this.meetings.get(session, id);
  }

  @Post('meetings/:id/items')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: ItemWithMeeting })
  async addItem(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewItemBody, @IdempotencyKey() request?: IdempotentRequest): Promise<ItemWithMeeting> {
    const { title, plannedMinutes, outputType, legalBasisId } = body;
    return this.agenda.addItem(session, id, { title, plannedMinutes, outputType, section: body.section ?? null, ...(legalBasisId === undefined ? {} : { legalBasisId }), afterItemId: body.afterItemId ?? null }, request);
  }

  @Get('items/:id')
  @ApiOkResponse({ type: ItemWithMeeting })
  async item(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<ItemWithMeeting> {
    return this.agenda.item(session, id);
  }

  /** Narrows or widens who sees an item; those who lose it lose it at once, on open sockets too. */
  @Put('items/:id/audience')
  @ApiOkResponse({ type: ItemWithMeeting })
  async setAudience(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: AudienceBody): Promise<ItemWithMeeting> {
    return this.agenda.setAudience(session, id, audienceOf(body), groundOf(body));
  }
}
