import { InvalidPlanInput, type LeftOut, type Placement, type PlanBudget, type PlanDate, type PlanException, type PlanInput, type PlanPerson, type PlanPin, type PlanSeries, type PlanStretch, type YearPlan } from './year-plan.js';
import { meetingsOf } from './year-plan-calendar.js';
import { patternDates } from './year-plan-check.js';
import { candidateOf, planModel, samePlacement, type PlanModel } from './year-plan-model.js';
import { greedy, improve, stateOf } from './year-plan-search.js';
import { planOf } from './year-plan-solve.js';

/** Something that happens to a plan. */
export type PlanChange =
  | { kind: 'absence'; personId: string; absence: PlanStretch }
  /** An absence that is given exactly as it was entered. */
  | { kind: 'absenceWithdrawn'; personId: string; absence: PlanStretch }
  | { kind: 'closed'; date: PlanDate; name: string }
  /** Also how a series is dragged: what a person decides is pinned. */
  | { kind: 'pinned'; pin: PlanPin }
  | { kind: 'unpinned'; seriesId: string }
  /** New, or in the place of the one with the same id. */
  | { kind: 'series'; series: PlanSeries }
  | { kind: 'seriesRemoved'; seriesId: string }
  /** New, or in the place of the one with the same id (another base, part time). */
  | { kind: 'person'; person: PlanPerson };

/** Why something is different after a repair. */
export const differenceReasons = ['change', 'collision', 'madeRoom', 'followed'] as const;
export type DifferenceReason = (typeof differenceReasons)[number];

/** What is different after a repair, for one series or one of its meetings. */
export type PlanDifference =
  | { kind: 'placed'; seriesId: string; to: Placement; because: DifferenceReason }
  /** It had a place, and now has none; `from` is null for one that is new. */
  | { kind: 'leftOut'; seriesId: string; from: Placement | null; leftOut: LeftOut; because: DifferenceReason }
  | { kind: 'replaced'; seriesId: string; from: Placement; to: Placement; because: DifferenceReason }
  | { kind: 'removed'; seriesId: string; from: Placement | null; because: DifferenceReason }
  /** One meeting of a series that stays where it is; null is held as its placement says. */
  | { kind: 'meeting'; seriesId: string; date: PlanDate; from: PlanException | null; to: PlanException | null; because: DifferenceReason };

export interface Repair {
  /** The input with the change in it. */
  input: PlanInput;
  plan: YearPlan;
  /** All that is different, in order of series and date; nothing else is. */
  differences: readonly PlanDifference[];
}

/** @throws InvalidPlanInput when the change is about somebody or something that is not there */
export function applyChange(input: PlanInput, change: PlanChange): PlanInput {
  const person = (id: string, changed: (one: PlanPerson) => PlanPerson): PlanInput => {
    if (!input.people.some((one) => one.id === id)) throw new InvalidPlanInput('unknown person');
    return { ...input, people: input.people.map((one) => (one.id === id ? changed(one) : one)) };
  };
  const pins = (without: string) => (input.pins ?? []).filter(({ seriesId }) => seriesId !== without);
  switch (change.kind) {
    case 'absence':
      return person(change.personId, (one) => ({ ...one, absences: [...(one.absences ?? []), change.absence] }));
    case 'absenceWithdrawn':
      return person(change.personId, (one) => ({ ...one, absences: (one.absences ?? []).filter(({ from, to }) => from !== change.absence.from || to !== change.absence.to) }));
    case 'closed':
      return { ...input, closed: [...(input.closed ?? []), { date: change.date, name: change.name }] };
    case 'pinned':
      return { ...input, pins: [...pins(change.pin.seriesId), change.pin] };
    case 'unpinned':
      return { ...input, pins: pins(change.seriesId) };
    case 'series':
      return { ...input, series: inPlaceOf(input.series, change.series) };
    case 'seriesRemoved':
      return { ...input, series: input.series.filter(({ id }) => id !== change.seriesId), pins: pins(change.seriesId) };
    case 'person':
      return { ...input, people: inPlaceOf(input.people, change.person) };
  }
}

/** Minutes it costs, per meeting, to move somebody who was not touched: more than a search would move them for. */
const minutesToBother = 240;
/** Steps of the search for each series that has to move, when no budget is given; a country takes well under two seconds. */
const stepsEach = 40;

