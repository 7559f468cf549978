import type { Availability, PersonEntry, RoomEntry } from './availability.js';
import { isoWeekday, readClock, readDate } from './civil.js';
import { emptyPlane, longestPair, setSlots, slotMinutes, slotsPerDay, startsPlane, type Plane } from './slots.js';

/** So many of a sector, of several or of an authority must come: two of the police, half of the municipalities (rule AV6). */
export interface Quorum {
  of: { sector: string } | { sectors: readonly string[] } | { authorityId: string };
  /** 1 … 50 */
  least: number;
  /** Default `people`; of `authorities` one person each is enough. */
  count?: 'people' | 'authorities';
  /** What reasons and changes call it; default the sectors or the authority. */
  id?: string;
}

export const quorumName = ({ id, of }: Quorum): string => id ?? ('sector' in of ? of.sector : 'sectors' in of ? of.sectors.join(' ') : of.authorityId);

/** One of these must come, the first rather than the second (rule AV5). */
export interface OneOf {
  id: string;
  people: readonly string[];
}

export interface FindTimeQuery {
  /** First day, `YYYY-MM-DD`. */
  from: string;
  /** Day after the last. */
  until: string;
  /** 1 … 1440; rounded up to whole quarters of an hour. */
  durationMinutes: number;
  /** Meetings begin at multiples of this; default 15. */
  everyMinutes?: 15 | 30 | 60;
  /** Earliest start on the wall, `HH:mm`; default 08:00. */
  earliest?: string;
  /** Latest end on the wall, `HH:mm`; default 16:00. */
  latest?: string;
  /** ISO weekdays; default Monday to Friday. */
  weekdays?: readonly number[];
  excludedDays?: readonly string[];
  required: readonly string[];
  optional?: readonly string[];
  oneOf?: readonly OneOf[];
  /** Counted among all who are named in the question. */
  quorum?: readonly Quorum[];
  /** Where the meeting is held; null or absent: online, without travel. Rooms know their own place. */
  placeId?: string | null;
  /** One of these must be free, the first rather than the second. */
  rooms?: readonly string[];
  /** Times that belong to it are as if they were not there: the meeting that is to be moved. */
  withoutEvent?: string;
  /** Free minutes before and after what else everybody has; 0 … 240, default 0. */
  bufferMinutes?: number;
  /** Whether what is only held tentatively blocks; default `passes`. */
  tentative?: 'passes' | 'blocks';
  /** `refuse` (default): who is not known to be free cannot. `ask`: such times are given too, after the certain ones. */
  unknown?: 'refuse' | 'ask';
}

/** Why a question cannot be asked; `subject` is the person, room, group or field. */
export const queryFaults = ['personUnknown', 'roomUnknown', 'windowUnusable', 'durationOutOfBounds', 'hoursUnusable', 'bufferOutOfBounds', 'groupEmpty', 'quorumUnusable', 'nobodyAsked', 'tooManyAsked'] as const;
export type QueryFault = (typeof queryFaults)[number];

export class UnusableQuery extends Error {
  constructor(
    readonly reason: QueryFault,
    readonly subject: string,
  ) {
    super(`question refused: ${reason}`);
    this.name = 'UnusableQuery';
  }
}

/** What makes a time worse, in points; the words and their reasons are in docs/scheduling.md. */
export const costs = {
  mustAsk: 400,
  substitute: 120,
  softPeriod: 60,
  optionalMissing: 40,
  tentative: 30,
  optionalUnknown: 20,
  outsideCore: 12,
  fridayAfternoon: 10,
  lunch: 8,
  perWeek: 2,
  /** For half an hour of travel of one person, there only. */
  perHalfHourTravel: 1,
  mostTravel: 200,
} as const;

/** Minutes after midnight. */
export const coreHours = { from: 9 * 60, to: 15 * 60 };
export const lunch = { from: 12 * 60, to: 12 * 60 + 30 };
export const fridayAfternoon = 13 * 60;

