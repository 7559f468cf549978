import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { FollowUpReminders } from '@lib/decisions/follow-up-reminders.service.js';
import { livePath } from '@lib/contracts/live.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, newDecision, openItems, endless, section115 } from './support/story.js';
import { until } from './support/writer.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server, endless);
  for (const who of everybody()) await who.post('/api/v1/notifications/all-read');
});

const everybody = () => [story.coordinator, story.caseworker, story.leader, story.officer, story.policeLeader];

interface Notification {
  id: string;
  kind: string;
  read: boolean;
  about: string | null;
  meeting: { id: string | null; title: string };
  itemId: string | null;
  decisionId: string | null;
  followUpId: string | null;
}

const all = async (who: Browser) => (await who.get<{ notifications: Notification[] }>('/api/v1/notifications')).body.notifications;
const fresh = async (who: Browser) => (await all(who)).filter((one) => !one.read);
const kinds = async (who: Browser) => (await fresh(who)).map((one) => one.kind);
const unread = async (who: Browser) => (await who.get<{ unread: number }>('/api/v1/notifications/unread')).body.unread;
const itemOf = async (n: number) => openItems(await meetingOf(story.coordinator, story.meetingId))[n]!.item;
const narrow = (itemId: string, body: object = {}) => story.coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [], ...body });
const newFollowUp = (owner: Browser, changes: object = {}) => ({ text: 'Ring til skolen', ownerPersonId: owner.person.id, deadline: '2026-12-14', ...changes });

describe('somebody is told', () => {
  it('[NO3] that she is invited, one line for a whole series; whoever invites is not', async () => {
    const { coordinator, officer, caseworker, meetingId } = story;
    expect((await all(officer))[0]).toMatchObject({ kind: 'seriesInvited', meeting: { id: meetingId } });
    expect((await all(officer)).filter((one) => one.meeting.id === meetingId)).toHaveLength(1);
    expect((await all(coordinator)).map((one) => one.kind)).not.toContain('seriesInvited');
    const single = await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'themeDay', startLocal: '2026-12-09T10:00', durationMinutes: 60, authorityIds: [], participantMembershipIds: [caseworker.person.membershipId] });
    expect(single.status).toBe(201);
    expect(await fresh(caseworker)).toMatchObject([{ kind: 'meetingInvited', meeting: { id: single.body.id } }]);
    expect(await unread(coordinator)).toBe(0);
  });

  it('[NO1, NO4] that a meeting is moved, cancelled and taken back; twice moved is told once', async () => {
    const { coordinator, officer, meetingId } = story;
    const move = (startLocal: string) => coordinator.post(`/api/v1/meetings/${meetingId}/move`, { startLocal, durationMinutes: 60, reason: null });
    expect((await move('2026-12-08T13:00')).status).toBeLessThan(300);
    expect((await move('2026-12-09T13:00')).status).toBeLessThan(300);
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/cancel`, { reason: 'Sygdom' })).status).toBeLessThan(300);
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/restore`)).status).toBeLessThan(300);
    expect(await kinds(officer)).toEqual(['meetingRestored', 'meetingCancelled', 'meetingMoved']);
    // Refused, so nothing happened that could be told.
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/restore`)).status).toBe(409);
    expect((await move('2020-01-01T10:00')).status).toBe(400);
    expect(await kinds(officer)).toHaveLength(3);
    expect(await unread(coordinator)).toBe(0);
  });

  it('that she is sent as a substitute, until she is called back', async () => {
    const { officer, meetingId } = story;
    const other = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    await other.post('/api/v1/notifications/all-read');
    const reply = (body: object) => officer.put(`/api/v1/meetings/${meetingId}/reply`, body);
    expect((await reply({ partStat: 'delegated', substituteMembershipId: other.person.membershipId, disclosureReason: 'Jeg er forhindret.' })).status).toBe(200);
    expect(await fresh(other)).toMatchObject([{ kind: 'substituteNamed', meeting: { id: meetingId } }]);
    await reply({ partStat: 'accepted' });
    expect([await unread(other), await fresh(other)]).toEqual([0, []]);
  });

  it('of a decision: the responsible, and the leaders who confirm it; returned, who wrote it', async () => {
    const { coordinator, caseworker, leader, policeLeader, officer } = story;
    const item = await itemOf(2);
    const decision = await coordinator.post<{ id: string; text: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker));
    expect(await fresh(caseworker)).toMatchObject([{ kind: 'decisionResponsible', decisionId: decision.body.id, about: decision.body.text, itemId: item.id }]);
    // The leader takes no part in the meeting: she gets the decision, and no way into the meeting.
    expect(await fresh(leader)).toMatchObject([{ kind: 'decisionToConfirm', decisionId: decision.body.id, itemId: null, meeting: { id: null } }]);
    expect([await unread(policeLeader), await unread(officer), await unread(coordinator)]).toEqual([0, 0, 0]);
    await leader.post(`/api/v1/decisions/${decision.body.id}/return`, { comment: 'Hvorfor?' });
    expect(await kinds(coordinator)).toEqual(['decisionReturned']);
    expect(await kinds(caseworker)).toEqual(['decisionReturned', 'decisionResponsible']);
    expect(await unread(leader)).toBe(1);
  });

  it('[NO8] of a follow-up: its owner, again two days before and after the deadline, until it is done', async () => {
    const { coordinator, officer } = story;
    const item = await itemOf(2);
    const followUp = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/follow-ups`, newFollowUp(officer));
    expect(await fresh(officer)).toMatchObject([{ kind: 'followUpOwner', about: 'Ring til skolen', followUpId: followUp.body.id }]);
    const reminders = server.running.app.get(FollowUpReminders);
    const at = async (instant: string) => {
      const before = server.clock.now();
      server.clock.advance({ milliseconds: Date.parse(instant) - before.epochMilliseconds });
      await reminders.remind();
      await reminders.remind();
      server.clock.advance({ milliseconds: before.epochMilliseconds - Date.parse(instant) });
    };
    // Danish days: 22.59 UTC on the 11th is still the 11th, an hour later it is not.
    await at('2026-12-11T22:59:00Z');
    expect(await kinds(officer)).toEqual(['followUpOwner']);
    await at('2026-12-11T23:01:00Z');
    expect(await kinds(officer)).toEqual(['followUpDue', 'followUpOwner']);
    await at('2026-12-14T22:59:00Z');
    expect(await kinds(officer)).toEqual(['followUpDue', 'followUpOwner']);
    await at('2026-12-14T23:01:00Z');
    expect(await kinds(officer)).toEqual(['followUpOverdue', 'followUpDue', 'followUpOwner']);
    expect((await officer.post(`/api/v1/follow-ups/${followUp.body.id}/state`, { state: 'done' })).status).toBe(200);
    expect(await kinds(officer)).toEqual([]);
    await at('2026-12-20T12:00:00Z');
    expect(await kinds(officer)).toEqual([]);
  });
});

