import type { Language } from '@lib/contracts/language.js';
import { useQuery } from '@tanstack/react-query';
import { unsavedDocuments } from '../collab/unsaved.js';
import { searchTerms } from '../search/search-terms.js';
import { speak } from '../i18n/i18n.js';
import { api } from './client.js';
import { ApiProblem } from './problem.js';
import { queries, queryClient } from './queries.js';
import type { Session } from './types.js';

let lastIdentity: string | null = null;
let leaving = false;
let chosen: Language | null = null;
/** A person, and what she acts as. */
export const identityOf = (person: { id: string }, acting: { id: string }) => `${person.id} ${acting.id}`;
const identity = (session: Session) => identityOf(session.person, session.acting);

/** Called with every session the server tells of, so that a later one can be compared with it. */
export function rememberIdentity(session: Session): void {
  const former = lastIdentity;
  lastIdentity = identity(session);
  // Another tab has changed what she acts as, and may change it back; or another person has signed in there.
  if (former !== null && !isSamePerson(former, session)) unsavedDocuments.discardAll();
}

const isSamePerson = (former: string, { person }: Session) => former.startsWith(`${person.id} `);

/** Whether the person of `former` acts for another authority by now: the session is that of all tabs. */
export async function actsElsewhere(former: string): Promise<boolean> {
  const session = await api.session();
  return isSamePerson(former, session) && identity(session) !== former;
}

/** Whose page this is; null before anybody has signed in. */
export const currentIdentity = () => lastIdentity;

/** The session of the page below the sign-in gate; it is there, or the gate would not have rendered. */
export function useSession(): Session {
  const { data } = useQuery(queries.session());
  if (!data) throw new Error('useSession outside the signed-in part');
  return data;
}

/** A new identity: nothing that the former one was shown may stay in memory. */
export function beginSession(session: Session): void {
  leaving = false;
  const former = lastIdentity;
  lastIdentity = identity(session);
  // The same person who signs in again finds her unsaved text, by another membership when she acts by this one again;
  // anybody else must not.
  if (former === null || !isSamePerson(former, session)) unsavedDocuments.discardAll(lastIdentity);
  if (former !== lastIdentity) searchTerms.forget();
  const configuration = queryClient.getQueryData(queries.configuration().queryKey);
  queryClient.clear();
  if (configuration) queryClient.setQueryData(queries.configuration().queryKey, configuration);
  queryClient.setQueryData(queries.session().queryKey, session);
  const choice = chosen ?? session.language;
  chosen = null;
  if (choice === null) return;
  speak(choice);
  if (choice === session.language) return;
  // Not kept, it still holds for this visit.
  void api.chooseLanguage(choice).then(
    (kept) => queryClient.setQueryData(queries.session().queryKey, kept),
    () => undefined,
  );
}

/** The language somebody chose on the sign-in page; it becomes hers when she signs in. */
export const chosenLanguage = {
  set: (language: Language) => {
    chosen = language;
  },
};

/**
 * The server says that the session is over. The gate shows the sign-in page; the route is kept, so that signing in
 * leads back. Text that was not stored stays with the open documents until the tab is closed.
 */
export function endSession(): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => !['session', 'configuration', 'guest'].includes(queryKey[0] as string) });
  void queryClient.resetQueries({ queryKey: queries.session().queryKey });
}

/** Whether the person is signing out herself: then nothing leads the next one back to where she was. */
export const leavingByChoice = {
  get: () => leaving,
  set: (value: boolean) => {
    leaving = value;
  },
};

export const isSignedOut = (error: unknown) => error instanceof ApiProblem && error.status === 401;
