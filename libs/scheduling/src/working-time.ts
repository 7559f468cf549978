import { Temporal } from 'temporal-polyfill';
import { civilOf, dateText, isoWeekday, readClock, readDate, weekOf } from './civil.js';
import { holidayName, type AuthorityClosures } from './holidays.js';

/** A stretch of a day on the wall, minutes after midnight, half-open. */
export interface Stretch {
  from: number;
  to: number;
}

/** `HH:mm`–`HH:mm` by ISO weekday, 1 is Monday; a weekday that is not named is free (a part-time day). */
export type WorkingWeek = Readonly<Partial<Record<1 | 2 | 3 | 4 | 5 | 6 | 7, readonly { from: string; to: string }[]>>>;

/** When somebody works, before holidays and leave. */
export interface WorkingHours {
  week: WorkingWeek;
  /** Other hours in ISO weeks with an even number: every second Friday free, for instance. */
  evenWeek?: WorkingWeek;
  /** Other hours for a time, both days included; the last that holds counts. */
  periods?: readonly { from: string; to: string; week: WorkingWeek }[];
}

/** Days on which an authority closes early: the day before Maundy Thursday at noon, say. */
export interface HalfDay {
  /** `YYYY-MM-DD`, or `MM-DD` for every year. */
  date: string;
  /** `HH:mm` */
  closesAt: string;
  name: string;
}

/** A time that is better avoided, though nobody is away by it: school holidays of a municipality, both days included. */
export interface SoftPeriod {
  from: string;
  to: string;
  name: string;
}

const office = [{ from: '08:00', to: '16:00' }];
/** Monday to Thursday 8–16, Friday 8–14: until somebody says otherwise. */
export const usualHours: WorkingHours = { week: { 1: office, 2: office, 3: office, 4: office, 5: [{ from: '08:00', to: '14:00' }] } };

/** The half day that a day is, if any. */
export function halfDayOn(day: number, halfDays: readonly HalfDay[]): HalfDay | null {
  if (halfDays.length === 0) return null;
  const text = dateText(day);
  return halfDays.find(({ date }) => date === text || date === text.slice(5)) ?? null;
}

/**
 * On which of `days` days from `firstDay` on an authority is open: no public holiday, and not closed. Weekends are free
 * because nobody's week names them, not by closure: a duty officer may work then (rule WT2).
 *
 * @param firstDay day number, see `civil.ts`
 */
export function openDays(closures: AuthorityClosures, firstDay: number, days: number): boolean[] {
  return Array.from({ length: days }, (_, n) => {
    const { year, month, day } = civilOf(firstDay + n);
    return holidayName(new Temporal.PlainDate(year, month, day), closures) === null;
  });
}

/**
 * When somebody works on each day from `firstDay` on (rules WT1 … WT5). Holidays, closures and half days of the authority
 * count; leave does not, it is a busy time.
 *
 * @param firstDay day number, see `civil.ts`
 * @param open     of each day, from `openDays`
 * @throws RangeError for an hour or a date that cannot be read, or a stretch that ends before it begins
 */
export function workingStretches(hours: WorkingHours, firstDay: number, open: readonly boolean[], halfDays: readonly HalfDay[] = []): (readonly Stretch[])[] {
  const week = readWeek(hours.week);
  const evenWeek = hours.evenWeek === undefined ? null : readWeek(hours.evenWeek);
  const periods = (hours.periods ?? []).map((period) => ({ from: dayOf(period.from), to: dayOf(period.to), week: readWeek(period.week) }));
  return open.map((isOpen, n) => {
    const day = firstDay + n;
    const period = periods.findLast(({ from, to }) => from <= day && day <= to);
    const inWeek = period?.week ?? (evenWeek !== null && weekOf(day).week % 2 === 0 ? evenWeek : week);
    const stretches = inWeek[isoWeekday(day)] ?? [];
    if (stretches.length === 0 || !isOpen) return [];
    const half = halfDayOn(day, halfDays);
    if (half === null) return stretches;
    const closesAt = clockOf(half.closesAt);
    return stretches.flatMap(({ from, to }) => (from >= closesAt ? [] : [{ from, to: Math.min(to, closesAt) }]));
  });
}

function readWeek(week: WorkingWeek): Record<number, Stretch[]> {
  const read: Record<number, Stretch[]> = {};
  for (const [weekday, stretches] of Object.entries(week)) {
    read[Number(weekday)] = stretches.map(({ from, to }) => {
      const stretch = { from: clockOf(from), to: clockOf(to) };
      if (stretch.from >= stretch.to) throw new RangeError('working hours end before they begin');
      return stretch;
    });
  }
  return read;
}

function clockOf(text: string): number {
  const minutes = readClock(text);
  if (minutes === null) throw new RangeError('a time of day is HH:mm');
  return minutes;
}

function dayOf(text: string): number {
  const day = readDate(text);
  if (day === null) throw new RangeError('a date is YYYY-MM-DD');
  return day;
}
