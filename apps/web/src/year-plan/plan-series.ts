import type { YearPlan, YearPlanSeries, YearPlanStep } from '../api/types.js';

const dayMs = 86_400_000;
const ms = (date: string) => Date.parse(`${date}T00:00:00Z`);

/** What a series is put to, as the form has it. */
export interface Place {
  weekday: number;
  startTime: string;
  phase: number;
  ordinal: number;
  date: string;
}

/** A date of the plan. @param weekday Monday is 1 */
export const dateIn = ({ firstDay }: Pick<YearPlan, 'firstDay'>, week: number, weekday: number): string => new Date(ms(firstDay) + (week * 7 + weekday - 1) * dayMs).toISOString().slice(0, 10);

export const weekOf = ({ firstDay }: Pick<YearPlan, 'firstDay'>, date: string): number => Math.floor((ms(date) - ms(firstDay)) / dayMs / 7);

/** Where it is planned, or stands, or what a form may begin with. */
export function placeOf({ planned, now }: YearPlanSeries): Place {
  const at = planned ?? now;
  return { weekday: at?.weekday ?? 1, startTime: at?.startTime ?? '09:00', phase: at?.phase ?? 0, ordinal: at?.ordinal ?? 1, date: at?.date ?? '' };
}

/** All of a place, by what the series repeats by. */
export function pinTo({ seriesId, rhythm }: YearPlanSeries, { weekday, startTime, phase, ordinal, date }: Place): YearPlanStep {
  const week = rhythm.every === 'week' ? { weekday, ...(rhythm.interval === 2 ? { phase } : {}) } : rhythm.every === 'month' ? { weekday, ordinal } : { date };
  return { kind: 'pinned', seriesId, startTime, ...week };
}

/** Where in the table something is dropped. */
export type Target = { weekday: number } | { week: number };

/** The place that a series would have there; null where it cannot be, or is. */
export function droppedAt(plan: Pick<YearPlan, 'firstDay'>, series: YearPlanSeries, target: Target): Place | null {
  const place = placeOf(series);
  const { every, interval, from, to } = series.rhythm;
  if ('weekday' in target) return every === 'once' || target.weekday === place.weekday ? null : { ...place, weekday: target.weekday };
  if (every === 'week') {
    const phase = target.week % 2;
    return interval !== 2 || phase === place.phase ? null : { ...place, phase };
  }
  const date = dateIn(plan, target.week, place.weekday);
  if (every === 'month') {
    const ordinal = Math.ceil(Number(date.slice(8)) / 7);
    return ordinal > 4 || ordinal === place.ordinal ? null : { ...place, ordinal };
  }
  return from === null || to === null || date < from || date > to || date === place.date ? null : { ...place, date };
}

/** Whose series it is to whoever plans: the partners, or nobody else's. */
export const partnersOf = ({ partners, owner }: Pick<YearPlanSeries, 'partners' | 'owner'>): string => partners.map(({ name }) => name).join(', ') || owner.name;

/** Whether a series is to be somewhere else than it is. */
export const isMoved = ({ now, planned }: YearPlanSeries): boolean => now !== null && planned !== null && (['weekday', 'startTime', 'phase', 'ordinal', 'date'] as const).some((part) => now[part] !== planned[part]);
