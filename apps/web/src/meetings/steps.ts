import type { AgendaState, MeetingState, MinutesState } from '../api/types.js';

export const steps = ['invited', 'agenda', 'inSession', 'minutes', 'approved', 'filed'] as const;
export type Step = (typeof steps)[number];

/**
 * The stepper is a view of three machines, and of the filing by every authority, which is the step after all of them.
 *
 * @returns the step the meeting is at; null before it is called and when it is cancelled
 */
export function currentStep(state: MeetingState, agenda: AgendaState, minutes: MinutesState, isFiledByAll: boolean): Step | null {
  if (state === 'draft' || state === 'cancelled') return null;
  if (minutes === 'approved') return isFiledByAll ? 'filed' : 'approved';
  // A meeting counts as held from its beginning on.
  if (agenda === 'inSession') return 'inSession';
  if (state === 'held' || state === 'closed' || agenda === 'closed') return 'minutes';
  return state === 'confirmed' || agenda === 'published' ? 'agenda' : 'invited';
}
