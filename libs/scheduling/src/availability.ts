import { msPerMinute, readDate } from './civil.js';
import { usualClosures, type AuthorityClosures } from './holidays.js';
import { emptyPlane, setSlots, slotMinutes, slotsPerDay, type Plane } from './slots.js';
import { openDays, usualHours, workingStretches, type HalfDay, type SoftPeriod, type WorkingHours } from './working-time.js';
import { clockOf, type ZoneClock } from './zone-clock.js';
import { danishZone } from './zones.js';

/**
 * `unknown`: nobody knows whether the person is free then; it is neither free nor busy (rule AV2).
 * `tentative`: held for something that is not settled; blocks only when the question says so (rule AV3).
 */
export type BusyState = 'busy' | 'tentative' | 'unknown';

export interface BusyTime {
  /** Instants, ms since 1970, half-open. */
  startMs: number;
  endMs: number;
  /** Default `busy`. */
  state?: BusyState;
  /** Where it is held; absent: at the person's own place; null: nowhere (leave, online). */
  placeId?: string | null;
  /** What it is part of; a question can ask as if that were not there (`FindTimeQuery.withoutEvent`). */
  eventId?: string;
}

export interface Person {
  id: string;
  authorityId: string;
  sector: string;
  /** Where the person comes from and returns to; null: no travel is reckoned. */
  placeId?: string | null;
  /** Default Monday to Thursday 8–16, Friday 8–14. */
  hours?: WorkingHours;
  closures?: AuthorityClosures;
  halfDays?: readonly HalfDay[];
  busy: readonly BusyTime[];
  /** False: what is not busy is unknown, not free. */
  calendarKnown: boolean;
  /** Who may stand in, the first preferred; a relaxation names them (rule AV14). */
  substitutes?: readonly string[];
}

export interface Room {
  id: string;
  placeId: string | null;
  /** Null: as many as come. */
  seats?: number | null;
  busy: readonly BusyTime[];
}

/** Planes that hold for one question: gaps around what is busy depend on the place and the buffer. */
export interface Planes {
  /** Works, and surely has nothing else. */
  free: Plane;
  /** Works, and has nothing else that anybody knows of: `free` and what is unknown. The same plane where all is known. */
  open: Plane;
  /** Null where nothing is tentative. */
  tentative: Plane | null;
}

interface Entry extends Planes {
  work: Plane;
  /** Whether what is not busy is free rather than unknown. */
  known: boolean;
  times: WallTimes;
  derived: Map<string, Planes>;
}

/** Busy times as minutes on the wall since the first day of the index; arrays, since six hundred people have half a million. */
interface WallTimes {
  from: Int32Array;
  to: Int32Array;
  state: Uint8Array;
  placeId: (string | null | undefined)[];
  eventId: (string | undefined)[];
}

const stateCodes = { busy: 0, tentative: 1, unknown: 2 } as const satisfies Record<BusyState, number>;

export interface PersonEntry extends Entry {
  person: Person;
}

export interface RoomEntry extends Entry {
  room: Room;
}

export interface AvailabilityOptions {
  /** First day, `YYYY-MM-DD`. */
  from: string;
  /** 1 … 680 */
  days: number;
  /** Default Europe/Copenhagen. */
  timeZone?: string;
  /** Minutes from door to door, the same in both directions; default 0. */
  travelMinutes?: (fromPlaceId: string, toPlaceId: string) => number;
  /** School holidays by authority. */
  softPeriods?: ReadonlyMap<string, readonly SoftPeriod[]>;
}

const mostDays = 680;
const mostDerived = 8;

/**
 * What is known of everybody's time, prepared for questions: see `findTime`. A person's change replaces only that person.
 * Slots are quarters of an hour on the wall, so that a day of a clock change is a day like others; what is busy in an
 * hour that comes twice is busy in both (rule AV4).
 */
