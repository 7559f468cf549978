/**
 * Calendar days as whole numbers, counted from 1 January 1970 (day 0), proleptic Gregorian. Expanding a rule or filling
 * a year of slots makes hundreds of thousands of days; as objects each would cost microseconds.
 */

export interface CivilDate {
  year: number;
  /** 1 … 12 */
  month: number;
  /** 1 … 31 */
  day: number;
}

export const minutesPerDay = 1440;
export const msPerMinute = 60_000;
export const msPerDay = minutesPerDay * msPerMinute;

/** Day number of a date that exists; it is not checked. */
export function dayNumber(year: number, month: number, day: number): number {
  // Years that begin in March, so that the leap day is the last of its year; 146 097 days are four hundred years.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

export function civilOf(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}

/** 1 is Monday, 7 Sunday. */
export function isoWeekday(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : monthLengths[month - 1]!;
}

/**
 * The week a day is in, of the year that has most of its days; `weekStart` is the ISO weekday on which weeks begin. With
 * Monday these are the ISO weeks that Danish calendars print (RFC 5545 §3.3.10, WKST). `weeks` is how many that year has.
 */
export function weekOf(days: number, weekStart = 1): { year: number; week: number; weeks: number } {
  const begin = days - ((isoWeekday(days) - weekStart + 7) % 7);
  // The fourth day of a week decides its year.
  const { year } = civilOf(begin + 3);
  const first = firstWeek(year, weekStart);
  return { year, week: (begin - first) / 7 + 1, weeks: (firstWeek(year + 1, weekStart) - first) / 7 };
}

/** First day of week 1: the week that has 4 January in it. */
function firstWeek(year: number, weekStart: number): number {
  const fourth = dayNumber(year, 1, 4);
  return fourth - ((isoWeekday(fourth) - weekStart + 7) % 7);
}

/** `YYYY-MM-DD`, years 1000 … 9999. */
export function dateText(days: number): string {
  const { year, month, day } = civilOf(days);
  return `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}

/** Day number of `YYYY-MM-DD`; null for anything else, and for days that do not exist. */
export function readDate(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return dayNumber(year, month, day);
}

/** Minutes after midnight of `HH:mm`, `24:00` included; null for anything else. */
export function readClock(text: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= minutesPerDay ? minutes : null;
}

/** `HH:mm` */
export function clockText(minutes: number): string {
  const hour = Math.floor(minutes / 60);
  const minute = minutes - hour * 60;
  return `${hour < 10 ? '0' : ''}${hour}:${minute < 10 ? '0' : ''}${minute}`;
}

/** Wall time as one number: minutes since day 0, 00.00, on the wall. */
export function wallText(wall: number): string {
  const days = Math.floor(wall / minutesPerDay);
  return `${dateText(days)}T${clockText(wall - days * minutesPerDay)}`;
}

/** Wall minutes of `YYYY-MM-DDTHH:mm`, seconds dropped; null for anything else. */
export function readWall(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2})?$/.exec(text);
  if (match === null) return null;
  const days = readDate(match[1]!);
  const minutes = readClock(match[2]!);
  return days === null || minutes === null || minutes === minutesPerDay ? null : days * minutesPerDay + minutes;
}
