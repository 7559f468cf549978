import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Sessions } from '@lib/access/sessions.service.js';
import { sessionCookie } from '@lib/access/session-cookie.js';
import { ItemDocuments } from '@lib/meetings/item-documents.js';
import { readConfig } from '@lib/platform/config.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { FileKeyManagement } from '@lib/platform/file-key-management.js';
import { newId } from '@lib/platform/ids.js';
import { KeyRotation } from '@lib/platform/key-rotation.service.js';
import { Filings } from '@lib/retention/filings.service.js';
import { RetentionRuns } from '@lib/retention/retention-runs.service.js';
import { startServer } from '../apps/server/src/server.js';
import { approve, consultation, narrow, path, send, write } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems } from './support/story.js';
import { TestClock } from './support/test-clock.js';
import { createTestDatabase, testDatabaseUrl } from './support/test-database.js';
import { aKey, eksempelby, TestServer, type Browser } from './support/test-server.js';

interface Filing {
  authority: { id: string };
  state: string;
  version: number;
  filedOn: string | null;
  by: { name: string } | null;
  reference: string | null;
  canFile: boolean;
}
interface View {
  isFiledByAll: boolean;
  filings: Filing[];
  deletion: { state: string; on: string; confirmation: { firstBy: string | null; isConfirmed: boolean } | null; canConfirm: boolean } | null;
  holds: { id: string; itemId: string | null; authority: { id: string }; reason: string | null; releasedAt: string | null; canRelease: boolean }[];
  canHold: boolean;
  unfinished: { followUps: number; decisions: number; embargoes: number };
  code?: string;
  detail?: string;
  errors?: { field: string }[];
}
interface Listed {
  meetingId: string;
  kindTitle: string;
  state: string;
  dueOn: string;
  obstacles: string[];
  unfiled: { id: string }[];
  holders: { id: string }[];
  firstConfirmedBy: string | null;
  canConfirm: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'samraad-retention-'));
const kindId = 'caseConsultation';
let server: TestServer;
let administrator: Browser;
let stop: () => Promise<void>;
/** A month is kept and a fortnight waited: no longer than a test's clock likes to go. */
const rule = { kindId, months: 1, waitingDays: 14, secondPerson: true };

