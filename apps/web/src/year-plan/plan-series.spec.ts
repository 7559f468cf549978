import { describe, expect, it } from '@jest/globals';
import { dateIn, droppedAt, weekOf } from './plan-series.js';

const plan = { firstDay: '2027-01-04' };
const series = (every: 'week' | 'month' | 'once', interval = 1, more: object = {}) =>
  ({ seriesId: 's', rhythm: { every, interval, from: '2027-03-01', to: '2027-04-30' }, planned: { weekday: 2, startTime: '09:00', phase: 0, ordinal: 1, date: '2027-03-09', words: '', ...more } }) as never;

describe('a series dropped in a plan', () => {
  it('takes another weekday, except one that meets on a date', () => {
    expect(droppedAt(plan, series('week'), { weekday: 4 })).toMatchObject({ weekday: 4, startTime: '09:00' });
    expect(droppedAt(plan, series('week'), { weekday: 2 })).toBeNull();
    expect(droppedAt(plan, series('once'), { weekday: 4 })).toBeNull();
  });

  it('takes another week as far as its rhythm has one', () => {
    expect(droppedAt(plan, series('week', 2), { week: 7 })).toMatchObject({ phase: 1 });
    expect(droppedAt(plan, series('week', 2), { week: 8 })).toBeNull();
    for (const interval of [1, 3]) expect(droppedAt(plan, series('week', interval), { week: 7 })).toBeNull();
    // Tuesday 19 January is the third.
    expect(droppedAt(plan, series('month'), { week: 2 })).toMatchObject({ ordinal: 3 });
    // Tuesday 29 June is a fifth.
    expect(droppedAt(plan, series('month'), { week: weekOf(plan, '2027-06-29') })).toBeNull();
    expect(droppedAt(plan, series('once'), { week: weekOf(plan, '2027-03-23') })).toMatchObject({ date: '2027-03-23' });
    expect(droppedAt(plan, series('once'), { week: weekOf(plan, '2027-05-04') })).toBeNull();
  });

  it('knows its days across the change of clocks', () => {
    expect([dateIn(plan, 12, 7), dateIn(plan, 13, 1), weekOf(plan, '2027-03-28'), weekOf(plan, '2027-03-29')]).toEqual(['2027-04-04', '2027-04-05', 11, 12]);
  });
});
