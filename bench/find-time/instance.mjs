// Six hundred people of the real authorities with a year of work: seeded, so that every run has the same ones.
import { authorities } from '../../dist/apps/server/libs/access/src/directory.data.js';
import { dateText, readDate } from '../../dist/apps/server/libs/scheduling/src/civil.js';
import { clockOf } from '../../dist/apps/server/libs/scheduling/src/zone-clock.js';

/** A small generator with a seed (mulberry32). */
export function random(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  const pick = (list) => list[below(list.length)];
  const some = (list, count) => {
    const left = [...list];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1)[0]);
  };
  return { next, below, pick, some };
}

export const from = '2027-01-04';
export const weeks = 52;
export const days = weeks * 7;
const clock = clockOf('Europe/Copenhagen');
const firstDay = readDate(from);
const instant = (day, minutes) => clock.epochMs((firstDay + day) * 1440 + minutes);
const text = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Of each kind of authority so many people, and the rest from the municipalities, until there are `count`. */
export function makeInstance(count = 600, seed = 2027) {
  const chance = random(seed);
  const perAuthority = { municipality: 4, policeDistrict: 11, barnahus: 10, region: 3, forensicInstitute: 3, hospital: 3 };
  const staffed = authorities.filter(({ kind, validTo }) => perAuthority[kind] !== undefined && validTo === undefined);
  const places = new Map(staffed.map(({ id }) => [id, { x: chance.next() * 300, y: chance.next() * 250 }]));
  const municipalities = staffed.filter(({ kind }) => kind === 'municipality');
  const posts = staffed.flatMap((authority) => Array.from({ length: perAuthority[authority.kind] }, () => authority));
  while (posts.length < count) posts.push(chance.pick(municipalities));
  const people = posts.slice(0, count).map((authority, n) => person(`p${n}`, authority, chance));
  for (const one of people) {
    const colleagues = people.filter((other) => other.authorityId === one.authorityId && other !== one);
    one.substitutes = chance.some(colleagues, 2).map(({ id }) => id);
  }
  const rooms = staffed.filter(({ kind }) => kind === 'policeDistrict' || kind === 'barnahus').map(({ id }, n) => ({
    id: `room${n}`, placeId: id, seats: null, busy: busyTimes(chance, 14, null, 480, 960),
  }));
  const softPeriods = new Map(municipalities.map(({ id }) => [id, [
    chance.pick([{ from: '2027-02-15', to: '2027-02-19', name: 'Vinterferie' }, { from: '2027-02-08', to: '2027-02-12', name: 'Vinterferie' }]),
    { from: '2027-06-26', to: '2027-08-08', name: 'Sommerferie' }, { from: '2027-10-18', to: '2027-10-22', name: 'Efterårsferie' },
  ]]));
  // Straight lines at 80 km/h and ten minutes at either end: about what a car takes.
  const travelMinutes = (a, b) => Math.round(20 + Math.hypot(places.get(a).x - places.get(b).x, places.get(a).y - places.get(b).y) / 80 * 60);
  return { people, rooms, softPeriods, travelMinutes, authorities: staffed };
}

function person(id, authority, chance) {
  const begins = 420 + 30 * chance.below(4);
  const day = [{ from: text(begins), to: text(begins + 480) }];
  const friday = [{ from: text(begins), to: text(begins + 390) }];
  const week = { 1: day, 2: day, 3: day, 4: day, 5: friday };
  // One in five works four days, one in twenty only in the mornings.
  if (chance.next() < 0.2) delete week[1 + chance.below(5)];
  else if (chance.next() < 0.05) for (const weekday of [1, 2, 3, 4, 5]) week[weekday] = [{ from: text(begins), to: text(begins + 270) }];
  return {
    id, authorityId: authority.id, sector: authority.sector, placeId: authority.id, hours: { week },
    calendarKnown: chance.next() >= 0.04,
    busy: [...busyTimes(chance, 18, authority.id, begins, begins + 480), ...leave(chance)],
    substitutes: [],
  };
}