export class Availability {
  readonly firstDay: number;
  readonly days: number;
  readonly timeZone: string;
  readonly travelMinutes: (fromPlaceId: string, toPlaceId: string) => number;
  /** By authority and day of the index: the name of the soft period, null on other days. */
  readonly softDays: ReadonlyMap<string, readonly (string | null)[]>;
  private readonly clock: ZoneClock;
  private readonly people = new Map<string, PersonEntry>();
  private readonly rooms = new Map<string, RoomEntry>();
  private readonly workPlanes = new Map<string, Plane>();
  private readonly openDays = new Map<string, boolean[]>();
  /** What questions prepare once and use again; see find-time.ts. */
  readonly prepared = new Map<string, unknown>();

  /** @throws RangeError for a day that does not exist or too many days */
  constructor(options: AvailabilityOptions) {
    const firstDay = readDate(options.from);
    if (firstDay === null) throw new RangeError('from is YYYY-MM-DD');
    if (!Number.isInteger(options.days) || options.days < 1 || options.days > mostDays) throw new RangeError(`days is 1 … ${mostDays}`);
    this.firstDay = firstDay;
    this.days = options.days;
    this.timeZone = options.timeZone ?? danishZone;
    this.clock = clockOf(this.timeZone);
    this.travelMinutes = options.travelMinutes ?? (() => 0);
    this.softDays = new Map([...(options.softPeriods ?? [])].map(([authorityId, periods]) => [authorityId, this.softDaysOf(periods)]));
  }

  /** Adds a person, or replaces what was known of her. */
  setPerson(person: Person): void {
    const work = this.workPlane(person.hours ?? usualHours, person.closures ?? usualClosures, person.halfDays ?? []);
    this.people.set(person.id, { person, ...this.entry(work, person.busy, person.calendarKnown) });
  }

  removePerson(id: string): void {
    this.people.delete(id);
  }

  setRoom(room: Room): void {
    const always = this.always();
    this.rooms.set(room.id, { room, ...this.entry(always, room.busy, true) });
  }

  person(id: string): PersonEntry | null {
    return this.people.get(id) ?? null;
  }

  room(id: string): RoomEntry | null {
    return this.rooms.get(id) ?? null;
  }

  /**
   * The planes of somebody for a meeting at `placeId`, with `bufferMinutes` around what else she has. Between two places
   * the way counts where it is longer than the buffer (rule AV7). What belongs to `withoutEvent` is not there (rule AV15).
   */
  planes(entry: Entry, ownPlaceId: string | null, placeId: string | null, bufferMinutes: number, tentativeBlocks: boolean, withoutEvent: string | null): Planes {
    const blocks = tentativeBlocks && entry.tentative !== null;
    const without = withoutEvent !== null && entry.times.eventId.includes(withoutEvent) ? withoutEvent : null;
    if (bufferMinutes === 0 && placeId === null && !blocks && without === null) return entry;
    const key = `${placeId ?? ''} ${bufferMinutes} ${blocks} ${without ?? ''}`;
    const known = entry.derived.get(key);
    if (known !== undefined) return known;
    const made = this.derive(entry, ownPlaceId, placeId, bufferMinutes, blocks, without);
    if (entry.derived.size >= mostDerived) entry.derived.clear();
    entry.derived.set(key, made);
    return made;
  }

  private derive(entry: Entry, ownPlaceId: string | null, placeId: string | null, bufferMinutes: number, tentativeBlocks: boolean, without: string | null): Planes {
    const base = without === null ? entry : this.planesOf(entry.work, entry.times, entry.known, without);
    const busy = emptyPlane(this.days);
    const { from, to, state, placeId: places, eventId } = entry.times;
    // Most of what people have is where they are.
    const ownWay = this.gap(ownPlaceId, placeId, bufferMinutes);
    for (let n = 0; n < from.length; n += 1) {
      if (state[n] === stateCodes.unknown || (state[n] === stateCodes.tentative && !tentativeBlocks)) continue;
      if (without !== null && eventId[n] === without) continue;
      const at = places[n];
      const gap = at === undefined ? ownWay : this.gap(at, placeId, bufferMinutes);
      setSlots(busy, Math.floor((from[n]! - gap) / slotMinutes), Math.ceil((to[n]! + gap) / slotMinutes));
    }
    const open = less(base.open, busy);
    return { open, free: base.free === base.open ? open : less(base.free, busy), tentative: base.tentative };
  }

