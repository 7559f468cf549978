import { Temporal } from 'temporal-polyfill';
import { dayNumber, minutesPerDay, msPerMinute, readDate, readWall, wallText, weekOf } from './civil.js';
import { RuleDays } from './rule-days.js';
import { parseRrule, type RruleFault, type RruleParts } from './rrule.js';
import { clockOf, type ZoneClock } from './zone-clock.js';
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
   * RDATE, at most 200 in the forms of `excludedDates`, none before the first occurrence: met whatever the rule, COUNT
   * and UNTIL say. A day alone is met at the wall time of the series.
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

/** The last year of every series, however endless its rule (rule RC12). */
export const lastYear = 2250;
const endOfTime = dayNumber(lastYear + 1, 1, 1) * minutesPerDay;

const largestLimit = 20_000;
const largestExclusions = 2000;
const largestAdditions = 200;
const longestMinutes = 7 * minutesPerDay;

/** How foreign text names a moment of a series: see `SeriesRule.excludedDates`. */
export type Moment = { kind: 'day'; day: number } | { kind: 'wall'; wall: number } | { kind: 'instant'; epochMs: number };

interface Exclusions {
  days: ReadonlySet<number>;
  walls: ReadonlySet<number>;
  epochMs: ReadonlySet<number>;
}

/** Wall times are whole minutes, see `wallText`. */
interface ReadRule {
  source: SeriesRule;
  clock: ZoneClock;
  start: number;
  /** First wall time no longer expanded: UNTIL (with a day to spare, the exact comparison follows) or the end of time. */
  end: number;
  parts: RruleParts | null;
  days: RuleDays | null;
  excluded: Exclusions;
  /** Wall starts of what is added, in order. */
  added: readonly number[];
}

/** Takes a start, wall minutes and ms since 1970; false ends the search. */
type Meet = (wall: number, epochMs: number) => boolean;

/**
 * Occurrences touching `window`, in start order; one under way when the window opens is among them. Wall time is kept
 * when clocks change, UNTIL and COUNT are applied before EXDATE, and DTSTART is the first occurrence even if it does
 * not follow the rule (rules RC1 … RC8). What a window costs does not depend on how far it is from the start, except
 * for a rule with COUNT, whose occurrences must be counted (rule RC20).
 *
 * @param window half-open, [start, end)
 * @param limit  occurrences, 1 … 20 000; the earliest are kept (default 1000)
 * @throws InvalidRule for what cannot be read; callers check with `validateRule` first
 * @throws RangeError  for a limit out of bounds
 */
export function occurrences(rule: SeriesRule, window: InstantWindow, limit = 1000): Occurrence[] {
  const found: Occurrence[] = [];
  visitStarts(rule, window, limit, (wall, epochMs) => found.push(new FoundOccurrence(wall, epochMs, rule)));
  return found;
}

/**
 * The same starts as numbers, ms since 1970: for those who need thousands of series, as find-time does. A `Temporal`
 * object costs microseconds, a number nothing.
 *
 * @throws as `occurrences`
 */
export function startsMs(rule: SeriesRule, window: InstantWindow, limit = 1000): number[] {
  const found: number[] = [];
  visitStarts(rule, window, limit, (_, epochMs) => found.push(epochMs));
  return found;
}

function visitStarts(rule: SeriesRule, window: InstantWindow, limit: number, take: (wall: number, epochMs: number) => number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit) {
    throw new RangeError(`limit must be 1 … ${largestLimit}`);
  }
  const read = readRule(rule);
  const { excluded } = read;
  const noneExcluded = excluded.days.size + excluded.walls.size + excluded.epochMs.size === 0;
  withAdded(read, window, (wall, epochMs) => (!noneExcluded && isExcluded(wall, epochMs, excluded)) || take(wall, epochMs) < limit);
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
  let found: string | null = null;
  withAdded(readRule(rule), window, (wall, epochMs) => {
    if (epochMs === instant.epochMilliseconds) found = wallText(wall);
    return found === null;
  });
  return found;
}

/**
 * Reads a moment in one of the four forms of `SeriesRule.excludedDates`; null for anything else.
 */
