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
    expect(told).toEqual({ id: 'confirmedInTime', total: 5, reached: 2, months: [{ month: '2026-10', total: 2, reached: null }, { month: '2026-11', total: 3, reached: 1 }] });
  });
});
