/** Calendar arithmetic on dates, `2026-12-07`, without times: at noon UTC no zone turns one day into another. */
const at = (date: string) => new Date(`${date}T12:00:00Z`);
const dateOf = (moment: Date) => moment.toISOString().slice(0, 10);

export function addDays(date: string, days: number): string {
  const moment = at(date);
  moment.setUTCDate(moment.getUTCDate() + days);
  return dateOf(moment);
}

/** The first of the month `months` later. */
export function firstOfMonth(date: string, months = 0): string {
  const moment = at(`${date.slice(0, 8)}01`);
  moment.setUTCMonth(moment.getUTCMonth() + months);
  return dateOf(moment);
}

export const mondayOf = (date: string) => addDays(date, -((at(date).getUTCDay() + 6) % 7));

/** The seven days of the week that starts on `monday`. */
export const daysOfWeek = (monday: string) => Array.from({ length: 7 }, (_, n) => addDays(monday, n));

/** The Mondays of all weeks that have a day in the month of `date`: four to six. */
export function weeksOfMonth(date: string): string[] {
  const next = firstOfMonth(date, 1);
  const weeks: string[] = [];
  for (let monday = mondayOf(firstOfMonth(date)); monday < next; monday = addDays(monday, 7)) weeks.push(monday);
  return weeks;
}

/** Whether text from an address is a date that exists. */
export function isDate(text: string | null): text is string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && text > '1970-01-07' && text < '2249-12-01' && !Number.isNaN(at(text).getTime()) && dateOf(at(text)) === text;
}
