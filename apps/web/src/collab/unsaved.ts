/**
 * Which documents of this tab hold text that the server has not acknowledged. Kept apart from the editor so that the
 * frame around every page can tell about it without loading the editor.
 */
export interface UnsavedDocument {
  documentId: string;
  /** Where the text can be seen again, a path of this site. */
  path: string;
  /** Who wrote it, and what she acted as then; null for a guest. */
  identity: string | null;
}

/** Lets go of everything but what belongs to `keep`. */
type Discard = (keep: string | null) => void;

let documents: readonly UnsavedDocument[] = [];
const listeners = new Set<() => void>();
const discarders = new Set<Discard>();

function set(next: readonly UnsavedDocument[]) {
  documents = next;
  for (const listener of listeners) listener();
}

export const unsavedDocuments = {
  get: () => documents,

  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },

  report(documentId: string, path: string, unsaved: boolean, identity: string | null = null) {
    const known = documents.some((document) => document.documentId === documentId);
    if (unsaved && !known) set([...documents, { documentId, path, identity }]);
    if (!unsaved && known) set(documents.filter((document) => document.documentId !== documentId));
  },

  /** `discard` runs when another identity takes over the tab: nothing of the former one may stay. */
  onDiscard(discard: Discard) {
    discarders.add(discard);
    return () => void discarders.delete(discard);
  },

  /** What would be thrown away if `identity` took over. */
  lostWith: (identity: string) => documents.filter((document) => document.identity !== identity),

  /** @param keep whose text stays: she comes back after another tab had changed what she acts as */
  discardAll(keep: string | null = null) {
    for (const discard of discarders) discard(keep);
    set(keep === null ? [] : documents.filter((document) => document.identity === keep));
  },
};

// The browser asks in its own words; a text of ours is not shown by any of them any more.
window.addEventListener('beforeunload', (event) => {
  if (documents.length > 0) event.preventDefault();
});
