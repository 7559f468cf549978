import { setTimeout as later } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { patternOf, seriesFrom, type SeriesPattern } from '@lib/scheduling/patterns.js';
import { occurrences } from '@lib/scheduling/recurrence.js';
import { PlanCalendar } from '@lib/scheduling/year-plan-calendar.js';
import { patternDates } from '@lib/scheduling/year-plan-check.js';
import { mostSeries, patternFor, placeOf, planYear, roomFor, yearsToPlan, type PlacedSeries, type SeriesToPlan } from './year-plan.js';
import { YearPlanWork } from './year-plan-work.js';

const today = Temporal.PlainDate.from('2026-11-23');
const year = planYear(2027, today)!;
const seriesOf = (pattern: SeriesPattern, fromDate = '2026-12-07', more: object = {}) => ({ times: { rule: { ...seriesFrom({ fromDate, startTime: '13:00', durationMinutes: 60 }, pattern), ...more }, policy: 'keep' as const, lastDate: null } });
const placed = (pattern: SeriesPattern, fromDate?: string) => placeOf(seriesOf(pattern, fromDate), year, today) as PlacedSeries;
/** The dates within the plan by the rule of the series, and by the engine. */
const byRule = ({ times: { rule } }: ReturnType<typeof seriesOf>, { firstDay, weeks } = year) => {
  const start = Temporal.PlainDate.from(firstDay).toZonedDateTime('Europe/Copenhagen');
  return occurrences(rule, { start: start.toInstant(), end: start.add({ weeks }).toInstant() }).map(({ recurrenceId }) => recurrenceId.slice(0, 10));
};
const byEngine = ({ cadence, placement }: PlacedSeries, { firstDay, weeks } = year) => patternDates(new PlanCalendar(firstDay, weeks), { cadence } as never, placement);

const patterns: readonly SeriesPattern[] = [
  { kind: 'weekly', interval: 1, days: ['MO'] },
  { kind: 'weekly', interval: 2, days: ['WE'] },
  { kind: 'weekly', interval: 3, days: ['FR'] },
  { kind: 'isoWeeks', parity: 'even', days: ['TH'] },
  { kind: 'isoWeeks', parity: 'odd', days: ['TH'] },
  { kind: 'monthly', interval: 1, ordinal: 3, day: 'TU' },
  { kind: 'monthly', interval: 2, ordinal: 1, day: 'MO' },
  { kind: 'yearly', month: 3, ordinal: 2, day: 'TU' },
];

describe('the year of a plan', () => {
  it('[YP13] is what is still to come of this one, or the next', () => {
    expect(yearsToPlan(today)).toEqual([2026, 2027]);
    expect([planYear(2026, today), year]).toEqual([{ year: 2026, firstDay: '2026-11-30', weeks: 5 }, { year: 2027, firstDay: '2027-01-04', weeks: 52 }]);
    // In the last week of a year there is nothing left of it.
    expect(yearsToPlan(Temporal.PlainDate.from('2027-01-01'))).toEqual([2027]);
  });
});

