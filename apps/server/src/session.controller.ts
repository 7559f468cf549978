import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import type { Request, Response } from 'express';
import { assuranceLevels, roles, type AssuranceLevel, type Role } from '@lib/contracts/enums.js';
import { languages, type Language } from '@lib/contracts/language.js';
import { Problem } from '@lib/contracts/problems.js';
import { demoClusters, demoDistrict } from '@lib/access/demo.data.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { deviceOf } from '@lib/access/device.js';
import { mayActBy } from '@lib/access/acting.js';
import { readSessionToken, sessionCookie } from '@lib/access/session-cookie.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { SignIn } from '@lib/identity/sign-in.service.js';
import { Config } from '@lib/platform/config.js';
import { ForGuests } from './guest.interceptor.js';
import { Origins } from './origins.js';
import { Asker, Public } from './session.guard.js';
import { signingIn } from './sign-in-log.js';
import { AuthorityRef, PersonRef } from './views.dto.js';
import { Limited } from './rate-limit.guard.js';

export class ConfigurationView {
  @ApiProperty({ enum: ['demo', 'production'] })
  mode!: 'demo' | 'production';

  @ApiProperty()
  version!: string;

  @ApiProperty({ description: 'Whether one-click sign-in as a fictional person is offered.' })
  demoSignIn!: boolean;
}

export class MembershipView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ enum: roles, enumName: 'Role' })
  role!: Role;

  @ApiProperty()
  functionTitle!: string;
}

class SessionPerson {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;
}

export class SessionView {
  @ApiProperty({ type: SessionPerson })
  person!: SessionPerson;

  @ApiProperty({ type: MembershipView, description: 'The membership she acts by.' })
  acting!: MembershipView;

  @ApiProperty({ description: 'The unit of that membership; empty where nobody said so.' })
  unitTitle!: string;

  @ApiProperty({ type: [MembershipView] })
  memberships!: MembershipView[];

  @ApiProperty({ enum: ['demo', 'production'] })
  mode!: 'demo' | 'production';

  @ApiProperty({ enum: assuranceLevels, enumName: 'AssuranceLevel', nullable: true, description: 'How surely the sign-in proves who she is.' })
  assurance!: AssuranceLevel | null;

  @ApiProperty({ type: String, nullable: true, description: 'The identity provider she came by; null in demo mode.' })
  providerId!: string | null;

  @ApiProperty({ enum: languages, enumName: 'Language', nullable: true, description: 'The language the person chose; null until she chooses.' })
  language!: Language | null;
}

export class SignedOutView {
  @ApiProperty({ type: String, nullable: true, description: 'Where to sign out at the identity provider too.' })
  providerSignOut!: string | null;
}

export class LanguageChoice {
  @ApiProperty({ enum: languages, enumName: 'Language' })
  @IsIn(languages)
  language!: Language;
}

export class MembershipChoice {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  membershipId!: string;
}

class DemoPersonView {
  @ApiProperty({ format: 'uuid' })
  membershipId!: string;

  @ApiProperty({ type: PersonRef })
  person!: PersonRef;
}

class DemoAuthorityView {
  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ type: [DemoPersonView] })
  people!: DemoPersonView[];
}

class DemoClusterView {
  @ApiProperty({ type: [DemoAuthorityView], description: 'Authorities that belong together in reality.' })
  authorities!: DemoAuthorityView[];

  @ApiProperty({ type: [DemoAuthorityView], description: 'The other municipalities of its police district.' })
  others!: DemoAuthorityView[];
}

export class DemoPeopleView {
  @ApiProperty({ type: [DemoClusterView] })
  clusters!: DemoClusterView[];
}

@ApiTags('session')
@Controller()
export class SessionController {
  constructor(
    private readonly config: Config,
    private readonly sessions: Sessions,
    private readonly directory: Directory,
    private readonly signIn: SignIn,
    private readonly origins: Origins,
  ) {}

  @Public()
  @Get('configuration')
  @ApiOkResponse({ type: ConfigurationView })
  configuration(): ConfigurationView {
    return { mode: this.config.SAMRAAD_MODE, version: this.config.version, demoSignIn: this.config.demo };
  }

