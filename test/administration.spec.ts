import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { livePath } from '@lib/contracts/live.js';
import { meetingOf, newDecision, newSeries, openItems, type Series } from './support/story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';

interface Membership {
  id: string;
  role: string;
  functions: string[];
  functionTitle: string;
  unitTitle: string;
  validTo: string | null;
  state: string;
}
interface Person {
  id: string;
  name: string;
  userName: string | null;
  active: boolean;
  version: number;
  isSelf: boolean;
  memberships: Membership[];
}
interface People {
  people: Person[];
  nextCursor: string | null;
}
interface Consequences {
  meetings: number;
  meetingsWithoutCoordinator: number;
  followUps: number;
  decisions: number;
  signedIn: boolean;
  lastAdministrator: boolean;
  ownRole: boolean;
}

let server: TestServer;
let administrator: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
}, 60_000);
afterAll(() => server.stop());

const base = '/api/v1/administration';
const until = async (condition: () => boolean) => {
  for (let n = 0; n < 250 && !condition(); n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
};
const role = (name: string, changes: object = {}) => ({ role: name, functions: [], functionTitle: 'prøveansat', unitTitle: '', from: null, until: null, ...changes });
const find = async (by: Browser, name: string, filter = 'active') => (await by.get<People>(`${base}/people?search=${encodeURIComponent(name)}&filter=${filter}`)).body.people[0]!;
const end = (by: Browser, person: Person, body: object, membership = person.memberships[0]!) => by.post<Person & { code?: string }>(`${base}/people/${person.id}/memberships/${membership.id}/end`, body);

let count = 0;
/** Somebody new of Eksempelby, signed in; her name comes after those of the demo people. */
async function newcomer(roleName: string): Promise<{ browser: Browser; person: Person }> {
  count += 1;
  const made = await administrator.post<Person>(`${base}/people`, { name: `Åsa Nytilkommen${count}`, userName: null, membership: role(roleName) });
  expect(made.status).toBe(201);
  const browser = server.stranger();
  const signedIn = await browser.post<{ person: { id: string } }>('/api/v1/demo/sign-in', { membershipId: made.body.memberships[0]!.id });
  expect(signedIn.status).toBe(200);
  browser.person = { id: signedIn.body.person.id, membershipId: made.body.memberships[0]!.id, name: made.body.name, role: roleName, authority: { id: eksempelby, name: '' } };
  return { browser, person: made.body };
}

const listen = async (who: Browser): Promise<Socket> => {
  const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: server.origin }, reconnection: false, forceNew: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  return socket;
};

