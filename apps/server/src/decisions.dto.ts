import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, MaxLength, Min, ValidateNested } from 'class-validator';
import { decisionStates, type DecisionState } from '@lib/contracts/enums.js';
import { StandingEmbargoView } from './embargo.dto.js';
import { NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { AuthorityRef, LegalBasisRef, LegalBasisView, PersonRef } from './views.dto.js';

export class NewDecisionBody {
  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  text!: string;

  @ApiProperty({ description: 'Why; a decision without reasons is not recorded.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(8000)
  @NoCpr()
  reasons!: string;

  @ApiProperty({ example: 'municipality:219' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  decidingAuthorityId!: string;

  @ApiProperty({ format: 'uuid', description: 'A person of the deciding authority who can read the item.' })
  @IsUUID()
  responsiblePersonId!: string;

  @ApiProperty({ format: 'date', example: '2026-12-14' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  deadline!: string;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  legalBasisId?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Sag 2026-014' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @NoCpr()
  caseReference?: string | null;
}

export class ConfirmBody {
  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  @NoCpr()
  comment?: string | null;
}

export class CorrectionBody extends NewDecisionBody {
  @ApiProperty({ description: 'What was wrong with the decision that this one replaces.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  why!: string;
}

export class ReturnBody {
  @ApiProperty({ description: 'What must be looked at again.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  comment!: string;
}

export class EscalateBody {
  @ApiProperty({ format: 'uuid', description: 'The membership of another leader in the deciding authority.' })
  @IsUUID()
  toMembershipId!: string;

  @ApiProperty({ description: 'Why another leader must answer.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  reason!: string;
}

class ChosenDecision {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  id!: string;

  @ApiProperty({ type: 'integer', description: 'The version on the screen.' })
  @IsInt()
  @Min(1)
  version!: number;
}

export class ConfirmManyBody {
  @ApiProperty({ type: [ChosenDecision], minItems: 1, maxItems: 50 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique(({ id }: ChosenDecision) => id)
  @ValidateNested({ each: true })
  @Type(() => ChosenDecision)
  decisions!: ChosenDecision[];
}

class ConfirmResult {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  confirmed!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why not, for people.' })
  reason!: string | null;
}

export class ConfirmResults {
  @ApiProperty({ type: [ConfirmResult], description: 'In the order asked.' })
  results!: ConfirmResult[];
}

class DecisionMeeting {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null when the asker takes no part in the meeting.' })
  id!: string | null;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;
}

export class DecisionSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  text!: string;

  @ApiProperty({ type: String, nullable: true })
  caseReference!: string | null;

  @ApiProperty({ type: AuthorityRef })
  decidingAuthority!: AuthorityRef;

  @ApiProperty({ type: PersonRef })
  responsible!: PersonRef;

  @ApiProperty({ format: 'date' })
  deadline!: string;

  @ApiProperty()
  overdue!: boolean;

  @ApiProperty({ enum: decisionStates, enumName: 'DecisionState' })
  state!: DecisionState;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'The leader whom it waits for, while it is escalated.' })
  escalatedTo!: PersonRef | null;

  @ApiProperty({ description: 'Whether the asker may confirm it now.' })
  canReview!: boolean;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ type: [StandingEmbargoView], description: 'Embargoes on informing in force at its item.' })
  embargoes!: StandingEmbargoView[];

  @ApiProperty({ format: 'date-time' })
  recordedAt!: string;

  @ApiProperty({ type: DecisionMeeting })
  meeting!: DecisionMeeting;
}

class TimelineEntry {
  @ApiProperty({ enum: decisionStates, enumName: 'DecisionState' })
  kind!: DecisionState;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'Of an escalation: whom to.' })
  to!: PersonRef | null;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, nullable: true })
  comment!: string | null;
}

export class DecisionView extends DecisionSummary {
  @ApiProperty()
  reasons!: string;

  @ApiProperty({ type: LegalBasisRef, nullable: true })
  legalBasis!: LegalBasisRef | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null when the asker may not read the item.' })
  itemId!: string | null;

  @ApiProperty({ type: PersonRef })
  recordedBy!: PersonRef;

  @ApiProperty({ description: 'Whether the asker may return it now.' })
  canReturn!: boolean;

  @ApiProperty({ description: 'Whether the asker may escalate it to another leader now.' })
  canEscalate!: boolean;

  @ApiProperty({ description: 'Whether the asker may put a corrected decision in its place now.' })
  canCorrect!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The decision that this one corrects.' })
  supersedesId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The decision that stands in its place.' })
  supersededById!: string | null;

  @ApiProperty({ type: [TimelineEntry] })
  timeline!: TimelineEntry[];
}

export class DecisionList {
  @ApiProperty({ type: [DecisionSummary] })
  decisions!: DecisionSummary[];
}

export class CitableBasis extends LegalBasisView {
  @ApiProperty({ type: [String], description: 'The deciding authorities that may cite it under this item.' })
  authorityIds!: string[];
}

export class DecisionOptions {
  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];

  @ApiProperty({ type: [PersonRef] })
  people!: PersonRef[];

  @ApiProperty({ type: [CitableBasis], description: 'Those that the basis of the item admits, an authority’s own among them.' })
  legalBases!: CitableBasis[];

  @ApiProperty({ type: String, nullable: true })
  suggestedLegalBasisId!: string | null;
}
