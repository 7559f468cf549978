import { costs, type CompiledQuery, type Venue } from './find-time-query.js';
import { anySet, slotsPerDay, startsIn, wordsPerDay, type Plane } from './slots.js';

/** A start and its cost in one number, so that sorting numbers ranks them: the cost above, the slot below. */
export const slotBits = 0xffff;
const largestCost = 0xffff;

// The search runs to its end without a wait, so that one set of rooms to work in is enough.
let keys = new Uint32Array(4096);
const bitCosts = new Int32Array(32);
const missing = new Int32Array(10);
const unsure = new Int32Array(10);
const counter = new Int32Array(10);

/**
 * Every start that meets the conditions, by cost and then by time. Word by word: what is required is joined first, and
 * only where a start is left are the others looked at, 32 starts at once.
 *
 * @returns keys: cost × 65 536 + slot
 */
export function search(compiled: CompiledQuery): Uint32Array {
  const { venues } = compiled;
  let found = 0;
  for (const venue of venues) found = searchVenue(compiled, venue, found);
  const sorted = keys.slice(0, found).sort();
  return venues.length === 1 ? sorted : bestOfEachSlot(sorted);
}

/** Whether there is any start at all. */
export function hasStart(compiled: CompiledQuery): boolean {
  return compiled.venues.some((venue) => searchVenue(compiled, venue, 0) > 0);
}

/** The required people without whom there might be a start: at some time that is asked for nobody else who is required is away. */
export function soleObstacles({ words, starts, required, people, ask, run, venues }: CompiledQuery): Set<string> {
  const found = new Set<string>();
  for (const { free, open } of venues) {
    const needed = required.map((n) => (ask ? open : free)[n]!);
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at]!;
      let once = 0;
      let more = 0;
      for (let n = 0; n < needed.length && (n < 2 || more !== starts[word]!); n += 1) {
        const away = starts[word]! & ~runs(needed[n]!, word, run);
        more |= once & away;
        once |= away;
      }
      const single = once & ~more;
      if (single === 0) continue;
      for (let n = 0; n < needed.length; n += 1) if ((single & ~runs(needed[n]!, word, run)) !== 0) found.add(people[required[n]!]!.person.id);
    }
  }
  return found;
}

function searchVenue(compiled: CompiledQuery, venue: Venue, offset: number): number {
  const { words, starts, required, ask, run } = compiled;
  const free = venue.free;
  const can = ask ? venue.open : free;
  const needed = required.map((n) => can[n]!);
  let found = offset;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    let left = common(needed, word, run) & starts[word]!;
    if (left === 0) continue;
    left = limited(compiled, venue, can, word, left);
    if (left === 0) continue;

    price(compiled, venue, word, left);
    if (found + 32 > keys.length) keys = grown(keys);
    const day = Math.floor(word / wordsPerDay);
    const dayCost = compiled.dayCosts[day]! + venue.travelCost;
    const slot = word * 32;
    const slotOfWeek = (day % 7) * slotsPerDay + (slot - day * slotsPerDay);
    while (left !== 0) {
      const bit = 31 - Math.clz32(left & -left);
      left &= left - 1;
      const cost = bitCosts[bit]! + dayCost + compiled.slotCosts[slotOfWeek + bit]!;
      keys[found] = ((cost > largestCost ? largestCost : cost) * 65_536 + slot + bit) >>> 0;
      found += 1;
    }
  }
  return found;
}

/** Starts of a run that all these planes have. */
function common(planes: readonly Plane[], word: number, run: number): number {
  let low = -1;
  for (let n = 0; n < planes.length && low !== 0; n += 1) low &= planes[n]![word]!;
  if (low === 0 || run === 1) return low;
  let high = -1;
  for (let n = 0; n < planes.length && high !== 0; n += 1) high &= planes[n]![word + 1]!;
  return startsIn(low, high, run);
}

/** What groups, quorums and rooms leave of `left`. */
function limited({ groups, quorums, run }: CompiledQuery, { roomPlanes, rooms }: Venue, can: readonly Plane[], word: number, left: number): number {
  for (let n = 0; n < groups.length && left !== 0; n += 1) {
    left &= anyOf(groups[n]!.members, can, word, run);
  }
  if (rooms.length > 0 && left !== 0) {
    let one = 0;
    for (const plane of roomPlanes) one |= runs(plane, word, run);
    left &= one;
  }
  for (let n = 0; n < quorums.length && left !== 0; n += 1) left &= enough(quorums[n]!.units, quorums[n]!.quorum.least, can, word, run);
  return left;
}

/** The starts of one person; most words of most people are wholly taken. */
function runs(plane: Plane, word: number, run: number): number {
  const low = plane[word]!;
  return low === 0 || run === 1 ? low : startsIn(low, plane[word + 1]!, run);
}

