import type { Language } from '@lib/contracts/language.js';
import { Temporal } from 'temporal-polyfill';
import type { SeriesRule, WeekParity } from './recurrence.js';
import { parseRrule, weekdays, type RruleParts, type Weekday } from './rrule.js';
import { danishZone } from './zones.js';

export type { Language };

interface Vocabulary {
  /** Monday first. */
  days: readonly string[];
  months: readonly string[];
  ordinal: Readonly<Record<number, string>>;
  and: string;
  date: (date: Temporal.PlainDate) => string;
  dayNumber: (day: number) => string;
  time: (from: string, to: string, daysLater: number) => string;
  everyDay: string;
  everyWeekday: (days: string) => string;
  mondayToFriday: string;
  onDays: (prefix: string, days: string) => string;
  everyDays: (n: number) => string;
  /** Every n-th week, n > 1, on days in words; `single` when it is one day. */
  everyWeeksOn: (n: number, days: string, single: boolean) => string;
  everyMonths: (n: number) => string;
  everyYears: (n: number) => string;
  parity: Record<WeekParity, string>;
  the: (what: string) => string;
  workday: string;
  lastDay: string;
  ofMonth: string;
  ofYear: string;
  of: (months: string) => string;
  yearDate: (day: string, month: string) => string;
  everyYear: string;
  countedFrom: (date: string) => string;
  times: (n: number) => string;
  until: (date: string) => string;
  except: (dates: string) => string;
  besides: (dates: string) => string;
  dates: (n: number) => string;
  byRule: (rule: string) => string;
  week53: (year: number) => Record<WeekParity, string>;
  week53Fortnight: (year: number, before: WeekParity) => string;
}

// Own tables rather than Intl: the same words on every host, whatever its ICU data.
const da: Vocabulary = {
  days: ['mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag', 'søndag'],
  months: [
    'januar', 'februar', 'marts', 'april', 'maj', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'december',
  ],
  ordinal: { 1: 'første', 2: 'anden', 3: 'tredje', 4: 'fjerde', 5: 'femte', [-1]: 'sidste', [-2]: 'næstsidste' },
  and: 'og',
  date: (date) => `${date.day}. ${da.months[date.month - 1]} ${date.year}`,
  dayNumber: (day) => `${day}.`,
  time: (from, to, daysLater) =>
    ` kl. ${from.replace(':', '.')}–${to.replace(':', '.')}${daysLater === 0 ? '' : daysLater === 1 ? ' næste dag' : ` ${daysLater} dage senere`}`,
  everyDay: 'hver dag',
  everyWeekday: (days) => `hver ${days}`,
  mondayToFriday: 'mandag til fredag',
  onDays: (prefix, days) => `${prefix}, ${days}`,
  everyDays: (n) => `hver ${n}. dag`,
  everyWeeksOn: (n, days) => `hver ${n}. uge, ${days}`,
  everyMonths: (n) => `hver ${n}. måned`,
  everyYears: (n) => `hvert ${n}. år`,
  parity: { even: 'lige uger', odd: 'ulige uger' },
  the: (what) => `den ${what}`,
  workday: 'hverdag (mandag–fredag)',
  lastDay: 'sidste dag',
  ofMonth: 'i måneden',
  ofYear: 'i året',
  of: (months) => `i ${months}`,
  yearDate: (day, month) => `den ${day} ${month}`,
  everyYear: 'hvert år',
  countedFrom: (date) => `regnet fra ${date}`,
  times: (n) => (n === 1 ? 'én gang' : `i alt ${n} gange`),
  until: (date) => `til og med ${date}`,
  except: (dates) => `undtagen ${dates}`,
  besides: (dates) => `desuden ${dates}`,
  dates: (n) => `${n} datoer`,
  byRule: (rule) => `efter reglen ${rule}`,
  week53: (year) => ({
    even: `${year} har 53 uger: fra uge 52 til uge 2 går der tre uger.`,
    odd: `${year} har 53 uger: uge 53 og uge 1 er begge ulige, så der er møde to uger i træk.`,
  }),
  week53Fortnight: (year, before) =>
    `${year} har 53 uger: til og med ${year} ligger møderne i ${da.parity[before]}, derefter i ${da.parity[before === 'even' ? 'odd' : 'even']}.`,
};

