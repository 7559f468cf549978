import type { Temporal } from 'temporal-polyfill';
import { itemRules } from './item-rules.js';
import { meetingRules } from './meeting-rules.js';
import { officeRules } from './office-rules.js';
import { readerRoles, type Subject } from './policy.js';
import { recordRules } from './record-rules.js';
import type { Action, Actions, Rule, Rules } from './rule.js';

export { objectNames, type Action, type Actions, type ObjectName, type Rule, type Rules } from './rule.js';

/**
 * The one decision over access: a table of rules, and `can`, which answers yes only where one of them says so. Pure: it
 * knows nothing but what it is given. docs/access.md is written from this table (`npm run access-table`), for people who
 * read law and not code; its words are therefore Danish.
 */

/** Every action, and who may do it when. What is not here may nobody. */
export const rules: Rules = { ...meetingRules, ...itemRules, ...recordRules, ...officeRules };

/**
 * [AC1] [AC13] Which rules let `subject` do this now; none where it may not.
 *
 * @param object what it is done to
 * @param facts who takes part, where that decides
 */
export function grounds<A extends Action>(subject: Subject, action: A, object: Actions[A]['object'], facts: Actions[A]['facts'], now: Temporal.Instant): readonly Rule<A>[] {
  const { rules: candidates, administers } = rules[action] as { administers?: true; rules: readonly Rule<A>[] };
  const nowMs = now.epochMilliseconds;
  if (subject.validUntilMs !== undefined && nowMs >= subject.validUntilMs) return [];
  if (administers !== true && !readerRoles.includes(subject.role)) return [];
  // [AC100] Of the whole table a guest has the few rules that name her.
  return candidates.filter((rule) => (subject.role === 'guest') === (rule.forGuests === true) && rule.holds(subject, object, facts, nowMs));
}

/** Whether `subject` may do this now; see {@link grounds}. */
export const can = <A extends Action>(subject: Subject, action: A, object: Actions[A]['object'], facts: Actions[A]['facts'], now: Temporal.Instant): boolean => grounds(subject, action, object, facts, now).length > 0;