  private gap(fromPlaceId: string | null, toPlaceId: string | null, bufferMinutes: number): number {
    const travels = fromPlaceId !== null && toPlaceId !== null && fromPlaceId !== toPlaceId;
    return travels ? Math.max(bufferMinutes, this.travelMinutes(fromPlaceId, toPlaceId)) : bufferMinutes;
  }

  private entry(work: Plane, busyTimes: readonly BusyTime[], known: boolean): Entry {
    const times = this.wallTimes(busyTimes);
    return { work, known, times, ...this.planesOf(work, times, known, null), derived: new Map() };
  }

  private planesOf(work: Plane, times: WallTimes, known: boolean, without: string | null): Planes {
    const busy = emptyPlane(this.days);
    let unknown: Plane | null = known ? null : work;
    let tentative: Plane | null = null;
    for (let n = 0; n < times.from.length; n += 1) {
      if (without !== null && times.eventId[n] === without) continue;
      const first = Math.floor(times.from[n]! / slotMinutes);
      const end = Math.ceil(times.to[n]! / slotMinutes);
      if (times.state[n] === stateCodes.busy) setSlots(busy, first, end);
      else if (times.state[n] === stateCodes.tentative) setSlots((tentative ??= emptyPlane(this.days)), first, end);
      else if (known) setSlots((unknown ??= emptyPlane(this.days)), first, end);
    }
    const open = less(work, busy);
    return { free: unknown === null ? open : less(open, unknown), open, tentative };
  }

  private wallTimes(busyTimes: readonly BusyTime[]): WallTimes {
    const zero = this.firstDay * 1440;
    const { length } = busyTimes;
    const times: WallTimes = { from: new Int32Array(length), to: new Int32Array(length), state: new Uint8Array(length), placeId: busyTimes.map(({ placeId }) => placeId), eventId: busyTimes.map(({ eventId }) => eventId) };
    busyTimes.forEach(({ startMs, endMs, state = 'busy' }, n) => {
      const from = this.clock.wall(startMs) - zero;
      // The last moment that is busy, so that seconds do not make a meeting end a minute early.
      const to = this.clock.wall(endMs - 1) + 1 - zero;
      const minutes = Math.ceil((endMs - startMs) / msPerMinute);
      // Across a clock change the wall and the minutes differ: both are busy.
      times.from[n] = Math.min(from, to);
      times.to[n] = Math.max(to, from + minutes);
      times.state[n] = stateCodes[state];
    });
    return times;
  }

  private workPlane(hours: WorkingHours, closures: AuthorityClosures, halfDays: readonly HalfDay[]): Plane {
    const key = JSON.stringify([hours, closures, halfDays]);
    const known = this.workPlanes.get(key);
    if (known !== undefined) return known;
    const plane = emptyPlane(this.days);
    const closed = JSON.stringify(closures);
    const open = this.openDays.get(closed) ?? openDays(closures, this.firstDay, this.days);
    this.openDays.set(closed, open);
    workingStretches(hours, this.firstDay, open, halfDays).forEach((stretches, day) => {
      // Only whole slots that somebody works: half a quarter is none.
      for (const { from, to } of stretches) setSlots(plane, day * slotsPerDay + Math.ceil(from / slotMinutes), day * slotsPerDay + Math.floor(to / slotMinutes));
    });
    this.workPlanes.set(key, plane);
    return plane;
  }

  private softDaysOf(periods: readonly SoftPeriod[]): (string | null)[] {
    const names = Array.from({ length: this.days }, (): string | null => null);
    for (const { from, to, name } of periods) {
      const first = readDate(from);
      const last = readDate(to);
      if (first === null || last === null) throw new RangeError('a soft period has dates YYYY-MM-DD');
      names.fill(name, Math.max(0, first - this.firstDay), Math.max(0, last + 1 - this.firstDay));
    }
    return names;
  }

  private always(): Plane {
    const plane = emptyPlane(this.days);
    setSlots(plane, 0, this.days * slotsPerDay);
    return plane;
  }
}

/** The slots of `plane` that `taken` does not have. */
function less(plane: Plane, taken: Plane): Plane {
  const left = new Int32Array(plane.length);
  for (let word = 0; word < left.length; word += 1) left[word] = plane[word]! & ~taken[word]!;
  return left;
}
