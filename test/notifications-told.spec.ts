import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { approve, consultation, minutesOf, narrow, path, requestChange, send } from './support/minutes-story.js';
import { meetingOf, endless, section115 } from './support/story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';

let server: TestServer;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());

interface Notification {
  kind: string;
  read: boolean;
  about: string | null;
  meeting: { id: string | null; title: string } | null;
  itemId: string | null;
}
const fresh = async (who: Browser) => (await who.get<{ notifications: Notification[] }>('/api/v1/notifications')).body.notifications.filter((one) => !one.read);
const unread = async (who: Browser) => (await who.get<{ unread: number }>('/api/v1/notifications/unread')).body.unread;
const told = async (who: Browser) => (await fresh(who)).map((one) => [one.kind, one.meeting?.id ?? null, one.itemId]);
const readAll = async (...all: Browser[]) => {
  for (const who of all) expect((await who.post('/api/v1/notifications/all-read')).status).toBe(204);
};

describe('of minutes', () => {
  let story: Awaited<ReturnType<typeof consultation>>;
  const everybody = () => [story.coordinator, story.caseworker, story.officer, story.police, story.psychologist];
  const post = (who: Browser, what: string, body: object = {}) => who.post<{ code: string }>(path(story.meetingId, what), body);
  const resend = async (itemId: string | null) => {
    const { version } = (await minutesOf(story.coordinator, story.meetingId)).parts.find((part) => part.itemId === itemId)!;
    expect((await post(story.coordinator, 'resend', { itemId, version, outcome: 'declined', text: 'Det står der allerede.' })).status).toBe(200);
  };
  beforeEach(async () => {
    story = await consultation(server);
    await readAll(...everybody());
  });

  it('[MI15, NO3] those who may approve hear that they are sent, once; whoever sent them and whoever may not hears nothing', async () => {
    const { coordinator, caseworker, officer, police, psychologist, meetingId } = story;
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    await readAll(stranger);
    await send(coordinator, meetingId);
    // The police have a coordinator there, who answers; of the børnehus nobody else than the psychologist is there.
    for (const who of [police, psychologist]) expect(await told(who)).toEqual([['minutesSent', meetingId, null]]);
    for (const who of [coordinator, caseworker, officer, stranger]) expect([await told(who), await unread(who)]).toEqual([[], 0]);
    expect((await post(coordinator, 'send')).status).toBe(409);
    expect(await unread(police)).toBe(1);
  });

  it('[MI15] a change that is asked for reaches the coordinators, and what is sent again those who answer', async () => {
    const { coordinator, officer, police, psychologist, meetingId, items } = story;
    await send(coordinator, meetingId);
    await readAll(...everybody());
    await requestChange(psychologist, meetingId, items[0]!.id, 'Der mangler et ord');
    for (const who of [coordinator, police]) expect(await told(who)).toEqual([['minutesChangeAsked', meetingId, items[0]!.id]]);
    expect((await fresh(coordinator))[0]!.about).toBe(items[0]!.title);
    for (const who of [officer, psychologist]) expect(await told(who)).toEqual([]);
    await readAll(...everybody());
    await resend(items[0]!.id);
    for (const who of [police, psychologist]) expect(await told(who)).toEqual([['minutesResent', meetingId, items[0]!.id]]);
    await readAll(...everybody());
    await requestChange(psychologist, meetingId, null, 'Jeg kom for sent');
    expect(await told(coordinator)).toEqual([['minutesChangeAsked', meetingId, null]]);
    expect(await told(officer)).toEqual([]);
  });

  it('[MI15] a reminder reaches the authority it is for; approved and taken back is told to all but whoever did it', async () => {
    const { coordinator, caseworker, officer, police, psychologist, meetingId } = story;
    await send(coordinator, meetingId);
    await readAll(...everybody());
    expect((await post(coordinator, 'reminders', { authorityId: boernehusHovedstaden })).status).toBe(200);
    expect(await told(psychologist)).toEqual([['minutesReminded', meetingId, null]]);
    for (const who of [police, officer]) expect(await told(who)).toEqual([]);
    expect((await post(coordinator, 'withdraw', { reason: 'Forfra' })).status).toBe(200);
    for (const who of [caseworker, officer, police]) expect(await told(who)).toEqual([['minutesWithdrawn', meetingId, null]]);
    expect(await told(coordinator)).toEqual([]);
    await send(coordinator, meetingId);
    await approve(coordinator, meetingId);
    await approve(psychologist, meetingId);
    await readAll(...everybody());
    await approve(police, meetingId);
    for (const who of [coordinator, caseworker, officer, psychologist]) expect(await told(who)).toEqual([['minutesApproved', meetingId, null]]);
    expect(await told(police)).toEqual([]);
  });

  it('[MI15, MI8] of a closed item those outside hear nothing and count nothing, and whoever loses it loses what was told', async () => {
    const { coordinator, caseworker, officer, police, psychologist, meetingId, items } = story;
    const item = items[1]!;
    await narrow(coordinator, item.id, [eksempelby, boernehusHovedstaden]);
    await send(coordinator, meetingId);
    await approve(psychologist, meetingId);
    await readAll(...everybody());
    await requestChange(psychologist, meetingId, item.id, 'Kun for os');
    expect(await told(coordinator)).toEqual([['minutesChangeAsked', meetingId, item.id]]);
    await resend(item.id);
    expect(await told(psychologist)).toEqual([['minutesResent', meetingId, item.id]]);
    expect((await post(coordinator, 'reminders', { authorityId: boernehusHovedstaden })).status).toBe(200);
    // Nothing but the closed item is missing of hers: the reminder stands under it.
    expect(await told(psychologist)).toEqual([['minutesReminded', meetingId, item.id], ['minutesResent', meetingId, item.id]]);
    for (const who of [police, officer]) expect([await told(who), await unread(who)]).toEqual([[], 0]);
    const rows = await server.unitOfWork.run((tx) => tx.query('SELECT 1 FROM notification WHERE item_id = $1 AND membership_id = ANY($2::uuid[])', [item.id, [police, officer].map((one) => one.person.membershipId)]));
    expect(rows).toEqual([]);
    await narrow(coordinator, item.id, [eksempelby]);
    expect([await told(psychologist), await unread(psychologist)]).toEqual([[], 0]);
    expect((await told(caseworker)).filter(([, , id]) => id === item.id)).toEqual([]);
  });

  it('[NO5] each kind can be turned off', async () => {
    const { coordinator, police, psychologist, meetingId } = story;
    const answer = await police.put<{ muted: string[] }>('/api/v1/notifications/choices', { muted: ['minutesSent'] });
    expect([answer.status, answer.body.muted]).toEqual([200, ['minutesSent']]);
    await send(coordinator, meetingId);
    await police.put('/api/v1/notifications/choices', { muted: [] });
    expect([await unread(police), await unread(psychologist)]).toEqual([0, 1]);
  });
});

