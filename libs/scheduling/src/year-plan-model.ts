import { InvalidPlanInput, planWeekdays, usualWeights, type Placement, type PlanInput, type PlanPin, type PlanSeries, type PlanWeekday, type PlanWeights } from './year-plan.js';
import { bitCount, meetingsOf, PlanCalendar, weekdayCount, type Weeks } from './year-plan-calendar.js';

/**
 * An input made ready for search: every placement of every series is a number (a candidate) with the weeks it is held
 * in and what it costs by itself. People whose only series it is cannot collide with anything; they are in that cost and
 * not in `people`. Those who share base, absences and series are one with a multiplicity. A room is a person who does
 * not travel and counts for nothing.
 */
export interface PlanModel {
  readonly input: PlanInput;
  readonly weights: PlanWeights;
  readonly calendar: PlanCalendar;
  readonly seriesCount: number;
  readonly personCount: number;
  readonly placeCount: number;
  /** Candidates of series s are from `first[s]` to `first[s + 1]`, the cheapest by themselves first. */
  readonly first: Int32Array;
  readonly seriesOf: Int32Array;
  readonly placements: readonly Placement[];
  /** 0 is Monday */
  readonly weekday: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly place: Int32Array;
  /** Weeks in which the meeting is held: its pattern without what is lost. */
  readonly heldLo: Int32Array;
  readonly heldHi: Int32Array;
  /** Cost whatever else is placed. */
  readonly alone: Float64Array;
  /** People (and the room) who bind a candidate to others. */
  readonly people: readonly Int32Array[];
  readonly base: Int32Array;
  /** How many people a person stands for; 0 for rooms. */
  readonly times: Int32Array;
  /** Even share of meetings in a week. */
  readonly share: Int32Array;
  /** Weeks in which a person is away, by person and weekday. */
  readonly awayLo: Int32Array;
  readonly awayHi: Int32Array;
  /** Minutes from place to place, `from * placeCount + to`. */
  readonly travel: Int32Array;
  /** Series that share people or rooms with a series. */
  readonly neighbours: readonly (readonly number[])[];
  /** Series without candidates because all are in part-time hours. */
  readonly onlyPartTime: ReadonlySet<number>;
}

