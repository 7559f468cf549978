import { describe, expect, it } from '@jest/globals';
import { currentStep } from './steps.js';

describe('the stepper', () => {
  it.each([
    ['proposed', 'building', 'draft', 'invited'],
    ['proposed', 'published', 'draft', 'agenda'],
    ['held', 'inSession', 'draft', 'inSession'],
    ['held', 'closed', 'forApproval', 'minutes'],
    ['held', 'closed', 'approved', 'approved'],
    ['closed', 'closed', 'approved', 'approved'],
  ] as const)('stands, when the meeting is %s, its agenda %s and its minutes %s, at “%s”', (meeting, agenda, minutes, step) => {
    expect(currentStep(meeting, agenda, minutes, false)).toBe(step);
  });

  it('stands at “filed” when every authority has filed its copy, and not before the minutes are approved', () => {
    expect([currentStep('closed', 'closed', 'approved', true), currentStep('held', 'closed', 'forApproval', true)]).toEqual(['filed', 'minutes']);
  });

  it('stands nowhere before the meeting is called and when it is cancelled', () => {
    expect([currentStep('draft', 'building', 'draft', false), currentStep('cancelled', 'published', 'draft', false)]).toEqual([null, null]);
  });
});
