import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { InvalidRule, occurrences, recurrenceIdAt, ruleFaults, validateRule, type RuleFault, type SeriesRule } from './recurrence.js';

const mondays: SeriesRule = {
  startLocal: '2026-01-05T13:00',
  timeZone: 'Europe/Copenhagen',
  rrule: 'FREQ=WEEKLY;BYDAY=MO',
  durationMinutes: 60,
};

function series(changes: Partial<SeriesRule>): SeriesRule {
  return { ...mondays, ...changes };
}

function window(start: string, end: string) {
  return { start: Temporal.Instant.from(start), end: Temporal.Instant.from(end) };
}

const forEver = window('1900-01-01T00:00Z', '2999-01-01T00:00Z');

function ids(rule: SeriesRule, limit = 1000): string[] {
  return occurrences(rule, forEver, limit).map((item) => item.recurrenceId);
}

function refusal(changes: Partial<SeriesRule>): RuleFault | null {
  const check = validateRule(series(changes));
  return check.ok ? null : check.reason;
}

describe('occurrences', () => {
  it('[RC1] a weekly 13.00 meeting stays at 13.00 across spring and autumn', () => {
    const spring = occurrences(mondays, window('2026-03-22T00:00Z', '2026-04-01T00:00Z'));
    expect(spring.map((item) => [item.startLocal, item.startInstant.toString(), item.endInstant.toString()])).toEqual([
      ['2026-03-23T13:00', '2026-03-23T12:00:00Z', '2026-03-23T13:00:00Z'],
      ['2026-03-30T13:00', '2026-03-30T11:00:00Z', '2026-03-30T12:00:00Z'],
    ]);
    const autumn = occurrences(mondays, window('2026-10-19T00:00Z', '2026-10-27T00:00Z'));
    expect(autumn.map((item) => item.startInstant.toString())).toEqual(['2026-10-19T11:00:00Z', '2026-10-26T12:00:00Z']);
  });

  it('[RC1] a meeting over the night of the change lasts its minutes', () => {
    const night = series({ startLocal: '2026-03-28T22:00', rrule: null, durationMinutes: 480 });
    expect(occurrences(night, forEver)[0]?.endInstant.toString()).toBe('2026-03-29T05:00:00Z');
  });

  it('[RC2] the window is half-open and holds what is under way when it opens', () => {
    const at = (start: string, end: string) => occurrences(mondays, window(start, end)).length;
    expect(at('2026-01-05T12:00Z', '2026-01-05T13:00Z')).toBe(1);
    expect(at('2026-01-05T12:59Z', '2026-01-05T13:30Z')).toBe(1);
    expect(at('2026-01-05T13:00Z', '2026-01-05T14:00Z')).toBe(0);
    expect(at('2026-01-05T11:00Z', '2026-01-05T12:00Z')).toBe(0);
    expect(at('2026-01-05T12:30Z', '2026-01-05T12:30Z')).toBe(0);
    expect(at('2026-01-06T12:30Z', '2026-01-05T12:30Z')).toBe(0);
  });

  it('[RC2] the limit keeps the earliest, and must be sensible', () => {
    expect(ids(mondays, 2)).toEqual(['2026-01-05T13:00', '2026-01-12T13:00']);
    expect(ids(mondays)).toHaveLength(1000);
    for (const limit of [0, -1, 1.5, Number.NaN, 20_001]) expect(() => occurrences(mondays, forEver, limit)).toThrow(RangeError);
  });

  it('[RC3] a single meeting is its own only occurrence', () => {
    expect(ids(series({ rrule: null }))).toEqual(['2026-01-05T13:00']);
    expect(ids(series({ rrule: null, excludedDates: ['2026-01-05'] }))).toEqual([]);
  });

  it('[RC5] the start is held and counted though it does not follow the rule', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;BYDAY=TU;COUNT=3' });
    expect(ids(rule)).toEqual(['2026-01-05T13:00', '2026-01-06T13:00', '2026-01-13T13:00']);
    expect(validateRule(rule)).toEqual({ ok: true, startInRule: false });
    expect(validateRule(mondays)).toEqual({ ok: true, startInRule: true });
  });

  it('[RC5] a window far from the start does not hold the start', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;BYDAY=TU' });
    expect(occurrences(rule, window('2031-01-06T00:00Z', '2031-01-08T00:00Z')).map((item) => item.startLocal)).toEqual(['2031-01-07T13:00']);
  });

  it('[RC6] UNTIL in UTC is an instant, and included', () => {
    // 13.00 in Danish winter is 12.00 UTC, in summer 11.00 UTC.
    expect(ids(series({ rrule: 'FREQ=WEEKLY;UNTIL=20260119T120000Z' }))).toHaveLength(3);
    expect(ids(series({ rrule: 'FREQ=WEEKLY;UNTIL=20260119T115959Z' }))).toHaveLength(2);
    expect(ids(series({ startLocal: '2026-06-01T13:00', rrule: 'FREQ=WEEKLY;UNTIL=20260615T110000Z' }))).toHaveLength(3);
    expect(ids(series({ startLocal: '2026-06-01T13:00', rrule: 'FREQ=WEEKLY;UNTIL=20260615T105959Z' }))).toHaveLength(2);
  });

  it('[RC6] UNTIL in UTC may fall on the local day after its own', () => {
    const late = series({ startLocal: '2026-06-01T23:30', rrule: 'FREQ=DAILY;UNTIL=20260602T213000Z' });
    expect(ids(late)).toEqual(['2026-06-01T23:30', '2026-06-02T23:30']);
    const early = series({ startLocal: '2026-06-01T00:30', rrule: 'FREQ=DAILY;UNTIL=20260602T223000Z' });
    expect(ids(early)).toEqual(['2026-06-01T00:30', '2026-06-02T00:30', '2026-06-03T00:30']);
  });

  it('[RC6] UNTIL as a date counts the whole local day, without a zone it is wall time', () => {
    expect(ids(series({ startLocal: '2026-01-05T23:30', rrule: 'FREQ=WEEKLY;UNTIL=20260119' }))).toHaveLength(3);
    expect(ids(series({ rrule: 'FREQ=WEEKLY;UNTIL=20260119T130000' }))).toHaveLength(3);
    expect(ids(series({ rrule: 'FREQ=WEEKLY;UNTIL=20260119T125959' }))).toHaveLength(2);
  });

  it('[RC7] COUNT counts what EXDATE removes, the start too', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;COUNT=4', excludedDates: ['2026-01-05T13:00', '2026-01-19T13:00'] });
    expect(ids(rule)).toEqual(['2026-01-12T13:00', '2026-01-26T13:00']);
  });

  it('[RC19] an added start may be a day, wall time, UTC or in another zone, and is met once', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;COUNT=2', addedDates: ['2026-01-14', '2026-01-15T09:30', '2026-01-16T12:00:00Z', '2026-01-17T07:00[America/New_York]', '2026-01-12T12:00:00Z'] });
    expect(ids(rule)).toEqual(['2026-01-05T13:00', '2026-01-12T13:00', '2026-01-14T13:00', '2026-01-15T09:30', '2026-01-16T13:00', '2026-01-17T13:00']);
    expect(refusal({ addedDates: ['2026-01-05T12:59'] })).toBe('addedDateUnusable');
    expect(refusal({ addedDates: ['16/1 2026'] })).toBe('addedDateUnusable');
  });

  it('[RC7] COUNT is counted from the start, wherever the window is', () => {
    const rule = series({ rrule: 'FREQ=WEEKLY;COUNT=3' });
    expect(occurrences(rule, window('2026-01-19T00:00Z', '2027-01-01T00:00Z')).map((item) => item.startLocal)).toEqual(['2026-01-19T13:00']);
  });

  it('[RC8] excluded dates work as day, wall time, UTC and other zone', () => {
    for (const text of ['2026-01-12', '2026-01-12T13:00', '2026-01-12T13:00:00', '2026-01-12T12:00:00Z', '2026-01-12T12:00Z', '2026-01-12T07:00[America/New_York]']) {
      expect(ids(series({ rrule: 'FREQ=WEEKLY;COUNT=3', excludedDates: [text] }))).toEqual(['2026-01-05T13:00', '2026-01-19T13:00']);
    }
    expect(ids(series({ rrule: 'FREQ=WEEKLY;COUNT=2', excludedDates: ['2026-01-12T14:00', '2026-01-12T13:00Z'] }))).toHaveLength(2);
  });

  it('[RC8] a recurrenceId is found as an instant, excluded or not', () => {
    const rule = series({ excludedDates: ['2026-06-01'] });
    expect(recurrenceIdAt(rule, Temporal.Instant.from('2026-06-01T11:00Z'))).toBe('2026-06-01T13:00');
    expect(recurrenceIdAt(rule, Temporal.Instant.from('2026-06-01T12:00Z'))).toBeNull();
    expect(recurrenceIdAt(rule, Temporal.Instant.from('2026-06-01T11:30Z'))).toBeNull();
    expect(recurrenceIdAt(rule, Temporal.Instant.from('2026-06-02T11:00Z'))).toBeNull();
  });

  it('[RC9] an imported series in the gap is skipped or shifted, as chosen', () => {
    const rule = series({ startLocal: '2026-03-28T02:30', rrule: 'FREQ=DAILY;COUNT=3' });
    const shifted = occurrences({ ...rule, inClockChange: 'shift' }, forEver);
    expect(shifted.map((item) => [item.recurrenceId, item.startLocal])).toEqual([
      ['2026-03-28T02:30', '2026-03-28T02:30'],
      ['2026-03-29T02:30', '2026-03-29T03:30'],
      ['2026-03-30T02:30', '2026-03-30T02:30'],
    ]);
    // Not counted either: RFC 5545 §3.3.10.
    expect(ids({ ...rule, inClockChange: 'skip' })).toEqual(['2026-03-28T02:30', '2026-03-30T02:30', '2026-03-31T02:30']);
  });

  it('[RC9] a time that comes twice in autumn is the first', () => {
    const rule = series({ startLocal: '2026-10-25T02:30', rrule: 'FREQ=DAILY;COUNT=1', inClockChange: 'skip' });
    expect(occurrences(rule, forEver)[0]?.startInstant.toString()).toBe('2026-10-25T00:30:00Z');
  });

  it('[RC13] every second week counts from the week of the first meeting', () => {
    const rule = series({ startLocal: '2026-12-14T13:00', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO' });
    expect(ids(rule, 3)).toEqual(['2026-12-14T13:00', '2026-12-28T13:00', '2027-01-11T13:00']);
  });

  it('[RC13] the start of the week decides which days share a fortnight (RFC 5545, WKST example)', () => {
    const rule = series({ startLocal: '1997-08-05T09:00', rrule: 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO' });
    expect(ids(rule).map((id) => id.slice(5, 10))).toEqual(['08-05', '08-10', '08-19', '08-24']);
    expect(ids({ ...rule, rrule: rule.rrule!.replace('WKST=MO', 'WKST=SU') }).map((id) => id.slice(5, 10))).toEqual(['08-05', '08-17', '08-19', '08-31']);
  });

  it('[RC14] after week 53 of 2026 odd weeks meet twice running and even weeks wait three', () => {
    const odd = series({ startLocal: '2026-12-14T13:00', weekParity: 'odd' });
    expect(ids(odd, 4)).toEqual(['2026-12-14T13:00', '2026-12-28T13:00', '2027-01-04T13:00', '2027-01-18T13:00']);
    const even = series({ startLocal: '2026-12-07T13:00', weekParity: 'even' });
    expect(ids(even, 4)).toEqual(['2026-12-07T13:00', '2026-12-21T13:00', '2027-01-11T13:00', '2027-01-25T13:00']);
  });

  it('[RC14] parity comes before COUNT', () => {
    expect(ids(series({ startLocal: '2026-01-05T13:00', weekParity: 'even', rrule: 'FREQ=WEEKLY;COUNT=3' }))).toEqual([
      '2026-01-05T13:00', '2026-01-19T13:00', '2026-02-02T13:00',
    ]);
  });

  it('[RC16] the 31st is left out where there is none, and not counted', () => {
    expect(ids(series({ startLocal: '2026-01-31T13:00', rrule: 'FREQ=MONTHLY;COUNT=4' })).map((id) => id.slice(0, 10))).toEqual([
      '2026-01-31', '2026-03-31', '2026-05-31', '2026-07-31',
    ]);
    expect(ids(series({ startLocal: '2024-02-29T13:00', rrule: 'FREQ=YEARLY;COUNT=2' })).map((id) => id.slice(0, 10))).toEqual(['2024-02-29', '2028-02-29']);
  });

  it('[RC16] the last Thursday is the fourth or the fifth', () => {
    const rule = series({ startLocal: '2026-01-29T13:00', rrule: 'FREQ=MONTHLY;BYDAY=-1TH;COUNT=3' });
    expect(ids(rule).map((id) => id.slice(0, 10))).toEqual(['2026-01-29', '2026-02-26', '2026-03-26']);
  });

  it('[RC16] the last working day of the month, as Outlook writes it', () => {
    const rule = series({ startLocal: '2026-01-30T13:00', rrule: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3' });
    expect(ids(rule).map((id) => id.slice(0, 10))).toEqual(['2026-01-30', '2026-02-27', '2026-03-31']);
  });

  it('[RC12] an endless daily series is given as far as the limit, and ends with the year 2250', () => {
    const rule = series({ rrule: 'FREQ=DAILY' });
    expect(ids(rule, 20_000)).toHaveLength(20_000);
    expect(occurrences(rule, window('2250-12-30T00:00Z', '2999-01-01T00:00Z')).map((item) => item.startLocal)).toEqual(['2250-12-30T13:00', '2250-12-31T13:00']);
    expect(occurrences(rule, window('2251-01-01T00:00Z', '2252-01-01T00:00Z'))).toEqual([]);
  });

  it('[RC20] a window of a rule from 1970 is found without walking there', () => {
    const old = series({ startLocal: '1970-01-05T13:00', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH' });
    const april = window('2027-04-01T00:00Z', '2027-05-01T00:00Z');
    // 29 March 2027 is 2986 weeks after the first Monday.
    expect(occurrences(old, april).map((item) => item.startLocal)).toEqual(['2027-04-01T13:00', '2027-04-12T13:00', '2027-04-15T13:00', '2027-04-26T13:00', '2027-04-29T13:00']);
  });

  it('[RC12] impossible rules give the start and nothing else, at once', () => {
    const started = performance.now();
    for (const rrule of ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=DAILY;INTERVAL=7;BYDAY=TU', 'FREQ=MONTHLY;BYDAY=6MO']) {
      expect(ids(series({ rrule }))).toEqual(['2026-01-05T13:00']);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('throws InvalidRule with the reason for what it cannot read', () => {
    expect(() => occurrences(series({ rrule: 'FREQ=NEVER' }), forEver)).toThrow(InvalidRule);
    expect(() => occurrences(series({ timeZone: 'Europe/Atlantis' }), forEver)).toThrow(expect.objectContaining({ reason: 'zoneUnknown' }));
  });
});

describe('validateRule', () => {
  it('accepts what the meeting templates use', () => {
    for (const rrule of [
      'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO', 'FREQ=MONTHLY;BYDAY=1MO', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=1WE', 'FREQ=YEARLY;BYMONTH=10;BYDAY=2TH',
      'FREQ=MONTHLY;INTERVAL=6;BYDAY=2TH', 'RRULE:FREQ=WEEKLY;BYDAY=MO', 'freq=weekly;byday=mo', null,
    ]) {
      expect(refusal({ rrule })).toBeNull();
    }
  });

  it('[RC4] refuses what is not a zone name', () => {
    for (const timeZone of ['', 'Z', '+01:00', 'Europe/Atlantis', 'Romance Standard Time', '2020-01-01T00:00[Europe/Copenhagen]', '(UTC+01:00) Brussels']) {
      expect(refusal({ timeZone })).toBe('zoneUnknown');
    }
    for (const timeZone of ['UTC', 'America/Nuuk', 'Atlantic/Faroe', 'America/Argentina/Buenos_Aires']) expect(refusal({ timeZone })).toBeNull();
  });

  it('refuses a start or a duration out of bounds', () => {
    for (const startLocal of ['', '2026-02-30T13:00', '2026-01-05', '2026-01-05T13:00:00', '2026-01-05T24:00', '2026-01-05T13:00Z', '1969-12-31T13:00', '2200-01-01T13:00']) {
      expect(refusal({ startLocal })).toBe('startMalformed');
    }
    for (const durationMinutes of [0, -60, 1.5, Number.NaN, 10_081]) expect(refusal({ durationMinutes })).toBe('durationOutOfBounds');
  });

  it('[RC6] refuses an end before the start', () => {
    expect(refusal({ rrule: 'FREQ=WEEKLY;UNTIL=20260104' })).toBe('untilBeforeStart');
    expect(refusal({ rrule: 'FREQ=WEEKLY;UNTIL=20260105T115959Z' })).toBe('untilBeforeStart');
    expect(refusal({ rrule: 'FREQ=WEEKLY;UNTIL=20260105' })).toBeNull();
  });

  it('[RC7] refuses a series of which everything is excluded', () => {
    expect(refusal({ rrule: 'FREQ=WEEKLY;COUNT=2', excludedDates: ['2026-01-05', '2026-01-12'] })).toBe('everythingExcluded');
    expect(refusal({ rrule: 'FREQ=WEEKLY', excludedDates: ['2026-01-05', '2026-01-12'] })).toBeNull();
  });

  it('[RC8] refuses an excluded date that cannot be read', () => {
    for (const text of ['', '5/1 2026', '2026-02-30', '2026-01-05T25:00', '2026-01-05T13:00+01:00', '2026-01-05T13:00[Nowhere]', '2026-01-05[Europe/Paris]']) {
      expect(refusal({ excludedDates: [text] })).toBe('excludedDateMalformed');
    }
    expect(refusal({ excludedDates: Array.from({ length: 2001 }, () => '2026-01-05') })).toBe('outOfBounds');
  });

  it('[RC9] refuses series between 02.00 and 03.00 Danish time, on whatever weekday', () => {
    const at = (time: string, changes: Partial<SeriesRule> = {}) => refusal({ startLocal: `2026-01-05T${time}`, ...changes });
    expect(['01:59', '02:00', '02:30', '02:59', '03:00'].map((time) => at(time))).toEqual([
      null, 'startsInClockChange', 'startsInClockChange', 'startsInClockChange', null,
    ]);
    expect(at('02:30', { inClockChange: 'shift' })).toBeNull();
    expect(at('02:30', { inClockChange: 'skip' })).toBeNull();
  });

  it('[RC9] a single night meeting is refused only in the night of a change', () => {
    const once = (startLocal: string) => refusal({ startLocal, rrule: null });
    expect(once('2026-03-28T02:30')).toBeNull();
    expect(once('2026-03-29T02:30')).toBe('startsInClockChange');
    expect(once('2026-10-25T02:30')).toBe('startsInClockChange');
  });

  it('[RC9] each zone has its own hour', () => {
    const at = (timeZone: string, time: string) => refusal({ timeZone, startLocal: `2026-01-05T${time}` });
    expect([at('Atlantic/Faroe', '01:30'), at('Atlantic/Faroe', '02:30')]).toEqual(['startsInClockChange', null]);
    expect([at('America/Nuuk', '23:30'), at('America/Nuuk', '02:30')]).toEqual(['startsInClockChange', null]);
    expect([at('Atlantic/Reykjavik', '02:30'), at('UTC', '02:30')]).toEqual([null, null]);
  });

  it('[RC10] refuses what recurs more often than daily', () => {
    for (const rrule of ['FREQ=HOURLY', 'FREQ=MINUTELY;INTERVAL=600', 'FREQ=SECONDLY;COUNT=2', 'FREQ=DAILY;BYHOUR=9,13', 'FREQ=DAILY;BYHOUR=13;BYMINUTE=0,30']) {
      expect(refusal({ rrule })).toBe('moreOftenThanDaily');
    }
    expect(refusal({ rrule: 'FREQ=DAILY;BYHOUR=13;BYMINUTE=0;BYSECOND=0' })).toBeNull();
    expect(refusal({ rrule: 'FREQ=DAILY;BYHOUR=9' })).toBe('partUnsupported');
  });

  it('[RC11] refuses malformed rules', () => {
    for (const rrule of [
      '', 'MO', 'FREQ', 'FREQ=', 'FREQ=FORTNIGHTLY', 'INTERVAL=2', 'FREQ=DAILY;FREQ=DAILY', 'FREQ=DAILY;COUNT=2;UNTIL=20270101', 'FREQ=DAILY;COUNT=0',
      'FREQ=DAILY;INTERVAL=0', 'FREQ=DAILY;INTERVAL=-1', 'FREQ=DAILY;INTERVAL=1.5', 'FREQ=DAILY;UNTIL=2027', 'FREQ=DAILY;UNTIL=20270230',
      'FREQ=WEEKLY;BYDAY=XX', 'FREQ=WEEKLY;BYDAY=1MO', 'FREQ=DAILY;BYDAY=1MO', 'FREQ=MONTHLY;BYDAY=0MO', 'FREQ=MONTHLY;BYDAY=54MO', 'FREQ=WEEKLY;BYDAY=MO,',
      'FREQ=WEEKLY;BYMONTHDAY=1', 'FREQ=MONTHLY;BYMONTHDAY=0', 'FREQ=MONTHLY;BYMONTHDAY=32', 'FREQ=YEARLY;BYMONTH=13', 'FREQ=MONTHLY;BYSETPOS=1',
      'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0', 'FREQ=WEEKLY;WKST=1', 'FREQ=WEEKLY;X-OWN=1', 'FREQ=WEEKLY\nEXDATE:20260105', 'FREQ=WEEKLY BYDAY=MO',
    ]) {
      expect([rrule, refusal({ rrule })]).toEqual([rrule, 'ruleMalformed']);
    }
  });

  it('[RC11] refuses well-formed parts that are not supported, or that the RFC leaves open', () => {
    for (const rrule of [
      'RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD', 'FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=3', 'FREQ=YEARLY;BYDAY=1MO;BYYEARDAY=3',
      'FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1', 'FREQ=YEARLY;BYWEEKNO=1;BYSETPOS=1;BYDAY=MO',
    ]) {
      expect([rrule, refusal({ rrule })]).toEqual([rrule, 'partUnsupported']);
    }
  });

  it('[RC11] refuses parts where the RFC forbids them', () => {
    for (const rrule of ['FREQ=MONTHLY;BYWEEKNO=20', 'FREQ=WEEKLY;BYYEARDAY=100', 'FREQ=DAILY;BYYEARDAY=1', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO', 'FREQ=YEARLY;BYWEEKNO=54', 'FREQ=YEARLY;BYYEARDAY=0']) {
      expect([rrule, refusal({ rrule })]).toEqual([rrule, 'ruleMalformed']);
    }
  });

  it('[RC11] regression: a library once placed the 53rd Monday of a year that has 52 in the next year', () => {
    expect(ids(series({ rrule: 'FREQ=YEARLY;BYDAY=53MO;COUNT=3' })).map((id) => id.slice(0, 10))).toEqual(['2026-01-05', '2029-12-31', '2035-12-31']);
    expect(refusal({ rrule: 'FREQ=YEARLY;BYDAY=-53MO' })).toBeNull();
  });

  it('[RC12] refuses rules that never occur, without searching for ever', () => {
    const started = performance.now();
    for (const rrule of [
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4,6,9,11', 'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
      'FREQ=MONTHLY;INTERVAL=12;BYMONTH=2', 'FREQ=MONTHLY;BYDAY=6MO', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6', 'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29',
      'FREQ=DAILY;INTERVAL=14;BYDAY=TU;BYMONTH=2;BYMONTHDAY=29', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3', 'FREQ=YEARLY;BYMONTH=2;BYDAY=6MO',
    ]) {
      expect([rrule, refusal({ rrule })]).toEqual([rrule, 'ruleNeverOccurs']);
    }
    expect(performance.now() - started).toBeLessThan(5000);
    expect(refusal({ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' })).toBeNull();
  });

  it('[RC12] refuses numbers and lengths out of bounds', () => {
    for (const rrule of ['FREQ=DAILY;COUNT=20001', 'FREQ=DAILY;INTERVAL=1001', `FREQ=DAILY;COUNT=${'9'.repeat(40)}`, `FREQ=WEEKLY;BYDAY=${'MO,'.repeat(200)}MO`]) {
      expect(refusal({ rrule })).toBe('outOfBounds');
    }
  });

  it('[RC14] parity goes only with a plain weekly rule that starts in it', () => {
    expect(refusal({ weekParity: 'even' })).toBeNull(); // 5 January 2026 is in week 2
    expect(refusal({ weekParity: 'odd' })).toBe('startOutsideWeekParity');
    expect(refusal({ weekParity: 'even', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO' })).toBe('weekParityNeedsWeekly');
    expect(refusal({ weekParity: 'even', rrule: 'FREQ=MONTHLY;BYDAY=1MO' })).toBe('weekParityNeedsWeekly');
    expect(refusal({ weekParity: 'even', rrule: null })).toBe('weekParityNeedsWeekly');
  });

  it('names every reason once', () => {
    expect(new Set(ruleFaults).size).toBe(ruleFaults.length);
  });
});