beforeAll(async () => {
  const clock = new TestClock();
  const database = testDatabaseUrl === undefined ? null : await createTestDatabase();
  const config = readConfig({ PORT: '0', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: 'memory:', SAMRAAD_KEY_FILE: join(folder, 'kek.json'), SAMRAAD_KEY_BACKUP_DIR: join(folder, 'backups'), ...(database === null ? {} : { DATABASE_URL: database.url }) });
  config.rateLimits = false;
  const running = await startServer(config, { clock });
  server = TestServer.of(running, clock);
  stop = async () => {
    await running.close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  administrator = await anAdministrator();
  expect((await setRule({})).status).toBe(201);
}, 60_000);
afterAll(() => stop());

/** Somebody who administers the municipality, or a person of it who does so besides. */
async function anAdministrator(personId = newId()): Promise<Browser> {
  const membershipId = newId();
  await server.unitOfWork.run(async (tx) => {
    await tx.query(`INSERT INTO person (id, name) VALUES ($1, 'Ane Prøve') ON CONFLICT DO NOTHING`, [personId]);
    await tx.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, 'administrator', '', $4)`, [membershipId, personId, eksempelby, server.clock.now().toString()]);
  });
  const browser = server.stranger();
  browser.person = { id: personId, membershipId, name: 'Ane Prøve', role: 'administrator', authority: { id: eksempelby, name: '' } };
  await again(browser);
  return browser;
}
/** Sessions end while weeks pass. */
async function again(...who: Browser[]): Promise<void> {
  for (const one of who) one.cookie = sessionCookie(await server.running.app.get(Sessions).create(one.person.membershipId), false).split(';')[0]!;
}
const runs = () => server.running.app.get(RetentionRuns);
const idle = () => server.running.app.get(DomainEvents).idle();
const sql = <Row>(text: string, parameters: unknown[] = []) => server.unitOfWork.run((tx) => tx.query<Row>(text, parameters));
const versionOfRule = async () => {
  const { status, body } = await administrator.get<{ rules: { kindId: string; version: number }[] }>('/api/v1/administration/retention-rules');
  expect([status, status === 200 ? null : body]).toEqual([200, null]);
  return body.rules.find((one) => one.kindId === kindId)!.version;
};
const setRule = async (changes: Partial<typeof rule>) => administrator.post<View>('/api/v1/administration/retention-rules', { ...rule, version: await versionOfRule(), ...changes });
const today = () => server.clock.now().toZonedDateTimeISO('Europe/Copenhagen').toPlainDate();
const eventsOf = async (meetingId: string) => (await sql<{ kind: string }>('SELECT kind FROM retention_event WHERE meeting_id = $1 ORDER BY version', [meetingId])).map((row) => row.kind);
const keysOf = (ids: string[]) => sql('SELECT scope_id FROM content_key WHERE scope_id = ANY($1::uuid[])', [ids]);

let story: Awaited<ReturnType<typeof consultation>>;
let at: string;
const view = async (who: Browser) => {
  const answer = await who.get<View>(`${at}/retention`);
  expect([answer.status, answer.body]).toEqual([200, answer.body]);
  return answer.body;
};
const file = (who: Browser, changes: object = {}, headers: Record<string, string> = {}) => who.post<View>(`${at}/filings`, { reference: 'ESDH 2026-4711', filedOn: today().toString(), ...changes }, headers);
const hold = (who: Browser, itemId: string | null = null) => who.post<View>(`${at}/holds`, { itemId, reason: 'Kanariefugl om klagesagen' });
const release = (who: Browser, id: string) => who.post<View>(`${at}/holds/${id}/release`, { reason: 'Klagesagen er afgjort.' });
const listed = async (who = administrator) => (await who.get<{ deletions: Listed[] }>('/api/v1/administration/deletions?limit=100')).body.deletions.find((one) => one.meetingId === story.meetingId)!;
const notes = async (who: Browser) => (await who.get<{ notifications: { kind: string; about: string | null; meeting: { id: string } | null }[] }>('/api/v1/notifications')).body.notifications.filter((one) => one.meeting?.id === story.meetingId);
const everybody = () => [story.coordinator, story.caseworker, story.officer, story.police, story.psychologist, administrator];
/** What the job does, after some days. */
async function days(count: number): Promise<void> {
  server.clock.advance({ hours: 24 * count });
  await again(...everybody());
  await runs().run();
}
async function fileAll(): Promise<void> {
  for (const one of [story.coordinator, story.police, story.psychologist]) expect((await file(one)).status).toBe(201);
}
/** Filed by all and announced, a fortnight before the day. */
async function announced(): Promise<string> {
  await fileAll();
  await days(20);
  const { state, dueOn } = await listed();
  expect(state).toBe('announced');
  return dueOn;
}
const confirmed = (who: Browser, on: string) => (who === administrator || who.person.role === 'administrator' ? who.post<View>(`/api/v1/administration/deletions/${story.meetingId}/confirm`, { on }) : who.post<View>(`${at}/deletion/confirm`, { on }));

beforeEach(async () => {
  story = await consultation(server);
  at = `/api/v1/meetings/${story.meetingId}`;
  await again(administrator);
  // Two items are the municipality's and the police's alone.
  await narrow(story.coordinator, story.items[1]!.id, [eksempelby, story.police.person.authority.id]);
  await write(story.coordinator, story.items[0]!.documentId, 'Kanariefugl i referatet');
});
async function approved(): Promise<void> {
  await send(story.coordinator, story.meetingId);
  for (const one of [story.coordinator, story.police, story.psychologist]) await approve(one, story.meetingId);
  await idle();
}

describe('filing', () => {
  it('[FI1–FI3, AC110] is said by each authority for itself, seen by all, corrected by a later word, and its reference is its own', async () => {
    expect((await view(story.coordinator)).filings).toEqual([]);
    expect((await file(story.coordinator)).body.code).toBe('transition-refused');
    await approved();
    expect((await view(story.psychologist)).filings.map((one) => [one.state, one.canFile]).sort()).toEqual([['missing', false], ['missing', false], ['missing', true]]);
    expect((await file(story.caseworker)).status).toBe(403);
    expect((await file(story.officer)).status).toBe(403);
    const faults = async (changes: object) => ((await file(story.coordinator, changes)).body.errors ?? []).map((one) => one.field);
    expect(await faults({ reference: 'Sag om 010190-1234' })).toEqual(['reference']);
    expect(await faults({ reference: ' ' })).toEqual(['reference']);
    expect(await faults({ filedOn: today().add({ days: 1 }).toString() })).toEqual(['filedOn']);
    expect(await faults({ filedOn: today().subtract({ days: 2 }).toString() })).toEqual(['filedOn']);
    const key = aKey();
    expect([(await file(story.coordinator, {}, { ...key, 'if-match': '"0"' })).status, (await file(story.coordinator, {}, { ...key, 'if-match': '"0"' })).status]).toEqual([201, 201]);
    expect((await file(story.coordinator, {}, { 'if-match': '"0"' })).status).toBe(412);
    expect((await file(story.coordinator, { reference: 'ESDH 2026-4712' }, { 'if-match': '"1"' })).status).toBe(201);
    const seen = async (who: Browser) => (await view(who)).filings.find((one) => one.authority.id === eksempelby)!;
    expect(await seen(story.caseworker)).toMatchObject({ state: 'filed', version: 2, reference: 'ESDH 2026-4712', by: { name: story.coordinator.person.name } });
    expect(await seen(story.psychologist)).toMatchObject({ state: 'filed', filedOn: today().toString(), reference: null, by: { name: story.coordinator.person.name } });
    expect((await story.coordinator.post<View>(`${at}/filings/retract`, {}, { 'if-match': '"2"' })).body.filings.find((one) => one.authority.id === eksempelby)).toMatchObject({ state: 'missing', version: 3, filedOn: null, by: null });
    await fileAll();
    expect((await view(story.officer)).isFiledByAll).toBe(true);
    await expect(sql('DELETE FROM filing')).rejects.toThrow(/append-only/);
    await expect(sql(`UPDATE filing SET filed_on = '2020-01-01'`)).rejects.toThrow(/append-only/);
  }, 30_000);

  it('[FI1] is out of date when something was added since that somebody of the authority reads, and for nobody else', async () => {
    await approved();
    await fileAll();
    server.clock.advance({ minutes: 1 });
    expect((await story.coordinator.post(path(story.meetingId, 'addenda'), { itemId: story.items[1]!.id, text: 'Tilføjet' })).status).toBe(201);
    const states = async (who: Browser) => Object.fromEntries((await view(who)).filings.map((one) => [one.authority.id.split(':')[0], one.state]));
    expect(await states(story.coordinator)).toEqual({ barnahus: 'filed', municipality: 'outdated', policeDistrict: 'outdated' });
    // The børnehus does not read the item, and learns nothing of it.
    expect(await states(story.psychologist)).toEqual({ barnahus: 'filed', municipality: 'filed', policeDistrict: 'filed' });
  }, 30_000);

  it('[FI4, FI5] waits on the overview of whoever files, late after a fortnight, and is reminded of once a month', async () => {
    await approved();
    const waiting = async (who: Browser) => (await who.get<{ waiting: { meetingId: string; isLate: boolean }[] }>('/api/v1/filings/waiting')).body.waiting.filter((one) => one.meetingId === story.meetingId);
    expect((await waiting(story.coordinator)).map((one) => one.isLate)).toEqual([false]);
    expect(await waiting(story.caseworker)).toEqual([]);
    expect((await waiting(story.psychologist)).map((one) => one.isLate)).toEqual([false]);
    await file(story.psychologist);
    expect(await waiting(story.psychologist)).toEqual([]);
    await days(14);
    const filings = server.running.app.get(Filings);
    for (let n = 0; n < 2; n++) await filings.remind();
    expect((await waiting(story.coordinator)).map((one) => one.isLate)).toEqual([true]);
    const told = async (who: Browser) => (await notes(who)).filter((one) => one.kind === 'filingMissing').length;
    expect([await told(story.coordinator), await told(story.police), await told(story.caseworker), await told(story.psychologist)]).toEqual([1, 1, 0, 0]);
    await days(30);
    await filings.remind();
    expect(await told(story.coordinator)).toBe(2);
  }, 30_000);

  it('[FI5, RE8, RE13] of an addendum to an item its readers alone are reminded, and the announcement does not wait for it', async () => {
    // Of the police somebody reads the item who does not file, and the one who files does not.
    await narrow(story.coordinator, story.items[2]!.id, [eksempelby], [story.officer.person.id]);
    await approved();
    await approve(story.officer, story.meetingId);
    await idle();
    await fileAll();
    server.clock.advance({ minutes: 1 });
    expect((await story.coordinator.post(path(story.meetingId, 'addenda'), { itemId: story.items[2]!.id, text: 'Tilføjet' })).status).toBe(201);
    const isFiled = async (who: Browser) => (await view(who)).isFiledByAll;
    expect([await isFiled(story.coordinator), await isFiled(story.officer), await isFiled(story.police), await isFiled(story.psychologist)]).toEqual([false, false, true, true]);
    await days(14);
    await server.running.app.get(Filings).remind();
    const told = async (who: Browser) => (await notes(who)).filter((one) => one.kind === 'filingMissing').length;
    expect([await told(story.coordinator), await told(story.police), await told(story.psychologist)]).toEqual([1, 0, 0]);
    await days(6);
    const { state, dueOn, unfiled } = await listed();
    expect([state, unfiled]).toEqual(['announced', []]);
    expect((await view(story.psychologist)).deletion).toMatchObject({ state: 'announced', on: dueOn });
    for (const one of [story.coordinator, administrator]) await confirmed(one, dueOn);
    await days(20);
    // What is destroyed has been filed as it stands.
    expect(await listed()).toMatchObject({ state: 'heldBack', obstacles: ['unfinished'], unfiled: [] });
    await fileAll();
    await days(0);
    expect((await listed()).state).toBe('announced');
  }, 30_000);
});

describe('the rules of retention', () => {
  it('[RE5, RE6, AC114] are set by administrators, version upon version, and give what is announced no earlier day', async () => {
    await approved();
    expect((await story.coordinator.get('/api/v1/administration/retention-rules')).status).toBe(403);
    expect((await setRule({ waitingDays: 13 })).status).toBe(400);
    expect((await administrator.post('/api/v1/administration/retention-rules', { ...rule, version: 0 })).status).toBe(412);
    expect((await setRule({ months: 24 })).status).toBe(201);
    await runs().run();
    const later = (await listed()).dueOn;
    expect(later).toBe(today().add({ months: 24 }).toString());
    expect((await setRule({ months: 1 })).status).toBe(201);
    const on = await announced();
    expect(on < later).toBe(true);
    // Less is for what has not been announced; more is for this one too, and what was confirmed is void.
    await confirmed(administrator, on);
    expect((await setRule({ months: 1, waitingDays: 20 })).status).toBe(201);
    await days(0);
    expect(await listed()).toMatchObject({ state: 'firstConfirmed', dueOn: on });
    expect((await setRule({ months: 6 })).status).toBe(201);
    await days(0);
    expect(await listed()).toMatchObject({ state: 'planned', firstConfirmedBy: null });
    expect((await view(story.officer)).deletion).toMatchObject({ state: 'planned' });
    expect((await setRule({})).status).toBe(201);
    await expect(sql('DELETE FROM retention_rule')).rejects.toThrow(/append-only/);
  }, 30_000);
});

describe('deletion', () => {
  it('[RE3, RE4, RE8–RE10, RE12, AC113] is planned, announced to all, confirmed by two persons, and then nothing gives the content back', async () => {
    await approved();
    const proposalId = newId();
    await sql(`INSERT INTO content_key SELECT $1, owner_authority_id, kek_id, wrapped_key FROM content_key WHERE scope_id = $2`, [proposalId, story.meetingId]);
    await sql(`INSERT INTO item_proposal (id, meeting_id, proposed_by_membership_id, title, planned_minutes, output_type, state, proposed_at) VALUES ($1, $2, $3, '\\x01', 5, 'discussion', 'waiting', now())`, [proposalId, story.meetingId, story.officer.person.membershipId]);
    const ids = [story.meetingId, proposalId, ...story.items.map((item) => item.id)];
    const planned = (await view(story.psychologist)).deletion!;
    expect(planned).toMatchObject({ state: 'planned', on: today().add({ months: 1 }).toString(), confirmation: null, canConfirm: false });
    await days(20);
    // Not before every authority has said that it filed.
    expect(await listed()).toMatchObject({ kindTitle: expect.any(String), state: 'planned', obstacles: ['filing'] });
    expect((await listed()).unfiled).toHaveLength(3);
    await fileAll();
    await runs().run();
    const { dueOn: on, state, obstacles } = await listed();
    expect([state, obstacles]).toEqual(['announced', ['confirmation']]);
    expect(on).toBe([planned.on, today().add({ days: 14 }).toString()].sort().at(-1));
    expect(JSON.stringify(await listed())).not.toMatch(/Kanariefugl/);
    for (const one of [story.coordinator, story.police, story.psychologist]) {
      expect((await notes(one)).filter((note) => note.kind === 'deletionAnnounced')).toMatchObject([{ about: null }]);
      expect((await view(one)).deletion).toMatchObject({ state: 'announced', on });
    }
    // A second person, by whatever membership she acts.
    expect((await confirmed(story.police, on)).status).toBe(403);
    expect((await confirmed(story.coordinator, '2030-01-01')).status).toBe(412);
    expect((await confirmed(story.coordinator, on)).body.deletion).toMatchObject({ confirmation: { firstBy: story.coordinator.person.name, isConfirmed: false }, canConfirm: false });
    expect((await confirmed(story.coordinator, on)).body.code).toBe('transition-refused');
    expect((await confirmed(await anAdministrator(story.coordinator.person.id), on)).status).toBe(409);
    await days(15);
    expect((await listed()).state).toBe('firstConfirmed');
    expect((await confirmed(administrator, on)).status).toBe(204);
    expect((await view(story.psychologist)).deletion).toMatchObject({ state: 'announced', confirmation: null });
    const yesterday = await sql<{ scope_id: string; kek_id: string; wrapped_key: Uint8Array }>('SELECT * FROM content_key WHERE scope_id = ANY($1::uuid[])', [ids]);
    expect(yesterday).toHaveLength(ids.length);

    // The process ends inside the step that destroys: nothing of it is done.
    const documents = jest.spyOn(server.running.app.get(ItemDocuments), 'shredIn').mockRejectedValueOnce(new Error('killed'));
    await runs().run();
    expect([(await listed()).state, (await keysOf(ids)).length]).toEqual(['confirmed', ids.length]);
    expect((await meetingOf(story.coordinator, story.meetingId)).title).not.toMatch(/slettet/);
    documents.mockRestore();
    // And again between it and the end of the old KEK.
    const rotation = jest.spyOn(server.running.app.get(KeyRotation), 'finishAll').mockRejectedValueOnce(new Error('killed'));
    await runs().run();
    expect([await keysOf(ids), (await eventsOf(story.meetingId)).at(-1)]).toEqual([[], 'destroyed']);
    rotation.mockRestore();
    await runs().run();
    await runs().run();
    expect(await eventsOf(story.meetingId)).toEqual(['planned', 'announced', 'firstConfirmed', 'confirmed', 'destroyed', 'completed']);

    // Yesterday's copy of the database with today's keys.
    const today_ = new FileKeyManagement(join(folder, 'kek.json'), false);
    for (const row of yesterday) await expect(today_.unwrap(row.kek_id, [{ scopeId: row.scope_id, wrapped: row.wrapped_key }])).rejects.toThrow();
    expect((await view(story.psychologist)).deletion).toMatchObject({ state: 'deleted', on: today().toString() });
    expect(openItems(await meetingOf(story.coordinator, story.meetingId))[0]!.item.title).toMatch(/^Indholdet er slettet/);
    expect((await view(story.coordinator)).filings.find((one) => one.authority.id === eksempelby)!).toMatchObject({ state: 'filed', reference: null });
    expect([(await file(story.coordinator)).status, (await hold(story.coordinator)).status]).toEqual([410, 410]);
    const done = await administrator.get<{ deletions: Listed[] }>('/api/v1/administration/deletions?done=true');
    expect(done.body.deletions.find((one) => one.meetingId === story.meetingId)).toMatchObject({ state: 'completed', canConfirm: false });
    await expect(sql(`UPDATE retention_run SET state = 'planned' WHERE meeting_id = $1`, [story.meetingId])).rejects.toThrow(/stays destroyed/);
    await expect(sql('DELETE FROM retention_event')).rejects.toThrow(/append-only/);
  }, 60_000);

  it('[LH1–LH4, RE11, AC112] is stopped by a hold of any authority, also in the last second, until that authority releases it; then it is announced anew', async () => {
    await approved();
    const on = await announced();
    for (const one of [story.coordinator, administrator]) await confirmed(one, on);
    server.clock.advance({ hours: 24 * 20 });
    await again(...everybody());
    // The job has found what is due, and then the police say stop.
    expect(await runs().due()).toContain(story.meetingId);
    expect((await hold(story.officer)).status).toBe(403);
    const held = (await hold(story.police)).body.holds;
    expect(held).toMatchObject([{ itemId: null, reason: 'Kanariefugl om klagesagen', canRelease: true }]);
    expect((await hold(story.police)).body.code).toBe('transition-refused');
    await runs().settle(story.meetingId);
    expect(await listed()).toMatchObject({ state: 'heldBack', obstacles: ['hold'], holders: [{ id: story.police.person.authority.id }] });
    // Even a process that did not ask is refused by the database.
    await expect(sql(`UPDATE retention_run SET state = 'destroyed' WHERE meeting_id = $1`, [story.meetingId])).rejects.toThrow(/legal hold/);
    const [seen] = (await view(story.coordinator)).holds;
    expect(seen).toMatchObject({ authority: { id: story.police.person.authority.id }, reason: null, canRelease: false });
    expect((await release(story.coordinator, seen!.id)).status).toBe(403);
    expect((await view(story.coordinator)).deletion).toMatchObject({ state: 'announced', on });
    await days(30);
    expect((await listed()).state).toBe('heldBack');
    expect((await release(story.police, seen!.id)).body.holds).toMatchObject([{ canRelease: false, releasedAt: expect.any(String) }]);
    expect((await release(story.police, seen!.id)).status).toBe(409);
    await expect(sql(`UPDATE legal_hold SET released_at = NULL, released_by_membership_id = NULL, release_reason = NULL`)).rejects.toThrow(/never rewritten/);
    await runs().run();
    expect(await listed()).toMatchObject({ state: 'announced', dueOn: today().add({ days: 14 }).toString(), firstConfirmedBy: null });
    expect((await eventsOf(story.meetingId)).slice(-2)).toEqual(['heldBack', 'announced']);
  }, 60_000);

  it('[RE10, RE13, AC111, AC112] waits for what is unfinished, which nobody learns of who may not read it', async () => {
    const [, closed] = story.items;
    const followUp = await story.coordinator.post<{ id: string }>(`/api/v1/items/${closed!.id}/follow-ups`, { text: 'Kanariefugl', ownerPersonId: story.caseworker.person.id, deadline: today().add({ days: 20 }).toString() });
    const decision = await story.coordinator.post<{ id: string }>(`/api/v1/items/${closed!.id}/decisions`, newDecision(story.caseworker, { legalBasisId: 'bl-126', deadline: today().add({ days: 20 }).toString() }));
    expect([followUp.status, decision.status]).toEqual([201, 201]);
    await approved();
    await fileAll();
    const before = JSON.stringify(await view(story.psychologist));
    expect((await hold(story.police, closed!.id)).status).toBe(201);
    expect((await hold(story.psychologist, closed!.id)).status).toBe(404);
    expect(JSON.stringify(await view(story.psychologist))).toBe(before);
    expect((await view(story.coordinator)).holds).toMatchObject([{ itemId: closed!.id, reason: null }]);
    expect((await view(story.coordinator)).unfinished).toEqual({ followUps: 1, decisions: 1, embargoes: 0 });
    const holdId = (await view(story.police)).holds[0]!.id;
    const missing = await story.psychologist.post<object>(`${at}/holds/01890000-0000-7000-8000-000000000000/release`, { reason: 'Nej' });
    expect(await release(story.psychologist, holdId).then(({ status, body }) => [status, JSON.stringify(body)])).toEqual([404, JSON.stringify(missing.body)]);
    const on = await announced();
    for (const one of [story.coordinator, administrator]) await confirmed(one, on);
    await days(20);
    // The administrator learns that something is unfinished, not what, where or whose.
    expect(await listed()).toMatchObject({ state: 'heldBack', obstacles: ['unfinished'], holders: [] });
    expect((await view(story.psychologist)).deletion).toMatchObject({ state: 'announced', on });
    expect((await view(story.psychologist)).unfinished).toEqual({ followUps: 0, decisions: 0, embargoes: 0 });
    const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    expect((await leader.post(`/api/v1/decisions/${decision.body.id}/confirm`)).status).toBe(200);
    expect((await story.caseworker.post(`/api/v1/follow-ups/${followUp.body.id}/state`, { state: 'done' })).status).toBe(200);
    await runs().run();
    expect((await listed()).state).toBe('heldBack');
    expect((await release(story.police, holdId)).status).toBe(200);
    await runs().run();
    expect((await listed()).state).toBe('announced');
  }, 60_000);
});
