import { timeZone } from '@lib/contracts/enums.js';

/**
 * The one door for dates on screen: Danish words, Danish wall time, whatever zone the browser stands in.
 * `instant` is ISO with zone, `local` is wall time “2026-12-07T13:00”, `date` is “2026-12-07”.
 */
const parts = new Intl.DateTimeFormat('da-DK', {
  timeZone,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

interface Wall {
  weekday: string;
  day: string;
  month: string;
  year: string;
  hour: string;
  minute: string;
}

function wall(instant: Date | string): Wall {
  const found = {} as Record<string, string>;
  for (const { type, value } of parts.formatToParts(new Date(instant))) found[type] = value;
  return found as unknown as Wall;
}

/** “13.00” */
export function time(instant: string): string {
  const { hour, minute } = wall(instant);
  return `${hour}.${minute}`;
}

/** “13.00–14.30” */
export const timeSpan = (start: string, end: string) => `${time(start)}–${time(end)}`;

const dayOf = ({ weekday, day, month, year }: Wall) => `${weekday} ${day}. ${month} ${year}`;

/** “mandag 7. december 2026” */
export const day = (instant: string) => dayOf(wall(instant));

/** “mandag 7. december 2026 kl. 13.00” */
export const dayAndTime = (instant: string) => `${day(instant)} kl. ${time(instant)}`;

/** “mandag 7. december 2026 kl. 13.00–14.30 (uge 50)”; an end on another day is written in full. */
export function fullSpan(start: string, end: string): string {
  const sameDay = day(start) === day(end);
  return `${day(start)} kl. ${time(start)}–${sameDay ? time(end) : `${day(end)} kl. ${time(end)}`} (uge ${week(start)})`;
}

/** A date without a time: “mandag 7. december 2026” */
export const plainDate = (date: string) => day(`${date}T12:00:00Z`);

/** ISO 8601 week of the Danish day on which `instant` falls. */
export function week(instant: string): number {
  const [year, month, date] = dateAt(new Date(instant)).split('-').map(Number) as [number, number, number];
  const at = new Date(Date.UTC(year, month - 1, date));
  // The week belongs to the year of its Thursday.
  at.setUTCDate(at.getUTCDate() + 4 - (at.getUTCDay() || 7));
  return Math.ceil(((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
}

// Swedish writes dates as ISO does.
const isoDate = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });

/** The Danish date at `instant`, “2026-12-07”. */
export const dateAt = (instant: Date) => isoDate.format(instant);

/** Today in Denmark as a window of instants, the same all day long so that it can be part of a query's key. */
export function today(now = new Date()): { start: string; threeMonthsAgo: string; inFourWeeks: string } {
  const start = new Date(`${dateAt(now)}T00:00:00Z`);
  const before = new Date(start);
  before.setUTCMonth(before.getUTCMonth() - 3);
  const after = new Date(start);
  after.setUTCDate(after.getUTCDate() + 28);
  return { start: start.toISOString(), threeMonthsAgo: before.toISOString(), inFourWeeks: after.toISOString() };
}

/** The next Monday after today, as a first guess for a meeting. */
export function nextMonday(now = new Date()): string {
  const today = new Date(`${dateAt(now)}T12:00:00Z`);
  today.setUTCDate(today.getUTCDate() + (8 - (today.getUTCDay() || 7)));
  return today.toISOString().slice(0, 10);
}

const relative = new Intl.RelativeTimeFormat('da', { numeric: 'auto' });

/** “i dag”, “i morgen”, “om 5 dage”: beside the full date, never instead of it. */
export function inDays(instant: string, now = new Date()): string {
  const days = (Date.parse(`${dateAt(new Date(instant))}T12:00:00Z`) - Date.parse(`${dateAt(now)}T12:00:00Z`)) / 86_400_000;
  return relative.format(days, 'day');
}

// 5 January 1970 was a Monday.
const names = (options: Intl.DateTimeFormatOptions, dates: Date[]) => dates.map((at) => new Intl.DateTimeFormat('da-DK', { ...options, timeZone: 'UTC' }).format(at));

/** “mandag” … “søndag” */
export const weekdayNames = names({ weekday: 'long' }, Array.from({ length: 7 }, (_, n) => new Date(Date.UTC(1970, 0, 5 + n))));

/** “januar” … “december” */
export const monthNames = names({ month: 'long' }, Array.from({ length: 12 }, (_, n) => new Date(Date.UTC(1970, n, 1))));
