import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plainText, type RichText } from '@lib/contracts/rich-text.js';
import { io, type Socket } from 'socket.io-client';
import { consultation, documentOf, narrow } from './support/minutes-story.js';
import { meetingOf, openItems } from './support/story.js';
import { TestServer, taenktby, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

interface Preparations {
  own: { documentId: string | null; answer: string; version: number; canWrite: boolean; canAnswer: boolean };
  sides: { authority: { id: string; name: string }; answer: string; releasedAt: string | null; releasedBy: string | null; text: RichText | null }[];
}
interface Outlook {
  meetings: { meetingId: string; own: { asked: number; answered: number }; sides: { authority: { id: string }; asked: number; answered: number }[] }[];
}

const canary = 'Kanariefugl fra politiets forberedelse';

let server: TestServer;
let story: Awaited<ReturnType<typeof meetingAhead>>;
let item: ReturnType<typeof openItems>[number]['item'];
const open: Writer[] = [];
const sockets: Socket[] = [];
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await meetingAhead();
  item = story.items.find((one) => one.legalBasis !== null)!;
});
afterEach(() => {
  for (const writer of open.splice(0)) writer.close();
  for (const socket of sockets.splice(0)) socket.close();
});

/** A consultation in an hour, whose agenda is still being built. */
async function meetingAhead() {
  const all = await consultation(server);
  server.clock.advance({ hours: -2 });
  return all;
}

const of = async (who: Browser, itemId = item.id) => {
  const answer = await who.get<Preparations>(`/api/v1/items/${itemId}/preparations`);
  expect(answer.status).toBe(200);
  return answer.body;
};
const begin = async (who: Browser, itemId = item.id) => (await who.put<Preparations>(`/api/v1/items/${itemId}/preparations/own`, {})).body.own.documentId!;
const say = (who: Browser, answer: string, version?: number, itemId = item.id) =>
  who.post<Preparations & { code: string }>(`/api/v1/items/${itemId}/preparations/own/answer`, { answer }, version === undefined ? {} : { 'if-match': `"${version}"` });
const sideOf = (view: Preparations, who: Browser) => view.sides.find((side) => side.authority.id === who.person.authority.id);

/** Writes into the preparation of somebody's authority, stored. */
async function prepare(who: Browser, text: string, itemId = item.id): Promise<string> {
  const documentId = await begin(who, itemId);
  const writer = await Writer.open(who, documentId, 'agenda');
  open.push(writer);
  writer.type(text);
  await until('stored', () => writer.stored.includes(text));
  return documentId;
}

const ticket = (who: Browser, documentId: string) => who.post<unknown>(`/api/v1/documents/${documentId}/ticket`);
const normal = ({ status, body }: { status: number; body: unknown }) => [status, JSON.stringify(body)];

