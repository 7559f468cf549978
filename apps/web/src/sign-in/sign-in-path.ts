interface Wishes {
  /** The path to come back to. */
  videre?: string;
  /** For the level that administrators and auditors need. */
  til?: 'administration';
  /** The membership to act by. */
  rolle?: string;
}

/** Where a sign-in by a provider begins; the browser itself goes there, it is no page of this application. */
export function signInPath(providerId: string, wishes: Wishes = {}): string {
  const query = new URLSearchParams(Object.entries(wishes)).toString();
  return `/api/v1/sign-in/${encodeURIComponent(providerId)}${query && `?${query}`}`;
}