/** Bits at which at least `least` of the units can. */
function enough(units: readonly (readonly number[])[], least: number, can: readonly Plane[], word: number, run: number): number {
  if (units.length < least) return 0;
  if (least === 1) {
    let one = 0;
    for (let u = 0; u < units.length && one !== -1; u += 1) one |= anyOf(units[u]!, can, word, run);
    return one;
  }
  counter.fill(0);
  for (let u = 0; u < units.length; u += 1) count(counter, anyOf(units[u]!, can, word, run));
  // Compares 32 counts with `least` at once, from the highest binary place down.
  let more = 0;
  let equal = -1;
  for (let place = counter.length - 1; place >= 0; place -= 1) {
    const digit = (least >> place) & 1 ? -1 : 0;
    more |= equal & counter[place]! & ~digit;
    equal &= ~(counter[place]! ^ digit);
  }
  return more | equal;
}

function anyOf(members: readonly number[], can: readonly Plane[], word: number, run: number): number {
  let one = 0;
  for (let m = 0; m < members.length; m += 1) one |= runs(can[members[m]!]!, word, run);
  return one;
}

/** Adds one to each of 32 counters whose bit is set; their binary places lie in one word each. */
function count(counters: Int32Array, bits: number): void {
  let carry = bits;
  for (let place = 0; carry !== 0; place += 1) {
    const both = counters[place]! & carry;
    counters[place]! ^= carry;
    carry = both;
  }
}

function countAt(counters: Int32Array, bit: number, places: number): number {
  let total = 0;
  for (let place = 0; place < places; place += 1) total += ((counters[place]! >>> bit) & 1) << place;
  return total;
}

/** The costs that depend on who can come, into `bitCosts`, for the bits that are `left` (rule AV9). */
function price(compiled: CompiledQuery, venue: Venue, word: number, left: number): void {
  const { optional, required, groups, quorums, ask, run } = compiled;
  const { free, open, tentative } = venue;
  bitCosts.fill(0);
  if (optional.length > 0) {
    missing.fill(0);
    unsure.fill(0);
    let anyUnsure = false;
    for (let n = 0; n < optional.length; n += 1) {
      const one = optional[n]!;
      const surely = runs(free[one]!, word, run);
      const perhaps = free[one] === open[one] ? surely : runs(open[one]!, word, run);
      const away = ~perhaps & left;
      if (away !== 0) count(missing, away);
      if (perhaps !== surely) {
        anyUnsure = true;
        count(unsure, perhaps & ~surely & left);
      }
    }
    const places = 32 - Math.clz32(optional.length);
    for (let rest = left; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest);
      let cost = countAt(missing, bit, places) * costs.optionalMissing;
      if (anyUnsure) cost += countAt(unsure, bit, places) * costs.optionalUnknown;
      bitCosts[bit]! += cost;
    }
  }
  for (let n = 0; n < required.length; n += 1) {
    const one = required[n]!;
    if (ask && free[one] !== open[one]) charge(left & ~runs(free[one]!, word, run), costs.mustAsk);
    if (tentative[one] !== null) chargeTentative(tentative[one]!, compiled.length, word, left);
  }
  for (let n = 0; n < groups.length; n += 1) {
    const { members } = groups[n]!;
    let rest = left;
    for (const certain of ask ? [true, false] : [true]) {
      for (let rank = 0; rank < members.length && rest !== 0; rank += 1) {
        const one = members[rank]!;
        const comes = rest & runs(certain ? free[one]! : open[one]!, word, run);
        if (comes === 0) continue;
        rest &= ~comes;
        charge(comes, rank * costs.substitute + (certain ? 0 : costs.mustAsk));
        if (tentative[one] !== null) chargeTentative(tentative[one]!, compiled.length, word, comes);
      }
    }
  }
  if (ask) for (const { units, quorum } of quorums) charge(left & ~enough(units, quorum.least, free, word, run), costs.mustAsk);
}

function charge(bits: number, cost: number): void {
  for (let rest = bits; rest !== 0 && cost !== 0; rest &= rest - 1) bitCosts[31 - Math.clz32(rest & -rest)]! += cost;
}

// Few things are tentative: looked at bit by bit.
function chargeTentative(plane: Plane, length: number, word: number, bits: number): void {
  for (let rest = bits; rest !== 0; rest &= rest - 1) {
    const bit = 31 - Math.clz32(rest & -rest);
    if (anySet(plane, word * 32 + bit, word * 32 + bit + length)) bitCosts[bit]! += costs.tentative;
  }
}

function bestOfEachSlot(sorted: Uint32Array): Uint32Array {
  const seen = new Set<number>();
  return sorted.filter((key) => {
    const slot = key & slotBits;
    if (seen.has(slot)) return false;
    seen.add(slot);
    return true;
  });
}

function grown(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(from.length * 2);
  larger.set(from);
  return larger;
}
