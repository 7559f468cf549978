import { timeZone } from '@lib/contracts/enums.js';
import { inEachLanguage } from './i18n/language.js';

/**
 * The one door for dates on screen: words of the language on the screen, Danish wall time, whatever zone the browser
 * stands in. `instant` is ISO with zone, `local` is wall time “2026-12-07T13:00”, `date` is “2026-12-07”.
 */
const parts = inEachLanguage(
  (locale) =>
    new Intl.DateTimeFormat(locale, { timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);

/** Between what would be read wrongly if a line ended there: “kl.” and the time, “uge” and its number. */
const held = '\u00a0';

/** How each language puts the parts together. Both use 24 hours. */
const style = inEachLanguage((_locale, language) =>
  language === 'da'
    ? { clock: '.', dayNumber: (day: string) => `${day}.`, at: (time: string) => `kl.${held}${time}`, joint: ` kl.${held}`, week: 'uge' }
    : { clock: ':', dayNumber: (day: string) => day, at: (time: string) => time, joint: ', ', week: 'week' },
);

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
  for (const { type, value } of parts().formatToParts(new Date(instant))) found[type] = value;
  return found as unknown as Wall;
}

/** “13.00”, “13:00” */
export function time(instant: string): string {
  const { hour, minute } = wall(instant);
  return `${hour}${style().clock}${minute}`;
}

/** “13.00–14.30”, “13:00–14:30” */
export const timeSpan = (start: string, end: string) => `${time(start)}–${time(end)}`;

const dayOf = ({ weekday, day, month, year }: Wall) => `${weekday} ${style().dayNumber(day)} ${month} ${year}`;

/** “mandag 7. december 2026”, “Monday 7 December 2026” */
export const day = (instant: string) => dayOf(wall(instant));

/** “mandag 7. december 2026 kl. 13.00”, “Monday 7 December 2026, 13:00” */
export const dayAndTime = (instant: string) => `${day(instant)}${style().joint}${time(instant)}`;

/** “mandag 7. december 2026 kl. 13.00–14.30 (uge 50)”; an end on another day is written in full. */
export function fullSpan(start: string, end: string): string {
  const sameDay = day(start) === day(end);
  return `${dayAndTime(start)}–${sameDay ? time(end) : dayAndTime(end)} (${style().week}${held}${week(start)})`;
}

/** A date without a time: “mandag 7. december 2026” */
export const plainDate = (date: string) => day(`${date}T12:00:00Z`);

/** The time of a wall time within a sentence: “kl. 13.00”, “13:00” */
export const localTime = (local: string) => style().at(local.slice(11, 16).replace(':', style().clock));

/** A wall time: “mandag 7. december 2026 kl. 13.00” */
export const localDayAndTime = (local: string) => `${plainDate(local.slice(0, 10))}${style().joint}${local.slice(11, 16).replace(':', style().clock)}`;

/** “7.”, “7” */
export const dayOfMonth = (date: string) => style().dayNumber(String(Number(date.slice(8, 10))));

/** “7. december”, “7 December” */
export const dayAndMonth = (date: string) => `${dayOfMonth(date)} ${monthNames()[Number(date.slice(5, 7)) - 1]}`;

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

/** The instant at which a Danish day, “2026-12-07”, begins. */
export function startOfDay(date: string): string {
  const offsets = ['+01:00', '+02:00'].map((offset) => new Date(`${date}T00:00:00${offset}`));
  return (offsets.find((one) => dateAt(one) === date && dateAt(new Date(one.getTime() - 1)) !== date) ?? offsets[0]!).toISOString();
}

/** The instant at which it is over. */
export function endOfDay(date: string): string {
  const next = new Date(`${date}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return startOfDay(next.toISOString().slice(0, 10));
}

/** The last Danish day that lies before an instant. */
export const dayBefore = (instant: string) => dateAt(new Date(Date.parse(instant) - 1));

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

const relative = inEachLanguage((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

/** “i dag”, “i morgen”, “om 5 dage”: beside the full date, never instead of it. */
export function inDays(instant: string, now = new Date()): string {
  const days = (Date.parse(`${dateAt(new Date(instant))}T12:00:00Z`) - Date.parse(`${dateAt(now)}T12:00:00Z`)) / 86_400_000;
  return relative().format(days, 'day');
}

const names = (options: Intl.DateTimeFormatOptions, dates: Date[]) =>
  inEachLanguage((locale) => dates.map((at) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at)));

/** “mandag” … “søndag”: 5 January 1970 was a Monday. */
export const weekdayNames = names({ weekday: 'long' }, Array.from({ length: 7 }, (_, n) => new Date(Date.UTC(1970, 0, 5 + n))));

/** “januar” … “december” */
export const monthNames = names({ month: 'long' }, Array.from({ length: 12 }, (_, n) => new Date(Date.UTC(1970, n, 1))));

const months = inEachLanguage((locale) => new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }));

/** Of “2026-11”: “november 2026”, “November 2026” */
export const monthAndYear = (month: string) => months().format(new Date(`${month}-15T12:00:00Z`));

const shares = inEachLanguage((locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));

/** “67 %”, “67%” */
export const percent = (share: number) => shares().format(share);

/** The instant (ISO) of a Danish wall time, wherever the browser stands; '' for what is none. Of an hour that comes twice the first. */
export function danishInstant(date: string, time: string): string {
  const asIfUtc = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(asIfUtc)) return '';
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen', dateStyle: 'short', timeStyle: 'medium' });
  const offset = (instant: number) => Date.parse(`${shown.format(instant).replace(' ', 'T')}Z`) - instant;
  return new Date(asIfUtc - offset(asIfUtc - offset(asIfUtc))).toISOString();
}
