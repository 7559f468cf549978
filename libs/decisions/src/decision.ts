import { Temporal } from 'temporal-polyfill';
import { timeZone, type DecisionState } from '@lib/contracts/enums.js';

/** [DE5] What a leader may do with a decision. Its words never change; a returned one may still be confirmed. */
export const decisionTransitions = {
  recorded: ['confirmed', 'returned'],
  returned: ['confirmed'],
  confirmed: [],
} as const satisfies Record<DecisionState, readonly DecisionState[]>;

/** Whether `next` may follow `state`. */
export function mayFollow(state: DecisionState, next: DecisionState): boolean {
  return (decisionTransitions[state] as readonly DecisionState[]).includes(next);
}

/**
 * [DE6] A decision is overdue from the day after its deadline, Danish time, until its leader has confirmed it.
 *
 * @param deadline `YYYY-MM-DD`
 */
export function isOverdue(decision: { deadline: string; state: DecisionState }, now: Temporal.Instant): boolean {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  return decision.state !== 'confirmed' && Temporal.PlainDate.compare(Temporal.PlainDate.from(decision.deadline), today) < 0;
}
