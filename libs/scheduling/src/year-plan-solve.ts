import type { LeftOut, Placement, PlanBudget, PlanException, PlanInput, YearPlan } from './year-plan.js';
import { lowerBound } from './year-plan-bound.js';
import { planCost } from './year-plan-check.js';
import { planModel, type PlanModel } from './year-plan-model.js';
import { beginning, firstCome, improve, restore } from './year-plan-search.js';
import { settle } from './year-plan-settle.js';
import { PlanState } from './year-plan-state.js';

export interface PlannedYear {
  plan: YearPlan;
  /** No plan costs less. */
  lowerBound: number;
  /** How much of the cost a better plan could save at most, 0 to 1; 0 when the plan is proved best. */
  gap: number;
  steps: number;
}

export interface PlanOptions {
  seed: number;
  budget: PlanBudget;
  /** How hard the lower bound is worked on; 0 is quickest (default 6). */
  boundRounds?: number;
}

/**
 * A plan of the year: the better of first come and cheapest insertion, then ruin and recreate for as long as the budget goes (rules YP1 to YP9).
 * For the same input, seed and number of steps it is always the same.
 *
 * @throws InvalidPlanInput
 */
export function planYear(input: PlanInput, { seed, budget, boundRounds = 6 }: PlanOptions): PlannedYear {
  const model = planModel(input);
  const state = beginning(model);
  const { chosen, cost, steps } = improve(state, { seed, budget });
  const bound = lowerBound(model, boundRounds, cost);
  return { plan: planOf(model, chosen), lowerBound: bound, gap: cost === 0 ? 0 : (cost - bound) / cost, steps };
}

/** The plan that comes of everybody taking in turn what suits them: what a search is measured by. */
export function firstComePlan(input: PlanInput): YearPlan {
  const model = planModel(input);
  return planOf(model, firstCome(model));
}

/** A plan of chosen candidates, with its exceptions settled and its cost read date by date. */
export function planOf(model: PlanModel, chosen: Int32Array, keep: readonly PlanException[] = []): YearPlan {
  const placements: Record<string, Placement> = {};
  model.input.series.forEach(({ id }, s) => {
    if (chosen[s]! >= 0) placements[id] = model.placements[chosen[s]!]!;
  });
  return { placements, exceptions: settle(model, placements, keep), leftOut: leftOutOf(model, chosen), cost: planCost(model.input, placements) };
}

function leftOutOf(model: PlanModel, chosen: Int32Array): LeftOut[] {
  const pinned = new Set(model.input.pins?.map(({ seriesId }) => seriesId));
  let state: PlanState | null = null;
  return Array.from(chosen.keys()).filter((s) => chosen[s]! < 0).map((s): LeftOut => {
    const seriesId = model.input.series[s]!.id;
    if (model.first[s] === model.first[s + 1]) return { seriesId, reason: model.onlyPartTime.has(s) ? 'partTime' : 'noPlacement', blockedBy: [] };
    if (state === null) {
      state = new PlanState(model);
      restore(state, chosen);
    }
    const inTheWay = new Map<string, number>();
    let onlyPins = true;
    for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) {
      const others = state.inTheWayOf(c).map((other) => model.input.series[other]!.id);
      for (const id of others) inTheWay.set(id, (inTheWay.get(id) ?? 0) + 1);
      onlyPins &&= others.some((id) => pinned.has(id));
    }
    const blockedBy = [...inTheWay].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, 5).map(([id]) => id);
    return { seriesId, reason: onlyPins ? 'pins' : 'collision', blockedBy };
  });
}
