import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Whose request this is, for the database: the raw session token, which only the browser and this request know, and what
 * the request may do with it. The database looks the session up itself; nothing else that we say about the asker counts.
 */
export interface Asking {
  /** As in the cookie; anything. Null for somebody who is not signed in. */
  token: string | null;
  /** `request` reads what its person may read; `command` also changes rows that belong to others (docs/rls.md). */
  as: 'request' | 'command';
}

const asker = new AsyncLocalStorage<Asking>();

/** Does `work`, and all that follows from it, for the session of this token. */
export const askingAs = <T>(asking: Asking, work: () => T): T => asker.run(asking, work);

/** For whom the current work is done; nobody outside a request. */
export const currentAsking = (): Asking => asker.getStore() ?? nobody;

const nobody: Asking = Object.freeze({ token: null, as: 'request' });