export function readMoment(text: string): Moment | null {
  const match = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2})?(Z|\[([^\]]+)\])?)?$/.exec(text);
  if (!match) return null;
  const [, time, end, zone] = match;
  try {
    if (!time) {
      const day = readDate(text);
      return day === null ? null : { kind: 'day', day };
    }
    if (!end) {
      const wall = readWall(text);
      return wall === null ? null : { kind: 'wall', wall };
    }
    if (!zone) return { kind: 'instant', epochMs: Temporal.Instant.from(text).epochMilliseconds };
    return isZoneName(zone) ? { kind: 'instant', epochMs: Temporal.ZonedDateTime.from(text).epochMilliseconds } : null;
  } catch {
    return null;
  }
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
    if (rule.weekParity && !startInRule && !hasParity(Math.floor(read.start / minutesPerDay), rule.weekParity)) refuse('startOutsideWeekParity');
    if (!rule.inClockChange) {
      // A series is judged by its time of day: it need not fall on the Sunday of the change to be moved there later.
      const unsafe = rule.rrule === null
        ? !isUnambiguous(rule.timeZone, Temporal.PlainDateTime.from(rule.startLocal))
        : touchesClockChange(rule.timeZone, Temporal.PlainDateTime.from(rule.startLocal));
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
  const clock = clockOf(rule.timeZone);
  const { durationMinutes } = rule;
  if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > longestMinutes) refuse('durationOutOfBounds');
  const excluded = readExclusions(rule.excludedDates ?? []);
  const added = readAdditions(rule.addedDates ?? [], start, clock);
  if (rule.rrule === null) {
    if (rule.weekParity) refuse('weekParityNeedsWeekly');
    return { source: rule, clock, start, end: start + 1, parts: null, days: null, excluded, added };
  }

  const parsed = parseRrule(rule.rrule);
  if (!parsed.ok) refuse(parsed.reason satisfies RruleFault);
  const { parts } = parsed;
  const differs = (values: readonly number[], own: number) => values.length > 0 && values[0] !== own;
  const minuteOfDay = start % minutesPerDay;
  if (differs(parts.byHour, Math.floor(minuteOfDay / 60)) || differs(parts.byMinute, minuteOfDay % 60) || differs(parts.bySecond, 0)) {
    refuse('partUnsupported');
  }
  if (rule.weekParity && (parts.freq !== 'WEEKLY' || parts.interval !== 1)) refuse('weekParityNeedsWeekly');

  let end = endOfTime;
  if (parts.until !== null) {
    const until = untilIn(parts.until, clock);
    if (!isWithin(until, start, clock.epochMs(start))) refuse('untilBeforeStart');
    end = Math.min(end, until.wall + minutesPerDay);
  }
  return { source: rule, clock, start, end, parts, days: new RuleDays(parts, Math.floor(start / minutesPerDay)), excluded, added };
}

function readStart(text: string): number {
  const wall = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? readWall(text) : null;
  if (wall === null || text < '1970' || text >= '2200') refuse('startMalformed');
  return wall;
}

function readExclusions(texts: readonly string[]): Exclusions {
  if (texts.length > largestExclusions) refuse('outOfBounds');
  const days = new Set<number>();
  const walls = new Set<number>();
  const epochMs = new Set<number>();
  for (const text of texts) {
    const moment = readMoment(text);
    if (moment === null) refuse('excludedDateMalformed');
    if (moment.kind === 'day') days.add(moment.day);
    else if (moment.kind === 'wall') walls.add(moment.wall);
    else epochMs.add(moment.epochMs);
  }
  return { days, walls, epochMs };
}

function readAdditions(texts: readonly string[], start: number, clock: ZoneClock): number[] {
  if (texts.length > largestAdditions) refuse('outOfBounds');
  const walls = texts.map((text) => {
    const moment = readMoment(text);
    if (moment === null) refuse('addedDateUnusable');
    const wall = moment.kind === 'day' ? moment.day * minutesPerDay + (start % minutesPerDay)
      : moment.kind === 'wall' ? moment.wall : clock.wall(moment.epochMs);
    return wall >= start && wall < endOfTime ? wall : refuse('addedDateUnusable');
  });
  return [...new Set(walls)].sort((a, b) => a - b);
}

function isExcluded(wall: number, epochMs: number, excluded: Exclusions): boolean {
  return excluded.walls.has(wall) || excluded.days.has(Math.floor(wall / minutesPerDay)) || excluded.epochMs.has(epochMs);
}

/** UNTIL as the last wall minute that counts, or as an instant with the wall minute beside it. */
interface LastStart {
  wall: number;
  epochMs: number | null;
}

function untilIn(until: NonNullable<RruleParts['until']>, clock: ZoneClock): LastStart {
  if (until.kind === 'instant') {
    const epochMs = until.instant.epochMilliseconds;
    return { wall: clock.wall(epochMs), epochMs };
  }
  // A start has no seconds, so those of UNTIL may be dropped.
  const text = until.kind === 'date' ? `${until.date.toString()}T23:59` : until.local.toString({ smallestUnit: 'minute' });
  return { wall: readWall(text)!, epochMs: null };
}

function isWithin(until: LastStart, wall: number, epochMs: number): boolean {
  return until.epochMs === null ? wall <= until.wall : epochMs <= until.epochMs;
}

/** Rule and added starts in order, each moment once (rule RC19), as far as they touch `window`. */
function withAdded(read: ReadRule, window: InstantWindow, meet: Meet): void {
  const fromMs = window.start.epochMilliseconds;
  const toMs = window.end.epochMilliseconds;
  if (fromMs >= toMs) return;
  if (read.added.length === 0) return void expand(read, fromMs, toMs, meet);
  const lengthMs = read.source.durationMinutes * msPerMinute;
  const added = read.added
    .map((wall) => ({ wall, epochMs: read.clock.epochMs(wall) }))
    .filter(({ epochMs }) => epochMs < toMs && epochMs + lengthMs > fromMs);
  let next = 0;
  let goesOn = expand(read, fromMs, toMs, (wall, epochMs) => {
    for (; next < added.length && added[next]!.epochMs < epochMs; next += 1) if (!meet(added[next]!.wall, added[next]!.epochMs)) return false;
    if (added[next]?.epochMs === epochMs) next += 1;
    return meet(wall, epochMs);
  });
  for (; goesOn && next < added.length; next += 1) goesOn = meet(added[next]!.wall, added[next]!.epochMs);
}

