import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { decrypt, encrypt } from '@lib/platform/sealing.js';

/**
 * What a sign-in under way is bound to. The browser holds one secret in a cookie, the table its hash; state, nonce and
 * PKCE verifier follow from the secret, so that they stand nowhere at rest.
 */
export class SignInSecret {
  readonly hash: Buffer;
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636 § 4.1: 43 characters. */
  readonly verifier: string;

  private constructor(readonly value: string) {
    const derived = (purpose: string) => createHmac('sha256', value).update(`samraad ${purpose}`).digest('base64url');
    this.hash = hashOf(value);
    this.state = derived('state');
    this.nonce = derived('nonce');
    this.verifier = derived('verifier');
  }

  static create(): SignInSecret {
    return new SignInSecret(randomBytes(32).toString('base64url'));
  }

  static of(cookie: string): SignInSecret {
    return new SignInSecret(cookie);
  }

  isState(state: string | null): boolean {
    return state !== null && timingSafeEqual(hashOf(state), hashOf(this.state));
  }
}

export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Under the session's own token, which is stored nowhere: who has the database alone cannot open it. */
export function sealForSession(sessionToken: string, text: string): Buffer {
  return encrypt(sessionKey(sessionToken), Buffer.from(text), Buffer.from('session.sealed_id_token'));
}

export function openForSession(sessionToken: string, sealed: Uint8Array): string {
  return decrypt(sessionKey(sessionToken), sealed, Buffer.from('session.sealed_id_token')).toString();
}

function sessionKey(token: string): Buffer {
  return Buffer.from(hkdfSync('sha256', token, '', 'samraad session seal', 32));
}
