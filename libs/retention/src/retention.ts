import { Temporal } from 'temporal-polyfill';
import type { RetentionState } from '@lib/contracts/enums.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';

/** How long content is kept, and how a meeting comes to its deletion. Pure. The rules are RE4–RE13 of SPEC.md. */

export interface RetentionRule {
  /** After the day on which the minutes were approved. */
  months: number;
  /** Days at least between the announcement and the deletion. */
  waitingDays: number;
  /** Whether two persons of the owning authority must confirm besides. */
  secondPerson: boolean;
}

/** [RE5] What ships with the product: a year for what speaks of persons, five for what does not. */
export const shippedRule = (kindId: string): RetentionRule => ({ months: meetingKind(kindId)?.personalData === 'none' ? 60 : 12, waitingDays: 30, secondPerson: true });

/** [RE7] Where a run may go from where it is. Back to `planned`: its rule gives it more time. */
export const nextRetentionStates = {
  planned: ['planned', 'announced'],
  announced: ['planned', 'firstConfirmed', 'heldBack', 'destroyed'],
  firstConfirmed: ['planned', 'confirmed', 'heldBack', 'destroyed'],
  confirmed: ['planned', 'heldBack', 'destroyed'],
  heldBack: ['planned', 'announced'],
  destroyed: ['completed'],
  completed: [],
} as const satisfies Record<RetentionState, readonly RetentionState[]>;

const isSame = (one: RetentionRule, other: RetentionRule): boolean => one.months === other.months && one.waitingDays === other.waitingDays && one.secondPerson === other.secondPerson;

export const retentionMayBecome = (from: RetentionState, to: RetentionState): boolean => (nextRetentionStates[from] as readonly RetentionState[]).includes(to);

/** Days are Danish and ISO 8601: they compare as they read. */
export interface RunFacts {
  state: RetentionState;
  approvedOn: string;
  dueOn: string;
  /** As it was when the run was planned or announced. */
  rule: RetentionRule;
  /** As the owning authority has it now. */
  inForce: RetentionRule;
  today: string;
  /** An authority has not filed its copy, or a hold is on the whole meeting: what all who take part may know. */
  isStopped: boolean;
  /** Somebody still owes something, or a hold or embargo is on an item: what not all may know. */
  isUnfinished: boolean;
}

export interface Step {
  to: RetentionState;
  dueOn: string;
  rule: RetentionRule;
}

/** [RE5] The day on which the period has passed. */
export const plannedDay = (approvedOn: string, rule: RetentionRule): string => Temporal.PlainDate.from(approvedOn).add({ months: rule.months }).toString();

/** [RE9] The stricter of what was announced and what holds now. */
export const needsSecondPerson = (rule: RetentionRule, inForce: RetentionRule): boolean => rule.secondPerson || inForce.secondPerson;

/** What the job does next with a run; null while there is nothing to do but wait. */
export function nextStep(facts: RunFacts): Step | null {
  const { state, dueOn, rule, inForce, today } = facts;
  const planned = plannedDay(facts.approvedOn, inForce);
  const fromToday = Temporal.PlainDate.from(today).add({ days: inForce.waitingDays }).toString();
  const announced = (): Step => ({ to: 'announced', dueOn: planned > fromToday ? planned : fromToday, rule: inForce });
  switch (state) {
    case 'planned': {
      // [RE6] A rule that was changed plans anew; nothing follows from it before it is announced.
      if (planned !== dueOn || !isSame(rule, inForce)) return { to: 'planned', dueOn: planned, rule: inForce };
      const isTime = Temporal.PlainDate.compare(Temporal.PlainDate.from(planned).subtract({ days: inForce.waitingDays }), today) <= 0;
      return isTime && !facts.isStopped ? announced() : null;
    }
    case 'announced':
    case 'firstConfirmed':
    case 'confirmed':
    case 'heldBack':
      // [RE6] More time is given at once; less only to what has not been announced.
      if (planned > dueOn) return { to: 'planned', dueOn: planned, rule: inForce };
      if (today < dueOn) return null;
      if (facts.isStopped || facts.isUnfinished) return state === 'heldBack' ? null : { to: 'heldBack', dueOn, rule };
      // [RE11] What ended may have ended by mistake: everybody has the time to say so once more.
      if (state === 'heldBack') return announced();
      if (needsSecondPerson(rule, inForce) && state !== 'confirmed') return null;
      return { to: 'destroyed', dueOn, rule };
    case 'destroyed':
      return { to: 'completed', dueOn, rule };
    case 'completed':
      return null;
  }
}
