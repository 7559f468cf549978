import { createHash } from 'node:crypto';
import type { Sealer } from '@lib/platform/sealing.js';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';
const tokenBytes = 16;

/**
 * [MA9] What proves that an answer comes from whom the invitation went to: 128 bits, made with the meeting's own key, of which the hash
 * alone is stored. In small letters, since mail servers do not keep large ones apart.
 */
export function answerToken(sealer: Sealer, membershipId: string): string {
  let bits = 0n;
  for (const byte of sealer.fingerprint(membershipId, 'mail answer').subarray(0, tokenBytes)) bits = (bits << 8n) | BigInt(byte);
  let token = '';
  for (let place = Math.ceil((tokenBytes * 8) / 5) - 1; place >= 0; place -= 1) token += letters[Number((bits >> BigInt(place * 5)) & 31n)];
  return token;
}

/** By which a token is stored and found. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The product's address, as it is for this participant's answers about this meeting. */
export const answerAddress = (own: string, sealer: Sealer, membershipId: string): string => own.replace('@', `+${answerToken(sealer, membershipId)}@`);

/** The tokens in addresses of ours among `addresses`. @param own the product's address, in small letters */
export function tokensIn(own: string, addresses: readonly string[]): string[] {
  const [local, domain] = own.split('@') as [string, string];
  return addresses.flatMap((one) => {
    const address = one.trim().toLowerCase();
    const token = address.slice(local.length + 1, -(domain.length + 1));
    return address === `${local}+${token}@${domain}` && /^[a-z2-7]{26}$/.test(token) ? [token] : [];
  });
}
