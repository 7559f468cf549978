import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { YearPlans } from '@lib/meetings/year-plans.service.js';
import { newSeries } from './support/story.js';
import { aKey, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';

interface Placement {
  weekday: number;
  startTime: string;
  phase: number;
  ordinal: number | null;
  words: string;
}
interface Series {
  seriesId: string;
  kindTitle: string;
  owner: { id: string };
  partners: { id: string }[];
  isOwn: boolean;
  isPinned: boolean;
  isOutdated: boolean;
  now: Placement | null;
  planned: Placement | null;
  change: { fromMeetingId: string; times: object } | null;
  refused: string | null;
  meetings: { date: string; outcome: string; words: string | null }[];
}
interface Plan {
  id: string;
  version: number;
  firstDay: string;
  weeks: number;
  series: Series[];
  outside: { seriesId: string; reason: string }[];
  newSeries: number;
  beyond: number;
  collisions: string[];
  absences: object[];
  costMinutes: number;
  leastMinutes: number;
  history: { words: string; setBy: string }[];
  code?: string;
  errors?: { field: string; message: string }[];
}
interface Preview {
  version: number;
  digest: string;
  differences: { words: string; because: string | null }[];
}

const api = '/api/v1/year-plans';
let server: TestServer;
let coordinator: Browser;
let police: Browser;
let officer: Browser;
let stranger: Browser;
let caseworker: Browser;
const series: Record<string, string> = {};
let plan: Plan;

const asOwner = <Row extends object>(sql: string, parameters: unknown[]) => server.unitOfWork.run((tx) => tx.query<Row>(sql, parameters));
const id = (who: Browser) => who.person.membershipId;
const set = async (who: Browser, name: string, participants: Browser[], changes: object) => {
  const { status, body } = await who.post<{ id: string }>('/api/v1/series', newSeries(participants.map(id), { authorityIds: [], ...changes }));
  expect([status, body]).toEqual([201, body]);
  series[name] = body.id;
};
const of = (from: Plan, name: string) => from.series.find(({ seriesId }) => seriesId === series[name])!;
const preview = (who: Browser, step: object) => who.post<Preview & Plan>(`${api}/${plan.id}/changes/preview`, step);
const change = async (who: Browser, step: object) => {
  const seen = await preview(who, step);
  const { status, body } = await who.send<Plan>('POST', `${api}/${plan.id}/changes`, { ...step, digest: seen.body.digest }, { 'if-match': `"${seen.body.version}"` });
  expect([status, body.code]).toEqual([200, undefined]);
  plan = body;
  return seen.body;
};

beforeAll(async () => {
  server = await TestServer.start();
  const signIn = (authorityId: string, role: 'coordinator' | 'participant') => server.signIn({ authorityId, role });
  [coordinator, caseworker, police, officer, stranger] = [await signIn(eksempelby, 'coordinator'), await signIn(eksempelby, 'participant'), await signIn(nordsjaelland, 'coordinator'), await signIn(nordsjaelland, 'participant'), await signIn(taenktby, 'coordinator')];
  // The same officer, at the same time, twice; and one of the police's own that the municipality takes part in.
  await set(coordinator, 'weekly', [officer, caseworker], { authorityIds: [nordsjaelland] });
  await set(coordinator, 'fortnightly', [officer, caseworker], { authorityIds: [nordsjaelland], recurrence: { kind: 'weekly', interval: 2 } });
  await set(police, 'theirs', [coordinator], { authorityIds: [eksempelby], kindId: 'policeDistrictMeeting', startLocal: '2026-12-08T10:00', recurrence: { kind: 'monthly', ordinal: 2, day: 'TU' } });
  await set(police, 'apart', [], { startLocal: '2026-12-09T10:00' });
  await set(coordinator, 'last', [], { recurrence: { kind: 'monthly', ordinal: -1, day: 'WE' } });
  const made = await coordinator.post<Plan>(api, { year: 2027 }, aKey());
  expect([made.status, made.body.code]).toEqual([201, undefined]);
  plan = made.body;
}, 60_000);
afterAll(() => server.stop());

describe('a year plan', () => {
  it('[YP13] [YP14] [YP18] [AC150] is made of the series that the authority owns or takes part in, and tells kind, authorities and time of them', () => {
    expect([plan.firstDay, plan.weeks]).toEqual(['2027-01-04', 52]);
    expect(plan.series.map(({ seriesId }) => seriesId).sort()).toEqual([series.weekly, series.fortnightly, series.theirs].sort());
    expect(plan.outside).toMatchObject([{ seriesId: series.last, reason: 'lastOfMonth' }]);
    expect(of(plan, 'weekly')).toMatchObject({ isOwn: true, isPinned: false, partners: [{ id: nordsjaelland }], now: { weekday: 1, startTime: '13:00', words: 'hver mandag kl. 13.00' } });
    expect(JSON.stringify(plan)).not.toContain('Rådhuset');
    // Second Mondays are no holidays; Easter Monday and Whit Monday are.
    expect(plan.series.flatMap(({ meetings }) => meetings).filter(({ outcome }) => outcome !== 'held').every(({ words }) => words!.includes('dagen er lukket'))).toBe(true);
    expect(plan.leastMinutes).toBeLessThanOrEqual(plan.costMinutes);
  });

  it('[YP15] [YP18] keeps people out of two meetings at once, and leaves what others own where it is', () => {
    // Whoever is of another authority is called by it.
    expect(plan.collisions.length).toBeGreaterThan(0);
    expect(plan.collisions.every((words) => !words.includes(officer.person.name))).toBe(true);
    const [weekly, fortnightly] = [of(plan, 'weekly'), of(plan, 'fortnightly')];
    expect([weekly.planned!.weekday, weekly.planned!.startTime]).not.toEqual([fortnightly.planned!.weekday, fortnightly.planned!.startTime]);
    expect(of(plan, 'theirs')).toMatchObject({ isOwn: false, isPinned: true, planned: { weekday: 2, startTime: '10:00', ordinal: 2 } });
  });

  it('[YP18] names whoever is in it by the membership of her own authority, and only while she has it', async () => {
    const said = async () => (await coordinator.get<Plan>(`${api}/${plan.id}`)).body.collisions.join();
    const before = await said();
    expect([before.includes(caseworker.person.name), before.includes(officer.person.name)]).toEqual([true, false]);
    // Who sits there for the police is no less of the police for working here, too.
    await asOwner(`INSERT INTO membership SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'authority_id', $2::text))).* FROM membership m WHERE m.id = $1`, [id(officer), eksempelby]);
    await asOwner('UPDATE membership SET valid_to = $2 WHERE id = $1', [id(caseworker), server.clock.now().toString()]);
    const after = await said();
    await asOwner('UPDATE membership SET valid_to = NULL WHERE id = $1', [id(caseworker)]);
    expect([after.length > 0, after.includes(caseworker.person.name), after.includes(officer.person.name)]).toEqual([true, false, false]);
  });

  it('[AC50] [AC150] tells of no series whose access has not begun for anybody of the authority', async () => {
    const told = async () => (await coordinator.get<Plan>(`${api}/${plan.id}`)).body.newSeries;
    const from = (hours: number) => server.clock.now().add({ hours }).toString();
    await asOwner('INSERT INTO series_participant (series_id, membership_id, valid_from) VALUES ($1, $2, $3)', [series.apart, id(coordinator), from(1)]);
    const before = await told();
    await asOwner('UPDATE series_participant SET valid_from = $3 WHERE series_id = $1 AND membership_id = $2', [series.apart, id(coordinator), from(-1)]);
    const begun = await told();
    await asOwner('UPDATE membership SET valid_from = $2 WHERE id = $1', [id(caseworker), from(1)]);
    await asOwner('UPDATE series_participant SET membership_id = $3 WHERE series_id = $1 AND membership_id = $2', [series.apart, id(coordinator), id(caseworker)]);
    const joined = await told();
    await asOwner('UPDATE membership SET valid_from = $2 WHERE id = $1', [id(caseworker), from(-1)]);
    await asOwner('DELETE FROM series_participant WHERE series_id = $1 AND membership_id = $2', [series.apart, id(caseworker)]);
    expect([before, begun, joined]).toEqual([0, 1, 0]);
  });

  it('[YP16] shows what a pin makes of it before it is stored, and stores what was shown', async () => {
    const step = { kind: 'pinned', seriesId: series.weekly, weekday: 3, startTime: '09:00' };
    const seen = await preview(coordinator, step);
    expect(seen.body.differences[0]!.words).toMatch(/flyttes til hver onsdag kl\. 9\.00 \(før: hver/);
    expect((await coordinator.get<Plan>(`${api}/${plan.id}`)).body.version).toBe(1);
    const refused = await coordinator.send<Plan>('POST', `${api}/${plan.id}/changes`, { ...step, digest: '0'.repeat(64) }, { 'if-match': '"1"' });
    expect([refused.status, refused.body.code]).toEqual([412, 'precondition-failed']);
    await change(coordinator, step);
    // What is stored is what was shown, also where the plan comes out the same.
    const [day, time] = [await preview(coordinator, { kind: 'pinned', seriesId: series.weekly, weekday: 3 }), await preview(coordinator, { kind: 'pinned', seriesId: series.weekly, startTime: '09:00' })];
    expect([day.body.differences, day.body.digest === time.body.digest]).toEqual([time.body.differences, false]);
    expect(of(plan, 'weekly')).toMatchObject({ isPinned: true, planned: { weekday: 3, startTime: '09:00' } });
    expect(plan.history[0]).toMatchObject({ setBy: coordinator.person.name });
    for (const [wrong, field] of [[{ ordinal: 2 }, 'ordinal'], [{ phase: 1 }, 'phase'], [{ date: '2027-03-01' }, 'date'], [{}, 'weekday'], [{ startTime: '23:30' }, 'startTime'], [{ startTime: null }, 'startTime'], [{ date: null }, 'date']] as const) {
      const { status, body } = await preview(coordinator, { kind: 'pinned', seriesId: series.weekly, ...wrong });
      expect([status, body.errors?.map((one) => one.field)]).toEqual([400, [field]]);
    }
  });

  it('[YP16] shows what becomes of meetings while somebody is away, and takes it back', async () => {
    const away = { kind: 'absence', membershipId: id(coordinator), from: '2027-03-01', to: '2027-03-31' };
    const seen = await change(coordinator, away);
    expect(seen.differences.some(({ words }) => words.includes(`${coordinator.person.name} er fraværende`))).toBe(true);
    expect(plan.absences).toEqual([{ membershipId: id(coordinator), name: coordinator.person.name, from: '2027-03-01', to: '2027-03-31' }]);
    // Each authority knows of its own.
    expect((await preview(coordinator, { ...away, membershipId: id(officer) })).body.errors?.[0]!.field).toBe('membershipId');
    expect((await preview(coordinator, away)).body.errors?.[0]!.field).toBe('from');
    const ofHer = async () => (await asOwner<{ count: number }>(`SELECT count(*)::int AS count FROM year_plan_version WHERE plan_id = $1 AND body::text LIKE '%"from": "2027-03-01"%'`, [plan.id]))[0]!.count;
    expect([plan.history[0]!.words.includes(coordinator.person.name), await ofHer()]).toEqual([true, 1]);
    await change(coordinator, { ...away, kind: 'absenceWithdrawn' });
    expect(plan.absences).toEqual([]);
    // Neither who nor when is kept of it.
    expect([plan.history.map(({ words }) => words).slice(0, 2), await ofHer()]).toEqual([['Et fravær blev taget tilbage.', 'Et fravær blev skrevet ind. Det er taget tilbage siden.'], 0]);
  });

  it('[YP19] lets others be tried elsewhere, and changed by their own alone', async () => {
    await change(coordinator, { kind: 'pinned', seriesId: series.theirs, weekday: 4 });
    expect(of(plan, 'theirs')).toMatchObject({ planned: { weekday: 4 }, change: null, refused: 'otherAuthority' });
  });

  it('[YP20] changes a series by the command that changes a series, which then is where it was planned', async () => {
    const { change: wanted, planned } = of(plan, 'weekly');
    const at = `/api/v1/series/${series.weekly}/changes`;
    const seen = await coordinator.post<{ version: number; digest: string; steps: { action: string }[] }>(`${at}/preview`, wanted!);
    expect([seen.status, seen.body.steps.some(({ action }) => action === 'moves')]).toEqual([200, true]);
    const done = await coordinator.send('POST', at, { ...wanted, digest: seen.body.digest }, { 'if-match': `"${seen.body.version}"` });
    expect(done.status).toBe(200);
    plan = (await coordinator.get<Plan>(`${api}/${plan.id}`)).body;
    expect(of(plan, 'weekly')).toMatchObject({ now: planned, change: null, isOutdated: false });
    const { meetings } = (await coordinator.get<{ meetings: { seriesId: string | null; startLocal: string }[] }>('/api/v1/meetings?from=2027-01-04T00:00:00Z&to=2027-02-01T00:00:00Z&limit=100')).body;
    expect(meetings.filter(({ seriesId }) => seriesId === series.weekly).map(({ startLocal }) => startLocal)).toEqual(['2027-01-06T09:00', '2027-01-13T09:00', '2027-01-20T09:00', '2027-01-27T09:00']);
  });

  it('[YP20] puts a series into the other of two weeks', async () => {
    const { planned, now } = of(plan, 'fortnightly');
    const other = 1 - now!.phase;
    await change(coordinator, { kind: 'pinned', seriesId: series.fortnightly, phase: other, weekday: 5, startTime: '08:30' });
    const { change: wanted } = of(plan, 'fortnightly');
    const at = `/api/v1/series/${series.fortnightly}/changes`;
    const { body } = await coordinator.post<{ version: number; digest: string }>(`${at}/preview`, wanted!);
    expect((await coordinator.send('POST', at, { ...wanted, digest: body.digest, reason: 'Årsplan' }, { 'if-match': `"${body.version}"` })).status).toBe(200);
    plan = (await coordinator.get<Plan>(`${api}/${plan.id}`)).body;
    expect([planned === null, of(plan, 'fortnightly').now]).toMatchObject([false, { weekday: 5, startTime: '08:30', phase: other }]);
    expect(of(plan, 'fortnightly').meetings[0]!.date).toBe(other === 0 ? '2027-01-08' : '2027-01-15');
  });

  it('[YP14] is made again when series have come, with what was decided', async () => {
    await set(coordinator, 'new', [], { startLocal: '2026-12-10T10:00' });
    expect((await coordinator.get<Plan>(`${api}/${plan.id}`)).body.newSeries).toBe(1);
    await change(coordinator, { kind: 'renewed' });
    expect([plan.newSeries, of(plan, 'theirs').planned!.weekday, of(plan, 'fortnightly').planned!.startTime]).toEqual([0, 4, '08:30']);
  });

  it('[YP13] is made once, however often it is asked for under its key, of years that are to come', async () => {
    const key = aKey();
    const [first, second] = [await police.post<Plan>(api, { year: 2027 }, key), await police.post<Plan>(api, { year: 2027 }, key)];
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
    // The district's own, and what it takes part in; what the municipality has by itself is not told.
    expect(first.body.beyond).toBe(0);
    expect(first.body.series.map(({ seriesId }) => seriesId).sort()).toEqual([series.weekly, series.fortnightly, series.theirs, series.apart].sort());
    for (const year of [2025, 2029]) expect((await police.post(api, { year }, aKey())).status).toBe(400);
    const { years } = (await police.get<{ years: number[] }>(api)).body;
    expect(years).toEqual([2026, 2027]);
  });

  it('[AC150] [YP21] is read, changed and removed by coordinators of its authority alone', async () => {
    for (const who of [police, stranger]) {
      expect((await who.get(`${api}/${plan.id}`)).status).toBe(404);
      expect((await preview(who, { kind: 'renewed' })).status).toBe(404);
      expect((await who.delete(`${api}/${plan.id}`)).status).toBe(404);
    }
    expect((await officer.get(api)).status).toBe(403);
    expect((await coordinator.delete(`${api}/${plan.id}`)).status).toBe(204);
    expect((await coordinator.get(`${api}/${plan.id}`)).status).toBe(404);
  });

  it('[YP21] is removed when its weeks are over', async () => {
    const count = async () => (await asOwner<{ count: number }>('SELECT count(*)::int AS count FROM year_plan_version', []))[0]!.count;
    const at = async (instant: string) => {
      server.clock.advance(server.clock.now().until(instant));
      await server.running.app.get(YearPlans).removeOld();
      return count();
    };
    expect([await at('2028-01-02T22:59:59Z'), await at('2028-01-02T23:00:00Z')]).toEqual([1, 0]);
  });
});
