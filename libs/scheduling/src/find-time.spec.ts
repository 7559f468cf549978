import { describe, expect, it, jest } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { Availability, type AvailabilityOptions, type BusyTime, type Person } from './availability.js';
import { findTime } from './find-time.js';
import { compile, UnusableQuery, type FindTimeQuery, type QueryFault } from './find-time-query.js';
import { mostLooks } from './find-time-relax.js';
import { changesInWords, reasonInWords, type Names } from './find-time-words.js';

const at = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime('Europe/Copenhagen').epochMilliseconds;
const busy = (from: string, to: string, more: Partial<BusyTime> = {}): BusyTime => ({ startMs: at(from), endMs: at(to), ...more });
/** Away the whole week except for these stretches. */
const freeOnly = (...stretches: [string, string][]): BusyTime[] => {
  const edges = ['2027-03-01T00:00', ...stretches.flat(), '2027-04-12T00:00'];
  return Array.from({ length: edges.length / 2 }, (_, n) => busy(edges[2 * n]!, edges[2 * n + 1]!, { placeId: null })).filter(({ startMs, endMs }) => startMs < endMs);
};

const names: Names = {
  person: (id) => ({ mette: 'Mette', jens: 'Jens', lone: 'Lone' })[id] ?? id,
  group: (id) => (id === 'police' ? 'politiet' : id),
  room: (id) => (id === 'r1' ? 'lokale 1' : id),
  body: (id) => ({ police: 'politiet', '101': 'Fiktiv Kommune' })[id] ?? id,
};

function someone(id: string, times: readonly BusyTime[], more: Partial<Person> = {}): Person {
  return { id, authorityId: '101', sector: 'municipality', busy: times, calendarKnown: true, ...more };
}

function ask(people: readonly Person[], changes: Partial<FindTimeQuery> = {}, options: Partial<AvailabilityOptions> = {}) {
  const index = new Availability({ from: '2027-03-01', days: 42, ...options });
  for (const person of people) index.setPerson(person);
  index.setRoom({ id: 'r1', placeId: null, busy: freeOnly(['2027-03-02T10:00', '2027-03-02T12:00']) });
  return findTime(index, { from: '2027-03-01', until: '2027-03-08', durationMinutes: 60, required: people.map(({ id }) => id), ...changes });
}

const starts = (...asked: Parameters<typeof ask>) => ask(...asked).candidates().map(({ startLocal }) => startLocal).sort();
const words = (...asked: Parameters<typeof ask>) => ask(...asked).candidates()[0]?.reasons.map((reason) => reasonInWords(reason, names));
const advice = (...asked: Parameters<typeof ask>) => ask(...asked).relaxations.map(({ changes }) => changesInWords(changes, names));

const morning = freeOnly(['2027-03-02T09:00', '2027-03-02T10:30']);

