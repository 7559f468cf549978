import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { Shredding } from '@lib/retention/shredding.service.js';
import { meetingOf, newSeries, openItems, section115, type Series } from './support/story.js';
import { aKey, boernehusHovedstaden, eksempelby, TestServer, type Browser } from './support/test-server.js';
import { until } from './support/writer.js';

interface Proposal {
  id: string;
  title: string | null;
  state: string;
  proposedBy: { name: string };
  answeredBy: { name: string } | null;
  answer: string | null;
  itemId: string | null;
  canAnswer: boolean;
  canWithdraw: boolean;
}
interface View {
  canPropose: boolean;
  proposals: Proposal[];
  code?: string;
  errors?: { field: string }[];
}

const canary = 'Kanariefugl ved hallen';

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await section115(server)));

const path = (rest = '', meetingId = story.meetingId) => `/api/v1/meetings/${meetingId}/proposals${rest}`;
const propose = (who: Browser, changes: object = {}, headers: Record<string, string> = {}) => who.post<View>(path(), { title: canary, plannedMinutes: 15, outputType: 'discussion', ...changes }, headers);
const of = async (who: Browser) => (await who.get<View>(path())).body;
const proposed = async (who: Browser) => (await propose(who)).body.proposals.at(-1)!;
const answer = (who: Browser, id: string, how: 'accept' | 'decline' | 'withdraw', body: object = {}) => who.post<View>(path(`/${id}/${how}`), body);
const notes = async (who: Browser) =>
  (await who.get<{ notifications: { kind: string; about: string | null; itemId: string | null; meeting: { id: string } | null }[] }>('/api/v1/notifications')).body.notifications.filter((one) => one.meeting?.id === story.meetingId);
const rows = <Row>(sql: string, parameters: unknown[] = []) => server.unitOfWork.run((tx) => tx.query<Row>(sql, parameters));

