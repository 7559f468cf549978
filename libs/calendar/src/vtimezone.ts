import { Temporal } from 'temporal-polyfill';

/** A change of the clock, and the wall times before and after it. */
interface Observance {
  kind: 'STANDARD' | 'DAYLIGHT';
  /** What the wall showed when it changed: the local time of RFC 5545 §3.6.5. */
  wall: Temporal.PlainDateTime;
  from: number;
  to: number;
}

/** A process has the zone data that it began with. */
const known = new Map<string, string[]>();
const mostKnown = 100;

/**
 * VTIMEZONE of an IANA zone (RFC 5545 §3.6.5), right for every instant of the years (UTC) that `from` and `to` lie in and of
 * those between. The changes are those of the runtime's data. Where those that are seen fall on one weekday of a month
 * in year after year they are written as a rule, which every program reads; otherwise date by date.
 */
export function timeZoneLines(timeZone: string, from: Date, to: Date): string[] {
  const [first, last] = [from.getUTCFullYear(), to.getUTCFullYear()];
  const key = `${timeZone} ${first} ${last}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= mostKnown) known.clear();
  const made = linesOf(timeZone, new Date(Date.UTC(first, 0, 1)), new Date(Date.UTC(last + 1, 0, 1)));
  known.set(key, made);
  return made;
}

function linesOf(timeZone: string, from: Date, to: Date): string[] {
  const groups = new Map<string, Observance[]>();
  for (const seen of observances(timeZone, from, to)) {
    const like = `${seen.kind} ${seen.from} ${seen.to}`;
    groups.set(like, [...(groups.get(like) ?? []), seen]);
  }
  return ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...[...groups.values()].flatMap(observanceLines), 'END:VTIMEZONE'];
}

/** From a change a year before, so that the first instant has one of each kind; at least two years, to see what is a rule. */
function observances(timeZone: string, from: Date, to: Date): Observance[] {
  const end = Temporal.Instant.fromEpochMilliseconds(to.getTime()).toZonedDateTimeISO(timeZone);
  const before = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone).subtract({ years: 1 });
  const found: Observance[] = [];
  let at = before.getTimeZoneTransition('previous') ?? before;
  for (let next: Temporal.ZonedDateTime | null = at; next !== null && Temporal.ZonedDateTime.compare(next, end) <= 0; next = at.getTimeZoneTransition('next')) {
    at = next;
    found.push(observanceAt(at));
  }
  return found;
}

function observanceAt(at: Temporal.ZonedDateTime): Observance {
  const before = at.subtract({ seconds: 1 }).offsetNanoseconds / 1e9;
  const after = at.offsetNanoseconds / 1e9;
  const wall = at.toInstant().toZonedDateTimeISO('UTC').add({ seconds: before }).toPlainDateTime();
  return { kind: after > before ? 'DAYLIGHT' : 'STANDARD', wall, from: before, to: after };
}

/** Changes of one kind, in order. A line for each date: not every program reads a list of them. */
function observanceLines(group: readonly Observance[]): string[] {
  const [first, ...others] = group as [Observance, ...Observance[]];
  const repeats = others.length === 0 ? [] : isYearly(group) ? [`RRULE:FREQ=YEARLY;BYMONTH=${first.wall.month};BYDAY=-1${weekday(first.wall)}`] : others.map(({ wall }) => `RDATE:${text(wall)}`);
  return [`BEGIN:${first.kind}`, `DTSTART:${text(first.wall)}`, ...repeats, `TZOFFSETFROM:${offset(first.from)}`, `TZOFFSETTO:${offset(first.to)}`, `END:${first.kind}`];
}

/** Each on the last of the same weekday of the same month, at the same time, one every year. */
function isYearly(group: readonly Observance[]): boolean {
  const [{ wall: first }] = group as [Observance];
  return group.every(({ wall }, n) => wall.year === first.year + n && wall.month === first.month && wall.dayOfWeek === first.dayOfWeek && wall.day + 7 > wall.daysInMonth && wall.toPlainTime().equals(first.toPlainTime()));
}

const weekday = (wall: Temporal.PlainDateTime): string => ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][wall.dayOfWeek - 1]!;
const text = (wall: Temporal.PlainDateTime): string => wall.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');

/** `+0100`; with seconds where a zone of old had them. */
function offset(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const plain = Math.abs(seconds);
  const rest = plain % 60;
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(plain / 3600))}${two(Math.floor(plain / 60) % 60)}${rest === 0 ? '' : two(rest)}`;
}
