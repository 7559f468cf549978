import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { busyIn, type BusyReading } from './ics-busy.js';
import { mostWaiting, WorkerBusyWork } from './busy-work.js';
import { ReadingPlaces } from './reading-places.js';
import { timeZoneLines } from './vtimezone.js';

const zone = 'Europe/Copenhagen';
const at = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
const window = { fromMs: at('2026-11-23'), toMs: at('2028-02-01') };
const file = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//test//DA', ...lines, 'END:VCALENDAR', ''].join('\r\n');
let nth = 0;
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...(lines.some((line) => line.startsWith('UID')) ? [] : [`UID:event ${(nth += 1)}`]), 'DTSTAMP:20261101T080000Z', ...lines, 'END:VEVENT'];
const dk = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' });
const timesOf = ({ times }: Pick<BusyReading, 'times'>) => times.map(({ startMs, endMs, state }) => `${dk(startMs)} ${dk(endMs)}${state === 'busy' ? '' : ` ${state}`}`);
const read = (...lines: string[]) => timesOf(busyIn(file(...lines), window));
const one = (...lines: string[]) => read(...event(...lines));
const nine = '2026-12-07T09:00 2026-12-07T10:30';

describe('[BT3] [BT4] [BT5] when a calendar says that somebody is taken', () => {
  it.each([
    ['its own zone', ['DTSTART;TZID=Europe/Copenhagen:20261207T090000', 'DTEND;TZID=Europe/Copenhagen:20261207T103000'], [nine]],
    ['UTC', ['DTSTART:20261207T080000Z', 'DTEND:20261207T093000Z'], [nine]],
    ['another zone', ['DTSTART;TZID=America/New_York:20261207T030000', 'DURATION:PT1H30M'], [nine]],
    ['a Windows zone', ['DTSTART;TZID=Romance Standard Time:20261207T090000', 'DTEND;TZID=Romance Standard Time:20261207T103000'], [nine]],
    ['a Windows zone in quotes', ['DTSTART;TZID="GMT Standard Time":20261207T080000', 'DURATION:PT90M'], [nine]],
    ['Outlook’s words', ['DTSTART;TZID="(UTC+01:00) Brussels, Copenhagen, Madrid, Paris":20261207T090000', 'DURATION:PT90M'], [nine]],
    ['a zone behind a prefix', ['DTSTART;TZID=/citadel.org/20210210_1/Europe/Copenhagen:20261207T090000', 'DURATION:PT90M'], [nine]],
    ['no zone: where the calendar is', ['DTSTART:20261207T090000', 'DTEND:20261207T103000'], [nine]],
    ['a day', ['DTSTART;VALUE=DATE:20261207'], ['2026-12-07T00:00 2026-12-08T00:00']],
    ['days, the last not among them', ['DTSTART;VALUE=DATE:20270326', 'DTEND;VALUE=DATE:20270330'], ['2027-03-26T00:00 2027-03-30T00:00']],
    ['no length at all', ['DTSTART:20261207T080000Z'], []],
    ['an end before its start', ['DTSTART:20261207T080000Z', 'DTEND:20261207T070000Z'], []],
    ['seconds: the minute that is begun', ['DTSTART;TZID=Europe/Copenhagen:20261207T090000', 'DTEND;TZID=Europe/Copenhagen:20261207T102930'], [nine]],
    ['before the window until into it', ['DTSTART;VALUE=DATE:20261101', 'DTEND;VALUE=DATE:20261125'], ['2026-11-23T00:00 2026-11-25T00:00']],
    ['transparent', ['DTSTART:20261207T080000Z', 'DURATION:PT1H', 'TRANSP:TRANSPARENT'], []],
    ['cancelled', ['DTSTART:20261207T080000Z', 'DURATION:PT1H', 'STATUS:CANCELLED'], []],
    ['tentative', ['DTSTART:20261207T080000Z', 'DURATION:PT90M', 'STATUS:TENTATIVE'], [`${nine} tentative`]],
    ['free in Outlook', ['DTSTART:20261207T080000Z', 'DURATION:PT1H', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE'], []],
    ['tentative in Outlook', ['DTSTART:20261207T080000Z', 'DURATION:PT90M', 'X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE'], [`${nine} tentative`]],
    ['out of office, whatever TRANSP says', ['DTSTART:20261207T080000Z', 'DURATION:PT90M', 'TRANSP:TRANSPARENT', 'X-MICROSOFT-CDO-BUSYSTATUS:OOF'], [nine]],
    ['at work elsewhere', ['DTSTART:20261207T080000Z', 'DURATION:PT1H', 'X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE'], []],
    ['lower case and folded', ['dtstart;tzid=Europe/Copen\r\n hagen:20261207T090000', 'duration:PT90M'], [nine]],
  ])('%s', (_, lines, expected) => {
    expect(one(...lines)).toEqual(expected);
  });

  it('all-day and floating times are where the calendar says it is', () => {
    expect(timesOf(busyIn(file('X-WR-TIMEZONE:America/New_York', ...event('DTSTART:20261207T030000', 'DURATION:PT90M')), window))).toEqual([nine]);
    expect(timesOf(busyIn(file('X-WR-TIMEZONE:Atlantic/Faroe', ...event('DTSTART;VALUE=DATE:20261207')), window))).toEqual(['2026-12-07T01:00 2026-12-08T01:00']);
  });

  it('a name that nobody knows is read by the clock that the file describes', () => {
    const described = (name: string, real: string) => timeZoneLines(real, new Date('2026-01-01T00:00:00Z'), new Date('2028-01-01T00:00:00Z')).map((line) => (line.startsWith('TZID') ? `TZID:${name}` : line));
    const times = ['DTSTART;TZID=Vores tid:20270401T090000', 'DURATION:PT1H', 'RRULE:FREQ=YEARLY;COUNT=1'];
    expect(read(...described('Vores tid', zone), ...event(...times))).toEqual(['2027-04-01T09:00 2027-04-01T10:00']);
    expect(read(...described('Vores tid', 'America/New_York'), ...event(...times))).toEqual(['2027-04-01T15:00 2027-04-01T16:00']);
    // Between the American change of the clock and the European one, where the two differ.
    expect(read(...described('Vores tid', 'America/New_York'), ...event('DTSTART;TZID=Vores tid:20270316T090000', 'DURATION:PT1H'))).toEqual(['2027-03-16T14:00 2027-03-16T15:00']);
  });

  it('a series keeps its wall time across the change of the clock, its exceptions in every form, and what was moved', () => {
    const series = ['UID:serie', 'DTSTART;TZID=Europe/Copenhagen:20270318T130000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=5'];
    const weeks = ['2027-03-18', '2027-03-25', '2027-04-01', '2027-04-08', '2027-04-15'].map((day) => `${day}T13:00 ${day}T14:00`);
    expect(one(...series)).toEqual(weeks);
    for (const exdate of ['EXDATE;TZID=Europe/Copenhagen:20270401T130000', 'EXDATE:20270401T130000', 'EXDATE:20270401T110000Z', 'EXDATE;VALUE=DATE:20270401', 'EXDATE;TZID=America/New_York:20270401T070000', 'EXDATE;TZID=Romance Standard Time:20270401T130000']) {
      expect([exdate, one(...series, exdate)]).toEqual([exdate, weeks.filter((_, n) => n !== 2)]);
    }
    const changed = (...lines: string[]) => read(...event(...series), ...event('UID:serie', ...lines));
    expect(changed('RECURRENCE-ID:20270401T110000Z', 'DTSTART:20270402T070000Z', 'DURATION:PT3H')).toEqual([weeks[0], weeks[1], '2027-04-02T09:00 2027-04-02T12:00', weeks[3], weeks[4]]);
    expect(changed('RECURRENCE-ID;TZID=Europe/Copenhagen:20270401T130000', 'DTSTART;TZID=Europe/Copenhagen:20270401T130000', 'DURATION:PT1H', 'STATUS:CANCELLED')).toEqual(weeks.filter((_, n) => n !== 2));
    expect(changed('RECURRENCE-ID;TZID=Europe/Copenhagen:20270401T130000', 'DTSTART;TZID=Europe/Copenhagen:20270401T130000', 'DURATION:PT1H', 'TRANSP:TRANSPARENT')).toEqual(weeks.filter((_, n) => n !== 2));
    expect(changed('RECURRENCE-ID;TZID=Europe/Copenhagen;RANGE=THISANDFUTURE:20270401T130000', 'DTSTART;TZID=Europe/Copenhagen:20270402T090000', 'DURATION:PT2H')).toEqual([weeks[0], weeks[1], ...['2027-04-02', '2027-04-09', '2027-04-16'].map((day) => `${day}T09:00 ${day}T11:00`)]);
    // Of two versions the newer one counts, in whatever order they stand.
    const versions = [event('UID:en', 'SEQUENCE:2', 'DTSTART:20261207T080000Z', 'DURATION:PT90M'), event('UID:en', 'SEQUENCE:1', 'DTSTART:20261208T080000Z', 'DURATION:PT90M')];
    expect([read(...versions.flat()), read(...versions.toReversed().flat())]).toEqual([[nine], [nine]]);
    // An occurrence without its series, by an invitation to it alone; a series that was taken back; a birthday of old.
    expect(one('RECURRENCE-ID:20261201T080000Z', 'DTSTART:20261207T080000Z', 'DURATION:PT90M')).toEqual([nine]);
    expect(one('DTSTART:20261207T080000Z', 'DURATION:PT90M', 'RRULE:FREQ=DAILY;UNTIL=20261201T000000Z')).toEqual([nine]);
    expect(one('DTSTART;VALUE=DATE:19560412', 'RRULE:FREQ=YEARLY')).toEqual(['2027-04-12T00:00 2027-04-13T00:00']);
    expect(one('DTSTART;TZID=Europe/Copenhagen:20261207T090000', 'DURATION:PT1H', 'RDATE;TZID=Europe/Copenhagen:20261209T090000,20261210T090000', 'RDATE;VALUE=PERIOD:20261211T080000Z/PT2H', 'EXDATE:20261210T080000Z')).toEqual(['2026-12-07T09:00 2026-12-07T10:00', '2026-12-09T09:00 2026-12-09T10:00', '2026-12-11T09:00 2026-12-11T11:00']);
    expect(one('DTSTART;VALUE=DATE:20260713', 'DTEND;VALUE=DATE:20260803', 'RRULE:FREQ=YEARLY')).toEqual(['2027-07-13T00:00 2027-08-03T00:00']);
  });

  it('[BT6] what cannot be followed is neither free nor taken, and is counted', () => {
    const doubt = (...lines: string[]) => {
      const reading = busyIn(file(...event(...lines)), window);
      return [...timesOf(reading), reading.unread];
    };
    expect(doubt('DTSTART:20261207T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=SECONDLY;COUNT=1000000000')).toEqual(['2026-12-07T09:00 2028-02-01T00:00 unknown', 1]);
    expect(doubt('DTSTART:20261207T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=HOURLY;UNTIL=20261210T000000Z')).toEqual(['2026-12-07T09:00 2026-12-12T02:00 unknown', 1]);
    expect(doubt('DTSTART:20261207T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY', 'EXRULE:FREQ=WEEKLY')).toEqual(['2026-12-06T01:00 2028-02-01T00:00 unknown', 1]);
    expect(doubt('DTSTART;TZID=Ingen steder:20261207T090000', 'DURATION:PT1H')).toEqual(['2026-12-06T01:00 2026-12-09T01:00 unknown', 1]);
    expect(doubt('DTSTART;TZID=Ingen steder:20261207T090000', 'DURATION:PT1H', 'TRANSP:TRANSPARENT')).toEqual([0]);
    expect(doubt('DTSTART:snart')).toEqual([1]);
    // Without an end, and quickly.
    expect(one('DTSTART;TZID=Europe/Copenhagen:19710101T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY').length).toBe(435);
    expect(one('DTSTART:20261207T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=SECONDLY', 'TRANSP:TRANSPARENT')).toEqual([]);
  });

  it('[BT7] a published free/busy speaks of its period alone', () => {
    const published = (...lines: string[]) => busyIn(file('BEGIN:VFREEBUSY', 'DTSTART:20261201T000000Z', 'DTEND:20270201T000000Z', ...lines, 'END:VFREEBUSY'), window);
    const reading = published('FREEBUSY;FBTYPE=BUSY:20261207T080000Z/20261207T093000Z,20261208T080000Z/PT1H', 'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261209T080000Z/PT1H', 'FREEBUSY;FBTYPE=FREE:20261210T080000Z/PT1H', 'FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261211T080000Z/PT1H');
    expect(timesOf(reading)).toEqual([nine, '2026-12-08T09:00 2026-12-08T10:00', '2026-12-11T09:00 2026-12-11T10:00', '2026-12-09T09:00 2026-12-09T10:00 tentative']);
    expect([dk(reading.fromMs), dk(reading.toMs)]).toEqual(['2026-12-01T01:00', '2027-02-01T01:00']);
    const silent = busyIn(file('BEGIN:VFREEBUSY', 'END:VFREEBUSY'), window);
    expect(silent.toMs - silent.fromMs).toBe(0);
    expect([busyIn(file(), window).toMs, busyIn(file(...event('DTSTART:20261207T080000Z')), window).toMs]).toEqual([window.toMs, window.toMs]);
  });

  it('[BT1] gives times and states, and the ids of what may be meetings of ours, and not a word more', () => {
    const secret = 'Kanariefugl';
    const ours = '01890000-0000-7000-8000-000000000001';
    const reading = busyIn(file(`X-WR-CALNAME:${secret}`, ...event(`UID:${secret}`, 'DTSTART:20261207T080000Z', 'DURATION:PT90M', `SUMMARY:${secret}`, `LOCATION:${secret}`, `ATTENDEE;CN=${secret}:mailto:${secret}@example.dk`, 'BEGIN:VALARM', 'TRIGGER:-PT15M', 'DTSTART:20270101T080000Z', 'END:VALARM'), ...event(`UID:${ours}`, 'DTSTART:20261208T080000Z', 'DURATION:PT1H')), window);
    expect(JSON.stringify(reading)).not.toContain(secret);
    expect([timesOf(reading), reading.named.map(({ uid, times }) => [uid, ...timesOf({ times })])]).toEqual([[nine], [[ours, '2026-12-08T09:00 2026-12-08T10:00']]]);
  });

  it.each([
    ['notCalendar', 'Hej'],
    ['notCalendar', ''],
    ['notCalendar', '<html><body>Log ind</body></html>'],
    ['notCalendar', 'BEGIN:VCARD\r\nEND:VCARD\r\n'],
    ['truncated', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261207T080000Z\r\n'],
    ['truncated', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n'],
    ['tooMany', file(...Array.from({ length: 60 }, () => event('DTSTART:20260101T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY')).flat())],
    ['tooMany', file(...Array.from({ length: 50_001 }, () => ['BEGIN:VEVENT', 'END:VEVENT']).flat())],
    ['tooMany', file('BEGIN:VEVENT', 'DTSTART:20261207T080000Z', `EXDATE:${'20261207T080000Z,'.repeat(20_000)}20261207T080000Z`, 'END:VEVENT')],
  ])('[BT9] refuses what is no calendar, or too much of one: %s', (fault, text) => {
    expect(() => busyIn(text, window)).toThrow(expect.objectContaining({ fault }));
  });

  it('[BT9] reads twenty thousand events of many megabytes for what they say of time', () => {
    const much = 'x'.repeat(400);
    const text = file(Array.from({ length: 20_000 }, () => event('UID:en', `DESCRIPTION:${much}`, 'DTSTART:20261207T080000Z', 'DURATION:PT90M', `SUMMARY:${much}`)).flat().join('\r\n'));
    expect(timesOf(busyIn(text, window))).toEqual([nine]);
  });
});

describe('[BT9] reading in a thread of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'samraad-busy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const work = (source: string, timeMs: number) => {
    const path = join(folder, `${(nth += 1)}.mjs`);
    writeFileSync(path, `import { parentPort } from 'node:worker_threads';\n${source}`);
    return new WorkerBusyWork(pathToFileURL(path), timeMs, 16);
  };
  it.each([
    ['takes too long', 'for (;;);', 100],
    ['takes too much', 'const much = []; for (;;) much.push(new Array(1000).fill(much.length));', 20_000],
    ['dies', 'process.exit(1);', 20_000],
  ])('what %s ends, and the next one is read', async (_, source, timeMs) => {
    const bad = work(source, timeMs);
    const all = await Promise.allSettled([1, 2, 3].map(() => bad.read([], window, 'person')));
    expect(all.map((one) => (one.status === 'rejected' ? (one.reason as { fault: string }).fault : one.status))).toEqual(['tooHeavy', 'tooHeavy', 'tooHeavy']);
    const good = work('parentPort.postMessage({ fault: "truncated" });', 20_000);
    await expect(good.read([], window, 'person')).rejects.toMatchObject({ fault: 'truncated' });
  });

  it('lets no more wait than there is room for, and the job for nobody', async () => {
    const held = work('import { workerData } from "node:worker_threads"; Atomics.wait(new Int32Array(workerData.task.parts[0].bytes.buffer), 0, 0); parentPort.postMessage({ fault: "truncated" });', 20_000);
    const [shut, open] = [new Int32Array(new SharedArrayBuffer(4)), new Int32Array(new SharedArrayBuffer(4))];
    open[0] = 1;
    const read = (shared: Int32Array<SharedArrayBuffer>, lane: 'person' | 'job') => held.read([{ form: 'icalendar', bytes: new Uint8Array(shared.buffer) }], window, lane).catch((error: unknown) => (error as { fault: string }).fault);
    const all = Array.from({ length: 2 + mostWaiting + 2 }, () => read(shut, 'person'));
    expect(await Promise.all(all.slice(-2))).toEqual(['overloaded', 'overloaded']);
    expect(await read(open, 'job')).toBe('truncated');
    Atomics.store(shut, 0, 1);
    Atomics.notify(shut, 0);
    expect(new Set(await Promise.all(all.slice(0, -2)))).toEqual(new Set(['truncated']));
  });

  it('reads for one person once at a time, and for so many at once', async () => {
    const places = new ReadingPlaces(2);
    let end = () => {};
    const held = new Promise<void>((done) => (end = done));
    const first = [places.hold('a', 'person', () => held), places.hold('b', 'person', () => held), places.hold('c', 'job', () => held)];
    await expect(places.hold('a', 'person', () => held)).rejects.toMatchObject({ fault: 'beingRead' });
    await expect(places.hold('a', 'job', () => held)).rejects.toMatchObject({ fault: 'beingRead' });
    await expect(places.hold('d', 'person', () => held)).rejects.toMatchObject({ fault: 'overloaded' });
    end();
    await Promise.all(first);
    expect(await places.hold('a', 'person', async () => 'read')).toBe('read');
  });
});
