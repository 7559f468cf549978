import type { PlanBudget } from './year-plan.js';
import { candidateOf, type PlanModel } from './year-plan-model.js';
import { PlanState } from './year-plan-state.js';

/** Chance with a seed (mulberry32): 0 ≤ next() < 1. */
export function seededChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Series that a person decided about. They are placed before others: whoever comes second can go elsewhere, a pin cannot. */
function pinnedSeries(model: PlanModel): Set<number> {
  const ids = new Set(model.input.pins?.map(({ seriesId }) => seriesId));
  return new Set(Array.from({ length: model.seriesCount }, (_, s) => s).filter((s) => ids.has(model.input.series[s]!.id)));
}

/** Each series in turn takes what suits itself best and is still free, as when each coordinator plans for herself. */
export function firstCome(model: PlanModel): Int32Array {
  const state = new PlanState(model);
  const pinned = pinnedSeries(model);
  for (const s of [...pinned, ...state.chosen.keys()]) {
    if (state.chosen[s]! >= 0) continue;
    for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) {
      if (state.inTheWayOf(c).length > 0) continue;
      state.place(c);
      break;
    }
  }
  return state.chosen.slice();
}

/** The cheaper of the two plans that are there at once: what the search begins with, so that it is never worse than either. */
export function beginning(model: PlanModel): PlanState {
  const state = greedy(model);
  const simple = new PlanState(model);
  restore(simple, firstCome(model));
  return simple.cost < state.cost ? simple : state;
}

/** Places what is left out, those with the fewest possibilities for their people first, each where it costs least. */
export function greedy(model: PlanModel, state = new PlanState(model)): PlanState {
  const pinned = pinnedSeries(model);
  const rank = (s: number) => (pinned.has(s) ? 0 : 1);
  const size = (s: number) => model.first[s + 1]! - model.first[s]!;
  const order = Array.from(state.chosen.keys()).filter((s) => state.chosen[s]! < 0);
  order.sort((a, b) => rank(a) - rank(b) || model.neighbours[b]!.length - model.neighbours[a]!.length || size(a) - size(b) || a - b);
  for (const s of order) insert(state, s, null);
  return state;
}

const blinkChance = 0.02;

/** The cheapest candidate of a series, or -1; with chance, some are overlooked, so that the same removal ends differently. */
function insert(state: PlanState, series: number, chance: (() => number) | null): void {
  const { model } = state;
  let best = -1;
  let least = Infinity;
  const last = model.first[series + 1]!;
  for (let c = model.first[series]!; c < last; c += 1) {
    if (model.alone[c]! >= least) break; // the rest costs more by itself already
    if (chance !== null && chance() < blinkChance) continue;
    const cost = state.added(c, least);
    if (cost < least) {
      least = cost;
      best = c;
    }
  }
  if (best >= 0) state.place(best);
}

export interface SearchOptions {
  seed: number;
  budget: PlanBudget;
  /** Series that may move; all of them unless given. */
  free?: readonly number[];
  /** What moving a series away from where it was costs on top (a repair leaves alone what it can). */
  loyalty?: { chosen: Int32Array; minutes: number };
  /** Told of each better plan as it is found. */
  onBetter?: (cost: number, step: number) => void;
}

export interface SearchResult {
  chosen: Int32Array;
  cost: number;
  steps: number;
}

/**
 * Ruin and recreate: takes a few related series out, puts them back where each costs least in a chance order, and keeps
 * the outcome when it is better, or, less and less often, somewhat worse (simulated annealing).
 */
