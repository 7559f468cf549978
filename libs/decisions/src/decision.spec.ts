import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { decisionStates } from '@lib/contracts/enums.js';
import { isOverdue, mayFollow } from './decision.js';

describe('a decision', () => {
  it('[DE5, DE9, DE10] is confirmed or returned once, confirmed after a return, escalated until then, and superseded once', () => {
    const allowed = decisionStates.flatMap((from) => decisionStates.filter((to) => mayFollow(from, to)).map((to) => `${from} → ${to}`));
    expect(allowed).toEqual([
      'recorded → escalated', 'recorded → confirmed', 'recorded → returned', 'recorded → superseded',
      'escalated → escalated', 'escalated → confirmed', 'escalated → returned', 'escalated → superseded',
      'confirmed → superseded',
      'returned → escalated', 'returned → confirmed', 'returned → superseded',
    ]);
  });

  it('[DE6] is overdue from Danish midnight after its deadline', () => {
    const decision = { deadline: '2026-12-07', state: 'recorded' as const };
    expect(isOverdue(decision, Temporal.Instant.from('2026-12-07T22:59:59Z'))).toBe(false);
    expect(isOverdue(decision, Temporal.Instant.from('2026-12-07T23:00:00Z'))).toBe(true);
    expect(isOverdue({ ...decision, state: 'confirmed' }, Temporal.Instant.from('2027-01-01T00:00:00Z'))).toBe(false);
    // Summer time: midnight is 22.00 UTC.
    expect(isOverdue({ ...decision, deadline: '2026-06-30' }, Temporal.Instant.from('2026-06-30T22:00:00Z'))).toBe(true);
  });
});
