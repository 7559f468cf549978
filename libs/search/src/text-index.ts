import { fillers, stem, words } from './danish.js';

export const documentKinds = ['meeting', 'item', 'preparation', 'decision', 'followUp'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** What can be found. Lives in memory only. */
export interface SearchDocument {
  kind: DocumentKind;
  id: string;
  meetingId: string;
  /** The item it belongs to; null for a meeting. */
  itemId: string | null;
  /** Start of the meeting when the document was taken in, epoch milliseconds. */
  startMs: number;
  title: string;
  text: string;
}

export interface QueryWord {
  folded: string;
  stem: string;
}

export interface Hit {
  document: SearchDocument;
  score: number;
}

const titleWeight = 3;
const textWeight = 1;
const maxQueryWords = 8;

/** The words of a question that are looked for: at most eight, without fillers unless it has no others. */
export function queryWords(query: string): QueryWord[] {
  const all = [...new Set([...words(query)].map((word) => word.folded))].filter((word) => word.length > 1 || /\p{N}/u.test(word));
  const telling = all.filter((word) => !fillers.has(word));
  return (telling.length > 0 ? telling : all).slice(0, maxQueryWords).map((folded) => ({ folded, stem: stem(folded) }));
}

/**
 * How well a word of a text answers a word of a question, 0 to 1: the same word, the same stem, its beginning, or a part
 * of a compound (“underretning” in “skoleunderretningen”).
 */
export function agreement(asked: QueryWord, folded: string, stemmed: string): number {
  if (folded === asked.folded) return 1;
  if (stemmed === asked.stem) return 0.9;
  if (folded.startsWith(asked.folded)) return 0.6;
  const part = asked.stem.length >= 4 ? asked.stem : asked.folded;
  return part.length >= (/^\p{N}/u.test(part) ? 3 : 4) && folded.includes(part) ? 0.35 : 0;
}

interface Entry {
  document: SearchDocument;
  /** Its distinct words as numbers of the vocabulary, and how much each weighs. */
  terms: Uint32Array;
  weights: Float32Array;
  characters: number;
}

/**
 * An in-memory index of texts, made so that a search tells nothing of what the asker may not read: a question is held
 * against the vocabulary once, and then only the documents named by the caller are looked at. Which they are, how well
 * they answer and how long it takes follows from them and the question alone; there are no statistics over the others.
 */
export class TextIndex {
  private readonly entries = new Map<string, Entry>();
  private readonly numbers = new Map<string, number>();
  private readonly terms: string[] = [];
  private readonly stems: string[] = [];
  /** In how many documents a word stands; of those in none the number is given out again. */
  private readonly uses: number[] = [];
  private readonly free: number[] = [];
  /** Characters of text held. */
  characters = 0;

  get size(): number {
    return this.entries.size;
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  get(id: string): SearchDocument | undefined {
    return this.entries.get(id)?.document;
  }

  /** A copy: what it names may be deleted on the way. */
  all(): SearchDocument[] {
    return [...this.entries.values()].map(({ document }) => document);
  }

  /** Takes in a document, in the place of an earlier one with the same id. */
  set(document: SearchDocument): void {
    this.delete(document.id);
    const counts = new Map<string, { title: number; text: number }>();
    for (const field of ['title', 'text'] as const) {
      for (const { folded } of words(document[field])) {
        const count = counts.get(folded) ?? { title: 0, text: 0 };
        count[field] += 1;
        counts.set(folded, count);
      }
    }
    const terms = new Uint32Array(counts.size);
    const weights = new Float32Array(counts.size);
    let at = 0;
    for (const [folded, { title, text }] of counts) {
      terms[at] = this.use(folded);
      weights[at] = titleWeight * often(title) + textWeight * often(text);
      at += 1;
    }
    const characters = document.title.length + document.text.length;
    this.characters += characters;
    this.entries.set(document.id, { document, terms, weights, characters });
  }

  delete(id: string): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.entries.delete(id);
    this.characters -= entry.characters;
    for (const number of entry.terms) {
      this.uses[number]! -= 1;
      if (this.uses[number] !== 0) continue;
      this.numbers.delete(this.terms[number]!);
      this.terms[number] = '';
      this.stems[number] = '';
      this.free.push(number);
    }
  }

  /** Those of `ids` that answer every word of the question, in no order. */
  search(asked: readonly QueryWord[], ids: Iterable<string>): Hit[] {
    if (asked.length === 0) return [];
    const { marks, levels } = this.against(asked);
    const all = (1 << asked.length) - 1;
    const best = new Float32Array(asked.length);
    const hits: Hit[] = [];
    for (const id of ids) {
      const entry = this.entries.get(id);
      if (entry === undefined) continue;
      const { terms, weights } = entry;
      let found = 0;
      best.fill(0);
      for (let at = 0; at < terms.length; at += 1) {
        const term = terms[at]!;
        const mark = marks[term]!;
        if (mark === 0) continue;
        found |= mark;
        for (let word = 0; word < asked.length; word += 1) {
          const value = levels[word]![term]! * weights[at]!;
          if (value > best[word]!) best[word] = value;
        }
      }
      if (found === all) hits.push({ document: entry.document, score: best.reduce((sum, one) => sum + one, 0) });
    }
    return hits;
  }

  /** Which words of the vocabulary answer which words of the question, and how well. */
  private against(asked: readonly QueryWord[]): { marks: Uint8Array; levels: Float32Array[] } {
    const marks = new Uint8Array(this.terms.length);
    const levels = asked.map((word, position) => {
      const level = new Float32Array(this.terms.length);
      for (let term = 0; term < level.length; term += 1) {
        const value = agreement(word, this.terms[term]!, this.stems[term]!);
        if (value === 0) continue;
        level[term] = value;
        marks[term]! |= 1 << position;
      }
      return level;
    });
    return { marks, levels };
  }

  private use(folded: string): number {
    let number = this.numbers.get(folded);
    if (number === undefined) {
      number = this.free.pop() ?? this.terms.length;
      this.numbers.set(folded, number);
      this.terms[number] = folded;
      this.stems[number] = stem(folded);
      this.uses[number] = 0;
    }
    this.uses[number]! += 1;
    return number;
  }
}

/** The tenth mention says little more than the third. */
const often = (count: number) => (count === 0 ? 0 : 1 + Math.log(count));