describe('findTime', () => {
  it('[AV1] gives every start, the best first', () => {
    expect(starts([someone('mette', morning)])).toEqual(['2027-03-02T09:00', '2027-03-02T09:15', '2027-03-02T09:30']);
    expect(ask([someone('mette', [])]).length).toBe(4 * 29 + 21);
    const ranked = ask([someone('mette', freeOnly(['2027-03-02T08:00', '2027-03-02T10:00'], ['2027-03-05T12:30', '2027-03-05T14:00']))]).candidates();
    expect(ranked.map(({ startLocal, cost }) => `${startLocal.slice(8)} ${cost}`)).toEqual(['02T09:00 0', '05T12:30 10', '05T12:45 10', '05T13:00 10', '02T08:00 12', '02T08:15 12', '02T08:30 12', '02T08:45 12']);
  });

  it('[AV2] unknown is not free: refused, or asked after the certain ones', () => {
    const people = [someone('mette', morning), someone('jens', [], { calendarKnown: false })];
    expect(starts(people)).toEqual([]);
    expect(starts(people, { unknown: 'ask' })).toHaveLength(3);
    expect(words(people, { unknown: 'ask' })).toEqual(['Jens skal spørges: kalenderen er ukendt.']);
    expect(advice(people)).toContain('Spørg dem, hvis kalender er ukendt.');
  });

  it('[AV3] what is tentative blocks only when asked', () => {
    const held = [...morning, busy('2027-03-02T09:00', '2027-03-02T09:30', { state: 'tentative' })];
    expect(starts([someone('mette', held)])).toHaveLength(3);
    expect(starts([someone('mette', held)], { tentative: 'blocks' })).toEqual(['2027-03-02T09:30']);
    expect(ask([someone('mette', held)]).candidates()[0]!.startLocal).toBe('2027-03-02T09:30');
  });

  it('[AV4] the days of a clock change are days like others', () => {
    // Sunday 28 March 2027 has 23 hours; what is at ten on Monday is at ten.
    const people = [someone('mette', [busy('2027-03-26T10:00', '2027-03-26T11:00'), busy('2027-03-30T10:00', '2027-03-30T11:00')])];
    const found = ask(people, { from: '2027-03-30', until: '2027-03-31', earliest: '09:00', latest: '12:00' }).candidates();
    expect(found.map(({ startLocal }) => startLocal.slice(11)).sort()).toEqual(['09:00', '11:00']);
    expect(Temporal.Instant.fromEpochMilliseconds(found[0]!.startMs).toString()).toBe('2027-03-30T07:00:00Z');
  });

  it('[AV5] one of a group comes, the key person rather than her substitute', () => {
    const people = [someone('mette', freeOnly(['2027-03-03T09:00', '2027-03-03T10:00'])), someone('jens', freeOnly(['2027-03-02T09:00', '2027-03-02T10:00'], ['2027-03-03T09:00', '2027-03-03T10:00']))];
    const question = { required: [], oneOf: [{ id: 'police', people: ['mette', 'jens'] }] };
    expect(ask(people, question).candidates().map(({ startLocal, cost }) => [startLocal, cost])).toEqual([['2027-03-03T09:00', 0], ['2027-03-02T09:00', 120]]);
    const second = ask(people, question).candidates()[1]!;
    expect(second.reasons.map((reason) => reasonInWords(reason, names))).toEqual(['Politiet kan kun med stedfortræder: Jens i stedet for Mette.']);
    expect(second.reasons.map((reason) => reasonInWords(reason, names, 'en'))).toEqual(['Politiet can come only with a substitute: Jens instead of Mette.']);
  });

  it('[AV6] so many of a sector, and one of each municipality', () => {
    const police = (id: string, times: BusyTime[]) => someone(id, times, { sector: 'police', authorityId: 'politi' });
    const people = [someone('lone', []), police('mette', freeOnly(['2027-03-02T09:00', '2027-03-02T10:00'])), police('jens', freeOnly(['2027-03-03T09:00', '2027-03-03T10:00']))];
    const asked = (least: number) => ({ required: ['lone'], optional: ['mette', 'jens'], quorum: [{ of: { sector: 'police' }, least }] });
    expect(starts(people, asked(1))).toEqual(['2027-03-02T09:00', '2027-03-03T09:00']);
    expect(starts(people, asked(2))).toEqual([]);
    expect(advice(people, asked(2))).toContain('Nøjes med 1 fra politiet.');
    // Authorities are counted, not their people; and of a group one comes.
    expect(starts(people, { ...asked(1), quorum: [{ of: { sector: 'police' }, least: 2, count: 'authorities' }] })).toEqual([]);
    expect(starts(people, { ...asked(1), quorum: [{ of: { sectors: ['police', 'municipality'] }, least: 2, count: 'authorities' }] })).toEqual(['2027-03-02T09:00', '2027-03-03T09:00']);
    const either = { required: ['lone'], oneOf: [{ id: 'police', people: ['mette', 'jens'] }] };
    expect(starts(people, { ...either, quorum: [{ of: { sectors: ['police', 'municipality'] }, least: 2 }] })).toHaveLength(2);
    expect(starts([people[0]!, someone('mette', [], { sector: 'police' }), someone('jens', [], { sector: 'police' })], { ...either, quorum: [{ of: { sectors: ['police', 'municipality'] }, least: 3, id: 'all' }] })).toEqual([]);
  });

  it('[AV14] a question without an answer about two hundred people costs no more than its bound, however much could give', () => {
    const index = new Availability({ from: '2027-03-01', days: 42 });
    const people = Array.from({ length: 200 }, (_, n) => someone(`p${n}`, [busy('2027-03-01T00:00', '2027-04-12T00:00', { placeId: null })], { authorityId: `${n % 30}` }));
    for (const person of people) index.setPerson(person);
    const looked = jest.spyOn(index, 'planes');
    const asked = people.map(({ id }) => id);
    const found = findTime(index, { from: '2027-03-01', until: '2027-03-08', durationMinutes: 480, required: asked.slice(0, 100), optional: asked.slice(100), quorum: [{ of: { sector: 'municipality' }, least: 20 }] });
    expect(found.relaxations).toEqual([]);
    // The question itself, what it would take without any one person, and one attempt over the bound at most.
    expect(looked.mock.calls.length).toBeLessThanOrEqual(mostLooks + 3 * people.length);
    // Of a hundred who are needed only one is in the way: she is found among them.
    people.forEach((person, n) => index.setPerson(n === 57 ? person : { ...person, busy: [] }));
    expect(findTime(index, { from: '2027-03-01', until: '2027-03-08', durationMinutes: 240, required: asked }).relaxations.map(({ changes }) => changes)).toEqual([[{ code: 'personOptional', personId: 'p57' }]]);
  });

  it('[AV14] where a meeting of more than eight hours can begin is worked out once for each person and length', () => {
    const index = new Availability({ from: '2027-03-01', days: 42 });
    index.setPerson(someone('mette', []));
    const planes = (durationMinutes: number, until: string) => compile(index, { from: '2027-03-01', until, durationMinutes, required: ['mette'] }).venues[0]!.free[0];
    expect(planes(600, '2027-03-08')).toBe(planes(600, '2027-03-09'));
    expect(planes(600, '2027-03-08')).not.toBe(planes(720, '2027-03-08'));
  });

  it('[AV15] what is to be moved is in nobody’s way, and says how it is with everybody', () => {
    const people = [someone('mette', [...morning, busy('2027-03-02T09:00', '2027-03-02T10:00', { eventId: 'm' })]), someone('jens', [busy('2027-03-02T09:00', '2027-03-02T10:00', { eventId: 'm', state: 'tentative' }), busy('2027-03-02T09:30', '2027-03-02T09:45', { state: 'tentative' })])];
    expect(starts(people)).toEqual([]);
    const [first, ...others] = ask(people, { withoutEvent: 'm' }).candidates();
    expect(first!.people).toEqual([{ id: 'mette', state: 'free' }, { id: 'jens', state: 'tentative' }]);
    expect(others.map(({ startLocal }) => startLocal)).toEqual(['2027-03-02T09:15', '2027-03-02T09:30']);
    expect(starts(people, { withoutEvent: 'm', tentative: 'blocks', durationMinutes: 30 })).toEqual(['2027-03-02T09:00', '2027-03-02T09:45', '2027-03-02T10:00']);
    expect(starts(people, { withoutEvent: 'another' })).toEqual([]);
  });

  it('[AV1] of each day the best alone, the best day first', () => {
    const found = ask([someone('mette', freeOnly(['2027-03-02T08:00', '2027-03-02T11:00'], ['2027-03-03T08:00', '2027-03-03T09:30'], ['2027-03-04T09:00', '2027-03-04T10:00']))]);
    expect(found.bestOfDays(2).map(({ startLocal }) => startLocal)).toEqual(['2027-03-02T09:00', '2027-03-04T09:00']);
    expect(found.bestOfDays(9)).toHaveLength(3);
  });

  it('[AV7] travel between what else people have, and a buffer where it is longer', () => {
    const travelMinutes = () => 40;
    const there = someone('mette', [busy('2027-03-02T09:00', '2027-03-02T10:00', { placeId: 'kommune' })], { placeId: 'kommune' });
    const tuesday = { from: '2027-03-02', until: '2027-03-03', placeId: 'politi', latest: '12:00' };
    expect(starts([there], tuesday, { travelMinutes })).toEqual(['2027-03-02T10:45', '2027-03-02T11:00']);
    expect(starts([there], { ...tuesday, bufferMinutes: 60 }, { travelMinutes })).toEqual(['2027-03-02T11:00']);
    expect(starts([there], { ...tuesday, placeId: null }, { travelMinutes })[0]).toBe('2027-03-02T08:00');
    expect(starts([there], { ...tuesday, placeId: 'kommune' }, { travelMinutes })[0]).toBe('2027-03-02T08:00');
  });

  it('[AV8] a room must be free, and have seats', () => {
    expect(starts([someone('mette', [])], { rooms: ['r1'] })).toEqual(['2027-03-02T10:00', '2027-03-02T10:15', '2027-03-02T10:30', '2027-03-02T10:45', '2027-03-02T11:00']);
    expect(words([someone('mette', []), someone('jens', [])], { rooms: ['r1'] })).toEqual(['Begge kan.', 'Lokale 1 er ledigt.']);
  });

  it('[AV9] [AV10] school holidays are avoided, not forbidden, and said', () => {
    const softPeriods = new Map([['101', [{ from: '2027-03-01', to: '2027-03-05', name: 'Vinterferie' }]]]);
    const [first] = ask([someone('mette', [])], { until: '2027-03-15' }, { softPeriods }).candidates();
    expect(first!.startLocal).toBe('2027-03-08T09:00');
    expect(words([someone('mette', [])], {}, { softPeriods })).toEqual(['Den ene, der er spurgt, kan.', 'Vinterferie i Fiktiv Kommune.']);
  });

  it('[AV11] [WT1] holidays, part-time days and half days are no time', () => {
    const partTime = { week: { 2: [{ from: '08:00', to: '12:00' }], 4: [{ from: '09:00', to: '15:00' }] } };
    const halfDays = [{ date: '2027-03-23', closesAt: '10:00', name: 'Kort tirsdag' }];
    const found = starts([someone('mette', [], { hours: partTime, halfDays })], { from: '2027-03-22', until: '2027-03-29', everyMinutes: 60 });
    // Thursday the 25th is Maundy Thursday.
    expect(found).toEqual(['2027-03-23T08:00', '2027-03-23T09:00']);
    expect(words([someone('mette', [], { hours: partTime, halfDays })], { from: '2027-03-23', until: '2027-03-24', everyMinutes: 60 })).toContain('Kort tirsdag: kort dag.');
  });

  it('[AV14] says what would give a time, the smallest change first', () => {
    const people = [someone('mette', morning, { substitutes: ['lone'] }), someone('jens', freeOnly(['2027-03-02T10:00', '2027-03-02T11:00'], ['2027-03-09T09:00', '2027-03-09T10:00'])), someone('lone', [])];
    const question = { required: ['mette', 'jens'] };
    expect(advice(people, question)).toEqual([
      'Lad Lone møde, når Mette ikke kan.', 'Afkort mødet til 30 min.', 'Hold mødet uden Jens.', 'Hold mødet uden Mette.',
    ]);
    const both = [someone('mette', freeOnly(['2027-03-02T09:00', '2027-03-02T09:30'])), someone('jens', freeOnly(['2027-03-09T10:00', '2027-03-09T10:30']))];
    expect(ask(both).relaxations.every(({ changes }) => changes.length === 2)).toBe(true);
    expect(advice(both)[0]).toBe('Afkort mødet til 30 min. og hold mødet uden Jens.');
  });

  it('[AV12] refuses what it cannot answer, with the reason', () => {
    const refusal = (changes: Partial<FindTimeQuery>): QueryFault | null => {
      try {
        ask([someone('mette', [])], changes);
        return null;
      } catch (error) {
        return error instanceof UnusableQuery ? error.reason : null;
      }
    };
    const cases: [QueryFault, Partial<FindTimeQuery>][] = [
      ['personUnknown', { required: ['nobody'] }], ['roomUnknown', { rooms: ['nowhere'] }], ['windowUnusable', { from: '2027-03-08' }], ['windowUnusable', { until: '2027-05-01' }],
      ['windowUnusable', { from: 'now' }], ['durationOutOfBounds', { durationMinutes: 0 }], ['hoursUnusable', { earliest: '8' }], ['bufferOutOfBounds', { bufferMinutes: 241 }],
      ['groupEmpty', { oneOf: [{ id: 'g', people: [] }] }], ['quorumUnusable', { quorum: [{ of: { sector: 'police' }, least: 51 }] }], ['nobodyAsked', { required: [] }],
    ];
    for (const [reason, changes] of cases) expect([changes, refusal(changes)]).toEqual([changes, reason]);
  });
});
