import { cprDigits, cprRanges } from '@lib/contracts/cpr.js';
import { Intervals } from './intervals.js';
import type { ClientRange, Reference } from './update-scan.js';

/** Words that an update puts somewhere, or a mark among them (without words). */
export interface Written extends Reference {
  left: Reference | undefined;
  right: Reference | undefined;
  text: string;
}

/** A number that stood in a document and was deleted again: its digits, and whose client id wrote most of it. */
export interface GoneNumber {
  digits: string;
  clientId: number;
}

/** What an update did to numbers: those that stood there and are deleted by it, and those that are whole only with it. */
export interface Taken {
  gone: GoneNumber[];
  made: ReadonlySet<string>;
}

/** Places that are kept, and characters of each. A number with all that may stand in it has at most 16. */
const maxRuns = 16;
const maxCharacters = 64;
const around = 16;

/** Of ours or, from there on, of another script or width. */
const mayBeDigit = (unit: string) => (unit >= '0' && unit <= '9') || unit > '\u065f';

/** Characters side by side, as far as they were written lately. What was deleted keeps its place, without a character. */
class Run {
  readonly clients: number[] = [];
  readonly clocks: number[] = [];
  readonly characters: string[] = [];
  /** How many of the characters may be digits: most of what is written holds no number at all. */
  private digits = 0;

  indexOf({ client, clock }: Reference): number {
    // Typing goes on at the end.
    for (let i = this.clocks.length - 1; i >= 0; i--) if (this.clocks[i] === clock && this.clients[i] === client) return i;
    return -1;
  }

  insert(at: number, { client, clock, text }: Written): void {
    const end = at + Math.max(1, text.length);
    for (let place = at; place < end; place++) {
      const character = text[place - at] ?? '';
      this.clients.splice(place, 0, client);
      this.clocks.splice(place, 0, clock + place - at);
      this.characters.splice(place, 0, character);
      if (mayBeDigit(character)) this.digits++;
    }
    // Whoever writes goes on behind the last character; what is far from it goes first.
    const excess = this.clocks.length - maxCharacters;
    if (excess > 0) this.cut(end > maxCharacters / 2 ? 0 : maxCharacters, excess);
  }

  private cut(from: number, count: number): void {
    for (let place = from; place < from + count; place++) if (mayBeDigit(this.characters[place] ?? '')) this.digits--;
    for (const list of [this.clients, this.clocks, this.characters]) list.splice(from, count);
  }

  numbers(): GoneNumber[] {
    if (this.digits < 10) return [];
    const places: number[] = [];
    let text = '';
    this.characters.forEach((character, place) => {
      if (character === '') return;
      places.push(place);
      text += character;
    });
    return cprRanges(text).map(({ start, end }) => ({ digits: cprDigits(text.slice(start, end)), clientId: this.mainWriter(places.slice(start, end)) }));
  }

  private mainWriter(places: readonly number[]): number {
    const counts = new Map<number, number>();
    for (const place of places) counts.set(this.clients[place] as number, (counts.get(this.clients[place] as number) ?? 0) + 1);
    return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
  }

  /** @returns whether anything was */
  remove(deleted: ReadonlyMap<number, Intervals>): boolean {
    let isChanged = false;
    for (let i = 0; i < this.clocks.length; i++) {
      const clock = this.clocks[i] as number;
      if (this.characters[i] === '' || deleted.get(this.clients[i] as number)?.missing(clock, clock + 1).length !== 0) continue;
      if (mayBeDigit(this.characters[i] as string)) this.digits--;
      this.characters[i] = '';
      isChanged = true;
    }
    return isChanged;
  }
}

/**
 * The last words written in a document, just enough of them to see that a CPR number was typed and deleted before the
 * projection came to look: it is in what is stored, but no longer in the words. Rule CO87.
 */
export class RecentText {
  private runs: Run[] = [];

  /** In the order of commits. */
  take(written: readonly Written[], deletes: readonly ClientRange[]): Taken {
    const made = new Set<string>();
    for (const one of written) for (const part of partsOf(one)) this.put(part, made);
    if (deletes.length === 0 || this.runs.length === 0) return { gone: [], made };
    const deleted = new Map<number, Intervals>();
    for (const { client, from, to } of deletes) {
      let intervals = deleted.get(client);
      if (intervals === undefined) deleted.set(client, (intervals = new Intervals()));
      intervals.add(from, to);
    }
    const gone = this.runs.flatMap((run) => {
      const before = run.numbers();
      if (!run.remove(deleted)) return [];
      const after = new Set(run.numbers().map(({ digits }) => digits));
      for (const digits of after) if (!before.some((one) => one.digits === digits)) made.add(digits);
      return before.filter(({ digits }) => !after.has(digits));
    });
    return { gone, made };
  }

  private put(part: Written, made: Set<string>): void {
    const { left, right } = part;
    for (let i = this.runs.length - 1; i >= 0; i--) {
      const run = this.runs[i] as Run;
      const before = left === undefined ? -1 : run.indexOf(left);
      const behind = before >= 0 || right === undefined ? -1 : run.indexOf(right);
      if (before < 0 && behind < 0) continue;
      put(run, before >= 0 ? before + 1 : behind, part, made);
      // Whatever was written last is dropped last.
      if (i < this.runs.length - 1) this.runs.push(...this.runs.splice(i, 1));
      return;
    }
    const run = new Run();
    put(run, 0, part, made);
    this.runs.push(run);
    if (this.runs.length > maxRuns) this.runs.shift();
  }
}

function put(run: Run, at: number, part: Written, made: Set<string>): void {
  const before = run.numbers();
  run.insert(at, part);
  for (const { digits } of run.numbers()) if (!before.some((one) => one.digits === digits)) made.add(digits);
}

/** Of a long text its ends, where somebody may go on, and what stands around the numbers in it. */
function partsOf(written: Written): Written[] {
  const { client, clock, left, right, text } = written;
  if (text.length <= maxCharacters / 2) return [written];
  const part = (from: number, to: number): Written => ({ client, clock: clock + from, left: from === 0 ? left : undefined, right: to === text.length ? right : undefined, text: text.slice(from, to) });
  const parts: [number, number][] = [[0, around]];
  for (const { start, end } of cprRanges(text).slice(0, maxRuns)) {
    const [from, to] = [Math.max(0, start - 1), Math.min(text.length, end + 1)];
    const last = parts.at(-1) as [number, number];
    // Side by side they are one part, or a number would be cut in two.
    if (from <= last[1]) last[1] = to;
    else parts.push([from, to]);
  }
  const last = parts.at(-1) as [number, number];
  if (last[1] >= text.length - around) last[1] = text.length;
  else parts.push([text.length - around, text.length]);
  return parts.map(([from, to]) => part(from, to));
}
