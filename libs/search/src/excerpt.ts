import { stem, words } from './danish.js';
import { agreement, type QueryWord } from './text-index.js';

/** A run of text, and whether it is what was looked for. The reader sees text, never markup. */
export interface Segment {
  text: string;
  hit: boolean;
}

const before = 60;
const shown = 220;
const maxTitle = 200;

/** A title with the words that were looked for told apart. */
export function highlighted(title: string, asked: readonly QueryWord[]): Segment[] {
  return segments(title.slice(0, maxTitle), asked);
}

/**
 * The part of a text around the first word that was looked for, at most 220 characters, whole words; its beginning when
 * none of them stands in it; nothing when it is empty.
 */
export function excerpt(text: string, asked: readonly QueryWord[]): Segment[] {
  const plain = text.replace(/\s+/g, ' ').trim();
  if (plain === '') return [];
  let first = 0;
  for (const word of words(plain)) {
    if (!answers(word.folded, asked)) continue;
    first = word.start;
    break;
  }
  let start = Math.max(0, first - before);
  if (start > 0) start = plain.indexOf(' ', start) + 1;
  let end = Math.min(plain.length, start + shown);
  if (end < plain.length) end = Math.max(plain.lastIndexOf(' ', end), start + 1);
  const runs = segments(plain.slice(start, end), asked);
  return [...(start > 0 ? [{ text: '… ', hit: false }] : []), ...runs, ...(end < plain.length ? [{ text: ' …', hit: false }] : [])];
}

function segments(text: string, asked: readonly QueryWord[]): Segment[] {
  const composed = text.normalize('NFC');
  const runs: Segment[] = [];
  let at = 0;
  for (const { folded, start, end } of words(composed)) {
    if (!answers(folded, asked)) continue;
    if (start > at) runs.push({ text: composed.slice(at, start), hit: false });
    runs.push({ text: composed.slice(start, end), hit: true });
    at = end;
  }
  if (at < composed.length) runs.push({ text: composed.slice(at), hit: false });
  return runs;
}

const answers = (folded: string, asked: readonly QueryWord[]) => {
  const stemmed = stem(folded);
  return asked.some((word) => agreement(word, folded, stemmed) > 0);
};
