import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { applyHolidayPolicy, holidayName, isWorkingDay, nextWorkingDay, plannedOccurrences, type AuthorityClosures, type HolidayPolicy } from './holidays.js';
import { occurrences, type SeriesRule } from './recurrence.js';

const date = (text: string) => Temporal.PlainDate.from(text);
const none: AuthorityClosures = { customary: [] };
const closedJuly: AuthorityClosures = { customary: [], periods: [{ from: '2026-07-06', to: '2026-07-26', name: 'Ferielukket' }] };

function window(start: string, end: string) {
  return { start: Temporal.Instant.from(`${start}T00:00Z`), end: Temporal.Instant.from(`${end}T00:00Z`) };
}

function weekly(startLocal: string, rrule = 'FREQ=WEEKLY'): SeriesRule {
  return { startLocal, timeZone: 'Europe/Copenhagen', rrule, durationMinutes: 60 };
}

function planned(rule: SeriesRule, policy: HolidayPolicy, start: string, end: string, closures?: AuthorityClosures) {
  return plannedOccurrences(rule, policy, window(start, end), closures).map(({ recurrenceId, startLocal, outcome, holiday }) =>
    [recurrenceId.slice(5), startLocal.slice(5), outcome, holiday],
  );
}

describe('working days', () => {
  it('[HD1] knows the public holidays of 2026', () => {
    const found: string[] = [];
    for (let day = date('2026-01-01'); day.year === 2026; day = day.add({ days: 1 })) {
      const name = holidayName(day, none);
      if (name) found.push(`${day.toString().slice(5)} ${name}`);
    }
    expect(found).toEqual([
      '01-01 Nytårsdag', '04-02 Skærtorsdag', '04-03 Langfredag', '04-05 Påskedag', '04-06 Anden påskedag', '05-14 Kristi himmelfartsdag',
      '05-24 Pinsedag', '05-25 Anden pinsedag', '12-25 Juledag', '12-26 Anden juledag',
    ]);
    expect(holidayName(date('2026-04-02'), none, 'en')).toBe('Maundy Thursday');
  });

  it('[HD1] Easter agrees with the Gregorian computus from 1970 to 2250', () => {
    for (let year = 1970; year <= 2250; year += 1) {
      const easter = easterSunday(year);
      expect(holidayName(easter, none)).toBe('Påskedag');
      expect(holidayName(easter.subtract({ days: 2 }), none)).toBe('Langfredag');
      expect(holidayName(easter.add({ days: 39 }), none)).toBe('Kristi himmelfartsdag');
    }
  });

  it('[HD2] Store bededag is gone from 2024', () => {
    expect(holidayName(date('2023-05-05'))).toBe('Store bededag');
    expect(isWorkingDay(date('2023-05-05'))).toBe(false);
    for (const day of ['2024-04-26', '2025-05-16', '2026-05-01', '2027-04-23']) expect(isWorkingDay(date(day))).toBe(true);
  });

  it('[HD3] weekends are neither working days nor holidays', () => {
    for (const day of ['2026-01-10', '2026-01-11']) {
      expect(isWorkingDay(date(day))).toBe(false);
      expect(holidayName(date(day))).toBeNull();
    }
    expect(isWorkingDay(date('2026-01-12'))).toBe(true);
  });

  it('[HD4] Grundlovsdag, 24 and 31 December are set per authority', () => {
    const days = ['2026-06-05', '2026-12-24', '2026-12-31'].map(date);
    expect(days.map((day) => holidayName(day))).toEqual(['Grundlovsdag', 'Juleaftensdag', 'Nytårsaftensdag']);
    expect(days.map((day) => isWorkingDay(day, none))).toEqual([true, true, true]);
    expect(days.map((day) => isWorkingDay(day, { customary: ['christmasEve'] }))).toEqual([true, false, true]);
    expect(holidayName(days[2]!, undefined, 'en')).toBe('New Year’s Eve');
  });

  it('[HD4] local closed periods count with both ends; a public holiday keeps its name in them', () => {
    expect(['2026-07-03', '2026-07-06', '2026-07-24', '2026-07-27'].map((day) => isWorkingDay(date(day), closedJuly))).toEqual([true, false, false, true]);
    const easterWeek: AuthorityClosures = { customary: [], periods: [{ from: '2026-03-30', to: '2026-04-06', name: 'Påskelukket' }] };
    expect(['2026-03-31', '2026-04-02'].map((day) => holidayName(date(day), easterWeek))).toEqual(['Påskelukket', 'Skærtorsdag']);
  });

  it('[HD6] the next working day leaps Easter and Christmas, and gives up after a month', () => {
    expect(nextWorkingDay(date('2026-04-02'))?.toString()).toBe('2026-04-07');
    expect(nextWorkingDay(date('2026-12-24'))?.toString()).toBe('2026-12-28');
    expect(nextWorkingDay(date('2026-12-31'))?.toString()).toBe('2027-01-04');
    expect(nextWorkingDay(date('2026-01-05'))?.toString()).toBe('2026-01-06');
    expect(nextWorkingDay(date('2026-06-30'), { customary: [], periods: [{ from: '2026-07-01', to: '2026-08-31', name: 'Lukket' }] })).toBeNull();
  });
});