/** “second week”, “3 weeks” */
const english = (n: number, unit: string) => (n === 2 ? `second ${unit}` : `${n} ${unit}s`);

const en: Vocabulary = {
  days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  months: [
    'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
  ],
  ordinal: { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', [-1]: 'last', [-2]: 'second to last' },
  and: 'and',
  date: (date) => `${date.day} ${en.months[date.month - 1]} ${date.year}`,
  dayNumber: (day) => {
    const ending = day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th';
    return `${day}${ending}`;
  },
  time: (from, to, daysLater) =>
    `, ${from}–${to}${daysLater === 0 ? '' : daysLater === 1 ? ' the next day' : ` ${daysLater} days later`}`,
  everyDay: 'every day',
  everyWeekday: (days) => `every ${days}`,
  mondayToFriday: 'Monday to Friday',
  onDays: (prefix, days) => `${prefix}, ${days}`,
  everyDays: (n) => `every ${english(n, 'day')}`,
  everyWeeksOn: (n, days, single) => (n === 2 && single ? `every second ${days}` : `every ${english(n, 'week')}, ${days}`),
  everyMonths: (n) => `every ${english(n, 'month')}`,
  everyYears: (n) => `every ${english(n, 'year')}`,
  parity: { even: 'even weeks', odd: 'odd weeks' },
  the: (what) => `the ${what}`,
  workday: 'weekday (Monday–Friday)',
  lastDay: 'last day',
  ofMonth: 'of the month',
  ofYear: 'of the year',
  of: (months) => `of ${months}`,
  yearDate: (day, month) => `the ${day} of ${month}`,
  everyYear: 'every year',
  countedFrom: (date) => `counted from ${date}`,
  times: (n) => (n === 1 ? 'once' : `${n} times in all`),
  until: (date) => `until ${date} inclusive`,
  except: (dates) => `except ${dates}`,
  besides: (dates) => `also ${dates}`,
  dates: (n) => `${n} dates`,
  byRule: (rule) => `by the rule ${rule}`,
  week53: (year) => ({
    even: `${year} has 53 weeks: three weeks pass between week 52 and week 2.`,
    odd: `${year} has 53 weeks: week 53 and week 1 are both odd, so there are meetings two weeks running.`,
  }),
  week53Fortnight: (year, before) =>
    `${year} has 53 weeks: until the end of ${year} the meetings are in ${en.parity[before]}, from then on in ${en.parity[before === 'even' ? 'odd' : 'even']}.`,
};

const vocabularies = { da, en };

/**
 * The series as a sentence without a full stop: “Hver 2. uge, mandag kl. 13.00–14.00, regnet fra mandag 5. januar 2026”.
 * A rule beyond these words is quoted rather than guessed at (rule RC17). Times are wall times; a zone other than the
 * Danish one is named.
 *
 * @param rule one that `validateRule` accepts; otherwise the words may be wrong, but never an exception
 */
export function ruleInWords(rule: SeriesRule, language: Language = 'da'): string {
  const words = vocabularies[language];
  let start: Temporal.PlainDateTime;
  try {
    start = Temporal.PlainDateTime.from(rule.startLocal);
  } catch {
    return capital(words.byRule(rule.rrule ?? rule.startLocal));
  }
  const parsed = rule.rrule === null ? null : parseRrule(rule.rrule);
  const parts = parsed?.ok ? parsed.parts : null;
  const day = longDate(start.toPlainDate(), words);
  const when = rule.rrule === null ? day : ((parts && cadence(parts, rule, start, words)) ?? words.byRule(rule.rrule));

  const tail: string[] = [];
  // “Every second week” says nothing until one knows which.
  if (parts && parts.interval > 1) tail.push(words.countedFrom(day));
  if (parts?.count) tail.push(words.times(parts.count));
  const last = parts && lastDate(parts, rule, start);
  if (last) tail.push(words.until(words.date(last)));
  const named = (days: readonly Temporal.PlainDate[]) => (days.length > 3 ? words.dates(days.length) : join(days.map(words.date), words));
  const excluded = localDays(rule.excludedDates, rule.timeZone);
  if (excluded.length > 0) tail.push(words.except(named(excluded)));
  const added = localDays(rule.addedDates, rule.timeZone);
  if (added.length > 0) tail.push(words.besides(named(added)));
  const zone = rule.timeZone === danishZone ? '' : ` (${rule.timeZone})`;
  return capital([when + time(rule, start, words) + zone, ...tail].join(', '));
}

/** What the turn from `year` does to a series in even or odd weeks; null in a year of 52 weeks (rule RC14). */
export function weekParityNote(year: number, parity: WeekParity, language: Language = 'da'): string | null {
  // 28 December is always in the last ISO week of its year.
  const weeks = new Temporal.PlainDate(year, 12, 28).weekOfYear;
  return weeks === 53 ? vocabularies[language].week53(year)[parity] : null;
}

/**
 * The same for every second week, whose weeks change from even to odd there (rule RC13).
 *
 * @param inYear a day of the series in `year`
 */
export function fortnightNote(inYear: Temporal.PlainDate, language: Language = 'da'): string | null {
  const year = inYear.yearOfWeek ?? inYear.year;
  if (new Temporal.PlainDate(year, 12, 28).weekOfYear !== 53) return null;
  return vocabularies[language].week53Fortnight(year, (inYear.weekOfYear ?? 0) % 2 === 0 ? 'even' : 'odd');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function join(items: readonly string[], words: Vocabulary): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${words.and} ${items[items.length - 1]}`;
}

function dayName(day: Weekday, words: Vocabulary): string {
  return words.days[weekdays.indexOf(day)] ?? day;
}

function longDate(date: Temporal.PlainDate, words: Vocabulary): string {
  return `${words.days[date.dayOfWeek - 1]} ${words.date(date)}`;
}

function time(rule: SeriesRule, start: Temporal.PlainDateTime, words: Vocabulary): string {
  const end = start.add({ minutes: rule.durationMinutes });
  const clock = (at: Temporal.PlainDateTime) => at.toPlainTime().toString({ smallestUnit: 'minute' });
  return words.time(clock(start), clock(end), start.toPlainDate().until(end.toPlainDate()).days);
}

/** How often, or null where no words are found. */
function cadence(parts: RruleParts, rule: SeriesRule, start: Temporal.PlainDateTime, words: Vocabulary): string | null {
  const { freq, interval, byDay, byMonth, byMonthDay, bySetPos } = parts;
  if (parts.byYearDay.length > 0 || parts.byWeekNo.length > 0) return null;
  if (bySetPos.length > 0 && (freq === 'DAILY' || freq === 'WEEKLY')) return null;
  const months = join(byMonth.map((month) => words.months[month - 1] ?? ''), words);
  const days = byDay.length > 0 ? byDay.map((day) => day.weekday) : [weekdays[start.dayOfWeek - 1] ?? 'MO'];

  if (freq === 'DAILY') {
    if (byMonthDay.length > 0 || byMonth.length > 0 || (byDay.length > 0 && interval > 1)) return null;
    if (byDay.length > 0) return everyWeekday(days, words);
    return interval === 1 ? words.everyDay : words.everyDays(interval);
  }
  if (freq === 'WEEKLY') {
    const season = months === '' ? '' : ` ${words.of(months)}`;
    if (rule.weekParity) return words.onDays(words.parity[rule.weekParity], dayList(days, words)) + season;
    if (interval > 1) return words.everyWeeksOn(interval, dayList(days, words), days.length === 1) + season;
    return everyWeekday(days, words) + season;
  }

  const selected = selectedDays(parts, start, words);
  if (selected === null) {
    // “Monthly, on Mondays” is every Monday.
    const plain = byDay.length > 0 && byDay.every((day) => day.ordinal === null) && byMonthDay.length === 0 && bySetPos.length === 0;
    if (!plain || interval > 1) return null;
    return everyWeekday(days, words) + (months === '' ? '' : ` ${words.of(months)}`);
  }
  if (freq === 'MONTHLY') {
    if (interval > 1) return byMonth.length > 0 ? null : `${words.everyMonths(interval)}, ${selected}`;
    return `${selected} ${months === '' ? words.ofMonth : words.of(months)}`;
  }
  const yearly = yearlyDays(parts, start, selected, months, words);
  if (yearly === null) return null;
  return interval > 1 ? `${words.everyYears(interval)}, ${yearly}` : `${yearly} ${words.everyYear}`;
}

function yearlyDays(parts: RruleParts, start: Temporal.PlainDateTime, selected: string, months: string, words: Vocabulary): string | null {
  if (parts.byDay.length > 0) {
    // BYSETPOS of a year with months counts across them; the words would say “of each”.
    if (parts.bySetPos.length > 0 && parts.byMonth.length > 1) return null;
    return `${selected} ${months === '' ? words.ofYear : words.of(months)}`;
  }
  const day = parts.byMonthDay[0] ?? start.day;
  if (parts.byMonthDay.length > 1 || parts.bySetPos.length > 0) return null;
  if (parts.byMonthDay.length > 0 && months === '') return null;
  const inMonths = months === '' ? (words.months[start.month - 1] ?? '') : months;
  if (day > 0) return words.yearDate(words.dayNumber(day), inMonths);
  return day === -1 ? `${words.the(words.lastDay)} ${words.of(inMonths)}` : null;
}

/** “den første mandag”, “den 15.”, “den sidste hverdag”; null for what has no such form. */
function selectedDays({ byDay, byMonthDay, bySetPos }: RruleParts, start: Temporal.PlainDateTime, words: Vocabulary): string | null {
  if (byDay.length === 0) {
    if (bySetPos.length > 0) return null;
    const days = byMonthDay.length > 0 ? byMonthDay : [start.day];
    if (days.every((day) => day > 0)) return words.the(join(days.map(words.dayNumber), words));
    return days.length === 1 && days[0] === -1 ? words.the(words.lastDay) : null;
  }
  if (byMonthDay.length > 0) return null;
  if (bySetPos.length > 0) {
    const position = words.ordinal[bySetPos[0] ?? 0];
    if (bySetPos.length > 1 || !position || byDay.some((day) => day.ordinal !== null)) return null;
    const named = byDay.map((day) => day.weekday).join();
    if (named === 'MO,TU,WE,TH,FR') return words.the(`${position} ${words.workday}`);
    return byDay.length === 1 && byDay[0] ? words.the(`${position} ${dayName(byDay[0].weekday, words)}`) : null;
  }
  const phrases: string[] = [];
  for (const { ordinal, weekday } of [...byDay].sort(byOrdinal)) {
    const position = words.ordinal[ordinal ?? 0];
    if (!position) return null;
    phrases.push(words.the(`${position} ${dayName(weekday, words)}`));
  }
  return join(phrases, words);
}

function byOrdinal(a: { ordinal: number | null }, b: { ordinal: number | null }): number {
  const rank = (ordinal: number | null) => (ordinal === null ? 0 : ordinal > 0 ? ordinal : 100 + ordinal);
  return rank(a.ordinal) - rank(b.ordinal);
}

function everyWeekday(days: readonly Weekday[], words: Vocabulary): string {
  if (days.length === 7) return words.everyDay;
  return days.join() === 'MO,TU,WE,TH,FR' ? words.mondayToFriday : words.everyWeekday(dayList(days, words));
}

function dayList(days: readonly Weekday[], words: Vocabulary): string {
  return join(days.map((day) => dayName(day, words)), words);
}

/** The last day the series can meet: UNTIL in the small hours of a day ends it the day before. */
function lastDate({ until }: RruleParts, rule: SeriesRule, start: Temporal.PlainDateTime): Temporal.PlainDate | null {
  if (until === null) return null;
  if (until.kind === 'date') return until.date;
  let local: Temporal.PlainDateTime;
  try {
    local = until.kind === 'local' ? until.local : until.instant.toZonedDateTimeISO(rule.timeZone).toPlainDateTime();
  } catch {
    return null;
  }
  const tooEarly = Temporal.PlainTime.compare(local.toPlainTime(), start.toPlainTime()) < 0;
  return local.toPlainDate().subtract({ days: tooEarly ? 1 : 0 });
}

function localDays(texts: readonly string[] | undefined, timeZone: string): Temporal.PlainDate[] {
  const days = new Set<string>();
  for (const text of texts ?? []) {
    try {
      const instant = text.endsWith('Z') ? Temporal.Instant.from(text)
        : text.endsWith(']') ? Temporal.ZonedDateTime.from(text).toInstant() : null;
      const date = instant ? instant.toZonedDateTimeISO(timeZone).toPlainDate() : Temporal.PlainDate.from(text.slice(0, 10));
      days.add(date.toString());
    } catch {
      continue; // validateRule reports it; a sentence is no place for it
    }
  }
  return [...days].sort().map((text) => Temporal.PlainDate.from(text));
}