  @Public()
  @Get('demo/people')
  @ApiOkResponse({ type: DemoPeopleView })
  async demoPeople(): Promise<DemoPeopleView> {
    this.demoOnly();
    const people = await this.directory.peopleOf([...demoClusters.flat(), ...demoDistrict]);
    const peopleOf = (authorityIds: readonly string[]) =>
      authorityIds.flatMap((authorityId) => {
        const own = people.filter((person) => person.authority.id === authorityId);
        return own[0] === undefined ? [] : [{ authority: own[0].authority, people: own.map((person) => ({ membershipId: person.membershipId, person })) }];
      });
    return { clusters: demoClusters.map((cluster, n) => ({ authorities: peopleOf(cluster), others: n === 0 ? peopleOf(demoDistrict) : [] })) };
  }

  @Public()
  @Limited('signIn')
  @Post('demo/sign-in')
  @HttpCode(200)
  @ApiOkResponse({ type: SessionView })
  async demoSignIn(@Body() choice: MembershipChoice, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<SessionView> {
    this.demoOnly();
    const token = await signingIn('demo', () => this.sessions.create(choice.membershipId, deviceOf(request.headers['user-agent'])));
    const session = await this.sessions.fromToken(token);
    if (session === null) throw new Problem('not-signed-in');
    // The browser forgets the former session with this answer; nobody else may go on using it. One that is refused keeps it.
    const former = readSessionToken(request.headers.cookie, this.config.secureCookies);
    const left = former === null ? null : await this.sessions.fromToken(former);
    if (left !== null) await this.sessions.end(left.id);
    response.append('Set-Cookie', sessionCookie(token, this.config.secureCookies));
    return this.view(session);
  }

  @ForGuests()
  @Get('session')
  @ApiOkResponse({ type: SessionView })
  async session(@Asker() session: Session): Promise<SessionView> {
    return this.view(session);
  }

  /** Acting by another of one's own memberships; open sockets close and come back as the other. */
  @Put('session/acting')
  @ApiOkResponse({ type: SessionView })
  async actBy(@Asker() session: Session, @Body() choice: MembershipChoice): Promise<SessionView> {
    return this.view(await this.sessions.actBy(session, choice.membershipId));
  }

  /** [I18N7] The language the person wants to read in, on every device she signs in from. */
  @ForGuests()
  @Put('session/language')
  @ApiOkResponse({ type: SessionView })
  async speak(@Asker() session: Session, @Body() { language }: LanguageChoice): Promise<SessionView> {
    return this.view(await this.sessions.speak(session, language));
  }

  @ForGuests()
  @Delete('session')
  @ApiOkResponse({ type: SignedOutView })
  async signOut(@Asker() session: Session, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<SignedOutView> {
    await this.sessions.end(session.id);
    response.append('Set-Cookie', sessionCookie(null, this.config.secureCookies));
    // Nothing of ours is stored but files and pages to go back to. Not `cookies`, which would reach the sister sites of this domain, and
    // not `executionContexts`, which would throw away what is unsaved in other tabs: that is kept in the tab alone.
    response.set('Clear-Site-Data', '"cache", "storage"');
    // It was read with the session, so it is there.
    const token = readSessionToken(request.headers.cookie, this.config.secureCookies)!;
    const url = await this.signIn.signOutUrl(session, token, `${this.origins.address}/log-ind`);
    return { providerSignOut: url?.href ?? null };
  }

  private async view(session: Session): Promise<SessionView> {
    // [AC82] Those of authorities that her provider does not speak for are as good as not there.
    const own = (await this.directory.membershipsOf(session.personId)).filter((one) => mayActBy({ authorityId: one.authority.id, role: one.role }, session) !== 'not-found');
    const memberships = own.map(membershipView);
    const acting = memberships.find((one) => one.id === session.membershipId);
    if (acting === undefined) throw new Problem('not-signed-in');
    return { person: { id: session.personId, name: session.personName }, acting, unitTitle: session.unitTitle, memberships, mode: this.config.SAMRAAD_MODE, assurance: session.assurance, providerId: session.providerId, language: session.language };
  }

  private demoOnly(): void {
    if (!this.config.demo) throw new Problem('not-found');
  }
}

function membershipView(member: Member): MembershipView {
  return { id: member.membershipId, authority: member.authority, role: member.role, functionTitle: member.functionTitle };
}
