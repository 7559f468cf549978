import { clockOf } from '@lib/scheduling/zone-clock.js';
import { timeZoneLines } from './vtimezone.js';

/** One meeting as an iCalendar event (RFC 5545 §3.6.1). Texts are plain; they are escaped here. */
export interface CalendarEvent {
  uid: string;
  /** Counts what participants are called to again for (RFC 5545 §3.8.7.4). */
  sequence: number;
  changedAt: Date;
  createdAt: Date;
  start: Date;
  end: Date;
  summary: string;
  description: string;
  location: string | null;
  /** Absolute, of RFC 3986 characters alone. */
  url: string;
  status: 'TENTATIVE' | 'CONFIRMED' | 'CANCELLED';
  /** Whether it takes the person's time. */
  isBusy: boolean;
}

export interface Calendar {
  name: string;
  /** IANA. Times are written as its wall shows them. */
  timeZone: string;
  events: readonly CalendarEvent[];
}

/**
 * An iCalendar object (RFC 5545) of one calendar, without METHOD: nobody is invited by it, so DTSTAMP says when an event
 * was last changed (§3.8.7.2) and the same events are the same text.
 */
export function icalendar({ name, timeZone, events }: Calendar): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Samraad//Samraad//DA',
    'CALSCALE:GREGORIAN',
    // RFC 7986 and, beside it, what the widespread programs read.
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    `X-WR-TIMEZONE:${timeZone}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...(events.length === 0 ? [] : timeZoneLines(timeZone, events.reduce(...earliest), events.reduce(...latest))),
    ...events.flatMap((event) => eventLines(event, timeZone)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

const earliest = [(first: Date, { start }: CalendarEvent) => (start < first ? start : first), new Date(8.64e15)] as const;
const latest = [(last: Date, { end }: CalendarEvent) => (end > last ? end : last), new Date(-8.64e15)] as const;

function eventLines(event: CalendarEvent, timeZone: string): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${event.uid}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTAMP:${utc(event.changedAt)}`,
    `CREATED:${utc(event.createdAt)}`,
    `LAST-MODIFIED:${utc(event.changedAt)}`,
    `DTSTART${localTime(event.start, timeZone)}`,
    `DTEND${localTime(event.end, timeZone)}`,
    `SUMMARY:${escaped(event.summary)}`,
    `DESCRIPTION:${escaped(event.description)}`,
    ...(event.location === null ? [] : [`LOCATION:${escaped(event.location)}`]),
    `URL:${event.url}`,
    `STATUS:${event.status}`,
    `TRANSP:${event.isBusy ? 'OPAQUE' : 'TRANSPARENT'}`,
    // Whoever shares her calendar shares when, not what.
    'CLASS:CONFIDENTIAL',
    'END:VEVENT',
  ];
}

/** TEXT (RFC 5545 §3.3.11): control characters, which it cannot hold, are left out; half a surrogate pair is U+FFFD. */
export function escaped(text: string): string {
  return Buffer.from(text)
    .toString()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\n/g, '\\n');
}

const mostOctets = 75;

/** A content line in pieces of at most 75 octets of UTF-8, none of which splits a character (RFC 5545 §3.1). */
export function folded(line: string): string {
  if (Buffer.byteLength(line) <= mostOctets) return line;
  let answer = '';
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > mostOctets) {
      answer += '\r\n ';
      octets = 1;
    }
    answer += character;
    octets += length;
  }
  return answer;
}

/** The rest of a DTSTART or DTEND. Programs differ in which of the two they take an hour for that autumn has twice; UTC says it. */
export const localTime = (instant: Date, timeZone: string): string => (isTwice(instant, timeZone) ? `:${utc(instant)}` : `;TZID=${timeZone}:${wallTime(instant, timeZone)}`);

/** `20261207T120000Z` */
export const utc = (instant: Date): string => `${basic(instant.getTime())}Z`;

/** `20261207T130000`, as the wall shows it. */
function wallTime(instant: Date, timeZone: string): string {
  return basic(instant.getTime() + clockOf(timeZone).offsetAt(instant.getTime()));
}

/** Whether the wall shows the same time at another instant. */
function isTwice(instant: Date, timeZone: string): boolean {
  const clock = clockOf(timeZone);
  const offsetAt = (ms: number) => clock.offsetAt(ms);
  const at = instant.getTime();
  const wall = at + offsetAt(at);
  const others = [wall - offsetAt(at - dayMs), wall - offsetAt(at + dayMs)];
  return others.some((other) => other !== at && other + offsetAt(other) === wall);
}

const dayMs = 86_400_000;

/** ISO 8601 in its basic form, whole seconds. */
const basic = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '');
