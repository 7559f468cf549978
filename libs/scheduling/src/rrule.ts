import { Temporal } from 'temporal-polyfill';

/** RFC 5545 weekday codes in ISO order: index + 1 is the ISO weekday (1 = Monday). */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof weekdays)[number];

export const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof frequencies)[number];

/** `ordinal` null means every such weekday of the period; −1 is the last. */
export interface ByDay {
  ordinal: number | null;
  weekday: Weekday;
}

/** Which of the three ways UNTIL was written; each is compared in its own terms (rule RC6). */
export type Until =
  | { kind: 'instant'; instant: Temporal.Instant }
  | { kind: 'date'; date: Temporal.PlainDate }
  | { kind: 'local'; local: Temporal.PlainDateTime };

export interface RruleParts {
  freq: Frequency;
  /** 1 … 1000 */
  interval: number;
  /** 1 … 20 000 */
  count: number | null;
  until: Until | null;
  byDay: readonly ByDay[];
  /** 1 … 12 */
  byMonth: readonly number[];
  /** 1 … 31, or −31 … −1 from the end of the month */
  byMonthDay: readonly number[];
  /** 1 … 366, or −366 … −1 from the end of the year; only with YEARLY */
  byYearDay: readonly number[];
  /** 1 … 53, or −53 … −1 from the last week; only with YEARLY */
  byWeekNo: readonly number[];
  /** Places in the set that one period gives, from 1, or from −1 backwards. */
  bySetPos: readonly number[];
  byHour: readonly number[];
  byMinute: readonly number[];
  bySecond: readonly number[];
  weekStart: Weekday;
}

export type RruleFault = 'ruleMalformed' | 'moreOftenThanDaily' | 'partUnsupported' | 'outOfBounds';
export type ParsedRrule = { ok: true; parts: RruleParts } | { ok: false; reason: RruleFault };

const longestText = 500;
const largestInterval = 1000;
const largestCount = 20_000;

const known = new Set([
  'FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYSETPOS', 'BYHOUR', 'BYMINUTE', 'BYSECOND', 'WKST',
  'BYYEARDAY', 'BYWEEKNO',
]);
// Parts of RFC 7529: other calendars than ours; refused rather than guessed.
const unsupported = new Set(['RSCALE', 'SKIP']);

class Fault extends Error {
  constructor(readonly reason: RruleFault) {
    super(reason);
  }
}

/**
 * Reads the value of an RRULE property, with or without the leading `RRULE:`, in upper or lower case.
 * Stricter than most readers: what RFC 5545 §3.3.10 forbids is refused, and so is what this project has no test for
 * (rules RC10, RC11).
 *
 * @param text at most 500 characters
 */
export function parseRrule(text: string): ParsedRrule {
  try {
    return { ok: true, parts: parse(text) };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, reason: error.reason };
    throw error;
  }
}