const openDocument = async (who: Browser, documentId: string): Promise<{ code: Promise<number> }> => {
  const { ticket } = (await who.post<{ ticket: string }>(`/api/v1/documents/${documentId}/ticket`)).body;
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/yjs/${documentId}?ticket=${ticket}`, { origin: server.origin });
  const code = new Promise<number>((resolve) => socket.addEventListener('close', ({ code: closed }) => resolve(closed)));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('message', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('no socket')), { once: true });
  });
  return { code };
};

describe('who may manage people', () => {
  it('[AC84] is an administrator, and for everybody else there is nothing there', async () => {
    const { id } = await find(administrator, 'Skabelon Demosen');
    for (const who of ['coordinator', 'participant', 'leader', 'auditor'] as const) {
      const other = await server.signIn({ authorityId: eksempelby, role: who });
      for (const path of ['/people', `/people/${id}`, `/people/${id}/consequences`, '/events', '/provisioning']) expect([who, path, (await other.get(base + path)).status]).toEqual([who, path, 404]);
      expect((await other.post(`${base}/people`, { name: 'X', userName: null })).status).toBe(404);
      expect((await other.post(`${base}/people/${id}/deactivate`, {})).status).toBe(404);
      expect((await other.post(`${base}/provisioning/tokens`, { name: 'X', days: 1 })).status).toBe(404);
    }
    expect((await server.stranger().get(`${base}/people`)).status).toBe(401);
  });

  it('[AC84] reaches her own authority only; another’s person is as one that is not there', async () => {
    const { id, memberships } = await find(administrator, 'Skabelon Demosen');
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'administrator' });
    expect((await police.get<People>(`${base}/people?search=Demosen`)).body.people).toEqual([]);
    const nobody = '00000000-0000-4000-8000-000000000000';
    const tries = (personId: string, membershipId: string): [string, string, object?][] => [
      ['GET', `/people/${personId}`],
      ['GET', `/people/${personId}/consequences`],
      ['PUT', `/people/${personId}`, { name: 'Ny', userName: null }],
      ['POST', `/people/${personId}/deactivate`, {}],
      ['POST', `/people/${personId}/reactivate`],
      ['POST', `/people/${personId}/memberships`, role('leader')],
      ['PUT', `/people/${personId}/memberships/${membershipId}`, { functions: [], functionTitle: 'x', unitTitle: '' }],
      ['POST', `/people/${personId}/memberships/${membershipId}/end`, { when: 'now', until: null }],
    ];
    const pick = ({ status, body }: { status: number; body: unknown }) => ({ status, body });
    const answers = async (personId: string, membershipId: string) => Promise.all(tries(personId, membershipId).map(async ([method, path, body]) => ({ way: `${method} ${path.replace(personId, ':id').replace(membershipId, ':m')}`, ...pick(await police.send<unknown>(method, base + path, body)) })));
    const foreign = await answers(id, memberships[0]!.id);
    expect(foreign.map(({ status }) => status)).toEqual(foreign.map(() => 404));
    expect(foreign).toEqual(await answers(nobody, nobody));
    expect((await find(administrator, 'Skabelon Demosen')).version).toBe((await administrator.get<Person>(`${base}/people/${id}`)).body.version);
    // Nor does her own person carry another's membership.
    const own = await find(police, 'Kladde Patruljen');
    expect((await police.post(`${base}/people/${own.id}/memberships/${memberships[0]!.id}/end`, { when: 'now', until: null })).status).toBe(404);
    expect((await police.get<{ events: unknown[] }>(`${base}/events`)).body.events).toEqual([]);
  });

  it('[AC1] and reads no content by it', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const series = await coordinator.post<Series>('/api/v1/series', newSeries([], { authorityIds: [] }));
    const meetingId = series.body.occurrences[0]!.meetingId!;
    const { item } = openItems(await meetingOf(coordinator, meetingId))[2]!;
    const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(coordinator));
    for (const who of ['administrator', 'auditor'] as const) {
      const reader = await server.signIn({ authorityId: eksempelby, role: who });
      for (const path of [`meetings/${meetingId}`, `meetings/${meetingId}/minutes`, `items/${item.id}`, `items/${item.id}/decisions`, `items/${item.id}/follow-ups`, `decisions/${decision.body.id}`, `series/${series.body.id}`])
        expect([who, path, (await reader.get(`/api/v1/${path}`)).status]).toEqual([who, path, 404]);
      expect((await reader.post(`/api/v1/documents/${item.documentId}/ticket`)).status).toBe(404);
      const lists = await Promise.all(['meetings', 'series', 'decisions', 'follow-ups?scope=authority', 'notifications'].map(async (path) => [path, Object.values((await reader.get<object>(`/api/v1/${path}`)).body).filter(Array.isArray).flat()]));
      expect(lists).toEqual(lists.map(([path]) => [path, []]));
      expect(JSON.stringify((await reader.post<object>('/api/v1/search', { query: 'familien' })).body)).not.toContain('SSP-konsulenten');
      expect([403, 404]).toContain((await reader.post('/api/v1/series', newSeries([], { authorityIds: [] }))).status);
    }
  });
});

describe('the list of people', () => {
  it('[PR10] is in Danish order, in pages, and found by parts of a name and by user name', async () => {
    for (const name of ['Åse Alfabet', 'Ærlig Alfabet', 'Øjvind Alfabet', 'Anna Alfabet']) expect((await administrator.post(`${base}/people`, { name, userName: name === 'Anna Alfabet' ? 'ANAL@eksempelby.example' : null })).status).toBe(201);
    expect((await administrator.get<People>(`${base}/people?search=alfa&filter=withoutRole`)).body.people.map(({ name }) => name)).toEqual(['Anna Alfabet', 'Ærlig Alfabet', 'Øjvind Alfabet', 'Åse Alfabet']);
    expect((await administrator.get<People>(`${base}/people?search=anal%40`)).body.people.map(({ name }) => name)).toEqual(['Anna Alfabet']);
    expect((await administrator.get<People>(`${base}/people?search=alfabet+%C3%A5se`)).body.people.map(({ name }) => name)).toEqual(['Åse Alfabet']);
    for (const nothing of ['%25', '_', '%5C', "'", 'alfabet+zzz']) expect([nothing, (await administrator.get<People>(`${base}/people?search=${nothing}`)).body.people]).toEqual([nothing, []]);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: People = (await administrator.get<People>(`${base}/people?limit=3${cursor && `&cursor=${cursor}`}`)).body;
      expect(page.people.length).toBeLessThanOrEqual(3);
      seen.push(...page.people.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    const all = (await administrator.get<People>(`${base}/people?limit=100`)).body.people.map(({ id }) => id);
    expect(seen).toEqual(all);
    for (const bad of ['x', Buffer.from('["a"]').toString('base64url'), Buffer.from(JSON.stringify(['\0', all[0]])).toString('base64url')]) expect((await administrator.get(`${base}/people?cursor=${bad}`)).status).toBe(400);
  });
});

describe('memberships', () => {
  it('[PR3] come with role, function, unit and days, and change but for the role', async () => {
    const made = await administrator.post<Person>(`${base}/people`, { name: 'Rolf Rolleprøve', userName: 'rolf', membership: role('participant', { functions: ['keyPerson', 'sspConsultant'], unitTitle: 'Familieafdelingen', until: '2026-12-31' }) });
    const [first] = made.body.memberships;
    expect(first).toMatchObject({ role: 'participant', functions: ['keyPerson', 'sspConsultant'], unitTitle: 'Familieafdelingen', validTo: '2026-12-31T23:00:00.000Z', state: 'current' });
    const path = `${base}/people/${made.body.id}/memberships`;
    const changed = await administrator.put<Person>(`${path}/${first!.id}`, { functions: ['contactPerson'], functionTitle: 'fast kontakt', unitTitle: 'Ungeenheden' });
    expect(changed.body.memberships[0]).toMatchObject({ functions: ['contactPerson'], functionTitle: 'fast kontakt', unitTitle: 'Ungeenheden', role: 'participant' });
    const second = await administrator.post<Person>(path, role('leader', { from: '2027-01-01' }));
    expect(second.body.memberships[1]).toMatchObject({ role: 'leader', state: 'future' });
    // The same role twice at one time would be two persons in one meeting.
    for (const twice of [role('participant', { unitTitle: 'Ungeenheden' }), role('leader', { from: '2026-12-01' })]) expect((await administrator.post(path, twice)).status).toBe(400);
    for (const bad of [role('king'), role('leader', { functions: ['__proto__'] }), role('leader', { until: '2026-01-01' }), role('leader', { from: '2026-02-31' }), role('leader', { functionTitle: '010190-1234' })]) expect([bad, (await administrator.post(path, bad)).status]).toEqual([bad, 400]);
  });

  it('[PR2] a user name is one person’s in an authority, and a name carries no CPR number', async () => {
    expect((await administrator.post(`${base}/people`, { name: 'Anden Rolf', userName: 'ROLF' })).status).toBe(409);
    expect((await administrator.post(`${base}/people`, { name: 'Rolf 010190-1234', userName: null })).status).toBe(400);
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'administrator' });
    expect((await police.post(`${base}/people`, { name: 'Rolf Politi', userName: 'rolf' })).status).toBe(201);
  });

  it('refuses what was decided on an older page', async () => {
    const { person } = await newcomer('participant');
    await administrator.put(`${base}/people/${person.id}`, { name: 'Nyt Navn', userName: null });
    const late = await administrator.send<{ code: string }>('POST', `${base}/people/${person.id}/deactivate`, {}, { 'if-match': `"${person.version}"` });
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
    expect((await administrator.get<Person>(`${base}/people/${person.id}`)).body.active).toBe(true);
  });

  it('a repeated request adds nobody twice', async () => {
    const key = { 'idempotency-key': '0a6f0c0e-5a86-4c7b-9b4a-0d6a7a1d0001' };
    const body = { name: 'Gentagen Prøve', userName: null };
    const first = await administrator.post<Person>(`${base}/people`, body, key);
    expect((await administrator.post<Person>(`${base}/people`, body, key)).body.id).toBe(first.body.id);
  });
});

describe('when somebody leaves', () => {
  let coordinator: Browser;
  let leaver: Browser;
  let person: Person;
  let meetingId: string;
  let documentId: string;
  let itemId: string;
  beforeEach(async () => {
    administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    coordinator = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    ({ browser: leaver, person } = await newcomer('participant'));
    const officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const series = await coordinator.post<Series>('/api/v1/series', newSeries([leaver.person.membershipId, officer.person.membershipId], { authorityIds: [eksempelby] }));
    meetingId = series.body.occurrences[0]!.meetingId!;
    ({ id: itemId, documentId } = openItems(await meetingOf(coordinator, meetingId))[2]!.item);
  });

  const lines = async () => (await coordinator.get<{ notifications: { kind: string; meeting: { id: string } }[] }>('/api/v1/notifications')).body.notifications.filter(({ kind }) => kind === 'participantLeft');
  const former = async () => (await coordinator.get<{ participants: { name: string }[]; formerParticipants: { name: string }[] }>(`/api/v1/meetings/${meetingId}`)).body;

  const ways: [string, () => Promise<number>][] = [
    ['her membership ends', async () => (await end(administrator, person, { when: 'now', until: null })).status],
    ['she is deactivated', async () => (await administrator.post(`${base}/people/${person.id}/deactivate`, {})).status],
  ];
  it.each(ways)('[AC13, PR5] at once, when %s: sessions, both sockets, reading; participation stays and the coordinators are told', async (_how, leave) => {
    const live = await listen(leaver);
    const { code } = await openDocument(leaver, documentId);
    const before = (await lines()).length;
    expect(await leave()).toBe(200);
    await until(() => live.disconnected);
    expect(await code).toBe(4401);
    expect((await leaver.get('/api/v1/session')).status).toBe(401);
    expect((await leaver.get(`/api/v1/meetings/${meetingId}`)).status).toBe(401);
    await expect(listen(leaver)).rejects.toThrow();
    expect((await leaver.post('/api/v1/demo/sign-in', { membershipId: leaver.person.membershipId })).status).toBe(404);
    const readers = await server.unitOfWork.run((tx) => tx.query('SELECT 1 FROM item_reader WHERE membership_id = $1', [leaver.person.membershipId]));
    expect(readers).toEqual([]);
    const meeting = await former();
    expect(meeting.participants.map(({ name }) => name)).not.toContain(person.name);
    expect(meeting.formerParticipants.map(({ name }) => name)).toEqual([person.name]);
    const told = await lines();
    expect(told.length).toBeGreaterThan(before);
    expect(told.some(({ meeting: { id } }) => id === meetingId)).toBe(true);
  });

  it('[PR4, PR5] on a day: coordinators are told now, access goes on until that instant and no longer', async () => {
    const ends = await end(administrator, person, { when: 'on', until: '2026-11-24' });
    expect([ends.status, ends.body.memberships[0]!.validTo]).toEqual([200, '2026-11-24T23:00:00.000Z']);
    expect((await lines()).some(({ meeting: { id } }) => id === meetingId)).toBe(true);
    expect((await leaver.get(`/api/v1/meetings/${meetingId}`)).status).toBe(200);
    // Taken back, it goes on until further notice.
    expect((await end(administrator, person, { when: 'never', until: null })).body.memberships[0]!.validTo).toBeNull();
    await end(administrator, person, { when: 'on', until: '2026-11-24' });
    server.clock.advance({ hours: 38, minutes: 59, seconds: 59 });
    try {
      const late = server.stranger();
      expect((await late.post('/api/v1/demo/sign-in', { membershipId: leaver.person.membershipId })).status).toBe(200);
      expect((await late.get(`/api/v1/meetings/${meetingId}`)).status).toBe(200);
      server.clock.advance({ seconds: 1 });
      expect((await late.get(`/api/v1/meetings/${meetingId}`)).status).toBe(401);
    } finally {
      server.clock.advance({ hours: -39 });
    }
  });

  it('[PR6] comes back as she was, when she is activated again', async () => {
    const { item } = openItems(await meetingOf(coordinator, meetingId))[3]!;
    await administrator.post(`${base}/people/${person.id}/deactivate`, {});
    const paused = (await administrator.get<Person>(`${base}/people/${person.id}`)).body;
    expect([paused.active, paused.memberships[0]!.state]).toEqual([false, 'paused']);
    expect((await administrator.post(`${base}/people/${person.id}/memberships`, role('leader'))).status).toBe(409);
    expect((await find(administrator, person.name, 'inactive')).id).toBe(person.id);
    // Meanwhile an audience is narrowed to her authority: she is not let in by what she read before, nor left out.
    expect((await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [nordsjaelland], personIds: [] })).status).toBe(200);
    expect((await administrator.post<Person>(`${base}/people/${person.id}/reactivate`)).body.memberships[0]!.state).toBe('current');
    const again = server.stranger();
    expect((await again.post('/api/v1/demo/sign-in', { membershipId: leaver.person.membershipId })).status).toBe(200);
    expect((await again.get(`/api/v1/items/${itemId}`)).status).toBe(200);
    expect((await again.get(`/api/v1/items/${item.id}`)).status).toBe(404);
    expect((await former()).formerParticipants).toEqual([]);
  });

  it('[PR7] what she promised is seen by the leaders of her authority, who read that she has left', async () => {
    const followUp = await coordinator.post<{ id: string }>(`/api/v1/items/${itemId}/follow-ups`, { text: 'Ringer til skolen', ownerPersonId: leaver.person.id, deadline: '2026-12-10' });
    expect(followUp.status).toBe(201);
    const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    const seen = async () => (await leader.get<{ followUps: { id: string; ownerHasLeft: boolean; canAnswer: boolean }[] }>('/api/v1/follow-ups?scope=authority')).body.followUps.find(({ id }) => id === followUp.body.id);
    expect(await seen()).toMatchObject({ ownerHasLeft: false });
    const said = await administrator.get<Consequences>(`${base}/people/${person.id}/consequences`);
    expect(said.body).toMatchObject({ meetings: expect.any(Number), meetingsWithoutCoordinator: 0, followUps: 1, decisions: 0, signedIn: true, lastAdministrator: false, ownRole: false });
    expect(said.body.meetings).toBeGreaterThan(0);
    await administrator.post(`${base}/people/${person.id}/deactivate`, {});
    expect(await seen()).toMatchObject({ ownerHasLeft: true, canAnswer: true });
  });

  it('[PR8] says how many meetings lose their only coordinator', async () => {
    const own = await newcomer('coordinator');
    const series = await own.browser.post<Series>('/api/v1/series', newSeries([], { authorityIds: [] }));
    expect(series.status).toBe(201);
    const made = (await own.browser.get<{ meetings: unknown[] }>('/api/v1/meetings?limit=100')).body.meetings.length;
    expect(made).toBeGreaterThan(1);
    expect((await administrator.get<Consequences>(`${base}/people/${own.person.id}/consequences`)).body).toMatchObject({ meetings: made, meetingsWithoutCoordinator: made });
    // From the day after the first of them, one fewer.
    expect((await administrator.get<Consequences>(`${base}/people/${own.person.id}/consequences?membershipId=${own.person.memberships[0]!.id}&until=2026-12-07`)).body.meetings).toBe(made - 1);
  });

  it('[AC22, PR7] a decision that was escalated to her waits for any leader again', async () => {
    const chief = await newcomer('leader');
    const ours = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    const series = await ours.post<Series>('/api/v1/series', newSeries([], { authorityIds: [] }));
    const { item } = openItems(await meetingOf(ours, series.body.occurrences[0]!.meetingId!))[2]!;
    const decision = await ours.post<{ id: string; version: number }>(`/api/v1/items/${item.id}/decisions`, newDecision(ours));
    const escalated = await leader.post(`/api/v1/decisions/${decision.body.id}/escalate`, { toMembershipId: chief.browser.person.membershipId, reason: 'Principielt.' });
    expect([escalated.status, escalated.body]).toEqual([200, expect.anything()]);
    expect((await leader.post(`/api/v1/decisions/${decision.body.id}/confirm`, { comment: null })).status).toBe(403);
    expect((await administrator.get<Consequences>(`${base}/people/${chief.person.id}/consequences`)).body.decisions).toBe(1);
    await administrator.post(`${base}/people/${chief.person.id}/deactivate`, {});
    expect((await leader.post(`/api/v1/decisions/${decision.body.id}/confirm`, { comment: null })).status).toBe(200);
  });
});

describe('an authority that ceases', () => {
  it('[AC13] gives nothing from the midnight after its last day', async () => {
    const police = await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' });
    const setLastDay = (day: string | null) => server.unitOfWork.run((tx) => tx.query('UPDATE authority SET valid_to = $2 WHERE id = $1', [boernehusHovedstaden, day]));
    try {
      await setLastDay('2026-11-23');
      expect((await police.get('/api/v1/session')).status).toBe(200);
      await setLastDay('2026-11-22');
      expect((await police.get('/api/v1/session')).status).toBe(401);
      expect((await police.post('/api/v1/demo/sign-in', { membershipId: police.person.membershipId })).status).toBe(404);
    } finally {
      await setLastDay(null);
    }
  });
});

describe('the administrators themselves', () => {
  it('[AC86] leave their authority one that stays, and take their own role knowingly only', async () => {
    const first = await server.signIn({ authorityId: taenktby, role: 'administrator' });
    const self = await find(first, 'Oprettine Nøgleholm');
    expect(self.isSelf).toBe(true);
    expect((await first.get<Consequences>(`${base}/people/${self.id}/consequences`)).body).toMatchObject({ lastAdministrator: true, ownRole: true });
    for (const attempt of [end(first, self, { when: 'now', until: null, alsoMyself: true }), end(first, self, { when: 'on', until: '2027-06-30', alsoMyself: true }), first.post<{ code: string }>(`${base}/people/${self.id}/deactivate`, { alsoMyself: true })])
      expect(await attempt.then(({ status, body }) => [status, body.code])).toEqual([409, 'last-administrator']);

    const second = await first.post<Person>(`${base}/people`, { name: 'Anden Administrator', userName: null, membership: role('administrator') });
    const other = server.stranger();
    await other.post('/api/v1/demo/sign-in', { membershipId: second.body.memberships[0]!.id });
    expect(await end(first, self, { when: 'now', until: null }).then(({ status, body }) => [status, body.code])).toEqual([409, 'own-role-ends']);
    // Each of the other, at the same moment: one of them stays.
    const outcomes = await Promise.all([end(first, second.body, { when: 'now', until: null }), end(other, self, { when: 'now', until: null })]);
    expect(outcomes.map(({ status }) => status).sort()).not.toEqual([200, 200]);
    const left = await server.unitOfWork.run((tx) => tx.query(`SELECT 1 FROM membership WHERE authority_id = $1 AND role = 'administrator' AND (valid_to IS NULL OR valid_to > $2)`, [taenktby, server.clock.now().toString()]));
    expect(left).toHaveLength(1);
  });

  it('[PR9] are remembered with all they did, and nobody rewrites it', async () => {
    const { person } = await newcomer('participant');
    await administrator.post(`${base}/people/${person.id}/deactivate`, {});
    await administrator.post(`${base}/people/${person.id}/reactivate`);
    const history = await administrator.get<{ events: { kind: string; by: string; role: string | null; person: { name: string } }[] }>(`${base}/events?personId=${person.id}`);
    expect(history.body.events.map(({ kind, by, role: which }) => [kind, by, which])).toEqual([
      ['personReactivated', 'Systema Adgangsen', null],
      ['personDeactivated', 'Systema Adgangsen', null],
      ['membershipAdded', 'Systema Adgangsen', 'participant'],
      ['personAdded', 'Systema Adgangsen', null],
    ]);
    for (const sql of [`UPDATE admin_event SET kind = 'personAdded'`, 'DELETE FROM admin_event', 'TRUNCATE admin_event']) await expect(server.unitOfWork.run((tx) => tx.query(sql))).rejects.toThrow(/append-only/);
  });
});

describe('keys for user management', () => {
  it('[PR11] are shown once, and only their hash is kept', async () => {
    const made = await administrator.post<{ token: string; expiresAt: string }>(`${base}/provisioning/tokens`, { name: 'Prøve-IdM', days: 90 });
    expect(made.status).toBe(201);
    expect(made.body.token).toMatch(/^samraad_scim_[\w-]{43}$/);
    const list = await administrator.get<{ address: string; clients: { name: string; tokens: { id: string; state: string; createdBy: string; lastUsedAt: null }[] }[] }>(`${base}/provisioning`);
    expect(list.body.address).toBe(`${server.origin}/scim/v2`);
    expect(list.body.clients).toEqual([{ id: expect.any(String), name: 'Prøve-IdM', tokens: [expect.objectContaining({ state: 'living', createdBy: 'Systema Adgangsen', lastUsedAt: null })] }]);
    expect(JSON.stringify(list.body)).not.toContain(made.body.token.slice(13, 30));
    const rows = await server.unitOfWork.run((tx) => tx.query('SELECT * FROM provisioning_token'));
    expect(JSON.stringify(rows)).not.toContain(made.body.token);
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'administrator' });
    const { id } = list.body.clients[0]!.tokens[0]!;
    expect((await police.delete(`${base}/provisioning/tokens/${id}`)).status).toBe(404);
    expect((await administrator.delete(`${base}/provisioning/tokens/${id}`)).status).toBe(204);
    expect((await administrator.get<typeof list.body>(`${base}/provisioning`)).body.clients[0]!.tokens[0]!.state).toBe('revoked');
    for (const bad of [{ name: '', days: 1 }, { name: 'x', days: 0 }, { name: 'x', days: 731 }, { name: 'x' }]) expect((await administrator.post(`${base}/provisioning/tokens`, bad)).status).toBe(400);
  });
});
