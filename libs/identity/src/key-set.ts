import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import type { Clock } from '@lib/platform/clock.js';

const freshMs = 10 * 60_000;
/** A token with an unknown key may make us ask again, but not as often as somebody cares to send one. */
const againAfterMs = 5_000;

/** The public keys of a provider, fetched when needed and again when it signs with one that is not among them. */
export class KeySet {
  private keys: ReturnType<typeof createLocalJWKSet> | null = null;
  private fetchedAtMs = 0;
  private fetching: Promise<void> | null = null;

  /** @param fetchKeys throws when the provider does not answer with a key set */
  constructor(
    private readonly clock: Clock,
    private readonly fetchKeys: () => Promise<JSONWebKeySet>,
  ) {}

  /** For jose's `jwtVerify`. */
  readonly keyFor = async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    if (this.keys === null || this.ageMs() > freshMs) await this.refresh();
    try {
      return await this.keys!(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.ageMs() < againAfterMs) throw error;
      await this.refresh();
      return this.keys!(header, token);
    }
  };

  private ageMs(): number {
    return this.clock.now().epochMilliseconds - this.fetchedAtMs;
  }

  private refresh(): Promise<void> {
    this.fetching ??= this.fetchKeys()
      .then((keys) => {
        this.keys = createLocalJWKSet(keys);
        this.fetchedAtMs = this.clock.now().epochMilliseconds;
      })
      .finally(() => (this.fetching = null));
    return this.fetching;
  }
}
