import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { PollLinks } from '@lib/meetings/poll-links.service.js';
import { Shredding } from '@lib/retention/shredding.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { askingAs } from '@lib/platform/asking.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { connectEmptyCalendar } from './support/calendar-server.js';
import { meetingOf, section115 } from './support/story.js';
import { aKey, boernehusHovedstaden, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { until } from './support/writer.js';

type Choice = 'yes' | 'ifNeedBe' | 'no' | null;
interface Slot {
  startLocal: string;
  startInstant: string;
  holiday: string | null;
  isPassed: boolean;
  yes: number;
  ifNeedBe: number;
  no: number;
  missing: number;
  isRefused: boolean;
  isBest: boolean;
  quorum: { met: boolean; gaps: { kind: string; sector?: string; possible: boolean }[] } | null;
}
interface Poll {
  id: string;
  state: string;
  closesAt: string;
  chosenLocal: string | null;
  asked: number;
  answered: number;
  remindedAt: string | null;
  slots: Slot[];
  own: { version: number; choices: Choice[] } | null;
  canAnswer: boolean;
  canLead: boolean;
  people: { person: { membershipId: string; name: string }; choices: Choice[] | null; isMissing: boolean }[] | null;
  outsiders: { id: string; name: string; choices: Choice[] | null; isMissing: boolean }[] | null;
}
interface View {
  poll: Poll | null;
  code?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}
type Row = Record<string, unknown>;

const slots = ['2026-12-14T09:00', '2026-12-15T13:00', '2026-12-24T10:00'];
const question = { slots, durationMinutes: 60, answerBy: '2026-12-11' };

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let begun: ReturnType<TestServer['clock']['now']>;
beforeAll(async () => {
  server = await TestServer.start();
  begun = server.clock.now();
}, 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.advance(server.clock.now().until(begun));
  story = await section115(server);
});

const path = (rest = '', meetingId = story.meetingId) => `/api/v1/meetings/${meetingId}/poll${rest}`;
const done = async <T>(answer: Promise<{ status: number; body: T }>): Promise<T> => {
  const { status, body } = await answer;
  expect([status < 300, body]).toEqual([true, body]);
  return body;
};
const open = async (changes: object = {}, meetingId = story.meetingId) => (await done(story.coordinator.post<View>(path('', meetingId), { ...question, ...changes }))).poll!;
const of = async (who: Browser, meetingId = story.meetingId) => (await done(who.get<View>(path('', meetingId)))).poll!;
const answer = (who: Browser, poll: Poll, choices: Choice[], version?: number, meetingId = story.meetingId) => who.send<View>('PUT', path('/answer', meetingId), { pollId: poll.id, choices }, version === undefined ? {} : { 'if-match': `"${version}"` });
const command = (who: Browser, poll: Poll, what: string, body: object = {}, headers: Record<string, string> = {}, meetingId = story.meetingId) => who.post<View>(path(`/${what}`, meetingId), { pollId: poll.id, ...body }, headers);
const notes = async (who: Browser, meetingId = story.meetingId) =>
  (await who.get<{ notifications: { kind: string; meeting: { id: string } | null }[] }>('/api/v1/notifications')).body.notifications.filter((one) => one.meeting?.id === meetingId).map((one) => one.kind);
const rows = <T = Row>(sql: string, parameters: unknown[] = []) => server.unitOfWork.run((tx) => tx.query<T>(sql, parameters));
const fields = ({ status, body }: { status: number; body: View }) => [status, body.errors?.map(({ field }) => field)];
const again = (who: Browser) => server.signIn({ authorityId: who.person.authority.id, role: who.person.role as 'coordinator' });
const id = (who: Browser) => who.person.membershipId;

interface Linked {
  kindTitle: string;
  slots: object[];
  own: { version: number; choices: Choice[] } | null;
  code?: string;
}
const linkFor = async (poll: Poll, name = 'Skoleleder Prøve') => {
  const { link, outsiderId } = await done(story.coordinator.post<{ link: string; outsiderId: string }>(path('/outsiders'), { pollId: poll.id, name }));
  return { token: link.split('#')[1]!, outsiderId, link };
};
/** Links and answers that are stored of a poll. */
const left = async ({ id: pollId }: Poll) => {
  const [row] = await rows<{ links: number; answers: number }>('SELECT (SELECT count(*) FROM poll_outsider WHERE poll_id = $1)::int AS links, (SELECT count(*) FROM poll_ballot WHERE poll_id = $1)::int AS answers', [pollId]);
  return [row!.links, row!.answers];
};
const read = (token: string) => server.stranger().post<Linked>('/api/v1/poll-links/read', { token });
const vote = (token: string, choices: Choice[], version?: number) => server.stranger().send<Linked>('PUT', '/api/v1/poll-links/answer', { token, choices }, version === undefined ? {} : { 'if-match': `"${version}"` });

