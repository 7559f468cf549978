import type { Delivered } from './mail-servers.js';

/** An invitation as its participant's program knows it. */
export interface Invited {
  uid: string;
  sequence: number;
  /** The address that answers go to, with the token. */
  organizer: string;
  attendee: string;
  /** DTSTART and DTEND in UTC, `20261210T080000Z`. */
  start: string;
  end: string;
}

export const lineOf = (text: string, name: string): string => new RegExp(`^${name}[;:].*$`, 'm').exec(text.replaceAll(/\r?\n[ \t]/g, ''))?.[0]?.trim() ?? '';

/** The text/calendar of a message, unfolded by nobody. */
export function calendarOf({ mail }: Delivered): string {
  const part = mail.attachments.find((one) => one.contentType === 'text/calendar');
  if (part === undefined) throw new Error('no calendar in the mail');
  return part.content.toString('utf8');
}

/** By whom the answers are sent, and how they are written. */
export type Dialect = 'outlook' | 'google' | 'apple';

interface Said {
  method?: 'REPLY' | 'COUNTER' | 'REFRESH';
  partStat?: 'ACCEPTED' | 'DECLINED' | 'TENTATIVE' | 'DELEGATED';
  /** Of the mail, ISO 8601. */
  at: string;
}

const stamp = (at: string) => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
const wall = (utc: string, zone: string) => {
  const at = new Date(utc.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at).replaceAll(/[-:]/g, '').replace(' ', 'T');
};

/** After what these programs send: written by hand, with nobody's data. */
const calendars: Record<Dialect, (one: Invited, said: Required<Said>) => string> = {
  outlook: (one, said) =>
    [
      'BEGIN:VCALENDAR',
      `METHOD:${said.method}`,
      'PRODID:Microsoft Exchange Server 2010',
      'VERSION:2.0',
      'BEGIN:VTIMEZONE',
      'TZID:Romance Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      `ATTENDEE;PARTSTAT=${said.partStat};CN=Prøve:MAILTO:${one.attendee.toUpperCase()}`,
      ...(said.method === 'COUNTER' ? [`ORGANIZER;CN=Samråd:mailto:${one.organizer}`] : []),
      'COMMENT;LANGUAGE=da-DK:\\n',
      `UID:${one.uid.toUpperCase()}`,
      'SUMMARY;LANGUAGE=da-DK:Accepteret: Møde',
      `DTSTART;TZID=Romance Standard Time:${wall(one.start, 'Europe/Copenhagen')}`,
      `DTEND;TZID=Romance Standard Time:${wall(one.end, 'Europe/Copenhagen')}`,
      'CLASS:CONFIDENTIAL',
      'PRIORITY:5',
      `DTSTAMP:${stamp(said.at)}`,
      'TRANSP:OPAQUE',
      'STATUS:CONFIRMED',
      `SEQUENCE:${one.sequence}`,
      'X-MICROSOFT-CDO-APPT-SEQUENCE:0',
      'X-MICROSOFT-CDO-BUSYSTATUS:BUSY',
      'X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n'),
  google: (one, said) =>
    [
      'BEGIN:VCALENDAR',
      'PRODID:-//Google Inc//Google Calendar 70.9054//EN',
      'VERSION:2.0',
      'CALSCALE:GREGORIAN',
      `METHOD:${said.method}`,
      'BEGIN:VEVENT',
      `DTSTART:${one.start}`,
      `DTEND:${one.end}`,
      `DTSTAMP:${stamp(said.at)}`,
      `ORGANIZER;CN=Samråd:mailto:${one.organizer}`,
      `UID:${one.uid}`,
      `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=${said.partStat};CN=${one.attendee};X-NUM-GUESTS=0:mailto:${one.attendee}`,
      'CREATED:20261123T080000Z',
      'DESCRIPTION:',
      `LAST-MODIFIED:${stamp(said.at)}`,
      'LOCATION:',
      `SEQUENCE:${one.sequence}`,
      'STATUS:CONFIRMED',
      'SUMMARY:Møde',
      'TRANSP:OPAQUE',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  // Bare line ends, no METHOD's twin in the header, an address behind EMAIL.
  apple: (one, said) =>
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'CALSCALE:GREGORIAN',
      'PRODID:-//Apple Inc.//macOS 15.1//EN',
      `METHOD:${said.method}`,
      'BEGIN:VEVENT',
      `UID:${one.uid}`,
      `DTSTAMP:${stamp(said.at)}`,
      `DTSTART;TZID=Europe/Copenhagen:${wall(one.start, 'Europe/Copenhagen')}`,
      `DTEND;TZID=Europe/Copenhagen:${wall(one.end, 'Europe/Copenhagen')}`,
      `SEQUENCE:${one.sequence}`,
      `ATTENDEE;CN="Prøve";EMAIL="${one.attendee}";PARTSTAT=${said.partStat}:urn:uuid:8f14e45f-ceea-467f-a0e6-000000000000`,
      `ORGANIZER:mailto:${one.organizer}`,
      'SUMMARY:Møde',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\n'),
};

/** A whole message with an answer. `to` stands in for what mail servers make of the address. */
export function answerMail(dialect: Dialect, one: Invited, said: Said, to = one.organizer): Buffer {
  const whole = { method: 'REPLY' as const, partStat: 'ACCEPTED' as const, ...said };
  const calendar = Buffer.from(calendars[dialect](one, whole)).toString('base64').replaceAll(/(.{76})/g, '$1\r\n');
  const type = dialect === 'apple' ? 'text/calendar; charset=utf-8' : `text/calendar; charset=utf-8; method=${whole.method}`;
  return Buffer.from(
    [
      `From: ${one.attendee}`,
      `To: Samråd <${to}>`.replace('Samråd', '=?utf-8?Q?Samr=C3=A5d?='),
      'Subject: Accepteret',
      `Date: ${new Date(said.at).toUTCString()}`,
      `Message-ID: <${said.at}.${whole.method}.${whole.partStat}.${dialect}@example>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Jeg kommer.',
      '',
      '--b',
      `Content-Type: ${type}`,
      'Content-Transfer-Encoding: base64',
      '',
      calendar,
      '--b--',
      '',
    ].join('\r\n'),
  );
}

/** RFC 3464: what a mail server says of a message that it could not deliver. */
export const bounceMail = (to: string, action: 'failed' | 'delayed'): Buffer =>
  Buffer.from(
    [
      'From: MAILER-DAEMON@mail.example',
      `To: ${to}`,
      'Subject: Undelivered Mail Returned to Sender',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'No such user.',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mail.example',
      '',
      'Final-Recipient: rfc822; nobody@eksempelby.example',
      `Action: ${action}`,
      'Status: 5.1.1',
      '',
      '--b--',
      '',
    ].join('\r\n'),
  );
