import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { danishZone } from '@lib/scheduling/zones.js';
import { zoneOf } from './zone-names.js';

/** What somebody's calendar program says of a meeting; anything, and nothing of it proven. */
export interface ItipAnswer {
  /** `REPLY`, `COUNTER`, `REFRESH` or whatever it says, in capitals. */
  method: string;
  uid: string;
  /** null where it says none. */
  sequence: number | null;
  stampedMs: number | null;
  /** null where it says none, or in a zone that nobody knows. */
  startMs: number | null;
  endMs: number | null;
  organizer: string | null;
  attendees: { address: string; partStat: string }[];
}

/** Longer than any answer to one meeting. */
const longestText = 256 * 1024;
const mostAttendees = 200;

/**
 * [MA12] Reads an answer as calendar programs write them: Outlook's zones by their Windows names, `MAILTO:` in capitals or missing,
 * a METHOD in the mail's header alone, an EMAIL parameter in place of an address, unfolded by whoever was in between.
 *
 * @param method what the MIME type says; counts where the text says nothing
 * @returns null for what is no answer to one event
 */
export function itipAnswerIn(text: string, method: string | null): ItipAnswer | null {
  if (text.length > longestText) return null;
  let calendar: ICAL.Component;
  try {
    calendar = new ICAL.Component(ICAL.parse(text.replace(/^\uFEFF/, '').trim()) as unknown[]);
  } catch {
    return null;
  }
  if (calendar.name !== 'vcalendar') return null;
  const [event, ...others] = calendar.getAllSubcomponents('vevent');
  // One meeting has one event here; an answer to an occurrence names it by the UID alone.
  if (event === undefined || others.length > 0) return null;
  const textOf = (of: ICAL.Component, name: string): string | null => {
    const value: unknown = of.getFirstPropertyValue(name);
    return value === null || value === undefined ? null : String(value).trim();
  };
  const said = textOf(calendar, 'method') ?? method;
  const uid = textOf(event, 'uid');
  if (said === null || uid === null) return null;
  const sequence = Number(textOf(event, 'sequence') ?? Number.NaN);
  const startMs = instantOf(calendar, event.getFirstProperty('dtstart'));
  return {
    method: said.toUpperCase(),
    uid: uid.toLowerCase(),
    sequence: Number.isSafeInteger(sequence) && sequence >= 0 ? sequence : null,
    stampedMs: instantOf(calendar, event.getFirstProperty('dtstamp')),
    startMs,
    endMs: instantOf(calendar, event.getFirstProperty('dtend')),
    organizer: addressOf(event.getFirstProperty('organizer')),
    attendees: event
      .getAllProperties('attendee')
      .slice(0, mostAttendees)
      .flatMap((one) => {
        const address = addressOf(one);
        return address === null ? [] : [{ address, partStat: parameterOf(one, 'partstat')?.toUpperCase() ?? 'NEEDS-ACTION' }];
      }),
  };
}

function parameterOf(property: ICAL.Property, name: string): string | null {
  const value: unknown = property.getParameter(name);
  return typeof value === 'string' ? value : null;
}

/** In small letters. */
function addressOf(property: ICAL.Property | null): string | null {
  if (property === null) return null;
  const value = String(property.getFirstValue()).trim().replace(/^mailto:/i, '').replace(/^<(.*)>$/, '$1');
  const found = value.includes('@') ? value : parameterOf(property, 'email');
  return found === null ? null : found.trim().toLowerCase();
}

function instantOf(calendar: ICAL.Component, property: ICAL.Property | null): number | null {
  const value: unknown = property?.getFirstValue();
  if (property === null || !(value instanceof ICAL.Time) || value.isDate) return null;
  try {
    const wall = new Temporal.PlainDateTime(value.year, value.month, value.day, value.hour, value.minute, value.second);
    const name = parameterOf(property, 'tzid');
    // ical.js knows UTC by itself; what floats is where the meeting is.
    if (name === null && value.zone === ICAL.Timezone.utcTimezone) return wall.toZonedDateTime('UTC').epochMilliseconds;
    const zone = name === null ? danishZone : zoneOf(name, descriptionOf(calendar, name), wall.toZonedDateTime('UTC').epochMilliseconds);
    return zone === null ? null : wall.toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}

/** The lines of its VTIMEZONE, without the first and the last. */
function descriptionOf(calendar: ICAL.Component, name: string): string[] | null {
  const found = calendar.getAllSubcomponents('vtimezone').find((one) => String(one.getFirstPropertyValue('tzid')) === name);
  return found === undefined ? null : found.toString().split(/\r?\n/).filter((line) => line !== '' && !/^(BEGIN|END):VTIMEZONE$/.test(line));
}
