import type { MeetingKind, Recurrence, Weekday } from '../api/types.js';

export const modes = ['once', 'weekly', 'fortnightly', 'even', 'odd', 'monthly', 'yearly'] as const;
export type Mode = (typeof modes)[number];

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const satisfies readonly Weekday[];
export const ordinals = [1, 2, 3, 4, -1] as const;
export type Ordinal = (typeof ordinals)[number];
export const monthSteps = [1, 2, 3, 6] as const;

/** What the form says of the recurrence. null follows the date that was chosen. */
export interface RecurrenceChoice {
  mode: Mode;
  days: readonly Weekday[] | null;
  monthStep: number;
  ordinal: Ordinal;
  day: Weekday | null;
  month: number | null;
  ends: 'never' | 'count' | 'lastDate';
  count: string;
  lastDate: string;
  excluded: readonly string[];
  added: readonly string[];
}

const nothingChosen: RecurrenceChoice = {
  mode: 'once',
  days: null,
  monthStep: 1,
  ordinal: 1,
  day: null,
  month: null,
  ends: 'never',
  count: '10',
  lastDate: '',
  excluded: [],
  added: [],
};

/** The cadence that a kind of meeting usually has; once for kinds that are held when needed. */
export function usualRecurrence(kind: MeetingKind | undefined): RecurrenceChoice {
  return (kind?.cadence.recurrence && choiceOf(kind.cadence.recurrence)) ?? nothingChosen;
}

/** What the form shows for a rule; null for an interval that it does not offer. */
export function choiceOf(rule: Recurrence): RecurrenceChoice | null {
  const { ends, interval = 1 } = rule;
  const shared = {
    ...nothingChosen,
    ...(ends?.lastDate ? { ends: 'lastDate' as const, lastDate: ends.lastDate } : ends?.count ? { ends: 'count' as const, count: String(ends.count) } : {}),
    excluded: rule.excludedDates ?? [],
    added: rule.addedDates ?? [],
  };
  switch (rule.kind) {
    case 'weekly':
      return interval > 2 ? null : { ...shared, mode: interval === 2 ? 'fortnightly' : 'weekly', days: rule.days ?? null };
    case 'isoWeeks':
      return { ...shared, mode: rule.parity ?? 'even', days: rule.days ?? null };
    case 'monthly':
      return (monthSteps as readonly number[]).includes(interval) ? { ...shared, mode: 'monthly', monthStep: interval, ordinal: rule.ordinal ?? 1, day: rule.day ?? null } : null;
    case 'yearly':
      return { ...shared, mode: 'yearly', ordinal: rule.ordinal ?? 1, day: rule.day ?? null, month: rule.month ?? null };
  }
}

/** The weekday of a date, `2026-12-07`. */
export const weekdayOf = (date: string): Weekday => weekdays[(new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7] ?? 'MO';

/** What the API is asked for; null for a single meeting. */
export function recurrenceFrom(choice: RecurrenceChoice, date: string): Recurrence | null {
  const days = [...(choice.days ?? [weekdayOf(date)])];
  const day = choice.day ?? weekdayOf(date);
  const ends = choice.ends === 'count' ? { count: Number(choice.count) } : choice.ends === 'lastDate' ? { lastDate: choice.lastDate } : null;
  const end = { ...(ends ? { ends } : {}), ...(choice.excluded.length > 0 ? { excludedDates: [...choice.excluded] } : {}), ...(choice.added.length > 0 ? { addedDates: [...choice.added] } : {}) };
  switch (choice.mode) {
    case 'once':
      return null;
    case 'weekly':
      return { kind: 'weekly', days, ...end };
    case 'fortnightly':
      return { kind: 'weekly', interval: 2, days, ...end };
    case 'even':
    case 'odd':
      return { kind: 'isoWeeks', parity: choice.mode, days, ...end };
    case 'monthly':
      return { kind: 'monthly', interval: choice.monthStep, ordinal: choice.ordinal, day, ...end };
    case 'yearly':
      return { kind: 'yearly', month: choice.month ?? Number(date.slice(5, 7)), ordinal: choice.ordinal, day, ...end };
  }
}