/** Some eighteen a week: eight that come again every week or every second, and ten that are new each week. */
function busyTimes(chance, perWeek, _place, begins, ends) {
  const times = [];
  const add = (day, start, minutes) => {
    const kind = chance.next();
    times.push({ startMs: instant(day, start), endMs: instant(day, start + minutes), ...(kind < 0.06 ? { state: 'tentative' } : {}), ...(kind > 0.8 ? { placeId: null } : {}) });
  };
  const minutes = () => chance.pick([30, 30, 30, 45, 60, 60, 60, 90, 120]);
  const start = () => begins + 15 * chance.below(Math.floor((ends - begins - 60) / 15));
  const series = Array.from({ length: Math.round(perWeek * 0.5) }, () => ({ day: chance.below(5), at: start(), minutes: minutes(), every: chance.pick([1, 1, 2]) }));
  const ofSeries = series.reduce((sum, { every }) => sum + 1 / every, 0);
  for (let week = 0; week < weeks; week += 1) {
    for (const one of series) if (week % one.every === 0) add(week * 7 + one.day, one.at, one.minutes);
    for (let n = ofSeries; n < perWeek; n += 1) add(week * 7 + chance.below(5), start(), minutes());
  }
  return times;
}

/** Six weeks a year: three in summer, the others where they fall. */
function leave(chance) {
  const summer = 25 + chance.below(5);
  const begins = [summer, summer + 1, summer + 2, chance.pick([6, 7]), chance.pick([41, 42]), chance.below(weeks)];
  return begins.map((week) => ({ startMs: instant(week * 7, 0), endMs: instant(week * 7 + 7, 0), placeId: null }));
}

/** A question as a coordinator asks it, about so many people. */
export function makeQuery({ people, rooms }, chance, { asked, weeks: horizon, durationMinutes, withRooms = false }) {
  const first = chance.below(weeks - horizon + 1) * 7;
  const query = { from: dateText(firstDay + first), until: dateText(firstDay + first + horizon * 7), durationMinutes, everyMinutes: 15 };
  if (withRooms) Object.assign(query, { rooms: chance.some(rooms, 3).map(({ id }) => id), bufferMinutes: 15 });
  if (asked <= 5) {
    // A case of one municipality: two of it, one of the police or her substitute, one of the børnehus.
    const own = chance.pick(people.filter(({ sector }) => sector === 'municipality'));
    const colleagues = people.filter(({ authorityId }) => authorityId === own.authorityId);
    const police = chance.some(people.filter(({ sector }) => sector === 'police'), 2);
    const house = chance.pick(people.filter(({ sector }) => sector === 'barnahus'));
    return { ...query, required: [...chance.some(colleagues, 2), house].map(({ id }) => id), oneOf: [{ id: 'police', people: police.map(({ id }) => id) }] };
  }
  // A district: a chair and a police officer who must come, of each municipality one of three, two of the police, the others if they can.
  const named = chance.some(people, asked);
  const [chair, officer, ...others] = named.map(({ id }) => id);
  const oneOf = Array.from({ length: 8 }, (_, n) => ({ id: `municipality ${n}`, people: others.splice(0, 3) }));
  return { ...query, required: [chair, officer], oneOf, optional: others, quorum: [{ of: { sector: 'police' }, least: 2 }] };
}

export const ruleOf = (chance, n) => {
  const weekday = chance.pick(['MO', 'TU', 'WE', 'TH', 'FR']);
  const rrule = [
    `FREQ=WEEKLY;BYDAY=${weekday}`, `FREQ=WEEKLY;INTERVAL=2;BYDAY=${weekday}`, `FREQ=MONTHLY;BYDAY=${chance.pick([1, 2, 3, -1])}${weekday}`, `FREQ=YEARLY;BYMONTH=${1 + chance.below(12)};BYDAY=2${weekday}`,
    `FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1`, `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=400`, `FREQ=MONTHLY;BYMONTHDAY=-1`, `FREQ=WEEKLY;INTERVAL=3;BYDAY=${weekday};UNTIL=20351231`,
    `FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR`, `FREQ=YEARLY;BYWEEKNO=${1 + chance.below(52)};BYDAY=${weekday}`,
  ][n % 10];
  return { startLocal: `${2026 - (n % 5)}-0${1 + (n % 9)}-1${n % 10}T${10 + (n % 6)}:00`, timeZone: 'Europe/Copenhagen', rrule, durationMinutes: 60 };
};
