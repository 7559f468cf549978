import { ApiProperty, OmitType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { pollChoices, pollStates, type PollChoice, type PollState } from '@lib/contracts/enums.js';
import { longestMinutes } from '@lib/meetings/find-time.service.js';
import { fewestSlots, mostSlots } from '@lib/meetings/poll.js';
import { MeetingFrame } from './new-meeting.dto.js';
import { QuorumView } from './people.dto.js';
import { IsDay, IsInstant, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { PersonRef } from './views.dto.js';

const wallTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
const answers = [...pollChoices, null];

export class NewPollBody {
  @ApiProperty({ type: [String], minItems: fewestSlots, maxItems: mostSlots, example: ['2026-12-07T13:00', '2026-12-08T09:00'], description: 'Wall times in Europe/Copenhagen, at most a year ahead.' })
  @IsArray()
  @ArrayMinSize(fewestSlots)
  @ArrayMaxSize(mostSlots)
  @Matches(wallTime, { each: true })
  slots!: string[];

  @ApiProperty({ type: 'integer', minimum: 5, maximum: longestMinutes })
  @IsInt()
  @Min(5)
  @Max(longestMinutes)
  durationMinutes!: number;

  @ApiProperty({ type: String, format: 'date', description: 'The last day on which answers are taken; from today to the day of the last time.' })
  @IsDay()
  answerBy!: string;
}

/** A meeting whose time is asked for: it is a draft, which calls nobody, until one is chosen. */
export class NewMeetingPollBody extends OmitType(MeetingFrame, ['startLocal', 'durationMinutes'] as const) {
  @ApiProperty({ type: [String], minItems: fewestSlots, maxItems: mostSlots, description: 'As of a poll on a meeting that is there.' })
  @IsArray()
  @ArrayMinSize(fewestSlots)
  @ArrayMaxSize(mostSlots)
  @Matches(wallTime, { each: true })
  slots!: string[];

  @ApiProperty({ type: 'integer', minimum: 5, maximum: longestMinutes })
  @IsInt()
  @Min(5)
  @Max(longestMinutes)
  durationMinutes!: number;

  @ApiProperty({ type: String, format: 'date' })
  @IsDay()
  answerBy!: string;
}

export class PollRef {
  @ApiProperty({ type: String, format: 'uuid', description: 'The poll on the screen.' })
  @IsUUID()
  pollId!: string;
}

export class PollAnswerBody extends PollRef {
  @ApiProperty({ type: 'array', maxItems: mostSlots, items: { type: 'string', enum: [...pollChoices], nullable: true }, description: 'One for each time, in their order; null says nothing. If-Match: the version of the own answer, 0 for none.' })
  @IsArray()
  @ArrayMaxSize(mostSlots)
  @IsIn(answers, { each: true })
  choices!: (PollChoice | null)[];
}

export class ChooseSlotBody extends PollRef {
  @ApiProperty({ example: '2026-12-08T13:00', description: 'One of the times.' })
  @Matches(wallTime)
  startLocal!: string;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Read by all who take part.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  reason?: string | null;
}

export class PollOutsiderBody extends PollRef {
  @ApiProperty({ description: 'By whom the coordinators know her; shown to nobody else.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  @NoCpr()
  name!: string;
}

export class PollLinkView {
  @ApiProperty({ format: 'uuid' })
  outsiderId!: string;

  @ApiProperty({ description: 'Secret, and in this answer alone.' })
  link!: string;
}

class PollSlot {
  @ApiProperty({ example: '2026-12-08T13:00', description: 'Wall time in Europe/Copenhagen.' })
  startLocal!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Name of the holiday it falls on.' })
  holiday!: string | null;

  @ApiProperty()
  isPassed!: boolean;
}

class PollSlotView extends PollSlot {
  @ApiProperty({ type: 'integer' })
  yes!: number;

  @ApiProperty({ type: 'integer' })
  ifNeedBe!: number;

  @ApiProperty({ type: 'integer' })
  no!: number;

  @ApiProperty({ type: 'integer', description: 'Who has not said.' })
  missing!: number;

  @ApiProperty({ description: 'All who were asked have said no.' })
  isRefused!: boolean;

  @ApiProperty({ description: 'Suits most, of those that lie ahead.' })
  isBest!: boolean;

  @ApiProperty({ type: QuorumView, nullable: true, description: 'Whether the meeting could be held as its kind asks; told to its coordinators.' })
  quorum!: QuorumView | null;
}

class OwnBallot {
  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ type: 'array', items: { type: 'string', enum: [...pollChoices], nullable: true } })
  choices!: readonly (PollChoice | null)[];

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

class PolledPerson {
  @ApiProperty({ type: PersonRef })
  person!: PersonRef;

  @ApiProperty({ type: 'array', nullable: true, items: { type: 'string', enum: [...pollChoices], nullable: true } })
  choices!: readonly (PollChoice | null)[] | null;

  @ApiProperty({ description: 'Has yet to say something about a time that lies ahead.' })
  isMissing!: boolean;
}

class PolledOutsider {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ format: 'date-time', description: 'When the link was given, or given anew.' })
  linkAt!: string;

  @ApiProperty({ type: 'array', nullable: true, items: { type: 'string', enum: [...pollChoices], nullable: true } })
  choices!: readonly (PollChoice | null)[] | null;

  @ApiProperty()
  isMissing!: boolean;
}

export class PollDetails {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: pollStates, enumName: 'PollState' })
  state!: PollState;

  @ApiProperty({ type: 'integer' })
  durationMinutes!: number;

  @ApiProperty({ format: 'date-time', description: 'Exclusive.' })
  closesAt!: string;

  @ApiProperty({ format: 'date-time' })
  openedAt!: string;

  @ApiProperty({ type: PersonRef })
  openedBy!: PersonRef;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Told to coordinators.' })
  remindedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The time that became the meeting’s.' })
  chosenLocal!: string | null;

  @ApiProperty({ type: 'integer', description: 'How many are asked, those with a link among them.' })
  asked!: number;

  @ApiProperty({ type: 'integer' })
  answered!: number;

  @ApiProperty({ type: [PollSlotView], description: 'The earliest first.' })
  slots!: PollSlotView[];

  @ApiProperty({ type: OwnBallot, nullable: true })
  own!: OwnBallot | null;

  @ApiProperty()
  canAnswer!: boolean;

  @ApiProperty()
  canLead!: boolean;

  @ApiProperty({ type: [PolledPerson], nullable: true, description: 'To coordinators.' })
  people!: PolledPerson[] | null;

  @ApiProperty({ type: [PolledOutsider], nullable: true, description: 'To coordinators.' })
  outsiders!: PolledOutsider[] | null;
}