describe('of a series', () => {
  let story: Awaited<ReturnType<typeof section115>>;
  const ids = () => story.series.occurrences.flatMap((one) => one.meetingId ?? []);
  const apply = (change: object) => story.coordinator.post(`/api/v1/series/${story.series.id}/changes`, change);
  const times = (changes: object = {}) => ({ startTime: '13:00', durationMinutes: 60, holidayPolicy: 'keep', recurrence: { kind: 'weekly', days: ['MO'] }, ...changes });
  beforeEach(async () => {
    story = await section115(server, endless);
    await readAll(story.coordinator, story.caseworker, story.officer, story.leader, story.policeLeader);
  });

  it('[MT48] many meetings moved are one line, at the first of them; whoever moved them hears nothing', async () => {
    const { coordinator, caseworker, officer, policeLeader } = story;
    const second = ids()[1]!;
    expect((await apply({ fromMeetingId: second, times: times({ startTime: '09:30', recurrence: { kind: 'weekly', days: ['FR'] } }) })).status).toBeLessThan(300);
    for (const who of [caseworker, officer]) expect([await told(who), await unread(who)]).toEqual([[['seriesMoved', second, null]], 1]);
    for (const who of [coordinator, policeLeader]) expect(await unread(who)).toBe(0);
  });

  it('[MT48] meetings cancelled by an end of the series are one line; an end far ahead is told too', async () => {
    const { officer } = story;
    const last = story.series.occurrences[2]!;
    expect((await apply({ lastDate: last.startLocal.slice(0, 10), reason: 'Samarbejdet slutter' })).status).toBeLessThan(300);
    expect(await told(officer)).toEqual([['seriesCancelled', ids()[3], null]]);
    await readAll(officer);
    expect((await apply({ lastDate: null })).status).toBeLessThan(300);
    expect(await told(officer)).toEqual([['seriesChanged', ids()[3], null]]);
    await readAll(officer);
    expect((await apply({ lastDate: '2029-12-31' })).status).toBeLessThan(300);
    expect(await told(officer)).toEqual([['seriesChanged', ids()[0], null]]);
  });

  it('[MT48] whoever joins is invited, and whoever leaves is told nothing, and of nothing any more', async () => {
    const { officer, caseworker, policeLeader } = story;
    await apply({ times: times({ startTime: '14:00' }) });
    expect(await unread(officer)).toBe(1);
    expect((await apply({ add: [policeLeader.person.membershipId], disclosureReason: 'De skal bruge det på mødet.', remove: [officer.person.membershipId] })).status).toBeLessThan(300);
    expect(await told(policeLeader)).toEqual([['seriesInvited', ids()[0], null]]);
    expect([await told(officer), await unread(officer)]).toEqual([[], 0]);
    expect((await told(caseworker)).map(([kind]) => kind)).toEqual(['seriesMoved']);
  });

  it('[NO9, PE8] a standing substitute hears that she is sent, once, and that it is over, without a word of which meetings', async () => {
    const { officer, coordinator } = story;
    const substitute = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    await readAll(substitute);
    const to = `/api/v1/series/${story.series.id}/substitute`;
    const named = { substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er på barsel.' };
    expect((await officer.send('PUT', to, named)).status).toBe(200);
    expect(await told(substitute)).toEqual([['seriesSubstituteNamed', ids()[0], null]]);
    await readAll(substitute);
    // Nothing is new to her.
    await officer.send('PUT', to, named);
    expect(await unread(substitute)).toBe(0);
    expect((await officer.send('DELETE', to)).status).toBe(200);
    const [line, ...more] = await fresh(substitute);
    expect([line, more]).toEqual([{ ...line, kind: 'seriesSubstituteEnded', meeting: null, about: null, itemId: null }, []]);
    const { title } = await meetingOf(coordinator, ids()[0]!);
    expect(JSON.stringify(await fresh(substitute))).not.toContain(title);
    for (const id of ids()) expect(JSON.stringify(line)).not.toContain(id);
    expect(await unread(officer)).toBe(0);
  });
});
