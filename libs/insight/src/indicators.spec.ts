import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { indicator, twelveMonths } from './indicators.js';

describe('indicators', () => {
  it('[IN1] cover twelve Danish months, the current one last', () => {
    const months = twelveMonths(Temporal.Instant.from('2026-11-30T22:59:00Z'));
    expect([months.length, months[0], months.at(-1)]).toEqual([12, '2025-12', '2026-11']);
    expect(twelveMonths(Temporal.Instant.from('2026-11-30T23:00:00Z')).at(-1)).toBe('2026-12');
  });

  it('[IN2] tell no rate of fewer than three, but how many there were', () => {
    const told = indicator('confirmedInTime', ['2026-10', '2026-11'], [
      { month: '2026-09', total: 9, reached: 9 },
      { month: '2026-10', total: 2, reached: 1 },
      { month: '2026-11', total: 1, reached: 1 },
      { month: '2026-11', total: 2, reached: 0 },
    ]);
    expect(told.months[0]).toEqual({ month: '2026-10', total: 2, reached: null });
    expect([told.total, told.reached, told.months[1]!.total]).toEqual([5, 2, 3]);
  });

  it('[IN2] tell no rate by which the withheld one could be reckoned', () => {
    const months = ['2026-08', '2026-09', '2026-10', '2026-11'];
    const of = (...totals: number[]) => indicator('sectorsPresent', months, totals.map((total, n) => ({ month: months[n]!, total, reached: total }))).months.map((one) => one.reached);
    // Ten of all less four and five of the others would say how the one meeting in November went.
    expect(of(4, 5, 0, 1)).toEqual([null, 5, null, null]);
    expect(of(4, 5, 1, 2)).toEqual([4, 5, null, null]);
    expect(of(4, 5, 3, 0)).toEqual([4, 5, 3, null]);
    expect(of(4, 0, 0, 1)).toEqual([null, null, null, null]);
  });
});
