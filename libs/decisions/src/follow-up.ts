import { Temporal } from 'temporal-polyfill';
import { timeZone, type FollowUpState } from '@lib/contracts/enums.js';

/**
 * [FU3] What may become of a follow-up. A closed one may be opened again, except one that was handed over: that goes on
 * as a follow-up of its new owner.
 */
export const followUpTransitions = {
  open: ['done', 'notDone', 'overtaken', 'handedOver'],
  done: ['open'],
  notDone: ['open'],
  overtaken: ['open'],
  handedOver: [],
} as const satisfies Record<FollowUpState, readonly FollowUpState[]>;

/** Whether `next` may follow `state`. */
export function mayBecome(state: FollowUpState, next: FollowUpState): boolean {
  return (followUpTransitions[state] as readonly FollowUpState[]).includes(next);
}

/** [FU4] What was not simply done is explained to those who counted on it. */
export function needsReason(next: FollowUpState): boolean {
  return next === 'notDone' || next === 'overtaken' || next === 'handedOver';
}

/**
 * [FU5] An open follow-up is overdue from the day after its deadline, Danish time.
 *
 * @param followUp.deadline `YYYY-MM-DD`
 */
export function isFollowUpOverdue(followUp: { deadline: string; state: FollowUpState }, now: Temporal.Instant): boolean {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  return followUp.state === 'open' && Temporal.PlainDate.compare(Temporal.PlainDate.from(followUp.deadline), today) < 0;
}
