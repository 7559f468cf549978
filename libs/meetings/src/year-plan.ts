import { Temporal } from 'temporal-polyfill';
import { holidayName } from '@lib/scheduling/holidays.js';
import { patternOf, weekdayOfMonth, type SeriesPattern } from '@lib/scheduling/patterns.js';
import { weekdays } from '@lib/scheduling/rrule.js';
import { planWeekdays, type Cadence, type Placement, type PlanInput, type PlanPin, type PlanSeries, type PlanStretch, type PlanWeekday, type YearPlan } from '@lib/scheduling/year-plan.js';
import { lastDayOf } from './series-plan.js';
import type { SeriesTimes } from './series-row.js';

/** What a year plan is made of: series as they are, as the engine takes them. Pure; rules YP13 … in SPEC.md. */

/** A series as far as a plan of an authority may know it (AC150). */
export interface SeriesToPlan {
  id: string;
  kindId: string;
  ownerAuthorityId: string;
  times: SeriesTimes;
  people: readonly { membershipId: string; personId: string; authorityId: string }[];
}

/** Whole weeks of one ISO year. */
export interface PlanYear {
  year: number;
  /** A Monday. */
  firstDay: string;
  weeks: number;
}

/** Why a series cannot be part of a plan. */
export const outsideReasons = ['severalDays', 'lastOfMonth', 'weekend', 'ends', 'beginsLater', 'irregular'] as const;
export type OutsideReason = (typeof outsideReasons)[number];

/** What people decided about a series: the given parts hold, the others are free. */
export type Decided = Omit<PlanPin, 'seriesId' | 'placeId'>;

/** What one version of a plan says. Ids, dates and times of day alone: names are looked up by whoever may be told them. */
export interface PlanBody {
  input: PlanInput;
  plan: YearPlan;
  lowerBound: number;
  decided: Readonly<Record<string, Decided>>;
  /** By which membership each person is in it. */
  members: Readonly<Record<string, string>>;
  /** Where each series was when the plan was made from it. */
  before: Readonly<Record<string, Placement>>;
  change: PlanStep;
}

/** What is done to a plan, one after the other. */
export type PlanStep =
  | { kind: 'made' }
  /** From the series as they are now, everything that was decided kept. */
  | { kind: 'renewed' }
  | { kind: 'pinned'; seriesId: string; pin: Decided }
  | { kind: 'unpinned'; seriesId: string }
  | { kind: 'absence'; personId: string; absence: PlanStretch }
  /** Taken back since: neither who nor when is kept. */
  | { kind: 'absenceForgotten' }
  | { kind: 'absenceWithdrawn' };

/** There is no register of places: all meet at one, which has no name. */
const nowhere = 'here';
const day = { fromMinute: 8 * 60, toMinute: 16 * 60 };
const stepMinutes = 30;
/** What the engine is given at most. */
export const mostSeries = 400;
/** Within so many days of its date a yearly meeting may be put. */
const yearlySpreadDays = 28;

/** [YP13] The weeks of an ISO year that are still to come; null when none are. */
export function planYear(year: number, today: Temporal.PlainDate): PlanYear | null {
  const begins = mondayOfYear(year);
  const next = today.add({ days: 8 - today.dayOfWeek });
  const first = Temporal.PlainDate.compare(begins, next) < 0 ? next : begins;
  const weeks = Math.floor(first.until(mondayOfYear(year + 1), { largestUnit: 'days' }).days / 7);
  return weeks < 1 ? null : { year, firstDay: first.toString(), weeks };
}

/** [YP13] The years that can be planned: this one and the next. */
export function yearsToPlan(today: Temporal.PlainDate): number[] {
  const year = today.yearOfWeek!;
  return [year, year + 1].filter((one) => planYear(one, today) !== null);
}

function mondayOfYear(year: number): Temporal.PlainDate {
  // The fourth of January is always in the first week (ISO 8601).
  const fourth = Temporal.PlainDate.from({ year, month: 1, day: 4 });
  return fourth.subtract({ days: fourth.dayOfWeek - 1 });
}

export interface PlacedSeries {
  cadence: Cadence;
  /** Where it is. */
  placement: Placement;
}

/**
 * [YP14] How a series repeats and where it is in a year; why it cannot be planned; null when it does not meet then. One whose rule
 * was changed in the course of the year counts as if it had always been so.
 */
