import { timeZone } from '@lib/contracts/enums.js';
import { occurrences, validateRule, type SeriesRule } from '@lib/scheduling/recurrence.js';
import { Temporal } from 'temporal-polyfill';
import type { RecurrenceFrequency } from '../api/types.js';

export interface PreviewRow {
  startInstant: string;
  endInstant: string;
  /** Between this meeting and the one before it the clocks were set forward or back; the wall time stays. */
  clocks: 'forward' | 'back' | null;
}

const shown = 8;

/** The first meetings of a series that does not exist yet, by the same engine as the server's; null while incomplete. */
export function previewSeries(
  { startLocal, frequency, durationMinutes }: { startLocal: string; frequency: RecurrenceFrequency; durationMinutes: number },
): PreviewRow[] | null {
  const rule: SeriesRule = {
    startLocal,
    timeZone,
    rrule: frequency === 'weekly' ? 'FREQ=WEEKLY' : 'FREQ=WEEKLY;INTERVAL=2',
    durationMinutes,
  };
  if (!validateRule(rule).ok) return null;
  const start = Temporal.PlainDateTime.from(startLocal).toZonedDateTime(timeZone);
  const window = { start: start.toInstant(), end: start.add({ weeks: shown * 2 + 1 }).toInstant() };
  let offset = start.offsetNanoseconds;
  return occurrences(rule, window, shown).map(({ startInstant, endInstant }) => {
    const now = startInstant.toZonedDateTimeISO(timeZone).offsetNanoseconds;
    const clocks = now > offset ? 'forward' : now < offset ? 'back' : null;
    offset = now;
    return { startInstant: startInstant.toString(), endInstant: endInstant.toString(), clocks };
  });
}
