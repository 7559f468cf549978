import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SeriesRule } from './recurrence.js';
import { ruleInWords, weekParityNote } from './words.js';

const mondays: SeriesRule = { startLocal: '2026-01-05T13:00', timeZone: 'Europe/Copenhagen', rrule: 'FREQ=WEEKLY;BYDAY=MO', durationMinutes: 60 };

function both(changes: Partial<SeriesRule>): [string, string] {
  const rule = { ...mondays, ...changes };
  return [ruleInWords(rule), ruleInWords(rule, 'en')];
}

describe('ruleInWords', () => {
  it.each<[string | null, string, string]>([
    [null, 'Mandag 5. januar 2026 kl. 13.00–14.00', 'Monday 5 January 2026, 13:00–14:00'],
    ['FREQ=DAILY', 'Hver dag kl. 13.00–14.00', 'Every day, 13:00–14:00'],
    ['FREQ=DAILY;INTERVAL=2', 'Hver 2. dag kl. 13.00–14.00, regnet fra mandag 5. januar 2026', 'Every second day, 13:00–14:00, counted from Monday 5 January 2026'],
    ['FREQ=WEEKLY', 'Hver mandag kl. 13.00–14.00', 'Every Monday, 13:00–14:00'],
    ['FREQ=WEEKLY;BYDAY=TH,MO', 'Hver mandag og torsdag kl. 13.00–14.00', 'Every Monday and Thursday, 13:00–14:00'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'Mandag til fredag kl. 13.00–14.00', 'Monday to Friday, 13:00–14:00'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU', 'Hver dag kl. 13.00–14.00', 'Every day, 13:00–14:00'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'Hver 2. uge, mandag kl. 13.00–14.00, regnet fra mandag 5. januar 2026', 'Every second Monday, 13:00–14:00, counted from Monday 5 January 2026'],
    ['FREQ=WEEKLY;BYDAY=MO;BYMONTH=3,4', 'Hver mandag i marts og april kl. 13.00–14.00', 'Every Monday of March and April, 13:00–14:00'],
    ['FREQ=MONTHLY;BYDAY=1MO', 'Den første mandag i måneden kl. 13.00–14.00', 'The first Monday of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;BYDAY=-1FR', 'Den sidste fredag i måneden kl. 13.00–14.00', 'The last Friday of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;BYDAY=1MO,3MO', 'Den første mandag og den tredje mandag i måneden kl. 13.00–14.00', 'The first Monday and the third Monday of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;BYDAY=-1MO,2TU', 'Den anden tirsdag og den sidste mandag i måneden kl. 13.00–14.00', 'The second Tuesday and the last Monday of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;INTERVAL=3;BYDAY=3TU', 'Hver 3. måned, den tredje tirsdag kl. 13.00–14.00, regnet fra mandag 5. januar 2026', 'Every 3 months, the third Tuesday, 13:00–14:00, counted from Monday 5 January 2026'],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1', 'Den første mandag i måneden kl. 13.00–14.00', 'The first Monday of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'Den sidste hverdag (mandag–fredag) i måneden kl. 13.00–14.00', 'The last weekday (Monday–Friday) of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;BYDAY=MO', 'Hver mandag kl. 13.00–14.00', 'Every Monday, 13:00–14:00'],
    ['FREQ=MONTHLY', 'Den 5. i måneden kl. 13.00–14.00', 'The 5th of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,22', 'Den 1. og 22. i måneden kl. 13.00–14.00', 'The 1st and 22nd of the month, 13:00–14:00'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Den sidste dag i måneden kl. 13.00–14.00', 'The last day of the month, 13:00–14:00'],
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=2TU', 'Den anden tirsdag i marts hvert år kl. 13.00–14.00', 'The second Tuesday of March every year, 13:00–14:00'],
    ['FREQ=YEARLY', 'Den 5. januar hvert år kl. 13.00–14.00', 'The 5th of January every year, 13:00–14:00'],
    ['FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=2TU', 'Hvert 2. år, den anden tirsdag i marts kl. 13.00–14.00, regnet fra mandag 5. januar 2026', 'Every second year, the second Tuesday of March, 13:00–14:00, counted from Monday 5 January 2026'],
    ['FREQ=WEEKLY;COUNT=10', 'Hver mandag kl. 13.00–14.00, i alt 10 gange', 'Every Monday, 13:00–14:00, 10 times in all'],
    ['FREQ=WEEKLY;UNTIL=20261231', 'Hver mandag kl. 13.00–14.00, til og med 31. december 2026', 'Every Monday, 13:00–14:00, until 31 December 2026 inclusive'],
  ])('[RC17] %s', (rrule, danish, english) => {
    expect(both({ rrule })).toEqual([danish, english]);
  });

  it('[RC17] says which weeks', () => {
    expect(both({ weekParity: 'even' })).toEqual(['Lige uger, mandag kl. 13.00–14.00', 'Even weeks, Monday, 13:00–14:00']);
    expect(both({ weekParity: 'odd', rrule: 'FREQ=WEEKLY;BYDAY=MO,WE' })[0]).toBe('Ulige uger, mandag og onsdag kl. 13.00–14.00');
  });

  it('[RC17] names the last day the series can meet', () => {
    // 22.59.59 UTC is 23.59.59 on 31 December; 23.00 UTC is midnight, too early for a meeting on 1 January.
    expect(both({ rrule: 'FREQ=WEEKLY;UNTIL=20261231T225959Z' })[0]).toContain('til og med 31. december 2026');
    expect(both({ rrule: 'FREQ=WEEKLY;UNTIL=20261231T230000Z' })[0]).toContain('til og med 31. december 2026');
  });

  it('[RC17] names up to three exceptions and counts more', () => {
    expect(both({ excludedDates: ['2026-04-06T13:00', '2026-01-12T12:00Z'] })[0]).toBe('Hver mandag kl. 13.00–14.00, undtagen 12. januar 2026 og 6. april 2026');
    expect(both({ excludedDates: ['2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02'] })[1]).toBe('Every Monday, 13:00–14:00, except 4 dates');
  });

  it('[RC17] names another zone and another day of ending', () => {
    expect(both({ timeZone: 'Atlantic/Faroe' })[0]).toBe('Hver mandag kl. 13.00–14.00 (Atlantic/Faroe)');
    expect(both({ durationMinutes: 720 })).toEqual(['Hver mandag kl. 13.00–01.00 næste dag', 'Every Monday, 13:00–01:00 the next day']);
    expect(both({ durationMinutes: 2880 })[0]).toBe('Hver mandag kl. 13.00–13.00 2 dage senere');
  });

  it('[RC17] quotes a rule beyond its words', () => {
    for (const rrule of ['FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR', 'FREQ=MONTHLY;BYMONTHDAY=-3', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=MO', 'FREQ=YEARLY;BYDAY=20MO', 'FREQ=YEARLY;BYMONTH=1,2;BYDAY=MO;BYSETPOS=1', 'nonsense']) {
      expect(both({ rrule })).toEqual([`Efter reglen ${rrule} kl. 13.00–14.00`, `By the rule ${rrule}, 13:00–14:00`].map((text, i) => {
        return rrule.includes('INTERVAL') ? text + [', regnet fra mandag 5. januar 2026', ', counted from Monday 5 January 2026'][i] : text;
      }));
    }
  });

  it('[RC17] never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.array(fc.string()), (startLocal, timeZone, rrule, excludedDates) => {
        expect(typeof ruleInWords({ startLocal, timeZone, rrule, durationMinutes: 60, excludedDates })).toBe('string');
        expect(typeof ruleInWords({ ...mondays, timeZone, rrule: `FREQ=WEEKLY;UNTIL=20270101T000000Z`, excludedDates: ['2026-01-01T00:00Z'] })).toBe('string');
      }),
    );
  });
});

describe('weekParityNote', () => {
  it('[RC14] warns in years of 53 weeks only', () => {
    expect(weekParityNote(2026, 'odd')).toBe('2026 har 53 uger: uge 53 og uge 1 er begge ulige, så der er møde to uger i træk.');
    expect(weekParityNote(2026, 'even', 'en')).toBe('2026 has 53 weeks: three weeks pass between week 52 and week 2.');
    expect([2025, 2027, 2028, 2031].map((year) => weekParityNote(year, 'odd'))).toEqual([null, null, null, null]);
    expect(weekParityNote(2032, 'even')).not.toBeNull();
  });
});
