import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { escaped, folded, icalendar, type CalendarEvent } from './icalendar.js';
import { timeZoneLines } from './vtimezone.js';

const zone = 'Europe/Copenhagen';

const event = (given: Partial<CalendarEvent> = {}): CalendarEvent => ({
  uid: '01890000-0000-7000-8000-000000000001',
  sequence: 3,
  changedAt: new Date('2026-11-20T08:00:00.500Z'),
  createdAt: new Date('2026-11-01T08:00:00Z'),
  start: new Date('2026-12-07T12:00:00Z'),
  end: new Date('2026-12-07T13:30:00Z'),
  summary: '§ 115-møde: overleveringsmøde',
  description: 'Indkaldt af Eksempelby Kommune.\nSe Samråd',
  location: 'Rådhuset, lokale 3; 1. sal',
  url: 'https://samraad.example/moeder/01890000-0000-7000-8000-000000000001',
  status: 'CONFIRMED',
  isBusy: true,
  ...given,
});

/** As another library reads it, by the VTIMEZONE of the file alone. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  ICAL.TimezoneService.reset();
  for (const one of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(one));
  return calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
}

/** Any text of people, with what has a meaning in iCalendar more often than by chance. */
const words = fc.string({ unit: fc.oneof(fc.constantFrom(...'æøåÆØÅ\\;,:"\n\r\t ^=', '👩‍👧', '𝄞'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), maxLength: 200 });
const instants = fc.date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2027-12-31T23:59:59Z'), noInvalidDate: true }).map((date) => new Date(Math.floor(date.getTime() / 60_000) * 60_000));

describe('an iCalendar file', () => {
  it('[CF4] [CF5] is read by another library as what was written', () => {
    const [found] = read(icalendar({ name: 'Samråd', timeZone: zone, events: [event()] }));
    const property = (name: string) => String(found!.component.getFirstPropertyValue(name));
    expect([found!.uid, found!.sequence, found!.summary, found!.description, found!.location]).toEqual([event().uid, 3, event().summary, event().description, event().location]);
    expect([found!.startDate.toString(), found!.startDate.zone.tzid, found!.startDate.toJSDate(), found!.endDate.toJSDate()]).toEqual(['2026-12-07T13:00:00', zone, event().start, event().end]);
    expect(['status', 'transp', 'url', 'class', 'dtstamp', 'last-modified', 'created'].map(property)).toEqual(['CONFIRMED', 'OPAQUE', event().url, 'CONFIDENTIAL', '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z', '2026-11-01T08:00:00Z']);
  });

  it('[CF4] carries any text there and back, and no line is longer than 75 octets or ends in half a character', () => {
    fc.assert(
      fc.property(words, words, (summary, location) => {
        const text = icalendar({ name: 'Samråd', timeZone: zone, events: [event({ summary, location })] });
        for (const line of text.split('\r\n')) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(Buffer.from(line).toString()).toBe(line);
          expect(line).not.toMatch(/[\r\n]/);
        }
        const [found] = read(text);
        const kept = (one: string) => Buffer.from(one).toString().replace(/\r\n?/g, '\n').replace(/(?![\t\n])\p{Cc}/gu, '');
        expect([found!.summary ?? '', found!.location ?? '']).toEqual([kept(summary), kept(location)]);
        // What is not hers to write: another property, another event.
        expect(text.split('\r\nBEGIN:').length - 1).toBe(4);
      }),
      { numRuns: 300 },
    );
  });

  it('unfolds to what was folded', () => {
    fc.assert(fc.property(words, (text) => expect(folded(escaped(text)).replaceAll('\r\n ', '')).toBe(escaped(text))));
  });

  it('[CF7] gives every minute of 2026 and 2027 back, read by its own VTIMEZONE', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 600 }), (start, minutes) => {
        const end = new Date(start.getTime() + minutes * 60_000);
        const [found] = read(icalendar({ name: '', timeZone: zone, events: [event({ start, end })] }));
        for (const [instant, seen] of [[start, found!.startDate], [end, found!.endDate]] as const) {
          expect(seen.toJSDate()).toEqual(instant);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(['2026-03-29', '2026-10-25', '2027-03-28', '2027-10-31'])('[CF7] is right around the change of the clock on %s, hour by hour', (day) => {
    const first = Temporal.PlainDate.from(day).subtract({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
    const events = Array.from({ length: 72 }, (_, hour) => event({ uid: `hour-${hour}`, start: new Date(first + hour * 3_600_000), end: new Date(first + hour * 3_600_000 + 1_800_000) }));
    const found = read(icalendar({ name: '', timeZone: zone, events }));
    expect(found.map(({ startDate, endDate }) => [startDate.toJSDate(), endDate.toJSDate()])).toEqual(events.map(({ start, end }) => [start, end]));
  });

  it('[CF7] writes the rule of Denmark as one, and zones without it by their days', () => {
    expect(timeZoneLines(zone, new Date('2026-12-01T00:00:00Z'), new Date('2027-06-01T00:00:00Z'))).toEqual([
      'BEGIN:VTIMEZONE', 'TZID:Europe/Copenhagen',
      'BEGIN:STANDARD', 'DTSTART:20241027T030000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'END:STANDARD',
      'BEGIN:DAYLIGHT', 'DTSTART:20250330T020000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200', 'END:DAYLIGHT',
      'END:VTIMEZONE',
    ]);
    // No change since 1968, and one whose days follow another calendar.
    expect(timeZoneLines('Atlantic/Reykjavik', new Date('2026-12-01T00:00:00Z'), new Date('2027-06-01T00:00:00Z')).join(' ')).not.toMatch(/RRULE|RDATE/);
    expect(timeZoneLines('Africa/Casablanca', new Date('2026-01-01T00:00:00Z'), new Date('2028-01-01T00:00:00Z')).join(' ')).toMatch(/RDATE/);
  });

  it.each(['Europe/Copenhagen', 'Atlantic/Faroe', 'Africa/Casablanca', 'Pacific/Apia', 'UTC'])('[CF7] is right for every sixth hour of 2024 to 2029 in %s', (timeZone) => {
    const [from, to] = [Date.UTC(2024, 0, 1), Date.UTC(2029, 0, 1)];
    const lines = timeZoneLines(timeZone, new Date(from), new Date(to));
    const component = new ICAL.Component(ICAL.parse(['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n')) as unknown[]).getFirstSubcomponent('vtimezone')!;
    const read = new ICAL.Timezone(component);
    const wrong: string[] = [];
    for (let ms = from; ms < to; ms += 6 * 3_600_000) {
      const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
      const wall = ICAL.Time.fromString(zoned.toPlainDateTime().toString({ smallestUnit: 'second' }), undefined);
      const plain = zoned.toPlainDateTime();
      const isTwice = !plain.toZonedDateTime(timeZone, { disambiguation: 'earlier' }).equals(plain.toZonedDateTime(timeZone, { disambiguation: 'later' }));
      if (!isTwice && read.utcOffset(wall) !== zoned.offsetNanoseconds / 1e9) wrong.push(zoned.toString());
    }
    expect(wrong).toEqual([]);
  });
});
