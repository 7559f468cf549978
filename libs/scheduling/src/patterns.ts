import { Temporal } from 'temporal-polyfill';
import { InvalidRule, type SeriesRule, type WeekParity } from './recurrence.js';
import { parseRrule, weekdays, type Weekday } from './rrule.js';
import { danishZone } from './zones.js';

/** −1 is the last of the month. A fifth is not offered: most months have none. */
export const ordinals = [1, 2, 3, 4, -1] as const;
export type Ordinal = (typeof ordinals)[number];

/** What the form offers. Each makes one rule, and `patternOf` reads it back. */
export type SeriesPattern =
  | { kind: 'once' }
  /** Every `interval` weeks, counted from the week of the first meeting: 1 is weekly, 2 is fortnightly. */
  | { kind: 'weekly'; interval: number; days: readonly Weekday[] }
  /** Even or odd ISO weeks; parity turns after a year of 53 weeks (rule RC14). */
  | { kind: 'isoWeeks'; parity: WeekParity; days: readonly Weekday[] }
  /** Every `interval` months, e.g. the first Monday. */
  | { kind: 'monthly'; interval: number; ordinal: Ordinal; day: Weekday }
  /** Once a year, e.g. the second Tuesday of March; `month` is 1 … 12. */
  | { kind: 'yearly'; month: number; ordinal: Ordinal; day: Weekday };

export interface SeriesBasis {
  /** `YYYY-MM-DD`; the first meeting is the first day of the pattern on or after it. */
  fromDate: string;
  /** `HH:mm` on the wall. */
  startTime: string;
  durationMinutes: number;
  /** Default Europe/Copenhagen. */
  timeZone?: string;
  /** Default endless. `lastDate` (`YYYY-MM-DD`) is still part of the series. */
  ends?: { count: number } | { lastDate: string };
}

/**
 * The rule for a pattern, its start moved to the first day that follows the pattern, so that DTSTART and RRULE agree.
 * Check the result with `validateRule`: duration, clock change and an end before the start are judged there.
 *
 * @throws InvalidRule `startMalformed` or `ruleMalformed` for a date, time, month or weekday that cannot be read
 */
export function seriesFrom(basis: SeriesBasis, pattern: SeriesPattern): SeriesRule {
  const timeZone = basis.timeZone ?? danishZone;
  const first = firstDate(dateFrom(basis.fromDate), pattern);
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(basis.startTime)) throw new InvalidRule('startMalformed');
  const body = ruleBody(pattern);
  const rule: SeriesRule = {
    startLocal: `${first.toString()}T${basis.startTime}`,
    timeZone,
    rrule: body === null ? null : body + ending(basis.ends, timeZone),
    durationMinutes: basis.durationMinutes,
  };
  return pattern.kind === 'isoWeeks' ? { ...rule, weekParity: pattern.parity } : rule;
}

/** The pattern a form can show for this rule, or null when the rule says more than the form can. */
export function patternOf(rule: SeriesRule): SeriesPattern | null {
  if (rule.rrule === null) return { kind: 'once' };
  const parsed = parseRrule(rule.rrule);
  if (!parsed.ok) return null;
  const { freq, interval, byDay, byMonth, byMonthDay, byYearDay, byWeekNo, bySetPos, weekStart } = parsed.parts;
  if ([byMonthDay, byYearDay, byWeekNo, bySetPos].some((list) => list.length > 0)) return null;

  if (freq === 'WEEKLY') {
    if (byMonth.length > 0 || (interval > 1 && weekStart !== 'MO')) return null;
    const ownDay = weekdays[Temporal.PlainDateTime.from(rule.startLocal).dayOfWeek - 1] ?? 'MO';
    const days = byDay.length > 0 ? byDay.map((day) => day.weekday) : [ownDay];
    if (rule.weekParity) return interval === 1 ? { kind: 'isoWeeks', parity: rule.weekParity, days } : null;
    return { kind: 'weekly', interval, days };
  }
  const only = byDay[0];
  const ordinal = ordinals.find((offered) => offered === only?.ordinal);
  if (!only || !ordinal || byDay.length > 1) return null;
  if (freq === 'MONTHLY' && byMonth.length === 0) return { kind: 'monthly', interval, ordinal, day: only.weekday };
  const month = byMonth[0];
  if (freq === 'YEARLY' && interval === 1 && month && byMonth.length === 1) {
    return { kind: 'yearly', month, ordinal, day: only.weekday };
  }
  return null;
}