// Callers may pass “since ever” or “for ever”; outside these years no series exists.
const earliestMs = Date.UTC(1969, 0, 1);
const latestMs = Date.UTC(lastYear + 1, 0, 1);

/** The rule before EXDATE, as far as it touches the window; false if `meet` ended it. */
function expand(read: ReadRule, fromMs: number, toMs: number, meet: Meet): boolean {
  const { clock } = read;
  const lengthMs = read.source.durationMinutes * msPerMinute;
  const skip = read.source.inClockChange === 'skip';
  const count = read.parts?.count ?? null;
  const until = read.parts?.until ? untilIn(read.parts.until, clock) : null;
  const within = (epochMs: number) => Math.min(Math.max(epochMs, earliestMs), latestMs);
  // A day to spare on both sides: the wall and the instants never differ by more, and the exact comparison follows.
  const from = clock.wall(within(fromMs)) - read.source.durationMinutes - minutesPerDay;
  const to = clock.wall(within(toMs)) + minutesPerDay;

  let counted = 0;
  let ended = false;
  // COUNT counts from DTSTART, so those before the window must be stepped through too.
  visitWalls(read, count === null ? from : read.start, to, (wall) => {
    if (skip && !clock.exists(wall)) return true;
    counted += 1;
    if (count !== null && counted > count) return false;
    if (wall < from) return true;
    const epochMs = clock.epochMs(wall);
    if (until !== null && !isWithin(until, wall, epochMs)) return false;
    if (epochMs >= toMs) return false;
    if (epochMs + lengthMs <= fromMs) return true;
    ended = !meet(wall, epochMs);
    return !ended;
  });
  return !ended;
}

/** DTSTART and then what the rule makes, in wall time, within [from, to) and before the end of the series. */
function visitWalls(read: ReadRule, from: number, to: number, meet: (wall: number) => boolean): void {
  const { start } = read;
  const end = Math.min(to, read.end);
  if (start >= from && start < end && !meet(start)) return;
  visitPattern(read, Math.max(from, start + 1), end, meet);
}

/**
 * What the pattern alone makes within [from, to). The days are found on the wall and the zone is resolved last: then no
 * start drifts after a clock change, and the gaps are ours to decide.
 */
function visitPattern(read: ReadRule, from: number, to: number, meet: (wall: number) => boolean): void {
  if (read.days === null) return;
  const minuteOfDay = read.start % minutesPerDay;
  const parity = read.source.weekParity ?? null;
  // The first day whose start is not before `from`, and the first whose start is not before `to`.
  const dayFrom = Math.ceil((from - minuteOfDay) / minutesPerDay);
  const dayTo = Math.ceil((to - minuteOfDay) / minutesPerDay);
  read.days.visit(dayFrom, dayTo, (day) => (parity !== null && !hasParity(day, parity)) || meet(day * minutesPerDay + minuteOfDay));
}

/** Whether the pattern makes anything at all within [from, to). */
function hasPattern(read: ReadRule, from: number, to: number): boolean {
  let found = false;
  visitPattern(read, from, to, () => {
    found = true;
    return false;
  });
  return found;
}

function hasParity(day: number, parity: WeekParity): boolean {
  return (weekOf(day).week % 2 === 0) === (parity === 'even');
}

/** Texts and instants are made when asked for: most of a long list is only counted, or looked through for a few. */
class FoundOccurrence implements Occurrence {
  constructor(
    private readonly wall: number,
    private readonly epochMs: number,
    private readonly rule: SeriesRule,
  ) {}

  get recurrenceId(): string {
    return wallText(this.wall);
  }

  get startInstant(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(this.epochMs);
  }

  get endInstant(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(this.epochMs + this.rule.durationMinutes * msPerMinute);
  }

  get startLocal(): string {
    return wallText(clockOf(this.rule.timeZone).wall(this.epochMs));
  }

  toJSON(): Occurrence {
    return plainOccurrence(this);
  }
}

/** The fields of an occurrence as a plain object, for those who copy it: `{ ...plainOccurrence(one), … }`. */
export function plainOccurrence({ recurrenceId, startInstant, endInstant, startLocal }: Occurrence): Occurrence {
  return { recurrenceId, startInstant, endInstant, startLocal };
}

function isStartInRule(read: ReadRule): boolean {
  return read.parts === null || hasPattern(read, read.start, read.start + 1);
}

// COUNT and UNTIL do not matter here: “the 30th of February, three times” is as impossible as without a number.
function followsEver(read: ReadRule): boolean {
  return hasPattern(read, read.start, endOfTime);
}

function everything(read: ReadRule): InstantWindow {
  return { start: Temporal.Instant.fromEpochMilliseconds(read.clock.epochMs(read.start)), end: Temporal.Instant.fromEpochMilliseconds(latestMs) };
}
