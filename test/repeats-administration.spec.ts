import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lib/platform/ids.js';
import { meetingOf, openItems, section115 } from './support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

interface Operation {
  parameters?: { name: string; in: string }[];
  responses: Record<string, unknown>;
}
interface Keys {
  membershipId: string;
  link: string;
  code: string;
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let administrator: Browser;
let auditor: Browser;

beforeAll(async () => {
  server = await TestServer.start();
  story = await section115(server);
  administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
  auditor = await server.signIn({ authorityId: eksempelby, role: 'auditor' });
}, 60_000);
afterAll(() => server.stop());

const rowsOf = async (table: string) => (await server.unitOfWork.run((tx) => tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)))[0]!.n;

/** Sends one request three times: twice alike, and once with other content under the same key. */
async function repeated<Body>(who: Browser, path: string, body: object, other: object, table: string, headers: Record<string, string> = {}) {
  const key = { 'idempotency-key': newId(), ...headers };
  const before = await rowsOf(table);
  const first = await who.post<Body>(path, body, key);
  expect([first.status, first.body]).toEqual([201, first.body]);
  const second = await who.post<Body>(path, body, key);
  expect([second.status, second.body]).toEqual([201, second.body]);
  const conflict = await who.post<{ code: string }>(path, { ...body, ...other }, key);
  expect([conflict.status, conflict.body.code]).toEqual([409, 'idempotency-conflict']);
  expect(await rowsOf(table)).toBe(before + 1);
  return { first: first.body, second: second.body };
}

describe('a request that makes something', () => {
  it('may be repeated under its key, whatever it makes', () => {
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, Operation>> };
    const creates = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).flatMap(([method, operation]) => (method === 'post' && '201' in operation.responses ? [{ path, operation }] : [])));
    expect(creates.length).toBeGreaterThan(20);
    const keyless = creates.filter(({ operation }) => !operation.parameters?.some((one) => one.in === 'header' && one.name === 'Idempotency-Key')).map(({ path }) => path);
    // A person has one link: made again, it stands in the place of the one before.
    expect(keyless).toEqual(['/api/v1/calendar-feed']);
  });

  it('invites one guest, whose keys are those of the last answer', async () => {
    const { id: itemId } = openItems(await meetingOf(story.coordinator, story.meetingId))[0]!.item;
    const invitation = { name: 'Tove Tolk', organisation: 'Eksempelby Skole', sector: 'school', purpose: 'school', mayWrite: false, itemId, to: server.clock.now().add({ hours: 48 }).toString(), disclosureReason: 'Skolen kender barnet.' };
    const { first, second } = await repeated<Keys>(story.coordinator, `/api/v1/meetings/${story.meetingId}/guests`, invitation, { name: 'En anden' }, 'guest');
    expect(second.membershipId).toBe(first.membershipId);
    const opened = ({ link, code }: Keys) => server.stranger().post('/api/v1/guest/sign-in', { token: link.split('#')[1], code });
    expect((await opened(first)).status).not.toBe(204);
    expect((await opened(second)).status).toBe(204);
  });

  it('does not give a guest who was sent away a way back', async () => {
    const key = { 'idempotency-key': newId() };
    const path = `/api/v1/meetings/${story.meetingId}/guests`;
    const invitation = { name: 'Vera Vikar', organisation: 'Eksempelby Skole', sector: 'school', purpose: 'school', mayWrite: false, to: server.clock.now().add({ hours: 48 }).toString(), disclosureReason: 'Skolen kender barnet.' };
    const { body } = await story.coordinator.post<Keys>(path, invitation, key);
    expect((await story.coordinator.post(`/api/v1/guests/${body.membershipId}/revoke`)).status).toBe(200);
    const again = await story.coordinator.post<{ code: string }>(path, invitation, key);
    expect([again.status, again.body.code]).toEqual([409, 'idempotency-conflict']);
  });

  it('adds one version of a legal basis, and of a rule of retention', async () => {
    const basis = { basisId: null, label: 'Lokal aftale', limits: 'Kun mellem kommune og politi.', sectors: ['municipality', 'police'], source: 'Aftale', validFrom: '2026-11-01' };
    await repeated(administrator, '/api/v1/administration/legal-bases', basis, { label: 'Anden aftale' }, 'legal_basis_setting');
    const rule = { kindId: 'section115HandoverMeeting', months: 12, waitingDays: 30, secondPerson: true, version: 0 };
    // Also where the version that the first one was sent for no longer stands.
    await repeated(administrator, '/api/v1/administration/retention-rules', rule, { months: 13 }, 'retention_rule');
  });

  it('gives a person one membership more, on the version that the first one changed', async () => {
    const { body: person } = await administrator.post<{ id: string; version: number }>('/api/v1/administration/people', { name: 'Gentagen Prøve', userName: null });
    const membership = { role: 'participant', functions: [], functionTitle: 'rådgiver', unitTitle: '', from: null, until: null };
    const { first, second } = await repeated(administrator, `/api/v1/administration/people/${person.id}/memberships`, membership, { role: 'coordinator' }, 'membership', { 'if-match': `"${person.version}"` });
    expect(second).toEqual(first);
  });

  it('makes one key for user management, and what the first answer held opens nothing', async () => {
    const { first, second } = await repeated<{ token: string }>(administrator, '/api/v1/administration/provisioning/tokens', { name: 'Prøve-IdM', days: 30 }, { days: 31 }, 'provisioning_token');
    const asked = (token: string) => fetch(`${server.origin}/scim/v2/Users?count=1`, { headers: { authorization: `Bearer ${token}` } });
    expect((await asked(first.token)).status).toBe(401);
    expect((await asked(second.token)).status).toBe(200);
  });

  it('draws one sample', async () => {
    const sample = { from: server.clock.now().subtract({ hours: 24 }).toString(), to: server.clock.now().add({ hours: 24 }).toString(), size: 3 };
    const { first, second } = await repeated<{ id: string; seed: string }>(auditor, '/api/v1/audit/samples', sample, { size: 4 }, 'trail_sample');
    expect([second.id, second.seed]).toEqual([first.id, first.seed]);
  });
});

