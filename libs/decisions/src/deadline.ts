import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import type { FieldError } from '@lib/contracts/problems.js';

/**
 * [DE3, FU2] What is wrong with a deadline: no date, before the meeting (or today, if the meeting lies ahead), or more than
 * twenty years on.
 *
 * @param deadline `YYYY-MM-DD`, as it was sent
 */
export function deadlineFaults(deadline: string, meetingStart: Temporal.Instant, now: Temporal.Instant): FieldError[] {
  const day = dateOf(deadline);
  if (day === null) return [{ field: 'deadline', message: 'Datoen findes ikke.' }];
  const dayOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(timeZone).toPlainDate();
  const earliest = [dayOf(meetingStart), dayOf(now)].sort(Temporal.PlainDate.compare)[0]!;
  if (Temporal.PlainDate.compare(day, earliest) < 0) return [{ field: 'deadline', message: 'Fristen kan ikke ligge før mødet.' }];
  if (Temporal.PlainDate.compare(day, earliest.add({ years: 20 })) > 0) return [{ field: 'deadline', message: 'Fristen ligger for langt ude i fremtiden.' }];
  return [];
}

/** The day that `text` names, or null. */
export function dateOf(text: string): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return null;
  }
}
