import { parseCookie, stringifySetCookie } from 'cookie';

/** Cookies of the way to an identity provider and back. Over TLS the prefix pins them to this host (RFC 6265bis § 4.1.3.2). */
const names = {
  /** The secret of a sign-in under way. */
  transaction: 'samraad_sign_in',
  /** Which provider this browser came by last; says nothing of who. */
  provider: 'samraad_provider',
} as const;
type Name = keyof typeof names;

const nameOf = (name: Name, secure: boolean) => (secure ? `__Host-${names[name]}` : names[name]);

export function readSignInCookie(name: Name, header: string | undefined, secure: boolean): string | null {
  return header === undefined ? null : (parseCookie(header)[nameOf(name, secure)] ?? null);
}

/** @param value null takes it away */
export function signInCookie(name: Name, value: string | null, secure: boolean): string {
  const lasts = name === 'transaction' ? 600 : 180 * 86_400;
  // Lax: the provider leads back by a link from its own site.
  return stringifySetCookie({ name: nameOf(name, secure), value: value ?? '', httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: value === null ? 0 : lasts });
}
