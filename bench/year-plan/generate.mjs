// Instances of a year plan over the real authorities, with invented people, by chance with a seed: the same seed, the same
// instance. Whole country, or some police districts of it.
import { minutesBetween, thousands, towns } from './places.mjs';

/** mulberry32 */
function chanceOf(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const starts = [8 * 60 + 30, 10 * 60 + 30, 13 * 60, 14 * 60 + 30];
const houseTowns = { hovedstaden: ['101', '219'], sjaelland: ['370'], syd: ['461', '561'], midt: ['751', '657'], nord: ['851'] };
export const firstDay = '2027-01-04';
export const weeks = 52;

/**
 * @param directory authorities and relations as the product ships them
 * @param holidays  closed days with names
 * @param seed      of the chance
 * @param options   `districts`: ids of police districts, all unless given; `cadences`: which of week, month and once
 */
export function instance(directory, holidays, seed, { districts, cadences = ['week', 'month', 'once'] } = {}) {
  const chance = chanceOf(seed);
  const pick = (list) => list[Math.floor(chance() * list.length)];
  const people = [];
  const series = [];
  const person = (id, town, more = {}) => {
    const absences = [];
    // Three weeks of July are everybody's, and some are away longer.
    if (chance() < 0.25) {
      const week = Math.floor(chance() * 46);
      absences.push({ from: day(week * 7), to: day((week + 2 + Math.floor(chance() * 4)) * 7 - 3) });
    }
    people.push({ id, name: id, placeId: town, absences, ...more });
    return id;
  };
  const partTime = () => (chance() < 0.12 ? { partTime: [{ weekday: 5, fromMinute: 0, toMinute: 1440 }] } : {});

  const related = (from, kind) => directory.relations.filter((one) => one.from === from && one.kind === kind && (one.validTo ?? '9999') >= firstDay).map((one) => one.to);
  const municipalities = directory.authorities.filter((one) => one.kind === 'municipality').map((one) => ({
    code: one.id.split(':')[1],
    name: one.name,
    district: related(one.id, 'policeDistrict')[0].split(':')[1],
    house: related(one.id, 'barnahus')[0].split(':')[1].replace('boernehus-', ''),
  }));
  const houses = new Map();
  const houseOf = (id) => {
    if (!houses.has(id)) {
      const [main] = houseTowns[id];
      houses.set(id, {
        main,
        leader: person(`hus-${id}-leder`, main),
        deputy: person(`hus-${id}-souschef`, main),
        // Each colleague of a house follows some of its municipalities.
        staff: Array.from({ length: id === 'hovedstaden' ? 6 : id === 'syd' || id === 'midt' ? 4 : 3 }, (_, n) => person(`hus-${id}-${n + 1}`, pick(houseTowns[id]), partTime())),
      });
    }
    return houses.get(id);
  };

  for (const district of directory.authorities.filter((one) => one.kind === 'policeDistrict').map((one) => one.id.split(':')[1])) {
    const own = municipalities.filter((one) => one.district === district);
    // The whole country's chance is used whatever is chosen of it, so that a district is the same in each instance.
    const station = own.toSorted((a, b) => (thousands[b.code] ?? 45) - (thousands[a.code] ?? 45))[0].code;
    const leader = person(`kreds-${district}-leder`, station);
    const deputy = person(`kreds-${district}-vicepolitiinspektoer`, station);
    const investigators = [1, 2].map((n) => person(`kreds-${district}-efterforsker-${n}`, station, partTime()));
    const officers = Array.from({ length: Math.max(1, Math.round(own.length / 3.2)) }, (_, n) => person(`kreds-${district}-betjent-${n + 1}`, n === 0 ? station : pick(own).code, partTime()));
    const near = (code) => officers.toSorted((a, b) => distance(a, code) - distance(b, code));
    const distance = (id, code) => minutesBetween(people.find((one) => one.id === id).placeId, code);
    const load = new Map(officers.map((id) => [id, 0]));
    const heads = [];
    for (const { code, house: houseId } of own) {
      const house = houseOf(houseId);
      const size = thousands[code] ?? 45;
      const ssp = person(`${code}-ssp`, code, partTime());
      const caseworker = person(`${code}-raadgiver`, code);
      const head = person(`${code}-leder`, code);
      const contact = person(`${code}-kontakt`, code);
      heads.push(head);
      // The nearest officer who is not full yet: five municipalities at most.
      const officer = near(code).find((id) => load.get(id) < 5) ?? near(code)[0];
      load.set(officer, load.get(officer) + 1);
      const second = officers[(officers.indexOf(officer) + 1) % officers.length];
      const cover = officers.length > 1 ? [second] : [deputy];
      const cadence = size > 55 ? { every: 'week', interval: 1 } : size > 22 ? { every: 'week', interval: 2 } : { every: 'month', interval: 1 };
      const usual = { weekday: 1 + Math.floor(chance() * 5), startMinute: pick(starts) };
      series.push({
        id: `115-${code}`, name: `§ 115-møde, ${nameOf(code)}`, district, cadence, durationMinutes: size > 90 ? 90 : 60,
        weekdays: [1, 2, 3, 4, 5], startMinutes: starts, places: [{ placeId: code }],
        people: [{ personId: officer, substituteIds: cover }, { personId: ssp, substituteIds: [caseworker] }, { personId: caseworker, substituteIds: [head] }],
        ...(chance() < 0.5 ? { usual } : {}), moveLost: true,
      });
      if (size > 180) {
        series.push({
          id: `115-${code}-unge`, name: `§ 115-møde for unge, ${nameOf(code)}`, district, cadence: { every: 'week', interval: 2 }, durationMinutes: 90,
          weekdays: [1, 2, 3, 4, 5], startMinutes: starts, places: [{ placeId: code }],
          people: [{ personId: second, substituteIds: [officer] }, { personId: ssp, substituteIds: [caseworker] }], moveLost: true,
        });
      }
      const colleague = house.staff[Number(code) % house.staff.length];
      const investigator = investigators[Number(code) % 2];
      // The one of the house's places that is nearest.
      const nearest = houseTowns[houseId].toSorted((a, b) => minutesBetween(a, code) - minutesBetween(b, code))[0];
      const firstOfThree = 1 + Math.floor(chance() * 3);
      series.push({
        id: `samraad-${code}`, name: `Tid til sagssamråd, ${nameOf(code)}`, district,
        cadence: size > 85 ? { every: 'week', interval: 2 } : { every: 'month', interval: 1 }, durationMinutes: 60,
        weekdays: [firstOfThree, firstOfThree + 1, firstOfThree + 2], startMinutes: starts, places: [{ placeId: nearest, roomId: `samtalerum-${nearest}` }],
        people: [{ personId: colleague, substituteIds: [house.deputy] }, { personId: investigator, substituteIds: investigators.filter((id) => id !== investigator) }, { personId: contact, substituteIds: [caseworker] }],
        ...(chance() < 0.3 ? { usual: { weekday: firstOfThree + 1 } } : {}), moveLost: true,
      });
      const week = 8 + Math.floor(chance() * 36);
      series.push({
        id: `runde-${code}`, name: `Kommunerunde, ${nameOf(code)}`, district, cadence: { every: 'once', from: day(week * 7), to: day(week * 7 + 11), wished: day(week * 7 + 2) },
        durationMinutes: 120, weekdays: [1, 2, 3, 4, 5], startMinutes: [starts[0], starts[2]], places: [{ placeId: code }],
        people: [{ personId: house.leader, substituteIds: [house.deputy] }, { personId: colleague, substituteIds: [house.deputy] }, { personId: head, substituteIds: [contact] }],
      });
    }
    const house = houseOf(own[0].house);
    const week = 12 + Math.floor(chance() * 30);
    series.push({
      id: `kredsmoede-${district}`, name: `Politikredsmøde, ${district}`, district, cadence: { every: 'once', from: day(week * 7), to: day(week * 7 + 18), wished: day(week * 7 + 8) },
      durationMinutes: 180, weekdays: [2, 3, 4], startMinutes: [starts[0], starts[2]], places: own.slice(0, 3).map(({ code }) => ({ placeId: code })),
      people: [leader, ...investigators, ...officers, ...heads, house.leader].map((personId) => ({ personId, substituteIds: personId === house.leader ? [house.deputy] : personId === leader ? [deputy] : [leader] })),
    });
    series.push({
      id: `kreds-hus-${district}`, name: `Samarbejdsmøde politi og børnehus, ${district}`, district, cadence: { every: 'month', interval: 2 },
      durationMinutes: 90, weekdays: [1, 2, 3, 4], startMinutes: starts, places: [{ placeId: station }, { placeId: house.main }],
      people: [{ personId: deputy, substituteIds: [leader] }, ...investigators.map((personId) => ({ personId, substituteIds: [leader] })), { personId: house.leader, substituteIds: [house.deputy] }], moveLost: true,
    });
  }
  for (const [id, house] of [...houses].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const districtsOfHouse = [...new Set(municipalities.filter((one) => one.house === id).map((one) => one.district))];
    series.push({
      id: `forum-${id}`, name: `Børnehussamråd, Børnehus ${id}`, district: null, districts: districtsOfHouse, cadence: { every: 'month', interval: 1 },
      durationMinutes: 120, weekdays: [1, 2, 3, 4, 5], startMinutes: [starts[0], starts[2]], places: [{ placeId: house.main }],
      people: [{ personId: house.leader, substituteIds: [house.deputy] }, ...house.staff.map((personId) => ({ personId, substituteIds: [house.deputy] })), ...districtsOfHouse.map((district) => ({ personId: `kreds-${district}-efterforsker-1`, substituteIds: [`kreds-${district}-efterforsker-2`] }))],
      moveLost: true,
    });
  }

  const chosen = series.filter((one) => cadences.includes(one.cadence.every) && (districts === undefined || districts.includes(one.district) || (one.districts ?? []).every((id) => districts.includes(id)) && one.districts !== undefined));
  const needed = new Set(chosen.flatMap((one) => one.people.flatMap((who) => [who.personId, ...(who.substituteIds ?? [])])));
  const kept = people.filter((one) => needed.has(one.id));
  const codes = [...new Set([...kept.map((one) => one.placeId), ...chosen.flatMap((one) => one.places.map((place) => place.placeId))])].toSorted();
  return {
    firstDay, weeks,
    places: codes.map((id) => ({ id, name: nameOf(id) })),
    travelMinutes: codes.map((a) => codes.map((b) => minutesBetween(a, b))),
    people: kept,
    series: chosen.map(({ district: _district, districts: _districts, ...one }) => one),
    closed: holidays,
    unpopular: [
      { from: '2027-02-15', to: '2027-02-19', name: 'Vinterferie' },
      { from: '2027-06-28', to: '2027-08-06', name: 'Sommerferie' },
      { from: '2027-10-18', to: '2027-10-22', name: 'Efterårsferie' },
    ],
  };

  function nameOf(code) {
    if (towns[code] === undefined) throw new Error(`no town for ${code}`);
    return municipalities.find((one) => one.code === code).name.replace(/ Kommune$/, '');
  }
}

function day(offset) {
  return new Date(Date.parse(`${firstDay}T00:00:00Z`) + offset * 86_400_000).toISOString().slice(0, 10);
}
