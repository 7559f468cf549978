import { describe, expect, it } from '@jest/globals';
import { dateText, readDate } from './civil.js';
import { usualClosures, type AuthorityClosures } from './holidays.js';
import { openDays, usualHours, workingStretches, type HalfDay, type WorkingHours } from './working-time.js';

function hours(own: WorkingHours, from: string, days: number, halfDays: readonly HalfDay[] = [], closures: AuthorityClosures = usualClosures): string[] {
  const first = readDate(from)!;
  return workingStretches(own, first, openDays(closures, first, days), halfDays).flatMap((stretches, n) =>
    stretches.map((one) => `${dateText(first + n).slice(5)} ${one.from / 60}–${one.to / 60}`));
}

const mornings = { 1: [{ from: '08:00', to: '12:00' }] };

describe('working time', () => {
  it('[WT1] holidays and closed days of the authority are free, whatever the hours', () => {
    // Easter 2027: Maundy Thursday 25 March to Monday 29 March.
    expect(hours(usualHours, '2027-03-24', 7)).toEqual(['03-24 8–16', '03-30 8–16']);
    const closed = { customary: [], periods: [{ from: '2027-07-12', to: '2027-07-14', name: 'Sommerlukket' }] };
    expect(hours(usualHours, '2027-07-12', 5, [], closed)).toEqual(['07-15 8–16', '07-16 8–14']);
  });

  it('[WT2] weekends are free because nobody works then, not because they are closed', () => {
    expect(hours({ week: { 6: [{ from: '10:00', to: '14:00' }] } }, '2027-03-01', 7)).toEqual(['03-06 10–14']);
    expect(hours({ week: { 7: [{ from: '10:00', to: '14:00' }] } }, '2027-03-22', 7)).toEqual([]);
  });

  it('[WT3] a half day ends early, every year or once', () => {
    const halfDays = [{ date: '2027-03-22', closesAt: '10:00', name: 'Flytning' }, { date: '03-29', closesAt: '08:00', name: 'Aldrig' }];
    expect(hours({ week: mornings }, '2027-03-15', 15, halfDays, { customary: [] })).toEqual(['03-15 8–12', '03-22 8–10']);
  });

  it('[WT4] even weeks may have hours of their own, by ISO week, also after a week 53', () => {
    const own = { week: mornings, evenWeek: { 2: [{ from: '09:00', to: '15:00' }] } };
    // 2026 has a week 53: week 52, 53, 1, 2.
    expect(hours(own, '2026-12-21', 28, [], { customary: [] })).toEqual(['12-22 9–15', '12-28 8–12', '01-04 8–12', '01-12 9–15']);
  });

  it('[WT5] for a time there are other hours, the last that hold', () => {
    const own = { week: mornings, periods: [{ from: '2027-03-08', to: '2027-03-22', week: {} }, { from: '2027-03-15', to: '2027-03-15', week: { 1: [{ from: '12:00', to: '13:00' }] } }] };
    expect(hours(own, '2027-03-01', 30, [], { customary: [] })).toEqual(['03-01 8–12', '03-15 12–13']);
  });

  it('refuses hours that end before they begin, or that are no hours', () => {
    expect(() => hours({ week: { 1: [{ from: '12:00', to: '08:00' }] } }, '2027-03-01', 1)).toThrow(RangeError);
    expect(() => hours({ week: { 1: [{ from: '8', to: '12:00' }] } }, '2027-03-01', 1)).toThrow(RangeError);
    expect(() => hours({ week: {}, periods: [{ from: '2027-02-30', to: '2027-03-01', week: {} }] }, '2027-03-01', 1)).toThrow(RangeError);
  });
});