describe('a poll on when a meeting is held', () => {
  it('[PO1, PO4, PO6, AC130, AC131] is asked by a coordinator; all see live how many can when, she alone who', async () => {
    const { coordinator, caseworker, officer, leader } = story;
    expect(await of(officer)).toBeNull();
    for (const [who, status] of [[officer, 403], [leader, 404]] as const) expect((await who.post(path(), question)).status).toBe(status);
    const poll = await open();
    expect(poll).toMatchObject({ state: 'open', asked: 3, answered: 0, canLead: true, canAnswer: true, closesAt: '2026-12-11T23:00:00.000Z' });
    expect([await notes(officer), await notes(caseworker)].map((kinds) => kinds.filter((kind) => kind === 'pollOpened').length)).toEqual([1, 1]);
    expect(await notes(coordinator)).not.toContain('pollOpened');
    const other = await coordinator.post<View>(path(), question);
    expect([other.status, other.body.code]).toEqual([409, 'transition-refused']);

    const heard: string[] = [];
    const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: caseworker.cookie, origin: server.origin }, reconnection: false, forceNew: true });
    socket.onAny((name: string) => heard.push(name));
    await new Promise<void>((resolve, reject) => void socket.once('connect', () => resolve()).once('connect_error', reject));
    expect((await answer(officer, poll, ['yes', 'no', 'ifNeedBe'])).status).toBe(200);
    await until('the others hear', () => heard.includes('meeting.changed'));
    socket.close();

    const theirs = await of(caseworker);
    expect(theirs).toMatchObject({ people: null, outsiders: null, own: null, answered: 1, canLead: false, remindedAt: null });
    expect(theirs.slots.map(({ yes, ifNeedBe, no, missing, quorum }) => [yes, ifNeedBe, no, missing, quorum])).toEqual([[1, 0, 0, 2, null], [0, 0, 1, 2, null], [0, 1, 0, 2, null]]);
    // Of nobody is told what she said: neither by name nor by id.
    expect(JSON.stringify(theirs)).not.toContain(id(officer));
    const hers = await of(coordinator);
    expect(hers.people!.find(({ person }) => person.membershipId === id(officer))).toMatchObject({ choices: ['yes', 'no', 'ifNeedBe'], isMissing: false });
    expect(hers.slots[0]!.quorum!.gaps).toEqual([expect.objectContaining({ kind: 'sector', sector: 'municipality', possible: true }), expect.objectContaining({ kind: 'participants' })]);
    expect(hers.slots[1]!.quorum!.gaps[0]).toMatchObject({ sector: 'police', possible: false });
  });

  it('[PO2, PO3] takes times that can be held and a day that comes before the last of them, and says of each what is wrong', async () => {
    const { coordinator } = story;
    const ask = async (changes: object) => fields(await coordinator.post<View>(path(), { ...question, ...changes }));
    expect(await ask({ slots: [slots[0]] })).toEqual([400, ['slots']]);
    expect(await ask({ slots: Array.from({ length: 21 }, (_, n) => `2027-01-${String(n + 1).padStart(2, '0')}T09:00`) })).toEqual([400, ['slots']]);
    expect(await ask({ slots: [slots[0], slots[0]] })).toEqual([400, ['slots.1']]);
    expect(await ask({ slots: ['2026-11-23T08:00', slots[1]] })).toEqual([400, ['slots.0']]);
    expect(await ask({ slots: [slots[0], '2027-12-01T09:00'] })).toEqual([400, ['slots.1']]);
    expect(await ask({ slots: [slots[0], '2026-02-30T09:00'] })).toEqual([400, ['slots.1']]);
    // The hour that spring lacks.
    expect(await ask({ slots: [slots[0], '2027-03-28T02:30'] })).toEqual([400, ['slots.1']]);
    expect(await ask({ answerBy: '2026-11-22' })).toEqual([400, ['answerBy']]);
    expect(await ask({ answerBy: '2026-12-25' })).toEqual([400, ['answerBy']]);
    expect(await ask({ durationMinutes: 600 })).toEqual([400, ['durationMinutes']]);
    const poll = await open({ slots: [slots[2], slots[0], '2027-03-29T13:00'] });
    expect(poll.slots.map(({ startLocal, startInstant, holiday }) => [startLocal, startInstant, holiday])).toEqual([
      [slots[0], '2026-12-14T08:00:00Z', null],
      [slots[2], '2026-12-24T09:00:00Z', 'Juleaftensdag'],
      // Summer time has begun, on Easter Monday.
      ['2027-03-29T13:00', '2027-03-29T11:00:00Z', 'Anden påskedag'],
    ]);
  });

  it('[PO4] keeps every answer; the last counts, and of two at once the second is told', async () => {
    const { coordinator, officer } = story;
    const poll = await open();
    expect((await answer(officer, poll, ['yes', 'no', null], 0)).body.poll!.own).toMatchObject({ version: 1, choices: ['yes', 'no', null] });
    // The same once more, as when the answer was lost.
    expect((await answer(officer, poll, ['yes', 'no', null], 0)).body.poll!.own!.version).toBe(1);
    const late = await answer(officer, poll, ['no', 'no', 'no'], 0);
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
    const both = await Promise.all([answer(officer, poll, ['no', 'yes', 'no'], 1), answer(officer, poll, ['ifNeedBe', 'yes', 'no'], 1)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await of(officer)).own!.version).toBe(2);
    expect(await rows('SELECT version FROM poll_ballot WHERE poll_id = $1 ORDER BY version', [poll.id])).toEqual([{ version: 1 }, { version: 2 }]);
    await expect(rows(`UPDATE poll_ballot SET choices = '{no,no,no}' WHERE poll_id = $1`, [poll.id])).rejects.toThrow();
    await expect(rows(`UPDATE poll SET slots = '{2026-12-14T09:00}' WHERE id = $1`, [poll.id])).rejects.toThrow(/never rewritten/);
    expect(fields(await answer(officer, poll, ['yes']))).toEqual([400, ['choices']]);
    expect((await answer(officer, { ...poll, id: story.meetingId }, ['yes', 'no', 'no'])).status).toBe(404);
    // A time that has passed stands as it was answered, and is asked for no more.
    server.clock.advance(server.clock.now().until('2026-12-11T20:00:00Z'));
    const [boss, theirs] = [await again(coordinator), await again(officer)];
    story.coordinator = boss;
    const short = await open({ slots: ['2026-12-11T22:00', '2026-12-14T09:00'], answerBy: '2026-12-12' }, story.series.occurrences[3]!.meetingId!);
    await answer(theirs, short, ['yes', null], undefined, story.series.occurrences[3]!.meetingId!);
    server.clock.advance({ hours: 2 });
    const changed = await answer(theirs, short, ['no', 'ifNeedBe'], undefined, story.series.occurrences[3]!.meetingId!);
    expect(changed.body.poll!.own!.choices).toEqual(['yes', 'ifNeedBe']);
    expect(changed.body.poll!).toMatchObject({ answered: 1, slots: [{ isPassed: true, isBest: false }, { isPassed: false, isBest: true }] });
    const passed = await command(boss, short, 'choose', { startLocal: '2026-12-11T22:00' }, {}, story.series.occurrences[3]!.meetingId!);
    expect([passed.status, passed.body.code]).toEqual([400, 'invalid-input']);
  });

  it('[PO5] reminds those who are missing and nobody else', async () => {
    const { coordinator, caseworker, officer } = story;
    const poll = await open();
    await answer(officer, poll, ['yes', 'yes', 'no']);
    await answer(caseworker, poll, ['yes', null, 'no']);
    expect((await command(officer, poll, 'remind')).status).toBe(403);
    expect((await done(command(coordinator, poll, 'remind'))).poll!.remindedAt).not.toBeNull();
    expect([await notes(officer), await notes(caseworker), await notes(coordinator)].map((kinds) => kinds.includes('pollReminded'))).toEqual([false, true, false]);
  });

  it('[PO6] is answered by the substitute, not by who sent her', async () => {
    const { officer } = story;
    const deputy = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    const poll = await open();
    await answer(officer, poll, ['no', 'no', 'no']);
    await done(officer.put(`/api/v1/meetings/${story.meetingId}/reply`, { partStat: 'delegated', substituteMembershipId: id(deputy), disclosureReason: 'Jeg er forhindret.' }));
    expect((await answer(officer, poll, ['yes', 'yes', 'yes'])).status).toBe(403);
    expect(await of(officer)).toMatchObject({ canAnswer: false });
    await answer(deputy, poll, ['yes', 'yes', 'no']);
    expect((await of(story.coordinator)).slots.map(({ yes, no }) => [yes, no])).toEqual([[1, 0], [1, 0], [0, 1]]);
    expect((await of(story.coordinator)).people!.map(({ person }) => person.membershipId)).not.toContain(id(officer));
  });
});

