import { parseCookie, stringifySetCookie } from 'cookie';

/** Over TLS the `__Host-` prefix pins the cookie to this host and path (RFC 6265bis §4.1.3.2). */
const secureName = '__Host-samraad_session';
const plainName = 'samraad_session';

/**
 * The session token of a Cookie header, or null.
 *
 * @param secure over TLS only the prefixed cookie counts: a sister site can plant one with the plain name
 */
export function readSessionToken(cookieHeader: string | undefined, secure: boolean): string | null {
  if (cookieHeader === undefined) return null;
  return parseCookie(cookieHeader)[secure ? secureName : plainName] ?? null;
}

/** A Set-Cookie value that signs in, or with `token` null one that signs out. */
export function sessionCookie(token: string | null, secure: boolean): string {
  return stringifySetCookie({
    name: secure ? secureName : plainName,
    value: token ?? '',
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    ...(token === null ? { maxAge: 0 } : {}),
  });
}
