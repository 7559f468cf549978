/**
 * Where a sign-in leads back to: a path of this site, or “/”. A link from elsewhere must not lead through sign-in to a
 * foreign page, nor to an answer of the API.
 */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 500 || !/^\/(?![/\\])[^\\\s]*$/.test(wanted)) return '/';
  const anywhere = 'https://samraad.invalid';
  if (!URL.canParse(wanted, anywhere)) return '/';
  const { origin, pathname, search } = new URL(wanted, anywhere);
  return origin !== anywhere || /^\/+(api|oidc)(\/|$)/i.test(pathname) || pathname.startsWith('//') ? '/' : pathname + search;
}
