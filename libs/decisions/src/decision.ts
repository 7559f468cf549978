import { Temporal } from 'temporal-polyfill';
import { timeZone, type DecisionState } from '@lib/contracts/enums.js';

/**
 * [DE5, DE9, DE10] What may become of a decision. Its words never change: a leader confirms it, returns it (a returned one
 * may still be confirmed) or escalates it, as often as it takes; a correction puts another in its place.
 */
export const decisionTransitions = {
  recorded: ['confirmed', 'returned', 'escalated', 'superseded'],
  escalated: ['confirmed', 'returned', 'escalated', 'superseded'],
  returned: ['confirmed', 'escalated', 'superseded'],
  confirmed: ['superseded'],
  superseded: [],
} as const satisfies Record<DecisionState, readonly DecisionState[]>;

/** Whether `next` may follow `state`. */
export function mayFollow(state: DecisionState, next: DecisionState): boolean {
  return (decisionTransitions[state] as readonly DecisionState[]).includes(next);
}

/** States in which nobody waits for a decision any more. */
export const settledStates: readonly DecisionState[] = ['confirmed', 'superseded'];

/**
 * [DE6] A decision is overdue from the day after its deadline, Danish time, until its leader has confirmed it or another
 * stands in its place.
 *
 * @param deadline `YYYY-MM-DD`
 */
export function isOverdue(decision: { deadline: string; state: DecisionState }, now: Temporal.Instant): boolean {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  return !settledStates.includes(decision.state) && Temporal.PlainDate.compare(Temporal.PlainDate.from(decision.deadline), today) < 0;
}