function parse(text: string): RruleParts {
  if (text.length > longestText) throw new Fault('outOfBounds');
  const values = new Map<string, string>();
  const pairs = text.trim().toUpperCase().replace(/^RRULE:/, '').replace(/;$/, '').split(';');
  let refused: RruleFault | null = null;
  for (const pair of pairs) {
    const [name, value, ...rest] = pair.split('=');
    if (!name || !value || rest.length > 0 || values.has(name)) throw new Fault('ruleMalformed');
    if (unsupported.has(name)) refused = 'partUnsupported';
    else if (!known.has(name)) throw new Fault('ruleMalformed');
    values.set(name, value);
  }

  const freqText = values.get('FREQ') ?? '';
  if (['HOURLY', 'MINUTELY', 'SECONDLY'].includes(freqText)) throw new Fault('moreOftenThanDaily');
  const freq = frequencies.find((name) => name === freqText);
  if (!freq) throw new Fault('ruleMalformed');
  if (refused) throw new Fault(refused);

  const parts: RruleParts = {
    freq,
    interval: positive(values.get('INTERVAL'), largestInterval) ?? 1,
    count: positive(values.get('COUNT'), largestCount),
    until: parseUntil(values.get('UNTIL')),
    byDay: parseByDay(values.get('BYDAY')),
    byMonth: numbers(values.get('BYMONTH'), 1, 12),
    byMonthDay: numbers(values.get('BYMONTHDAY'), -31, 31).filter(notZero),
    byYearDay: numbers(values.get('BYYEARDAY'), -366, 366).filter(notZero),
    byWeekNo: numbers(values.get('BYWEEKNO'), -53, 53).filter(notZero),
    bySetPos: numbers(values.get('BYSETPOS'), -366, 366).filter(notZero),
    byHour: numbers(values.get('BYHOUR'), 0, 23),
    byMinute: numbers(values.get('BYMINUTE'), 0, 59),
    bySecond: numbers(values.get('BYSECOND'), 0, 60),
    weekStart: weekday(values.get('WKST') ?? 'MO'),
  };
  if (parts.count !== null && parts.until !== null) throw new Fault('ruleMalformed');
  if ([parts.byHour, parts.byMinute, parts.bySecond].some((list) => list.length > 1)) throw new Fault('moreOftenThanDaily');

  const ordinals = parts.byDay.some((day) => day.ordinal !== null);
  if (ordinals && (freq === 'DAILY' || freq === 'WEEKLY')) throw new Fault('ruleMalformed');
  if (freq === 'WEEKLY' && parts.byMonthDay.length > 0) throw new Fault('ruleMalformed');
  if (freq !== 'YEARLY' && parts.byYearDay.length + parts.byWeekNo.length > 0) throw new Fault('ruleMalformed');
  if (ordinals && parts.byWeekNo.length > 0) throw new Fault('ruleMalformed');
  // “The first Monday, if it is the 3rd”: without a month the RFC does not say whether it is the first of the month or of the year.
  if (ordinals && freq === 'YEARLY' && (parts.byYearDay.length > 0 || (parts.byMonthDay.length > 0 && parts.byMonth.length === 0))) {
    throw new Fault('partUnsupported');
  }
  // Week 1 can begin in December: which year its days count to, when only every second year counts, the RFC does not say.
  if (parts.byWeekNo.length > 0 && (parts.interval > 1 || parts.bySetPos.length > 0)) throw new Fault('partUnsupported');
  if (parts.bySetPos.length > 0) {
    const others = [parts.byDay, parts.byMonth, parts.byMonthDay, parts.byYearDay];
    if (others.every((list) => list.length === 0)) throw new Fault('ruleMalformed');
  }
  return parts;
}

function notZero(value: number): boolean {
  if (value === 0) throw new Fault('ruleMalformed');
  return true;
}

function positive(text: string | undefined, largest: number): number | null {
  if (text === undefined) return null;
  if (!/^\d+$/.test(text) || Number(text) < 1) throw new Fault('ruleMalformed');
  if (Number(text) > largest) throw new Fault('outOfBounds');
  return Number(text);
}

function numbers(text: string | undefined, least: number, largest: number): number[] {
  if (text === undefined) return [];
  const found = text.split(',').map((item) => {
    if (!/^[+-]?\d{1,3}$/.test(item) || Number(item) < least || Number(item) > largest) throw new Fault('ruleMalformed');
    return Number(item);
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

function weekday(text: string): Weekday {
  const found = weekdays.find((name) => name === text);
  if (!found) throw new Fault('ruleMalformed');
  return found;
}

function parseByDay(text: string | undefined): ByDay[] {
  if (text === undefined) return [];
  const days = text.split(',').map((item): ByDay => {
    const match = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(item);
    if (!match) throw new Fault('ruleMalformed');
    const ordinal = match[1] === undefined ? null : Number(match[1]);
    if (ordinal !== null && (ordinal === 0 || Math.abs(ordinal) > 53)) throw new Fault('ruleMalformed');
    return { ordinal, weekday: weekday(match[2] ?? '') };
  });
  const byWeekday = (day: ByDay) => weekdays.indexOf(day.weekday) * 200 + (day.ordinal ?? 0);
  const unique = new Map(days.map((day) => [byWeekday(day), day]));
  return [...unique.values()].sort((a, b) => byWeekday(a) - byWeekday(b));
}

function parseUntil(text: string | undefined): Until | null {
  if (text === undefined) return null;
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(text);
  if (!match) throw new Fault('ruleMalformed');
  const [, year, month, day, hour, minute, second, zulu] = match;
  try {
    const date = Temporal.PlainDate.from(`${year}-${month}-${day}`);
    if (hour === undefined) return { kind: 'date', date };
    const local = Temporal.PlainDateTime.from(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
    return zulu ? { kind: 'instant', instant: local.toZonedDateTime('UTC').toInstant() } : { kind: 'local', local };
  } catch {
    throw new Fault('ruleMalformed');
  }
}