/** One way to hold it: the planes of everybody for that place, and the rooms there. */
export interface Venue {
  placeId: string | null;
  /** By person, as in `CompiledQuery.people`; run lengths are already judged where `judged`. */
  free: readonly Plane[];
  open: readonly Plane[];
  /** Null where nothing is tentative. */
  tentative: readonly (Plane | null)[];
  rooms: readonly RoomEntry[];
  roomPlanes: readonly Plane[];
  travelCost: number;
  travelMinutes: number;
}

export interface CompiledQuery {
  index: Availability;
  query: FindTimeQuery;
  people: readonly PersonEntry[];
  /** Indexes into `people`; nobody is both required and optional. */
  required: readonly number[];
  optional: readonly number[];
  groups: readonly { group: OneOf; members: readonly number[] }[];
  /** Each unit counts once, whoever of it comes: a person, a one-of group, an authority. */
  quorums: readonly { quorum: Quorum; units: readonly (readonly number[])[] }[];
  ask: boolean;
  /** Slots of the meeting. */
  length: number;
  /** Slots that `search` still has to judge: `length`, or 1 where the planes hold starts already. */
  run: number;
  /** Allowed starts, and the words in which there are any. */
  starts: Plane;
  words: Int32Array;
  /** By slot of a week that begins with the first day of the index. */
  slotCosts: Uint16Array;
  /** By day of the index. */
  dayCosts: Uint16Array;
  venues: readonly Venue[];
}

const mostPeople = 500;
const mostVenues = 8;
const mostOfQuorum = 50;

/** @throws UnusableQuery */
export function compile(index: Availability, query: FindTimeQuery): CompiledQuery {
  const { durationMinutes, bufferMinutes = 0 } = query;
  if (!Number.isInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > 1440) throw new UnusableQuery('durationOutOfBounds', 'durationMinutes');
  if (!Number.isInteger(bufferMinutes) || bufferMinutes < 0 || bufferMinutes > 240) throw new UnusableQuery('bufferOutOfBounds', 'bufferMinutes');
  const length = Math.ceil(durationMinutes / slotMinutes);

  const people: PersonEntry[] = [];
  const places = new Map<string, number>();
  const numberOf = (id: string): number => {
    const known = places.get(id);
    if (known !== undefined) return known;
    const entry = index.person(id);
    if (entry === null) throw new UnusableQuery('personUnknown', id);
    if (people.length >= mostPeople) throw new UnusableQuery('tooManyAsked', id);
    places.set(id, people.length);
    return people.push(entry) - 1;
  };
  const required = [...new Set(query.required)].map(numberOf);
  const groups = (query.oneOf ?? []).map((group) => {
    if (group.people.length === 0) throw new UnusableQuery('groupEmpty', group.id);
    return { group, members: [...new Set(group.people)].map(numberOf) };
  });
  // Who is needed anyway is not asked a second time.
  const optional = [...new Set(query.optional ?? [])].filter((id) => !places.has(id)).map(numberOf);
  if (people.length === 0) throw new UnusableQuery('nobodyAsked', 'required');
  const quorums = (query.quorum ?? []).map((quorum) => {
    if (!Number.isInteger(quorum.least) || quorum.least < 1 || quorum.least > mostOfQuorum) throw new UnusableQuery('quorumUnusable', quorumName(quorum));
    return { quorum, units: unitsOf(quorum, people, groups) };
  });

  const calendar = calendarOf(index, query, length);
  const run = length <= longestPair ? length : 1;
  return {
    index, query, people, required, optional, groups, quorums, length, run,
    ask: query.unknown === 'ask',
    starts: calendar.starts,
    words: calendar.words,
    slotCosts: slotCostsOf(index, length),
    dayCosts: dayCostsOf(index, people, calendar.firstDay),
    venues: venuesOf(index, query, people, required, length),
  };
}