export class PollView {
  @ApiProperty({ type: PollDetails, nullable: true, description: 'The last one on the meeting.' })
  poll!: PollDetails | null;
}

export class NewMeetingPollView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;
}

export class PollTokenBody {
  @ApiProperty({ description: 'The secret of the link.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  token!: string;
}

export class PollLinkAnswerBody extends PollTokenBody {
  @ApiProperty({ type: 'array', maxItems: mostSlots, items: { type: 'string', enum: [...pollChoices], nullable: true } })
  @IsArray()
  @ArrayMaxSize(mostSlots)
  @IsIn(answers, { each: true })
  choices!: (PollChoice | null)[];
}

/** All that somebody with a link is shown. */
export class LinkedPollView {
  @ApiProperty()
  kindTitle!: string;

  @ApiProperty({ type: 'integer' })
  durationMinutes!: number;

  @ApiProperty({ format: 'date-time', description: 'Exclusive.' })
  closesAt!: string;

  @ApiProperty({ type: [PollSlot], description: 'The earliest first.' })
  slots!: PollSlot[];

  @ApiProperty({ type: OwnBallot, nullable: true })
  own!: OwnBallot | null;
}

export class HoldsQuery {
  @ApiProperty({ format: 'date-time', description: 'Holds that end after this instant.' })
  @IsInstant()
  from!: string;

  @ApiProperty({ format: 'date-time', description: 'Holds that start before this instant.' })
  @IsInstant()
  to!: string;
}

class PollHoldView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty()
  kindId!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ description: 'Wall time in Europe/Copenhagen.' })
  startLocal!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;
}

export class PollHoldList {
  @ApiProperty({ type: [PollHoldView], description: 'In order of start.' })
  holds!: PollHoldView[];
}
