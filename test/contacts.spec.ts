import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { connectEmptyCalendar } from './support/calendar-server.js';
import { aKey, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { until } from './support/writer.js';

interface Contact {
  id: string;
  version: number;
  authority: { id: string };
  function: string;
  kindId: string | null;
  area: string | null;
  holder: { membershipId: string; name: string } | null;
  substitutes: { membershipId: string; name: string }[];
  telephone: string | null;
  period: string;
  canChange: boolean;
}
interface Refusal {
  code: string;
  errors?: { field: string; message: string }[];
}

const api = '/api/v1/contacts';
let server: TestServer;
let coordinator: Browser;
let caseworker: Browser;
let keyPerson: Browser;
let administrator: Browser;
let police: Browser;
let officer: Browser;
let deputy: Browser;
let stranger: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  const signIn = (authorityId: string, role: 'coordinator' | 'participant' | 'administrator', nth = 0) => server.signIn({ authorityId, role, nth });
  [coordinator, caseworker, keyPerson, administrator] = [await signIn(eksempelby, 'coordinator'), await signIn(eksempelby, 'participant'), await signIn(eksempelby, 'participant', 1), await signIn(eksempelby, 'administrator')];
  [police, officer, deputy, stranger] = [await signIn(nordsjaelland, 'coordinator'), await signIn(nordsjaelland, 'participant'), await signIn(nordsjaelland, 'participant', 1), await signIn(taenktby, 'coordinator')];
}, 60_000);
afterAll(() => server.stop());

const id = (who: Browser) => who.person.membershipId;
const entry = (changes: object = {}) => ({ function: 'keyPerson', substituteMembershipIds: [], validFrom: '2026-01-01', ...changes });
const add = async (who: Browser, changes: object = {}): Promise<Contact> => {
  const { status, body } = await who.post<Contact>(api, entry(changes), aKey());
  expect([status, body]).toEqual([201, body]);
  return body;
};
const { function: _, ...said } = entry();
const change = (who: Browser, { id: of, version }: Pick<Contact, 'id' | 'version'>, changes: object) => who.send<Contact & Refusal>('PUT', `${api}/${of}`, { ...said, ...changes }, { 'if-match': `"${version}"` });
const list = async (who: Browser, query = '') => (await who.get<{ contacts: Contact[]; canAdd: boolean; next: number | null }>(`${api}${query}`)).body;
const one = async (who: Browser, of: string, query = `?authorityId=${encodeURIComponent(eksempelby)}`) => (await list(who, query)).contacts.find((contact) => contact.id === of);
const fields = async (asked: Promise<{ status: number; body: Refusal }>) => {
  const { status, body } = await asked;
  return [status, body.errors?.map(({ field }) => field)];
};
const ended = (who: Browser, to: string | null) => server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [id(who), to]));

