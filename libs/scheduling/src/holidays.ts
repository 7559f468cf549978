import Holidays from 'date-holidays';
import { Temporal } from 'temporal-polyfill';
import { occurrences, plainOccurrence, type InstantWindow, type Occurrence, type SeriesRule } from './recurrence.js';
import type { Language } from './words.js';

// Kept apart from recurrence.ts: date-holidays is heavy, and the browser expands series without it.

/** Days on which offices close by agreement or custom though they are no public holidays. */
export const customaryDays = {
  constitutionDay: { monthDay: '06-05', da: 'Grundlovsdag', en: 'Constitution Day' },
  christmasEve: { monthDay: '12-24', da: 'Juleaftensdag', en: 'Christmas Eve' },
  newYearsEve: { monthDay: '12-31', da: 'Nytårsaftensdag', en: 'New Year’s Eve' },
} as const;
export type CustomaryDay = keyof typeof customaryDays;

/** When an authority is closed beyond Saturdays, Sundays and public holidays. */
export interface AuthorityClosures {
  customary: readonly CustomaryDay[];
  /** Weeks closed locally (July, Christmas); `from` and `to` are `YYYY-MM-DD`, both closed. */
  periods?: readonly { from: string; to: string; name: string }[];
}

/** Grundlovsdag, 24 and 31 December: closed in most authorities, until one says otherwise. */
export const usualClosures: AuthorityClosures = { customary: ['constitutionDay', 'christmasEve', 'newYearsEve'] };

export const holidayPolicies = ['keep', 'skip', 'nextWorkingDay', 'ask'] as const;
export type HolidayPolicy = (typeof holidayPolicies)[number];

export type HolidayOutcome =
  /** Not on a holiday, or the policy keeps it there. */
  | 'held'
  | 'skipped'
  /** Start and end are the new ones; `recurrenceId` is the old one. */
  | 'moved'
  /** Start and end are the old ones; a person decides. */
  | 'undecided';

export interface PlannedOccurrence extends Occurrence {
  outcome: HolidayOutcome;
  /** Danish name of the holiday the occurrence was planned on; null on any other day. */
  holiday: string | null;
  /** Wall start on the next working day, where the outcome is `undecided` and there is a free one. */
  suggestedLocal: string | null;
}

/** Days searched for a working day; also how far before a window its moved meetings can come from. */
const longestClosureDays = 31;

const library = new Holidays('DK');
const publicByYear = new Map<number, Map<string, Record<Language, string>>>();

function publicHolidays(year: number): Map<string, Record<Language, string>> {
  const known = publicByYear.get(year);
  if (known) return known;
  const english = new Map(library.getHolidays(year, 'en').map((day) => [day.rule, day.name]));
  const days = new Map<string, Record<Language, string>>();
  for (const day of library.getHolidays(year, 'da')) {
    // The library's local date, not its instants: those depend on the zone of the host.
    if (day.type === 'public') days.set(day.date.slice(0, 10), { da: sentenceCase(day.name), en: english.get(day.rule) ?? day.name });
  }
  publicByYear.set(year, days);
  return days;
}

// The library writes “Anden påskedag” but “Anden Pinsedag”; Danish names of days have one capital.
function sentenceCase(name: string): string {
  return name.charAt(0) + name.slice(1).toLowerCase();
}

/**
 * Name of the public holiday, or of the day or period the authority is closed; null on other days. Weekends have no
 * name (rule HD3). Public holidays come from date-holidays: Store bededag until 2023 (lov nr. 214 af 6. marts 2023).
 *
 * @param date years 1970 … 2250
 */
export function holidayName(
  date: Temporal.PlainDate,
  closures: AuthorityClosures = usualClosures,
  language: Language = 'da',
): string | null {
  const text = date.toString();
  const publicName = publicHolidays(date.year).get(text);
  if (publicName) return publicName[language];
  const custom = closures.customary.map((key) => customaryDays[key]).find((day) => day.monthDay === text.slice(5));
  if (custom) return custom[language];
  return closures.periods?.find(({ from, to }) => from <= text && text <= to)?.name ?? null;
}

/** The named days of a half-open stretch of at most 800 days, in order. */
export function holidaysBetween(
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  closures: AuthorityClosures = usualClosures,
  language: Language = 'da',
): { date: string; name: string }[] {
  const days = from.until(to, { largestUnit: 'days' }).days;
  if (days > 800) throw new RangeError('at most 800 days');
  return Array.from({ length: Math.max(0, days) }, (_, n) => from.add({ days: n })).flatMap((date) => {
    const name = holidayName(date, closures, language);
    return name === null ? [] : [{ date: date.toString(), name }];
  });
}

