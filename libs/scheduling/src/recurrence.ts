import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { hasPossibleDate, parseRrule, weekdays, type RruleFault, type RruleParts } from './rrule.js';
import { isUnambiguous, isZoneName, touchesClockChange } from './zones.js';

export type WeekParity = 'even' | 'odd';

/**
 * A series as it is stored: wall time, zone and rule, never instants alone, so that it can be expanded again when a
 * zone's rules change.
 */
export interface SeriesRule {
  /** Wall time of the first occurrence (DTSTART), `YYYY-MM-DDTHH:mm`, years 1970 … 2199. */
  startLocal: string;
  /** IANA name, e.g. `Europe/Copenhagen`. */
  timeZone: string;
  /** Value of an RFC 5545 RRULE without its name, e.g. `FREQ=WEEKLY;BYDAY=MO`; null for a single meeting. */
  rrule: string | null;
  /** 1 … 10 080 (a week); elapsed minutes, also across a clock change. */
  durationMinutes: number;
  /**
   * Keep only ISO weeks with an even or odd number. Not the same as INTERVAL=2: after a year of 53 weeks (2026) two odd
   * weeks follow each other, and three weeks pass between two even ones. Only with FREQ=WEEKLY and INTERVAL=1.
   * RFC 5545 has no such part, so an export writes the dates out.
   */
  weekParity?: WeekParity | null;
  /**
   * EXDATE, at most 2000, each in one of four forms: `YYYY-MM-DD` (every start on that local day),
   * `YYYY-MM-DDTHH:mm[:ss]` (wall time in `timeZone`), `…Z` (UTC), or `…[Area/City]` (another zone).
   */
  excludedDates?: readonly string[];
  /**
   * RDATE, at most 200 local days `YYYY-MM-DD`, none before the first occurrence: met at the wall time of the series,
   * whatever the rule, COUNT and UNTIL say.
   */
  addedDates?: readonly string[];
  /**
   * What becomes of a start that the spring change leaves out; only imported series need it, ours may not start there.
   * `skip` ignores it and does not count it (RFC 5545 §3.3.10), `shift` uses the offset from before the change, so 02.30
   * becomes 03.30 (§3.3.5). A start that comes twice in autumn is always the first. Without a choice such a series is
   * refused by `validateRule`, and expanded as `shift`.
   */
  inClockChange?: 'skip' | 'shift' | null;
}

export interface Occurrence {
  /** Original wall start, `YYYY-MM-DDTHH:mm` in the zone of the series; stays when the meeting is moved. */
  recurrenceId: string;
  startInstant: Temporal.Instant;
  endInstant: Temporal.Instant;
  /** Wall start in the zone of the series, `YYYY-MM-DDTHH:mm`. */
  startLocal: string;
}

/** Half-open, [start, end). */
export interface InstantWindow {
  start: Temporal.Instant;
  end: Temporal.Instant;
}

/** Every reason a rule can be refused for; the texts belong to the user interface. */
export const ruleFaults = [
  'startMalformed',
  'durationOutOfBounds',
  'zoneUnknown',
  'ruleMalformed',
  'moreOftenThanDaily',
  'partUnsupported',
  'outOfBounds',
  'untilBeforeStart',
  'weekParityNeedsWeekly',
  'startOutsideWeekParity',
  'startsInClockChange',
  'excludedDateMalformed',
  'addedDateUnusable',
  'ruleNeverOccurs',
  'everythingExcluded',
] as const;
export type RuleFault = (typeof ruleFaults)[number];

/** `startInRule` false: the first occurrence does not follow the pattern; it is held and counted all the same (RC5). */
export type RuleCheck = { ok: true; startInRule: boolean } | { ok: false; reason: RuleFault };

/** Thrown where a rule is used that `validateRule` would have refused. */
export class InvalidRule extends Error {
  constructor(readonly reason: RuleFault) {
    super(`rule refused: ${reason}`);
    this.name = 'InvalidRule';
  }
}

/** Years after its start at which every series ends, however endless its rule (rule RC12). */
export const horizonYears = 50;

const largestLimit = 20_000;
const largestExclusions = 2000;
const largestAdditions = 200;
const longestMinutes = 7 * 24 * 60;
const utc = 'UTC';

