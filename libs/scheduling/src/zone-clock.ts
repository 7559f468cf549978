import { Temporal } from 'temporal-polyfill';
import { msPerDay, msPerMinute } from './civil.js';

/** About 397 days: a power of two, so that the stretch of an instant is one division. */
const stretchMs = 2 ** 35;

interface Stretch {
  /** Instants from which `offsets` hold, the first the begin of the stretch. */
  from: number[];
  /** What the wall is ahead of UTC, ms. */
  offsets: number[];
}

/**
 * A zone's clock in whole numbers. The rules of the zone come from the runtime's IANA data, asked once for each stretch
 * of a year that is looked at; a lookup after that costs nanoseconds, where Temporal takes tens of microseconds.
 */
export class ZoneClock {
  private readonly stretches = new Map<number, Stretch>();
  // Almost every lookup is near the one before it.
  private lastKey = Number.NaN;
  private last: Stretch = { from: [], offsets: [] };
  /** Wall times, ms, more than a day from any change, and the offset that holds there. */
  private calm = { from: 0, to: 0, offset: 0 };

  constructor(readonly timeZone: string) {}

  /** What the wall is ahead of UTC at an instant, ms. */
  offsetAt(epochMs: number): number {
    const key = Math.floor(epochMs / stretchMs);
    if (key !== this.lastKey) {
      this.last = this.stretch(key);
      this.lastKey = key;
    }
    const { from, offsets } = this.last;
    let at = from.length - 1;
    while (at > 0 && from[at]! > epochMs) at -= 1;
    return offsets[at]!;
  }

  /**
   * The instant of a wall time. A time that spring leaves out is read with the offset from before the change, one that
   * autumn has twice is the first (RFC 5545 §3.3.5, rule RC9).
   *
   * @param wall minutes, see `wallText`
   */
  epochMs(wall: number): number {
    const wallMs = wall * msPerMinute;
    if (wallMs >= this.calm.from && wallMs < this.calm.to) return wallMs - this.calm.offset;
    const before = this.offsetAt(wallMs - msPerDay);
    const after = this.offsetAt(wallMs + msPerDay);
    if (before === after) {
      this.rememberCalm(wallMs);
      return wallMs - before;
    }
    const early = wallMs - before;
    if (this.offsetAt(early) === before) return early;
    const late = wallMs - after;
    return this.offsetAt(late) === after ? late : early;
  }

  /** The wall time of an instant in whole minutes, seconds dropped. */
  wall(epochMs: number): number {
    return Math.floor((epochMs + this.offsetAt(epochMs)) / msPerMinute);
  }

  /** Whether the wall ever shows this time. */
  exists(wall: number): boolean {
    return this.wall(this.epochMs(wall)) === wall;
  }

  private rememberCalm(wallMs: number): void {
    const key = Math.floor(wallMs / stretchMs);
    const { from, offsets } = this.stretch(key);
    const at = from.findLastIndex((begin) => begin <= wallMs);
    this.calm = { from: from[at]! + msPerDay, to: (from[at + 1] ?? (key + 1) * stretchMs) - msPerDay, offset: offsets[at]! };
  }

  private stretch(key: number): Stretch {
    const known = this.stretches.get(key);
    if (known !== undefined) return known;
    const begin = key * stretchMs;
    const from = [begin];
    let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(begin).toZonedDateTimeISO(this.timeZone);
    const offsets = [at.offsetNanoseconds / 1e6];
    for (;;) {
      at = at.getTimeZoneTransition('next');
      if (at === null || at.epochMilliseconds >= begin + stretchMs) break;
      from.push(at.epochMilliseconds);
      offsets.push(at.offsetNanoseconds / 1e6);
    }
    const made = { from, offsets };
    this.stretches.set(key, made);
    return made;
  }
}

const clocks = new Map<string, ZoneClock>();
const mostClocks = 100;

/** The clock of an IANA zone, shared by all who ask. */
export function clockOf(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  // Foreign calendars can name every zone there is.
  if (clocks.size >= mostClocks) clocks.clear();
  const made = new ZoneClock(timeZone);
  clocks.set(timeZone, made);
  return made;
}