/**
 * A plan after a change, as near to the one before as can be. Series that still fit stay (rule YP10); those that do not
 * are placed again where they cost least; only if one of them finds no place are its neighbours asked to move. Of
 * single meetings those are settled anew that have to be. Nothing is applied: a caller shows the differences first.
 *
 * @param plan of `input`
 * @param budget of the search; by default steps in proportion to what has to move
 * @throws InvalidPlanInput
 */
export function repair(input: PlanInput, plan: YearPlan, change: PlanChange, { seed, budget }: { seed: number; budget?: PlanBudget }): Repair {
  const next = applyChange(input, change);
  const model = planModel(next);
  const ids = next.series.map(({ id }) => id);
  const subject = subjectOf(change);
  const pinned = new Set(next.pins?.map(({ seriesId }) => seriesId));

  // Whoever a person has just decided about comes first, then other decisions; the rest gives way to them.
  const rank = (s: number) => (ids[s] === subject ? 0 : pinned.has(ids[s]!) ? 1 : 2);
  const order = Array.from(ids.keys()).sort((a, b) => rank(a) - rank(b) || a - b);
  const nearest = { ...plan.placements };
  const own = subject === null ? -1 : ids.indexOf(subject);
  if (own >= 0) {
    const candidate = nearestCandidate(model, own, plan.placements[subject!]);
    if (candidate >= 0) nearest[subject!] = model.placements[candidate]!;
  }
  const state = stateOf(model, nearest, order);
  const homeless = Array.from(state.chosen.keys()).filter((s) => state.chosen[s]! < 0);
  const hadPlace = new Set(Object.keys(plan.placements));
  const displaced = homeless.filter((s) => hadPlace.has(ids[s]!) || ids[s] === subject);
  greedy(model, state);
  let moved = homeless.filter((s) => state.chosen[s]! >= 0 && displaced.includes(s));
  if (moved.length > 0) improve(state, { seed, budget: budget ?? { steps: stepsEach * moved.length }, free: moved });

  const stranded = displaced.filter((s) => state.chosen[s]! < 0 && model.first[s]! < model.first[s + 1]!);
  const roomMakers = new Set<number>();
  if (stranded.length > 0) {
    for (const s of stranded) for (const near of model.neighbours[s]!) if (!pinned.has(ids[near]!) && ids[near] !== subject) roomMakers.add(near);
    const free = [...new Set([...stranded, ...roomMakers])];
    const meetings = Math.max(...stranded.map((s) => meetingsOf(next.series[s]!.cadence, next.weeks)), 1);
    improve(state, { seed, budget: budget ?? { steps: stepsEach * Math.min(20, free.length) }, free, loyalty: { chosen: state.chosen.slice(), minutes: minutesToBother * meetings } });
    moved = [...moved, ...roomMakers];
  }

  const samePlace = (id: string) => {
    const s = ids.indexOf(id);
    return s >= 0 && state.chosen[s]! >= 0 && plan.placements[id] !== undefined && samePlacement(plan.placements[id], model.placements[state.chosen[s]!]!);
  };
  const repaired = planOf(model, state.chosen, plan.exceptions.filter(({ seriesId }) => samePlace(seriesId)));
  const because = (id: string): DifferenceReason => {
    const s = ids.indexOf(id);
    if (id === subject) return 'change';
    if (roomMakers.has(s)) return 'madeRoom';
    if (!displaced.includes(s)) return 'followed';
    return candidateOf(model, s, plan.placements[id]) < 0 ? 'change' : 'collision';
  };
  return { input: next, plan: repaired, differences: differences(input, plan, model, repaired, because, change) };
}

/** The series a change speaks of by name. */
function subjectOf(change: PlanChange): string | null {
  if (change.kind === 'pinned') return change.pin.seriesId;
  if (change.kind === 'series') return change.series.id;
  return 'seriesId' in change ? change.seriesId : null;
}

