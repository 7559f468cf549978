import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { followUpStates } from '@lib/contracts/enums.js';
import { isFollowUpOverdue, mayBecome, needsReason } from './follow-up.js';

describe('a follow-up', () => {
  it('[FU3] is closed in four ways and opened again from all but the handing over', () => {
    const allowed = followUpStates.flatMap((from) => followUpStates.filter((to) => mayBecome(from, to)).map((to) => `${from} → ${to}`));
    expect(allowed).toEqual(['open → done', 'open → notDone', 'open → overtaken', 'open → handedOver', 'done → open', 'notDone → open', 'overtaken → open']);
  });

  it('[FU4] needs a reason unless it was done or is opened again', () => {
    expect(followUpStates.filter(needsReason)).toEqual(['notDone', 'overtaken', 'handedOver']);
  });

  it('[FU5] is overdue from Danish midnight after its deadline, while it is open', () => {
    const open = { deadline: '2026-12-14', state: 'open' as const };
    expect(isFollowUpOverdue(open, Temporal.Instant.from('2026-12-14T22:59:59Z'))).toBe(false);
    expect(isFollowUpOverdue(open, Temporal.Instant.from('2026-12-14T23:00:00Z'))).toBe(true);
    expect(isFollowUpOverdue({ ...open, state: 'done' }, Temporal.Instant.from('2027-12-14T23:00:00Z'))).toBe(false);
  });
});