export function placeOf({ times }: Pick<SeriesToPlan, 'times'>, { firstDay, weeks }: PlanYear, today: Temporal.PlainDate): PlacedSeries | OutsideReason | null {
  const { rule } = times;
  const first = Temporal.PlainDate.from(firstDay);
  const end = first.add({ days: weeks * 7 });
  const start = Temporal.PlainDate.from(rule.startLocal.slice(0, 10));
  const last = times.lastDate ?? lastDayOf(rule);
  if ((last !== null && last < firstDay) || Temporal.PlainDate.compare(start, end) >= 0) return null;
  const pattern = patternOf(rule);
  if (pattern === null || pattern.kind === 'once') return 'irregular';
  if (last !== null) return 'ends';
  const dayNames = 'days' in pattern ? pattern.days : [pattern.day];
  if (dayNames.length > 1) return 'severalDays';
  const isoDay = weekdays.indexOf(dayNames[0]!) + 1;
  const weekday = planWeekdays.find((one) => one === isoDay);
  if (weekday === undefined) return 'weekend';
  if (rule.durationMinutes > day.toMinute - day.fromMinute) return 'irregular';
  const placement = { weekday, startMinute: minuteOf(rule.startLocal.slice(11)), placeId: nowhere };
  return placedIn(pattern, placement, { start, first, end, from: later(first, today) });
}

function placedIn(pattern: Exclude<SeriesPattern, { kind: 'once' }>, placement: Pick<Placement, 'weekday' | 'startMinute' | 'placeId'>, { start, first, end, from: soonest }: Record<'start' | 'first' | 'end' | 'from', Temporal.PlainDate>): PlacedSeries | OutsideReason | null {
  // Within its interval nothing of it is missing.
  const beginsBy = (days: number) => Temporal.PlainDate.compare(start, soonest.add({ days })) < 0;
  switch (pattern.kind) {
    case 'weekly': {
      const { interval } = pattern;
      if (interval > 8) return 'irregular';
      if (!beginsBy(7 * interval)) return 'beginsLater';
      const since = start.subtract({ days: start.dayOfWeek - 1 }).until(first, { largestUnit: 'days' }).days / 7;
      return { cadence: { every: 'week', interval }, placement: { ...placement, phase: modulo(-since, interval) } };
    }
    case 'isoWeeks': {
      if (!beginsBy(14)) return 'beginsLater';
      return { cadence: { every: 'week', interval: 2 }, placement: { ...placement, phase: (first.weekOfYear! % 2 === 0) === (pattern.parity === 'even') ? 0 : 1 } };
    }
    case 'monthly': {
      const { interval, ordinal } = pattern;
      if (ordinal === -1) return 'lastOfMonth';
      if (interval > 6) return 'irregular';
      if (!beginsBy(31 * interval)) return 'beginsLater';
      return { cadence: { every: 'month', interval }, placement: { ...placement, phase: modulo(monthOf(start) - monthOf(first), interval), ordinal } };
    }
    case 'yearly': {
      const dates = [first.year, end.year].map((year) => weekdayOfMonth(Temporal.PlainYearMonth.from({ year, month: pattern.month }), pattern.ordinal, pattern.day));
      const wished = dates.find((one) => Temporal.PlainDate.compare(one, first) >= 0 && Temporal.PlainDate.compare(one, end) < 0 && Temporal.PlainDate.compare(one, start) >= 0);
      if (wished === undefined) return null;
      const [from, to] = [later(first, wished.subtract({ days: yearlySpreadDays })), earlier(end.subtract({ days: 1 }), wished.add({ days: yearlySpreadDays }))];
      return { cadence: { every: 'once', from: from.toString(), to: to.toString(), wished: wished.toString() }, placement: { ...placement, phase: 0, date: wished.toString() } };
    }
  }
}

/**
 * [YP13] What there is room for in a plan: all that the authority owns, which nobody else can crowd out, and of others what came first.
 *
 * @returns with how many of others were left out
 */
export function roomFor<One extends SeriesToPlan>(all: readonly One[], year: PlanYear, { today, ownAuthorityId }: { today: Temporal.PlainDate; ownAuthorityId: string }): { fitting: { one: One; placed: PlacedSeries }[]; beyond: number } {
  const possible = all.flatMap((one) => {
    const placed = placeOf(one, year, today);
    return placed === null || typeof placed === 'string' ? [] : [{ one, placed }];
  });
  const own = possible.filter(({ one }) => one.ownerAuthorityId === ownAuthorityId);
  const others = possible.filter(({ one }) => one.ownerAuthorityId !== ownAuthorityId);
  const room = Math.max(0, mostSeries - own.length);
  return { fitting: [...own, ...others.slice(0, room)], beyond: Math.max(0, others.length - room) };
}

export interface PlanMaterial {
  input: PlanInput;
  before: Record<string, Placement>;
}

/**
 * [YP15] [YP16] What the engine is given: series of others stay where they are until somebody frees them in the plan; the rhythm of those that meet
 * more seldom than every second week, or every month, keeps its weeks.
 *
 * @param standIns persons who may come for a person, the first one asked first
 * @param absences of persons
 */
