import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';
import { OldGuestNames } from '@lib/access/old-guest-names.service.js';
import { Shredding } from '@lib/retention/shredding.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { documentOf, send } from './support/minutes-story.js';
import { meetingOf, openItems } from './support/story.js';
import { until, Writer } from './support/writer.js';

interface Keys {
  membershipId: string;
  link: string;
  code: string;
}
interface GuestView {
  id: string;
  membershipId: string;
  name: string;
  organisation: string;
  itemId: string | null;
  state: string | null;
  attendance: { state: string }[];
}
interface Visit {
  name: string;
  organisation: string;
  meeting: { title: string; state: string };
  items: { id: string; documentId: string; title: string; canWrite: boolean; isUnderEmbargo: boolean }[];
}
interface Disclosure {
  digest: string;
  people: { name: string; role: string }[];
  meetings: { joins: boolean; joinsAsGuest: boolean; hasMinutes: boolean; items: { itemId: string; decisions: number; embargoes: { towards: string }[] }[] }[];
}

let server: TestServer;
let coordinator: Browser;
let officer: Browser;
let meetingId: string;
/** Both under the basis that admits schools; the second is the municipality's alone. */
let open: { id: string; documentId: string };
let closed: { id: string; documentId: string };

/** The clock of these tests stands still in November 2026. */
const weekLater = () => server.clock.now().add({ hours: 24 * 7 }).toString();
const invitation = (changes: object = {}) => ({ name: 'Tove Tolk', organisation: 'Eksempelby Skole', sector: 'school', purpose: 'school', mayWrite: false, to: weekLater(), ...changes });
const guestsOf = async (browser: Browser) => (await meetingOf(browser, meetingId) as unknown as { guests: GuestView[] }).guests;

async function invite(changes: object = {}): Promise<Keys> {
  const { status, body } = await coordinator.post<Keys>(`/api/v1/meetings/${meetingId}/guests`, { ...invitation(changes), disclosureReason: 'Skolen kender barnet.' });
  expect([status, body]).toEqual([201, body]);
  return body;
}
const tokenOf = ({ link }: Keys) => link.split('#')[1]!;
async function comesIn(keys: Keys): Promise<Browser> {
  const guest = server.stranger();
  const { status, body } = await guest.post('/api/v1/guest/sign-in', { token: tokenOf(keys), code: keys.code });
  expect([status, body]).toEqual([204, '']);
  return guest;
}
const problem = async (answer: Promise<{ status: number; body: unknown }>) => ((await answer).body as { code: string }).code;

