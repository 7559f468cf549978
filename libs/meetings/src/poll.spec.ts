import { describe, expect, it } from '@jest/globals';
import { closingOf, counted, instantOfSlot, isMissing, quorumAt, stateOfPoll, type Choices } from './poll.js';

const ahead = () => false;

describe('a poll', () => {
  it('[PO2] keeps wall time on the days on which clocks change in 2026 and 2027', () => {
    for (const [day, before, on] of [['2026-10-25', '2026-10-24', 25], ['2027-03-28', '2027-03-27', 23], ['2027-10-31', '2027-10-30', 25]] as const) {
      const [first, second] = [instantOfSlot(`${before}T13:00`), instantOfSlot(`${day}T13:00`)];
      expect([day, second.since(first).total('hours')]).toEqual([day, on]);
      expect(second.toZonedDateTimeISO('Europe/Copenhagen').hour).toBe(13);
    }
  });

  it('[PO3] takes answers until the end of a Danish day, whatever its length, and never after the last time', () => {
    const slots = ['2026-10-23T09:00', '2026-12-07T13:00'];
    // Summer time ends that night: the day has 25 hours.
    expect(closingOf(slots, '2026-10-25').toString()).toBe('2026-10-25T23:00:00Z');
    expect(closingOf(slots, '2026-10-24').toString()).toBe('2026-10-24T22:00:00Z');
    expect(closingOf(slots, '2026-12-07').toString()).toBe('2026-12-07T12:00:00Z');
  });

  it('[PO3] goes on until its last day is over, to the millisecond, and while its meeting is to be placed', () => {
    const closes = Date.UTC(2026, 11, 5);
    const poll = { state: 'open' as const, closes_at: new Date(closes) };
    const meeting = { state: 'proposed' as const, start_instant: new Date(closes + 1) };
    expect(stateOfPoll(poll, meeting, closes - 1)).toBe('open');
    expect(stateOfPoll(poll, meeting, closes)).toBe('over');
    expect(stateOfPoll(poll, { ...meeting, start_instant: new Date(closes - 1) }, closes - 1)).toBe('over');
    for (const state of ['held', 'closed', 'cancelled'] as const) expect(stateOfPoll(poll, { ...meeting, state }, closes - 1)).toBe('over');
    for (const state of ['chosen', 'withdrawn'] as const) expect(stateOfPoll({ ...poll, state }, meeting, closes - 1)).toBe(state);
  });

  it('[PO6, PO10] counts who can when, marks what suits most among what lies ahead, and what all refused', () => {
    const ballots: Choices[] = [['yes', 'no', 'yes', null], ['ifNeedBe', 'no', 'yes', 'no'], ['yes', 'no', 'yes', 'no']];
    const counts = counted(4, 3, ballots, (slot) => slot === 2);
    expect(counts.map(({ yes, ifNeedBe, no, missing }) => [yes, ifNeedBe, no, missing])).toEqual([[2, 1, 0, 0], [0, 0, 3, 0], [3, 0, 0, 0], [0, 0, 2, 1]]);
    // The third has passed; of the fourth one has not spoken.
    expect(counts.map(({ isBest }) => isBest)).toEqual([true, false, false, false]);
    expect(counts.map(({ isRefused }) => isRefused)).toEqual([false, true, false, false]);
    // Whom a time shuts out weighs more than who would rather have another.
    expect(counted(2, 3, [['yes', 'ifNeedBe'], ['yes', 'ifNeedBe'], ['no', 'ifNeedBe']], ahead).map(({ isBest }) => isBest)).toEqual([false, true]);
    expect(counted(1, 2, [], ahead)[0]).toMatchObject({ missing: 2, isRefused: false, isBest: false });
  });

  it('[PO5] misses an answer to what lies ahead, not to what has passed', () => {
    const slots = ['2026-12-07T13:00', '2026-12-08T13:00'];
    expect(isMissing(null, slots, ahead)).toBe(true);
    expect(isMissing(['yes', null], slots, ahead)).toBe(true);
    expect(isMissing([null, 'no'], slots, (slot) => slot === 0)).toBe(false);
    expect(isMissing(['yes', 'no'], slots, ahead)).toBe(false);
  });

  it('[PO10] asks for the quorum of the kind: who can if need be can, who has said nothing may', () => {
    const rule = { sectors: ['police', 'municipality'] as const, minParticipants: 2 };
    const one = (id: string, sector: 'police' | 'municipality', choices: Choices | null) => ({ personId: id, authorityId: sector, sector, choices });
    expect(quorumAt(rule, [one('a', 'municipality', ['yes']), one('b', 'police', ['ifNeedBe'])], 0)).toEqual({ met: true, gaps: [] });
    expect(quorumAt(rule, [one('a', 'municipality', ['yes']), one('b', 'police', null)], 0).gaps).toEqual([{ kind: 'sector', sector: 'police', possible: true }, { kind: 'participants', count: 1, possible: true }]);
    expect(quorumAt(rule, [one('a', 'municipality', ['yes']), one('b', 'police', ['no'])], 0).gaps[0]).toEqual({ kind: 'sector', sector: 'police', possible: false });
  });
});
