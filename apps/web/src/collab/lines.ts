import * as Y from 'yjs';
import { textBlocks } from '@lib/contracts/document-cpr.js';
import type { DocumentField } from './outbox.js';

/** The words of a document by field, a line for each paragraph, heading and list entry. */
export type Lines = Record<DocumentField, readonly string[]>;

export function linesOf(doc: Y.Doc): Lines {
  const of = (nodes: readonly unknown[]) => textBlocks(nodes, (node): node is Y.Text => node instanceof Y.Text).map(({ text }) => text.replaceAll('\ufffc', ''));
  return { title: of([doc.getText('title')]), agenda: of(doc.getXmlFragment('agenda').toArray()), minutes: of(doc.getXmlFragment('minutes').toArray()) };
}

/** Shorter than this, a line that begins another may well be another: “Nej” is not in “Nej, det gør vi ikke”. */
const tellingLength = 8;

/**
 * What of `mine` is not in `stored`, in its order. A line that stands twice must be there twice; one that somebody has written
 * on in is there. In doubt it is missing: what is offered needlessly can be left out, what is not offered is lost.
 */
export function missingLines(mine: Lines, stored: Lines): Lines {
  const missing = (field: DocumentField) => missingOf(mine[field], stored[field]);
  return { title: missing('title'), agenda: missing('agenda'), minutes: missing('minutes') };
}

function missingOf(mine: readonly string[], stored: readonly string[]): string[] {
  const lines = mine.filter((line) => line.trim() !== '');
  const left = stored.map((line) => line.trim()).filter((line) => line !== '');
  const take = (at: number) => at >= 0 && left.splice(at, 1).length > 0;
  // First each for itself: a line that was only written on in must not use up one that stands there word for word.
  const changed = lines.map((line, index) => ({ words: line.trim(), index })).filter(({ words }) => !take(left.indexOf(words)));
  // The longest first: wherever it can be, the shorter that begins it could be as well.
  const lost = changed
    .toSorted((a, b) => b.words.length - a.words.length)
    .filter(({ words }) => words.length < tellingLength || !take(left.findIndex((line) => isWrittenOn(words, line))));
  return lost.toSorted((a, b) => a.index - b.index).map(({ index }) => lines[index]!);
}

/** Whether `line` is `words` and more behind the end of a word. */
const isWrittenOn = (words: string, line: string) => line.startsWith(words) && !/^[\p{L}\p{N}]/u.test(line.slice(words.length));

/** All of `kept`, and of `more` what is not in it. */
export function withMore(kept: Lines, more: Lines): Lines {
  const added = missingLines(more, kept);
  return { title: [...kept.title, ...added.title], agenda: [...kept.agenda, ...added.agenda], minutes: [...kept.minutes, ...added.minutes] };
}