/** Of a one-of group one comes, so that it counts once. */
function unitsOf({ of, count }: Quorum, people: readonly PersonEntry[], groups: CompiledQuery['groups']): number[][] {
  const counts = (n: number) => {
    const { sector, authorityId } = people[n]!.person;
    return 'sector' in of ? sector === of.sector : 'sectors' in of ? of.sectors.includes(sector) : authorityId === of.authorityId;
  };
  const members = people.flatMap((_, n) => (counts(n) ? [n] : []));
  if (count === 'authorities') {
    const authorities = [...new Set(members.map((n) => people[n]!.person.authorityId))];
    return authorities.map((id) => members.filter((n) => people[n]!.person.authorityId === id));
  }
  const grouped = groups.map((group) => group.members.filter(counts)).filter((group) => group.length > 0);
  const inGroup = new Set(grouped.flat());
  return [...grouped, ...members.filter((n) => !inGroup.has(n)).map((n) => [n])];
}

interface Calendar {
  firstDay: number;
  starts: Plane;
  words: Int32Array;
}

const mostPrepared = 64;

/** What many questions have in common is made once for each index. */
function prepared<T>(index: Availability, key: string, make: () => T): T {
  const known = index.prepared.get(key) as T | undefined;
  if (known !== undefined) return known;
  if (index.prepared.size >= mostPrepared) index.prepared.clear();
  const made = make();
  index.prepared.set(key, made);
  return made;
}

function calendarOf(index: Availability, query: FindTimeQuery, length: number): Calendar {
  const { from, until, earliest = '08:00', latest = '16:00', everyMinutes = 15, weekdays = workdays, excludedDays = noDays } = query;
  const key = `calendar ${from} ${until} ${earliest} ${latest} ${everyMinutes} ${length} ${weekdays.join()} ${excludedDays.join()}`;
  return prepared(index, key, () => {
    const firstDay = readDate(from);
    const endDay = readDate(until);
    if (firstDay === null || endDay === null || firstDay >= endDay || firstDay < index.firstDay || endDay > index.firstDay + index.days) throw new UnusableQuery('windowUnusable', 'from');
    const first = readClock(earliest);
    const end = readClock(latest);
    if (first === null || end === null || ![15, 30, 60].includes(everyMinutes)) throw new UnusableQuery('hoursUnusable', 'earliest');
    const starts = emptyPlane(index.days);
    for (let day = firstDay; day < endDay; day += 1) {
      if (!weekdays.includes(isoWeekday(day))) continue;
      const base = (day - index.firstDay) * slotsPerDay;
      for (let minute = Math.ceil(first / everyMinutes) * everyMinutes; minute + length * slotMinutes <= end; minute += everyMinutes) {
        setSlots(starts, base + minute / slotMinutes, base + minute / slotMinutes + 1);
      }
    }
    for (const text of excludedDays) {
      const day = readDate(text);
      if (day === null) throw new UnusableQuery('windowUnusable', text);
      if (day < firstDay || day >= endDay) continue;
      const base = (day - index.firstDay) * (slotsPerDay / 32);
      starts.fill(0, base, base + slotsPerDay / 32);
    }
    return { firstDay, starts, words: Int32Array.from(starts.keys()).filter((word) => starts[word] !== 0) };
  });
}

const workdays = [1, 2, 3, 4, 5];
const noDays: readonly string[] = [];

/** What a time of day and a weekday cost, in a week that begins with the first day of the index (rule AV9). */
function slotCostsOf(index: Availability, length: number): Uint16Array {
  return prepared(index, `slots ${length}`, () => {
    const table = new Uint16Array(7 * slotsPerDay);
    for (let slot = 0; slot < table.length; slot += 1) {
      const weekday = isoWeekday(index.firstDay + Math.floor(slot / slotsPerDay));
      const from = (slot % slotsPerDay) * slotMinutes;
      const { outsideCore, atLunch, lateOnFriday } = timeOfDay(weekday, from, from + length * slotMinutes);
      table[slot] = (outsideCore ? costs.outsideCore : 0) + (atLunch ? costs.lunch : 0) + (lateOnFriday ? costs.fridayAfternoon : 0);
    }
    return table;
  });
}

