import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { filingStates, retentionObstacles, retentionStates, type FilingState, type RetentionObstacle, type RetentionState } from '@lib/contracts/enums.js';
import { IsDay, NoCpr, Trimmed } from './validation.js';
import { AuthorityRef, PersonRef } from './views.dto.js';

/** A reference in another system: a case or document number, which may look like anything but a CPR number. */
export class FilingBody {
  @ApiProperty({ description: 'Where it is in the authority’s own system. No CPR number.', example: 'ESDH 2026-4711, dokument 3' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @NoCpr()
  reference!: string;

  @ApiProperty({ format: 'date', description: 'The Danish day on which it was filed.' })
  @IsDay()
  filedOn!: string;
}

export class HoldReasonBody {
  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1500)
  @NoCpr()
  reason!: string;
}

export class HoldBody extends HoldReasonBody {
  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'An item of the meeting; without one the whole meeting is held.' })
  @IsOptional()
  @IsUUID()
  itemId?: string | null;
}

export class ConfirmDeletionBody {
  @ApiProperty({ format: 'date', description: 'The day on the screen.' })
  @IsDay()
  on!: string;
}

export class RetentionRuleBody {
  @ApiProperty()
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  kindId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 240, description: 'Months after the approval of the minutes.' })
  @IsInt()
  @Min(1)
  @Max(240)
  months!: number;

  @ApiProperty({ type: 'integer', minimum: 14, maximum: 365, description: 'Days at least between announcing and deleting.' })
  @IsInt()
  @Min(14)
  @Max(365)
  waitingDays!: number;

  @ApiProperty({ description: 'Whether two persons must confirm besides.' })
  @IsBoolean()
  secondPerson!: boolean;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'The version on the screen.' })
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  version!: number;
}

export class DeletionsQuery {
  @ApiProperty({ required: false, type: Boolean, description: 'What was deleted, instead of what is to be.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  done: boolean = false;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;
}

export class WaitingFilingView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  approvedAt!: string;

  @ApiProperty({ enum: filingStates, enumName: 'FilingState' })
  state!: FilingState;

  @ApiProperty()
  isLate!: boolean;
}

export class WaitingFilings {
  @ApiProperty({ type: [WaitingFilingView] })
  waiting!: WaitingFilingView[];
}

export class FilingView {
  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ enum: filingStates, enumName: 'FilingState' })
  state!: FilingState;

  @ApiProperty({ type: 'integer', description: 'How often the authority said something about it.' })
  version!: number;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  filedOn!: string | null;

  @ApiProperty({ type: PersonRef, nullable: true })
  by!: PersonRef | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  at!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the asker’s own authority.' })
  reference!: string | null;

  @ApiProperty()
  isOwn!: boolean;

  @ApiProperty()
  canFile!: boolean;
}

export class DeletionConfirmationView {
  @ApiProperty({ type: String, nullable: true })
  firstBy!: string | null;

  @ApiProperty()
  isConfirmed!: boolean;
}

export class MeetingDeletionView {
  @ApiProperty({ enum: ['planned', 'announced', 'deleted'] })
  state!: 'planned' | 'announced' | 'deleted';

  @ApiProperty({ format: 'date', description: 'The earliest day; once deleted, the day.' })
  on!: string;

  @ApiProperty({ type: AuthorityRef })
  owner!: AuthorityRef;

  @ApiProperty({ type: DeletionConfirmationView, nullable: true, description: 'For those who may confirm.' })
  confirmation!: DeletionConfirmationView | null;

  @ApiProperty()
  canConfirm!: boolean;
}

export class HoldView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null: the whole meeting.' })
  itemId!: string | null;

  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  setAt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of the asker’s own authority.' })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  releasedAt!: string | null;

  @ApiProperty({ type: PersonRef, nullable: true })
  releasedBy!: PersonRef | null;

  @ApiProperty({ type: String, nullable: true })
  releaseReason!: string | null;

  @ApiProperty()
  canRelease!: boolean;
}

export class UnfinishedView {
  @ApiProperty({ type: 'integer' })
  followUps!: number;

  @ApiProperty({ type: 'integer', description: 'Decisions that nobody has confirmed.' })
  decisions!: number;

  @ApiProperty({ type: 'integer' })
  embargoes!: number;
}

export class MeetingRetentionView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty()
  isFiledByAll!: boolean;

  @ApiProperty({ type: [FilingView], description: 'Empty before the minutes are approved.' })
  filings!: FilingView[];

  @ApiProperty({ type: MeetingDeletionView, nullable: true })
  deletion!: MeetingDeletionView | null;

  @ApiProperty({ type: [HoldView], description: 'The oldest first.' })
  holds!: HoldView[];

  @ApiProperty()
  canHold!: boolean;

  @ApiProperty({ type: UnfinishedView, description: 'Of what the asker reads.' })
  unfinished!: UnfinishedView;
}

class RetentionRuleVersionView {
  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ type: 'integer' })
  months!: number;

  @ApiProperty({ type: 'integer' })
  waitingDays!: number;

  @ApiProperty()
  secondPerson!: boolean;

  @ApiProperty({ format: 'date-time' })
  setAt!: string;

  @ApiProperty()
  setBy!: string;
}

export class RetentionRuleView {
  @ApiProperty()
  kindId!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty({ type: 'integer' })
  months!: number;

  @ApiProperty({ type: 'integer' })
  waitingDays!: number;

  @ApiProperty()
  secondPerson!: boolean;

  @ApiProperty({ type: 'integer', description: '0 as shipped.' })
  version!: number;

  @ApiProperty({ type: [RetentionRuleVersionView] })
  history!: RetentionRuleVersionView[];
}

export class RetentionRuleList {
  @ApiProperty({ type: [RetentionRuleView] })
  rules!: RetentionRuleView[];
}

export class DeletionView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ enum: retentionStates, enumName: 'RetentionState' })
  state!: RetentionState;

  @ApiProperty({ format: 'date' })
  approvedOn!: string;

  @ApiProperty({ format: 'date' })
  dueOn!: string;

  @ApiProperty({ type: 'integer' })
  months!: number;

  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];

  @ApiProperty({ description: 'Whether two persons must confirm.' })
  needsSecond!: boolean;

  @ApiProperty({ type: String, nullable: true })
  firstConfirmedBy!: string | null;

  @ApiProperty({ enum: retentionObstacles, enumName: 'RetentionObstacle', isArray: true })
  obstacles!: RetentionObstacle[];

  @ApiProperty({ type: [AuthorityRef], description: 'That have not filed their copy.' })
  unfiled!: AuthorityRef[];

  @ApiProperty({ type: [AuthorityRef], description: 'That hold the whole meeting.' })
  holders!: AuthorityRef[];

  @ApiProperty()
  canConfirm!: boolean;
}

export class DeletionList {
  @ApiProperty({ type: [DeletionView] })
  deletions!: DeletionView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
