import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { guestCovers, guestPurposes, guestSectors, guestStates, meetingStates, type GuestCover, type GuestPurpose, type GuestSector, type GuestState, type MeetingState } from '@lib/contracts/enums.js';
import { IsInstant, NoCpr, Trimmed } from './validation.js';
import { AttendanceView } from './people.dto.js';
import { GuestRef, LegalBasisRef } from './views.dto.js';

/** A guest of a meeting or of one of its items that the asker reads. */
export class GuestView extends GuestRef {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The item she is invited to; null for the meeting.' })
  itemId!: string | null;

  @ApiProperty()
  mayWrite!: boolean;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time', description: 'Exclusive.' })
  to!: string;

  @ApiProperty({ enum: guestStates, enumName: 'GuestState', nullable: true, description: 'For those who answer for her; null for others, who see living guests alone.' })
  state!: GuestState | null;

  @ApiProperty({ enum: guestCovers, enumName: 'GuestCover', nullable: true, description: 'How much of a meeting that lies ahead is within her time; null for those who do not answer for her.' })
  cover!: GuestCover | null;

  @ApiProperty({ description: 'Whether her link may be renewed and her access taken.' })
  canManage!: boolean;

  @ApiProperty({ type: [AttendanceView], description: 'Every marking, the last first.' })
  attendance!: AttendanceView[];
}

export class GuestInvitationBody {
  @ApiProperty({ maxLength: 120 })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  @NoCpr()
  name!: string;

  @ApiProperty({ maxLength: 120, example: 'Eksempelby Skole' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  @NoCpr()
  organisation!: string;

  @ApiProperty({ enum: guestSectors, enumName: 'GuestSector', description: 'What the legal basis must admit.' })
  @IsIn(guestSectors)
  sector!: GuestSector;

  @ApiProperty({ enum: guestPurposes, enumName: 'GuestPurpose' })
  @IsIn(guestPurposes)
  purpose!: GuestPurpose;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'The one item; absent for the meeting.' })
  @IsOptional()
  @IsUUID()
  itemId?: string | null;

  @ApiProperty({ description: 'Whether she may write in the words of what she sees.' })
  @IsBoolean()
  mayWrite!: boolean;

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, description: 'From when on; at once when absent.' })
  @IsOptional()
  @IsInstant()
  from?: string | null;

  @ApiProperty({ format: 'date-time', description: 'Until when, exclusive; at most three months ahead.' })
  @IsInstant()
  to!: string;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'The guest whose place she takes, who is out with the same commit: the same person in another time.' })
  @IsOptional()
  @IsUUID()
  inPlaceOf?: string | null;
}

export class GuestInviteBody extends GuestInvitationBody {
  @ApiProperty({ description: 'Why she needs to see it.' })
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

/** Shown once. The two go different ways to the guest. */
export class GuestKeysView {
  @ApiProperty({ format: 'uuid', description: 'Of the guest.' })
  membershipId!: string;

  @ApiProperty({ description: 'The address with the secret behind the #, which no server sees.' })
  link!: string;

  @ApiProperty({ example: '123456', description: 'To be told by another way than the link.' })
  code!: string;
}

export class GuestSignInBody {
  @ApiProperty({ description: 'From behind the # of the link.' })
  @IsString()
  @MaxLength(100)
  token!: string;

  @ApiProperty({ example: '123456' })
  @Trimmed()
  @IsString()
  @MaxLength(20)
  code!: string;
}

class VisitedMeeting {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty({ type: String, nullable: true })
  place!: string | null;

  @ApiProperty({ type: String, nullable: true })
  videoLink!: string | null;

  @ApiProperty({ enum: meetingStates, enumName: 'MeetingState' })
  state!: MeetingState;

  @ApiProperty({ description: 'Who holds it.' })
  authority!: string;
}

class VisitedItem {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  documentId!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ type: LegalBasisRef, nullable: true })
  legalBasis!: LegalBasisRef | null;

  @ApiProperty({ description: 'An embargo on informing stands over it.' })
  isUnderEmbargo!: boolean;

  @ApiProperty()
  canWrite!: boolean;
}

/** All that a guest sees, beside the words of the items. */
export class GuestVisitDto {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  organisation!: string;

  @ApiProperty({ enum: guestPurposes, enumName: 'GuestPurpose' })
  purpose!: GuestPurpose;

  @ApiProperty({ format: 'date-time', description: 'Until when, exclusive.' })
  to!: string;

  @ApiProperty({ type: VisitedMeeting })
  meeting!: VisitedMeeting;

  @ApiProperty({ type: [VisitedItem] })
  items!: VisitedItem[];
}
