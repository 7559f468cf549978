import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { ordinals, patternOf, seriesFrom, weekdayOfMonth, type SeriesBasis, type SeriesPattern } from './patterns.js';
import { InvalidRule, occurrences, validateRule } from './recurrence.js';
import { weekdays } from './rrule.js';

const basis: SeriesBasis = { fromDate: '2026-01-15', startTime: '13:00', durationMinutes: 60 };

function dates(pattern: SeriesPattern, limit: number, changes: Partial<SeriesBasis> = {}): string[] {
  const rule = seriesFrom({ ...basis, ...changes }, pattern);
  expect(validateRule(rule)).toEqual({ ok: true, startInRule: true });
  const window = { start: Temporal.Instant.from('2000-01-01T00:00Z'), end: Temporal.Instant.from('2200-01-01T00:00Z') };
  return occurrences(rule, window, limit).map((item) => item.startLocal.slice(0, 10));
}

describe('seriesFrom', () => {
  it('[RC15] starts on the first day of the pattern on or after the date', () => {
    expect(dates({ kind: 'once' }, 5)).toEqual(['2026-01-15']);
    expect(dates({ kind: 'weekly', interval: 1, days: ['MO'] }, 3)).toEqual(['2026-01-19', '2026-01-26', '2026-02-02']);
    expect(dates({ kind: 'weekly', interval: 1, days: ['TH', 'MO'] }, 3)).toEqual(['2026-01-15', '2026-01-19', '2026-01-22']);
    expect(dates({ kind: 'monthly', interval: 1, ordinal: 1, day: 'MO' }, 3)).toEqual(['2026-02-02', '2026-03-02', '2026-04-06']);
    expect(dates({ kind: 'monthly', interval: 3, ordinal: -1, day: 'FR' }, 3)).toEqual(['2026-01-30', '2026-04-24', '2026-07-31']);
    expect(dates({ kind: 'yearly', month: 3, ordinal: 2, day: 'TU' }, 2)).toEqual(['2026-03-10', '2027-03-09']);
    expect(dates({ kind: 'yearly', month: 1, ordinal: 1, day: 'MO' }, 2)).toEqual(['2027-01-04', '2028-01-03']);
  });

  it('[RC13] [RC14] fortnightly and odd weeks part after week 53', () => {
    const from = { fromDate: '2026-12-28' };
    expect(dates({ kind: 'weekly', interval: 2, days: ['MO'] }, 3, from)).toEqual(['2026-12-28', '2027-01-11', '2027-01-25']);
    expect(dates({ kind: 'isoWeeks', parity: 'odd', days: ['MO'] }, 3, from)).toEqual(['2026-12-28', '2027-01-04', '2027-01-18']);
    expect(dates({ kind: 'isoWeeks', parity: 'even', days: ['MO'] }, 2, { fromDate: '2026-12-22' })).toEqual(['2027-01-11', '2027-01-25']);
  });

  it('[RC15] the last date is part of the series, in summer and in winter', () => {
    const weekly: SeriesPattern = { kind: 'weekly', interval: 1, days: ['MO'] };
    expect(dates(weekly, 9, { startTime: '23:45', ends: { lastDate: '2026-01-26' } })).toEqual(['2026-01-19', '2026-01-26']);
    expect(seriesFrom({ ...basis, ends: { lastDate: '2026-07-06' } }, weekly).rrule).toBe('FREQ=WEEKLY;BYDAY=MO;UNTIL=20260706T215959Z');
    expect(seriesFrom({ ...basis, ends: { lastDate: '2026-12-07' } }, weekly).rrule).toBe('FREQ=WEEKLY;BYDAY=MO;UNTIL=20261207T225959Z');
    expect(dates(weekly, 9, { ends: { count: 2 } })).toEqual(['2026-01-19', '2026-01-26']);
    expect(validateRule(seriesFrom({ ...basis, ends: { lastDate: '2026-01-18' } }, weekly))).toEqual({ ok: false, reason: 'untilBeforeStart' });
  });

  it('[RC15] refuses what cannot be read', () => {
    const weekly: SeriesPattern = { kind: 'weekly', interval: 1, days: ['MO'] };
    for (const [changes, pattern] of [
      [{ fromDate: '2026-02-30' }, weekly],
      [{ startTime: '24:00' }, weekly],
      [{ startTime: '9:00' }, weekly],
      [{ ends: { lastDate: 'never' } }, weekly],
      [{}, { kind: 'weekly', interval: 1, days: [] }],
      [{}, { kind: 'yearly', month: 13, ordinal: 1, day: 'MO' }],
    ] as [Partial<SeriesBasis>, SeriesPattern][]) {
      expect(() => seriesFrom({ ...basis, ...changes }, pattern)).toThrow(InvalidRule);
    }
  });

  const dayArb = fc.constantFrom(...weekdays);
  const days = fc.subarray([...weekdays], { minLength: 1 });
  const ordinal = fc.constantFrom(...ordinals);
  const pattern: fc.Arbitrary<SeriesPattern> = fc.oneof(
    fc.constant<SeriesPattern>({ kind: 'once' }),
    fc.record({ kind: fc.constant('weekly' as const), interval: fc.integer({ min: 1, max: 8 }), days }),
    fc.record({ kind: fc.constant('isoWeeks' as const), parity: fc.constantFrom('even' as const, 'odd' as const), days }),
    fc.record({ kind: fc.constant('monthly' as const), interval: fc.integer({ min: 1, max: 12 }), ordinal, day: dayArb }),
    fc.record({ kind: fc.constant('yearly' as const), month: fc.integer({ min: 1, max: 12 }), ordinal, day: dayArb }),
  );
  const fromDate = fc.integer({ min: 0, max: 8000 }).map((n) => Temporal.PlainDate.from('2020-01-01').add({ days: n }).toString());

  it('[RC15] every pattern makes a valid rule that starts in it and is read back', () => {
    fc.assert(
      fc.property(pattern, fromDate, (chosen, from) => {
        const rule = seriesFrom({ ...basis, fromDate: from }, chosen);
        expect(validateRule(rule)).toEqual({ ok: true, startInRule: true });
        expect(rule.startLocal.slice(0, 10) >= from).toBe(true);
        expect(patternOf(rule)).toEqual(chosen);
      }),
      { numRuns: 150 },
    );
  });

  it('[RC16] the nth weekday of a month is that weekday, in that month, the nth', () => {
    fc.assert(
      fc.property(fromDate, ordinal, dayArb, (from, n, day) => {
        const month = Temporal.PlainDate.from(from).toPlainYearMonth();
        const date = weekdayOfMonth(month, n, day);
        expect(date.toPlainYearMonth().equals(month)).toBe(true);
        expect(date.dayOfWeek).toBe(weekdays.indexOf(day) + 1);
        if (n === -1) expect(date.add({ days: 7 }).month).not.toBe(date.month);
        else expect(Math.ceil(date.day / 7)).toBe(n);
      }),
    );
  });
});

describe('patternOf', () => {
  it('[RC15] says null for what the form cannot show', () => {
    const rule = seriesFrom(basis, { kind: 'weekly', interval: 1, days: ['MO'] });
    for (const rrule of [
      'FREQ=DAILY', 'FREQ=MONTHLY', 'FREQ=MONTHLY;BYMONTHDAY=15', 'FREQ=MONTHLY;BYDAY=5MO', 'FREQ=MONTHLY;BYDAY=1MO,3MO', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1',
      'FREQ=YEARLY;BYDAY=1MO', 'FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=1MO', 'FREQ=WEEKLY;BYMONTH=1;BYDAY=MO', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU', 'nonsense',
    ]) {
      expect([rrule, patternOf({ ...rule, rrule })]).toEqual([rrule, null]);
    }
    expect(patternOf({ ...rule, rrule: 'FREQ=WEEKLY' })).toEqual({ kind: 'weekly', interval: 1, days: ['MO'] });
  });
});
