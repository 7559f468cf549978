import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { spokenLanguage } from '@lib/platform/speaking.js';
import { applyHolidayPolicy, holidayName, usualClosures, type HolidayPolicy, type PlannedOccurrence } from '@lib/scheduling/holidays.js';
import { seriesFrom, type SeriesBasis, type SeriesPattern } from '@lib/scheduling/patterns.js';
import { InvalidRule, occurrences, validateRule, type RuleFault, type SeriesRule } from '@lib/scheduling/recurrence.js';
import { fortnightNote, weekParityNote } from '@lib/scheduling/words.js';

/** When meetings are to be held, as a coordinator says it. */
export interface SeriesPlan {
  /** Wall time, Europe/Copenhagen; the first meeting is the first day of the pattern on or after it. */
  startLocal: string;
  durationMinutes: number;
  pattern: SeriesPattern;
  ends: NonNullable<SeriesBasis['ends']> | null;
  /** Local days, `2026-12-28`. */
  excludedDates: readonly string[];
}

const yearsAhead = 2;

/**
 * The rule of a plan that can be held.
 *
 * @throws Problem `rule-invalid`, `invalid-input`: the field, and in Danish why not
 */
export function ruleOfPlan(plan: SeriesPlan, today: Temporal.PlainDate): SeriesRule {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})$/.exec(plan.startLocal);
  if (match === null) throw invalid('startLocal', 'Vælg dato og klokkeslæt for det første møde.');
  let rule: SeriesRule;
  try {
    const basis = { fromDate: match[1]!, startTime: match[2]!, durationMinutes: plan.durationMinutes, ...(plan.ends === null ? {} : { ends: plan.ends }) };
    rule = { ...seriesFrom(basis, plan.pattern), excludedDates: plan.excludedDates };
  } catch (error) {
    if (error instanceof InvalidRule || error instanceof RangeError) throw invalid('startLocal', faultTexts.startMalformed.message);
    throw error;
  }
  if (Temporal.PlainDate.compare(match[1]!, today) < 0) throw invalid('startLocal', 'Det første møde kan ikke ligge før i dag.');
  const check = validateRule(rule);
  if (!check.ok) {
    const { field, message } = faultTexts[check.reason];
    throw new Problem('rule-invalid', message, [{ field, message }]);
  }
  const first = Temporal.PlainDate.from(rule.startLocal.slice(0, 10));
  if (Temporal.PlainDate.compare(first, today.add({ years: yearsAhead })) > 0) throw invalid('startLocal', 'Det første møde kan højst ligge to år frem.');
  return rule;
}

const unusable = { field: 'recurrence', message: 'Gentagelsen kan ikke bruges.' };

/** Which field is to blame, and why. What no form can say has the general words. */
const faultTexts: Record<RuleFault, { field: string; message: string }> = {
  startMalformed: { field: 'startLocal', message: 'Datoen eller klokkeslættet findes ikke.' },
  durationOutOfBounds: { field: 'durationMinutes', message: 'Varigheden skal være mellem et minut og en uge.' },
  startsInClockChange: {
    field: 'startLocal',
    message: 'Et møde kan ikke begynde mellem kl. 02.00 og 03.00: den time findes ikke, eller findes to gange, når uret stilles.',
  },
  untilBeforeStart: { field: 'recurrence.ends', message: 'Slutdatoen ligger før det første møde, så serien får ingen møder.' },
  excludedDateMalformed: { field: 'recurrence.excludedDates', message: 'En af de undtagne datoer findes ikke.' },
  everythingExcluded: { field: 'recurrence.excludedDates', message: 'Alle møder er undtaget, så serien får ingen.' },
  ruleNeverOccurs: { field: 'recurrence', message: 'Gentagelsen giver ingen møder.' },
  outOfBounds: { field: 'recurrence', message: 'Gentagelsen går ud over, hvad en serie kan rumme.' },
  startOutsideWeekParity: { field: 'startLocal', message: 'Det første møde ligger ikke i en af de valgte uger.' },
  zoneUnknown: unusable,
  ruleMalformed: unusable,
  moreOftenThanDaily: unusable,
  partUnsupported: unusable,
  weekParityNeedsWeekly: unusable,
};

/** Beyond this a moved meeting cannot come from (rule HD7). */
const spareHours = 32 * 24;