interface Exclusions {
  dates: ReadonlySet<string>;
  locals: ReadonlySet<string>;
  epochMs: ReadonlySet<number>;
}

interface ReadRule {
  source: SeriesRule;
  start: Temporal.PlainDateTime;
  /** First wall time no longer expanded: UNTIL (with a day to spare, the exact comparison follows) or the horizon. */
  endLocal: Temporal.PlainDateTime;
  parts: RruleParts | null;
  excluded: Exclusions;
  /** Wall starts of the added days, in order. */
  added: readonly Temporal.PlainDateTime[];
}

/**
 * Occurrences touching `window`, in start order; one under way when the window opens is among them. Wall time is kept
 * when clocks change, UNTIL and COUNT are applied before EXDATE, and DTSTART is the first occurrence even if it does
 * not follow the rule (rules RC1 … RC8). Nothing is expanded more than 50 years past the start.
 *
 * @param window half-open, [start, end)
 * @param limit  occurrences, 1 … 20 000; the earliest are kept (default 1000)
 * @throws InvalidRule for what cannot be read; callers check with `validateRule` first
 * @throws RangeError  for a limit out of bounds
 */
export function occurrences(rule: SeriesRule, window: InstantWindow, limit = 1000): Occurrence[] {
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit) {
    throw new RangeError(`limit must be 1 … ${largestLimit}`);
  }
  const read = readRule(rule);
  const found: Occurrence[] = [];
  for (const occurrence of withAdded(read, window)) {
    if (isExcluded(occurrence, read.excluded)) continue;
    found.push(occurrence);
    if (found.length >= limit) break;
  }
  return found;
}

/**
 * The recurrenceId of the occurrence that starts at `instant`, so that a RECURRENCE-ID written in UTC or in another
 * zone finds its occurrence; null if the rule has none there. Excluded dates count as occurrences here, since an
 * override may come with an EXDATE for the same start (rule RC8).
 *
 * @throws InvalidRule as `occurrences`
 */
export function recurrenceIdAt(rule: SeriesRule, instant: Temporal.Instant): string | null {
  const window = { start: instant, end: instant.add({ milliseconds: 1 }) };
  for (const occurrence of withAdded(readRule(rule), window)) {
    if (occurrence.startInstant.equals(instant)) return occurrence.recurrenceId;
  }
  return null;
}

/**
 * Decides whether a series may be stored. Bounded: an endless or impossible rule is answered within well under a second.
 *
 * @returns the reason as a code of `ruleFaults`; never throws for any text in the rule
 */
export function validateRule(rule: SeriesRule): RuleCheck {
  try {
    const read = readRule(rule);
    const startInRule = isStartInRule(read);
    if (rule.weekParity && !startInRule && !hasParity(read.start, rule.weekParity)) refuse('startOutsideWeekParity');
    if (!rule.inClockChange) {
      // A series is judged by its time of day: it need not fall on the Sunday of the change to be moved there later.
      const unsafe = rule.rrule === null
        ? !isUnambiguous(rule.timeZone, read.start)
        : touchesClockChange(rule.timeZone, read.start);
      if (unsafe) refuse('startsInClockChange');
    }
    if (!startInRule && !followsEver(read)) refuse('ruleNeverOccurs');
    if (occurrences(rule, everything(read), 1).length === 0) refuse('everythingExcluded');
    return { ok: true, startInRule };
  } catch (error) {
    if (error instanceof InvalidRule) return { ok: false, reason: error.reason };
    throw error;
  }
}

function refuse(reason: RuleFault): never {
  throw new InvalidRule(reason);
}

