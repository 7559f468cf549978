import { Temporal } from 'temporal-polyfill';
import { minutesPerDay, msPerMinute, readWall, wallText } from './civil.js';
import { InvalidRule, occurrences, readMoment, recurrenceIdAt, type InstantWindow, type Occurrence, type SeriesRule } from './recurrence.js';
import { parseRrule } from './rrule.js';
import { clockOf, type ZoneClock } from './zone-clock.js';

/** What somebody did to one occurrence, or to it and all after it: a component with RECURRENCE-ID (RFC 5545 §3.8.4.4). */
export interface Override {
  /** The original start, in the forms of `SeriesRule.excludedDates`; compared as an instant (rule RC8). */
  recurrenceId: string;
  /** RANGE=THISANDFUTURE: what was changed here is changed for all later ones too, until the next such override. */
  range?: 'thisAndFuture';
  /** Not held. */
  cancelled?: boolean;
  /** New wall start in the zone of the series, `YYYY-MM-DDTHH:mm`; absent: not moved. */
  startLocal?: string;
  /** Absent: as the series. */
  durationMinutes?: number;
}

export interface SetOccurrence extends Occurrence {
  /** An override moved it or gave it another length. */
  changed: boolean;
}

const mostOverrides = 2000;
const longestMinutes = 7 * minutesPerDay;

interface ReadOverride {
  wall: number;
  epochMs: number;
  /** Wall minutes from the original start to the new one. */
  shift: number;
  durationMinutes: number;
  cancelled: boolean;
}

/**
 * What a series meets with all that was done to it, in start order (rules RC21 … RC23): moved occurrences where they moved to,
 * also from far outside the window, cancelled ones left out, and after THISANDFUTURE the later ones moved by as much on the wall.
 * An override stands against an EXDATE of the same start, and also where the rule has no occurrence: nothing is lost.
 *
 * @param window half-open, [start, end)
 * @param limit  occurrences, 1 … 20 000; the earliest are kept (default 1000)
 * @throws InvalidRule for a rule as `occurrences`; `outOfBounds` for more than 2000 overrides or a length out of bounds;
 *   `startMalformed` for an override that cannot be read
 */
export function setOccurrences(rule: SeriesRule, overrides: readonly Override[], window: InstantWindow, limit = 1000): SetOccurrence[] {
  if (overrides.length > mostOverrides) throw new InvalidRule('outOfBounds');
  const clock = clockOf(rule.timeZone);
  const [fromMs, toMs] = [window.start.epochMilliseconds, window.end.epochMilliseconds];
  const found: SetOccurrence[] = [];
  const take = (recurrenceId: string, wall: number, durationMinutes: number, changed: boolean) => {
    const startMs = clock.epochMs(wall);
    if (startMs >= toMs || startMs + durationMinutes * msPerMinute <= fromMs || fromMs >= toMs) return;
    const startInstant = Temporal.Instant.fromEpochMilliseconds(startMs);
    found.push({ recurrenceId, startInstant, endInstant: startInstant.add({ minutes: durationMinutes }), startLocal: wallText(clock.wall(startMs)), changed });
  };

  const single = new Map(overrides.filter(({ range }) => range === undefined).map((one) => readOverride(one, rule, clock)).map((one) => [one.epochMs, one]));
  for (const { wall, shift, durationMinutes, cancelled } of single.values()) {
    if (!cancelled) take(wallText(wall), wall + shift, durationMinutes, true);
  }
  const future = overrides.filter(({ range }) => range !== undefined).map((one) => readOverride(one, rule, clock)).sort((a, b) => a.epochMs - b.epochMs);
  const asPlanned: ReadOverride = { wall: 0, epochMs: Number.NEGATIVE_INFINITY, shift: 0, durationMinutes: rule.durationMinutes, cancelled: false };
  [asPlanned, ...future].forEach((stretch, n) => {
    if (stretch.cancelled) return;
    const stretchEndMs = future[n]?.epochMs ?? Number.POSITIVE_INFINITY;
    // Where these occurrences were before they moved; a day to spare for clock changes.
    const spareMs = (Math.abs(stretch.shift) + Math.max(stretch.durationMinutes, rule.durationMinutes) + minutesPerDay) * msPerMinute;
    const [lowMs, highMs] = [Math.max(fromMs - spareMs, stretch.epochMs), Math.min(toMs + spareMs, stretchEndMs)];
    if (lowMs >= highMs) return;
    const before: InstantWindow = { start: Temporal.Instant.fromEpochMilliseconds(lowMs), end: Temporal.Instant.fromEpochMilliseconds(highMs) };
    for (const one of occurrences(rule, before, 20_000)) {
      const epochMs = one.startInstant.epochMilliseconds;
      if (epochMs < stretch.epochMs || epochMs >= stretchEndMs || single.has(epochMs)) continue;
      take(one.recurrenceId, readWall(one.recurrenceId)! + stretch.shift, stretch.durationMinutes, n > 0);
    }
  });
  return found.sort((a, b) => Temporal.Instant.compare(a.startInstant, b.startInstant) || (a.recurrenceId < b.recurrenceId ? -1 : 1)).slice(0, limit);
}