beforeAll(async () => {
  server = await TestServer.start();
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
  const meeting = await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: '2026-12-07T13:00', durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId] });
  meetingId = meeting.body.id;
  for (const title of ['Åbent', 'Kun os']) await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title, plannedMinutes: 5, outputType: 'discussion', legalBasisId: 'rpl-115-1-1' });
  const items = openItems(await meetingOf(coordinator, meetingId));
  open = items.find(({ item }) => item.title === 'Åbent')!.item;
  closed = items.find(({ item }) => item.title === 'Kun os')!.item;
  expect((await coordinator.put(`/api/v1/items/${closed.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] })).status).toBe(200);
}, 60_000);
afterAll(() => server.stop());

describe('inviting a guest', () => {
  it('[AC101] [GU1] [GU2] shows what she would see, and needs a reason, an end, and a basis that admits her', async () => {
    const path = `/api/v1/meetings/${meetingId}/guests`;
    const preview = await coordinator.post<Disclosure>(`${path}/preview`, invitation({ itemId: closed.id }));
    expect(preview.status).toBe(200);
    expect(preview.body.people.map(({ name, role }) => [name, role])).toEqual([['Tove Tolk', 'guest']]);
    expect(preview.body.meetings.map(({ joins, joinsAsGuest, hasMinutes, items }) => [joins, joinsAsGuest, hasMinutes, items.map((one) => one.itemId)])).toEqual([[false, true, false, [closed.id]]]);
    const ground = { disclosureReason: 'Skolen kender barnet.', disclosureDigest: '0'.repeat(64) };
    expect((await coordinator.post(path, { ...invitation({ itemId: closed.id }), ...ground })).status).toBe(412);
    expect((await coordinator.post(path, invitation())).status).toBe(400);
    expect((await coordinator.post(path, { ...invitation({ to: server.clock.now().toString() }), ...ground })).status).toBe(400);
    expect((await coordinator.post(path, { ...invitation({ to: server.clock.now().add({ hours: 24 * 100 }).toString() }), ...ground })).status).toBe(400);
    // Retsplejelovens § 115 does not admit others than schools.
    const refused = await coordinator.post<{ code: string; detail: string }>(`${path}/preview`, invitation({ itemId: closed.id, sector: 'other' }));
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([409, 'legal-basis-limit', expect.stringContaining('omfatter ikke andre myndigheder (Tove Tolk, Eksempelby Skole)')]);
    // Who cannot see an item cannot invite to it, and is not told that it is there; who coordinates nothing invites nobody.
    expect((await officer.post(`${path}/preview`, invitation({ itemId: closed.id }))).status).toBe(404);
    expect((await officer.post(`${path}/preview`, invitation())).status).toBe(403);
    expect(await guestsOf(coordinator)).toEqual([]);
  });

  it('[GU3] gives link and code once, and stores neither', async () => {
    const keys = await invite({ itemId: open.id });
    expect(keys.link).toMatch(/^http:\/\/localhost:\d+\/gaest#[\w-]{43}$/);
    expect(keys.code).toMatch(/^\d{6}$/);
    const rows = await server.unitOfWork.run((tx) => tx.query<{ token_hash: Buffer; code_hash: Buffer }>('SELECT * FROM guest_link WHERE membership_id = $1', [keys.membershipId]));
    expect(JSON.stringify(rows)).not.toContain(tokenOf(keys));
    const disclosures = await server.unitOfWork.run((tx) => tx.query<{ kind: string; item_ids: string[]; to_membership_ids: string[] }>(`SELECT kind, item_ids, to_membership_ids FROM disclosure WHERE kind = 'guest'`));
    expect(disclosures).toEqual([{ kind: 'guest', item_ids: [open.id], to_membership_ids: [keys.membershipId] }]);
    await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`);
  });

  it('[GU2] [MT71] is told under which embargo the item stands before it is shown, and told anew when one was set since', async () => {
    const frame = { kindId: 'section115HandoverMeeting', startLocal: '2026-12-08T13:00', durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId] };
    const { id } = (await coordinator.post<{ id: string }>('/api/v1/meetings', frame)).body;
    const item = (await coordinator.post<{ id: string }>(`/api/v1/meetings/${id}/items`, { title: 'Under spærre', plannedMinutes: 5, outputType: 'discussion', legalBasisId: 'rpl-115-1-1' })).body;
    const path = `/api/v1/meetings/${id}/guests`;
    const preview = async () => (await coordinator.post<Disclosure>(`${path}/preview`, invitation({ itemId: item.id }))).body;
    const invited = async ({ digest }: Disclosure) => (await coordinator.post(path, { ...invitation({ itemId: item.id }), disclosureReason: 'Skolen kender barnet.', disclosureDigest: digest })).status;
    const before = await preview();
    expect(before.meetings[0]!.items).toMatchObject([{ itemId: item.id, embargoes: [] }]);
    expect((await officer.post(`/api/v1/items/${item.id}/embargoes`, { parties: ['parentOne', 'parentTwo'], reason: 'Anholdelse', reviewAt: server.clock.now().add({ hours: 24 }).toString() })).status).toBe(201);
    const after = await preview();
    expect(after.meetings[0]!.items).toMatchObject([{ itemId: item.id, embargoes: [{ towards: 'begge forældre' }] }]);
    expect([await invited(before), await invited(after)]).toEqual([412, 201]);
  });
});