/** Monday to Friday, no public holiday, and the authority is open. */
export function isWorkingDay(date: Temporal.PlainDate, closures: AuthorityClosures = usualClosures): boolean {
  return date.dayOfWeek <= 5 && holidayName(date, closures) === null;
}

/** The first working day after `date`; null if there is none within 31 days. */
export function nextWorkingDay(date: Temporal.PlainDate, closures: AuthorityClosures = usualClosures): Temporal.PlainDate | null {
  for (let days = 1; days <= longestClosureDays; days += 1) {
    const next = date.add({ days });
    if (isWorkingDay(next, closures)) return next;
  }
  return null;
}

/**
 * Says for each occurrence what its holiday does to it; none is left out, so that a screen can show the skipped ones.
 * Only holidays and closures count, not weekends: who plans a theme day on a Saturday means it. A meeting that would
 * move onto a day its series already meets becomes `undecided` instead (rule HD7).
 *
 * @param list     in start order, with those a month around, so that collisions are seen
 * @param timeZone zone of the series; a moved meeting keeps its wall time in it
 * @returns in start order of the outcome
 */
export function applyHolidayPolicy(
  list: readonly Occurrence[],
  policy: HolidayPolicy,
  timeZone: string,
  closures: AuthorityClosures = usualClosures,
): PlannedOccurrence[] {
  const taken = new Set(list.filter((item) => holidayName(dateOf(item), closures) === null).map((item) => dateOf(item).toString()));
  const planned = list.map((one): PlannedOccurrence => {
    const item = plainOccurrence(one);
    const holiday = holidayName(dateOf(item), closures);
    const note = { holiday, suggestedLocal: null };
    if (holiday === null || policy === 'keep') return { ...item, ...note, outcome: 'held' };
    if (policy === 'skip') return { ...item, ...note, outcome: 'skipped' };

    const day = nextWorkingDay(dateOf(item), closures);
    if (day === null || taken.has(day.toString())) return { ...item, ...note, outcome: 'undecided' };
    const local = day.toPlainDateTime(Temporal.PlainDateTime.from(item.startLocal).toPlainTime());
    if (policy === 'ask') return { ...item, holiday, outcome: 'undecided', suggestedLocal: minuteText(local) };
    // Two holidays in a row of a daily series must not end up on the same day either.
    taken.add(day.toString());
    return { ...item, ...note, ...at(local, item, timeZone), outcome: 'moved' };
  });
  return planned.sort((a, b) => Temporal.Instant.compare(a.startInstant, b.startInstant));
}

/**
 * `occurrences` with the holiday policy applied, those moved into the window included and those moved out of it left
 * out. Skipped and undecided ones are judged by their original time.
 *
 * @param window half-open, [start, end)
 * @param limit  occurrences (default 1000), of which some fall in the month before the window
 * @throws InvalidRule as `occurrences`
 */
export function plannedOccurrences(
  rule: SeriesRule,
  policy: HolidayPolicy,
  window: InstantWindow,
  closures: AuthorityClosures = usualClosures,
  limit = 1000,
): PlannedOccurrence[] {
  const hours = (longestClosureDays + 1) * 24;
  const wider = { start: window.start.subtract({ hours }), end: window.end.add({ hours }) };
  return applyHolidayPolicy(occurrences(rule, wider, limit), policy, rule.timeZone, closures).filter(
    ({ startInstant, endInstant }) =>
      Temporal.Instant.compare(startInstant, window.end) < 0 && Temporal.Instant.compare(endInstant, window.start) > 0,
  );
}

function dateOf(item: Occurrence): Temporal.PlainDate {
  return Temporal.PlainDate.from(item.startLocal.slice(0, 10));
}

function minuteText(local: Temporal.PlainDateTime): string {
  return local.toString({ smallestUnit: 'minute' });
}

function at(local: Temporal.PlainDateTime, item: Occurrence, timeZone: string): Pick<Occurrence, 'startInstant' | 'endInstant' | 'startLocal'> {
  const startInstant = local.toZonedDateTime(timeZone).toInstant();
  const endInstant = startInstant.add(item.startInstant.until(item.endInstant));
  return { startInstant, endInstant, startLocal: minuteText(local) };
}
