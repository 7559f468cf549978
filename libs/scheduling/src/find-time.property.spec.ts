import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { Availability, type BusyTime, type Person, type Room } from './availability.js';
import { findTime, type FindTimeResult } from './find-time.js';
import type { FindTimeQuery } from './find-time-query.js';

/**
 * A second opinion: every start looked at one by one, everybody asked quarter by quarter, in minutes and instants instead
 * of bits; it shares nothing with the search but the shapes.
 */
const firstDay = Temporal.PlainDate.from('2027-02-15');
const days = 12;
const way: Record<string, number> = { 'a b': 20, 'a c': 50, 'b c': 35 };
const travelMinutes = (from: string, to: string) => way[[from, to].sort().join(' ')] ?? 0;
const soft = new Map([['kommune', [{ from: '2027-02-17', to: '2027-02-18', name: 'Vinterferie' }]]]);

// No clock changes in these days: minutes on the wall since the first day are minutes.
const firstInstant = firstDay.toZonedDateTime('Europe/Copenhagen').epochMilliseconds;
const instant = (minute: number) => firstInstant + minute * 60_000;
const calendar = Array.from({ length: days }, (_, n) => firstDay.add({ days: n })).map((date) => ({ text: date.toString(), weekday: date.dayOfWeek, even: date.weekOfYear! % 2 === 0 }));
const minuteOf = (ms: number) => Math.round((ms - firstInstant) / 60_000);

type State = 'free' | 'unknown' | 'away';

function stateOf(person: Person, from: number, to: number, query: FindTimeQuery, placeId: string | null): State {
  let state: State = person.calendarKnown ? 'free' : 'unknown';
  for (let quarter = from; quarter < to; quarter += 15) {
    const date = calendar[Math.floor(quarter / 1440)]!;
    const clock = quarter % 1440;
    const week = date.even && person.hours?.evenWeek ? person.hours.evenWeek : (person.hours?.week ?? {});
    const works = (week[date.weekday as 1] ?? []).some((one) => toMinutes(one.from) <= clock && clock + 15 <= toMinutes(one.to));
    if (!works) return 'away';
  }
  for (const time of person.busy) {
    const [begin, end] = [minuteOf(time.startMs), minuteOf(time.endMs)];
    if (time.state === 'unknown') {
      if (down(begin) < to && up(end) > from) state = 'unknown';
      continue;
    }
    if (time.state === 'tentative' && query.tentative !== 'blocks') continue;
    const where = time.placeId === undefined ? (person.placeId ?? null) : time.placeId;
    const travel = placeId === null || where === null ? 0 : travelMinutes(where, placeId);
    const gap = Math.max(travel, query.bufferMinutes ?? 0);
    if (down(begin - gap) < to && up(end + gap) > from) return 'away';
  }
  return state;
}

const toMinutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const down = (minute: number) => Math.floor(minute / 15) * 15;
const up = (minute: number) => Math.ceil(minute / 15) * 15;

