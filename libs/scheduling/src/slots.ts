import { minutesPerDay } from './civil.js';

/**
 * Time as bits: a bit for each quarter of an hour on the wall, three words of 32 for each day, the first slot in the lowest
 * bit. A plane holds one fact (free, say) for all slots; what several people have in common is an AND of their planes.
 */
export type Plane = Int32Array;

export const slotMinutes = 15;
export const slotsPerDay = minutesPerDay / slotMinutes;
export const wordsPerDay = slotsPerDay / 32;

/** One word to spare, so that the word after the last can be read. */
export function emptyPlane(days: number): Plane {
  return new Int32Array(days * wordsPerDay + 1);
}

/** Sets the slots [from, to), as far as the plane has them. */
export function setSlots(plane: Plane, from: number, to: number): void {
  const last = (plane.length - 1) * 32;
  let at = from < 0 ? 0 : from;
  const end = to > last ? last : to;
  if (at >= end) return;
  const lastWord = (end - 1) >> 5;
  for (let word = at >> 5; word < lastWord; word += 1) {
    plane[word]! |= -1 << (at & 31);
    at = (word + 1) << 5;
  }
  plane[lastWord]! |= (-1 << (at & 31)) & (-1 >>> (31 - ((end - 1) & 31)));
}

/** Whether all slots [from, to) are set; the caller keeps within the plane. */
export function allSet(plane: Plane, from: number, to: number): boolean {
  const lastWord = (to - 1) >> 5;
  let at = from;
  for (let word = from >> 5; word <= lastWord; word += 1) {
    const high = word === lastWord ? -1 >>> (31 - ((to - 1) & 31)) : -1;
    const mask = (-1 << (at & 31)) & high;
    if ((plane[word]! & mask) !== mask) return false;
    at = (word + 1) << 5;
  }
  return true;
}

/** Whether any of the slots [from, to) is set. */
export function anySet(plane: Plane, from: number, to: number): boolean {
  const lastWord = (to - 1) >> 5;
  let at = from;
  for (let word = from >> 5; word <= lastWord; word += 1) {
    const high = word === lastWord ? -1 >>> (31 - ((to - 1) & 31)) : -1;
    if ((plane[word]! & (-1 << (at & 31)) & high) !== 0) return true;
    at = (word + 1) << 5;
  }
  return false;
}

/** The longest run that `startsIn` can judge from two words. */
export const longestPair = 33;

/**
 * Where in `low` a run of `length` set slots begins, `high` being the word after it. Bits beyond both words count as unset.
 *
 * @param length 1 … 33 slots
 */
export function startsIn(low: number, high: number, length: number): number {
  let run = 1;
  while (run < length) {
    const step = Math.min(run, length - run);
    low &= (low >>> step) | (high << (32 - step));
    high &= high >>> step;
    run += step;
  }
  return low;
}

/** A plane in which a slot is set where a run of `length` set slots begins; for runs longer than two words hold. */
export function startsPlane(plane: Plane, length: number): Plane {
  const starts = Int32Array.from(plane);
  let run = 1;
  while (run < length) {
    const step = Math.min(run, length - run);
    const words = step >> 5;
    const bits = step & 31;
    for (let word = 0; word < starts.length; word += 1) {
      const near = starts[word + words] ?? 0;
      const far = starts[word + words + 1] ?? 0;
      starts[word]! &= bits === 0 ? near : (near >>> bits) | (far << (32 - bits));
    }
    run += step;
  }
  return starts;
}
