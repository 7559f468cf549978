import { parentPort, workerData } from 'node:worker_threads';
import type { PlanInput, YearPlan } from '@lib/scheduling/year-plan.js';
import { lowerBound } from '@lib/scheduling/year-plan-bound.js';
import { planModel } from '@lib/scheduling/year-plan-model.js';
import { repair, type PlanChange, type PlanDifference } from '@lib/scheduling/year-plan-repair.js';
import { planYear } from '@lib/scheduling/year-plan-solve.js';

/** Planning a year, or mending a plan, which takes the processor for seconds: in a thread that can be ended. */
export type PlanTask = { kind: 'make'; input: PlanInput } | { kind: 'repair'; input: PlanInput; plan: YearPlan; change: PlanChange };
export interface PlanJob {
  mark: typeof yearPlanMark;
  task: PlanTask;
}
export interface PlanResult {
  input: PlanInput;
  plan: YearPlan;
  lowerBound: number;
  /** Of a repair. */
  differences: readonly PlanDifference[];
}

/** Says that a thread was started to do this work; the same file is imported elsewhere for its function. */
export const yearPlanMark = 'samraad-year-plan';

/** Any will do; the same one, so that what was previewed is what is stored. */
const seed = 20_270_104;
/** Steps and not time, for the same reason: a country takes some seconds, a district less than one. */
const steps = { each: 40, most: 6_000 };
const rounds = 6;

/** @throws InvalidPlanInput */
export function runPlanTask(task: PlanTask): PlanResult {
  if (task.kind === 'make') {
    const { plan, lowerBound: bound } = planYear(task.input, { seed, budget: { steps: Math.min(steps.most, steps.each * task.input.series.length) }, boundRounds: rounds });
    return { input: task.input, plan, lowerBound: bound, differences: [] };
  }
  const { input, plan, differences } = repair(task.input, task.plan, task.change, { seed });
  return { input, plan, differences, lowerBound: lowerBound(planModel(input), rounds, plan.cost.total) };
}

if ((workerData as PlanJob | null)?.mark === yearPlanMark) parentPort?.postMessage(runPlanTask((workerData as PlanJob).task));
