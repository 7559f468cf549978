import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { People, type NewMembershipInput } from '@lib/provisioning/people.service.js';
import { ProvisioningTokens } from '@lib/provisioning/tokens.service.js';
import {
  AdministeredPeopleList,
  AdministeredPersonView,
  AdminEventList,
  AdminEventsQuery,
  ConsequencesQuery,
  ConsequencesView,
  DeactivateBody,
  EndMembershipBody,
  MembershipChangeBody,
  NewMembershipBody,
  NewPersonBody,
  NewTokenBody,
  NewTokenView,
  PeopleQuery,
  PersonNamesBody,
  ProvisioningView,
} from './administration.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { Origins } from './origins.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

const ifMatch = { name: 'If-Match', required: false, description: 'The version on the screen.' };
const creation = { name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' };
const inputOf = ({ role, functions, functionTitle, unitTitle, from, until }: NewMembershipBody): NewMembershipInput => ({ role, functions, functionTitle, unitTitle, from: from ?? null, until: until ?? null });

/** People, memberships and keys of the asker's own authority, for its administrators; for everybody else there is nothing here. */
@ApiTags('administration')
@Controller('administration')
export class AdministrationController {
  constructor(
    private readonly people: People,
    private readonly tokens: ProvisioningTokens,
    private readonly origins: Origins,
  ) {}

  @Get('people')
  @ApiOkResponse({ type: AdministeredPeopleList })
  async list(@Asker() session: Session, @Query() { search, filter, limit, cursor }: PeopleQuery): Promise<AdministeredPeopleList> {
    return this.people.list(session, { search, filter, limit, ...(cursor === undefined ? {} : { cursor }) });
  }

  @Post('people')
  @ApiHeader(creation)
  @ApiCreatedResponse({ type: AdministeredPersonView })
  async add(@Asker() session: Session, @Body() { name, userName, membership }: NewPersonBody, @IdempotencyKey() request?: IdempotentRequest): Promise<AdministeredPersonView> {
    return this.people.add(session, { name, userName: userName ?? null, membership: membership == null ? null : inputOf(membership) }, request);
  }

  @Get('people/:id')
  @ApiOkResponse({ type: AdministeredPersonView })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<AdministeredPersonView> {
    return this.people.get(session, id);
  }

  @Put('people/:id')
  @ApiHeader(ifMatch)
  @ApiOkResponse({ type: AdministeredPersonView })
  async rename(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { name, userName }: PersonNamesBody, @IfMatch() version: number | null): Promise<AdministeredPersonView> {
    return this.people.rename(session, id, version, { name, userName: userName ?? null });
  }

  /** What ending a membership, or everything she has here, would mean: counts, no content. */
  @Get('people/:id/consequences')
  @ApiOkResponse({ type: ConsequencesView })
  async consequences(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() { membershipId, until }: ConsequencesQuery): Promise<ConsequencesView> {
    return this.people.consequences(session, id, membershipId ?? null, until ?? null);
  }

  @Post('people/:id/deactivate')
  @HttpCode(200)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ type: AdministeredPersonView })
  async deactivate(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { alsoMyself }: DeactivateBody, @IfMatch() version: number | null): Promise<AdministeredPersonView> {
    return this.people.deactivate(session, id, version, alsoMyself ?? false);
  }

  @Post('people/:id/reactivate')
  @HttpCode(200)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ type: AdministeredPersonView })
  async reactivate(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() version: number | null): Promise<AdministeredPersonView> {
    return this.people.reactivate(session, id, version);
  }

  @Post('people/:id/memberships')
  @ApiHeader(ifMatch)
  @ApiHeader(creation)
  @ApiCreatedResponse({ type: AdministeredPersonView })
  async addMembership(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewMembershipBody, @IfMatch() version: number | null, @IdempotencyKey() request?: IdempotentRequest): Promise<AdministeredPersonView> {
    return this.people.addMembership(session, id, version, inputOf(body), request);
  }

  @Put('people/:id/memberships/:membershipId')
  @ApiHeader(ifMatch)
  @ApiOkResponse({ type: AdministeredPersonView })
  async changeMembership(
    @Asker() session: Session,
    @Param('id', IdPipe) id: string,
    @Param('membershipId', IdPipe) membershipId: string,
    @Body() body: MembershipChangeBody,
    @IfMatch() version: number | null,
  ): Promise<AdministeredPersonView> {
    return this.people.changeMembership(session, id, membershipId, version, body);
  }

  @Post('people/:id/memberships/:membershipId/end')
  @HttpCode(200)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ type: AdministeredPersonView })
  async endMembership(
    @Asker() session: Session,
    @Param('id', IdPipe) id: string,
    @Param('membershipId', IdPipe) membershipId: string,
    @Body() { when, until, alsoMyself }: EndMembershipBody,
    @IfMatch() version: number | null,
  ): Promise<AdministeredPersonView> {
    if (when === 'on' && until == null) throw new Problem('invalid-input', undefined, [{ field: 'until', message: 'Skal udfyldes.' }]);
    return this.people.endMembership(session, id, membershipId, version, when === 'on' ? until : when === 'now' ? 'now' : null, alsoMyself ?? false);
  }

  @Get('events')
  @ApiOkResponse({ type: AdminEventList })
  async events(@Asker() session: Session, @Query() { personId, cursor, limit }: AdminEventsQuery): Promise<AdminEventList> {
    return this.people.events(session, { accountId: personId ?? null, before: cursor ?? null, limit });
  }

  @Get('provisioning')
  @ApiOkResponse({ type: ProvisioningView })
  async provisioning(@Asker() session: Session): Promise<ProvisioningView> {
    return { address: `${this.origins.address}/scim/v2`, clients: await this.tokens.list(session) };
  }

  @Post('provisioning/tokens')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with a new key, and the one of the first time opens nothing any more.' })
  @ApiCreatedResponse({ type: NewTokenView })
  async createToken(@Asker() session: Session, @Body() { name, days }: NewTokenBody, @IdempotencyKey() request?: IdempotentRequest): Promise<NewTokenView> {
    return this.tokens.create(session, { name, days }, request);
  }

  @Delete('provisioning/tokens/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async revokeToken(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<void> {
    await this.tokens.revoke(session, id);
  }
}
