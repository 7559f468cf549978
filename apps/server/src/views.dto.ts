import { ApiProperty } from '@nestjs/swagger';
import { authorityKinds, confidentialities, guestPurposes, guestSectors, itemStates, outputTypes, roles, sectors, type AuthorityKind, type Confidentiality, type GuestPurpose, type GuestSector, type ItemState, type OutputType, type Role, type Sector } from '@lib/contracts/enums.js';
import { StandingEmbargoView } from './embargo.dto.js';
import { itemChangeKinds, type ItemChangeKind } from '@lib/meetings/agenda.js';

/** Shapes that several answers share. */

export class AuthorityRef {
  @ApiProperty({ example: 'municipality:219' })
  id!: string;

  @ApiProperty({ enum: authorityKinds, enumName: 'AuthorityKind' })
  kind!: AuthorityKind;

  @ApiProperty({ enum: sectors, enumName: 'Sector' })
  sector!: Sector;

  @ApiProperty()
  name!: string;
}

export class PersonRef {
  @ApiProperty({ format: 'uuid', description: 'The person.' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The membership the person acts by here.' })
  membershipId!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: () => AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ enum: roles, enumName: 'Role' })
  role!: Role;

  @ApiProperty({ example: 'SSP-koordinator' })
  functionTitle!: string;
}

export class LegalBasisRef {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'Retsplejeloven § 115, stk. 1, nr. 1' })
  label!: string;

  @ApiProperty({ description: 'What the basis does not allow, in the language of the asker.' })
  limits!: string;
}

export class LegalBasisView extends LegalBasisRef {
  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true })
  sectors!: readonly Sector[];
}

/** A basis as an item stands on it. */
export class BasisRef extends LegalBasisView {
  @ApiProperty({ example: '2026-11-21', description: 'The version it was made under.' })
  version!: string;

  @ApiProperty({ example: 'Retsplejeloven § 115' })
  source!: string;
}

/** A guest as others know her. */
export class GuestRef {
  @ApiProperty({ format: 'uuid', description: 'The person.' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  membershipId!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: 'Eksempelby Skole' })
  organisation!: string;

  @ApiProperty({ enum: guestSectors, enumName: 'GuestSector' })
  sector!: GuestSector;

  @ApiProperty({ enum: guestPurposes, enumName: 'GuestPurpose' })
  purpose!: GuestPurpose;
}

/** When access is given. */
export class WindowView {
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  from!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Exclusive.' })
  to!: string | null;
}

/** Of an authority or of a person. */
export class ItemWindowView extends WindowView {
  @ApiProperty({ type: String, nullable: true })
  authorityId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  personId!: string | null;
}

export class AudienceView {
  @ApiProperty({ enum: ['all', 'restricted'] })
  kind!: 'all' | 'restricted';

  @ApiProperty({ type: [AuthorityRef], description: 'Empty when `kind` is `all`.' })
  authorities!: readonly AuthorityRef[];

  @ApiProperty({ type: [PersonRef], description: 'Empty when `kind` is `all`.' })
  persons!: readonly PersonRef[];

  @ApiProperty({ type: [GuestRef], description: 'Guests who can see it.' })
  guests!: readonly GuestRef[];

  @ApiProperty({ type: [ItemWindowView], description: 'Times at the item, besides those in the meeting.' })
  windows!: readonly ItemWindowView[];

  @ApiProperty({ type: [AuthorityRef], description: 'Authorities at the meeting whose sector the basis does not admit.' })
  notAdmitted!: readonly AuthorityRef[];
}

export class CarriedLinkView {
  @ApiProperty({ format: 'uuid' })
  itemId!: string;

  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty({ format: 'date-time', description: 'When that meeting begins.' })
  startInstant!: string;
}

export class ItemChangeView {
  @ApiProperty({ enum: itemChangeKinds, enumName: 'ItemChangeKind' })
  kind!: ItemChangeKind;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: () => PersonRef })
  by!: PersonRef;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

export class ItemView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The item it stands under.' })
  parentId!: string | null;

  @ApiProperty({ format: 'uuid', description: 'The collaborative document with the words of the item.' })
  documentId!: string;

  @ApiProperty({ description: 'The title of the document as plain text.' })
  title!: string;

  @ApiProperty({ description: 'Who leads it, in words.' })
  ledBy!: string;

  @ApiProperty({ description: 'The free words among them.' })
  ledByText!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  leadMembershipId!: string | null;

  @ApiProperty({ type: 'integer' })
  plannedMinutes!: number;

  @ApiProperty({ enum: outputTypes, enumName: 'OutputType' })
  outputType!: OutputType;

  @ApiProperty({ type: String, nullable: true, description: 'The heading that groups it with its neighbours.' })
  section!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the child that it is about.' })
  caseReference!: string | null;

  @ApiProperty({ enum: confidentialities, enumName: 'Confidentiality' })
  confidentiality!: Confidentiality;

  @ApiProperty()
  mandatory!: boolean;

  @ApiProperty()
  fromTemplate!: boolean;

  @ApiProperty({ description: 'Holds one item per child.' })
  perPerson!: boolean;

  @ApiProperty({ description: 'Whether it asks for a legal basis.' })
  aboutPerson!: boolean;

  @ApiProperty({ enum: itemStates, enumName: 'ItemState' })
  state!: ItemState;

  @ApiProperty({ type: 'integer', description: 'For If-Match; counts changes of frame and state.' })
  version!: number;

  @ApiProperty({ type: ItemChangeView, nullable: true, description: 'The last change of frame or state.' })
  change!: ItemChangeView | null;

  @ApiProperty({ description: 'Place, frame, state or title changed since the agenda was sent out.' })
  changedSincePublished!: boolean;

  @ApiProperty({ type: CarriedLinkView, nullable: true })
  carriedFrom!: CarriedLinkView | null;

  @ApiProperty({ type: CarriedLinkView, nullable: true })
  carriedTo!: CarriedLinkView | null;

  @ApiProperty({ type: CarriedLinkView, nullable: true, description: 'The item under another legal basis that it takes the place of.' })
  movedFrom!: CarriedLinkView | null;

  @ApiProperty({ type: CarriedLinkView, nullable: true, description: 'Where it goes on under another legal basis.' })
  movedTo!: CarriedLinkView | null;

  @ApiProperty({ type: AudienceView })
  audience!: AudienceView;

  @ApiProperty({ type: BasisRef, nullable: true })
  legalBasis!: BasisRef | null;

  @ApiProperty({ type: [StandingEmbargoView], description: 'Embargoes on informing in force, those of its list among them.' })
  embargoes!: StandingEmbargoView[];

  @ApiProperty()
  canWrite!: boolean;

  @ApiProperty()
  canChangeAudience!: boolean;

  @ApiProperty({ description: 'Place, frame and state.' })
  canChange!: boolean;

  @ApiProperty({ description: 'Whether it may be moved to another track.' })
  canMove!: boolean;

  @ApiProperty({ description: 'Whether children may be put on it.' })
  canAddCase!: boolean;
}

export class ItemWithMeeting extends ItemView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;
}
