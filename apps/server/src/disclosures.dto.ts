import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { disclosureKinds, type DisclosureKind } from '@lib/meetings/disclosure.entity.js';
import { StandingEmbargoView } from './embargo.dto.js';
import { IsInstant, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { BasisRef, LegalBasisRef, PersonRef } from './views.dto.js';

/** Why something is shown to more people, and what the asker was told that it shows. */
export class GroundBody {
  @ApiProperty({ type: String, required: false, nullable: true, description: 'Why they need to see it. Asked for where somebody comes to see more.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  disclosureReason?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Of the preview: nothing else is shown than it said.' })
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  disclosureDigest?: string | null;
}

export const groundOf = ({ disclosureReason, disclosureDigest }: GroundBody) => ({ reason: disclosureReason ?? null, digest: disclosureDigest ?? null });

export class ShownItem {
  @ApiProperty({ format: 'uuid' })
  itemId!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ type: LegalBasisRef, nullable: true, description: 'What it stands on.' })
  legalBasis!: LegalBasisRef | null;

  @ApiProperty({ type: 'integer' })
  decisions!: number;

  @ApiProperty({ type: 'integer' })
  followUps!: number;

  @ApiProperty({ type: [String], description: 'Who comes to read it.' })
  toMembershipIds!: string[];

  @ApiProperty({ type: [StandingEmbargoView], description: 'What is in force at it, so that nobody is told of it who must not know yet.' })
  embargoes!: StandingEmbargoView[];
}

export class ShownMeeting {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ description: 'They come to take part: time, place, participants and the times of its agenda.' })
  joins!: boolean;

  @ApiProperty({ description: 'A guest comes to it: its kind, title, time and place, and nothing else of it.' })
  joinsAsGuest!: boolean;

  @ApiProperty({ description: 'Its minutes were sent for approval, or approved.' })
  hasMinutes!: boolean;

  @ApiProperty({ type: [ShownItem], description: 'Those that the asker reads herself.' })
  items!: ShownItem[];

  @ApiProperty({ type: 'integer', description: 'Items that are closed to the asker; their own audience decides over them.' })
  closedItems!: number;
}

export class ShownCounts {
  @ApiProperty({ type: 'integer' })
  items!: number;

  @ApiProperty({ type: 'integer' })
  decisions!: number;

  @ApiProperty({ type: 'integer' })
  followUps!: number;

  @ApiProperty({ type: 'integer' })
  minutes!: number;
}

/** What becomes visible to whom, as far as the asker may know. */
export class DisclosureView {
  @ApiProperty({ description: 'To be sent along, so that nothing else is shown than this.' })
  digest!: string;

  @ApiProperty({ type: [PersonRef], description: 'Empty when nobody comes to see more.' })
  people!: PersonRef[];

  @ApiProperty({ type: [ShownMeeting] })
  meetings!: ShownMeeting[];

  @ApiProperty({ type: ShownCounts })
  counts!: ShownCounts;
}

/** That an item was shown to more people, as it was written down. */
export class RecordedDisclosure {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: disclosureKinds, enumName: 'DisclosureKind' })
  kind!: DisclosureKind;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ type: [PersonRef] })
  to!: PersonRef[];

  @ApiProperty({ type: LegalBasisRef, nullable: true, description: 'What the item stood on then.' })
  legalBasis!: LegalBasisRef | null;

  @ApiProperty({ type: String, nullable: true, description: 'null where it is told to its writer alone.' })
  reason!: string | null;
}

export class RecordedDisclosureList {
  @ApiProperty({ type: [RecordedDisclosure], description: 'The newest first.' })
  disclosures!: RecordedDisclosure[];
}

export class InvitationBody {
  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsUUID(undefined, { each: true })
  membershipIds!: string[];

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, description: 'From when on they take part.' })
  @IsOptional()
  @IsInstant()
  from?: string | null;

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, description: 'Until when, exclusive.' })
  @IsOptional()
  @IsInstant()
  to?: string | null;
}

export class InviteBody extends InvitationBody {
  @ApiProperty({ description: 'Why they need to see it.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @NoCpr()
  disclosureReason!: string;

  @ApiProperty({ type: String, required: false, nullable: true })
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  disclosureDigest?: string | null;
}

class TrackMeeting {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;
}

export class TrackTarget {
  @ApiProperty({ type: TrackMeeting })
  meeting!: TrackMeeting;

  @ApiProperty({ type: [BasisRef] })
  bases!: BasisRef[];
}

export class TrackTargets {
  @ApiProperty({ type: [TrackTarget], description: 'The soonest first.' })
  targets!: TrackTarget[];
}

export class OtherTrackBody {
  @ApiProperty({ format: 'uuid', description: 'Where it goes on; may be the same meeting.' })
  @IsUUID()
  meetingId!: string;

  @ApiProperty({ example: 'bl-126' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  legalBasisId!: string;

  @ApiProperty({ description: 'Written anew: nothing is copied.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @NoCpr()
  title!: string;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @NoCpr()
  caseReference?: string | null;

  @ApiProperty({ description: 'Read by those who read either of the two.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @NoCpr()
  reason!: string;
}