describe('a guest', () => {
  it('[GU4] [AC100] sees her item and the meeting’s time and place, live, and nothing else', async () => {
    const keys = await invite({ itemId: closed.id });
    const guest = await comesIn(keys);
    const { status, body } = await guest.get<Visit>('/api/v1/guest');
    expect(status).toBe(200);
    expect([body.name, body.organisation, body.items.map(({ id, title, canWrite }) => [id, title, canWrite])]).toEqual(['Tove Tolk', 'Eksempelby Skole', [[closed.id, 'Kun os', false]]]);
    expect(Object.keys(body.meeting).sort()).toEqual(['authority', 'endInstant', 'id', 'kindTitle', 'place', 'startInstant', 'state', 'title', 'videoLink']);
    for (const path of ['/meetings', `/meetings/${meetingId}`, `/items/${closed.id}`, '/authorities', '/notifications', '/search', `/meetings/${meetingId}/minutes`]) expect([path, (await guest.get(`/api/v1${path}`)).status]).toEqual([path, 404]);
    expect((await guest.post(`/api/v1/documents/${open.documentId}/ticket`)).status).toBe(404);

    const reader = await Writer.open(guest, closed.documentId, 'agenda');
    const writer = await Writer.open(coordinator, closed.documentId, 'agenda');
    writer.type('Skolen hører med.');
    await until('the guest reads along', () => reader.seen.includes('Skolen hører med.'));
    // [AC103] She may not write: what she sends is refused, and the others notice nothing.
    reader.type(' Ikke mit.');
    await until('refused', () => reader.refusals.length > 0);
    expect(reader.refusals).toEqual(['update-refused']);
    expect(writer.text.toString()).toBe('Skolen hører med.');
    reader.close();
    writer.close();
    expect((await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`)).status).toBe(200);
  });

  it('[AC103] writes where she was let', async () => {
    const keys = await invite({ itemId: closed.id, mayWrite: true });
    const guest = await comesIn(keys);
    expect((await guest.get<Visit>('/api/v1/guest')).body.items[0]!.canWrite).toBe(true);
    const writer = await Writer.open(guest, closed.documentId, 'minutes');
    writer.type('Fra skolen.');
    await until('stored', () => writer.stored.includes('Fra skolen.'));
    writer.close();
    await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`);
  });

  it('[AC104] [GU5] is seen by those who see what she sees, and by nobody else', async () => {
    const item = await invite({ itemId: closed.id, name: 'Kun Punktet' });
    const whole = await invite({ name: 'Hele Mødet', purpose: 'adviser' });
    expect((await guestsOf(coordinator)).filter((one) => one.state !== 'revoked').map(({ name, state }) => [name, state])).toEqual([['Kun Punktet', 'invited'], ['Hele Mødet', 'invited']]);
    expect((await guestsOf(officer)).map(({ name, state }) => [name, state])).toEqual([['Hele Mødet', null]]);
    // To whoever does not see her there is no such guest; whoever does, and coordinates nothing, has no say.
    for (const way of ['renew', 'revoke']) expect([(await officer.post(`/api/v1/guests/${item.membershipId}/${way}`)).status, (await officer.post(`/api/v1/guests/${whole.membershipId}/${way}`)).status]).toEqual([404, 403]);
    const audience = async (itemId: string) => (await coordinator.get<{ audience: { guests: { name: string }[] } }>(`/api/v1/items/${itemId}`)).body.audience.guests.map((one) => one.name);
    expect([await audience(open.id), await audience(closed.id)]).toEqual([['Hele Mødet'], ['Kun Punktet']]);
    // [GU4] Of the meeting she reads what is open to all and admits schools.
    const guest = await comesIn(whole);
    const seen = (await guest.get<Visit>('/api/v1/guest')).body.items.map((one) => one.id);
    expect(seen).toContain(open.id);
    expect(seen).not.toContain(closed.id);
    // An audience that does not name her is closed to her; naming her opens it again, with a reason.
    const narrowed = { kind: 'restricted', authorityIds: [eksempelby], personIds: [] as string[] };
    expect((await coordinator.put(`/api/v1/items/${closed.id}/audience`, narrowed)).status).toBe(200);
    expect(await audience(closed.id)).toEqual([]);
    const personId = (await guestsOf(coordinator)).find((one) => one.membershipId === item.membershipId)!.id;
    expect((await coordinator.put(`/api/v1/items/${closed.id}/audience`, { ...narrowed, personIds: [personId] })).status).toBe(400);
    expect((await coordinator.put(`/api/v1/items/${closed.id}/audience`, { ...narrowed, personIds: [personId], disclosureReason: 'Skolen skal med.' })).status).toBe(200);
    expect(await audience(closed.id)).toEqual(['Kun Punktet']);
    // A guest of one item is named at no other.
    expect((await coordinator.put(`/api/v1/items/${open.id}/audience`, { ...narrowed, personIds: [personId] })).status).toBe(400);
    for (const one of [item, whole]) await coordinator.post(`/api/v1/guests/${one.membershipId}/revoke`);
    expect(await guestsOf(officer)).toEqual([]);
  });

  it('[AC102] [AC105] [GU8] comes in by link and code together; five wrong codes lock the link, and its coordinators are told', async () => {
    const keys = await invite({ itemId: closed.id });
    const other = await invite();
    const wrong = keys.code === '000000' ? '000001' : '000000';
    const tries = (token: string, code: string) => server.stranger().post('/api/v1/guest/sign-in', { token, code });
    expect(await problem(tries('no-such-link', keys.code))).toBe('guest-link-over');
    // The code of one link opens no other.
    if (other.code !== keys.code) expect(await problem(tries(tokenOf(keys), other.code))).toBe('guest-code-wrong');
    const answers = await Promise.all([1, 2, 3, 4].map(() => problem(tries(tokenOf(keys), wrong))));
    expect(answers.toSorted()).toEqual(['guest-code-wrong', 'guest-code-wrong', 'guest-code-wrong', 'guest-link-locked']);
    expect(await problem(tries(tokenOf(keys), keys.code))).toBe('guest-link-locked');
    expect((await guestsOf(coordinator)).find((one) => one.membershipId === keys.membershipId)!.state).toBe('locked');
    await server.running.app.get(DomainEvents).idle();
    const told = await coordinator.get<{ notifications: { kind: string }[] }>('/api/v1/notifications');
    expect(told.body.notifications.filter(({ kind }) => kind === 'guestLocked')).toHaveLength(1);
    // [GU6] Renewed, the old link opens nothing, and the new one does.
    const renewed = await coordinator.post<Keys>(`/api/v1/guests/${keys.membershipId}/renew`);
    expect(await problem(tries(tokenOf(keys), renewed.body.code))).toBe('guest-link-over');
    await comesIn(renewed.body);
    expect((await guestsOf(coordinator)).find((one) => one.membershipId === keys.membershipId)!.state).toBe('opened');
    for (const one of [keys, other]) await coordinator.post(`/api/v1/guests/${one.membershipId}/revoke`);
  });

  it('[GU7] is out within a second of being let go, on every socket', async () => {
    const keys = await invite({ itemId: closed.id });
    const guest = await comesIn(keys);
    const reader = await Writer.open(guest, closed.documentId, 'agenda');
    const heard: string[] = [];
    const live: Socket = io(server.origin, { path: '/live', transports: ['websocket'], extraHeaders: { cookie: guest.cookie, origin: server.origin }, reconnection: false });
    live.onAny((name: string) => void heard.push(name));
    await until('listens', () => live.connected);
    expect((await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`)).status).toBe(200);
    const began = performance.now();
    await until('the document is closed', () => reader.closes.length > 0);
    await until('the live socket is closed', () => !live.connected);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(heard).toContain('session.ended');
    expect((await guest.get('/api/v1/guest')).status).toBe(401);
    expect(await problem(server.stranger().post('/api/v1/guest/sign-in', { token: tokenOf(keys), code: keys.code }))).toBe('guest-link-over');
    expect((await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`)).status).toBe(200);
    expect((await coordinator.post(`/api/v1/guests/${keys.membershipId}/renew`)).status).toBe(409);
    reader.close();
    live.close();
  });

  it('[AC100] hears of what she sees, and not by the hour of what else happens at the meeting', async () => {
    const keys = await invite({ itemId: closed.id });
    const guest = await comesIn(keys);
    const heard: string[] = [];
    const live: Socket = io(server.origin, { path: '/live', transports: ['websocket'], extraHeaders: { cookie: guest.cookie, origin: server.origin }, reconnection: false });
    live.onAny((name: string) => void heard.push(name));
    await until('listens', () => live.connected);
    const settled = () => server.running.app.get(DomainEvents).idle();
    const added = await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title: 'Ikke for skolen', plannedMinutes: 5, outputType: 'discussion', legalBasisId: 'rpl-115-1-1' });
    expect(added.status).toBe(201);
    expect((await officer.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'accepted' })).status).toBe(200);
    // Sent out is an agenda that she does not see.
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/agenda/publish`, {})).status).toBe(200);
    await settled();
    expect(heard).toEqual([]);
    expect((await coordinator.put(`/api/v1/meetings/${meetingId}/place`, { place: 'Skolen', videoLink: null })).status).toBe(200);
    await settled();
    await until('hears where the meeting is', () => heard.length > 0);
    expect(heard).toEqual(['meeting.changed']);
    expect((await coordinator.put(`/api/v1/items/${closed.id}/frame`, { ledBy: 'mødeleder', leadMembershipId: null, plannedMinutes: 10, outputType: 'discussion', section: null, mandatory: false, legalBasisId: 'rpl-115-1-1' })).status).toBe(200);
    await until('hears of her item', () => heard.length > 1);
    live.close();
    await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`);
  });

  it('[AC106] is out when her time is over, and not in before it begins', async () => {
    const from = server.clock.now().add({ hours: 1 }).toString();
    const keys = await invite({ itemId: open.id, from, to: server.clock.now().add({ hours: 3 }).toString() });
    expect(await problem(server.stranger().post('/api/v1/guest/sign-in', { token: tokenOf(keys), code: keys.code }))).toBe('guest-link-early');
    server.clock.advance({ hours: 2 });
    const guest = await comesIn(keys);
    expect((await guest.get('/api/v1/guest')).status).toBe(200);
    server.clock.advance({ hours: 1 });
    expect((await guest.get('/api/v1/guest')).status).toBe(401);
    expect(await problem(server.stranger().post('/api/v1/guest/sign-in', { token: tokenOf(keys), code: keys.code }))).toBe('guest-link-over');
    expect((await guestsOf(coordinator)).find((one) => one.membershipId === keys.membershipId)!.state).toBe('expired');
  });

  it('[AC106] is out at that instant on every socket: within a second, with nothing more heard', async () => {
    const keys = await invite({ itemId: closed.id, to: server.clock.now().add({ milliseconds: 400 }).toString() });
    const guest = await comesIn(keys);
    const reader = await Writer.open(guest, closed.documentId, 'agenda');
    const writer = await Writer.open(coordinator, closed.documentId, 'agenda');
    const heard: string[] = [];
    const live: Socket = io(server.origin, { path: '/live', transports: ['websocket'], extraHeaders: { cookie: guest.cookie, origin: server.origin }, reconnection: false });
    live.onAny((name: string) => void heard.push(name));
    await until('listens', () => live.connected);
    server.clock.advance({ milliseconds: 400 });
    const began = performance.now();
    await until('both are closed', () => reader.closes.includes(4401) && !live.connected);
    expect(performance.now() - began).toBeLessThan(1000);
    writer.type('Efter hendes tid.');
    await until('stored', () => writer.stored.includes('Efter hendes tid.'));
    expect([reader.seen.includes('Efter hendes tid.'), heard]).toEqual([false, []]);
    reader.close();
    writer.close();
    live.close();
  });

  it('[GU10] is told of when the meeting is moved out of her time, and is invited anew for it, the old way in closed', async () => {
    const keys = await invite({ itemId: open.id, to: '2026-12-08T00:00:00Z' });
    const guest = await comesIn(keys);
    const moveTo = { startLocal: '2026-12-09T13:00', durationMinutes: 60 };
    interface Moved { guests: { membershipId: string; cover: string }[] }
    const preview = (startLocal: string, who = coordinator) => who.post<Moved>(`/api/v1/meetings/${meetingId}/move-preview`, { ...moveTo, startLocal });
    expect((await preview('2026-12-07T14:00')).body.guests).toEqual([]);
    expect((await preview(moveTo.startLocal)).body.guests).toMatchObject([{ membershipId: keys.membershipId, cover: 'none' }]);
    const covers = async (who: Browser) => (await guestsOf(who) as (GuestView & { cover: string | null })[]).filter((one) => one.membershipId === keys.membershipId).map((one) => one.cover);
    expect(await covers(coordinator)).toEqual(['whole']);
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/move`, moveTo)).status).toBe(200);
    expect([await covers(coordinator), await covers(officer)]).toEqual([['none'], [null]]);

    const anew = { ...invitation({ itemId: open.id, to: '2026-12-10T00:00:00Z' }), inPlaceOf: keys.membershipId, disclosureReason: 'Mødet er flyttet.' };
    // Of another item, or of nobody, there is nobody to take the place of.
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/guests`, { ...anew, itemId: null })).status).toBe(404);
    expect((await guest.get('/api/v1/guest')).status).toBe(200);
    const renewed = await coordinator.post<Keys>(`/api/v1/meetings/${meetingId}/guests`, anew);
    expect(renewed.status).toBe(201);
    expect((await guest.get('/api/v1/guest')).status).toBe(401);
    expect(await problem(server.stranger().post('/api/v1/guest/sign-in', { token: tokenOf(keys), code: keys.code }))).toBe('guest-link-over');
    expect(((await guestsOf(coordinator)) as (GuestView & { cover: string | null })[]).filter((one) => [keys.membershipId, renewed.body.membershipId].includes(one.membershipId)).map((one) => [one.state, one.cover])).toEqual([['revoked', null], ['invited', 'whole']]);
    await comesIn(renewed.body);
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/guests`, anew)).status).toBe(409);
    await coordinator.post(`/api/v1/guests/${renewed.body.membershipId}/revoke`);
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/move`, { startLocal: '2026-12-07T13:00', durationMinutes: 60 })).status).toBe(200);
  });

  it('[AC100] is nobody’s colleague: not in the directory, not at demo sign-in, not told of anything', async () => {
    const keys = await invite();
    const people = await server.stranger().get('/api/v1/demo/people');
    expect(JSON.stringify(people.body)).not.toContain(keys.membershipId);
    expect((await server.stranger().post('/api/v1/demo/sign-in', { membershipId: keys.membershipId })).status).toBe(404);
    expect(JSON.stringify((await coordinator.get('/api/v1/authorities')).body)).not.toContain('guest:');
    const rows = await server.unitOfWork.run((tx) => tx.query(`SELECT 1 FROM notification n JOIN membership m ON m.id = n.membership_id WHERE m.role = 'guest' UNION ALL SELECT 1 FROM account a JOIN person p ON p.id = a.person_id WHERE p.guest`));
    expect(rows).toEqual([]);
    const trail = await server.unitOfWork.run((tx) => tx.query<{ authority_id: string; kind: string }>(`SELECT DISTINCT authority_id, kind FROM trail_entry WHERE role = 'guest' ORDER BY 1, 2`));
    expect(trail).toEqual(['list', 'open', 'refused'].map((kind) => ({ authority_id: 'guest:school', kind })));
    await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`);
  });

  it('[PE5] is marked as there, for those who know of her', async () => {
    const keys = await invite({ itemId: closed.id, to: '2026-12-08T12:00:00Z' });
    const interpreter = await invite({ name: 'Ib Tolk', to: '2026-12-08T12:00:00Z' });
    await invite({ name: 'Eva Fravær', to: '2026-12-08T12:00:00Z' });
    server.clock.advance(server.clock.now().until('2026-12-07T12:30:00Z'));
    for (const one of [coordinator, officer]) Object.assign(one, await server.signIn({ authorityId: one.person.authority.id, role: one === coordinator ? 'coordinator' : 'participant' }));
    expect((await officer.put(`/api/v1/meetings/${meetingId}/attendance`, { entries: [{ membershipId: keys.membershipId, state: 'present' }] })).status).not.toBe(200);
    expect((await coordinator.put(`/api/v1/meetings/${meetingId}/attendance`, { entries: [{ membershipId: keys.membershipId, state: 'present' }] })).status).toBe(200);
    expect((await guestsOf(coordinator)).find((one) => one.membershipId === keys.membershipId)!.attendance.map(({ state }) => state)).toEqual(['present']);
    expect(JSON.stringify(await meetingOf(officer, meetingId))).not.toContain(keys.membershipId);

    // The minutes say who was there: of the meeting to all, of an item to its readers, as they are written and as they are frozen.
    expect((await coordinator.put(`/api/v1/meetings/${meetingId}/attendance`, { entries: [{ membershipId: interpreter.membershipId, state: 'late' }] })).status).toBe(200);
    const ofItem = { membershipId: keys.membershipId, name: 'Tove Tolk', organisation: 'Eksempelby Skole', attendance: 'present' };
    const ofMeeting = { ...ofItem, membershipId: interpreter.membershipId, name: 'Ib Tolk', attendance: 'late' };
    const told = async () => {
      const [inside, outside] = [await documentOf(coordinator, meetingId), await documentOf(officer, meetingId)];
      expect([inside.guests, inside.items.flatMap((one) => (one.closed ? [] : (one.guests ?? [])))]).toEqual([[ofMeeting], [ofItem]]);
      expect([outside.guests, JSON.stringify(outside).includes('Tove')]).toEqual([[ofMeeting], false]);
      const html = async (who: Browser) => (await who.get<string>(`/api/v1/meetings/${meetingId}/documents/minutes.html`)).body;
      const words = (text: string) => ['Tove Tolk (Eksempelby Skole)', 'Ib Tolk', 'Eva Fravær'].map((one) => text.includes(one));
      expect([words(await html(coordinator)), words(await html(officer))]).toEqual([[true, true, false], [false, true, false]]);
    };
    await told();
    server.clock.advance({ hours: 2 });
    expect((await send(coordinator, meetingId)).state).toBe('forApproval');
    await told();
  });
});

describe('[GU9] what a guest is called', () => {
  const named = async () => (await guestsOf(coordinator)).filter((one) => one.state !== 'revoked').map(({ name, organisation }) => [name, organisation]);
  const inTheClear = () =>
    server.unitOfWork.run((tx) => tx.query<{ name: string; unit_title: string }>(`SELECT p.name, m.unit_title FROM guest g JOIN person p ON p.id = g.person_id JOIN membership m ON m.id = g.membership_id WHERE p.name <> '' OR m.unit_title <> ''`));
  /** As the rows of before stand. */
  const asBefore = (membershipId: string, name: string, organisation: string) =>
    server.unitOfWork.run(async (tx) => {
      await tx.query('UPDATE guest SET name = NULL, organisation = NULL WHERE membership_id = $1', [membershipId]);
      await tx.query('UPDATE person SET name = $2 WHERE id = (SELECT person_id FROM guest WHERE membership_id = $1)', [membershipId, name]);
      await tx.query('UPDATE membership SET unit_title = $2 WHERE id = $1', [membershipId, organisation]);
    });

  it('stands in the clear nowhere, and is told to herself and to those who know of her', async () => {
    const keys = await invite({ itemId: closed.id, name: 'Kanariefugl Tolk', organisation: 'Kanariefuglenes Skole' });
    expect(await named()).toContainEqual(['Kanariefugl Tolk', 'Kanariefuglenes Skole']);
    const guest = await comesIn(keys);
    expect((await guest.get<Visit>('/api/v1/guest')).body).toMatchObject({ name: 'Kanariefugl Tolk', organisation: 'Kanariefuglenes Skole' });
    expect((await guest.get<{ person: { name: string }; acting: object }>('/api/v1/session')).body).toMatchObject({ person: { name: 'Kanariefugl Tolk' } });
    expect(await inTheClear()).toEqual([]);
    // Her name is no word of the item: her asking for her own session is no opening of it.
    const opened = await server.unitOfWork.run((tx) => tx.query(`SELECT 1 FROM trail_entry WHERE membership_id = $1 AND route = 'GET /session'`, [keys.membershipId]));
    expect(opened).toEqual([]);
    await coordinator.post(`/api/v1/guests/${keys.membershipId}/revoke`);
  });

  it('and stands in the clear from before is sealed by a job, which loses none; with what was destroyed meanwhile it goes', async () => {
    const one = await invite({ itemId: closed.id });
    const other = await invite({});
    await asBefore(one.membershipId, 'Tove Tolk', 'Eksempelby Skole');
    await asBefore(other.membershipId, 'Anders Andersen', 'PPR');
    const guest = await comesIn(one);
    const before = await named();
    expect(before).toEqual(expect.arrayContaining([['Tove Tolk', 'Eksempelby Skole'], ['Anders Andersen', 'PPR']]));
    expect((await guest.get<Visit>('/api/v1/guest')).body.name).toBe('Tove Tolk');
    expect(await inTheClear()).toHaveLength(2);
    expect(await server.running.app.get(OldGuestNames).seal()).toBe(2);
    expect([await inTheClear(), await named(), (await guest.get<Visit>('/api/v1/guest')).body.name]).toEqual([[], before, 'Tove Tolk']);
    expect(await server.running.app.get(OldGuestNames).seal()).toBe(0);

    const next = (await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: '2026-12-14T13:00', durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId] })).body.id;
    const gone = await coordinator.post<{ id: string }>(`/api/v1/meetings/${next}/items`, { title: 'Slettes', plannedMinutes: 5, outputType: 'discussion', legalBasisId: 'rpl-115-1-1' });
    expect(gone.status).toBe(201);
    const asked = async (name: string) => (await coordinator.post<Keys>(`/api/v1/meetings/${next}/guests`, { ...invitation({ name, itemId: gone.body.id }), disclosureReason: 'Skolen kender barnet.' })).body;
    const [sealed, clear] = [await asked('Sonja Slettet'), await asked('Klara Klar')];
    await asBefore(clear.membershipId, 'Klara Klar', 'Skolen');
    await server.running.app.get(Shredding).shred({ itemId: gone.body.id });
    await server.running.app.get(OldGuestNames).seal();
    expect(await inTheClear()).toEqual([]);
    const shown = ((await meetingOf(coordinator, next)) as unknown as { guests: GuestView[] }).guests;
    expect(shown.map((view) => view.membershipId).sort()).toEqual([sealed.membershipId, clear.membershipId].sort());
    expect(shown.map(({ name, organisation }) => [name, organisation])).toEqual([['Gæst', ''], ['Gæst', '']]);
  });
});
