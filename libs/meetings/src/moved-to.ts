import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { originalStart, ruleOfPlan } from './series-plan.js';

/**
 * The time that one meeting is to have; of an hour that comes twice or never, what a series makes of it.
 *
 * @throws Problem `invalid-input` when it has passed, `rule-invalid` for a time that cannot be held
 */
export function movedTo(to: { startLocal: string; durationMinutes: number }, now: Temporal.Instant): { startLocal: string; start: Temporal.Instant } {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const { startLocal } = ruleOfPlan({ ...to, pattern: { kind: 'once' }, ends: null, excludedDates: [], addedDates: [] }, today);
  const start = originalStart(startLocal, timeZone);
  if (Temporal.Instant.compare(start, now) <= 0) throw new Problem('invalid-input', undefined, [{ field: 'startLocal', message: 'Tidspunktet er allerede passeret.' }]);
  return { startLocal, start };
}