/** @param from minutes after midnight */
export function timeOfDay(weekday: number, from: number, to: number): { outsideCore: boolean; atLunch: boolean; lateOnFriday: boolean } {
  return {
    outsideCore: from < coreHours.from || to > coreHours.to,
    atLunch: from < lunch.to && to > lunch.from,
    lateOnFriday: weekday === 5 && to > fridayAfternoon,
  };
}

/** Later weeks, and school holidays of the authorities that are asked. */
function dayCostsOf(index: Availability, people: readonly PersonEntry[], firstDay: number): Uint16Array {
  const weeks = prepared(index, `weeks ${firstDay}`, () =>
    Uint16Array.from({ length: index.days }, (_, n) => Math.max(0, Math.floor((index.firstDay + n - firstDay) / 7)) * costs.perWeek));
  if (index.softDays.size === 0) return weeks;
  const authorities = [...new Set(people.map(({ person }) => person.authorityId))].filter((id) => index.softDays.has(id));
  if (authorities.length === 0) return weeks;
  return prepared(index, `soft ${firstDay} ${authorities.join()}`, () => {
    const soft = authorities.map((id) => index.softDays.get(id)!);
    return weeks.map((cost, day) => cost + (soft.some((names) => names[day] !== null) ? costs.softPeriod : 0));
  });
}

function venuesOf(index: Availability, query: FindTimeQuery, people: readonly PersonEntry[], required: readonly number[], length: number): Venue[] {
  const { rooms = [], bufferMinutes = 0 } = query;
  const tentativeBlocks = query.tentative === 'blocks';
  const entries = rooms.map((id) => index.room(id) ?? unknownRoom(id)).filter(({ room }) => room.seats == null || room.seats >= people.length);
  const placeIds = rooms.length === 0 ? [query.placeId ?? null] : [...new Set(entries.map(({ room }) => room.placeId))];
  if (placeIds.length > mostVenues) throw new UnusableQuery('roomUnknown', 'rooms');
  // A plane that already holds starts is judged as a run of one.
  const judge = length <= longestPair ? (plane: Plane) => plane : (plane: Plane) => startsOf(plane, length);
  return placeIds.map((placeId) => {
    const free: Plane[] = [];
    const open: Plane[] = [];
    const tentative: (Plane | null)[] = [];
    for (const entry of people) {
      const planes = index.planes(entry, entry.person.placeId ?? null, placeId, bufferMinutes, tentativeBlocks, query.withoutEvent ?? null);
      const judged = judge(planes.open);
      open.push(judged);
      tentative.push(tentativeBlocks ? null : planes.tentative);
      free.push(planes.free === planes.open ? judged : judge(planes.free));
    }
    const here = entries.filter(({ room }) => room.placeId === placeId);
    const travelMinutes = placeId === null ? 0 : required.reduce((sum, n) => sum + wayOf(index, people[n]!, placeId), 0);
    return {
      placeId, free, open, tentative,
      rooms: here,
      roomPlanes: here.map((entry) => judge(entry.open)),
      travelMinutes,
      travelCost: Math.min(costs.mostTravel, Math.round(travelMinutes / 30) * costs.perHalfHourTravel),
    };
  });
}

const startsOfPlanes = new WeakMap<Plane, Map<number, Plane>>();
/** As many lengths as one question with its changes goes through between a whole working day and half of one. */
const mostLengths = 16;

/** Where meetings of a length can begin in a plane. Planes never change, so that it is made once for each. */
function startsOf(plane: Plane, length: number): Plane {
  const known = startsOfPlanes.get(plane) ?? new Map<number, Plane>();
  startsOfPlanes.set(plane, known);
  const made = known.get(length) ?? startsPlane(plane, length);
  if (known.size >= mostLengths && !known.has(length)) known.clear();
  known.set(length, made);
  return made;
}

function wayOf(index: Availability, { person }: PersonEntry, placeId: string): number {
  const own = person.placeId ?? null;
  return own === null || own === placeId ? 0 : index.travelMinutes(own, placeId);
}

function unknownRoom(id: string): never {
  throw new UnusableQuery('roomUnknown', id);
}