describe('a series as the engine takes it', () => {
  it.each(patterns)('[YP14] meets on the days of its rule: %j', (pattern) => {
    for (const from of ['2026-11-30', '2026-12-07', '2026-12-14', '2027-01-05']) {
      const one = placeOf(seriesOf(pattern, from), year, today);
      if (one !== 'beginsLater') expect([from, byEngine(one as PlacedSeries)]).toEqual([from, byRule(seriesOf(pattern, from)).filter((date) => date >= year.firstDay)]);
    }
  });

  it('[YP14] is left beside the plan with the reason, or out of it where it does not meet', () => {
    const reason = (pattern: SeriesPattern, from?: string, more?: object) => placeOf(seriesOf(pattern, from, more), year, today);
    expect(reason({ kind: 'weekly', interval: 1, days: ['MO', 'WE'] })).toBe('severalDays');
    expect(reason({ kind: 'weekly', interval: 1, days: ['SA'] })).toBe('weekend');
    expect(reason({ kind: 'monthly', interval: 1, ordinal: -1, day: 'MO' })).toBe('lastOfMonth');
    expect(reason({ kind: 'weekly', interval: 1, days: ['MO'] }, '2027-03-01')).toBe('beginsLater');
    // Changed in the course of the year, it is in a plan of that year as it is now.
    expect(placeOf(seriesOf(patterns[1]!, '2027-03-03'), year, Temporal.PlainDate.from('2027-02-24'))).toMatchObject({ placement: { weekday: 3, phase: 0 } });
    expect(reason({ kind: 'weekly', interval: 1, days: ['MO'] }, undefined, { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=20' })).toBe('ends');
    expect(reason({ kind: 'weekly', interval: 1, days: ['MO'] }, undefined, { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=2' })).toBeNull();
    expect(reason({ kind: 'weekly', interval: 1, days: ['MO'] }, undefined, { rrule: 'FREQ=DAILY' })).toBe('irregular');
    expect(reason({ kind: 'weekly', interval: 1, days: ['MO'] }, '2028-02-07')).toBeNull();
  });

  it('[YP20] changed by the rhythm of a placement, is at that placement', () => {
    for (const [pattern, moves] of [
      [patterns[0]!, [{ weekday: 4 }]],
      [patterns[1]!, [{ weekday: 1 }, { phase: 0 }, { phase: 1 }, { weekday: 5, phase: 0 }, { weekday: 5, phase: 1 }]],
      [patterns[3]!, [{ phase: 0 }, { phase: 1 }]],
      [patterns[5]!, [{ ordinal: 1, weekday: 5 }]],
      [patterns[7]!, [{ date: '2027-03-30', weekday: 2 }, { date: '2027-04-05', weekday: 1 }]],
    ] as const) {
      for (const move of moves) {
        const { cadence, placement } = placed(pattern);
        const wanted = { ...placement, ...move };
        const rule = seriesOf(patternFor(patternOf(seriesOf(pattern).times.rule)!, placement, wanted, year), year.firstDay);
        expect([move, byRule(rule)]).toEqual([move, byEngine({ cadence, placement: wanted })]);
      }
    }
  });
});

describe('what a plan has room for', () => {
  it('[YP13] is all of the own, and of others what came first; what has no place in the year takes none', () => {
    const one = (id: string, ownerAuthorityId: string, pattern: SeriesPattern = patterns[0]!): SeriesToPlan => ({ id, kindId: 'x', ownerAuthorityId, people: [], ...seriesOf(pattern) });
    const theirs = Array.from({ length: mostSeries + 1 }, (_, n) => one(`theirs ${n}`, 'B'));
    const ending = Array.from({ length: 5 }, (_, n) => one(`weekend ${n}`, 'B', { kind: 'weekly', interval: 1, days: ['SA'] }));
    const { fitting, beyond } = roomFor([...ending, ...theirs, one('ours', 'A')], year, { today, ownAuthorityId: 'A' });
    expect([fitting.length, fitting[0]!.one.id, fitting.at(-1)!.one.id, beyond]).toEqual([mostSeries, 'ours', `theirs ${mostSeries - 2}`, 2]);
  });
});

describe('the work of planning', () => {
  // As it is built: sources are planned at once, and nobody waits.
  const work = () => new YearPlanWork(new URL('../../../dist/apps/server/libs/meetings/src/year-plan.worker.js', import.meta.url));
  const task = { kind: 'make' as const, input: { firstDay: '2027-01-04', weeks: 52, places: [], travelMinutes: [], people: [], series: [] } };
  const outcome = (asked: Promise<object>) => asked.then(() => 'planned', (error: { code?: string }) => error.code);

  it('[YP17] is done in a thread, for one person once and for two in all, and ends when whoever asked hangs up', async () => {
    const one = work();
    const anna = new AbortController();
    const first = outcome(one.run('Anna', task, anna.signal));
    const second = outcome(one.run('Bo', task, new AbortController().signal));
    expect(await Promise.all(['Anna', 'Bo', 'Carl'].map((who) => outcome(one.run(who, task, new AbortController().signal))))).toEqual(['too-many-requests', 'too-many-requests', 'too-many-requests']);
    anna.abort();
    expect([await first, await second]).toEqual(['year-plan-stopped', 'planned']);
    await later(0);
    // Who hangs up while she waits leaves her place; who had hung up before never takes one.
    const third = outcome(one.run('Carl', task, new AbortController().signal));
    const dorte = new AbortController();
    const fourth = outcome(one.run('Dorte', task, dorte.signal));
    dorte.abort();
    await later(0);
    const [fifth, gone] = [outcome(one.run('Dorte', task, new AbortController().signal)), outcome(one.run('Emil', task, dorte.signal))];
    expect([await fourth, await gone, await third, await fifth]).toEqual(['year-plan-stopped', 'year-plan-stopped', 'planned', 'planned']);
    await later(0);
    expect(await outcome(one.run('Anna', task, new AbortController().signal))).toBe('planned');
  });
});
