import { linesOf, missingLines, withMore, type Lines } from './lines.js';
import type { SamraadProvider } from './provider.js';
import { unsavedDocuments } from './unsaved.js';

/**
 * Texts of documents whose store was put back to an earlier state, until their authors have said what is to become of them.
 * In memory only; the frame around the page names them as unsaved.
 */
const texts = new Map<string, { lines: Lines; path: string; identity: string | null }>();
const key = (documentId: string) => `${documentId} restored`;

export const keptTexts = {
  get: (documentId: string): Lines | null => texts.get(documentId)?.lines ?? null,

  /** A store may be put back a second time before the first was answered: what is kept stays kept. */
  keep(documentId: string, path: string, lines: Lines, identity: string | null) {
    const kept = texts.get(documentId)?.lines;
    texts.set(documentId, { lines: kept === undefined ? lines : withMore(kept, lines), path, identity });
    unsavedDocuments.report(key(documentId), path, true, identity);
  },

  /** What is kept and does not stand in the document now, line by line; for taking along when nothing can be written. */
  missingIn({ documentId, doc }: Pick<SamraadProvider, 'documentId' | 'doc'>): string[] {
    const kept = texts.get(documentId)?.lines;
    if (kept === undefined) return [];
    const { title, agenda, minutes } = missingLines(kept, linesOf(doc));
    return [...title, ...agenda, ...minutes];
  },

  /** The paragraphs are written in again; a title nobody puts in but its author. */
  keepTitle(documentId: string, title: readonly string[]) {
    const kept = texts.get(documentId);
    if (kept) texts.set(documentId, { ...kept, lines: { title, agenda: [], minutes: [] } });
  },

  drop(documentId: string) {
    if (texts.delete(documentId)) unsavedDocuments.report(key(documentId), '', false);
  },
};

unsavedDocuments.onDiscard((keep) => {
  for (const [documentId, { identity }] of texts) if (keep === null || identity !== keep) keptTexts.drop(documentId);
});
