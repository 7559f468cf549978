import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { asCaseReference, caseReferencePattern } from '@lib/cases/case-reference.js';
import { disclosureKinds, type DisclosureKind } from '@lib/meetings/disclosure.entity.js';
import { objectKinds, trailKinds, type ObjectKind, type TrailKind } from '@lib/trail/trail.js';
import { verdicts, type Verdict } from '@lib/trail/trail-samples.service.js';
import { IsInstant, NoCpr, TrimmedOrNull } from './validation.js';
import { AuthorityRef, PersonRef } from './views.dto.js';

export class AuditPageQuery {
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class AuditCaseBody {
  @ApiProperty({ example: 'Sag 2026-014' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? asCaseReference(value) : value))
  @IsString()
  @Matches(caseReferencePattern)
  @NoCpr()
  caseReference!: string;
}

export class CitizensOverviewBody extends AuditCaseBody {
  @ApiProperty({ required: false, enum: ['omit'], description: 'Leaves out what is under an embargo on informing, where the overview would be refused with it.' })
  @IsOptional()
  @IsIn(['omit'])
  embargoed?: 'omit';
}

export class AuditedItemView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of the agenda as it stands; null for what is not taken.' })
  number!: string | null;

  @ApiProperty()
  meetingKind!: string;

  @ApiProperty({ format: 'date-time' })
  meetingStart!: string;

  @ApiProperty({ type: String, nullable: true })
  caseReference!: string | null;
}

export class AuditedItemList {
  @ApiProperty({ type: [AuditedItemView] })
  items!: AuditedItemView[];
}

class ShownItemView extends AuditedItemView {
  @ApiProperty({ type: String, nullable: true, description: 'What it stood on when it was shown.' })
  legalBasis!: string | null;
}

export class TrailEntryView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: trailKinds, enumName: 'TrailKind' })
  kind!: TrailKind;

  @ApiProperty({ example: 'GET /items/{id}' })
  route!: string;

  @ApiProperty({ type: String, nullable: true, example: 'AC6' })
  rule!: string | null;

  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'null for people of other authorities.' })
  person!: PersonRef | null;

  @ApiProperty({ enum: objectKinds, enumName: 'TrailObjectKind', nullable: true })
  objectKind!: ObjectKind | null;

  @ApiProperty({ type: [ShownItemView] })
  items!: ShownItemView[];

  @ApiProperty({ type: 'integer', description: 'Items that the own authority has nothing to do with, or that are gone.' })
  otherItems!: number;
}

export class TrailEntryPage {
  @ApiProperty({ type: [TrailEntryView] })
  entries!: TrailEntryView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class AuditedPeople {
  @ApiProperty({ type: [PersonRef] })
  people!: PersonRef[];
}

export class NewSampleBody {
  @ApiProperty({ format: 'date-time', description: 'From this instant on.' })
  @IsInstant()
  from!: string;

  @ApiProperty({ format: 'date-time', description: 'Before this instant.' })
  @IsInstant()
  to!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 })
  @IsInt()
  @Min(1)
  @Max(100)
  size!: number;
}

export class VerdictBody {
  @ApiProperty({ enum: verdicts, enumName: 'TrailVerdict' })
  @IsIn(verdicts)
  verdict!: Verdict;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @NoCpr()
  note?: string | null;
}

export class SampleSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time' })
  to!: string;

  @ApiProperty({ type: 'integer' })
  size!: number;

  @ApiProperty({ type: 'integer', description: 'How many entries it was drawn from.' })
  population!: number;

  @ApiProperty({ description: 'Draws the same again.' })
  seed!: string;

  @ApiProperty({ type: PersonRef })
  drawnBy!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  drawnAt!: string;

  @ApiProperty({ type: 'integer' })
  answered!: number;

  @ApiProperty({ type: 'integer' })
  toFollow!: number;
}

export class SampleList {
  @ApiProperty({ type: [SampleSummary] })
  samples!: SampleSummary[];
}

class DrawnEntryView {
  @ApiProperty({ type: 'integer' })
  position!: number;

  @ApiProperty({ type: TrailEntryView })
  entry!: TrailEntryView;

  @ApiProperty({ enum: verdicts, enumName: 'TrailVerdict', nullable: true })
  verdict!: Verdict | null;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: PersonRef, nullable: true })
  by!: PersonRef | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  at!: string | null;
}

export class SampleView extends SampleSummary {
  @ApiProperty({ type: [DrawnEntryView] })
  entries!: DrawnEntryView[];
}

class CheckpointView {
  @ApiProperty({ type: 'integer' })
  number!: number;

  @ApiProperty({ description: 'SHA-256, hexadecimal.' })
  hash!: string;

  @ApiProperty({ format: 'date-time' })
  madeAt!: string;
}

class TrailCheckView {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Number of the first checkpoint whose entries are no longer what they were; null when all are.' })
  firstBroken!: number | null;
}

export class LastCheckpoint {
  @ApiProperty({ type: CheckpointView, nullable: true })
  checkpoint!: CheckpointView | null;

  @ApiProperty({ type: TrailCheckView, nullable: true, description: 'When the chain was last gone through, and what was found; null shortly after a start.' })
  check!: TrailCheckView | null;

  @ApiProperty({ type: 'integer', description: 'How many whole months the trail is kept beside the running one.' })
  months!: number;
}

class OtherReceivers {
  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ type: 'integer' })
  count!: number;
}

export class AuditedDisclosureView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: disclosureKinds, enumName: 'DisclosureKind' })
  kind!: DisclosureKind;

  @ApiProperty()
  meetingKind!: string;

  @ApiProperty({ format: 'date-time' })
  meetingStart!: string;

  @ApiProperty({ type: AuthorityRef, description: 'Of whoever showed it.' })
  authority!: AuthorityRef;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'null where it was somebody of another authority.' })
  person!: PersonRef | null;

  @ApiProperty({ type: [PersonRef], description: 'People of the own authority and guests of its own meetings.' })
  to!: PersonRef[];

  @ApiProperty({ type: [OtherReceivers], description: 'Everybody else, by authority.' })
  others!: OtherReceivers[];

  @ApiProperty({ type: [ShownItemView], description: 'Empty where they came to see the frame of the meeting alone.' })
  items!: ShownItemView[];

  @ApiProperty({ type: String, nullable: true, description: 'null where none was asked for, and where another authority answers for it.' })
  reason!: string | null;
}

export class AuditedDisclosurePage {
  @ApiProperty({ type: [AuditedDisclosureView] })
  disclosures!: AuditedDisclosureView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
