import type { PartStat } from '@lib/contracts/enums.js';
import { escaped, folded, localTime, utc } from './icalendar.js';
import { timeZoneLines } from './vtimezone.js';

/** One meeting for one participant's calendar (RFC 5546 §3.2). Nobody else stands in it. */
export interface Invitation {
  /** As in the feed, so that no calendar holds the meeting twice. */
  uid: string;
  sequence: number;
  stampedAt: Date;
  start: Date;
  end: Date;
  summary: string;
  description: string;
  location: string | null;
  /** Absolute, of RFC 3986 characters alone. */
  url: string;
  /** Where the answer of this participant, and of nobody else, is sent. */
  organizer: string;
  attendee: string;
  partStat: PartStat;
}

const product = 'Samråd';
const partStats: Readonly<Record<PartStat, string>> = { needsAction: 'NEEDS-ACTION', accepted: 'ACCEPTED', tentative: 'TENTATIVE', declined: 'DECLINED', delegated: 'DELEGATED' };

export type ItipMethod = 'REQUEST' | 'CANCEL' | 'DECLINECOUNTER';

/** REQUEST: the meeting as it is now. CANCEL: it is no longer hers. DECLINECOUNTER: it stays as it is, whatever she proposed. */
export function itip(method: ItipMethod, one: Invitation, timeZone: string): string {
  const isCancel = method === 'CANCEL';
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Samraad//Samraad//DA',
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
    ...timeZoneLines(timeZone, one.start, one.end),
    'BEGIN:VEVENT',
    `UID:${one.uid}`,
    `SEQUENCE:${one.sequence}`,
    `DTSTAMP:${utc(one.stampedAt)}`,
    `DTSTART${localTime(one.start, timeZone)}`,
    `DTEND${localTime(one.end, timeZone)}`,
    `SUMMARY:${escaped(one.summary)}`,
    ...(isCancel ? [] : [`DESCRIPTION:${escaped(one.description)}`, ...(one.location === null ? [] : [`LOCATION:${escaped(one.location)}`]), `URL:${one.url}`]),
    `ORGANIZER;CN=${product}:mailto:${one.organizer}`,
    `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=${partStats[one.partStat]};RSVP=${method === 'REQUEST' && one.partStat === 'needsAction' ? 'TRUE' : 'FALSE'}:mailto:${one.attendee}`,
    `STATUS:${isCancel ? 'CANCELLED' : 'CONFIRMED'}`,
    `TRANSP:${isCancel ? 'TRANSPARENT' : 'OPAQUE'}`,
    'CLASS:CONFIDENTIAL',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}