function readOverride({ recurrenceId, cancelled = false, startLocal, durationMinutes }: Override, rule: SeriesRule, clock: ZoneClock): ReadOverride {
  const moment = readMoment(recurrenceId);
  const start = readWall(rule.startLocal);
  if (moment === null || start === null) throw new InvalidRule('startMalformed');
  // A day alone names the occurrence at the wall time of the series.
  const wall = moment.kind === 'instant' ? clock.wall(moment.epochMs) : moment.kind === 'wall' ? moment.wall : moment.day * minutesPerDay + (start % minutesPerDay);
  const moved = startLocal === undefined ? wall : readWall(startLocal);
  if (moved === null) throw new InvalidRule('startMalformed');
  const length = durationMinutes ?? rule.durationMinutes;
  if (!Number.isInteger(length) || length < 1 || length > longestMinutes) throw new InvalidRule('durationOutOfBounds');
  return { wall, epochMs: clock.epochMs(wall), shift: moved - wall, durationMinutes: length, cancelled };
}

/**
 * A series as two, the second from `recurrenceId` on: what calendars that do not know THISANDFUTURE are given (rule RC24).
 * Together they meet what the one met.
 *
 * @returns null where the rule has no occurrence of its own there, or nothing is left before it
 * @throws InvalidRule as `occurrences`
 */
export function splitAt(rule: SeriesRule, recurrenceId: string): { before: SeriesRule; after: SeriesRule } | null {
  const wall = readWall(recurrenceId);
  if (wall === null || rule.rrule === null || recurrenceId <= rule.startLocal) return null;
  const parsed = parseRrule(rule.rrule);
  if (!parsed.ok) throw new InvalidRule(parsed.reason);
  const clock = clockOf(rule.timeZone);
  const at = Temporal.Instant.fromEpochMilliseconds(clock.epochMs(wall));
  const plain: SeriesRule = { ...rule, excludedDates: [], addedDates: [] };
  if (recurrenceIdAt(plain, at) !== recurrenceId) return null;

  const rest = rule.rrule.toUpperCase().replace(/^RRULE:/, '').split(';').filter((part) => part !== '' && !/^(COUNT|UNTIL)=/.test(part));
  const lastSecond = at.subtract({ seconds: 1 }).toString().replace(/[-:]/g, '');
  const { count } = parsed.parts;
  const until = /UNTIL=[^;]+/i.exec(rule.rrule)?.[0];
  const ending = count !== null ? [`COUNT=${count - startedBefore(plain, at)}`] : until === undefined ? [] : [until.toUpperCase()];
  const isBefore = (text: string) => {
    const moment = readMoment(text);
    if (moment === null) throw new InvalidRule('addedDateUnusable');
    const added = moment.kind === 'instant' ? clock.wall(moment.epochMs) : moment.kind === 'wall' ? moment.wall : moment.day * minutesPerDay + (wall % minutesPerDay);
    return added < wall;
  };
  const added = rule.addedDates ?? [];
  return {
    before: { ...rule, rrule: [...rest, `UNTIL=${lastSecond}`].join(';'), addedDates: added.filter(isBefore) },
    after: { ...rule, startLocal: recurrenceId, rrule: [...rest, ...ending].join(';'), addedDates: added.filter((text) => !isBefore(text)) },
  };
}

/** How many occurrences COUNT has counted before `at`; a rule with COUNT has at most 20 000. */
function startedBefore(plain: SeriesRule, at: Temporal.Instant): number {
  const start = Temporal.Instant.fromEpochMilliseconds(clockOf(plain.timeZone).epochMs(readWall(plain.startLocal)!));
  return occurrences(plain, { start, end: at }, 20_000).length;
}