function readRule(rule: SeriesRule): ReadRule {
  const start = readStart(rule.startLocal);
  if (!isZoneName(rule.timeZone)) refuse('zoneUnknown');
  const { durationMinutes } = rule;
  if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > longestMinutes) refuse('durationOutOfBounds');
  const excluded = readExclusions(rule.excludedDates ?? []);
  const added = readAdditions(rule.addedDates ?? [], start);
  if (rule.rrule === null) {
    if (rule.weekParity) refuse('weekParityNeedsWeekly');
    return { source: rule, start, endLocal: start.add({ minutes: 1 }), parts: null, excluded, added };
  }

  const parsed = parseRrule(rule.rrule);
  if (!parsed.ok) refuse(parsed.reason satisfies RruleFault);
  const { parts } = parsed;
  const differs = (values: readonly number[], own: number) => values.length > 0 && values[0] !== own;
  if (differs(parts.byHour, start.hour) || differs(parts.byMinute, start.minute) || differs(parts.bySecond, 0)) {
    refuse('partUnsupported');
  }
  if (rule.weekParity && (parts.freq !== 'WEEKLY' || parts.interval !== 1)) refuse('weekParityNeedsWeekly');

  let endLocal = start.add({ years: horizonYears });
  if (parts.until !== null) {
    if (!isWithinUntil(parts.until, start, rule.timeZone)) refuse('untilBeforeStart');
    const last = untilLocal(parts.until, rule.timeZone).add({ days: 1 });
    if (Temporal.PlainDateTime.compare(last, endLocal) < 0) endLocal = last;
  }
  return { source: rule, start, endLocal, parts, excluded, added };
}

function readStart(text: string): Temporal.PlainDateTime {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) refuse('startMalformed');
  try {
    const start = Temporal.PlainDateTime.from(text, { overflow: 'reject' });
    if (start.year < 1970 || start.year > 2199) refuse('startMalformed');
    return start;
  } catch {
    refuse('startMalformed');
  }
}

function readExclusions(texts: readonly string[]): Exclusions {
  if (texts.length > largestExclusions) refuse('outOfBounds');
  const dates = new Set<string>();
  const locals = new Set<string>();
  const epochMs = new Set<number>();
  for (const text of texts) {
    const match = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2})?(Z|\[([^\]]+)\])?)?$/.exec(text);
    if (!match) refuse('excludedDateMalformed');
    const [, time, end, zone] = match;
    try {
      if (!time) dates.add(Temporal.PlainDate.from(text).toString());
      else if (!end) locals.add(minuteText(Temporal.PlainDateTime.from(text)));
      else if (!zone) epochMs.add(Temporal.Instant.from(text).epochMilliseconds);
      else if (isZoneName(zone)) epochMs.add(Temporal.ZonedDateTime.from(text).epochMilliseconds);
      else refuse('excludedDateMalformed');
    } catch {
      refuse('excludedDateMalformed');
    }
  }
  return { dates, locals, epochMs };
}

function readAdditions(texts: readonly string[], start: Temporal.PlainDateTime): Temporal.PlainDateTime[] {
  if (texts.length > largestAdditions) refuse('outOfBounds');
  const last = start.add({ years: horizonYears });
  return [...new Set(texts)].sort().map((text) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) refuse('addedDateUnusable');
    try {
      const local = Temporal.PlainDate.from(text).toPlainDateTime(start.toPlainTime());
      if (Temporal.PlainDateTime.compare(local, start) >= 0 && Temporal.PlainDateTime.compare(local, last) < 0) return local;
    } catch {
      // Falls through: a day that does not exist is as unusable as one out of bounds.
    }
    return refuse('addedDateUnusable');
  });
}

function isExcluded(occurrence: Occurrence, { dates, locals, epochMs }: Exclusions): boolean {
  const { recurrenceId } = occurrence;
  return locals.has(recurrenceId) || dates.has(recurrenceId.slice(0, 10)) || epochMs.has(occurrence.startInstant.epochMilliseconds);
}

function untilLocal(until: NonNullable<RruleParts['until']>, timeZone: string): Temporal.PlainDateTime {
  if (until.kind === 'instant') return until.instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
  return until.kind === 'date' ? until.date.toPlainDateTime() : until.local;
}

function isWithinUntil(until: RruleParts['until'], local: Temporal.PlainDateTime, timeZone: string): boolean {
  if (until === null) return true;
  if (until.kind === 'instant') return Temporal.Instant.compare(resolve(local, timeZone), until.instant) <= 0;
  if (until.kind === 'date') return Temporal.PlainDate.compare(local.toPlainDate(), until.date) <= 0;
  return Temporal.PlainDateTime.compare(local, until.local) <= 0;
}

