import { bitCount } from './year-plan-calendar.js';
import type { PlanModel } from './year-plan-model.js';

/** Meetings of a person on a day beyond which the day is crowded. */
export const comfortablePerDay = 2;

/**
 * Which candidate each series has, and what that costs, kept up to date placement by placement. All placements of a
 * pattern are on one weekday, so a person's ways and crowded days are a sum over five independent weekdays.
 */
export class PlanState {
  /** By series; -1 is left out. */
  readonly chosen: Int32Array;
  cost: number;
  /** Candidates of a person on a weekday, by starting time: `person * 5 + weekday`. */
  private readonly days: number[][];
  private readonly dayCosts: Float64Array;
  private readonly weekCounts: Uint8Array;
  /** Weeks in which a person has the even share or more. */
  private readonly fullLo: Int32Array;
  private readonly fullHi: Int32Array;
  private readonly scratch: number[] = [];
  private person = 0;
  private list: readonly number[] = [];

  constructor(readonly model: PlanModel) {
    this.chosen = new Int32Array(model.seriesCount).fill(-1);
    this.cost = model.seriesCount * model.weights.leftOut;
    this.days = Array.from({ length: model.personCount * 5 }, () => []);
    this.dayCosts = new Float64Array(model.personCount * 5);
    this.weekCounts = new Uint8Array(model.personCount * 64);
    this.fullLo = new Int32Array(model.personCount);
    this.fullHi = new Int32Array(model.personCount);
  }

  /**
   * What the candidate would add beside leaving its series out; Infinity when it collides, or when it reaches `limit`
   * (looked for no further).
   */
  added(candidate: number, limit = Infinity): number {
    const { model } = this;
    let sum = model.alone[candidate]!;
    if (sum >= limit) return Infinity;
    const people = model.people[candidate]!;
    for (let n = 0; n < people.length; n += 1) {
      sum += this.addedFor(people[n]!, candidate);
      if (sum >= limit) return Infinity;
    }
    return sum;
  }

  /** What a candidate would add for one of its people. */
  private addedFor(person: number, candidate: number): number {
    const { model } = this;
    const slot = person * 5 + model.weekday[candidate]!;
    const lo = model.heldLo[candidate]! & ~model.awayLo[slot]!;
    const hi = model.heldHi[candidate]! & ~model.awayHi[slot]!;
    const times = model.times[person]!;
    const list = this.days[slot]!;
    let uneven = 0;
    if (times > 0) uneven = bitCount(lo & this.fullLo[person]!, hi & this.fullHi[person]!) * model.weights.unevenWeek * times;
    if (list.length === 0) {
      if (times === 0) return 0;
      const way = model.travel[model.base[person]! * model.placeCount + model.place[candidate]!]!;
      return uneven + bitCount(lo, hi) * 2 * way * model.weights.travel * times;
    }
    const { scratch } = this;
    scratch.length = 0;
    let inserted = false;
    for (let n = 0; n < list.length; n += 1) {
      const other = list[n]!;
      if (this.collide(other, candidate, lo, hi)) return Infinity;
      if (!inserted && model.start[candidate]! < model.start[other]!) {
        scratch.push(candidate);
        inserted = true;
      }
      scratch.push(other);
    }
    if (!inserted) scratch.push(candidate);
    if (times === 0) return 0;
    return uneven + this.dayCost(person, slot, scratch) - this.dayCosts[slot]!;
  }

  /** Whether two candidates meet in a common one of the given weeks with too little time between them. */
  private collide(a: number, b: number, lo: number, hi: number): boolean {
    const { model } = this;
    if ((model.heldLo[a]! & lo) === 0 && (model.heldHi[a]! & hi) === 0) return false;
    const way = model.travel[model.place[a]! * model.placeCount + model.place[b]!]!;
    return model.end[a]! + way > model.start[b]! && model.end[b]! + way > model.start[a]!;
  }

  private dayCost(person: number, slot: number, list: readonly number[]): number {
    this.person = person;
    this.list = list;
    return this.tours(0, ~this.model.awayLo[slot]!, ~this.model.awayHi[slot]!, this.model.base[person]!, 0) * this.model.times[person]!;
  }

