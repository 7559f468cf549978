import type { PlanModel } from './year-plan-model.js';
import { range } from './year-plan-calendar.js';
import { PlanState } from './year-plan-state.js';

/** People with more series than this are bounded series by series instead of exactly. */
const exactSeries = 7;
/** Combinations of a weekday's meetings that are looked at; beyond them a day costs at least what it does with one meeting less. */
const mostCombinations = 1000;

/**
 * A cost that no plan goes below, so that a user can be told how much better a plan could be at most.
 *
 * Each person's best year is found alone (their series split over the weekdays, exactly), the costs of a series by itself
 * divided among its people. Plans in which two people want one series at different times are then made dearer for them by
 * shifting the division (Lagrange multipliers, by subgradients), which raises the bound towards the optimum. Crowding of
 * weeks is left out of it.
 *
 * @param rounds how often the division is shifted; more is tighter and slower
 * @param better cost of a known plan, which sets the length of the steps
 */
export function lowerBound(model: PlanModel, rounds: number, better: number): number {
  const bound = new Bound(model);
  let best = -Infinity;
  let eagerness = 1;
  let idle = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const value = bound.evaluate();
    if (value > best + 1e-6) {
      best = value;
      idle = 0;
    } else if ((idle += 1) >= 3) {
      eagerness /= 2;
      idle = 0;
    }
    if (best >= better - 1e-6 || !bound.shift(eagerness * Math.max(1, better - value))) break;
  }
  // Costs are whole numbers; what floating point lost in the division is given back.
  return Math.max(0, Math.min(better, Math.ceil(best - 1e-3)));
}

/** The part of one person in the costs. */
interface Part {
  person: number;
  series: number[];
  /** Own part of the cost of each candidate by itself, by candidate. */
  price: Map<number, number>;
  /** What leaving a series out costs this person. */
  leftOut: number[];
  /** For people with many series: what a candidate costs at least, whatever else is placed. */
  least: Map<number, number> | null;
  chosen: Map<number, number>;
}

class Bound {
  private readonly parts: Part[] = [];
  /** Of series nobody here is bound by: nothing but their own cost. */
  private fixed = 0;
  private readonly bySeries: Part[][];
  private readonly state: PlanState;
  private readonly ways = new Map<string, number>();

  constructor(private readonly model: PlanModel) {
    this.state = new PlanState(model);
    const seriesOf = new Map<number, Set<number>>();
    for (let c = 0; c < model.seriesOf.length; c += 1) {
      for (const person of model.people[c]!) {
        if (model.times[person]! > 0) seriesOf.set(person, (seriesOf.get(person) ?? new Set()).add(model.seriesOf[c]!));
      }
    }
    this.bySeries = range(model.seriesCount).map(() => []);
    for (const [person, set] of seriesOf) {
      const part: Part = { person, series: [...set].sort((a, b) => a - b), price: new Map(), leftOut: [], least: null, chosen: new Map() };
      for (const s of part.series) this.bySeries[s]!.push(part);
      this.parts.push(part);
    }
    for (let s = 0; s < model.seriesCount; s += 1) {
      const { [s]: from = 0, [s + 1]: to = 0 } = model.first;
      const among = this.bySeries[s]!;
      if (from === to) this.fixed += model.weights.leftOut;
      else if (among.length === 0) this.fixed += model.alone[from]!;
      for (const part of among) for (let c = from; c < to; c += 1) part.price.set(c, model.alone[c]! / among.length);
    }
    for (const part of this.parts) {
      part.leftOut = part.series.map((s) => model.weights.leftOut / this.bySeries[s]!.length);
      if (part.series.length > exactSeries) part.least = this.leastWays(part);
    }
  }

  evaluate(): number {
    return this.parts.reduce((sum, part) => sum + (part.least === null ? this.exactly(part) : this.byItself(part, part.least)), this.fixed);
  }

  /** Makes what people disagree on dearer for each; false when they all agree. */
  shift(gap: number): boolean {
    const changes: [Part, number, number][] = [];
    let norm = 0;
    for (const [s, among] of this.bySeries.entries()) {
      if (among.length < 2) continue;
      const wanted = new Map<number, number>();
      for (const part of among) {
        const c = part.chosen.get(s) ?? -1;
        wanted.set(c, (wanted.get(c) ?? 0) + 1);
      }
      if (wanted.size < 2) continue;
      for (const part of among) {
        for (const [c, count] of wanted) {
          if (c < 0) continue;
          const by = (part.chosen.get(s) === c ? 1 : 0) - count / among.length;
          norm += by * by;
          changes.push([part, c, by]);
        }
      }
    }
    if (norm === 0) return false;
    for (const [part, c, by] of changes) part.price.set(c, part.price.get(c)! + (gap / norm) * by);
    return true;
  }

  /** The best split of a person's series over the weekdays. */
  private exactly(part: Part): number {
    const n = part.series.length;
    const all = (1 << n) - 1;
    // What each subset costs on each weekday.
    const days = range(5).map((day) => this.weekday(part, day));
    let table = new Float64Array(all + 1);
    for (let set = 0; set <= all; set += 1) for (let k = 0; k < n; k += 1) if ((set >> k) & 1) table[set]! += part.leftOut[k]!;
    const taken: Int32Array[] = [];
    for (const { cost } of days) {
      const next = table.slice();
      const from = new Int32Array(all + 1);
      for (let set = 1; set <= all; set += 1) {
        for (let sub = set; sub > 0; sub = (sub - 1) & set) {
          const sum = cost[sub]! + table[set ^ sub]!;
          if (sum < next[set]!) {
            next[set] = sum;
            from[set] = sub;
          }
        }
      }
      table = next;
      taken.push(from);
    }
    part.chosen.clear();
    let left = all;
    for (let day = 4; day >= 0; day -= 1) {
      const sub = taken[day]![left]!;
      for (const c of days[day]!.choice[sub] ?? []) part.chosen.set(this.model.seriesOf[c]!, c);
      left ^= sub;
    }
    return table[all]!;
  }