describe('under another membership of the same person', () => {
  it('a repeated request is another one, and reaches nothing of the authority that the first was made for', async () => {
    const key = { 'idempotency-key': newId() };
    const body = { name: 'Fælles IdM', days: 30 };
    const made = await administrator.post<{ token: string }>('/api/v1/administration/provisioning/tokens', body, key);
    expect(made.status).toBe(201);
    const membershipId = newId();
    await server.unitOfWork.run((tx) => tx.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, 'administrator', '', $4)`, [membershipId, administrator.person.id, nordsjaelland, server.clock.now().subtract({ hours: 1 }).toString()]));
    const elsewhere = server.stranger();
    expect((await elsewhere.post('/api/v1/demo/sign-in', { membershipId })).status).toBe(200);
    const again = await elsewhere.post<{ code: string }>('/api/v1/administration/provisioning/tokens', body, key);
    expect([again.status, again.body.code]).toEqual([409, 'idempotency-conflict']);
    expect((await fetch(`${server.origin}/scim/v2/Users?count=1`, { headers: { authorization: `Bearer ${made.body.token}` } })).status).toBe(200);
  });

  it('a guest whose link was opened, or closed by guessing, is let in anew knowingly only', async () => {
    const key = { 'idempotency-key': newId() };
    const path = `/api/v1/meetings/${story.meetingId}/guests`;
    const invitation = { name: 'Gerda Gæst', organisation: 'Eksempelby Skole', sector: 'school', purpose: 'school', mayWrite: false, to: server.clock.now().add({ hours: 48 }).toString(), disclosureReason: 'Skolen kender barnet.' };
    const { body } = await story.coordinator.post<Keys>(path, invitation, key);
    const guest = server.stranger();
    expect((await guest.post('/api/v1/guest/sign-in', { token: body.link.split('#')[1], code: body.code })).status).toBe(204);
    const again = await story.coordinator.post<{ code: string }>(path, invitation, key);
    expect([again.status, again.body.code]).toEqual([409, 'idempotency-conflict']);
    expect((await guest.get('/api/v1/guest')).status).toBe(200);
  });
});