/** Start → cost, of the cheapest place. */
function bruteForce(people: readonly Person[], rooms: readonly Room[], query: FindTimeQuery): Map<string, number> {
  const found = new Map<string, number>();
  const byId = new Map(people.map((person) => [person.id, person]));
  const groupIds = (query.oneOf ?? []).flatMap((group) => group.people);
  const optional = [...new Set(query.optional)].filter((id) => !query.required.includes(id) && !groupIds.includes(id));
  const named = [...new Set([...query.required, ...groupIds, ...optional])];
  const ask = query.unknown === 'ask';
  const length = up(query.durationMinutes);
  const venues: (Room | null)[] = query.rooms?.length ? rooms.filter(({ id }) => query.rooms!.includes(id)) : [null];
  for (let start = 0; start < days * 1440; start += query.everyMinutes ?? 15) {
    const dayNumber = Math.floor(start / 1440);
    const date = calendar[dayNumber]!;
    const clock = start % 1440;
    if (date.text < query.from || date.text >= query.until) continue;
    if (!(query.weekdays ?? [1, 2, 3, 4, 5]).includes(date.weekday)) continue;
    if (clock < toMinutes(query.earliest ?? '08:00') || clock + length > toMinutes(query.latest ?? '16:00')) continue;
    for (const room of venues) {
      if (room?.seats != null && room.seats < named.length) continue;
      if (room?.busy.some((time) => down(minuteOf(time.startMs)) < start + length && up(minuteOf(time.endMs)) > start)) continue;
      const placeId = room === null ? (query.placeId ?? null) : room.placeId;
      const states = new Map<string, State>();
      const state = (id: string) => {
        if (!states.has(id)) states.set(id, stateOf(byId.get(id)!, start, start + length, query, placeId));
        return states.get(id)!;
      };
      const held = (id: string) => query.tentative !== 'blocks' && byId.get(id)!.busy.some((time) => time.state === 'tentative' && down(minuteOf(time.startMs)) < start + length && up(minuteOf(time.endMs)) > start);
      let cost = 0;
      let possible = true;
      const comes = (id: string, rank: number) => {
        cost += rank * 120 + (state(id) === 'unknown' ? 400 : 0) + (held(id) ? 30 : 0);
      };
      for (const id of new Set(query.required)) {
        if (state(id) === 'away' || (state(id) === 'unknown' && !ask)) possible = false;
        else comes(id, 0);
      }
      for (const group of query.oneOf ?? []) {
        const members = [...new Set(group.people)];
        const sure = members.findIndex((id) => state(id) === 'free');
        const rank = sure >= 0 || !ask ? sure : members.findIndex((id) => state(id) === 'unknown');
        if (rank < 0) possible = false;
        else comes(members[rank]!, rank);
      }
      for (const { of, least, count } of query.quorum ?? []) {
        const counts = (id: string) => ('sector' in of ? byId.get(id)!.sector === of.sector : 'sectors' in of ? of.sectors.includes(byId.get(id)!.sector) : byId.get(id)!.authorityId === of.authorityId);
        const groups = (query.oneOf ?? []).map((group) => group.people.filter(counts));
        const units =
          count === 'authorities'
            ? [...new Set(named.filter(counts).map((id) => byId.get(id)!.authorityId))].map((authority) => named.filter((id) => counts(id) && byId.get(id)!.authorityId === authority))
            : [...groups, ...named.filter((id) => counts(id) && !groups.some((group) => group.includes(id))).map((id) => [id])];
        const sure = units.filter((unit) => unit.some((id) => state(id) === 'free')).length;
        const perhaps = units.filter((unit) => !unit.some((id) => state(id) === 'free') && unit.some((id) => state(id) === 'unknown')).length;
        if (sure + (ask ? perhaps : 0) < least) possible = false;
        else if (sure < least) cost += 400;
      }
      if (!possible) continue;
      for (const id of optional) cost += state(id) === 'away' ? 40 : state(id) === 'unknown' ? 20 : 0;
      if (named.some((id) => (soft.get(byId.get(id)!.authorityId) ?? []).some(({ from, to }) => from <= date.text && date.text <= to))) cost += 60;
      if (clock < 9 * 60 || clock + length > 15 * 60) cost += 12;
      if (clock < 12.5 * 60 && clock + length > 12 * 60) cost += 8;
      if (date.weekday === 5 && clock + length > 13 * 60) cost += 10;
      cost += 2 * Math.floor((dayNumber - calendar.findIndex(({ text }) => text === query.from)) / 7);
      const travel = [...new Set(query.required)].reduce((sum, id) => {
        const own = byId.get(id)!.placeId ?? null;
        return placeId === null || own === null ? sum : sum + travelMinutes(own, placeId);
      }, 0);
      cost += Math.min(200, Math.round(travel / 30));
      const key = `${date.text} ${String(clock).padStart(4, '0')}`;
      if (cost < (found.get(key) ?? Infinity)) found.set(key, cost);
    }
  }
  return found;
}

