import { api } from '../api/client.js';
import { SamraadProvider } from './provider.js';
import { unsavedDocuments } from './unsaved.js';

/**
 * The documents this tab has open. A document that is left while something in it is not stored stays open behind the
 * scenes until it is: walking to another page must not cost a word.
 */
interface Opened {
  provider: SamraadProvider;
  users: number;
  stopReporting: () => void;
}

const opened = new Map<string, Opened>();

export function acquire(documentId: string, path: string): SamraadProvider {
  let entry = opened.get(documentId);
  if (!entry) {
    const provider = new SamraadProvider({
      documentId,
      fetchTicket: api.ticket,
      serverOrigin: location.origin.replace(/^http/, 'ws'),
    });
    const stopReporting = provider.subscribe(() => {
      const status = provider.status();
      // When access is taken away the text may not stay, not even for its author.
      unsavedDocuments.report(documentId, path, provider.hasUnsaved && status !== 'accessLost');
      closeIfIdle(documentId);
    });
    entry = { provider, users: 0, stopReporting };
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

unsavedDocuments.onDiscard(() => {
  for (const documentId of opened.keys()) discard(documentId);
});
