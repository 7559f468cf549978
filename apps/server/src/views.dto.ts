import { ApiProperty } from '@nestjs/swagger';
import { authorityKinds, confidentialities, outputTypes, roles, sectors, type AuthorityKind, type Confidentiality, type OutputType, type Role, type Sector } from '@lib/contracts/enums.js';

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

export class AudienceView {
  @ApiProperty({ enum: ['all', 'restricted'] })
  kind!: 'all' | 'restricted';

  @ApiProperty({ type: [AuthorityRef], description: 'Empty when `kind` is `all`.' })
  authorities!: readonly AuthorityRef[];

  @ApiProperty({ type: [PersonRef], description: 'Empty when `kind` is `all`.' })
  persons!: readonly PersonRef[];
}

export class ItemView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The collaborative document with the words of the item.' })
  documentId!: string;

  @ApiProperty({ description: 'The title of the document as plain text.' })
  title!: string;

  @ApiProperty()
  ledBy!: string;

  @ApiProperty({ type: 'integer' })
  plannedMinutes!: number;

  @ApiProperty({ enum: outputTypes, enumName: 'OutputType' })
  outputType!: OutputType;

  @ApiProperty({ enum: confidentialities, enumName: 'Confidentiality' })
  confidentiality!: Confidentiality;

  @ApiProperty()
  mandatory!: boolean;

  @ApiProperty()
  perPerson!: boolean;

  @ApiProperty({ type: AudienceView })
  audience!: AudienceView;

  @ApiProperty({ type: LegalBasisRef, nullable: true })
  legalBasis!: LegalBasisRef | null;

  @ApiProperty()
  canWrite!: boolean;

  @ApiProperty()
  canChangeAudience!: boolean;
}

export class ItemWithMeeting extends ItemView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;
}