/** The `ordinal`th such weekday of a month; −1 the last. */
export function weekdayOfMonth(month: Temporal.PlainYearMonth, ordinal: Ordinal, day: Weekday): Temporal.PlainDate {
  const isoDay = weekdays.indexOf(day) + 1;
  if (ordinal === -1) {
    const last = month.toPlainDate({ day: month.daysInMonth });
    return last.subtract({ days: (last.dayOfWeek - isoDay + 7) % 7 });
  }
  const first = month.toPlainDate({ day: 1 });
  return first.add({ days: ((isoDay - first.dayOfWeek + 7) % 7) + 7 * (ordinal - 1) });
}

function dateFrom(text: string): Temporal.PlainDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new InvalidRule('startMalformed');
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    throw new InvalidRule('startMalformed');
  }
}

function firstDate(from: Temporal.PlainDate, pattern: SeriesPattern): Temporal.PlainDate {
  switch (pattern.kind) {
    case 'once':
      return from;
    case 'weekly':
      return firstDay(from, 7, (date) => hasWeekday(date, pattern.days));
    case 'isoWeeks':
      // Three weeks separate two even weeks around a week 53.
      return firstDay(from, 21, (date) => hasWeekday(date, pattern.days) && ((date.weekOfYear ?? 0) % 2 === 0) === (pattern.parity === 'even'));
    case 'monthly':
    case 'yearly': {
      for (let months = 0; months <= 12; months += 1) {
        const month = from.toPlainYearMonth().add({ months });
        const date = weekdayOfMonth(month, pattern.ordinal, pattern.day);
        const inSeason = pattern.kind === 'monthly' || month.month === pattern.month;
        if (inSeason && Temporal.PlainDate.compare(date, from) >= 0) return date;
      }
      throw new InvalidRule('ruleMalformed');
    }
  }
}

function hasWeekday(date: Temporal.PlainDate, days: readonly Weekday[]): boolean {
  return days.some((day) => weekdays.indexOf(day) + 1 === date.dayOfWeek);
}

function firstDay(from: Temporal.PlainDate, within: number, matches: (date: Temporal.PlainDate) => boolean): Temporal.PlainDate {
  for (let days = 0; days < within; days += 1) {
    const date = from.add({ days });
    if (matches(date)) return date;
  }
  throw new InvalidRule('ruleMalformed');
}

function ruleBody(pattern: SeriesPattern): string | null {
  switch (pattern.kind) {
    case 'once':
      return null;
    case 'weekly':
      return `FREQ=WEEKLY${every(pattern.interval)};BYDAY=${dayList(pattern.days)}`;
    case 'isoWeeks':
      return `FREQ=WEEKLY;BYDAY=${dayList(pattern.days)}`;
    case 'monthly':
      return `FREQ=MONTHLY${every(pattern.interval)};BYDAY=${pattern.ordinal}${pattern.day}`;
    case 'yearly':
      return `FREQ=YEARLY;BYMONTH=${pattern.month};BYDAY=${pattern.ordinal}${pattern.day}`;
  }
}

function every(interval: number): string {
  return interval === 1 ? '' : `;INTERVAL=${interval}`;
}

function dayList(days: readonly Weekday[]): string {
  return weekdays.filter((day) => days.includes(day)).join(',');
}

// UNTIL must be in UTC where DTSTART has a zone (RFC 5545 §3.3.10); the last second of the local day lets it count whole.
function ending(ends: SeriesBasis['ends'], timeZone: string): string {
  if (!ends) return '';
  if ('count' in ends) return `;COUNT=${ends.count}`;
  const lastSecond = dateFrom(ends.lastDate).toPlainDateTime('23:59:59');
  let utcText: string;
  try {
    utcText = lastSecond.toZonedDateTime(timeZone).toInstant().toString();
  } catch {
    throw new InvalidRule('zoneUnknown');
  }
  return `;UNTIL=${utcText.replace(/[-:]/g, '')}`;
}
