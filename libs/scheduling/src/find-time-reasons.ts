import { isoWeekday, wallText } from './civil.js';
import { clockOf } from './zone-clock.js';
import { costs, quorumName, timeOfDay, type CompiledQuery, type Venue } from './find-time-query.js';
import { slotBits } from './find-time-search.js';
import { allSet, anySet, slotMinutes, slotsPerDay } from './slots.js';
import { halfDayOn, type HalfDay } from './working-time.js';

/** Why a time is good, or less good; worded by find-time-words.ts. The good ones first, then the heaviest. */
export type Reason =
  | { code: 'allCan'; people: number }
  | { code: 'requiredCan'; people: number }
  | { code: 'room'; roomId: string }
  | { code: 'mustAsk'; personIds: string[] }
  | { code: 'quorumMustAsk'; of: string; certain: number; least: number }
  | { code: 'substitute'; groupId: string; personId: string; insteadOfId: string }
  | { code: 'softPeriod'; name: string; authorityIds: string[] }
  | { code: 'optionalMissing'; personIds: string[] }
  | { code: 'tentative'; personIds: string[] }
  | { code: 'optionalUnknown'; personIds: string[] }
  | { code: 'outsideCore' }
  | { code: 'fridayAfternoon' }
  | { code: 'lunch' }
  | { code: 'travel'; minutes: number }
  | { code: 'halfDay'; name: string };

export interface Candidate {
  /** Wall start, `YYYY-MM-DDTHH:mm`. */
  startLocal: string;
  startMs: number;
  endMs: number;
  /** Since the first day of the index. */
  slot: number;
  /** Points; 0 is perfect. Comparable within one answer only. */
  cost: number;
  /** Nobody has to be asked first. */
  certain: boolean;
  placeId: string | null;
  roomId: string | null;
  reasons: Reason[];
  /** How it is with everybody who was named, in the order they were. `tentative`: can, but for something that is not settled. */
  people: { id: string; state: PersonState }[];
}

export type PersonState = 'free' | 'tentative' | 'unknown' | 'away';

/** @param key from `search` */
export function explain(compiled: CompiledQuery, key: number): Candidate {
  const slot = key & slotBits;
  const explained = compiled.venues.flatMap((venue) => explainAt(compiled, venue, slot) ?? []);
  return explained.reduce((best, one) => (one.cost < best.cost ? one : best));
}

type State = 'free' | 'unknown' | 'away';