describe('a link to a poll', () => {
  it('[PO7, AC132] shows kind, times and its own answer, and takes answers; coordinators see whose', async () => {
    const { coordinator, officer } = story;
    const poll = await open();
    expect((await officer.post(path('/outsiders'), { pollId: poll.id, name: 'X' })).status).toBe(403);
    const { token, outsiderId, link } = await linkFor(poll);
    expect(link).toMatch(/\/afstemning#[A-Za-z0-9_-]{43}$/);
    const shown = await done(read(token));
    expect(Object.keys(shown).sort()).toEqual(['closesAt', 'durationMinutes', 'kindTitle', 'own', 'slots']);
    expect(shown).toMatchObject({ kindTitle: '§ 115-møde: overleveringsmøde', own: null });
    expect(Object.keys(shown.slots[0]!).sort()).toEqual(['endInstant', 'holiday', 'isPassed', 'startInstant', 'startLocal']);
    expect((await done(vote(token, ['no', 'ifNeedBe', null], 0))).own).toMatchObject({ version: 1, choices: ['no', 'ifNeedBe', null] });
    expect((await vote(token, ['yes', 'yes', 'yes'], 0)).status).toBe(412);
    expect((await vote(token, ['yes', 'yes', 'yes'], 1)).body.own!.version).toBe(2);
    const both = await Promise.all([vote(token, ['no', 'yes', 'no'], 2), vote(token, ['ifNeedBe', 'yes', 'no'], 2)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await vote(token, ['yes'])).status).toBe(400);
    expect(await of(coordinator)).toMatchObject({ asked: 4, answered: 1, outsiders: [{ id: outsiderId, name: 'Skoleleder Prøve', isMissing: false }] });
    expect((await of(officer)).slots[1]).toMatchObject({ yes: 1, missing: 3 });
    expect(JSON.stringify(await of(officer))).not.toContain('Skoleleder');
    // The secret and the name are nowhere in the clear.
    const [stored] = await rows<{ row: string }>('SELECT o::text AS row FROM poll_outsider o WHERE id = $1', [outsiderId]);
    expect([stored!.row.includes(token), Buffer.from(stored!.row.replace(/\\x/g, ''), 'hex').includes('Skoleleder')]).toEqual([false, false]);
  });

  it('[PO7] answers as unknown ones do when it was replaced or taken back, and when the poll has ended', async () => {
    const { coordinator } = story;
    const poll = await open();
    const unknown = await read('A'.repeat(43));
    const told = ({ status, body }: { status: number; body: object }) => [status, { ...body, instance: null }];
    const same = async (token: string) => {
      expect(told(await read(token))).toEqual(told(unknown));
      expect((await vote(token, ['yes', 'yes', 'yes'])).status).toBe(404);
    };
    expect(unknown.status).toBe(404);
    await same('nonsense');
    const one = await linkFor(poll);
    await done(vote(one.token, ['yes', 'yes', 'yes']));
    const renewed = await done(coordinator.post<{ link: string }>(path(`/outsiders/${one.outsiderId}/renew`), { pollId: poll.id }));
    await same(one.token);
    const token = renewed.link.split('#')[1]!;
    // The answer is hers, by whichever link.
    expect((await done(read(token))).own).toMatchObject({ version: 1 });
    const revoked = await done(command(coordinator, poll, `outsiders/${one.outsiderId}/revoke`));
    expect(revoked.poll).toMatchObject({ asked: 3, answered: 0, outsiders: [] });
    expect(await left(poll)).toEqual([0, 0]);
    await same(token);
    // Taken back twice it is as once; what is gone is not given anew.
    expect((await done(command(coordinator, poll, `outsiders/${one.outsiderId}/revoke`))).poll!.asked).toBe(3);
    expect((await command(coordinator, poll, `outsiders/${one.outsiderId}/renew`)).status).toBe(404);
    expect((await command(coordinator, poll, `outsiders/${story.meetingId}/renew`)).status).toBe(404);
    // Repeated, it is a link for the same person; the first opens nothing.
    const key = aKey();
    const [first, second] = [await coordinator.post<{ link: string; outsiderId: string }>(path('/outsiders'), { pollId: poll.id, name: 'PPR' }, key), await coordinator.post<{ link: string; outsiderId: string }>(path('/outsiders'), { pollId: poll.id, name: 'PPR' }, key)];
    expect(second.body.outsiderId).toBe(first.body.outsiderId);
    await same(first.body.link.split('#')[1]!);
    const living = second.body.link.split('#')[1]!;
    expect((await read(living)).status).toBe(200);
    // [PO3] The last day for answers is over.
    server.clock.advance(server.clock.now().until('2026-12-11T23:00:00Z'));
    await same(living);
  });

  it('[PO7] is asked by as a role that sees its own poll and nothing else', async () => {
    const poll = await open();
    const [one, other] = [await linkFor(poll), await linkFor(poll, 'PPR')];
    await done(vote(one.token, ['yes', 'no', 'no']));
    await done(vote(other.token, ['no', 'no', 'no']));
    await answer(story.officer, poll, ['yes', 'yes', 'yes']);
    const as = <T>(token: string | null, sql: string) => askingAs({ token, as: 'request' }, () => server.running.app.get(UnitOfWork).run((tx) => tx.query<T>(sql), { as: 'poll' }));
    expect(await as(one.token, 'SELECT id FROM poll')).toEqual([{ id: poll.id }]);
    expect(await as(one.token, 'SELECT id FROM meeting')).toEqual([{ id: story.meetingId }]);
    expect(await as(one.token, 'SELECT outsider_id FROM poll_ballot')).toEqual([{ outsider_id: one.outsiderId }]);
    for (const token of [null, 'A'.repeat(43), story.officer.cookie.split('=')[1]!]) for (const table of ['poll', 'meeting', 'poll_ballot']) expect(await as(token, `SELECT 1 FROM ${table}`)).toEqual([]);
    for (const sql of ['SELECT name FROM poll_outsider', 'SELECT place FROM meeting', 'SELECT title FROM meeting', 'SELECT 1 FROM content_key', 'SELECT 1 FROM agenda_item', 'SELECT 1 FROM membership', 'SELECT 1 FROM meeting_participant']) await expect(as(one.token, sql)).rejects.toThrow('permission denied');
    const insert = (outsider: string) => `INSERT INTO poll_ballot (id, poll_id, meeting_id, outsider_id, version, choices, at) VALUES (gen_random_uuid(), '${poll.id}', '${story.meetingId}', '${outsider}', 9, '{yes,yes,yes}', now())`;
    await expect(as(one.token, insert(other.outsiderId))).rejects.toThrow(/row-level security/);
    // Nor does who takes part see the answers of others, or who was asked.
    expect((await of(story.officer)).people).toBeNull();
    const seen = await askingAs({ token: story.officer.cookie.split('=')[1]!, as: 'request' }, () => server.running.app.get(UnitOfWork).run(async (tx) => [await tx.query('SELECT DISTINCT membership_id FROM poll_ballot'), await tx.query('SELECT 1 FROM poll_outsider')]));
    expect(seen).toEqual([[{ membership_id: id(story.officer) }], []]);
  });
});

describe('what is kept of a poll', () => {
  /** One who takes part and one by a link have answered. */
  const answered = async () => {
    const poll = await open();
    await done(vote((await linkFor(poll)).token, ['yes', 'no', 'no']));
    await done(answer(story.officer, poll, ['yes', 'yes', 'yes']));
    expect(await left(poll)).toEqual([1, 2]);
    return poll;
  };
  const sweep = () => server.running.app.get(PollLinks).removeOld();

  it('[PO12] outsiders and their answers are deleted thirty days after it ended, and by the rule of the database no sooner', async () => {
    const ended = await answered();
    await done(command(story.coordinator, ended, 'withdraw'));
    const over = await answered();
    const remove = () => server.running.app.get(UnitOfWork).run(async (tx) => [(await tx.query('DELETE FROM poll_outsider RETURNING id')).length, (await tx.query('DELETE FROM poll_ballot RETURNING meeting_id')).length], { as: 'keeper' });
    server.clock.advance({ hours: 30 * 24 - 1 });
    await sweep();
    expect([await remove(), await left(ended)]).toEqual([[0, 0], [1, 2]]);
    server.clock.advance({ hours: 1 });
    await sweep();
    expect([await left(ended), await left(over)]).toEqual([[0, 1], [1, 2]]);
    // Nobody has ended this one; its last day for answers was the 11th.
    server.clock.advance(server.clock.now().until('2027-01-10T23:00:00Z'));
    await sweep();
    expect(await left(over)).toEqual([0, 1]);
  });

  it('[PO12, RE1] is nothing but its times when the meeting is destroyed', async () => {
    const poll = await answered();
    await server.running.app.get(Shredding).shred({ meetingId: story.meetingId });
    expect(await left(poll)).toEqual([0, 0]);
    expect(await of(story.coordinator)).toMatchObject({ id: poll.id, answered: 0, outsiders: [] });
  });
});

describe('the choice of a time', () => {
  it('[PO8, PO9] moves the meeting in the same step, tells everybody, and ends the poll and its links', async () => {
    const { coordinator, officer, caseworker } = story;
    const poll = await open();
    const { token } = await linkFor(poll);
    const { version } = await meetingOf(coordinator, story.meetingId);
    const seen = { 'if-match': `"${version}"` };
    expect((await command(officer, poll, 'choose', { startLocal: slots[1] })).status).toBe(403);
    expect(fields(await command(coordinator, poll, 'choose', { startLocal: '2026-12-16T13:00' }))).toEqual([400, ['startLocal']]);
    const stale = await command(coordinator, poll, 'choose', { startLocal: slots[1] }, { 'if-match': `"${version - 1}"` });
    expect([stale.status, stale.body.code, (await of(coordinator)).state]).toEqual([412, 'precondition-failed', 'open']);
    const both = await Promise.all([slots[0], slots[1]].map((startLocal) => command(coordinator, poll, 'choose', { startLocal, reason: 'Flest kan' }, seen)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, expect.any(Number)]);
    const ended = await of(coordinator);
    const meeting = (await meetingOf(coordinator, story.meetingId)) as unknown as { startLocal: string; state: string; version: number };
    expect([ended.state, ended.chosenLocal, meeting.startLocal, meeting.state, meeting.version]).toEqual(['chosen', meeting.startLocal, meeting.startLocal, 'proposed', version + 1]);
    for (const who of [officer, caseworker]) expect((await notes(who)).filter((kind) => kind === 'meetingMoved')).toHaveLength(1);
    expect((await read(token)).status).toBe(404);
    for (const what of ['withdraw', 'remind', 'choose']) expect((await command(coordinator, poll, what, what === 'choose' ? { startLocal: slots[1] } : {})).status).toBe(409);
    expect((await answer(officer, poll, ['yes', 'yes', 'yes'])).status).toBe(409);
    await expect(rows(`UPDATE poll SET state = 'open', chosen_local = NULL WHERE id = $1`, [poll.id])).rejects.toThrow(/never rewritten/);
    // The next question is a new poll.
    expect((await open({ slots: ['2026-12-17T09:00', '2026-12-18T09:00'] })).state).toBe('open');
  });

  it('[PO1, PO8] calls a new meeting: a draft until then, after which everybody is invited once', async () => {
    const { coordinator, officer } = story;
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    const frame = { kindId: 'section115HandoverMeeting', title: 'Fælles møde', authorityIds: [nordsjaelland], participantMembershipIds: [id(officer)] };
    expect((await officer.post('/api/v1/polls', { ...frame, ...question })).status).toBe(403);
    expect(fields(await coordinator.post<View>('/api/v1/polls', { ...frame, ...question, slots: ['2026-11-20T09:00', slots[0]] }))).toEqual([400, ['slots.0']]);
    const { meetingId } = await done(coordinator.post<{ meetingId: string }>('/api/v1/polls', { ...frame, ...question }));
    const poll = await of(officer, meetingId);
    expect(poll).toMatchObject({ state: 'open', asked: 2, canAnswer: true });
    expect([(await stranger.get(path('', meetingId))).status, await notes(officer, meetingId)]).toEqual([404, ['pollOpened']]);
    expect(((await meetingOf(officer, meetingId)) as unknown as { state: string }).state).toBe('draft');
    await answer(officer, poll, ['yes', 'no', 'no'], 0, meetingId);
    // Also when the last day for answers is over.
    server.clock.advance(server.clock.now().until('2026-12-12T08:00:00Z'));
    const boss = await again(coordinator);
    expect((await of(boss, meetingId)).state).toBe('over');
    expect((await done(command(boss, poll, 'choose', { startLocal: slots[0] }, {}, meetingId))).poll).toMatchObject({ state: 'chosen', chosenLocal: slots[0] });
    const theirs = await again(officer);
    const called = (await meetingOf(theirs, meetingId)) as unknown as { state: string; startLocal: string; participants: { membershipId: string; partStat: string }[] };
    expect([called.state, called.startLocal]).toEqual(['proposed', slots[0]]);
    expect(new Map(called.participants.map((one) => [one.membershipId, one.partStat]))).toEqual(new Map([[id(coordinator), 'accepted'], [id(officer), 'needsAction']]));
    expect((await notes(theirs, meetingId)).sort()).toEqual(['meetingInvited', 'pollOpened']);
  });

  it('[PO9] is not needed when the poll is withdrawn, or the meeting moved or cancelled otherwise', async () => {
    const { coordinator, officer } = story;
    const poll = await open();
    expect((await done(command(coordinator, poll, 'withdraw'))).poll!.state).toBe('withdrawn');
    expect(await notes(officer)).toContain('pollWithdrawn');
    const moved = await open();
    await done(coordinator.post(`/api/v1/meetings/${story.meetingId}/move`, { startLocal: '2026-12-09T13:00', durationMinutes: 60 }));
    expect([(await of(officer)).id, (await of(officer)).state]).toEqual([moved.id, 'withdrawn']);
    const cancelled = await open();
    await done(coordinator.post(`/api/v1/meetings/${story.meetingId}/cancel`, { reason: 'Ferie' }));
    expect([(await of(officer)).id, (await of(officer)).state]).toEqual([cancelled.id, 'withdrawn']);
    expect((await coordinator.post(path(), question)).status).toBe(403);
  });

  it('[PO10] warns of a time that all refused', async () => {
    const { coordinator, caseworker, officer } = story;
    const poll = await open();
    await answer(coordinator, poll, ['no', 'yes', 'ifNeedBe']);
    await answer(caseworker, poll, ['no', 'yes', 'yes']);
    expect((await of(officer)).slots.map(({ isRefused }) => isRefused)).toEqual([false, false, false]);
    await answer(officer, poll, ['no', 'yes', 'no']);
    const { slots: seen } = await of(coordinator);
    expect(seen.map(({ isRefused, isBest, quorum }) => [isRefused, isBest, quorum!.met])).toEqual([[true, false, false], [false, true, true], [false, false, false]]);
  });
});

describe('what a poll holds', () => {
  const holds = async (who: Browser) => (await done(who.get<{ holds: { meetingId: string; startLocal: string }[] }>('/api/v1/holds?from=2027-01-01T00:00:00Z&to=2027-02-01T00:00:00Z'))).holds.map((one) => one.startLocal);
  /** What another coordinator of the police finds of the officer's time; of the municipality's own people. */
  const asked = async (who: Browser, about: Browser, date: string) => {
    await server.running.app.get(DomainEvents).idle();
    const body = { kindId: 'section115HandoverMeeting', required: [id(who)], optional: [id(about)], durationMinutes: 240, fromDate: date, toDate: date, earliest: '08:00', latest: '16:00', quorate: false };
    const { times } = await done(who.post<{ times: { startLocal: string; people: { membershipId: string; availability: string }[] }[] }>('/api/v1/find-time', body));
    return times[0]!.people.find((one) => one.membershipId === id(about))!.availability;
  };

  it('[PO11, FT2] is shown to its people, and takes their time in the searches of others until the poll ends or its last day is over', async () => {
    const { coordinator, officer } = story;
    const meetingId = story.series.occurrences[2]!.meetingId!;
    expect(await connectEmptyCalendar(officer)).toBe(200);
    // All of the day: whoever is held cannot come.
    const whole = { slots: ['2027-01-11T08:00', '2027-01-12T08:00'], durationMinutes: 480 };
    const [foreign, police] = [await server.signIn({ authorityId: boernehusHovedstaden, role: 'coordinator' }), await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' })];
    expect([await asked(foreign, officer, '2027-01-12'), await holds(officer)]).toEqual(['can', []]);
    const poll = await open(whole, meetingId);
    expect(await holds(officer)).toEqual(whole.slots);
    expect(await holds(foreign)).toEqual([]);
    // A colleague is told that it is not settled; across the border nothing is said of what she has said nothing about.
    expect([await asked(foreign, officer, '2027-01-12'), await asked(police, officer, '2027-01-12')]).toEqual(['unknown', 'unsettled']);
    // The meeting's own search does not mind its holds.
    const own = await done(coordinator.post<{ times: { startLocal: string }[] }>(`/api/v1/meetings/${meetingId}/find-time`, { required: [id(officer)], durationMinutes: 60, fromDate: '2027-01-12', toDate: '2027-01-12', quorate: false }));
    expect(own.times).toHaveLength(1);
    // What she has refused is hers again.
    await answer(officer, poll, ['no', 'yes'], undefined, meetingId);
    expect([await holds(officer), await asked(foreign, officer, '2027-01-11'), await asked(foreign, officer, '2027-01-12')]).toEqual([whole.slots.slice(1), 'can', 'cannot']);
    await done(command(coordinator, poll, 'withdraw', {}, {}, meetingId));
    expect([await holds(officer), await asked(foreign, officer, '2027-01-12')]).toEqual([[], 'can']);

    // It ends by itself, and nobody has to say so.
    await open({ ...whole, answerBy: '2026-11-23' }, meetingId);
    expect(await asked(foreign, officer, '2027-01-12')).toBe('unknown');
    server.clock.advance(server.clock.now().until('2026-11-23T23:00:00Z'));
    const [other, theirs] = [await again(foreign), await again(officer)];
    expect([await asked(other, theirs, '2027-01-12'), await holds(theirs)]).toEqual(['can', []]);
  });

  it('[PO6, PO11, AC50] is not the time of who takes part at another time, nor is she asked', async () => {
    const { coordinator, officer } = story;
    const meetingId = story.series.occurrences[2]!.meetingId!;
    expect(await connectEmptyCalendar(officer)).toBe(200);
    const foreign = await server.signIn({ authorityId: boernehusHovedstaden, role: 'coordinator' });
    const poll = await open({ slots: ['2027-01-18T08:00', '2027-01-19T08:00'], durationMinutes: 480 }, meetingId);
    await done(answer(officer, poll, ['yes', 'yes'], undefined, meetingId));
    const between = async (from: string | null, to: string | null) => {
      await rows('UPDATE meeting_participant SET valid_from = $3, valid_to = $4 WHERE meeting_id = $1 AND membership_id = $2', [meetingId, id(officer), from, to]);
      server.running.app.get(DomainEvents).emitHere('elsewhere.missed', { isMuch: false });
    };
    // The days of this test alone: she is held by the polls of others.
    const held = async () => (await holds(officer)).filter((one) => one >= '2027-01-18');
    const days = async (who = foreign) => [await asked(who, officer, '2027-01-18'), await asked(who, officer, '2027-01-19')];
    expect(await days()).toEqual(['cannot', 'cannot']);
    await between(null, '2027-01-19T06:00:00Z');
    expect([await days(), await held()]).toEqual([['cannot', 'can'], ['2027-01-18T08:00']]);
    expect(await of(coordinator, meetingId)).toMatchObject({ asked: 3, answered: 1 });
    // It has not begun: she is neither asked nor counted, until it does, of which nobody tells.
    await between('2026-11-24T00:00:00Z', null);
    expect([await days(), await held()]).toEqual([['can', 'can'], []]);
    const without = await of(coordinator, meetingId);
    expect(without).toMatchObject({ asked: 2, answered: 0 });
    expect(without.people!.map(({ person }) => person.membershipId)).not.toContain(id(officer));
    server.clock.advance(server.clock.now().until('2026-11-24T00:00:00Z'));
    const [other, boss] = [await again(foreign), await again(coordinator)];
    expect([await days(other), await of(boss, meetingId)]).toMatchObject([['cannot', 'cannot'], { asked: 3, answered: 1 }]);
    await between(null, '2026-11-23T00:00:00Z');
    expect([await days(other), await of(boss, meetingId)]).toMatchObject([['can', 'can'], { asked: 2, answered: 0 }]);
  });
});