// RFC 5545 §3.3.5: the offset before the change in spring, the first of the two in autumn.
function resolve(local: Temporal.PlainDateTime, timeZone: string): Temporal.Instant {
  return local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).toInstant();
}

function minuteText(local: Temporal.PlainDateTime): string {
  return local.toString({ smallestUnit: 'minute' });
}

/** Rule and added days in start order, each start once (rule RC19), as far as they touch `window`. */
function* withAdded(read: ReadRule, window: InstantWindow): Generator<Occurrence> {
  const added = read.added
    .map((local) => occurrenceAt(local, read.source))
    .filter((one) => Temporal.Instant.compare(one.startInstant, window.end) < 0 && Temporal.Instant.compare(one.endInstant, window.start) > 0);
  let next = 0;
  for (const occurrence of expand(read, window)) {
    while (next < added.length && added[next]!.recurrenceId < occurrence.recurrenceId) yield added[next++]!;
    if (added[next]?.recurrenceId === occurrence.recurrenceId) next += 1;
    yield occurrence;
  }
  yield* added.slice(next);
}

function occurrenceAt(local: Temporal.PlainDateTime, { timeZone, durationMinutes }: SeriesRule): Occurrence {
  const startInstant = resolve(local, timeZone);
  const startLocal = minuteText(startInstant.toZonedDateTimeISO(timeZone).toPlainDateTime());
  return { recurrenceId: minuteText(local), startInstant, endInstant: startInstant.add({ minutes: durationMinutes }), startLocal };
}

/** The rule before EXDATE, as far as it touches `window`. */
function* expand(read: ReadRule, window: InstantWindow): Generator<Occurrence> {
  if (Temporal.Instant.compare(window.start, window.end) >= 0) return;
  const { timeZone, durationMinutes, inClockChange } = read.source;
  // A day to spare on both sides: local days and instants never differ by more, and the exact comparison follows.
  const fromLocal = clampedLocal(window.start, timeZone).subtract({ minutes: durationMinutes, days: 1 });
  const toLocal = clampedLocal(window.end, timeZone).add({ days: 1 });
  const count = read.parts?.count ?? null;
  const until = read.parts?.until ?? null;

  let counted = 0;
  // COUNT counts from DTSTART, so those before the window must be stepped through too.
  for (const local of wallStarts(read, count === null ? fromLocal : read.start, toLocal)) {
    if (inClockChange === 'skip' && !exists(local, timeZone)) continue;
    counted += 1;
    if (count !== null && counted > count) return;
    if (Temporal.PlainDateTime.compare(local, fromLocal) < 0) continue;
    if (!isWithinUntil(until, local, timeZone)) return;

    const occurrence = occurrenceAt(local, read.source);
    if (Temporal.Instant.compare(occurrence.startInstant, window.end) >= 0) return;
    if (Temporal.Instant.compare(occurrence.endInstant, window.start) <= 0) continue;
    yield occurrence;
  }
}

// Callers may pass “since ever” or “for ever”; outside these years no series exists.
const earliest = Temporal.Instant.from('1969-01-01T00:00Z');
const latest = Temporal.Instant.from('2251-01-01T00:00Z');

function clampedLocal(instant: Temporal.Instant, timeZone: string): Temporal.PlainDateTime {
  const within = Temporal.Instant.compare(instant, earliest) < 0 ? earliest
    : Temporal.Instant.compare(instant, latest) > 0 ? latest : instant;
  return within.toZonedDateTimeISO(timeZone).toPlainDateTime();
}

function exists(local: Temporal.PlainDateTime, timeZone: string): boolean {
  return local.toZonedDateTime(timeZone).toPlainDateTime().equals(local);
}

function hasParity(date: Temporal.PlainDate | Temporal.PlainDateTime, parity: WeekParity): boolean {
  return ((date.weekOfYear ?? 0) % 2 === 0) === (parity === 'even');
}