const keyOf = (startLocal: string) => `${startLocal.slice(0, 10)} ${String(toMinutes(startLocal.slice(11))).padStart(4, '0')}`;
const asMap = (result: FindTimeResult) => new Map(result.candidates().map((one) => [keyOf(one.startLocal), one.cost]));
const sorted = (map: Map<string, number>) => [...map].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));

const placeId = fc.constantFrom('a', 'b', 'c', null);
const busy = (longest: number): fc.Arbitrary<BusyTime> =>
  fc.record({ at: fc.integer({ min: -100, max: days * 1440 }), minutes: fc.integer({ min: 1, max: longest }), state: fc.constantFrom('busy', 'busy', 'busy', 'tentative', 'unknown' as const), place: fc.option(placeId, { nil: undefined }) })
    .map(({ at, minutes, state, place }) => ({ startMs: instant(at), endMs: instant(at + minutes), state: state as 'busy', ...(place === undefined ? {} : { placeId: place }) }));
const shift = fc.tuple(fc.integer({ min: 28, max: 36 }), fc.integer({ min: 50, max: 68 })).map(([from, to]) => [{ from: clockText(from * 15), to: clockText(to * 15) }]);
const clockText = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const week = fc.record({ 1: shift, 2: shift, 3: shift, 4: shift, 5: shift, 6: shift }, { requiredKeys: ['1', '2'] });
const ids = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'];
const someone = (id: string): fc.Arbitrary<Person> =>
  fc.record({
    authorityId: fc.constantFrom('kommune', 'politi'), sector: fc.constantFrom('municipality', 'police'), placeId, week, evenWeek: fc.option(week, { nil: undefined }),
    busy: fc.array(fc.oneof(busy(240), busy(240), busy(5000)), { maxLength: 12 }), calendarKnown: fc.constantFrom(true, true, true, false),
  }).map(({ week: plain, evenWeek, ...rest }) => ({ id, ...rest, hours: { week: plain, ...(evenWeek ? { evenWeek } : {}) }, closures: { customary: [] } }));
const everyone = fc.tuple(...ids.map(someone));
const someRooms = fc.tuple(...['r0', 'r1', 'r2'].map((id) => fc.record({ id: fc.constant(id), placeId, seats: fc.constantFrom(null, 3, 20), busy: fc.array(busy(600), { maxLength: 8 }) })))
  .map((rooms) => rooms.map((room) => ({ ...room, busy: room.busy.map((time) => ({ ...time, state: 'busy' as const })) })));
const someIds = (minLength: number, maxLength: number) => fc.uniqueArray(fc.constantFrom(...ids), { minLength, maxLength });
const query: fc.Arbitrary<FindTimeQuery> = fc.record({
  from: fc.constantFrom('2027-02-15', '2027-02-17'), until: fc.constantFrom('2027-02-19', '2027-02-27'),
  durationMinutes: fc.oneof(fc.integer({ min: 1, max: 240 }), fc.constantFrom(15, 60, 495, 510, 600)), everyMinutes: fc.constantFrom(15, 30, 60),
  earliest: fc.constantFrom('08:00', '07:00', '09:15'), latest: fc.constantFrom('16:00', '17:30', '14:45'), weekdays: fc.constantFrom([1, 2, 3, 4, 5], [2, 6]),
  required: someIds(0, 2), optional: someIds(1, 4),
  oneOf: fc.array(someIds(1, 3).map((people) => ({ id: people.join(), people })), { maxLength: 2 }),
  quorum: fc.array(fc.record({ of: fc.oneof(fc.constantFrom({ sector: 'municipality' }, { sector: 'police' }), fc.constantFrom({ authorityId: 'kommune' }, { authorityId: 'politi' }, { sectors: ['municipality', 'police'] })), least: fc.integer({ min: 1, max: 3 }), count: fc.constantFrom('people' as const, 'authorities' as const) }), { maxLength: 1 }),
  placeId, rooms: fc.oneof(fc.constant([]), fc.subarray(['r0', 'r1', 'r2'])), bufferMinutes: fc.constantFrom(0, 0, 15, 20),
  tentative: fc.constantFrom('passes', 'blocks'), unknown: fc.constantFrom('refuse', 'ask'),
});

