import { Temporal } from 'temporal-polyfill';

export const danishZone = 'Europe/Copenhagen';

/**
 * Whether `text` names a zone of the IANA database that this host knows, `UTC` included. Fixed offsets (`+01:00`) are
 * refused: wall time in them would not follow the clock people live by. So are Windows names (“Romance Standard
 * Time”), which the importer maps first.
 */
export function isZoneName(text: string): boolean {
  // Temporal also takes a whole date-time with a zone in brackets, or an offset, where it wants a zone.
  if (knownZones.has(text)) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(text)) return false;
  try {
    new Temporal.ZonedDateTime(0n, text);
    // Asking the runtime costs more than expanding most rules; in any spelling there are some thousand names.
    if (knownZones.size < 1000) knownZones.add(text);
    return true;
  } catch {
    return false;
  }
}

const knownZones = new Set<string>();

/** A stretch of the wall clock, in minutes after midnight, half-open; `to` may pass 1440. */
interface ClockStretch {
  from: number;
  to: number;
}

const yearsLookedAt = 10;

/**
 * The times of day that are left out or come twice when the clocks of `zone` change, in the ten years from the year
 * before `year`: [02.00, 03.00) in Denmark, [01.00, 02.00) on the Faroe Islands, none in Iceland.
 */
function clockChangeStretches(zone: string, year: number): ClockStretch[] {
  const stretches = new Map<string, ClockStretch>();
  let at: Temporal.ZonedDateTime | null = Temporal.PlainDate.from({ year: year - 1, month: 1, day: 1 }).toZonedDateTime(zone);
  const end = at.add({ years: yearsLookedAt });
  for (;;) {
    at = at.getTimeZoneTransition('next');
    if (at === null || Temporal.ZonedDateTime.compare(at, end) > 0) return [...stretches.values()];
    const after = at.toPlainDateTime();
    const before = at.toInstant().subtract({ milliseconds: 1 }).toZonedDateTimeISO(zone).toPlainDateTime().add({ milliseconds: 1 });
    const minutes = Math.round(before.until(after, { largestUnit: 'minutes' }).total('minutes'));
    const first = minutes > 0 ? before : after;
    const from = first.hour * 60 + first.minute;
    const to = from + Math.abs(minutes);
    if (to > from) stretches.set(`${from}-${to}`, { from, to });
  }
}

/** Whether a series starting at `start` could ever meet a clock change of `zone` (rule RC9). */
export function touchesClockChange(zone: string, start: Temporal.PlainDateTime): boolean {
  const minute = start.hour * 60 + start.minute;
  return clockChangeStretches(zone, start.year).some(
    ({ from, to }) => (minute >= from && minute < to) || (minute + 1440 >= from && minute + 1440 < to),
  );
}

/** Whether this very wall time exists exactly once in `zone`. */
export function isUnambiguous(zone: string, local: Temporal.PlainDateTime): boolean {
  try {
    local.toZonedDateTime(zone, { disambiguation: 'reject' });
    return true;
  } catch {
    return false;
  }
}
