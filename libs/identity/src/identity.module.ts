import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { Clock } from '@lib/platform/clock.js';
import { FirstAdministrator } from './first-administrator.service.js';
import { Identities } from './identities.service.js';
import { Installation } from './installation.service.js';
import { ProviderLogout } from './provider-logout.service.js';
import type { Provider } from './providers.js';
import { Providers } from './providers.service.js';
import { SignIn } from './sign-in.service.js';

export interface IdentityOptions {
  providers: readonly Provider[];
  /** Tests run their providers without TLS. */
  insecureIssuers: boolean;
}

@Module({})
export class IdentityModule {
  static register({ providers, insecureIssuers }: IdentityOptions): DynamicModule {
    return {
      module: IdentityModule,
      imports: [AccessModule],
      providers: [{ provide: Providers, inject: [Clock], useFactory: (clock: Clock) => new Providers(providers, clock, insecureIssuers) }, Identities, FirstAdministrator, SignIn, ProviderLogout, Installation],
      exports: [Providers, FirstAdministrator, SignIn, ProviderLogout, Installation],
    };
  }
}
