/**
 * Which documents of this tab hold text that the server has not acknowledged. Kept apart from the editor so that the
 * frame around every page can tell about it without loading the editor.
 */
export interface UnsavedDocument {
  documentId: string;
  /** Where the text can be seen again, a path of this site. */
  path: string;
}

let documents: readonly UnsavedDocument[] = [];
const listeners = new Set<() => void>();
const discarders = new Set<() => void>();

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

  report(documentId: string, path: string, unsaved: boolean) {
    const known = documents.some((document) => document.documentId === documentId);
    if (unsaved && !known) set([...documents, { documentId, path }]);
    if (!unsaved && known) set(documents.filter((document) => document.documentId !== documentId));
  },

  /** `discard` runs when another identity takes over the tab: nothing of the former one may stay. */
  onDiscard(discard: () => void) {
    discarders.add(discard);
    return () => void discarders.delete(discard);
  },

  discardAll() {
    for (const discard of discarders) discard();
    set([]);
  },
};

// The browser asks in its own words; a text of ours is not shown by any of them any more.
window.addEventListener('beforeunload', (event) => {
  if (documents.length > 0) event.preventDefault();
});