describe('holiday policy', () => {
  const aroundEaster = (policy: HolidayPolicy) => planned(weekly('2026-03-02T13:00'), policy, '2026-03-28', '2026-04-15');

  it('[HD5] keep and skip say what they did and drop nothing', () => {
    expect(aroundEaster('keep')).toEqual([
      ['03-30T13:00', '03-30T13:00', 'held', null],
      ['04-06T13:00', '04-06T13:00', 'held', 'Anden påskedag'],
      ['04-13T13:00', '04-13T13:00', 'held', null],
    ]);
    expect(aroundEaster('skip')[1]).toEqual(['04-06T13:00', '04-06T13:00', 'skipped', 'Anden påskedag']);
  });

  it('[HD6] nextWorkingDay keeps recurrenceId and wall time', () => {
    expect(aroundEaster('nextWorkingDay')[1]).toEqual(['04-06T13:00', '04-07T13:00', 'moved', 'Anden påskedag']);
    const moved = plannedOccurrences(weekly('2026-04-03T13:00', 'FREQ=DAILY;COUNT=1'), 'nextWorkingDay', window('2026-04-01', '2026-05-01'))[0];
    expect([moved?.startInstant.toString(), moved?.endInstant.toString()]).toEqual(['2026-04-07T11:00:00Z', '2026-04-07T12:00:00Z']);
  });

  it('[HD3] a series planned on Saturdays stays there, except on a holiday', () => {
    expect(planned(weekly('2026-12-12T10:00'), 'nextWorkingDay', '2026-12-10', '2026-12-31')).toEqual([
      ['12-12T10:00', '12-12T10:00', 'held', null],
      ['12-19T10:00', '12-19T10:00', 'held', null],
      ['12-26T10:00', '12-28T10:00', 'moved', 'Anden juledag'],
    ]);
  });

  it('[HD7] a meeting that would meet its own series, or a long closure, is left to a person', () => {
    const thursdaysAndFridays = weekly('2026-05-07T13:00', 'FREQ=WEEKLY;BYDAY=TH,FR');
    expect(planned(thursdaysAndFridays, 'nextWorkingDay', '2026-05-13', '2026-05-17')).toEqual([
      ['05-14T13:00', '05-14T13:00', 'undecided', 'Kristi himmelfartsdag'],
      ['05-15T13:00', '05-15T13:00', 'held', null],
    ]);
    // Maundy Thursday and Good Friday both want the Tuesday after Easter: only one gets it.
    expect(planned(weekly('2026-03-05T13:00', 'FREQ=WEEKLY;BYDAY=TH,FR'), 'nextWorkingDay', '2026-04-01', '2026-04-08').map((row) => row[2])).toEqual(['undecided', 'moved']);
    const long: AuthorityClosures = { customary: [], periods: [{ from: '2026-07-01', to: '2026-08-31', name: 'Lukket' }] };
    expect(planned(weekly('2026-07-06T13:00'), 'nextWorkingDay', '2026-07-06', '2026-07-08', long)).toEqual([['07-06T13:00', '07-06T13:00', 'undecided', 'Lukket']]);
  });

  it('[HD8] ask changes nothing and suggests', () => {
    const list = occurrences(weekly('2026-03-02T13:00'), window('2026-03-28', '2026-04-15'));
    const asked = applyHolidayPolicy(list, 'ask', 'Europe/Copenhagen');
    expect(asked.map((item) => [item.startLocal, item.outcome, item.suggestedLocal])).toEqual([
      ['2026-03-30T13:00', 'held', null],
      ['2026-04-06T13:00', 'undecided', '2026-04-07T13:00'],
      ['2026-04-13T13:00', 'held', null],
    ]);
  });

  it('[HD9] a moved meeting is shown where it moved to, and only there', () => {
    const rule = weekly('2026-03-02T13:00');
    expect(planned(rule, 'nextWorkingDay', '2026-04-06', '2026-04-07')).toEqual([]);
    expect(planned(rule, 'nextWorkingDay', '2026-04-07', '2026-04-08')).toEqual([['04-06T13:00', '04-07T13:00', 'moved', 'Anden påskedag']]);
    const firstMondays = weekly('2026-01-05T13:00', 'FREQ=MONTHLY;BYDAY=1MO');
    expect(planned(firstMondays, 'nextWorkingDay', '2026-07-27', '2026-07-28', closedJuly)).toEqual([['07-06T13:00', '07-27T13:00', 'moved', 'Ferielukket']]);
  });

  it('[HD7] [HD9] a collision just past the end of the window is seen', () => {
    const thursdaysAndFridays = weekly('2026-05-07T13:00', 'FREQ=WEEKLY;BYDAY=TH,FR');
    expect(planned(thursdaysAndFridays, 'nextWorkingDay', '2026-05-14', '2026-05-15').map((row) => row[2])).toEqual(['undecided']);
  });

  it('[HD5] [HD9] by chance: nothing is lost, ids stay, nobody meets twice a day, windows agree', () => {
    const rule = fc
      .record({ days: fc.integer({ min: 0, max: 1500 }), byDay: fc.subarray(['MO', 'TU', 'WE', 'TH', 'FR'], { minLength: 1 }) })
      .map(({ days, byDay }) => weekly(`${date('2024-01-01').add({ days }).toString()}T13:00`, `FREQ=WEEKLY;BYDAY=${byDay.join(',')}`));
    const policy = fc.constantFrom<HolidayPolicy>('keep', 'skip', 'nextWorkingDay', 'ask');
    const closures = fc.constantFrom(none, closedJuly, undefined);
    fc.assert(
      fc.property(rule, policy, closures, fc.integer({ min: 0, max: 500 }), (series, chosen, closed, offset) => {
        const start = Temporal.PlainDateTime.from(series.startLocal).toZonedDateTime('Europe/Copenhagen').toInstant();
        const year = { start, end: start.add({ hours: 24 * 600 }) };
        const all = plannedOccurrences(series, chosen, year, closed);
        const held = all.filter((item) => item.outcome === 'held' || item.outcome === 'moved').map((item) => item.startLocal);
        expect(new Set(held).size).toBe(held.length);
        for (const item of all) {
          const day = date(item.startLocal.slice(0, 10));
          if (item.outcome === 'moved') expect(isWorkingDay(day, closed)).toBe(true);
          else expect(item.recurrenceId).toBe(item.startLocal);
        }
        const week = { start: start.add({ hours: 24 * offset }), end: start.add({ hours: 24 * (offset + 7) }) };
        const inWeek = all.filter(({ startInstant, endInstant }) => Temporal.Instant.compare(startInstant, week.end) < 0 && Temporal.Instant.compare(endInstant, week.start) > 0);
        const text = (item: { recurrenceId: string; startLocal: string; outcome: string }) => `${item.recurrenceId} ${item.startLocal} ${item.outcome}`;
        expect(plannedOccurrences(series, chosen, week, closed).map(text)).toEqual(inWeek.map(text));
      }),
      { numRuns: 60 },
    );
  });
});

describe('imports', () => {
  it('[HD10] expanding a series does not load the holiday library', () => {
    const seen = new Set<string>();
    const visit = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = readFileSync(new URL(file, import.meta.url), 'utf8');
      for (const [, target = ''] of source.matchAll(/from '([^']+)'/g)) {
        if (target.startsWith('./')) visit(target.replace(/\.js$/, '.ts'));
        else seen.add(target);
      }
    };
    for (const file of ['./recurrence.ts', './patterns.ts', './words.ts']) visit(file);
    expect([...seen].filter((name) => !name.startsWith('./') && !name.startsWith('@lib/contracts/')).sort()).toEqual(['temporal-polyfill']);
  });
});

/** Meeus, Jones and Butcher: Easter Sunday without the library. */
function easterSunday(year: number): Temporal.PlainDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return Temporal.PlainDate.from({ year, month: Math.floor(n / 31), day: (n % 31) + 1 });
}