function indexOf(people: readonly Person[], rooms: readonly Room[]): Availability {
  const index = new Availability({ from: firstDay.toString(), days, travelMinutes, softPeriods: soft });
  for (const person of people) index.setPerson(person);
  for (const room of rooms) index.setRoom(room);
  return index;
}

describe('find time, by chance', () => {
  it('[AV1] [AV2] [AV3] [AV5] [AV6] [AV7] [AV8] [AV9] [AV10] gives every start and its cost, as looking at each does', () => {
    let some = 0;
    fc.assert(
      fc.property(everyone, someRooms, query, (people, rooms, asked) => {
        const result = findTime(indexOf(people, rooms), asked);
        const expected = bruteForce(people, rooms, asked);
        expect(sorted(asMap(result))).toEqual(sorted(expected));
        expect(result.candidates().map((one) => keyOf(one.startLocal))).toEqual(sorted(expected).map(([key]) => key));
        expect(result.slots).toHaveLength(result.length);
        some += result.length > 0 ? 1 : 0;
      }),
      { numRuns: 150 },
    );
    expect(some).toBeGreaterThan(15);
  });

  it('[AV13] changing one person is as building the index anew', () => {
    fc.assert(
      fc.property(everyone, someone('p1'), query, (people, changed, asked) => {
        const index = indexOf(people, []);
        const noRooms = { ...asked, rooms: [] };
        findTime(index, noRooms);
        index.setPerson(changed);
        const anew = indexOf(people.map((person) => (person.id === 'p1' ? changed : person)), []);
        expect(sorted(asMap(findTime(index, noRooms)))).toEqual(sorted(asMap(findTime(anew, noRooms))));
      }),
      { numRuns: 30 },
    );
  });

  it('[AV14] each relaxation gives what it promises, and no single one is missed', () => {
    let none = 0;
    fc.assert(
      fc.property(everyone, someRooms, query, (people, rooms, asked) => {
        const result = findTime(indexOf(people, rooms), asked);
        expect(result.relaxations.length > 0 && result.length > 0).toBe(false);
        if (result.length > 0) return;
        none += 1;
        for (const relaxation of result.relaxations) {
          const starts = bruteForce(people, rooms, relaxation.query);
          expect([relaxation.starts, starts.get(keyOf(relaxation.best.startLocal))]).toEqual([starts.size, relaxation.best.cost]);
        }
        const codes = result.relaxations.filter(({ changes }) => changes.length === 1).map(({ changes: [change] }) => change!);
        for (const personId of new Set(asked.required)) {
          const without = { ...asked, required: asked.required.filter((id) => id !== personId), optional: [...asked.optional!, personId] };
          const helps = bruteForce(people, rooms, without).size > 0;
          expect([personId, codes.some((change) => change.code === 'personOptional' && change.personId === personId)]).toEqual([personId, helps]);
        }
        const asking = asked.unknown === 'refuse' && bruteForce(people, rooms, { ...asked, unknown: 'ask' }).size > 0;
        expect(codes.some(({ code }) => code === 'askUnknown')).toBe(asking);
        const lengths = [...Array(40).keys()].map((n) => asked.durationMinutes - 15 * (n + 1)).filter((minutes) => minutes >= Math.max(15, asked.durationMinutes / 2));
        const longest = lengths.find((minutes) => bruteForce(people, rooms, { ...asked, durationMinutes: minutes }).size > 0) ?? null;
        expect(codes.find((change) => change.code === 'shorter') ?? null).toEqual(longest === null ? null : { code: 'shorter', minutes: longest });
      }),
      { numRuns: 60 },
    );
    expect(none).toBeGreaterThan(5);
  });
});
