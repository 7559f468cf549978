import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import type { Request, Response } from 'express';
import { deviceOf } from '@lib/access/device.js';
import { readSessionToken, sessionCookie } from '@lib/access/session-cookie.js';
import { Sessions } from '@lib/access/sessions.service.js';
import { ProviderLogout } from '@lib/identity/provider-logout.service.js';
import { Providers } from '@lib/identity/providers.service.js';
import { SignIn } from '@lib/identity/sign-in.service.js';
import { Config } from '@lib/platform/config.js';
import { Origins } from './origins.js';
import { ProviderList, ProviderViews } from './provider-views.service.js';
import { problemOf } from './problem.filter.js';
import { Public } from './session.guard.js';
import { readSignInCookie, signInCookie } from './sign-in-cookies.js';
import { signingIn } from './sign-in-log.js';
import { Limited } from './rate-limit.guard.js';

export class SignInQuery {
  @ApiProperty({ required: false, description: 'The path of this site to come back to.' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  videre?: string;

  @ApiProperty({ required: false, enum: ['administration'], description: 'To ask for the level that administrators and auditors need.' })
  @IsOptional()
  @IsIn(['administration'])
  til?: 'administration';

  @ApiProperty({ required: false, format: 'uuid', description: 'The membership to act by afterwards.' })
  @IsOptional()
  @IsUUID()
  rolle?: string;
}

class LogoutTokenBody {
  @IsString()
  @MaxLength(16_000)
  logout_token!: string;
}

/** Where a provider leads back to; it must be registered with it to the letter. */
export const callbackPath = (providerId: string) => `/api/v1/sign-in/${providerId}/callback`;

/** Signing in by an identity provider. The browser walks through here by itself, so errors lead to a page. */
@ApiTags('session')
@Public()
@Controller()
export class SignInController {
  private readonly secure: boolean;

  constructor(
    config: Config,
    private readonly providers: Providers,
    private readonly signIn: SignIn,
    private readonly providerLogout: ProviderLogout,
    private readonly sessions: Sessions,
    private readonly views: ProviderViews,
    private readonly origins: Origins,
  ) {
    this.secure = config.secureCookies;
  }

  @Get('sign-in/providers')
  @ApiOkResponse({ type: ProviderList })
  list(@Req() request: Request): ProviderList {
    return this.views.list(request);
  }

  /** Leads the browser to the provider. */
  @Limited('signIn')
  @Get('sign-in/:providerId')
  async begin(@Param('providerId') providerId: string, @Query() query: SignInQuery, @Res() response: Response): Promise<void> {
    await this.orPage(response, providerId, async () => {
      const { url, secret } = await this.signIn.begin({
        providerId,
        redirectUri: this.origins.address + callbackPath(providerId),
        returnPath: query.videre,
        forAdministration: query.til === 'administration',
        wantedMembershipId: query.rolle ?? null,
      });
      response.append('Set-Cookie', signInCookie('transaction', secret, this.secure));
      return url.href;
    });
  }

  /** Where the provider leads it back to. */
  @Limited('signIn')
  @Get('sign-in/:providerId/callback')
  async callback(@Param('providerId') providerId: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.orPage(response, providerId, async () => {
      const secret = readSignInCookie('transaction', request.headers.cookie, this.secure);
      const former = readSessionToken(request.headers.cookie, this.secure);
      const session = former === null ? null : await this.sessions.fromToken(former);
      // The address as it was asked for: the provider's own parameters, in its own spelling.
      const search = request.originalUrl.includes('?') ? request.originalUrl.slice(request.originalUrl.indexOf('?')) : '';
      const { token, returnPath } = await this.signIn.complete(providerId, new URL(this.origins.address + callbackPath(providerId) + search), secret, deviceOf(request.headers['user-agent']), session);
      response.append('Set-Cookie', sessionCookie(token, this.secure));
      response.append('Set-Cookie', signInCookie('transaction', null, this.secure));
      response.append('Set-Cookie', signInCookie('provider', providerId, this.secure));
      return returnPath;
    });
  }

  /** From the provider itself, without a browser: OpenID Connect Back-Channel Logout 1.0. */
  @Limited('providerLogout')
  @ApiExcludeEndpoint()
  @Post('oidc/:providerId/backchannel-logout')
  @HttpCode(200)
  async backChannelLogout(@Param('providerId') providerId: string, @Body() body: LogoutTokenBody): Promise<void> {
    await this.providerLogout.obey(providerId, body.logout_token);
  }

  private async orPage(response: Response, providerId: string, leadTo: () => Promise<string>): Promise<void> {
    try {
      response.redirect(303, await signingIn('provider', leadTo));
    } catch (error) {
      const { code } = problemOf(error, response.req);
      const known = this.providers.all.some((one) => one.id === providerId);
      response.redirect(303, `/log-ind?${new URLSearchParams({ fejl: code, ...(known ? { udbyder: providerId } : {}) })}`);
    }
  }
}
