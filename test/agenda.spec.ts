import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { itemStates } from '@lib/contracts/enums.js';
import { livePath } from '@lib/contracts/live.js';
import { itemMayBecome } from '@lib/meetings/agenda.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { documentOf } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems, endless, section115, type Meeting, type OutlineItem } from './support/story.js';
import { aKey, boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, type Answer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

interface Refusal {
  code: string;
  errors: { field: string }[];
}
interface Item extends Refusal {
  id: string;
  title: string;
  documentId: string;
  meetingId: string;
  parentId: string | null;
  caseReference: string | null;
  ledBy: string;
  leadMembershipId: string | null;
  section: string | null;
  plannedMinutes: number;
  state: string;
  version: number;
  canChange: boolean;
  canWrite: boolean;
  canAddCase: boolean;
  changedSincePublished: boolean;
  change: { kind: string; by: { name: string }; reason: string | null } | null;
  legalBasis: { id: string } | null;
  carriedFrom: { itemId: string; meetingId: string } | null;
  carriedTo: { itemId: string; meetingId: string } | null;
  audience: { kind: string; authorities: { id: string }[]; persons: { id: string }[] };
}
interface Agenda extends Refusal {
  id: string;
  version: number;
  state: string;
  agendaState: string;
  published: { by: { name: string } } | null;
  plannedMinutes: number;
  outline: ((OutlineItem & { item: Item }) | { closed: true; parentId: string | null; startInstant: string; endInstant: string })[];
  withdrawn: Item[];
}
interface Carried extends Refusal {
  items: { itemId: string; newItemId: string | null; refusal: string | null }[];
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let meetings: string[];
beforeAll(async () => {
  server = await TestServer.start();
  story = await section115(server, endless);
  meetings = story.series.occurrences.flatMap((one) => one.meetingId ?? []);
}, 90_000);
afterAll(() => server.stop());

const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });
const agendaOf = async (browser: Browser, id: string): Promise<Agenda> => (await meetingOf(browser, id)) as Meeting & Agenda;
const itemsOf = async (browser: Browser, id: string): Promise<Item[]> => openItems((await agendaOf(browser, id)) as never).map((entry) => entry.item as unknown as Item);
const titles = async (browser: Browser, id: string) => (await itemsOf(browser, id)).map((item) => item.title);
const move = (browser: Browser, id: string, to: object) => browser.post<Item>(`/api/v1/items/${id}/move`, to);
const frameOf = (changes: object = {}) => ({ ledBy: 'mødeleder', leadMembershipId: null, plannedMinutes: 10, outputType: 'discussion', section: null, mandatory: false, legalBasisId: 'rpl-115-1-1', ...changes });
const setFrame = (browser: Browser, id: string, frame: object, version?: number) => browser.send<Item>('PUT', `/api/v1/items/${id}/frame`, frame, version === undefined ? {} : ifMatch(version));
const setState = (browser: Browser, id: string, state: object, version?: number) => browser.send<Item>('PUT', `/api/v1/items/${id}/state`, state, version === undefined ? {} : ifMatch(version));
const addCase = (browser: Browser, listId: string, body: object, headers = {}) => browser.post<Item>(`/api/v1/items/${listId}/cases`, body, headers);
const addItem = async (browser: Browser, meetingId: string, title: string) => (await browser.post<Item>(`/api/v1/meetings/${meetingId}/items`, { title, plannedMinutes: 10, outputType: 'discussion' })).body;
const step = (browser: Browser, meetingId: string, name: string, version?: number) => browser.post<Agenda>(`/api/v1/meetings/${meetingId}/agenda/${name}`, {}, version === undefined ? {} : ifMatch(version));
const restrict = (browser: Browser, itemId: string, authorityIds: string[], personIds: string[] = []) => browser.put<Item>(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds, personIds, disclosureReason: 'De skal bruge det på mødet.' });
const fields = (answer: Answer<Refusal>) => answer.body.errors.map((error) => error.field);

async function listen(browser: Browser): Promise<{ heard: string[]; socket: Socket }> {
  const heard: string[] = [];
  const socket = io(browser.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: browser.cookie, origin: browser.origin } });
  socket.on('meeting.changed', ({ meetingId }: { meetingId: string }) => heard.push(`meeting ${meetingId}`));
  socket.on('item.changed', ({ itemId }: { itemId: string }) => heard.push(`item ${itemId}`));
  await new Promise<void>((done) => socket.once('connect', done));
  return { heard, socket };
}

