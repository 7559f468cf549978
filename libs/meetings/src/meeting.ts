import type { AgendaState, MeetingState } from '@lib/contracts/enums.js';

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

/** Where an agenda may go [MT40]. */
export const nextAgendaStates = {
  building: ['published', 'inSession'],
  published: ['inSession'],
  inSession: ['closed'],
  closed: [],
} as const satisfies Record<AgendaState, readonly AgendaState[]>;

export function agendaMayBecome(from: AgendaState, to: AgendaState): boolean {
  return (nextAgendaStates[from] as readonly AgendaState[]).includes(to);
}

/** `rescheduled` to `dropped` come with a change of the series: another time, another title, other participants, no day any more. */
export const meetingChangeKinds = ['cancelled', 'restored', 'moved', 'kept', 'placed', 'rescheduled', 'renamed', 'invited', 'dropped', 'published', 'started', 'agendaClosed'] as const;
export type MeetingChangeKind = (typeof meetingChangeKinds)[number];

const unseenByGuests: readonly MeetingChangeKind[] = ['published', 'agendaClosed', 'invited'];
/** [GU4] Whether it changes something that guests are shown of a meeting: its state, time, place or title. */
export const isSeenByGuests = (kind: MeetingChangeKind): boolean => !unseenByGuests.includes(kind);