export function improve(state: PlanState, options: SearchOptions): SearchResult {
  const { model } = state;
  const { budget, loyalty } = options;
  const chance = seededChance(options.seed);
  const free = options.free ?? Array.from({ length: model.seriesCount }, (_, s) => s);
  const movable = free.filter((s) => model.first[s + 1]! - model.first[s]! > 1);
  const isMovable = new Uint8Array(model.seriesCount);
  for (const s of movable) isMovable[s] = 1;
  const pinned = pinnedSeries(model);
  const near = movable.map((s) => model.neighbours[s]!.filter((other) => isMovable[other] === 1));
  const disloyal = () => (loyalty === undefined ? 0 : free.reduce((sum, s) => sum + (state.chosen[s] === loyalty.chosen[s] ? 0 : loyalty.minutes), 0));

  let best = state.chosen.slice();
  let now = state.cost + disloyal();
  let least = now;
  if (movable.length === 0) return { chosen: best, cost: state.cost, steps: 0 };

  const placed = Math.max(1, state.cost % model.weights.leftOut);
  const warm = Math.max(20, (0.15 * placed) / model.seriesCount);
  const cold = Math.max(1, warm / 100);
  const clock = 'now' in budget ? budget : null;
  const startMs = clock?.now() ?? 0;
  const most = 'steps' in budget ? budget.steps : Infinity;
  let gone = 0;
  let temperature = warm;
  let steps = 0;
  const removed: number[] = [];
  const before: number[] = [];
  for (; steps < most; steps += 1) {
    if (clock !== null) {
      if (steps % 32 === 0) {
        const ms = clock.now();
        if (ms >= clock.untilMs) break;
        gone = (ms - startMs) / (clock.untilMs - startMs);
      }
    } else gone = steps / most;
    temperature = warm * (cold / warm) ** gone;

    ruin();
    for (const s of removed) {
      before.push(state.chosen[s]!);
      state.remove(s);
    }
    order();
    for (const s of removed) insert(state, s, pinned.has(s) ? null : chance);
    const then = state.cost + disloyal();
    if (then <= now || chance() < Math.exp((now - then) / temperature)) {
      now = then;
      if (now < least) {
        least = now;
        best = state.chosen.slice();
        options.onBetter?.(least, steps);
      }
    } else {
      for (const s of removed) state.remove(s);
      for (const c of before) if (c >= 0) state.place(c);
    }
    before.length = 0;
  }
  restore(state, best);
  return { chosen: best, cost: state.cost, steps };

  /** Fills `removed`: a series, and some of those it shares people with. */
  function ruin(): void {
    removed.length = 0;
    // Around one that is left out more often than elsewhere.
    const homeless = chance() < 0.4 ? movable.findIndex((s) => state.chosen[s]! < 0) : -1;
    const at = homeless >= 0 ? homeless : Math.floor(chance() * movable.length);
    removed.push(movable[at]!);
    const wanted = 1 + Math.floor(chance() * 5);
    const around = near[at]!;
    if (around.length === 0) return;
    for (let tries = 0; removed.length <= wanted && tries < 2 * wanted; tries += 1) {
      // Now and then a neighbour's neighbour, so that a chain of people can be untied.
      const hop = chance() < 0.15 ? model.neighbours[around[Math.floor(chance() * around.length)]!]! : around;
      const s = hop[Math.floor(chance() * hop.length)];
      if (s !== undefined && isMovable[s] === 1 && !removed.includes(s)) removed.push(s);
    }
  }

  /** The order they are put back in: by chance, or those that cost most by themselves first. */
  function order(): void {
    const paired = removed.map((s, n) => ({ s, c: before[n]!, key: 0 }));
    const byCost = chance() < 0.3;
    for (const one of paired) one.key = pinned.has(one.s) ? -Infinity : byCost ? -(model.alone[model.first[one.s]!] ?? 0) : chance();
    paired.sort((a, b) => (a.key === b.key ? a.s - b.s : a.key - b.key));
    paired.forEach(({ s, c }, n) => {
      removed[n] = s;
      before[n] = c;
    });
  }
}

/** Makes the state hold these candidates; those that stay are not touched. */
export function restore(state: PlanState, chosen: Int32Array): void {
  const moved = Array.from(chosen.keys()).filter((s) => chosen[s] !== state.chosen[s]);
  for (const s of moved) state.remove(s);
  for (const s of moved) if (chosen[s]! >= 0) state.place(chosen[s]!);
}

/** A state with the placements of an earlier plan, as far as they are possible and do not collide now, in order. */
export function stateOf(model: PlanModel, placements: Readonly<Record<string, Parameters<typeof candidateOf>[2]>>, order?: readonly number[]): PlanState {
  const state = new PlanState(model);
  for (const s of order ?? model.input.series.keys()) {
    const candidate = candidateOf(model, s, placements[model.input.series[s]!.id]);
    if (candidate >= 0 && state.inTheWayOf(candidate).length === 0) state.place(candidate);
  }
  return state;
}
