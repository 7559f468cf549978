import * as Y from 'yjs';
import { textBlocks } from '@lib/contracts/document-cpr.js';
import type { DocumentField } from './outbox.js';

/** The words of a document by field, a line for each paragraph, heading and list entry. */
export type Lines = Record<DocumentField, readonly string[]>;

export function linesOf(doc: Y.Doc): Lines {
  const of = (nodes: readonly unknown[]) => textBlocks(nodes, (node): node is Y.Text => node instanceof Y.Text).map(({ text }) => text.replaceAll('\ufffc', ''));
  return { title: of([doc.getText('title')]), agenda: of(doc.getXmlFragment('agenda').toArray()), minutes: of(doc.getXmlFragment('minutes').toArray()) };
}

/**
 * What of `mine` is not in `stored`, in its order. A line that stands twice must be there twice; one that somebody has written
 * on in is there.
 */
export function missingLines(mine: Lines, stored: Lines): Lines {
  const missing = (field: DocumentField) => {
    const there = stored[field].map((line) => line.trim());
    return mine[field].filter((line) => {
      const words = line.trim();
      const same = there.indexOf(words);
      const at = same >= 0 ? same : there.findIndex((one) => one.includes(words));
      if (at >= 0) there.splice(at, 1);
      return at < 0 && words !== '';
    });
  };
  return { title: missing('title'), agenda: missing('agenda'), minutes: missing('minutes') };
}