/** @throws InvalidPlanInput for unknown ids, doubles, and numbers out of bounds */
export function planModel(input: PlanInput): PlanModel {
  const weights = { ...usualWeights, ...input.weights };
  const calendar = new PlanCalendar(input.firstDay, input.weeks);
  const placeIndex = indexOf(input.places, 'place');
  const personIndex = indexOf(input.people, 'person');
  const seriesIndex = indexOf(input.series, 'series');
  const travel = closedTravel(input);
  const placeCount = input.places.length;
  const pins = new Map<number, PlanPin>();
  for (const pin of input.pins ?? []) pins.set(known(seriesIndex, pin.seriesId, 'series'), pin);

  const bases = input.people.map((person) => known(placeIndex, person.placeId, 'place'));
  const away = input.people.map((person) => planWeekdays.map((day) => calendar.weeksWithin(person.absences ?? [], day - 1)));
  const closed = planWeekdays.map((day) => calendar.weeksWithin((input.closed ?? []).map(({ date }) => ({ from: date, to: date })), day - 1));
  const unpopular = planWeekdays.map((day) => calendar.weeksWithin(input.unpopular ?? [], day - 1));

  const attends = input.series.map((series) => [...new Set(series.people.map(({ personId }) => known(personIndex, personId, 'person')))]);
  for (const series of input.series) {
    for (const { substituteIds } of series.people) for (const id of substituteIds ?? []) known(personIndex, id, 'person');
    check(series);
  }
  const { merged, base, times, share, awayLo, awayHi, alone: soloists } = mergedPeople(input, attends, bases, away, calendar);

  const rooms = new Map<string, number>();
  const roomUsers = new Map<string, Set<number>>();
  input.series.forEach((series, s) => {
    for (const { roomId } of series.places) if (roomId) roomUsers.set(roomId, (roomUsers.get(roomId) ?? new Set()).add(s));
  });
  const roomPerson = (roomId: string): number => {
    const found = rooms.get(roomId) ?? base.length;
    if (found === base.length) {
      rooms.set(roomId, found);
      base.push(0);
      times.push(0);
      share.push(input.weeks * weekdayCount);
      awayLo.push(0, 0, 0, 0, 0);
      awayHi.push(0, 0, 0, 0, 0);
    }
    return found;
  };

  interface Candidate { series: number; placement: Placement; place: number; held: Weeks; alone: number; people: Int32Array }
  const first = [0];
  const all: Candidate[] = [];
  const onlyPartTime = new Set<number>();
  input.series.forEach((series, s) => {
    const pin = pins.get(s);
    const own: Candidate[] = [];
    const attending = series.people.map((one) => ({ person: personIndex.get(one.personId)!, substituted: (one.substituteIds?.length ?? 0) > 0 }));
    let refused = 0;
    for (const { placeId, roomId } of pinnedPlaces(series, pin)) {
      const place = known(placeIndex, placeId, 'place');
      const people = Int32Array.from([...merged[s]!, ...(roomId && roomUsers.get(roomId)!.size > 1 ? [roomPerson(roomId)] : [])]);
      const roundTrip = (person: number) => 2 * travel[bases[person]! * placeCount + place]! * weights.travel;
      const allTrips = attends[s]!.reduce((sum, person) => sum + roundTrip(person), 0);
      for (const weekday of pin?.weekday ? [pin.weekday] : series.weekdays) {
        const d = weekday - 1;
        const patterns = calendar.patterns(series.cadence, d).filter((pattern) => fits(pattern, pin));
        for (const startMinute of pin?.startMinute === undefined ? series.startMinutes : [pin.startMinute]) {
          if (attending.some(({ person }) => partTime(input, person, weekday, startMinute, startMinute + series.durationMinutes))) {
            refused += patterns.length;
            continue;
          }
          const off = (series.usual?.weekday !== undefined && series.usual.weekday !== weekday ? weights.otherWeekday : 0) +
            (series.usual?.startMinute === undefined ? 0 : weights.otherTime * Math.ceil(Math.abs(series.usual.startMinute - startMinute) / 60));
          for (const { weeks: pattern, ...phase } of patterns) {
            let lost = { lo: pattern.lo & closed[d]!.lo, hi: pattern.hi & closed[d]!.hi };
            for (const { person, substituted } of attending) {
              const gone = away[person]![d]!;
              if (!substituted) lost = { lo: lost.lo | (pattern.lo & gone.lo), hi: lost.hi | (pattern.hi & gone.hi) };
            }
            const held = { lo: pattern.lo & ~lost.lo, hi: pattern.hi & ~lost.hi };
            if ((held.lo | held.hi) === 0) continue;
            // What is lost is held on a day of its own if at all: its ways are counted, or closed days far away would pay.
            let alone = bitCount(pattern.lo, pattern.hi) * off + bitCount(lost.lo, lost.hi) * (weights.lost + allTrips);
            alone += bitCount(held.lo & unpopular[d]!.lo, held.hi & unpopular[d]!.hi) * weights.unpopular;
            for (const { person, substituted } of attending) {
              const gone = away[person]![d]!;
              if (substituted) alone += bitCount(held.lo & gone.lo, held.hi & gone.hi) * (weights.substitute + roundTrip(person));
              if (soloists.has(person)) alone += bitCount(held.lo & ~gone.lo, held.hi & ~gone.hi) * roundTrip(person);
            }
            if (series.cadence.every === 'once' && series.cadence.wished !== undefined) {
              alone += weights.offWishedDate * Math.ceil(Math.abs(calendar.dayOf(series.cadence.wished) - calendar.dayOf(phase.date!)) / 7);
            }
            own.push({ series: s, placement: { weekday, startMinute, placeId, ...phase }, place, held, alone, people });
          }
        }
      }
    }
    if (own.length === 0 && refused > 0) onlyPartTime.add(s);
    own.sort((a, b) => a.alone - b.alone);
    all.push(...own);
    first.push(all.length);
  });

  return {
    input, weights, calendar, placeCount, travel, onlyPartTime,
    seriesCount: input.series.length,
    personCount: base.length,
    first: Int32Array.from(first),
    seriesOf: Int32Array.from(all, (one) => one.series),
    placements: all.map((one) => one.placement),
    weekday: Uint8Array.from(all, (one) => one.placement.weekday - 1),
    start: Int32Array.from(all, (one) => one.placement.startMinute),
    end: Int32Array.from(all, (one) => one.placement.startMinute + input.series[one.series]!.durationMinutes),
    place: Int32Array.from(all, (one) => one.place),
    heldLo: Int32Array.from(all, (one) => one.held.lo),
    heldHi: Int32Array.from(all, (one) => one.held.hi),
    alone: Float64Array.from(all, (one) => one.alone),
    people: all.map((one) => one.people),
    base: Int32Array.from(base),
    times: Int32Array.from(times),
    share: Int32Array.from(share),
    awayLo: Int32Array.from(awayLo),
    awayHi: Int32Array.from(awayHi),
    neighbours: neighbourhood(input.series.length, all),
  };
}

/** The candidate that is this placement; -1 if it is none (any more). */
export function candidateOf(model: PlanModel, series: number, placement: Placement | undefined): number {
  if (placement === undefined) return -1;
  for (let c = model.first[series]!; c < model.first[series + 1]!; c += 1) {
    if (samePlacement(model.placements[c]!, placement)) return c;
  }
  return -1;
}

export function samePlacement(a: Placement, b: Placement): boolean {
  return a.weekday === b.weekday && a.startMinute === b.startMinute && a.placeId === b.placeId && a.phase === b.phase && a.ordinal === b.ordinal && a.date === b.date;
}

/** Whether a person is in part-time hours on a weekday (1 is Monday) between two minutes. */
export function partTime(input: PlanInput, person: number, weekday: PlanWeekday, from: number, to: number): boolean {
  return (input.people[person]!.partTime ?? []).some((one) => one.weekday === weekday && one.fromMinute < to && from < one.toMinute);
}