export function materialOf(
  fitting: readonly { one: SeriesToPlan; placed: PlacedSeries }[],
  year: PlanYear,
  { ownAuthorityId, decided, standIns, absences }: { ownAuthorityId: string; decided: PlanBody['decided']; standIns: ReadonlyMap<string, readonly string[]>; absences: ReadonlyMap<string, readonly PlanStretch[]> },
): PlanMaterial {
  const before: Record<string, Placement> = {};
  const pins: PlanPin[] = [];
  const series: PlanSeries[] = [];
  const personIds = new Set<string>();
  for (const { one, placed } of fitting) {
    const { cadence, placement } = placed;
    const { durationMinutes } = one.times.rule;
    before[one.id] = placement;
    const pin = pinOf(placed, one.ownerAuthorityId === ownAuthorityId, decided[one.id]);
    if (pin !== null) pins.push({ seriesId: one.id, ...pin });
    const own = [...new Set(one.people.map(({ personId }) => personId))];
    for (const id of own) {
      personIds.add(id);
      for (const standIn of standIns.get(id) ?? []) personIds.add(standIn);
    }
    series.push({
      id: one.id,
      name: '',
      cadence,
      durationMinutes,
      weekdays: planWeekdays,
      startMinutes: [...new Set([...startsOf(durationMinutes), placement.startMinute])].sort((a, b) => a - b),
      places: [{ placeId: nowhere }],
      people: own.map((personId) => ({ personId, substituteIds: (standIns.get(personId) ?? []).filter((id) => !own.includes(id)) })),
      usual: { weekday: placement.weekday, startMinute: placement.startMinute },
      moveLost: one.times.policy === 'nextWorkingDay',
    });
  }
  const input: PlanInput = {
    firstDay: year.firstDay,
    weeks: year.weeks,
    places: [{ id: nowhere, name: '' }],
    travelMinutes: [[0]],
    people: [...personIds].sort().map((id) => ({ id, name: '', placeId: nowhere, ...(absences.has(id) ? { absences: absences.get(id)! } : {}) })),
    series,
    closed: closedDays(year),
    pins,
  };
  return { input, before };
}

/** Whether both meet equally often. */
export const sameRhythm = (a: Cadence, b: Cadence): boolean => a.every === b.every && (a.every === 'once' || b.every === 'once' || a.interval === b.interval);

/** [YP15] What is fixed of a series: what somebody decided, and what cannot be changed at all; null when nothing is. */
export function pinOf({ cadence, placement }: PlacedSeries, isOwn: boolean, decided: Decided | undefined): Omit<PlanPin, 'seriesId'> | null {
  // A series that meets every third week cannot be told to begin in another one of them.
  const rhythm = (cadence.every === 'week' && cadence.interval > 2) || (cadence.every === 'month' && cadence.interval > 1) ? { phase: placement.phase } : {};
  const pin = { ...rhythm, ...(decided ?? (isOwn ? {} : placement)) };
  return Object.keys(pin).length === 0 ? null : pin;
}

function startsOf(durationMinutes: number): number[] {
  const starts = [];
  for (let at = day.fromMinute; at + durationMinutes <= day.toMinute; at += stepMinutes) starts.push(at);
  return starts;
}

function closedDays({ firstDay, weeks }: PlanYear): { date: string; name: string }[] {
  const first = Temporal.PlainDate.from(firstDay);
  return Array.from({ length: weeks * 7 }, (_, n) => first.add({ days: n })).flatMap((date) => {
    const name = date.dayOfWeek > 5 ? null : holidayName(date);
    return name === null ? [] : [{ date: date.toString(), name }];
  });
}

/** [YP20] The rhythm that a placement gives a series, in the terms by which a series is changed. */
export function patternFor(now: SeriesPattern, from: Placement, to: Placement, { firstDay }: PlanYear): SeriesPattern {
  const code = weekdays[to.weekday - 1]!;
  switch (now.kind) {
    case 'once':
      return now;
    case 'weekly':
    case 'isoWeeks': {
      if (from.phase === to.phase) return { ...now, days: [code] };
      // The other one of two weeks: within a year of whole weeks that is even or odd ones.
      const isEven = (Temporal.PlainDate.from(firstDay).weekOfYear! + to.phase) % 2 === 0;
      return { kind: 'isoWeeks', parity: isEven ? 'even' : 'odd', days: [code] };
    }
    case 'monthly':
      return { kind: 'monthly', interval: now.interval, ordinal: ordinalOf(to.ordinal!), day: code };
    case 'yearly': {
      const date = Temporal.PlainDate.from(to.date!);
      const nth = Math.ceil(date.day / 7);
      return { kind: 'yearly', month: date.month, ordinal: nth === 5 ? -1 : ordinalOf(nth), day: code };
    }
  }
}

const ordinalOf = (nth: number) => ([1, 2, 3, 4] as const).find((one) => one === nth)!;

/** `HH:mm` */
export const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
export const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
export const isPlanWeekday = (day: number): day is PlanWeekday => planWeekdays.some((one) => one === day);

const modulo = (value: number, by: number) => ((value % by) + by) % by;
const monthOf = (date: Temporal.PlainDate) => date.year * 12 + date.month;
const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) => (Temporal.PlainDate.compare(a, b) > 0 ? a : b);
const earlier = (a: Temporal.PlainDate, b: Temporal.PlainDate) => (Temporal.PlainDate.compare(a, b) < 0 ? a : b);
