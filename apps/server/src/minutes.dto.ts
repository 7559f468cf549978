import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { minutesStates, type MinutesState } from '@lib/contracts/enums.js';
import { answerStates, minutesEventKinds, partStates, type AnswerState, type MinutesEventKind, type PartState } from '@lib/minutes/minutes.js';
import { NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { AuthorityRef, PersonRef } from './views.dto.js';

/** Which item a command is about; absent: who was there. */
class ItemOrFrame {
  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'null is the frame: time, place and who was there.' })
  @IsOptional()
  @IsUUID()
  itemId?: string | null;
}

export class SendMinutesBody {
  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: 'Until when the authorities are asked to answer.' })
  @TrimmedOrNull()
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  due?: string | null;
}

export class ApproveMinutesBody {
  @ApiProperty({ description: 'The `digest` of the view that the asker read: what she approves.' })
  @Matches(/^[0-9a-f]{64}$/)
  digest!: string;
}

export class ChangeRequestBody extends ItemOrFrame {
  @ApiProperty({ type: 'integer', description: 'The version of the item that the asker read.' })
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  version!: number;

  @ApiProperty({ description: 'What must be changed; read by those who read the item.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  text!: string;
}

export class ResendBody extends ItemOrFrame {
  @ApiProperty({ type: 'integer', description: 'The version of the item on the screen.' })
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  version!: number;

  @ApiProperty({ enum: ['changed', 'declined'] })
  @IsIn(['changed', 'declined'])
  outcome!: 'changed' | 'declined';

  @ApiProperty({ type: String, required: false, nullable: true, description: 'The answer; needed when nothing was changed.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  @NoCpr()
  text?: string | null;
}

export class RemindBody {
  @ApiProperty({ example: 'policeDistrict:nordsjaelland' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  authorityId!: string;
}

export class WithdrawMinutesBody {
  @ApiProperty({ description: 'Read by all who take part.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  @NoCpr()
  reason!: string;
}

export class AddendumBody extends ItemOrFrame {
  @ApiProperty({ description: 'A paragraph a line.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(8000)
  @NoCpr()
  text!: string;
}

export class MinutesPartRef {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null is the frame: time, place and who was there.' })
  itemId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty({ type: String, nullable: true })
  title!: string | null;
}

export class ChangeRequestView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty()
  text!: string;

  @ApiProperty()
  canWithdraw!: boolean;
}

export class MinutesPartView extends MinutesPartRef {
  @ApiProperty({ enum: partStates, enumName: 'MinutesPartState' })
  state!: PartState;

  @ApiProperty({ type: 'integer', description: 'How often it was frozen; for commands on it.' })
  version!: number;

  @ApiProperty({ type: [ChangeRequestView], description: 'Those that wait for an answer.' })
  requests!: ChangeRequestView[];

  @ApiProperty({ description: 'Whether the asker may approve it and her authority has not.' })
  isMissingOwn!: boolean;

  @ApiProperty()
  canRequestChange!: boolean;

  @ApiProperty()
  canResend!: boolean;

  @ApiProperty({ description: 'Whether the asker may add to it.' })
  canAdd!: boolean;
}

/** What an authority has answered, as far as the items that the asker reads tell of it. */
export class AuthorityAnswer {
  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ enum: answerStates, enumName: 'MinutesAnswerState' })
  state!: AnswerState;

  @ApiProperty({ type: PersonRef, nullable: true })
  by!: PersonRef | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when it is asked and has not answered.' })
  waitingSince!: string | null;

  @ApiProperty({ type: [MinutesPartRef] })
  missing!: MinutesPartRef[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  remindedAt!: string | null;

  @ApiProperty()
  canRemind!: boolean;
}

export class MinutesTimelineEntry {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: minutesEventKinds, enumName: 'MinutesEventKind' })
  kind!: MinutesEventKind;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: PersonRef, nullable: true })
  by!: PersonRef | null;

  @ApiProperty({ type: AuthorityRef, nullable: true, description: 'In whose name, or who is reminded.' })
  authority!: AuthorityRef | null;

  @ApiProperty({ type: [MinutesPartRef], description: 'Of what it is about, the parts that the asker reads.' })
  parts!: MinutesPartRef[];

  @ApiProperty({ type: String, nullable: true })
  text!: string | null;
}

export class MinutesView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty({ enum: minutesStates, enumName: 'MinutesState' })
  state!: MinutesState;

  @ApiProperty({ type: 'integer', description: 'How often they were sent; for If-Match.' })
  round!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  sentAt!: string | null;

  @ApiProperty({ type: PersonRef, nullable: true })
  sentBy!: PersonRef | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  due!: string | null;

  @ApiProperty({ description: 'Whether something that the asker reads is being frozen at this moment.' })
  isFreezing!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'SHA-256 over what the asker reads; she names it when she approves.' })
  digest!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  approvedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Root of the approved minutes, hexadecimal.' })
  hash!: string | null;

  @ApiProperty()
  canSend!: boolean;

  @ApiProperty()
  canWithdraw!: boolean;

  @ApiProperty()
  canApprove!: boolean;

  @ApiProperty({ type: [MinutesPartView], description: 'The frame first, then the items that the asker reads.' })
  parts!: MinutesPartView[];

  @ApiProperty({ type: [AuthorityAnswer] })
  authorities!: AuthorityAnswer[];

  @ApiProperty({ type: [MinutesTimelineEntry], description: 'Oldest first.' })
  timeline!: MinutesTimelineEntry[];
}

export class WaitingMinutes {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  sentAt!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  due!: string | null;

  @ApiProperty({ type: 'integer', description: 'How many parts the asker may approve.' })
  approve!: number;

  @ApiProperty({ type: 'integer', description: 'How many reopened parts the asker may send again.' })
  resend!: number;
}

export class WaitingMinutesList {
  @ApiProperty({ type: [WaitingMinutes] })
  waiting!: WaitingMinutes[];
}

class ProofStep {
  @ApiProperty({ enum: ['left', 'right'] })
  side!: 'left' | 'right';

  @ApiProperty()
  hash!: string;
}

class ProofOf {
  @ApiProperty({ format: 'uuid', description: 'The item; the meeting for the frame.' })
  partId!: string;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty()
  salt!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  content!: object;

  @ApiProperty()
  commitment!: string;
}

class PartProof extends ProofOf {
  @ApiProperty({ type: [ProofStep], description: 'Neighbours from leaf to root.' })
  path!: ProofStep[];
}

class AddendumProof extends ProofOf {
  @ApiProperty({ format: 'uuid' })
  id!: string;
}

/** docs/minutes.md says how to recompute it. */
export class MinutesProof {
  @ApiProperty({ enum: ['samraad/minutes-proof/1'] })
  schema!: 'samraad/minutes-proof/1';

  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty()
  hash!: string;

  @ApiProperty({ type: [PartProof] })
  parts!: PartProof[];

  @ApiProperty({ type: [AddendumProof] })
  addenda!: AddendumProof[];
}