  /** Ways and crowding over the weeks in `lo`, `hi`, from the n-th candidate of the list on; splits them by who meets. */
  private tours(n: number, lo: number, hi: number, at: number, met: number): number {
    const { model, list } = this;
    if ((lo | hi) === 0) return 0;
    if (n === list.length) {
      if (met === 0) return 0;
      const home = model.travel[at * model.placeCount + model.base[this.person]!]! * model.weights.travel;
      return bitCount(lo, hi) * (home + (met > comfortablePerDay ? (met - comfortablePerDay) * model.weights.crowdedDay : 0));
    }
    const candidate = list[n]!;
    const inLo = lo & model.heldLo[candidate]!;
    const inHi = hi & model.heldHi[candidate]!;
    let sum = 0;
    if ((inLo | inHi) !== 0) {
      const place = model.place[candidate]!;
      sum = bitCount(inLo, inHi) * model.travel[at * model.placeCount + place]! * model.weights.travel;
      sum += this.tours(n + 1, inLo, inHi, place, met + 1);
    }
    return sum + this.tours(n + 1, lo & ~inLo, hi & ~inHi, at, met);
  }

  /**
   * What a person's day would cost with just these candidates of one weekday, sorted here by starting time; Infinity when two
   * of them collide.
   */
  dayOf(person: number, candidates: number[]): number {
    const { model } = this;
    candidates.sort((a, b) => model.start[a]! - model.start[b]!);
    const slot = person * 5 + model.weekday[candidates[0]!]!;
    for (let n = 1; n < candidates.length; n += 1) {
      const c = candidates[n]!;
      const lo = model.heldLo[c]! & ~model.awayLo[slot]!;
      const hi = model.heldHi[c]! & ~model.awayHi[slot]!;
      for (let m = 0; m < n; m += 1) if (this.collide(candidates[m]!, c, lo, hi)) return Infinity;
    }
    return this.dayCost(person, slot, candidates);
  }

  /** Places a series that is left out; the candidate must not collide. */
  place(candidate: number): void {
    const { model } = this;
    const added = this.added(candidate);
    if (added === Infinity) throw new Error('a colliding placement');
    this.chosen[model.seriesOf[candidate]!] = candidate;
    this.cost += added - model.weights.leftOut;
    for (const person of model.people[candidate]!) {
      const slot = person * 5 + model.weekday[candidate]!;
      const list = this.days[slot]!;
      let at = 0;
      while (at < list.length && model.start[list[at]!]! <= model.start[candidate]!) at += 1;
      list.splice(at, 0, candidate);
      if (model.times[person]! > 0) this.dayCosts[slot] = this.dayCost(person, slot, list);
      this.count(person, slot, candidate, 1);
    }
  }

  /** Takes a series out of the plan. */
  remove(series: number): void {
    const { model } = this;
    const candidate = this.chosen[series]!;
    if (candidate < 0) return;
    for (const person of model.people[candidate]!) {
      const slot = person * 5 + model.weekday[candidate]!;
      const list = this.days[slot]!;
      list.splice(list.indexOf(candidate), 1);
      if (model.times[person]! > 0) this.dayCosts[slot] = this.dayCost(person, slot, list);
      this.count(person, slot, candidate, -1);
    }
    this.chosen[series] = -1;
    // What it added is now what it would add again: costs are whole numbers, so nothing is lost in between.
    this.cost -= this.added(candidate) - model.weights.leftOut;
  }

  /** Series whose placements collide with a candidate. */
  inTheWayOf(candidate: number): number[] {
    const { model } = this;
    const found = new Set<number>();
    for (const person of model.people[candidate]!) {
      const slot = person * 5 + model.weekday[candidate]!;
      const lo = model.heldLo[candidate]! & ~model.awayLo[slot]!;
      const hi = model.heldHi[candidate]! & ~model.awayHi[slot]!;
      for (const other of this.days[slot]!) if (this.collide(other, candidate, lo, hi)) found.add(model.seriesOf[other]!);
    }
    return [...found];
  }

  private count(person: number, slot: number, candidate: number, by: 1 | -1): void {
    const { model } = this;
    let lo = model.heldLo[candidate]! & ~model.awayLo[slot]!;
    let hi = model.heldHi[candidate]! & ~model.awayHi[slot]!;
    const share = model.share[person]!;
    while ((lo | hi) !== 0) {
      const inLow = lo !== 0;
      const bits = inLow ? lo : hi;
      const bit = 31 - Math.clz32(bits & -bits);
      const at = person * 64 + bit + (inLow ? 0 : 32);
      if (inLow) lo &= lo - 1;
      else hi &= hi - 1;
      const now = this.weekCounts[at]! + by;
      this.weekCounts[at] = now;
      const full = inLow ? this.fullLo : this.fullHi;
      if (now >= share) full[person]! |= 1 << bit;
      else full[person]! &= ~(1 << bit);
    }
  }
}
