import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsEmail, IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { contactFunctions, contactPeriods, type ContactFunction, type ContactPeriod } from '@lib/contracts/enums.js';
import type { Session } from '@lib/access/sessions.service.js';
import { Contacts, mostSubstitutes, type ContactInput } from '@lib/meetings/contacts.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { Asker } from './session.guard.js';
import { IdPipe, IsDay, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { AuthorityRef, PersonRef } from './views.dto.js';

export class ContactsQueryParameters {
  @ApiProperty({ required: false, maxLength: 100, description: 'Words that all have to be found: authority, person, function, kind of meeting, area.' })
  @Trimmed()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search: string = '';

  @ApiProperty({ required: false, description: 'Of this authority alone.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  authorityId?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 200, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 100;

  @ApiProperty({ required: false, type: 'integer', minimum: 0, maximum: 100_000, default: 0, description: 'How many have been shown.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(100_000)
  after: number = 0;
}

export class ContactBody {
  @ApiProperty({ type: String, required: false, nullable: true, description: 'Of contact persons: the kind of meeting they are for; absent for all.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  kindId?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 80, description: 'Part of the authority or of its work.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(80)
  @NoCpr()
  area?: string | null;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'Membership of the own authority; absent while nobody holds it.' })
  @IsOptional()
  @IsUUID()
  membershipId?: string | null;

  @ApiProperty({ type: [String], format: 'uuid', maxItems: mostSubstitutes, description: 'Memberships of the own authority, whoever is asked first in front.' })
  @IsArray()
  @ArrayMaxSize(mostSubstitutes)
  @IsUUID(undefined, { each: true })
  substituteMembershipIds!: string[];

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 40 })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @Matches(/^(?=.{1,40}$)[+\d][\d ()./-]*(\s*(lokal|lok\.|ext\.?)\s*\d+)?$/i)
  @NoCpr()
  telephone?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200 })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @IsEmail()
  @NoCpr()
  email?: string | null;

  @ApiProperty({ format: 'date' })
  @IsDay()
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: 'The last day.' })
  @IsOptional()
  @IsDay()
  validTo?: string | null;
}

export class NewContactBody extends ContactBody {
  @ApiProperty({ enum: contactFunctions, enumName: 'ContactFunction' })
  @IsIn(contactFunctions)
  function!: ContactFunction;
}

export class ContactView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ enum: contactFunctions, enumName: 'ContactFunction' })
  function!: ContactFunction;

  @ApiProperty({ type: String, nullable: true })
  kindId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  kindTitle!: string | null;

  @ApiProperty({ type: String, nullable: true })
  area!: string | null;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'Null: vacant, also since her membership ended.' })
  holder!: PersonRef | null;

  @ApiProperty({ type: [PersonRef], description: 'Those who are there, whoever is asked first in front.' })
  substitutes!: PersonRef[];

  @ApiProperty({ type: String, nullable: true })
  telephone!: string | null;

  @ApiProperty({ type: String, nullable: true })
  email!: string | null;

  @ApiProperty({ format: 'date' })
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validTo!: string | null;

  @ApiProperty({ enum: contactPeriods, enumName: 'ContactPeriod', description: 'Today.' })
  period!: ContactPeriod;

  @ApiProperty()
  canChange!: boolean;
}

export class ContactList {
  @ApiProperty({ type: [ContactView] })
  contacts!: ContactView[];

  @ApiProperty({ description: 'Whether the asker may add to the register of her authority.' })
  canAdd!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: 'For `after` of the next page.' })
  next!: number | null;
}

class ContactVersionView {
  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ type: String, nullable: true })
  kindTitle!: string | null;

  @ApiProperty({ type: String, nullable: true })
  area!: string | null;

  @ApiProperty({ type: String, nullable: true })
  holder!: string | null;

  @ApiProperty({ type: [String] })
  substitutes!: string[];

  @ApiProperty({ type: String, nullable: true })
  telephone!: string | null;

  @ApiProperty({ type: String, nullable: true })
  email!: string | null;

  @ApiProperty({ format: 'date' })
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validTo!: string | null;

  @ApiProperty({ description: 'Taken out of the register by this version.' })
  withdrawn!: boolean;

  @ApiProperty()
  setBy!: string;

  @ApiProperty({ format: 'date-time' })
  setAt!: string;
}

export class ContactHistory {
  @ApiProperty({ type: [ContactVersionView], description: 'The last first.' })
  versions!: ContactVersionView[];
}

const inputOf = (body: ContactBody): ContactInput => ({
  kindId: body.kindId ?? null,
  area: body.area ?? null,
  membershipId: body.membershipId?.toLowerCase() ?? null,
  substituteMembershipIds: body.substituteMembershipIds.map((id) => id.toLowerCase()),
  telephone: body.telephone ?? null,
  email: body.email ?? null,
  validFrom: body.validFrom,
  validTo: body.validTo ?? null,
});

const ifMatch = { name: 'If-Match', required: false, description: 'The version on the screen.' };

/** Contact persons and key persons of authorities: read by everybody who works with content, changed by an authority's own. */
@ApiTags('contacts')
@Controller('contacts')
export class ContactsController {
  constructor(private readonly contacts: Contacts) {}

  /** Without words and authority: of those that belong together with the own. */
  @Get()
  @ApiOkResponse({ type: ContactList })
  async list(@Asker() session: Session, @Query() { search, authorityId, limit, after }: ContactsQueryParameters): Promise<ContactList> {
    return this.contacts.list(session, { search, authorityId: authorityId ?? null, limit, after });
  }

  @Post()
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: ContactView })
  async add(@Asker() session: Session, @Body() body: NewContactBody, @IdempotencyKey() request?: IdempotentRequest): Promise<ContactView> {
    return this.contacts.add(session, body.function, inputOf(body), request);
  }

  @Put(':id')
  @ApiHeader(ifMatch)
  @ApiOkResponse({ type: ContactView })
  async change(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ContactBody, @IfMatch() version: number | null): Promise<ContactView> {
    return this.contacts.change(session, id, version, inputOf(body));
  }

  /** Takes it out of the register; its history stays. */
  @Delete(':id')
  @HttpCode(204)
  @ApiHeader(ifMatch)
  @ApiNoContentResponse()
  async withdraw(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() version: number | null): Promise<void> {
    await this.contacts.withdraw(session, id, version);
  }

  @Get(':id/history')
  @ApiOkResponse({ type: ContactHistory })
  async history(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<ContactHistory> {
    return { versions: await this.contacts.history(session, id) };
  }
}
