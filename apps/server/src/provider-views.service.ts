import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { Request } from 'express';
import { authorities as directory } from '@lib/access/directory.data.js';
import { Providers } from '@lib/identity/providers.service.js';
import { Config } from '@lib/platform/config.js';
import { readSignInCookie } from './sign-in-cookies.js';

class ProviderAuthority {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;
}

export class ProviderView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'What people call it, in Danish.' })
  label!: string;

  @ApiProperty({ type: [ProviderAuthority], description: 'The authorities it speaks for.' })
  authorities!: ProviderAuthority[];

  @ApiProperty({ description: 'Whether this browser came by it last.' })
  usual!: boolean;
}

export class ProviderList {
  @ApiProperty({ type: [ProviderView] })
  providers!: ProviderView[];
}

const names = new Map(directory.map((one) => [one.id, one.name]));

/** The configured providers as people choose among them. */
@Injectable()
export class ProviderViews {
  constructor(
    private readonly config: Config,
    private readonly providers: Providers,
  ) {}

  /** The one this browser came by last is the first. */
  list(request: Request): ProviderList {
    const usual = readSignInCookie('provider', request.headers.cookie, this.config.secureCookies);
    const providers = this.providers.all.map(({ id, label, authorities }) => ({
      id,
      label,
      usual: id === usual,
      authorities: authorities.flatMap((one) => (names.has(one.id) ? [{ id: one.id, name: names.get(one.id)! }] : [])),
    }));
    return { providers: [...providers.filter((one) => one.usual), ...providers.filter((one) => !one.usual)] };
  }
}