function explainAt(compiled: CompiledQuery, venue: Venue, slot: number): Candidate | null {
  const { index, people, required, optional, groups, quorums, ask, length, query } = compiled;
  const reach = compiled.run === length ? length : 1;
  const states = people.map((_, n): State => {
    if (allSet(venue.free[n]!, slot, slot + reach)) return 'free';
    return venue.free[n] !== venue.open[n] && allSet(venue.open[n]!, slot, slot + reach) ? 'unknown' : 'away';
  });
  const state = (n: number) => states[n]!;
  const id = (n: number) => people[n]!.person.id;
  const held = (n: number) => venue.tentative[n] !== null && anySet(venue.tentative[n]!, slot, slot + length);
  const reasons: Reason[] = [];
  const mustAsk: string[] = [];
  const tentative: string[] = [];
  let cost = venue.travelCost;

  const asked = (n: number, one: State) => {
    if (one === 'unknown') {
      mustAsk.push(id(n));
      cost += costs.mustAsk;
    }
    if (held(n)) {
      if (!tentative.includes(id(n))) tentative.push(id(n));
      cost += costs.tentative;
    }
  };
  for (const n of required) {
    const one = state(n);
    if (one === 'away' || (one === 'unknown' && !ask)) return null;
    asked(n, one);
  }
  const substitutes: Reason[] = [];
  for (const { group, members } of groups) {
    const sure = members.findIndex((n) => state(n) === 'free');
    const rank = sure >= 0 || !ask ? sure : members.findIndex((n) => state(n) === 'unknown');
    if (rank < 0) return null;
    asked(members[rank]!, state(members[rank]!));
    cost += rank * costs.substitute;
    if (rank > 0) substitutes.push({ code: 'substitute', groupId: group.id, personId: id(members[rank]!), insteadOfId: id(members[0]!) });
  }
  const room = venue.rooms.findIndex((_, n) => allSet(venue.roomPlanes[n]!, slot, slot + reach));
  if (venue.rooms.length > 0 && room < 0) return null;
  const uncertain: Reason[] = [];
  for (const { quorum, units } of quorums) {
    const certain = units.filter((members) => members.some((n) => state(n) === 'free')).length;
    if (certain >= quorum.least) continue;
    cost += costs.mustAsk;
    uncertain.push({ code: 'quorumMustAsk', of: quorumName(quorum), certain, least: quorum.least });
  }
  const away = optional.filter((n) => state(n) === 'away').map(id);
  const unsure = optional.filter((n) => state(n) === 'unknown').map(id);
  cost += away.length * costs.optionalMissing + unsure.length * costs.optionalUnknown;

  const day = Math.floor(slot / slotsPerDay);
  const from = (slot - day * slotsPerDay) * slotMinutes;
  cost += compiled.dayCosts[day]! + compiled.slotCosts[(day % 7) * slotsPerDay + (slot % slotsPerDay)]!;
  const dayNumber = index.firstDay + day;
  const time = timeOfDay(isoWeekday(dayNumber), from, from + length * slotMinutes);
  const half = halfDayOf(compiled, dayNumber);

  const everybody = away.length + unsure.length + mustAsk.length + uncertain.length + substitutes.length === 0;
  if (everybody) reasons.push({ code: 'allCan', people: required.length + groups.length + optional.length });
  else if (mustAsk.length === 0 && required.length > 0) reasons.push({ code: 'requiredCan', people: required.length });
  if (room >= 0) reasons.push({ code: 'room', roomId: venue.rooms[room]!.room.id });
  if (mustAsk.length > 0) reasons.push({ code: 'mustAsk', personIds: mustAsk });
  reasons.push(...uncertain, ...substitutes, ...softPeriods(compiled, dayNumber));
  if (away.length > 0) reasons.push({ code: 'optionalMissing', personIds: away });
  if (tentative.length > 0) reasons.push({ code: 'tentative', personIds: tentative });
  if (unsure.length > 0) reasons.push({ code: 'optionalUnknown', personIds: unsure });
  if (time.outsideCore) reasons.push({ code: 'outsideCore' });
  if (time.lateOnFriday) reasons.push({ code: 'fridayAfternoon' });
  if (time.atLunch) reasons.push({ code: 'lunch' });
  if (half) reasons.push({ code: 'halfDay', name: half.name });
  if (venue.travelMinutes > 0) reasons.push({ code: 'travel', minutes: venue.travelMinutes });

  const wall = dayNumber * 1440 + from;
  const startMs = clockOf(index.timeZone).epochMs(wall);
  return {
    startLocal: wallText(wall), startMs, endMs: startMs + query.durationMinutes * 60_000, slot, cost,
    certain: mustAsk.length + uncertain.length === 0,
    placeId: venue.placeId,
    roomId: room < 0 ? null : venue.rooms[room]!.room.id,
    reasons,
    people: states.map((one, n) => ({ id: id(n), state: one === 'free' && held(n) ? 'tentative' : one })),
  };
}

function halfDayOf({ people }: CompiledQuery, day: number): HalfDay | null {
  for (const { person } of people) {
    const half = person.halfDays === undefined ? null : halfDayOn(day, person.halfDays);
    if (half !== null) return half;
  }
  return null;
}

/** One reason for each name: “winter holiday” of three municipalities is one. */
function softPeriods({ index, people }: CompiledQuery, day: number): Reason[] {
  if (index.softDays.size === 0) return [];
  const byName = new Map<string, string[]>();
  for (const { person: { authorityId } } of people) {
    const name = index.softDays.get(authorityId)?.[day - index.firstDay] ?? null;
    if (name === null) continue;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [authorityId]);
    else if (!known.includes(authorityId)) known.push(authorityId);
  }
  return [...byName].map(([name, authorityIds]) => ({ code: 'softPeriod' as const, name, authorityIds }));
}