describe('a proposal for the agenda', () => {
  it('[AC32, AC33, MT80, MT84] is seen by its proposer and the coordinators alone, at once; whoever else takes part hears nothing', async () => {
    const { coordinator, caseworker, officer } = story;
    const listen = async (who: Browser) => {
      const heard: string[] = [];
      const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: server.origin }, reconnection: false, forceNew: true });
      socket.onAny((name: string) => heard.push(name));
      await new Promise<void>((resolve, reject) => void socket.once('connect', () => resolve()).once('connect_error', reject));
      return { socket, heard };
    };
    const [hers, others] = [await listen(coordinator), await listen(caseworker)];
    const made = await propose(officer);
    expect([made.status, made.body.canPropose, made.body.proposals]).toEqual([201, true, [expect.objectContaining({ title: canary, state: 'waiting', canAnswer: false, canWithdraw: true })]]);
    await until('the coordinator is told', () => hers.heard.includes('meeting.changed') && hers.heard.includes('notification.changed'));
    expect(others.heard).toEqual([]);
    for (const { socket } of [hers, others]) socket.close();

    expect(await of(coordinator)).toMatchObject({ canPropose: false, proposals: [{ title: canary, canAnswer: true, canWithdraw: false, proposedBy: { name: officer.person.name } }] });
    expect(await of(caseworker)).toEqual({ canPropose: true, proposals: [] });
    expect((await notes(coordinator)).filter((one) => one.kind === 'itemProposed')).toEqual([expect.objectContaining({ about: null, itemId: null })]);
    expect((await notes(caseworker)).filter((one) => one.kind === 'itemProposed')).toEqual([]);
    const [row] = await rows<{ title: Uint8Array }>('SELECT title FROM item_proposal WHERE id = $1', [made.body.proposals[0]!.id]);
    expect(Buffer.from(row!.title).includes('Kanariefugl')).toBe(false);
    // [AC93] Who was shown it is on record, under the id of the item that it becomes.
    const shown = await rows<{ kind: string }>('SELECT kind FROM trail_entry WHERE person_id = $1 AND $2 = ANY (item_ids)', [coordinator.person.id, made.body.proposals[0]!.id]);
    expect(shown.map((one) => one.kind)).toContain('list');
  });

  it('[MT80] takes no CPR number, is made once however often it is sent, and not once the agenda is out', async () => {
    const { coordinator, officer } = story;
    const refused = await propose(officer, { title: 'Om 010190-1234' });
    expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([400, 'title']);
    const key = aKey();
    for (const _ of [1, 2]) expect((await propose(officer, {}, key)).body.proposals).toHaveLength(1);
    const { version } = await meetingOf(coordinator, story.meetingId) as unknown as { version: number };
    await coordinator.send('POST', `/api/v1/meetings/${story.meetingId}/agenda/publish`, {}, { 'if-match': `"${version}"` });
    expect((await of(officer)).canPropose).toBe(false);
    expect([(await propose(officer)).status, (await of(officer)).proposals.length]).toEqual([409, 1]);
    // What waits can still be taken in.
    expect((await answer(coordinator, (await of(coordinator)).proposals[0]!.id, 'accept')).status).toBe(200);
  });

  it('[AC33] of a case is kept from coordinators whose sector its basis does not admit', async () => {
    const { coordinator, officer } = story;
    const barnahus = await server.signIn({ authorityId: boernehusHovedstaden, role: 'coordinator' });
    const { body: series } = await coordinator.post<Series>('/api/v1/series', newSeries([officer.person.membershipId, barnahus.person.membershipId], { authorityIds: [officer.person.authority.id, boernehusHovedstaden] }));
    const meetingId = series.occurrences[0]!.meetingId!;
    const { body } = await officer.post<View>(path('', meetingId), { title: canary, plannedMinutes: 5, outputType: 'decision', legalBasisId: 'rpl-115-1-1' });
    expect((await coordinator.get<View>(path('', meetingId))).body.proposals).toHaveLength(1);
    expect((await barnahus.get<View>(path('', meetingId))).body.proposals).toEqual([]);
    for (const how of ['accept', 'decline', 'withdraw']) expect((await barnahus.post(path(`/${body.proposals[0]!.id}/${how}`, meetingId), how === 'decline' ? { word: 'Nej' } : {})).status).toBe(404);
    expect((await notes(barnahus)).filter((one) => one.kind === 'itemProposed')).toEqual([]);
  });

  it('[AC34] [MT81, MT83] is taken in at a place and for an audience, once; its words are the item’s from then on', async () => {
    const { coordinator, caseworker, officer } = story;
    const { id } = await proposed(officer);
    const [first] = openItems(await meetingOf(coordinator, story.meetingId));
    for (const _ of [1, 2]) expect((await answer(coordinator, id, 'accept', { afterItemId: first!.item.id, authorityIds: [eksempelby] })).status).toBe(200);
    const items = openItems(await meetingOf(coordinator, story.meetingId)).map(({ item }) => item);
    expect(items.filter((item) => item.title === canary).map((item) => item.id)).toEqual([id]);
    expect(items.findIndex((item) => item.id === id)).toBe(1);
    expect([(await caseworker.get(`/api/v1/items/${id}`)).status, (await officer.get(`/api/v1/items/${id}`)).status]).toEqual([200, 404]);
    // The proposer stands outside: she is told that it was taken in, and nothing more of the item.
    expect((await of(officer)).proposals).toEqual([expect.objectContaining({ state: 'accepted', title: null, itemId: null, answeredBy: expect.objectContaining({ name: coordinator.person.name }) })]);
    expect((await of(coordinator)).proposals).toEqual([]);
    expect((await notes(officer)).filter((one) => one.kind === 'proposalAccepted')).toEqual([expect.objectContaining({ about: null, itemId: null })]);
    expect([(await answer(officer, id, 'withdraw')).status, (await answer(coordinator, id, 'decline', { word: 'Nej' })).status]).toEqual([409, 404]);
    // Destroyed with its item, it can be read by nobody.
    await server.running.app.get(Shredding).shred({ itemId: id });
    expect(await rows('SELECT 1 FROM content_key WHERE scope_id = $1', [id])).toEqual([]);
  });

  it('[MT82] is declined with a word, to the proposer alone and never changed', async () => {
    const { coordinator, caseworker, officer } = story;
    const { id } = await proposed(officer);
    expect((await answer(coordinator, id, 'decline', { word: ' ' })).status).toBe(400);
    await answer(coordinator, id, 'decline', { word: 'Det tager vi på temadagen.' });
    expect((await of(officer)).proposals).toEqual([expect.objectContaining({ state: 'declined', title: canary, answer: 'Det tager vi på temadagen.', canWithdraw: false })]);
    expect((await of(caseworker)).proposals).toEqual([]);
    expect((await answer(coordinator, id, 'accept')).status).toBe(409);
    await expect(rows(`UPDATE item_proposal SET answer = NULL WHERE id = $1`, [id])).rejects.toThrow(/never rewritten/);
    // [RE1] With the meeting goes what never became an item.
    await server.running.app.get(Shredding).shred({ meetingId: story.meetingId });
    expect((await of(officer)).proposals[0]!.title).toMatch(/^Indholdet er slettet/);
  });

  it('[AC34] [MT83] is taken back by its proposer while it waits', async () => {
    const { coordinator, officer } = story;
    const { id } = await proposed(officer);
    expect((await answer(officer, id, 'withdraw')).body.proposals).toEqual([expect.objectContaining({ state: 'withdrawn' })]);
    expect((await of(coordinator)).proposals).toEqual([]);
    expect((await answer(coordinator, id, 'accept')).status).toBe(404);
  });
});
