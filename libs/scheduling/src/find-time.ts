import type { Availability } from './availability.js';
import { compile, type CompiledQuery, type FindTimeQuery } from './find-time-query.js';
import { explain, type Candidate } from './find-time-reasons.js';
import { relaxationsOf, type Relaxation } from './find-time-relax.js';
import { search, slotBits } from './find-time-search.js';
import { slotsPerDay } from './slots.js';

export interface FindTimeResult {
  /** How many starts there are; all of them, not the first few. */
  readonly length: number;
  /** Starts in time order as slots since the first day of the index: what a picture of the year shows. */
  readonly slots: Uint16Array;
  /** The candidates of these ranks, the best first, each with its reasons. */
  candidates(fromRank?: number, toRank?: number): Candidate[];
  /** The best candidate of each day, the best day first, at most so many: what a list shows, since of one day many are alike. */
  bestOfDays(most: number): Candidate[];
  /** If there is no start: the smallest changes that would give one, the smallest first. Otherwise empty. */
  readonly relaxations: readonly Relaxation[];
}

/**
 * Every time at which a meeting can be held, ranked, with reasons; and if there is none, what would have to give
 * (rules AV1 … AV14). The order is by cost (docs/scheduling.md), then by time; the same question on the same data has the
 * same answer.
 *
 * @throws UnusableQuery for who or what the index does not know, and for bounds
 */
export function findTime(index: Availability, query: FindTimeQuery): FindTimeResult {
  const compiled = compile(index, query);
  const keys = search(compiled);
  let relaxations: readonly Relaxation[] | null = null;
  return {
    length: keys.length,
    get slots() {
      return Uint16Array.from(keys, (key) => key & slotBits).sort();
    },
    candidates: (fromRank = 0, toRank = keys.length) => explainAll(compiled, keys, fromRank, toRank),
    bestOfDays: (most) => {
      const seen = new Set<number>();
      const found: Candidate[] = [];
      for (let rank = 0; rank < keys.length && found.length < most; rank += 1) {
        const day = Math.floor((keys[rank]! & slotBits) / slotsPerDay);
        if (seen.has(day)) continue;
        seen.add(day);
        found.push(explain(compiled, keys[rank]!));
      }
      return found;
    },
    get relaxations() {
      return (relaxations ??= keys.length > 0 ? [] : relaxationsOf(index, query));
    },
  };
}

function explainAll(compiled: CompiledQuery, keys: Uint32Array, from: number, to: number): Candidate[] {
  const found: Candidate[] = [];
  for (let rank = Math.max(0, from); rank < Math.min(keys.length, to); rank += 1) found.push(explain(compiled, keys[rank]!));
  return found;
}
