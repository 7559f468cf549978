import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { adminEventKinds, memberFunctions, memberRoles, type AdminEventKind, type MemberFunction, type Role } from '@lib/contracts/enums.js';
import { IsDay, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';

const membershipStates = ['current', 'future', 'paused', 'ended'] as const;
export const peopleFilters = ['active', 'withoutRole', 'inactive'] as const;

class MembershipWordsBody {
  @ApiProperty({ enum: memberFunctions, enumName: 'MemberFunction', isArray: true })
  @IsArray()
  @ArrayMaxSize(memberFunctions.length)
  @ArrayUnique()
  @IsIn(memberFunctions, { each: true })
  functions!: MemberFunction[];

  @ApiProperty({ example: 'SSP-koordinator', maxLength: 100 })
  @Trimmed()
  @IsString()
  @MaxLength(100)
  @NoCpr()
  functionTitle!: string;

  @ApiProperty({ example: 'Familieafdelingen', maxLength: 100 })
  @Trimmed()
  @IsString()
  @MaxLength(100)
  @NoCpr()
  unitTitle!: string;
}

export class MembershipChangeBody extends MembershipWordsBody {}

export class NewMembershipBody extends MembershipWordsBody {
  @ApiProperty({ enum: memberRoles, enumName: 'MemberRole' })
  @IsIn(memberRoles)
  role!: Role;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The first day; null: from now.' })
  @IsOptional()
  @IsDay()
  from!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The last day; null: until further notice.' })
  @IsOptional()
  @IsDay()
  until!: string | null;
}

export class PersonNamesBody {
  @ApiProperty({ maxLength: 200 })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @NoCpr()
  name!: string;

  @ApiProperty({ type: String, nullable: true, maxLength: 200, description: 'What the authority’s own systems call her; user management finds her by it.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @NoCpr()
  userName!: string | null;
}

export class NewPersonBody extends PersonNamesBody {
  @ApiProperty({ type: NewMembershipBody, nullable: true, required: false })
  @IsOptional()
  @ValidateNested()
  @Type(() => NewMembershipBody)
  membership?: NewMembershipBody | null;
}

export class EndMembershipBody {
  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The last day.' })
  @IsOptional()
  @IsDay()
  until!: string | null;

  @ApiProperty({ enum: ['now', 'on', 'never'], description: '`now`: at once. `on`: with the last day. `never`: it goes on until further notice.' })
  @IsIn(['now', 'on', 'never'])
  when!: 'now' | 'on' | 'never';

  @ApiProperty({ required: false, description: 'Needed to take away one’s own administrator role.' })
  @IsOptional()
  @IsBoolean()
  alsoMyself?: boolean;
}

export class DeactivateBody {
  @ApiProperty({ required: false, description: 'Needed to take away one’s own administrator role.' })
  @IsOptional()
  @IsBoolean()
  alsoMyself?: boolean;
}

export class AdministeredMembershipView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: memberRoles, enumName: 'MemberRole' })
  role!: Role;

  @ApiProperty({ enum: memberFunctions, enumName: 'MemberFunction', isArray: true })
  functions!: MemberFunction[];

  @ApiProperty()
  functionTitle!: string;

  @ApiProperty()
  unitTitle!: string;

  @ApiProperty({ format: 'date-time' })
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'From this instant on it gives nothing.' })
  validTo!: string | null;

  @ApiProperty({ enum: membershipStates, enumName: 'MembershipState', description: '`paused`: the person is deactivated, and it comes back with her.' })
  state!: (typeof membershipStates)[number];
}

export class AdministeredPersonSummary {
  @ApiProperty({ format: 'uuid', description: 'Of the person in this authority.' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  userName!: string | null;

  @ApiProperty()
  active!: boolean;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ description: 'The asker herself.' })
  isSelf!: boolean;

  @ApiProperty({ type: [AdministeredMembershipView] })
  memberships!: AdministeredMembershipView[];
}

export class AdministeredPersonView extends AdministeredPersonSummary {
  @ApiProperty({ description: 'The authority’s user management has removed her.' })
  removed!: boolean;

  @ApiProperty({ type: [String], description: 'The systems that keep her up to date.' })
  managedBy!: string[];
}

export class AdministeredPeopleList {
  @ApiProperty({ type: [AdministeredPersonSummary] })
  people!: AdministeredPersonSummary[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class PeopleQuery {
  @ApiProperty({ required: false, maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search: string = '';

  @ApiProperty({ required: false, enum: peopleFilters, default: 'active' })
  @IsOptional()
  @IsIn(peopleFilters)
  filter: (typeof peopleFilters)[number] = 'active';

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
  @MaxLength(1000)
  cursor?: string;
}

export class ConsequencesQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'One membership; without it all that the person has here.' })
  @IsOptional()
  @IsUUID()
  membershipId?: string;

  @ApiProperty({ required: false, format: 'date', description: 'The last day; without it at once.' })
  @IsOptional()
  @IsDay()
  until?: string;
}

export class ConsequencesView {
  @ApiProperty({ type: 'integer', description: 'Coming meetings that need a substitute.' })
  meetings!: number;

  @ApiProperty({ type: 'integer', description: 'Those of them that no coordinator is left for.' })
  meetingsWithoutCoordinator!: number;

  @ApiProperty({ type: 'integer', description: 'Those of them in which she stands in for somebody.' })
  asSubstitute!: number;

  @ApiProperty({ type: 'integer', description: 'Her open follow-ups.' })
  followUps!: number;

  @ApiProperty({ type: 'integer', description: 'Decisions escalated to her.' })
  decisions!: number;

  @ApiProperty()
  signedIn!: boolean;

  @ApiProperty({ description: 'The authority has no other administrator: it is refused.' })
  lastAdministrator!: boolean;

  @ApiProperty({ description: 'It is the asker’s own administrator role.' })
  ownRole!: boolean;
}

export class AdminEventsQuery {
  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  personId?: string;

  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  cursor?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 30 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 30;
}

class AdminEventPerson {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;
}

export class AdminEventView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: adminEventKinds, enumName: 'AdminEventKind' })
  kind!: AdminEventKind;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ description: 'Name of the administrator or of the system.' })
  by!: string;

  @ApiProperty()
  bySystem!: boolean;

  @ApiProperty({ type: AdminEventPerson, nullable: true })
  person!: AdminEventPerson | null;

  @ApiProperty({ enum: memberRoles, enumName: 'MemberRole', nullable: true })
  role!: Role | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  until!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Name of the system a key is for.' })
  key!: string | null;
}

export class AdminEventList {
  @ApiProperty({ type: [AdminEventView] })
  events!: AdminEventView[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class TokenView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty()
  createdBy!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt!: string | null;

  @ApiProperty({ enum: ['living', 'expired', 'revoked'] })
  state!: 'living' | 'expired' | 'revoked';
}

export class ProvisioningClientView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: [TokenView] })
  tokens!: TokenView[];
}

export class ProvisioningView {
  @ApiProperty({ description: 'The address for the authority’s user management.' })
  address!: string;

  @ApiProperty({ type: [ProvisioningClientView] })
  clients!: ProvisioningClientView[];
}

export class NewTokenBody {
  @ApiProperty({ maxLength: 60, example: 'Entra ID' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(60)
  @NoCpr()
  name!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 730 })
  @IsInt()
  @Min(1)
  @Max(730)
  days!: number;
}

export class NewTokenView {
  @ApiProperty({ description: 'Shown once; it is not stored.' })
  token!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}