/** DTSTART and then what the rule makes, in wall time, within [from, to) and before the end of the series. */
function* wallStarts(read: ReadRule, from: Temporal.PlainDateTime, to: Temporal.PlainDateTime): Generator<Temporal.PlainDateTime> {
  const { start } = read;
  const end = Temporal.PlainDateTime.compare(to, read.endLocal) < 0 ? to : read.endLocal;
  if (Temporal.PlainDateTime.compare(start, from) >= 0 && Temporal.PlainDateTime.compare(start, end) < 0) yield start;
  if (read.parts === null) return;
  const next = start.add({ minutes: 1 });
  yield* patternStarts(read, Temporal.PlainDateTime.compare(from, next) > 0 ? from : next, end);
}

const chunkYears = { DAILY: 1, WEEKLY: 5, MONTHLY: 20, YEARLY: horizonYears } as const;

/**
 * What the pattern alone makes within [from, to). The library works on the wall line, as if it were UTC, and the zone
 * is resolved last: then no start drifts after a clock change, and the gaps are ours to decide. Chunks, because the
 * library gives up after 10 000 steps of one query.
 */
function* patternStarts(read: ReadRule, from: Temporal.PlainDateTime, to: Temporal.PlainDateTime): Generator<Temporal.PlainDateTime> {
  const { parts } = read;
  if (parts === null || !hasPossibleDate(parts)) return;
  const parity = read.source.weekParity ?? null;
  const engine = engineFor(parts, read.start);
  let chunkStart = from;
  while (Temporal.PlainDateTime.compare(chunkStart, to) < 0) {
    const chunkEnd = earlier(chunkStart.add({ years: chunkYears[parts.freq] }), to);
    const lastMillisecond = chunkEnd.subtract({ milliseconds: 1 });
    for (const found of engine.between(chunkStart.toZonedDateTime(utc), lastMillisecond.toZonedDateTime(utc), true)) {
      const local = Temporal.Instant.fromEpochMilliseconds(found.epochMilliseconds).toZonedDateTimeISO(utc).toPlainDateTime();
      if (parity === null || hasParity(local, parity)) yield local;
    }
    chunkStart = chunkEnd;
  }
}

function earlier(a: Temporal.PlainDateTime, b: Temporal.PlainDateTime): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.compare(a, b) < 0 ? a : b;
}

function engineFor(parts: RruleParts, start: Temporal.PlainDateTime): RRuleTemporal {
  // What RFC 5545 takes from DTSTART is written out, so that the library may start its search anywhere.
  let byDay = parts.byDay.map((day) => `${day.ordinal ?? ''}${day.weekday}`);
  let { byMonth, byMonthDay } = parts;
  if (byDay.length === 0 && byMonthDay.length === 0) {
    if (parts.freq === 'WEEKLY') byDay = [weekdays[start.dayOfWeek - 1] ?? 'MO'];
    if (parts.freq === 'YEARLY' && byMonth.length === 0) byMonth = [start.month];
    if (parts.freq === 'MONTHLY' || parts.freq === 'YEARLY') byMonthDay = [start.day];
  }
  return new RRuleTemporal({
    freq: parts.freq,
    interval: parts.interval,
    ...(byDay.length > 0 && { byDay }),
    ...(byMonth.length > 0 && { byMonth: [...byMonth] }),
    ...(byMonthDay.length > 0 && { byMonthDay: [...byMonthDay] }),
    ...(parts.bySetPos.length > 0 && { bySetPos: [...parts.bySetPos] }),
    wkst: parts.weekStart,
    dtstart: start.toZonedDateTime(utc),
    tzid: utc,
  });
}

function isStartInRule(read: ReadRule): boolean {
  if (read.parts === null) return true;
  for (const _ of patternStarts(read, read.start, read.start.add({ minutes: 1 }))) return true;
  return false;
}

// COUNT and UNTIL do not matter here: “the 30th of February, three times” is as impossible as without a number.
function followsEver(read: ReadRule): boolean {
  for (const _ of patternStarts(read, read.start, read.start.add({ years: horizonYears }))) return true;
  return false;
}

function everything(read: ReadRule): InstantWindow {
  const { timeZone } = read.source;
  return { start: resolve(read.start, timeZone), end: resolve(read.start.add({ years: horizonYears }), timeZone).add({ hours: 24 }) };
}