describe('the contact register', () => {
  it('[CO1] [AC140] is read by everybody who works with content: near by without words, everywhere with them', async () => {
    const near = await add(coordinator, { membershipId: id(keyPerson), area: 'Søndermarken', telephone: '+45 00 12 34 56', email: 'noegle@eksempelby.example' });
    const far = await add(stranger, { area: 'Søndermarken øst' });
    const ids = async (who: Browser, query?: string) => (await list(who, query)).contacts.map((contact) => contact.id);
    for (const who of [coordinator, caseworker, administrator, officer]) {
      expect(await ids(who)).toContain(near.id);
      expect(await ids(who)).not.toContain(far.id);
      expect(await ids(who, '?search=søndermarken')).toEqual(expect.arrayContaining([near.id, far.id]));
    }
    // Every word must be found, wherever it stands.
    expect(await ids(officer, `?search=${encodeURIComponent(`nøgleperson søndermarken ${keyPerson.person.name.split(' ')[0]}`)}`)).toEqual([near.id]);
    expect(await ids(officer, '?search=søndermarken findes-ikke')).toEqual([]);
    expect(await one(officer, near.id)).toMatchObject({ authority: { id: eksempelby }, holder: { name: keyPerson.person.name }, telephone: '+45 00 12 34 56', period: 'current', canChange: false });
    expect([(await list(officer)).canAdd, (await list(coordinator)).canAdd, (await list(administrator)).canAdd]).toEqual([false, true, true]);
  });

  it('comes a page at a time, nothing twice and nothing left out', async () => {
    for (let n = 0; n < 5; n += 1) await add(coordinator, { area: `Side ${n}` });
    const found: string[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(officer, `?search=side&limit=2&after=${after}`);
      expect(page.contacts.length).toBeLessThanOrEqual(2);
      found.push(...page.contacts.map(({ area }) => area!));
      after = page.next;
    }
    expect(found).toEqual(['Side 0', 'Side 1', 'Side 2', 'Side 3', 'Side 4']);
  });

  it('[CO2] [AC141] is changed for the own authority, with people of its own who work with content', async () => {
    for (const who of [caseworker, keyPerson, officer]) expect((await who.post(api, entry())).status).toBe(403);
    expect(await fields(coordinator.post(api, entry({ membershipId: id(officer) })))).toEqual([400, ['membershipId']]);
    expect(await fields(coordinator.post(api, entry({ membershipId: id(administrator) })))).toEqual([400, ['membershipId']]);
    expect(await fields(coordinator.post(api, entry({ membershipId: id(keyPerson), substituteMembershipIds: [id(officer)] })))).toEqual([400, ['substituteMembershipIds']]);
    expect(await fields(coordinator.post(api, entry({ membershipId: id(keyPerson), substituteMembershipIds: [id(keyPerson)] })))).toEqual([400, ['substituteMembershipIds']]);
    expect(await fields(coordinator.post(api, entry({ substituteMembershipIds: [id(keyPerson), id(keyPerson)] })))).toEqual([400, ['substituteMembershipIds']]);
    expect(await fields(coordinator.post(api, entry({ kindId: 'barnahusForum' })))).toEqual([400, ['kindId']]);
    expect(await fields(coordinator.post(api, entry({ function: 'contactPerson', kindId: 'findesIkke' })))).toEqual([400, ['kindId']]);
    expect(await fields(coordinator.post(api, entry({ telephone: 'ring i morgen' })))).toEqual([400, ['telephone']]);
    expect(await fields(coordinator.post(api, entry({ email: 'ikke en adresse' })))).toEqual([400, ['email']]);
    expect(await fields(coordinator.post(api, entry({ area: 'Om 010203-1234' })))).toEqual([400, ['area']]);
    expect(await fields(coordinator.post(api, entry({ validTo: '2025-12-31' })))).toEqual([400, ['validTo']]);
    const made = await add(administrator, { function: 'contactPerson', kindId: 'barnahusForum', membershipId: id(caseworker), substituteMembershipIds: [id(coordinator)] });
    expect(made).toMatchObject({ kindId: 'barnahusForum', version: 1, substitutes: [{ name: coordinator.person.name }] });
    // Another authority's is known to be there, and is not changed.
    expect((await change(police, made, {})).status).toBe(403);
    expect((await police.delete(`${api}/${made.id}`)).status).toBe(403);
    expect((await police.get(`${api}/${made.id}/history`)).status).toBe(403);
  });

  it('is made once, however often it is asked for under its key', async () => {
    const key = aKey();
    const [first, second] = [await coordinator.post<Contact>(api, entry({ area: 'Én gang' }), key), await coordinator.post<Contact>(api, entry({ area: 'Én gang' }), key)];
    expect([second.status, second.body.id]).toEqual([201, first.body.id]);
    expect((await coordinator.post(api, entry({ area: 'To gange' }), key)).status).toBe(409);
    expect((await list(coordinator, '?search=gang')).contacts).toHaveLength(1);
  });

  it('[CO3] shows what is coming as such, and what is over to those alone who may change it', async () => {
    const coming = await add(coordinator, { area: 'Kommende', validFrom: '2099-01-01' });
    const past = await add(coordinator, { area: 'Ophørt', validTo: '2026-02-01' });
    expect((await one(officer, coming.id))?.period).toBe('coming');
    expect(await one(officer, past.id)).toBeUndefined();
    for (const who of [coordinator, administrator]) expect((await one(who, past.id))?.period).toBe('past');
    expect(await one(caseworker, past.id)).toBeUndefined();
  });

  it('[CO4] lets nobody come to stand in for herself, and says by way of whom', async () => {
    const first = await add(police, { membershipId: id(officer), substituteMembershipIds: [id(deputy)] });
    await add(police, { membershipId: id(deputy), substituteMembershipIds: [id(police)] });
    const ring = await police.post<Refusal>(api, entry({ membershipId: id(police), substituteMembershipIds: [id(officer)] }));
    const names = [police, officer, deputy, police].map((who) => who.person.name).join(' → ');
    expect([ring.status, ring.body.errors]).toEqual([400, [{ field: 'substituteMembershipIds', message: `Stedfortræderne går i ring: ${names}. Så er der ingen at spørge. Vælg en anden.` }]]);
    // Of another function they may, and the entry that is changed is not held against itself.
    expect((await police.post(api, entry({ function: 'contactPerson', membershipId: id(police), substituteMembershipIds: [id(officer)] }))).status).toBe(201);
    expect((await change(police, first, { membershipId: id(officer), substituteMembershipIds: [id(deputy)], area: 'Ret' })).status).toBe(200);
  });

  it('[CO4] not even when both are said at once', async () => {
    const [a, b] = [id(caseworker), id(keyPerson)];
    const answers = await Promise.all([
      coordinator.post(api, entry({ function: 'contactPerson', membershipId: a, substituteMembershipIds: [b] })),
      administrator.post(api, entry({ function: 'contactPerson', membershipId: b, substituteMembershipIds: [a] })),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
  });

  it('[CO5] is changed under the version that was seen', async () => {
    const made = await add(coordinator, { area: 'To kolleger' });
    expect((await change(administrator, made, { area: 'Administratorens' })).body).toMatchObject({ version: 2, area: 'Administratorens' });
    const late = await change(coordinator, made, { area: 'Koordinatorens' });
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
    expect((await one(officer, made.id))?.area).toBe('Administratorens');
    expect((await change(coordinator, { ...made, version: 2 }, { area: 'Koordinatorens' })).body).toMatchObject({ version: 3, area: 'Koordinatorens' });
  });

  it('[CO7] keeps all that an entry said, also when it was taken out, and takes it back in', async () => {
    const made = await add(coordinator, { area: 'Først', membershipId: id(keyPerson), telephone: '00 11 22 33' });
    await change(administrator, made, { area: 'Siden', membershipId: id(caseworker) });
    expect((await coordinator.send('DELETE', `${api}/${made.id}`, undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect((await coordinator.send('DELETE', `${api}/${made.id}`, undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect((await coordinator.delete(`${api}/${made.id}`)).status).toBe(404);
    expect(await one(coordinator, made.id)).toBeUndefined();
    const { body } = await coordinator.get<{ versions: { version: number; area: string; holder: string; withdrawn: boolean; setBy: string; telephone: string | null }[] }>(`${api}/${made.id}/history`);
    expect(body.versions.map(({ version, area, holder, withdrawn, setBy, telephone }) => [version, area, holder, withdrawn, setBy, telephone])).toEqual([
      [3, 'Siden', caseworker.person.name, true, coordinator.person.name, null],
      [2, 'Siden', caseworker.person.name, false, administrator.person.name, null],
      [1, 'Først', keyPerson.person.name, false, coordinator.person.name, '00 11 22 33'],
    ]);
    expect((await change(coordinator, { id: made.id, version: 3 }, { area: 'Igen' })).body).toMatchObject({ version: 4, area: 'Igen' });
    for (const sql of ['UPDATE contact_version SET area = NULL', 'DELETE FROM contact_version', 'UPDATE contact_entry SET made_at = now()', 'DELETE FROM contact_entry']) await expect(server.unitOfWork.run((tx) => tx.query(sql))).rejects.toThrow();
  });

  it('[CO6] [CO9] names nobody who has gone, from that moment on and on open pages; and her again when she is back', async () => {
    const made = await add(coordinator, { area: 'Fratrædelse', membershipId: id(keyPerson), substituteMembershipIds: [id(caseworker)] });
    const heard: unknown[] = [];
    const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: officer.cookie, origin: server.origin }, reconnection: false, forceNew: true });
    socket.on('contacts.changed', (event) => heard.push(event));
    await new Promise<void>((resolve, reject) => void socket.once('connect', () => resolve()).once('connect_error', reject));
    const { body: people } = await administrator.get<{ people: { id: string; memberships: { id: string }[] }[] }>(`/api/v1/administration/people?search=${encodeURIComponent(keyPerson.person.name)}&filter=active`);
    const [{ id: accountId } = { id: '' }] = people.people;
    expect((await administrator.post(`/api/v1/administration/people/${accountId}/deactivate`, {})).status).toBe(200);
    await until('the page hears', () => heard.length === 1);
    expect(heard).toEqual([{ authorityId: eksempelby }]);
    expect(await one(officer, made.id)).toMatchObject({ holder: null, substitutes: [{ name: caseworker.person.name }] });
    // As a substitute neither.
    await ended(caseworker, server.clock.now().toString());
    expect(await one(officer, made.id)).toMatchObject({ holder: null, substitutes: [] });
    await ended(caseworker, null);
    expect((await administrator.post(`/api/v1/administration/people/${accountId}/reactivate`, {})).status).toBe(200);
    await until('the page hears again', () => heard.length === 2);
    expect(await one(officer, made.id)).toMatchObject({ holder: { name: keyPerson.person.name }, substitutes: [{ name: caseworker.person.name }] });
    socket.close();
  });
});

describe('finding a time by the register', () => {
  interface Found {
    people: { person: { name: string }; standIns: { name: string }[] }[];
    times: { startLocal: string; reasons: string[]; people: { membershipId: string; availability: string }[] }[];
  }
  const hours = { durationMinutes: 60, earliest: '09:00', latest: '12:00', quorate: false };
  const ask = (date: string, more: object = {}) => coordinator.post<Found & Refusal>('/api/v1/find-time', { kindId: 'section115HandoverMeeting', required: [id(coordinator), id(officer)], orSubstitute: [id(officer)], ...hours, fromDate: date, toDate: date, ...more });
  const takenAllMorning = (who: Browser, date: string) => police.post('/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: `${date}T09:00`, durationMinutes: 180, authorityIds: [], participantMembershipIds: [id(who)] });
  beforeAll(async () => {
    for (const who of [coordinator, police, officer, deputy]) expect(await connectEmptyCalendar(who)).toBe(200);
  });

  it('[FT13] asks for her or whom the register names, and says with whom', async () => {
    await takenAllMorning(officer, '2027-02-02');
    expect((await ask('2027-02-02', { orSubstitute: [] })).body.times).toEqual([]);
    const { body } = await ask('2027-02-02');
    expect(body.people.find(({ person }) => person.name === officer.person.name)?.standIns.map(({ name }) => name)).toEqual([deputy.person.name]);
    expect(body.times[0]!.people.find(({ membershipId }) => membershipId === id(officer))?.availability).toBe('substitute');
    expect(body.times[0]!.reasons).toContain(`${officer.person.name} kan kun med stedfortræder: ${deputy.person.name} i stedet for ${officer.person.name}.`);
  });

  it('[FT13] does not count anybody for two, nor for somebody else while she is asked for herself', async () => {
    await takenAllMorning(officer, '2027-02-03');
    const { body } = await ask('2027-02-03', { required: [id(coordinator), id(officer), id(deputy)] });
    expect([body.times, body.people.map(({ standIns }) => standIns)]).toEqual([[], [[], [], []]]);
  });

  it('[FT13] knows nobody who has gone, or whose place is over by then, and no name that is not asked for', async () => {
    await takenAllMorning(officer, '2027-02-04');
    await ended(deputy, server.clock.now().toString());
    expect((await ask('2027-02-04')).body.times).toEqual([]);
    await ended(deputy, null);
    expect((await ask('2027-02-04')).body.times).toHaveLength(1);
    expect(await fields(ask('2027-02-04', { orSubstitute: [id(deputy)] }))).toEqual([400, ['required']]);
    const current = (await list(police, `?authorityId=${encodeURIComponent(nordsjaelland)}`)).contacts.find(({ holder, function: name }) => name === 'keyPerson' && holder?.membershipId === id(officer))!;
    await change(police, current, { membershipId: id(officer), substituteMembershipIds: [id(deputy)], validTo: '2027-02-03' });
    expect((await ask('2027-02-04')).body.times).toEqual([]);
  });
});
