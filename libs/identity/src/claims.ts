import type { AssuranceLevel } from '@lib/contracts/enums.js';
import type { Claims } from './provider-client.js';
import type { Provider } from './providers.js';

/** What a provider says of somebody, in our words. */
export interface Vouched {
  issuer: string;
  subject: string;
  name: string | null;
  /** Null when the provider does not say, or says something that is not configured. */
  level: AssuranceLevel | null;
  externalId: string | null;
  /** The authorities it speaks for here and now. */
  authorityIds: string[];
  providerSessionId: string | null;
}

/** Reads the claims as the provider's configuration maps them; null when one that is required is missing. */
export function vouchedBy(provider: Provider, claims: Claims): Vouched | null {
  const has = ({ claim, value }: { claim: string; value: string }) => {
    const found = claims[claim];
    return Array.isArray(found) ? found.includes(value) : typeof found === 'string' && found.split(' ').includes(value);
  };
  if (!provider.require.every(has)) return null;
  // Of a company that is pinned to no authority nobody is let in.
  const cvr = provider.claims.cvr === null ? null : textOf(claims[provider.claims.cvr]);
  const authorityIds = provider.authorities.filter((one) => provider.claims.cvr === null || one.cvr === cvr).map((one) => one.id);
  return {
    issuer: claims.iss,
    subject: claims.sub,
    name: textOf(claims[provider.claims.name]),
    level: provider.assurance.levels.get(textOf(claims[provider.assurance.claim]) ?? '') ?? null,
    externalId: provider.claims.externalId === null ? null : textOf(claims[provider.claims.externalId]),
    authorityIds,
    providerSessionId: textOf(claims.sid),
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' && value.length <= 500 && !value.includes('\0') ? value.trim() : null;
}