  /** The cheapest way to hold each subset of a person's series on one weekday. */
  private weekday(part: Part, day: number): { cost: Float64Array; choice: number[][] } {
    const { model } = this;
    const own = part.series.map((s) => {
      const found: number[] = [];
      for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) if (model.weekday[c] === day) found.push(c);
      return found.sort((a, b) => part.price.get(a)! - part.price.get(b)!);
    });
    const cheapest = own.map((list) => (list.length === 0 ? Infinity : part.price.get(list[0]!)!));
    const size = 1 << part.series.length;
    const cost = new Float64Array(size).fill(Infinity);
    const choice: number[][] = Array.from({ length: size }, () => []);
    cost[0] = 0;
    const sets = range(size).slice(1).sort((a, b) => bits(a) - bits(b) || a - b);
    for (const set of sets) {
      const members = range(part.series.length).filter((k) => ((set >> k) & 1) === 1);
      if (members.some((k) => own[k]!.length === 0)) continue;
      if (members.reduce((product, k) => product * own[k]!.length, 1) <= mostCombinations) {
        const picked: number[] = [];
        // Without each one of them the others cost at least this much already.
        const pick = (n: number, price: number): void => {
          if (n === members.length) {
            const total = price + this.way(part.person, picked);
            if (total < cost[set]!) {
              cost[set] = total;
              choice[set] = picked.slice();
            }
            return;
          }
          const rest = members.slice(n + 1).reduce((sum, k) => sum + cheapest[k]!, 0);
          for (const c of own[members[n]!]!) {
            const next = price + part.price.get(c)!;
            if (next + rest >= cost[set]!) break;
            picked.push(c);
            pick(n + 1, next);
            picked.pop();
          }
        };
        pick(0, 0);
      } else {
        // A day with one meeting less costs no more, apart from the price of that one.
        let most = -Infinity;
        for (const k of members) {
          const less = set ^ (1 << k);
          const sum = cost[less]! + cheapest[k]!;
          if (sum > most) {
            most = sum;
            choice[set] = [...choice[less]!, own[k]![0]!];
          }
        }
        cost[set] = most;
      }
    }
    return { cost, choice };
  }

  /** A person's day with these candidates, remembered, since it does not depend on the division. */
  private way(person: number, candidates: readonly number[]): number {
    if (candidates.length > 1) {
      const key = `${person}:${candidates.join()}`;
      const known = this.ways.get(key);
      if (known !== undefined) return known;
      const found = this.state.dayOf(person, candidates.slice());
      this.ways.set(key, found);
      return found;
    }
    return this.state.dayOf(person, candidates.slice());
  }

  /** Every series at its cheapest, for people with too many to combine. */
  private byItself(part: Part, least: ReadonlyMap<number, number>): number {
    const { model } = this;
    let sum = 0;
    part.chosen.clear();
    part.series.forEach((s, k) => {
      let best = part.leftOut[k]!;
      for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) {
        const cost = part.price.get(c)! + least.get(c)!;
        if (cost < best) {
          best = cost;
          part.chosen.set(s, c);
        }
      }
      sum += best;
    });
    return sum;
  }

  /**
   * A round through a day is the ways there and back of each meeting, less what each pair of meetings after each other saves.
   * So each meeting costs at least its own way less half of the most it can save with one before and one after it.
   */
  private leastWays(part: Part): Map<number, number> {
    const { model, state } = this;
    const travel = (a: number, b: number) => model.travel[a * model.placeCount + b]!;
    const base = model.base[part.person]!;
    const candidates = [...part.price.keys()];
    // Places with the earliest end and the latest start on each weekday, by series.
    const spots = new Map<string, { series: number; weekday: number; place: number; firstEnd: number; lastStart: number }>();
    for (const c of candidates) {
      const key = `${model.seriesOf[c]}/${model.weekday[c]}/${model.place[c]}`;
      const spot = spots.get(key);
      if (spot === undefined) spots.set(key, { series: model.seriesOf[c]!, weekday: model.weekday[c]!, place: model.place[c]!, firstEnd: model.end[c]!, lastStart: model.start[c]! });
      else {
        spot.firstEnd = Math.min(spot.firstEnd, model.end[c]!);
        spot.lastStart = Math.max(spot.lastStart, model.start[c]!);
      }
    }
    const all = [...spots.values()];
    return new Map(candidates.map((c) => {
      const place = model.place[c]!;
      const own = travel(base, place);
      const trip = state.dayOf(part.person, [c]);
      if (own === 0 || trip === 0) return [c, trip];
      let before = 0;
      let after = 0;
      for (const spot of all) {
        if (spot.series === model.seriesOf[c] || spot.weekday !== model.weekday[c]) continue;
        const way = travel(spot.place, place);
        const saving = own + travel(base, spot.place) - way;
        if (spot.firstEnd + way <= model.start[c]!) before = Math.max(before, saving);
        if (model.end[c]! + way <= spot.lastStart) after = Math.max(after, saving);
      }
      // A meeting saves at most its whole own way, however many it is near to.
      return [c, trip * Math.max(0, 1 - (before + after) / 2 / (2 * own))];
    }));
  }
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
