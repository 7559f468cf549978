import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { actsElsewhere, currentIdentity } from '../api/session.js';
import type { Ticket } from '../api/types.js';
import { SamraadProvider } from './provider.js';
import { endOfRefusal } from './refused-ticket.js';
import { unsavedDocuments } from './unsaved.js';

/**
 * The documents this tab has open. A document that is left while something in it is not stored stays open behind the
 * scenes until it is: walking to another page must not cost a word.
 */
interface Opened {
  provider: SamraadProvider;
  users: number;
  /** Whose it was when it was opened. */
  identity: string | null;
  stopReporting: () => void;
}

/**
 * A ticket for whoever opened the document. When another tab has changed what she acts as, what is refused is refused to that
 * other authority: her text waits as if she were signed out.
 */
async function ticketFor(documentId: string, identity: string | null): Promise<Ticket> {
  try {
    return await api.ticket(documentId);
  } catch (error) {
    if (endOfRefusal(error) === 'accessLost' && identity !== null && (await actsElsewhere(identity))) throw new ApiProblem(401, { code: 'not-signed-in' });
    throw error;
  }
}

const opened = new Map<string, Opened>();

export function acquire(documentId: string, path: string): SamraadProvider {
  let entry = opened.get(documentId);
  if (!entry) {
    const identity = currentIdentity();
    const provider = new SamraadProvider({
      documentId,
      fetchTicket: (id) => ticketFor(id, identity),
      serverOrigin: location.origin.replace(/^http/, 'ws'),
    });
    const stopReporting = provider.subscribe(() => {
      const status = provider.status();
      // When access is taken away the text may not stay, not even for its author.
      unsavedDocuments.report(documentId, path, provider.hasUnsaved && status !== 'accessLost', identity);
      closeIfIdle(documentId);
    });
    entry = { provider, users: 0, identity, stopReporting };
    opened.set(documentId, entry);
    provider.start();
  }
  entry.users++;
  entry.provider.revive();
  return entry.provider;
}

export function release(documentId: string): void {
  const entry = opened.get(documentId);
  if (!entry) return;
  entry.users--;
  // React may take the same document again at once (strict mode, a changed key).
  setTimeout(() => closeIfIdle(documentId));
}

/** Gives up what is here and loads the stored text afresh: after a refusal or a restore, on the person's word. */
export function discard(documentId: string): void {
  const entry = opened.get(documentId);
  if (!entry) return;
  opened.delete(documentId);
  entry.stopReporting();
  entry.provider.destroy();
  unsavedDocuments.report(documentId, '', false);
}

function closeIfIdle(documentId: string): void {
  const entry = opened.get(documentId);
  if (!entry || entry.users > 0) return;
  const status = entry.provider.status();
  if (!entry.provider.hasUnsaved || status === 'accessLost') discard(documentId);
}

unsavedDocuments.onDiscard((keep) => {
  for (const [documentId, { identity }] of opened) if (keep === null || identity !== keep) discard(documentId);
});
