import { describe, expect, it } from '@jest/globals';
import { meetingStates } from '@lib/contracts/enums.js';
import { isPlanned, mayBecome } from './meeting.js';

describe('the states of a meeting', () => {
  it('[MT23] are these steps and no others', () => {
    const steps = meetingStates.flatMap((from) => meetingStates.filter((to) => mayBecome(from, to)).map((to) => `${from} → ${to}`));
    expect(steps).toEqual([
      'draft → proposed',
      'draft → cancelled',
      'proposed → confirmed',
      'proposed → cancelled',
      'confirmed → proposed',
      'confirmed → held',
      'confirmed → cancelled',
      'held → closed',
      'cancelled → proposed',
    ]);
    expect(meetingStates.filter(isPlanned)).toEqual(['draft', 'proposed', 'confirmed']);
  });
});
