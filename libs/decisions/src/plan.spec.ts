import { describe, expect, it } from '@jest/globals';
import { meetingKinds } from '@lib/meetings/meeting-kinds.data.js';
import { followUpText, isStepOf, newest, plansOf, stepKinds, stepLabel } from './plan.js';

describe('plans', () => {
  it('[PL1] stand at the end of a joint consultation and of no other kind', () => {
    expect(meetingKinds.filter((kind) => plansOf(kind.outputs).length > 0).map((kind) => [kind.id, plansOf(kind.outputs)])).toEqual([['caseConsultation', ['sequence', 'informing']]]);
  });

  it('[PL2] know their own steps only', () => {
    expect(isStepOf('sequence', 'videoInterview')).toBe(true);
    expect(isStepOf('informing', 'videoInterview')).toBe(false);
    expect(isStepOf('informing', 'custodyHolders')).toBe(true);
    expect(isStepOf('sequence', 'toString')).toBe(false);
  });

  it('[PL8] name every step in its plan, and follow it to the last who was given it', () => {
    for (const kind of stepKinds.sequence) expect(stepLabel('sequence', kind)).toMatch(/^[A-ZÆØÅ]\S+/);
    for (const kind of stepKinds.informing) expect(stepLabel('informing', kind)).toMatch(/^[A-ZÆØÅ]\S+/);
    const chain = [{ id: 'a', continuesId: null }, { id: 'c', continuesId: 'b' }, { id: 'b', continuesId: 'a' }, { id: 'd', continuesId: null }];
    expect([newest(chain, 'a').id, newest(chain, 'd').id]).toEqual(['c', 'd']);
  });

  it('[PL3] say of every step what it is where the plan is not seen', () => {
    for (const kind of stepKinds.sequence) expect(followUpText('sequence', kind, 'på skolen')).toMatch(/^\S.+: på skolen$/);
    for (const kind of stepKinds.informing) expect(followUpText('informing', kind, 'intet endnu')).toMatch(/^Orientering af \S.+: intet endnu$/);
  });
});