describe('the preparation of an item', () => {
  it('[AC70, PR1] is one document for all of an authority, opened by them and by nobody else, as if it were not there', async () => {
    const documentId = await prepare(story.officer, canary);
    expect(await begin(story.police)).toBe(documentId);
    const colleague = await Writer.open(story.police, documentId, 'agenda');
    open.push(colleague);
    expect(colleague.text.toString()).toBe(canary);
    const missing = await ticket(story.coordinator, '01890000-0000-7000-8000-000000000000');
    for (const who of [story.coordinator, story.caseworker, story.psychologist]) expect(normal(await ticket(who, documentId))).toEqual(normal(missing));
    expect(normal(await story.coordinator.post(`/api/v1/documents/${documentId}/not-cpr`, { number: '010190-1234' }))).toEqual(normal(missing));
  });

  it('[PR1] begun by two colleagues at once is the same one', async () => {
    expect(new Set(await Promise.all([begin(story.officer), begin(story.police), begin(story.officer)])).size).toBe(1);
  });

  it('[AC71] tells the others nothing before it is released: neither that it is written, nor when, nor how much', async () => {
    const before = JSON.stringify(await of(story.coordinator));
    const agenda = JSON.stringify(await documentOf(story.coordinator, story.meetingId, 'agenda'));
    const outlook = JSON.stringify((await story.coordinator.get('/api/v1/preparations')).body);
    const heard: string[] = [];
    const foreign = await live(story.coordinator, heard);
    const own: string[] = [];
    await live(story.police, own);
    await prepare(story.officer, canary);
    await until('its own hear of it', () => own.some((event) => event.includes(item.id)));
    expect(JSON.stringify(await of(story.coordinator))).toBe(before);
    expect(JSON.stringify(await documentOf(story.coordinator, story.meetingId, 'agenda'))).toBe(agenda);
    expect(JSON.stringify((await story.coordinator.get('/api/v1/preparations')).body)).toBe(outlook);
    // What is told to everybody comes after what was told, and was not, before.
    expect((await story.police.put(`/api/v1/meetings/${story.meetingId}/attendance`, { entries: [{ membershipId: story.police.person.membershipId, state: 'present' }] })).status).toBe(200);
    await until('the foreign socket is alive', () => heard.some((event) => event.startsWith('meeting.changed')));
    expect(heard.filter((event) => event.includes(item.id))).toEqual([]);
    foreign.close();
    const pages = await Promise.all(
      [`items/${item.id}/preparations`, `meetings/${story.meetingId}`, `meetings/${story.meetingId}/documents/agenda.html`, `meetings/${story.meetingId}/documents/minutes.html`, `meetings/${story.meetingId}/documents/minutes.json`].map(async (way) => JSON.stringify((await story.coordinator.get(`/api/v1/${way}`)).body)),
    );
    for (const page of pages) expect(page).not.toContain('Kanariefugl');
  });

  it('[AC71] does not touch the title of its item', async () => {
    const title = item.title;
    await prepare(story.officer, canary);
    const item2 = await Writer.open(story.officer, item.documentId);
    open.push(item2);
    item2.type(' igen');
    for (let n = 0; n < 400; n++) {
      const now = openItems(await meetingOf(story.coordinator, story.meetingId)).find((entry) => entry.item.id === item.id)!.item.title;
      if (now === `${title} igen`) return;
      expect(now).toBe(title);
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error('the title never came');
  });

  it('[AC71, AC72, PR3] is read by all readers of the item once it is released, with who and when, and is frozen', async () => {
    const documentId = await prepare(story.officer, canary);
    const writer = open[0]!;
    const answer = await say(story.police, 'released', 0);
    expect([answer.status, answer.body.own.answer, answer.body.own.canWrite]).toEqual([200, 'released', false]);
    const seen = sideOf(await of(story.coordinator), story.officer)!;
    expect([seen.answer, seen.releasedBy, plainText(seen.text!)]).toEqual(['released', story.police.person.name, canary]);
    writer.type(' og mere');
    await until('refused', () => writer.refusals.includes('document-frozen') || writer.closes.length > 0);
    expect(plainText(sideOf(await of(story.psychologist), story.officer)!.text!)).toBe(canary);
    // Also now the document itself is its own's alone.
    expect((await ticket(story.coordinator, documentId)).status).toBe(404);
  });

  it('[AC71] is not betrayed by a CPR number that was taken out of it: its own coordinators are told, and no others', async () => {
    await prepare(story.officer, 'Barnet 020290 5678 bor hos moren');
    const told = async (who: Browser) => (await who.get<{ notifications: { kind: string; itemId?: string }[] }>('/api/v1/notifications')).body.notifications.filter((one) => one.kind === 'cprFound' && one.itemId === item.id).length;
    for (const end = Date.now() + 20_000; (await told(story.police)) === 0; await new Promise((done) => setTimeout(done, 20))) expect(Date.now()).toBeLessThan(end);
    expect(await told(story.coordinator)).toBe(0);
  });

  it('[AC93] leaves an entry with whoever is shown released words, also where they stand in memory already', async () => {
    await prepare(story.officer, canary);
    await say(story.officer, 'released');
    await of(story.psychologist);
    const [before] = await server.unitOfWork.run((tx) => tx.query<{ n: string }>('SELECT max(number) AS n FROM trail_entry'));
    await of(story.psychologist);
    const entries = await server.unitOfWork.run((tx) => tx.query('SELECT person_id, kind, item_ids FROM trail_entry WHERE number > $1', [before!.n]));
    expect(entries).toEqual([{ person_id: story.psychologist.person.id, kind: 'read', item_ids: [item.id] }]);
  });

  it('[AC72, PR4] is taken back before the meeting begins, and not after', async () => {
    await prepare(story.officer, canary);
    expect((await say(story.officer, 'released')).status).toBe(200);
    expect((await say(story.officer, 'open')).status).toBe(200);
    const hidden = sideOf(await of(story.coordinator), story.officer)!;
    expect(hidden).toMatchObject({ answer: 'open', releasedAt: null, releasedBy: null, text: null });
    const again = await Writer.open(story.officer, (await of(story.officer)).own.documentId!, 'agenda');
    open.push(again);
    again.type('. Ny viden');
    await until('stored', () => again.stored.length === 1);
    expect((await say(story.officer, 'released')).status).toBe(200);
    server.clock.advance({ hours: 2 });
    try {
      expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/agenda/start`, {})).status).toBe(200);
      const late = await say(story.officer, 'open');
      expect([late.status, late.body.code]).toEqual([409, 'transition-refused']);
      expect(plainText(sideOf(await of(story.coordinator), story.officer)!.text!)).toBe(`${canary}. Ny viden`);
      // Whoever has not answered yet still may.
      expect((await say(story.psychologist, 'orally')).status).toBe(200);
    } finally {
      server.clock.advance({ hours: -2 });
    }
  });

  it.each([['orally'], ['nothing']])('[AC72] is answered without a reason: %s; its words stay its own and can be written on', async (answer) => {
    await prepare(story.officer, canary);
    expect((await say(story.officer, answer)).status).toBe(200);
    const seen = sideOf(await of(story.coordinator), story.officer)!;
    expect(seen).toEqual({ authority: expect.objectContaining({ id: story.officer.person.authority.id }), answer, releasedAt: null, releasedBy: null, text: null });
    expect((await of(story.officer)).own.canWrite).toBe(true);
    open[0]!.type(' – til eget brug');
    await until('stored', () => open[0]!.stored.length === 2);
    expect(JSON.stringify((await story.coordinator.get(`/api/v1/items/${item.id}/preparations`)).body)).not.toContain('Kanariefugl');
  });

  it('[PR3, PR5] is not released empty, nor over a colleague’s answer', async () => {
    const empty = await say(story.officer, 'released');
    expect([empty.status, empty.body.code]).toEqual([409, 'transition-refused']);
    expect((await say(story.officer, 'orally', 0)).status).toBe(200);
    expect((await say(story.police, 'nothing', 0)).status).toBe(412);
    expect((await of(story.police)).own).toMatchObject({ answer: 'orally', version: 1 });
    const events = await server.unitOfWork.run((tx) => tx.query<{ answer: string }>('SELECT e.answer FROM preparation_event e JOIN preparation p ON p.id = e.preparation_id WHERE p.item_id = $1', [item.id]));
    expect(events).toEqual([{ answer: 'orally' }]);
    await expect(server.unitOfWork.run((tx) => tx.query('DELETE FROM preparation_event'))).rejects.toThrow(/append-only/);
  });

  it('[AC70] is lost with the item, in an open document too, and answers like nothing to whoever is outside', async () => {
    const documentId = await prepare(story.officer, canary);
    await narrow(story.coordinator, item.id, [story.coordinator.person.authority.id]);
    await until('closed', () => open[0]!.closes.length > 0);
    expect((await ticket(story.officer, documentId)).status).toBe(404);
    const outsider = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    for (const who of [story.officer, outsider]) {
      expect((await who.get(`/api/v1/items/${item.id}/preparations`)).status).toBe(404);
      expect((await who.put(`/api/v1/items/${item.id}/preparations/own`, {})).status).toBe(404);
      expect((await say(who, 'nothing')).status).toBe(404);
    }
    // Of an authority that left without a word nothing stays to be seen.
    expect(sideOf(await of(story.coordinator), story.officer)).toBeUndefined();
  });

  it('[PR7] is found by its own, and by the others when it is released', async () => {
    const hits = async (who: Browser) => {
      const answer = await who.post<{ groups: { kind: string; total: number; hits: { itemId: string }[] }[] }>('/api/v1/search', { query: 'gærdesmutte' });
      return answer.body.groups.flatMap((group) => group.hits.map((hit) => [group.kind, hit.itemId])).filter(([, id]) => id === item.id);
    };
    await prepare(story.officer, 'Gærdesmutte i politiets forberedelse');
    expect(await hits(story.police)).toEqual([['preparation', item.id]]);
    expect(await hits(story.coordinator)).toEqual([]);
    expect((await say(story.officer, 'released')).status).toBe(200);
    expect(await hits(story.coordinator)).toEqual([['preparation', item.id]]);
    expect((await say(story.officer, 'open')).status).toBe(200);
    expect(await hits(story.coordinator)).toEqual([]);
  });

  it('[CO80] is freed from CPR numbers as every document is', async () => {
    const documentId = await prepare(story.officer, 'Barnet 010190-1234 bor her');
    const reader = await Writer.open(story.police, documentId, 'agenda');
    open.push(reader);
    await until('masked', () => reader.text.toString() === 'Barnet [CPR-nummer fjernet] bor her');
  });

  it('[DO13] stands in the agenda once it is released, in every format, and never in minutes', async () => {
    await prepare(story.officer, canary);
    await prepare(story.psychologist, 'Kanariefugl fra børnehuset');
    expect((await say(story.officer, 'released')).status).toBe(200);
    expect((await say(story.psychologist, 'orally')).status).toBe(200);
    const entry = (await documentOf(story.coordinator, story.meetingId, 'agenda')).items.find((one) => !one.closed && one.id === item.id)!;
    if (entry.closed) throw new Error('the item is closed');
    expect(entry.preparations!.map(({ answer, text }) => [answer, plainText(text)])).toEqual(
      expect.arrayContaining([
        ['released', canary],
        ['orally', ''],
      ]),
    );
    const html = (await story.coordinator.get<string>(`/api/v1/meetings/${story.meetingId}/documents/agenda.html`)).body;
    expect(html).toContain(canary);
    expect(html).toContain('kun mundtligt');
    expect(html).not.toContain('Kanariefugl fra børnehuset');
    for (const way of ['minutes.html', 'minutes.json']) expect(JSON.stringify((await story.coordinator.get(`/api/v1/meetings/${story.meetingId}/documents/${way}`)).body)).not.toContain('Kanariefugl');
    // Frozen minutes leave it alone.
    server.clock.advance({ hours: 2 });
    try {
      expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/agenda/start`, {})).status).toBe(200);
      expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/agenda/close`, {})).status).toBe(200);
      expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/minutes/send`)).status).toBe(200);
      expect((await of(story.psychologist)).own).toMatchObject({ canWrite: true, canAnswer: false });
      expect((await say(story.psychologist, 'nothing')).status).toBe(403);
    } finally {
      server.clock.advance({ hours: -2 });
    }
  });

  it('[PR6] is counted for whoever still owes an answer, over items about a person that she reads', async () => {
    const asked = story.items.filter((one) => one.legalBasis !== null).length;
    const mine = async (who: Browser) => (await who.get<Outlook>('/api/v1/preparations')).body.meetings.find((one) => one.meetingId === story.meetingId)!;
    expect((await mine(story.officer)).own.answered).toBe(0);
    const before = (await mine(story.officer)).own.asked;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThanOrEqual(asked);
    expect((await say(story.officer, 'nothing')).status).toBe(200);
    expect((await mine(story.police)).own).toEqual({ asked: before, answered: 1 });
    const seen = (await mine(story.coordinator)).sides;
    expect(seen.find((side) => side.authority.id === story.officer.person.authority.id)).toMatchObject({ asked: before, answered: 1 });
    await narrow(story.coordinator, item.id, [story.coordinator.person.authority.id]);
    expect((await mine(story.officer))?.own ?? { asked: 0 }).toMatchObject({ asked: before - 1 });
  });

  it('[CO40] is sealed with the key of its item', async () => {
    const documentId = await prepare(story.officer, canary);
    const rows = await server.unitOfWork.run((tx) => tx.query<{ payload: Uint8Array; item_id: string }>('SELECT u.payload, d.item_id FROM yjs_update u JOIN yjs_document d ON d.id = u.document_id WHERE d.id = $1', [documentId]));
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.every((row) => row.item_id === item.id && !Buffer.from(row.payload).includes('Kanariefugl'))).toBe(true);
  });
});

async function live(who: Browser, heard: string[]): Promise<Socket> {
  const socket = io(server.origin, { path: '/live', transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: server.origin } });
  socket.onAny((name: string, payload: unknown) => void heard.push(`${name} ${JSON.stringify(payload)}`));
  sockets.push(socket);
  await until('connected', () => socket.connected);
  return socket;
}