/**
 * The meetings that the rule first puts into [from, until), each with what a holiday does to it. Judged by where the
 * rule puts them, so that windows that follow each other give each meeting once, wherever it moves to.
 */
export function plannedBetween(rule: SeriesRule, policy: HolidayPolicy, from: Temporal.Instant, until: Temporal.Instant): PlannedOccurrence[] {
  const around = occurrences(rule, { start: from.subtract({ hours: spareHours }), end: until.add({ hours: spareHours }) });
  return applyHolidayPolicy(around, policy, rule.timeZone).filter(({ recurrenceId }) => {
    const at = originalStart(recurrenceId, rule.timeZone);
    return Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, until) < 0;
  });
}

/** Where the rule put a meeting, before anybody moved it. */
export function originalStart(recurrenceId: string, zone: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(recurrenceId).toZonedDateTime(zone).toInstant();
}

/** The name of the holiday that a wall time falls on, in the language of whoever asks; null on other days. */
export function holidayAt(local: string): string | null {
  return holidayName(Temporal.PlainDate.from(local.slice(0, 10)), usualClosures, spokenLanguage());
}

/** How many weeks ahead meetings stand as rows: about thirteen meetings, and of a yearly one always the next. */
export function horizonWeeks(rrule: string): number {
  return /FREQ=(MONTHLY|YEARLY)/.test(rrule) ? 57 : 13;
}

/** [RC13] [RC14] What a year of 53 weeks does to the series, in words, for this year and the next. */
export function weekNotes(rule: SeriesRule, today: Temporal.PlainDate): string[] {
  if (rule.rrule === null || !rule.rrule.startsWith('FREQ=WEEKLY')) return [];
  const fortnightly = /INTERVAL=2(;|$)/.test(rule.rrule);
  const start = Temporal.PlainDate.from(rule.startLocal.slice(0, 10));
  const first = Math.max(start.year, today.year);
  return [first, first + 1].flatMap((year) => {
    const last = Temporal.PlainDate.from({ year, month: 12, day: 28 });
    if (rule.weekParity) return weekParityNote(year, rule.weekParity, spokenLanguage()) ?? [];
    if (!fortnightly || Temporal.PlainDate.compare(start, last) > 0) return [];
    // The week of the series nearest to the end of the year says which weeks it has until then.
    const weeks = Math.floor(start.until(last, { largestUnit: 'days' }).days / 14);
    const inYear = start.add({ weeks: weeks * 2 });
    return inYear.yearOfWeek === year ? (fortnightNote(inYear, spokenLanguage()) ?? []) : [];
  });
}

export interface PreviewedMeeting {
  recurrenceId: string;
  startInstant: string;
  endInstant: string;
  startLocal: string;
  outcome: PlannedOccurrence['outcome'];
  holiday: string | null;
  suggestedLocal: string | null;
  /** Between this meeting and the one before it the clocks were set forward or back; the wall time stays. */
  clocks: 'forward' | 'back' | null;
}

/** The first `count` meetings of a series that does not exist yet. */
export function previewOf(rule: SeriesRule, policy: HolidayPolicy, count: number): PreviewedMeeting[] {
  const start = originalStart(rule.startLocal, rule.timeZone);
  const years = rule.rrule === null ? 1 : rule.rrule.startsWith('FREQ=YEARLY') ? count : Math.ceil((count * largestMonthStep(rule.rrule)) / 12);
  let offset = offsetAt(start);
  return plannedBetween(rule, policy, start, start.add({ hours: 24 * 366 * years }))
    .slice(0, count)
    .map((one) => {
      const now = offsetAt(one.startInstant);
      const clocks = now > offset ? ('forward' as const) : now < offset ? ('back' as const) : null;
      offset = now;
      return { ...one, holiday: one.holiday === null ? null : holidayAt(one.recurrenceId), startInstant: one.startInstant.toString(), endInstant: one.endInstant.toString(), clocks };
    });
}

function largestMonthStep(rrule: string): number {
  const interval = Number(/INTERVAL=(\d+)/.exec(rrule)?.[1] ?? 1);
  return rrule.startsWith('FREQ=MONTHLY') ? interval + 1 : Math.ceil(interval / 4) + 1;
}

const offsetAt = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(timeZone).offsetNanoseconds;

function invalid(field: string, message: string): Problem {
  return new Problem('invalid-input', undefined, [{ field, message }]);
}
