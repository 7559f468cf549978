import type { MeetingState } from '@lib/contracts/enums.js';

/**
 * Where a meeting may go from where it is [MT23]. Back to `proposed` leads a move, since those who confirmed confirmed
 * another time, and a cancellation that is taken back.
 */
export const nextStates = {
  draft: ['proposed', 'cancelled'],
  proposed: ['confirmed', 'cancelled'],
  confirmed: ['proposed', 'held', 'cancelled'],
  held: ['closed'],
  closed: [],
  cancelled: ['proposed'],
} as const satisfies Record<MeetingState, readonly MeetingState[]>;

export function mayBecome(from: MeetingState, to: MeetingState): boolean {
  return (nextStates[from] as readonly MeetingState[]).includes(to);
}

/** A meeting whose time and place can still be changed. */
export const isPlanned = (state: MeetingState): boolean => mayBecome(state, 'cancelled');

/** The last four come with a change of the series: another time, another title, other participants, no day any more. */
export const meetingChangeKinds = ['cancelled', 'restored', 'moved', 'kept', 'placed', 'rescheduled', 'renamed', 'invited', 'dropped'] as const;
export type MeetingChangeKind = (typeof meetingChangeKinds)[number];
