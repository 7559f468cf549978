import { Problem } from '@lib/contracts/problems.js';
import { authorities } from '@lib/access/directory.data.js';
import { Clock } from '@lib/platform/clock.js';
import type { Config } from '@lib/platform/config.js';
import { ProviderClient } from './provider-client.js';
import { readProviders, type Provider } from './providers.js';

/**
 * The providers of this configuration; none in demo mode.
 *
 * @param insecureIssuers tests run their providers without TLS
 * @throws Error for the operator's console
 */
export function providersOf(config: Config, insecureIssuers: boolean): Provider[] {
  if (config.SAMRAAD_SIGN_IN_FILE === undefined) return [];
  return readProviders(config.SAMRAAD_SIGN_IN_FILE, { authorityIds: new Set(authorities.map((one) => one.id)), insecureIssuers });
}

/** The configured identity providers, each with its client. */

export class Providers {
  private readonly clients: ReadonlyMap<string, ProviderClient>;

  constructor(
    readonly all: readonly Provider[],
    clock: Clock,
    insecureIssuers: boolean,
  ) {
    this.clients = new Map(all.map((provider) => [provider.id, new ProviderClient(provider, clock, insecureIssuers)]));
  }

  /** @throws Problem `not-found` */
  client(providerId: string): ProviderClient {
    const client = this.clients.get(providerId);
    if (client === undefined) throw new Problem('not-found');
    return client;
  }
}
