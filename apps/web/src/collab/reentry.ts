import type { Lines } from './lines.js';
import { unsavedDocuments } from './unsaved.js';

/**
 * Texts of documents whose store was put back to an earlier state, until their authors have said what is to become of them.
 * In memory only; the frame around the page names them as unsaved.
 */
const texts = new Map<string, { lines: Lines; path: string }>();
const key = (documentId: string) => `${documentId} restored`;

export const keptTexts = {
  get: (documentId: string): Lines | null => texts.get(documentId)?.lines ?? null,

  keep(documentId: string, path: string, lines: Lines) {
    texts.set(documentId, { lines, path });
    unsavedDocuments.report(key(documentId), path, true);
  },

  drop(documentId: string) {
    if (texts.delete(documentId)) unsavedDocuments.report(key(documentId), '', false);
  },
};

unsavedDocuments.onDiscard(() => {
  for (const documentId of texts.keys()) keptTexts.drop(documentId);
});