describe('what somebody is told', () => {
  it('[NO2] is what she may see now: it goes with the access and comes back with it', async () => {
    const { coordinator, officer } = story;
    const item = await itemOf(2);
    await coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker));
    await narrow(item.id);
    await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
    expect(await fresh(officer)).toMatchObject([{ kind: 'itemOpened', itemId: item.id, about: item.title }]);
    expect(await unread(officer)).toBe(1);
    await narrow(item.id);
    expect([await unread(officer), JSON.stringify(await all(officer)).includes(item.id)]).toEqual([0, false]);
    await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
    expect(await kinds(officer)).toEqual(['itemOpened']);
  });

  it('[NO2] holds nothing in the table but ids', async () => {
    const columns = await server.unitOfWork.run((tx) => tx.query<{ column_name: string; data_type: string }>(`SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'notification' AND data_type NOT IN ('uuid', 'timestamp with time zone')`));
    expect(columns.map((one) => one.column_name).sort()).toEqual(['kind', 'once_key']);
  });

  it('[NO3] is told to the membership it concerns, and to nobody else', async () => {
    const { coordinator, officer, caseworker } = story;
    const item = await itemOf(2);
    await coordinator.post(`/api/v1/items/${item.id}/follow-ups`, newFollowUp(officer));
    const [mine] = await fresh(officer);
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    for (const who of [caseworker, stranger]) {
      expect((await who.post('/api/v1/notifications/marks', { ids: [mine!.id], read: true })).status).toBe(204);
      expect(JSON.stringify(await all(who))).not.toContain(mine!.id);
    }
    expect(await unread(officer)).toBe(1);
    expect((await officer.post('/api/v1/notifications/marks', { ids: [mine!.id], read: true })).status).toBe(204);
    expect(await unread(officer)).toBe(0);
    await officer.post('/api/v1/notifications/marks', { ids: [mine!.id], read: false });
    expect(await unread(officer)).toBe(1);
    await officer.post('/api/v1/notifications/all-read');
    expect(await unread(officer)).toBe(0);
    expect((await server.stranger().get('/api/v1/notifications')).status).toBe(401);
  });

  it('[NO5] leaves out the kinds she does not want, from then on', async () => {
    const { coordinator, officer } = story;
    const item = await itemOf(2);
    expect((await officer.put<{ muted: string[] }>('/api/v1/notifications/choices', { muted: ['followUpOwner'] })).body.muted).toEqual(['followUpOwner']);
    await coordinator.post(`/api/v1/items/${item.id}/follow-ups`, newFollowUp(officer));
    expect(await unread(officer)).toBe(0);
    expect((await officer.put('/api/v1/notifications/choices', { muted: ['alt'] })).status).toBe(400);
    await officer.put('/api/v1/notifications/choices', { muted: [] });
    await coordinator.post(`/api/v1/items/${item.id}/follow-ups`, newFollowUp(officer, { text: 'En mere' }));
    expect((await fresh(officer)).map((one) => one.about)).toEqual(['En mere']);
  });

  it('[NO6] arrives live, with no word of what it is, and at nobody else', async () => {
    const { coordinator, officer, caseworker } = story;
    const listen = async (who: Browser): Promise<{ socket: Socket; heard: [string, unknown][] }> => {
      const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: server.origin }, reconnection: false, forceNew: true });
      const heard: [string, unknown][] = [];
      socket.onAny((name: string, payload: unknown) => heard.push([name, payload]));
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', () => resolve());
        socket.once('connect_error', reject);
      });
      return { socket, heard };
    };
    const [owner, other] = [await listen(officer), await listen(caseworker)];
    await coordinator.post(`/api/v1/items/${(await itemOf(2)).id}/follow-ups`, newFollowUp(officer));
    await until('told', () => owner.heard.some(([name]) => name === 'notification.changed') && other.heard.some(([name]) => name === 'followUp.changed'));
    expect(owner.heard.filter(([name]) => name === 'notification.changed')).toEqual([['notification.changed', {}]]);
    expect(other.heard.map(([name]) => name)).toEqual(['followUp.changed']);
    owner.socket.close();
    other.socket.close();
  });

  it('[NO7] is kept for ninety days, no longer', async () => {
    const { officer } = story;
    expect((await all(officer)).length).toBeGreaterThan(0);
    server.clock.advance({ hours: 24 * 130 });
    await server.running.app.get(Notifications).removeOld();
    server.clock.advance({ hours: -24 * 130 });
    expect(await all(officer)).toEqual([]);
  });
});
