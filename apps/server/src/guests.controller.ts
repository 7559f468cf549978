import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Temporal } from 'temporal-polyfill';
import { deviceOf } from '@lib/access/device.js';
import { GuestSignIn, type GuestKeys } from '@lib/access/guest-sign-in.service.js';
import { readSessionToken, sessionCookie } from '@lib/access/session-cookie.js';
import { Sessions, type Session } from '@lib/access/sessions.service.js';
import { GuestVisit } from '@lib/meetings/guest-visit.service.js';
import { Guests, type GuestInvitation } from '@lib/meetings/guests.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import { Config } from '@lib/platform/config.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { DisclosureView, groundOf } from './disclosures.dto.js';
import { ForGuests } from './guest.interceptor.js';
import { GuestInvitationBody, GuestInviteBody, GuestKeysView, GuestSignInBody, GuestVisitDto } from './guests.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { MeetingView } from './meetings.controller.js';
import { Origins } from './origins.js';
import { Limited } from './rate-limit.guard.js';
import { Asker, Public } from './session.guard.js';
import { signingIn } from './sign-in-log.js';
import { IdPipe } from './validation.js';

/** Inviting guests, and what they come to see. Their secrets travel in bodies only: an address ends up in logs. */
@ApiTags('guests')
@Controller()
export class GuestsController {
  constructor(
    private readonly guests: Guests,
    private readonly meetings: MeetingsService,
    private readonly signIn: GuestSignIn,
    private readonly visit: GuestVisit,
    private readonly sessions: Sessions,
    private readonly config: Config,
    private readonly origins: Origins,
  ) {}

  /** What a guest would see. Stores nothing. */
  @Post('meetings/:id/guests/preview')
  @HttpCode(200)
  @ApiOkResponse({ type: DisclosureView })
  async preview(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: GuestInvitationBody): Promise<DisclosureView> {
    return this.guests.preview(session, id, invitationOf(body));
  }

  /** Invites a guest to what the preview showed. Link and code are in this answer alone. */
  @Post('meetings/:id/guests')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request invites nobody else. It answers with a new link and code for the same guest, and the first ones open nothing.' })
  @ApiCreatedResponse({ type: GuestKeysView })
  async invite(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: GuestInviteBody, @IdempotencyKey() request?: IdempotentRequest): Promise<GuestKeysView> {
    return this.keysOf(await this.guests.invite(session, id, invitationOf(body), groundOf(body), request));
  }

  /** A new link and a new code; the former open nothing any more. */
  @Post('guests/:id/renew')
  @HttpCode(200)
  @ApiOkResponse({ type: GuestKeysView })
  async renew(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<GuestKeysView> {
    return this.keysOf(await this.guests.renew(session, id));
  }

  /** Takes a guest's access, with all that she has open. */
  @Post('guests/:id/revoke')
  @HttpCode(200)
  @ApiOkResponse({ type: MeetingView })
  async revoke(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<MeetingView> {
    return this.meetings.get(session, (await this.guests.revoke(session, id)).meetingId);
  }

  /** The guest's way in: the link's secret and the code that she was told. */
  @Public()
  @Limited('guest')
  @Post('guest/sign-in')
  @HttpCode(204)
  @ApiNoContentResponse()
  async open(@Body() { token, code }: GuestSignInBody, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const opened = await signingIn('guest', () => this.signIn.open(token, code.replace(/[\s-]/g, ''), deviceOf(request.headers['user-agent'])));
    // The browser forgets the former session with this answer; nobody else may go on using it.
    const former = readSessionToken(request.headers.cookie, this.config.secureCookies);
    const left = former === null ? null : await this.sessions.fromToken(former);
    if (left !== null) await this.sessions.end(left.id);
    response.append('Set-Cookie', sessionCookie(opened, this.config.secureCookies));
  }

  /** All that the guest sees: the meeting's kind, title, time and place, and her items. */
  @ForGuests()
  @Get('guest')
  @ApiOkResponse({ type: GuestVisitDto })
  async visited(@Asker() session: Session): Promise<GuestVisitDto> {
    return this.visit.view(session);
  }

  private keysOf({ token, code, membershipId }: GuestKeys & { membershipId: string }): GuestKeysView {
    return { membershipId, link: `${this.origins.address}/gaest#${token}`, code };
  }
}

const msOf = (instant: string) => Temporal.Instant.from(instant).epochMilliseconds;

function invitationOf({ name, organisation, sector, purpose, itemId, mayWrite, from, to, inPlaceOf }: GuestInvitationBody): GuestInvitation {
  return { name, organisation, sector, purpose, itemId: itemId?.toLowerCase() ?? null, mayWrite, fromMs: from == null ? null : msOf(from), toMs: msOf(to), inPlaceOf: inPlaceOf?.toLowerCase() ?? null };
}
