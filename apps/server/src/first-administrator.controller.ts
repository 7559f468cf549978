import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import type { Request, Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import { FirstAdministrator } from '@lib/identity/first-administrator.service.js';
import { Providers } from '@lib/identity/providers.service.js';
import { SignIn } from '@lib/identity/sign-in.service.js';
import { Config } from '@lib/platform/config.js';
import { Origins } from './origins.js';
import { ProviderList, ProviderViews } from './provider-views.service.js';
import { Public } from './session.guard.js';
import { signInCookie } from './sign-in-cookies.js';
import { signingIn } from './sign-in-log.js';
import { callbackPath } from './sign-in.controller.js';
import { Limited } from './rate-limit.guard.js';

export class FirstAdministratorToken {
  @ApiProperty({ description: 'From the link on the console.' })
  @IsString()
  @MaxLength(100)
  token!: string;
}

export class FirstAdministratorChoice extends FirstAdministratorToken {
  @ApiProperty()
  @IsString()
  @MaxLength(40)
  providerId!: string;

  @ApiProperty({ description: 'The authority to become administrator of.' })
  @IsString()
  @MaxLength(100)
  authorityId!: string;
}

export class FirstAdministratorWay {
  @ApiProperty({ description: 'Where to sign in.' })
  url!: string;
}

/** [ID9] The link on the console. Its token travels in bodies only: an address ends up in logs. */
@ApiTags('session')
@Public()
@Limited('firstAdministrator')
@Controller('first-administrator')
export class FirstAdministratorController {
  constructor(
    private readonly config: Config,
    private readonly firstAdministrator: FirstAdministrator,
    private readonly providers: Providers,
    private readonly signIn: SignIn,
    private readonly views: ProviderViews,
    private readonly origins: Origins,
  ) {}

  /** What the link lets one choose from; 404 when it is used or over. */
  @Post('options')
  @HttpCode(200)
  @ApiOkResponse({ type: ProviderList })
  async options(@Body() { token }: FirstAdministratorToken, @Req() request: Request): Promise<ProviderList> {
    await signingIn('firstAdministrator', () => this.firstAdministrator.linkOf(token));
    return this.views.list(request);
  }

  @Post('sign-in')
  @HttpCode(200)
  @ApiOkResponse({ type: FirstAdministratorWay })
  async begin(@Body() choice: FirstAdministratorChoice, @Res({ passthrough: true }) response: Response): Promise<FirstAdministratorWay> {
    const linkId = await signingIn('firstAdministrator', () => this.firstAdministrator.linkOf(choice.token));
    const provider = this.providers.all.find((one) => one.id === choice.providerId);
    if (provider === undefined || !provider.authorities.some((one) => one.id === choice.authorityId))
      throw new Problem('invalid-input', undefined, [{ field: 'authorityId', message: 'Vælg fra listen.' }]);
    const { url, secret } = await this.signIn.begin({
      providerId: provider.id,
      redirectUri: this.origins.address + callbackPath(provider.id),
      firstAdministrator: { linkId, authorityId: choice.authorityId },
    });
    response.append('Set-Cookie', signInCookie('transaction', secret, this.config.secureCookies));
    return { url: url.href };
  }
}