function pinnedPlaces(series: PlanSeries, pin: PlanPin | undefined): PlanSeries['places'] {
  if (pin?.placeId === undefined) return series.places;
  const own = series.places.filter(({ placeId }) => placeId === pin.placeId);
  return own.length > 0 ? own : [{ placeId: pin.placeId }];
}

function fits(pattern: Pick<Placement, 'phase' | 'ordinal' | 'date'>, pin: PlanPin | undefined): boolean {
  return (['phase', 'ordinal', 'date'] as const).every((part) => pin?.[part] === undefined || pin[part] === pattern[part]);
}

function check(series: PlanSeries): void {
  const { cadence, durationMinutes } = series;
  const whole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  if (!whole(durationMinutes, 1440)) throw new InvalidPlanInput(`duration of ${series.id}`);
  if (cadence.every !== 'once' && !whole(cadence.interval, cadence.every === 'week' ? 8 : 6)) throw new InvalidPlanInput(`interval of ${series.id}`);
  if (series.startMinutes.some((start) => !Number.isInteger(start) || start < 0 || start + durationMinutes > 1440)) throw new InvalidPlanInput(`times of ${series.id}`);
  if (series.weekdays.some((day) => !planWeekdays.includes(day))) throw new InvalidPlanInput(`weekdays of ${series.id}`);
}

function indexOf(list: readonly { id: string }[], what: string): Map<string, number> {
  const index = new Map(list.map(({ id }, n) => [id, n]));
  if (index.size !== list.length) throw new InvalidPlanInput(`a ${what} is there twice`);
  return index;
}

function known(index: ReadonlyMap<string, number>, id: string, what: string): number {
  const found = index.get(id);
  if (found === undefined) throw new InvalidPlanInput(`unknown ${what}: ${id.slice(0, 60)}`);
  return found;
}

/** A way by another place that is shorter than the direct one is the way (Floyd and Warshall). */
function closedTravel({ places, travelMinutes }: PlanInput): Int32Array {
  const n = places.length;
  if (travelMinutes.length !== n || travelMinutes.some((row) => row.length !== n)) throw new InvalidPlanInput('travelMinutes does not match places');
  const travel = new Int32Array(n * n);
  for (let a = 0; a < n; a += 1) {
    for (let b = 0; b < n; b += 1) {
      const there = travelMinutes[a]![b]!;
      if (!Number.isInteger(there) || there < 0 || there !== travelMinutes[b]![a] || (a === b && there !== 0)) throw new InvalidPlanInput('travelMinutes must be whole, the same both ways, and 0 at home');
      travel[a * n + b] = there;
    }
  }
  for (let via = 0; via < n; via += 1) {
    for (let a = 0; a < n; a += 1) {
      const toVia = travel[a * n + via]!;
      for (let b = 0; b < n; b += 1) {
        const detour = toVia + travel[via * n + b]!;
        if (detour < travel[a * n + b]!) travel[a * n + b] = detour;
      }
    }
  }
  return travel;
}

function mergedPeople(input: PlanInput, attends: readonly (readonly number[])[], bases: readonly number[], away: readonly (readonly Weeks[])[], calendar: PlanCalendar) {
  const seriesOfPerson = input.people.map((): number[] => []);
  attends.forEach((people, s) => people.forEach((person) => seriesOfPerson[person]!.push(s)));
  const alone = new Set<number>();
  const byKey = new Map<string, number>();
  const merged = attends.map((): number[] => []);
  const base: number[] = [];
  const times: number[] = [];
  const share: number[] = [];
  const awayLo: number[] = [];
  const awayHi: number[] = [];
  seriesOfPerson.forEach((own, person) => {
    if (own.length === 1) alone.add(person);
    if (own.length < 2) return;
    const key = [bases[person], own.join(), ...away[person]!.map(({ lo, hi }) => `${lo}/${hi}`)].join('|');
    const found = byKey.get(key);
    if (found !== undefined) {
      times[found]! += 1;
      return;
    }
    byKey.set(key, base.length);
    for (const s of own) merged[s]!.push(base.length);
    base.push(bases[person]!);
    times.push(1);
    share.push(Math.ceil(own.reduce((sum, s) => sum + meetingsOf(input.series[s]!.cadence, calendar.weeks), 0) / calendar.weeks - 1e-9));
    awayLo.push(...away[person]!.map(({ lo }) => lo));
    awayHi.push(...away[person]!.map(({ hi }) => hi));
  });
  return { merged, base, times, share, awayLo, awayHi, alone };
}

function neighbourhood(count: number, candidates: readonly { series: number; people: Int32Array }[]): number[][] {
  const users = new Map<number, Set<number>>();
  for (const { series, people } of candidates) for (const person of people) users.set(person, (users.get(person) ?? new Set()).add(series));
  const near = Array.from({ length: count }, () => new Set<number>());
  for (const together of users.values()) for (const a of together) for (const b of together) if (a !== b) near[a]!.add(b);
  return near.map((set) => [...set].sort((a, b) => a - b));
}