/** The possible placement that differs least from the earlier one; -1 when nothing is possible or there was none. */
function nearestCandidate(model: PlanModel, series: number, before: Placement | undefined): number {
  let best = -1;
  let least = Infinity;
  for (let c = model.first[series]!; c < model.first[series + 1]!; c += 1) {
    const one = model.placements[c]!;
    const far = before === undefined ? 0 :
      (one.weekday === before.weekday ? 0 : 4) + (one.startMinute === before.startMinute ? 0 : 2) + (one.placeId === before.placeId ? 0 : 8) +
      (one.phase === before.phase ? 0 : 1) + (one.ordinal === before.ordinal ? 0 : 1) +
      (one.date === undefined || before.date === undefined ? 0 : Math.abs(model.calendar.dayOf(one.date) - model.calendar.dayOf(before.date)) / 7);
    // Equally near ones by what they cost by themselves.
    const sum = far * 1e9 + model.alone[c]!;
    if (sum < least) {
      least = sum;
      best = c;
    }
  }
  return best;
}

function differences(input: PlanInput, before: YearPlan, model: PlanModel, after: YearPlan, because: (id: string) => DifferenceReason, change: PlanChange): PlanDifference[] {
  const found: PlanDifference[] = [];
  const key = ({ seriesId, date }: PlanException) => `${seriesId} ${date}`;
  const old = new Map(before.exceptions.map((one) => [key(one), one]));
  const now = new Map(after.exceptions.map((one) => [key(one), one]));
  const ids = [...new Set([...model.input.series, ...input.series].map(({ id }) => id))];
  for (const id of ids) {
    const series = model.input.series.find((one) => one.id === id);
    const from = before.placements[id] ?? null;
    const to = after.placements[id] ?? null;
    if (series === undefined) found.push({ kind: 'removed', seriesId: id, from, because: 'change' });
    else if (to === null) {
      const leftOut = after.leftOut.find(({ seriesId }) => seriesId === id)!;
      const known = input.series.some((one) => one.id === id);
      if (from !== null || !known) found.push({ kind: 'leftOut', seriesId: id, from, leftOut, because: because(id) });
    } else if (from === null) found.push({ kind: 'placed', seriesId: id, to, because: because(id) });
    else if (!samePlacement(from, to)) found.push({ kind: 'replaced', seriesId: id, from, to, because: because(id) });
    if (series === undefined || to === null) continue;
    const stays = from !== null && samePlacement(from, to);
    for (const date of patternDates(model.calendar, series, to)) {
      // A series on new days has no earlier meeting on this one to be compared with.
      const was = stays ? (old.get(`${id} ${date}`) ?? null) : null;
      const is = now.get(`${id} ${date}`) ?? null;
      if (same(was, is)) continue;
      found.push({ kind: 'meeting', seriesId: id, date, from: was, to: is, because: stays ? reason(was, is, change) : because(id) });
    }
  }
  return found;
}

/** Whether a single meeting differs by the change itself, or because somebody else's meeting does. */
function reason(was: PlanException | null, is: PlanException | null, change: PlanChange): DifferenceReason {
  const about = (one: PlanException | null) => {
    if (one === null) return false;
    if (change.kind === 'closed') return one.reason === 'closed' && one.date === change.date;
    if (change.kind === 'absence' || change.kind === 'absenceWithdrawn') {
      const within = (date: PlanDate) => change.absence.from <= date && date <= change.absence.to;
      const named = one.personIds.includes(change.personId) || (one.kind !== 'dropped' && one.substitutes.some(({ substituteId }) => substituteId === change.personId));
      return named && (within(one.date) || (one.kind === 'moved' && within(one.toDate)));
    }
    return subjectOf(change) === one.seriesId;
  };
  return about(was) || about(is) ? 'change' : 'followed';
}

function same(a: PlanException | null, b: PlanException | null): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered(one: PlanException | null): unknown {
  if (one === null) return null;
  const substitutes = one.kind === 'dropped' ? [] : one.substitutes.map(({ personId, substituteId }) => [personId, substituteId]);
  return [one.kind, one.reason, one.personIds, substitutes, one.kind === 'moved' ? [one.toDate, one.toStartMinute] : null];
}

function inPlaceOf<T extends { id: string }>(list: readonly T[], item: T): T[] {
  return list.some(({ id }) => id === item.id) ? list.map((one) => (one.id === item.id ? item : one)) : [...list, item];
}
