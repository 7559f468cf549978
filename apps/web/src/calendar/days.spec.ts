import { describe, expect, it } from '@jest/globals';
import { addDays, firstOfMonth, isDate, mondayOf, weeksOfMonth } from './days.js';

describe('the days of the calendar', () => {
  it('start weeks on Monday, across the ends of months and years', () => {
    expect(mondayOf('2027-01-03')).toBe('2026-12-28');
    expect(mondayOf('2026-12-28')).toBe('2026-12-28');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(firstOfMonth('2026-12-31', 1)).toBe('2027-01-01');
    expect(firstOfMonth('2027-01-31', -1)).toBe('2026-12-01');
  });

  it('show every week that has a day in the month', () => {
    expect(weeksOfMonth('2026-12-15')).toEqual(['2026-11-30', '2026-12-07', '2026-12-14', '2026-12-21', '2026-12-28']);
    expect(weeksOfMonth('2027-02-10')).toEqual(['2027-02-01', '2027-02-08', '2027-02-15', '2027-02-22']);
    expect(weeksOfMonth('2027-05-01')).toHaveLength(6);
  });

  it.each(['2026-02-30', '2026-13-01', 'i morgen', '', '9999-01-01', '2026-1-1'])('take %s for no date', (text) => {
    expect(isDate(text)).toBe(false);
  });
});