describe('the order of an agenda', () => {
  it('[MT30, MT31] is changed beside a neighbour, live for all, and the times follow', async () => {
    const { coordinator, officer } = story;
    const id = meetings[0]!;
    const before = await itemsOf(coordinator, id);
    const { heard, socket } = await listen(officer);
    expect((await move(coordinator, before[6]!.id, { afterItemId: before[0]!.id })).status).toBe(200);
    await until('the officer hears of it', () => heard.includes(`meeting ${id}`));
    socket.disconnect();
    const order = [0, 6, 1, 2, 3, 4, 5].map((n) => before[n]!.title);
    expect(await titles(officer, id)).toEqual(order);
    const after = await agendaOf(officer, id);
    const entries = openItems(after as never);
    expect(entries.map((entry) => entry.number)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(entries.slice(1).map((entry) => entry.startInstant)).toEqual(entries.slice(0, -1).map((entry) => entry.endInstant));

    await move(coordinator, before[6]!.id, { beforeItemId: null });
    await move(coordinator, before[1]!.id, { afterItemId: null });
    expect(await titles(officer, id)).toEqual([1, 0, 2, 3, 4, 5, 6].map((n) => before[n]!.title));
    await move(coordinator, before[1]!.id, { beforeItemId: before[2]!.id });
  });

  it('[MT31] takes two at once: both stand where they were put', async () => {
    const { coordinator } = story;
    const id = meetings[1]!;
    const before = await itemsOf(coordinator, id);
    const answers = await Promise.all([
      move(coordinator, before[5]!.id, { afterItemId: before[0]!.id }),
      move(coordinator, before[6]!.id, { afterItemId: before[0]!.id }),
      move(coordinator, before[1]!.id, { beforeItemId: null }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const after = (await itemsOf(coordinator, id)).map((item) => before.findIndex((one) => one.id === item.id));
    expect([after[0], after.slice(1, 3).sort(), after.slice(3)]).toEqual([0, [5, 6], [2, 3, 4, 1]]);
  });

  it('[MT31] leaves closed items where they are, and does not tell of them', async () => {
    const { coordinator, officer, caseworker } = story;
    const id = meetings[2]!;
    const items = await itemsOf(coordinator, id);
    await restrict(coordinator, items[1]!.id, [eksempelby]);
    await restrict(coordinator, items[3]!.id, [nordsjaelland], [coordinator.person.id]);
    // The last one right behind the closed one of the two that the officer cannot see.
    await move(coordinator, items[6]!.id, { beforeItemId: items[2]!.id });
    const outline = (await agendaOf(officer, id)).outline;
    expect(outline.map((entry) => (entry.closed ? 'closed' : entry.item.title))).toEqual([items[0]!.title, 'closed', items[6]!.title, items[2]!.title, items[3]!.title, items[4]!.title, items[5]!.title]);
    expect(outline[1]).toEqual({ closed: true, parentId: null, startInstant: expect.any(String), endInstant: expect.any(String) });
    const blind = await caseworker.get<Item>(`/api/v1/items/${items[3]!.id}`);
    const unknown = await coordinator.post<Refusal>(`/api/v1/items/${items[0]!.id}/move`, { afterItemId: '00000000-0000-4000-8000-000000000000' });
    expect([blind.status, unknown.status]).toEqual([404, 404]);
  });

  it('[AC30] is changed by coordinators who see the item; others learn nothing', async () => {
    const { coordinator, officer } = story;
    const [first, second] = await itemsOf(coordinator, meetings[3]!);
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    expect((await move(officer, first!.id, { afterItemId: second!.id })).status).toBe(403);
    expect((await move(stranger, first!.id, { afterItemId: second!.id })).status).toBe(404);
    for (const body of [{}, { afterItemId: 'x' }, { afterItemId: null, beforeItemId: null }, { afterItemId: first!.id }]) expect([body, (await move(coordinator, first!.id, body)).status]).toEqual([body, 400]);
  });
});

describe('the frame of an item', () => {
  it('[MT32, MT33] is set under its version, and says who changed it', async () => {
    const { coordinator, officer } = story;
    const item = (await itemsOf(coordinator, meetings[3]!))[4]!;
    const { heard, socket } = await listen(officer);
    const frame = frameOf({ ledBy: '', leadMembershipId: officer.person.membershipId, plannedMinutes: item.plannedMinutes, section: 'Børn og unge' });
    const set = await setFrame(coordinator, item.id, { ...frame, mandatory: true }, item.version);
    expect(set.body).toMatchObject({ leadMembershipId: officer.person.membershipId, section: 'Børn og unge', version: 2, change: { kind: 'framed', by: { name: coordinator.person.name } } });
    expect(set.body.ledBy).toBe(`${officer.person.name}, ${officer.person.authority.name}`);
    await until('those who see it hear of it', () => heard.includes(`item ${item.id}`));
    // The meeting itself is as it was: nobody else needs to hear.
    expect(heard).not.toContain(`meeting ${meetings[3]!}`);
    socket.disconnect();
    const late = await setFrame(coordinator, item.id, frameOf({ ledBy: 'En anden' }), 1);
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
    expect((await coordinator.get<Item>(`/api/v1/items/${item.id}`)).body.ledBy).toContain(officer.person.name);
    const [one, two] = await Promise.all([setFrame(coordinator, item.id, { ...frame, mandatory: true, ledBy: 'A' }, 2), setFrame(coordinator, item.id, { ...frame, mandatory: true, ledBy: 'B' }, 2)]);
    expect([one.status, two.status].sort()).toEqual([200, 412]);
  });

  it.each([
    ['no minutes', { plannedMinutes: 0 }, ['plannedMinutes']],
    ['somebody who takes no part', { leadMembershipId: '00000000-0000-4000-8000-000000000000' }, ['leadMembershipId']],
    ['a CPR number', { ledBy: 'mor til 010101-1234' }, ['ledBy']],
    ['an endless heading', { section: 'x'.repeat(81) }, ['section']],
    ['no basis for talking about a child', { legalBasisId: null }, ['legalBasisId']],
    ['a basis of another kind of meeting', { legalBasisId: 'bl-126' }, ['legalBasisId']],
    ['an unknown purpose', { outputType: 'party' }, ['outputType']],
  ])('[MT36] is refused %s', async (_what, changes, wrong) => {
    const item = (await itemsOf(story.coordinator, meetings[4]!))[3]!;
    const answer = await setFrame(story.coordinator, item.id, frameOf(changes));
    expect([answer.status, fields(answer)]).toEqual([400, wrong]);
  });

  it('[MT36] cannot be led by somebody outside the audience, nor lose what the template demands', async () => {
    const { coordinator, officer } = story;
    const items = await itemsOf(coordinator, meetings[4]!);
    await restrict(coordinator, items[4]!.id, [eksempelby]);
    expect(fields(await setFrame(coordinator, items[4]!.id, frameOf({ leadMembershipId: officer.person.membershipId, mandatory: true })))).toEqual(['leadMembershipId']);
    expect(fields(await setFrame(coordinator, items[0]!.id, frameOf({ legalBasisId: null })))).toEqual(['mandatory']);
  });

  it('[MT36] an added item about a person has the usual basis, or the one chosen, or is refused', async () => {
    const { coordinator } = story;
    const add = (changes: object) => coordinator.post<Item>(`/api/v1/meetings/${meetings[4]!}/items`, { title: 'Nyt', plannedMinutes: 5, outputType: 'decision', ...changes });
    expect((await add({ section: 'Sidst' })).body).toMatchObject({ legalBasis: { id: 'rpl-115-1-1' }, section: 'Sidst' });
    expect(fields(await add({ legalBasisId: null }))).toEqual(['legalBasisId']);
    expect(fields(await add({ legalBasisId: 'bl-126' }))).toEqual(['legalBasisId']);
  });
});

describe('what becomes of an item', () => {
  it('[MT44] can be taken back, save what goes on elsewhere, and only then becomes something else', () => {
    const next = Object.fromEntries(itemStates.map((from) => [from, itemStates.filter((to) => itemMayBecome(from, to))]));
    expect(next).toEqual({ open: ['done', 'omitted', 'carried', 'withdrawn', 'moved'], done: ['open', 'moved'], omitted: ['open', 'moved'], carried: [], withdrawn: ['open'], moved: [] });
  });

  it('[MT35] is withdrawn and put back, with its words', async () => {
    const { coordinator, officer } = story;
    const id = meetings[5]!;
    const item = await addItem(coordinator, id, 'Et ekstra punkt');
    const writer = await Writer.open(officer, item.documentId, 'minutes');
    writer.type('Det, vi nåede. ');
    await until('it is stored', () => writer.acknowledged > 0);
    const gone = await setState(coordinator, item.id, { state: 'withdrawn' }, 1);
    expect(gone.body).toMatchObject({ state: 'withdrawn', version: 2, canWrite: false, canChange: true });
    writer.type('For sent. ');
    await until('the document is closed to the writer', () => writer.closes.includes(4423));
    writer.close();
    expect(await titles(officer, id)).not.toContain('Et ekstra punkt');
    expect((await agendaOf(officer, id)).withdrawn.map((one) => one.title)).toEqual(['Et ekstra punkt']);
    expect((await officer.post<Refusal>(`/api/v1/items/${item.id}/decisions`, newDecision(officer))).status).toBe(403);
    expect((await setState(coordinator, item.id, { state: 'open' }, 1)).status).toBe(412);
    expect((await setState(coordinator, item.id, { state: 'open' }, 2)).body).toMatchObject({ state: 'open', canWrite: true });
    expect((await titles(officer, id)).at(-1)).toBe('Et ekstra punkt');
    const again = await Writer.open(officer, item.documentId, 'minutes');
    expect(again.text.toString()).toBe('Det, vi nåede. ');
    again.close();
  });

  it('[MT35] is kept where something hangs on it, or where the template demands it', async () => {
    const { coordinator, caseworker } = story;
    const [mandatory, , list] = await itemsOf(coordinator, meetings[5]!);
    const decided = await addItem(coordinator, meetings[5]!, 'Med beslutning');
    await coordinator.post(`/api/v1/items/${decided.id}/decisions`, newDecision(caseworker));
    await addCase(coordinator, list!.id, { caseReference: 'Sag 2026-300' });
    const answers = [
      await setState(coordinator, mandatory!.id, { state: 'withdrawn' }),
      await setState(coordinator, decided.id, { state: 'withdrawn' }),
      await setState(coordinator, list!.id, { state: 'withdrawn' }),
      await setState(coordinator, list!.id, { state: 'omitted', reason: 'Ingen børn.' }),
    ];
    expect(answers.map((answer) => answer.body.code)).toEqual(Array(4).fill('transition-refused'));
    expect(fields(await setState(coordinator, mandatory!.id, { state: 'omitted' }))).toEqual(['reason']);
    expect((await setState(coordinator, mandatory!.id, { state: 'carried' })).status).toBe(400);
    const omitted = await setState(coordinator, mandatory!.id, { state: 'omitted', reason: 'Alle kender hinanden.' });
    expect(omitted.body).toMatchObject({ state: 'omitted', change: { reason: 'Alle kender hinanden.' } });
    const entry = openItems((await agendaOf(coordinator, meetings[5]!)) as never)[0]!;
    expect([entry.number, entry.startInstant === entry.endInstant]).toEqual([null, true]);
  });

  it('[MT38] a closed item that is not taken is no entry for outsiders', async () => {
    const { coordinator, officer } = story;
    const items = await itemsOf(coordinator, meetings[6]!);
    await restrict(coordinator, items[5]!.id, [eksempelby]);
    expect((await agendaOf(officer, meetings[6]!)).outline).toHaveLength(7);
    await setState(coordinator, items[5]!.id, { state: 'omitted', reason: 'Udgår.' });
    const after = await agendaOf(officer, meetings[6]!);
    expect([after.outline.length, openItems(after as never).at(-1)!.number]).toEqual([6, '6']);
  });
});

describe('a list of children', () => {
  it('[AC31] [MT34] takes a child by reference in one request, also from a participant, once', async () => {
    const { coordinator, officer } = story;
    const id = meetings[7]!;
    const list = (await itemsOf(coordinator, id))[2]!;
    const key = aKey();
    const first = await addCase(officer, list.id, { caseReference: '2026-14' }, key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ title: 'Sag 2026-014', caseReference: 'Sag 2026-014', parentId: list.id, legalBasis: { id: 'rpl-115-1-1' }, audience: { kind: 'all' }, plannedMinutes: 5, canWrite: true });
    expect((await addCase(officer, list.id, { caseReference: '2026-14' }, key)).body.id).toBe(first.body.id);
    for (const nr of ['Sag 2026-015', 'Sag 2026-016', 'Sag 2026-017', 'Sag 2026-018', 'Sag 2026-019']) await addCase(coordinator, list.id, { caseReference: nr });
    const agenda = await agendaOf(officer, id);
    const entries = openItems(agenda as never).filter((entry) => entry.item.id === list.id || entry.parentId === list.id);
    expect(entries.map((entry) => entry.number)).toEqual(['3', '3.1', '3.2', '3.3', '3.4', '3.5', '3.6']);
    // 6 × 5 minutes are more than the 25 of the list, so the list lasts as long as they do.
    expect([entries[0]!.endInstant, agenda.plannedMinutes]).toEqual([entries.at(-1)!.endInstant, (await agendaOf(officer, meetings[8]!)).plannedMinutes + 5]);
    // Own order among siblings, own document.
    await move(coordinator, first.body.id, { beforeItemId: null });
    expect(openItems((await agendaOf(officer, id)) as never).find((entry) => entry.item.id === first.body.id)!.number).toBe('3.6');
    expect((await move(coordinator, first.body.id, { afterItemId: list.id })).status).toBe(404);
    const writer = await Writer.open(officer, first.body.documentId, 'minutes');
    writer.type('Kendt af kommunen. ');
    await until('it is stored', () => writer.acknowledged > 0);
    writer.close();
  });

  it('[MT34] each has a document of its own: what is written at one child stands at no other, nor at the list', async () => {
    const { coordinator, officer, caseworker } = story;
    const id = meetings[10]!;
    const list = (await itemsOf(coordinator, id))[2]!;
    for (const nr of ['Sag 2026-061', 'Sag 2026-062', 'Sag 2026-063']) expect((await addCase(coordinator, list.id, { caseReference: nr })).status).toBe(201);
    const places = [list, ...(await itemsOf(coordinator, id)).filter((item) => item.parentId === list.id)];
    expect([places.length, new Set(places.map((item) => item.documentId)).size]).toEqual([4, 4]);
    const fields = ['title', 'agenda', 'minutes'] as const;
    const words = (item: Item, field: (typeof fields)[number]) => ` kun ${field} ved ${item.caseReference ?? 'listen'}.`;
    for (const item of places) {
      const writer = await Writer.open(officer, item.documentId);
      const sent = writer.sent;
      writer.doc.transact(() => {
        writer.text.insert(writer.text.length, words(item, 'title'));
        for (const field of ['agenda', 'minutes'] as const) {
          const paragraph = new Y.XmlElement('paragraph');
          paragraph.insert(0, [new Y.XmlText(words(item, field))]);
          writer.doc.getXmlFragment(field).push([paragraph]);
        }
      });
      await until('stored', () => writer.sent > sent && writer.acknowledged >= writer.sent);
      writer.close();
    }
    const document = await documentOf(caseworker, id);
    for (const item of places) {
      const reader = await Writer.open(caseworker, item.documentId);
      const inDocument = fields.map((field) => (field === 'title' ? reader.doc.getText('title').toString() : reader.doc.getXmlFragment(field).toString())).join('\n');
      reader.close();
      const entry = document.items.find((one) => !one.closed && one.id === item.id);
      for (const other of places) {
        for (const field of fields) {
          const isOwn = other.id === item.id;
          expect([item.title, words(other, field), inDocument.includes(words(other, field)), JSON.stringify(entry).includes(words(other, field))]).toEqual([item.title, words(other, field), isOwn, isOwn]);
        }
      }
    }
    // The ticket of one opens that one alone.
    const { body } = await officer.post<{ ticket: string }>(`/api/v1/documents/${places[1]!.documentId}/ticket`);
    const closedWith = (documentId: string) =>
      new Promise<number>((done) => {
        const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/yjs/${documentId}?ticket=${body.ticket}`, { origin: server.origin });
        // Asks for the document as an empty one does.
        socket.once('open', () => socket.send(Uint8Array.of(0, 0, 1, 0)));
        socket.once('message', () => {
          socket.close();
          done(0);
        });
        socket.once('close', (code) => done(code));
      });
    expect([await closedWith(places[1]!.documentId), (await closedWith(places[2]!.documentId)) >= 4400]).toEqual([0, true]);
  });

  it('[MT34, MT36] refuses what cannot be', async () => {
    const { coordinator } = story;
    const [plain, , list] = await itemsOf(coordinator, meetings[8]!);
    const child = await addCase(coordinator, list!.id, { caseReference: 'Sag 2026-014' });
    const bad = [{ caseReference: 'Lille Peter' }, { caseReference: '010101-1234' }, { caseReference: '' }, {}, { caseReference: 'Sag 2026-014' }, { caseReference: 'Sag 2026-020', legalBasisId: null }, { caseReference: 'Sag 2026-020', plannedMinutes: 0 }];
    for (const body of bad) expect([body, (await addCase(coordinator, list!.id, body)).status]).toEqual([body, 400]);
    expect((await addCase(coordinator, plain!.id, { caseReference: 'Sag 2026-020' })).body.code).toBe('transition-refused');
    expect((await addCase(coordinator, child.body.id, { caseReference: 'Sag 2026-020' })).body.code).toBe('transition-refused');
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    expect((await addCase(stranger, list!.id, { caseReference: 'Sag 2026-020' })).status).toBe(404);
  });

  it('[MT37, MT38] a child is closed by itself, is narrowed with its list, and never wider than it', async () => {
    const { coordinator, officer, caseworker } = story;
    const id = meetings[8]!;
    const list = (await itemsOf(coordinator, id))[2]!;
    const [first] = (await itemsOf(coordinator, id)).filter((item) => item.parentId === list.id);
    const second = (await addCase(coordinator, list.id, { caseReference: 'Sag 2026-021' })).body;
    await restrict(coordinator, first!.id, [eksempelby]);
    const seen = (await agendaOf(officer, id)).outline.filter((entry) => (entry.closed ? entry.parentId : entry.item.parentId) === list.id);
    expect(seen).toEqual([{ closed: true, parentId: list.id, startInstant: expect.any(String), endInstant: expect.any(String) }, expect.objectContaining({ number: '3.2' })]);
    expect(JSON.stringify(seen[0])).not.toContain('2026-014');
    // The same reference may be tried without finding out.
    const again = await addCase(officer, list.id, { caseReference: 'Sag 2026-014' });
    expect(again.status).toBe(201);

    await restrict(coordinator, list.id, [eksempelby]);
    expect((await officer.get(`/api/v1/items/${second.id}`)).status).toBe(404);
    const outside = (await agendaOf(officer, id)).outline;
    expect(outside.filter((entry) => entry.closed)).toHaveLength(1);
    expect((await caseworker.get<Item>(`/api/v1/items/${second.id}`)).body.audience.authorities.map((one) => one.id)).toEqual([eksempelby]);
    const wider = await coordinator.put<Refusal>(`/api/v1/items/${second.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
    expect([wider.status, wider.body.errors.map((error) => error.field)]).toEqual([400, ['audience']]);
    // Opened again, the children stay as they are until somebody opens them.
    await coordinator.put(`/api/v1/items/${list.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
    expect((await officer.get(`/api/v1/items/${second.id}`)).status).toBe(404);
  });

  it('[MT34] a reference stands nowhere in the clear', async () => {
    const list = (await itemsOf(story.coordinator, meetings[9]!))[2]!;
    await addCase(story.coordinator, list.id, { caseReference: 'Sag 2087-777' });
    const item = (await itemsOf(story.coordinator, meetings[9]!))[4]!;
    await setFrame(story.coordinator, item.id, frameOf({ ledBy: 'Kanariefugl', section: 'Kanariefugl', mandatory: true }));
    await setState(story.coordinator, item.id, { state: 'omitted', reason: 'Kanariefugl' });
    for (const table of ['agenda_item', 'agenda_item_event', 'yjs_update', 'idempotency_key']) {
      const rows = await server.unitOfWork.run((tx) => tx.query<Record<string, unknown>>(`SELECT * FROM ${table}`));
      const bytes = Buffer.concat(rows.flatMap((row) => Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))))));
      for (const canary of ['2087-777', 'Kanariefugl']) expect([table, bytes.includes(canary)]).toEqual([table, false]);
    }
    await expect(server.unitOfWork.run((tx) => tx.query('UPDATE agenda_item_event SET version = 9'))).rejects.toThrow(/append-only/);
  });
});

/** From here on the first meeting of the series is being held. */
describe('an agenda', () => {
  it('[MT40, MT41] is sent out once, by a coordinator, under a version; what changes then shows', async () => {
    const { coordinator, officer } = story;
    const id = meetings[0]!;
    const told: string[] = [];
    const stop = server.running.app.get(DomainEvents).on('agenda.published', ({ meetingId }) => void told.push(meetingId));
    expect((await step(officer, id, 'publish')).status).toBe(403);
    expect((await step(coordinator, id, 'publish', 7)).status).toBe(412);
    expect((await step(coordinator, id, 'close')).body.code).toBe('transition-refused');
    const sent = await step(coordinator, id, 'publish', 1);
    expect(sent.body).toMatchObject({ agendaState: 'published', version: 2, published: { by: { name: coordinator.person.name } } });
    expect((await step(coordinator, id, 'publish', 2)).body.code).toBe('transition-refused');
    stop();
    expect(told).toEqual([id]);
    expect((await itemsOf(officer, id)).some((item) => item.changedSincePublished)).toBe(false);
    server.clock.advance({ minutes: 1 });
    const added = await addItem(coordinator, id, 'Kommet til sidst');
    await setFrame(coordinator, (await itemsOf(coordinator, id))[3]!.id, frameOf({ plannedMinutes: 12 }));
    expect((await itemsOf(officer, id)).map((item) => item.changedSincePublished)).toEqual([false, false, false, true, false, false, false, true]);
    expect(added.changedSincePublished).toBe(true);
  });

  it('[MT42, MT43, MT45] begins from an hour before, is closed, and hands on what was not finished', async () => {
    const id = meetings[0]!;
    expect((await step(story.coordinator, id, 'start')).body.code).toBe('transition-refused');
    server.clock.advance({ hours: 24 * 14 + 3, minutes: 30 });
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
    const officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const items = await itemsOf(coordinator, id);
    const open = items.find((item) => item.title === 'Kommet til sidst')!;
    expect((await coordinator.post<Refusal>(`/api/v1/meetings/${id}/carry`, { itemIds: [open.id] })).body.code).toBe('transition-refused');
    const started = await step(coordinator, id, 'start', 2);
    expect(started.body).toMatchObject({ agendaState: 'inSession', state: 'held', version: 3 });

    const writer = await Writer.open(officer, open.documentId);
    writer.type(' – og mere');
    await until('it is stored', () => writer.acknowledged > 0);
    writer.close();
    await setFrame(coordinator, open.id, frameOf({ section: 'Sidst', leadMembershipId: officer.person.membershipId, plannedMinutes: 17 }));
    const child = (await addCase(coordinator, items[2]!.id, { caseReference: 'Sag 2026-040' })).body;
    await restrict(coordinator, child.id, [eksempelby]);
    const done = items[4]!;
    expect((await setState(coordinator, done.id, { state: 'done' })).body.state).toBe('done');

    const closed = await step(coordinator, id, 'close', 3);
    expect(closed.body).toMatchObject({ agendaState: 'closed', state: 'held' });
    expect((await move(coordinator, open.id, { afterItemId: null })).body.code).toBe('transition-refused');
    expect((await addCase(coordinator, items[2]!.id, { caseReference: 'Sag 2026-041' })).body.code).toBe('transition-refused');

    const target = await coordinator.get<{ meeting: { id: string } }>(`/api/v1/meetings/${id}/carry`);
    expect(target.body.meeting.id).toBe(meetings[1]!);
    const carry = (who: Browser) => who.post<Carried>(`/api/v1/meetings/${id}/carry`, { itemIds: [open.id, child.id, done.id] });
    expect((await carry(officer)).status).toBe(403);
    const key = { 'idempotency-key': 'b1c2d3e4-0000-4000-8000-000000000045' };
    const carryOnce = (itemIds: string[]) => coordinator.post<Carried & { code?: string }>(`/api/v1/meetings/${id}/carry`, { itemIds }, key);
    const [one, two] = await Promise.all([carryOnce([open.id, child.id, done.id]), carry(coordinator)]);
    expect(one.body.items).toEqual(two.body.items);
    // The answer was lost on its way, and the item that was done is open again: a second try carries no more than the first.
    expect((await setState(coordinator, done.id, { state: 'open' })).status).toBe(200);
    const repeated = await carryOnce([open.id, child.id, done.id]);
    expect(repeated.body.items.map((entry) => entry.newItemId)).toEqual(one.body.items.map((entry) => entry.newItemId));
    expect(repeated.body.items[2]).toMatchObject({ newItemId: null, refusal: 'Punktet blev ikke overført.' });
    const other = await carryOnce([done.id]);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency-conflict']);
    expect(one.body.items.map((entry) => [entry.newItemId !== null, entry.refusal !== null])).toEqual([[true, false], [true, false], [false, true]]);
    const there = await itemsOf(officer, meetings[1]!);
    const carried = there.find((item) => item.id === one.body.items[0]!.newItemId)!;
    expect(carried).toMatchObject({ section: 'Sidst', plannedMinutes: 17, leadMembershipId: officer.person.membershipId, legalBasis: { id: 'rpl-115-1-1' }, audience: { kind: 'all' }, carriedFrom: { itemId: open.id, meetingId: id } });
    expect((await itemsOf(officer, id)).find((item) => item.id === open.id)).toMatchObject({ state: 'carried', carriedTo: { itemId: carried.id, meetingId: meetings[1]! } });
    expect(there.filter((item) => item.carriedFrom !== null)).toHaveLength(1);
    // [MT46] The child goes on under the same list, known to those who knew it.
    const childThere = (await caseworker.get<Item>(`/api/v1/items/${one.body.items[1]!.newItemId!}`)).body;
    expect(childThere).toMatchObject({ caseReference: 'Sag 2026-040', audience: { kind: 'restricted', authorities: [{ id: eksempelby }] } });
    expect((await coordinator.get<Item>(`/api/v1/items/${childThere.parentId!}`)).body.title).toBe(items[2]!.title);
    expect((await officer.get(`/api/v1/items/${childThere.id}`)).status).toBe(404);
    expect((await setState(coordinator, open.id, { state: 'open' })).body.code).toBe('transition-refused');
  });

  it('[MT45] copies the agenda text into the new document', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const id = meetings[1]!;
    server.clock.advance({ hours: 24 * 7 });
    const again = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    expect(coordinator.person.id).toBe(again.person.id);
    await step(again, id, 'start');
    // A template item begins with the purpose of the template as its agenda text.
    const item = (await itemsOf(again, id)).find((one) => one.title.startsWith('Skal sagen'))!;
    // What somebody added to it keeps its structure.
    const before = await Writer.open(again, item.documentId);
    const sentBefore = before.sent;
    before.doc.transact(() => {
      const [heading, list, entry, paragraph] = ['heading', 'bulletList', 'listItem', 'paragraph'].map((name) => new Y.XmlElement(name)) as [Y.XmlElement, Y.XmlElement, Y.XmlElement, Y.XmlElement];
      heading.setAttribute('level', 2 as unknown as string);
      heading.insert(0, [new Y.XmlText('Til næste gang')]);
      paragraph.insert(0, [new Y.XmlText('Ring til skolen')]);
      entry.insert(0, [paragraph]);
      list.insert(0, [entry]);
      before.doc.getXmlFragment('agenda').push([heading, list]);
    });
    await until('stored', () => before.sent > sentBefore && before.acknowledged >= before.sent);
    const standing = before.doc.getXmlFragment('agenda').toString();
    before.close();
    const carried = await again.post<Carried>(`/api/v1/meetings/${id}/carry`, { itemIds: [item.id] });
    const copy = (await again.get<Item>(`/api/v1/items/${carried.body.items[0]!.newItemId!}`)).body;
    const writer = await Writer.open(again, copy.documentId);
    const text = writer.doc.getXmlFragment('agenda').toString();
    writer.close();
    expect(text).toContain('stoppes drøftelsen her');
    expect(text).toContain('Ring til skolen');
    expect(text).toBe(standing);
  });

  it('[MT46] is carried past the guests of the next meeting, who never read it', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const [from, next] = [meetings[1]!, meetings[2]!];
    const to = server.clock.now().add({ hours: 24 * 30 }).toString();
    const invited = await coordinator.post<{ link: string; code: string }>(`/api/v1/meetings/${next}/guests`, { name: 'Tove Tolk', organisation: 'Eksempelby Skole', sector: 'school', purpose: 'school', mayWrite: false, to, disclosureReason: 'Skolen kender barnet.' });
    expect(invited.status).toBe(201);
    const item = (await itemsOf(coordinator, from)).find((one) => one.state === 'open' && one.audience.kind === 'all' && one.legalBasis?.id === 'rpl-115-1-1')!;
    const carried = await coordinator.post<Carried>(`/api/v1/meetings/${from}/carry`, { itemIds: [item.id] });
    const there = (await coordinator.get<Item>(`/api/v1/items/${carried.body.items[0]!.newItemId!}`)).body;
    expect(there.audience).toMatchObject({ kind: 'restricted', persons: [] });
    const guest = server.stranger();
    expect((await guest.post('/api/v1/guest/sign-in', { token: invited.body.link.split('#')[1], code: invited.body.code })).status).toBe(204);
    const seen = (await guest.get<{ items: { id: string }[] }>('/api/v1/guest')).body.items.map(({ id }) => id);
    expect([seen.length > 0, seen.includes(there.id)]).toEqual([true, false]);
    expect((await guest.post(`/api/v1/documents/${there.documentId}/ticket`)).status).toBe(404);
  });

  it('[MT46] is not carried where nobody who knows an item would be', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const single = await coordinator.post<Agenda>('/api/v1/meetings', { kindId: 'section115HandoverMeeting', title: null, startLocal: '2026-12-14T15:00', durationMinutes: 60, place: null, videoLink: null, authorityIds: [], participantMembershipIds: [] });
    const target = await coordinator.get<{ meeting: null; refusal: string }>(`/api/v1/meetings/${single.body.id}/carry`);
    expect([target.status, target.body.meeting, typeof target.body.refusal]).toEqual([200, null, 'string']);
    const stranger = await server.signIn({ authorityId: boernehusHovedstaden, role: 'coordinator' });
    expect((await stranger.get(`/api/v1/meetings/${single.body.id}/carry`)).status).toBe(404);
    for (const body of [{}, { itemIds: [] }, { itemIds: ['x'] }]) expect((await coordinator.post(`/api/v1/meetings/${single.body.id}/carry`, body)).status).toBe(400);
  });

  it('[MT46] is changed by a coordinator who stands in at that meeting alone, and was not at the one before', async () => {
    const administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    const made = await administrator.post<{ memberships: { id: string }[] }>('/api/v1/administration/people', { name: 'Vikar Koordinatsen', userName: null, membership: { role: 'coordinator', functions: [], functionTitle: 'vikar', unitTitle: '', from: null, until: null } });
    const membershipId = made.body.memberships[0]!.id;
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const [from, next] = [meetings[1]!, meetings[2]!];
    const item = (await itemsOf(coordinator, from)).find((one) => one.state === 'open' && one.audience.kind === 'all' && one.legalBasis === null)!;
    const carried = await coordinator.post<Carried>(`/api/v1/meetings/${from}/carry`, { itemIds: [item.id] });
    expect((await coordinator.put(`/api/v1/meetings/${next}/reply`, { partStat: 'delegated', note: null, substituteMembershipId: membershipId, disclosureReason: 'Jeg er forhindret.' })).status).toBe(200);
    const standIn = server.stranger();
    await standIn.post('/api/v1/demo/sign-in', { membershipId });
    const there = (await standIn.get<Item>(`/api/v1/items/${carried.body.items[0]!.newItemId!}`)).body;
    const changed = await standIn.put<Item>(`/api/v1/items/${there.id}/frame`, { ledBy: 'Vikaren', plannedMinutes: 17, outputType: 'discussion', section: null, mandatory: false, legalBasisId: null });
    expect([changed.status, changed.body]).toEqual([200, changed.body]);
    expect((await standIn.get<Item>(`/api/v1/items/${there.id}`)).body).toMatchObject({ ledBy: 'Vikaren', plannedMinutes: 17 });
  });
});
