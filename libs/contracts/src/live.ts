/**
 * What the server says on the live socket (`/live`, socket.io). Ids only, never content: whoever hears an event asks
 * the API again, where the policy decides. An event goes only to sockets that may know of its object.
 */
export interface LiveEvents {
  'meeting.changed': { meetingId: string };
  'item.changed': { meetingId: string; itemId: string };
  'decision.changed': { decisionId: string };
  'followUp.changed': { followUpId: string };
  /** Something to be told, or read: ask anew. */
  'notification.changed': Record<string, never>;
  /** One's own calendar was read again, or ended. */
  'calendar.changed': Record<string, never>;
  'minutes.changed': { meetingId: string };
  /** The contact register, or who of it is there: ask anew. */
  'contacts.changed': { authorityId: string };
  /** A year plan of her authority: ask anew. */
  'yearPlan.changed': Record<string, never>;
  'session.ended': Record<string, never>;
}

export type LiveEventName = keyof LiveEvents;

export const livePath = '/live';
