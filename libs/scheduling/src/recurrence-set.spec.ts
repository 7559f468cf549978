import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { InvalidRule, occurrences, type SeriesRule } from './recurrence.js';
import { setOccurrences, splitAt, type Override } from './recurrence-set.js';

const mondays: SeriesRule = { startLocal: '2026-10-05T13:00', timeZone: 'Europe/Copenhagen', rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=6', durationMinutes: 60 };
const always = { start: Temporal.Instant.from('2026-01-01T00:00Z'), end: Temporal.Instant.from('2036-01-01T00:00Z') };
const held = (overrides: Override[], rule = mondays, window = always) => setOccurrences(rule, overrides, window).map(({ startLocal }) => startLocal.slice(5));

describe('a series with overrides', () => {
  it('[RC21] one is moved, one lengthened, one cancelled; the others stay', () => {
    const overrides: Override[] = [
      { recurrenceId: '2026-10-12T13:00', startLocal: '2026-10-13T09:30' },
      { recurrenceId: '2026-10-19T11:00:00Z', durationMinutes: 90 },
      { recurrenceId: '2026-10-26', cancelled: true },
    ];
    const found = setOccurrences(mondays, overrides, always);
    expect(found.map(({ startLocal, recurrenceId, changed }) => [startLocal.slice(5), recurrenceId.slice(5, 10), changed])).toEqual([
      ['10-05T13:00', '10-05', false], ['10-13T09:30', '10-12', true], ['10-19T13:00', '10-19', true], ['11-02T13:00', '11-02', false], ['11-09T13:00', '11-09', false],
    ]);
    expect(found[2]!.startInstant.until(found[2]!.endInstant).total('minutes')).toBe(90);
  });

  it('[RC21] a window shows what moved into it from far away, and not what moved out', () => {
    const overrides: Override[] = [{ recurrenceId: '2026-10-12T13:00', startLocal: '2030-05-01T10:00' }];
    const may = { start: Temporal.Instant.from('2030-05-01T00:00Z'), end: Temporal.Instant.from('2030-05-02T00:00Z') };
    expect(held(overrides, mondays, may)).toEqual(['05-01T10:00']);
    const october = { start: Temporal.Instant.from('2026-10-12T00:00Z'), end: Temporal.Instant.from('2026-10-13T00:00Z') };
    expect(held(overrides, mondays, october)).toEqual([]);
  });

  it('[RC21] an override stands against an EXDATE, and where the rule has nothing', () => {
    const rule = { ...mondays, excludedDates: ['2026-10-12'] };
    expect(held([{ recurrenceId: '2026-10-12T13:00', startLocal: '2026-10-12T15:00' }], rule)).toContain('10-12T15:00');
    expect(held([{ recurrenceId: '2026-10-14T13:00', startLocal: '2026-10-14T15:00' }])).toContain('10-14T15:00');
  });

  it('[RC22] this and following: moved by as much on the wall, across the clock change, to another weekday', () => {
    expect(held([{ recurrenceId: '2026-10-19T13:00', range: 'thisAndFuture', startLocal: '2026-10-21T09:00' }])).toEqual([
      '10-05T13:00', '10-12T13:00', '10-21T09:00', '10-28T09:00', '11-04T09:00', '11-11T09:00',
    ]);
  });

  it('[RC22] the next “this and following” takes over, counted from the original start; a single one keeps its own', () => {
    expect(held([
      { recurrenceId: '2026-10-12T13:00', range: 'thisAndFuture', startLocal: '2026-10-12T14:00' },
      { recurrenceId: '2026-10-26T13:00', startLocal: '2026-10-26T08:00' },
      { recurrenceId: '2026-11-02T13:00', range: 'thisAndFuture', startLocal: '2026-11-03T13:00' },
    ])).toEqual(['10-05T13:00', '10-12T14:00', '10-19T14:00', '10-26T08:00', '11-03T13:00', '11-10T13:00']);
  });

  it('[RC23] this and following cancelled ends the series, but not what was moved by itself', () => {
    expect(held([{ recurrenceId: '2026-10-19T13:00', range: 'thisAndFuture', cancelled: true }, { recurrenceId: '2026-11-02T13:00', startLocal: '2026-11-02T10:00' }])).toEqual(['10-05T13:00', '10-12T13:00', '11-02T10:00']);
  });

  it('refuses overrides that cannot be read, and too many', () => {
    for (const override of [{ recurrenceId: 'monday' }, { recurrenceId: '2026-10-12', startLocal: '2026-10-12' }, { recurrenceId: '2026-10-12', durationMinutes: 0 }]) {
      expect(() => held([override])).toThrow(InvalidRule);
    }
    expect(() => held(Array.from({ length: 2001 }, () => ({ recurrenceId: '2026-10-12' })))).toThrow(InvalidRule);
  });

  it('[RC21] [RC22] by chance: as doing it to each occurrence by hand', () => {
    const override = fc.record({ nth: fc.nat({ max: 30 }), future: fc.boolean(), cancelled: fc.boolean(), shift: fc.integer({ min: -5000, max: 5000 }) });
    fc.assert(
      fc.property(fc.constantFrom('FREQ=WEEKLY;BYDAY=MO,TH', 'FREQ=DAILY;INTERVAL=3', 'FREQ=MONTHLY;BYDAY=-1FR'), fc.uniqueArray(override, { maxLength: 6, selector: ({ nth }) => nth }), fc.nat({ max: 300 }), (rrule, changes, offset) => {
        const rule = { ...mondays, rrule };
        const plain = occurrences(rule, always, 60);
        const moved = (startLocal: string, minutes: number) => Temporal.PlainDateTime.from(startLocal).add({ minutes });
        const overrides = changes.map(({ nth, future, cancelled, shift }): Override => ({
          recurrenceId: plain[nth]!.recurrenceId, cancelled, startLocal: moved(plain[nth]!.startLocal, shift).toString({ smallestUnit: 'minute' }), ...(future ? { range: 'thisAndFuture' as const } : {}),
        }));
        const window = { start: always.start.add({ hours: 24 * (250 + offset) }), end: always.start.add({ hours: 24 * (300 + offset) }) };
        const expected = occurrences(rule, always, 400).flatMap((one, n) => {
          const own = changes.find(({ nth, future }) => nth === n && !future);
          const last = changes.filter(({ nth, future }) => future && nth <= n).sort((a, b) => b.nth - a.nth)[0];
          const change = own ?? last;
          if (change?.cancelled) return [];
          const start = moved(one.startLocal, change?.shift ?? 0).toZonedDateTime(rule.timeZone).toInstant();
          const inWindow = Temporal.Instant.compare(start, window.end) < 0 && Temporal.Instant.compare(start.add({ minutes: 60 }), window.start) > 0;
          return inWindow ? [start.toString()] : [];
        });
        expect(setOccurrences(rule, overrides, window).map(({ startInstant }) => startInstant.toString()).sort()).toEqual(expected.sort());
      }),
      { numRuns: 60 },
    );
  });
});

describe('splitAt', () => {
  it('[RC24] by chance: two series meet what the one met', () => {
    const rrule = fc.constantFrom(
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=20', 'FREQ=DAILY;INTERVAL=5;COUNT=30', 'FREQ=MONTHLY;BYDAY=1MO,-1FR', 'FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20310101T120000Z',
      'FREQ=YEARLY;BYMONTH=3,10;COUNT=9', 'FREQ=WEEKLY;WKST=SU;INTERVAL=3;BYDAY=SU,TU;UNTIL=20290101', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=12',
    );
    fc.assert(
      fc.property(rrule, fc.integer({ min: 1, max: 8 }), fc.constantFrom('2026-10-05', '2026-10-06', '2026-10-31'), (text, nth, day) => {
        const rule: SeriesRule = { ...mondays, startLocal: `${day}T13:00`, rrule: text, excludedDates: ['2026-11-02', '2027-03-29T13:00'], addedDates: ['2026-12-24', '2028-01-06T09:00'] };
        const at = occurrences({ ...rule, excludedDates: [], addedDates: [] }, always)[nth]!.recurrenceId;
        const parts = splitAt(rule, at)!;
        const texts = (one: SeriesRule) => occurrences(one, always).map(({ startInstant }) => startInstant.toString());
        expect([...texts(parts.before), ...texts(parts.after)].sort()).toEqual(texts(rule));
        expect(parts.after.startLocal).toBe(at);
      }),
      { numRuns: 60 },
    );
  });

  it('[RC24] splits only at an occurrence of the rule after the first', () => {
    for (const at of ['2026-10-05T13:00', '2026-10-12T14:00', 'monday']) expect(splitAt(mondays, at)).toBeNull();
    expect(splitAt({ ...mondays, rrule: null }, '2026-10-05T13:00')).toBeNull();
  });
});
