import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { meetingOf, newSeries, openItems, type Series } from './support/story.js';
import { testDatabaseUrl } from './support/test-database.js';
import { eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';

interface Item {
  id: string;
  documentId: string;
  parentId: string | null;
  audience: { kind: string; authorities: { id: string }[]; persons: { id: string }[] };
}
interface Preview {
  steps: { action: string; meetingId: string | null; because: string | null }[];
}
interface Carried {
  items: { itemId: string; newItemId: string | null; refusal: string | null }[];
}

let server: TestServer;
let coordinator: Browser;
let policeCoordinator: Browser;
let officer: Browser;
let colleague: Browser;
let series: Series;
let meetings: string[];
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  await signInAll();
  const created = await coordinator.post<Series>('/api/v1/series', newSeries([policeCoordinator.person.membershipId, officer.person.membershipId]));
  expect(created.status).toBe(201);
  series = created.body;
  meetings = series.occurrences.map((one) => one.meetingId!);
});

async function signInAll(): Promise<void> {
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  policeCoordinator = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
  officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
  colleague = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
}

const itemsOf = async (browser: Browser, meetingId: string) => openItems(await meetingOf(browser, meetingId)).map((entry) => entry.item as unknown as Item);
const listOf = async (meetingId: string): Promise<Item> => openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.perPerson)!.item as unknown as Item;
const addCase = async (listId: string, caseReference: string): Promise<Item> => (await coordinator.post<Item>(`/api/v1/items/${listId}/cases`, { caseReference, plannedMinutes: 5 })).body;
const restrict = (itemId: string, authorityIds: string[], personIds: string[] = []) => coordinator.put<Item>(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds, personIds, disclosureReason: 'De skal bruge det på mødet.' });
const reads = async (browser: Browser, ...items: { id: string }[]) => Promise.all(items.map(async ({ id }) => (await browser.get(`/api/v1/items/${id}`)).status));
const sends = async (sender: Browser, meetingId: string, substitute: Browser) =>
  expect((await sender.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er forhindret.' })).status).toBeLessThan(300);
const carry = (browser: Browser, meetingId: string, itemIds: string[]) => browser.post<Carried>(`/api/v1/meetings/${meetingId}/carry`, { itemIds });

describe('whoever comes later', () => {
  it('[MT37] reads no child on a list that is open to the one she stands in for by name', async () => {
    const id = meetings[0]!;
    const list = await listOf(id);
    const before = await addCase(list.id, 'Sag 2026-101');
    const own = await addCase(list.id, 'Sag 2026-102');
    await restrict(own.id, [eksempelby, nordsjaelland]);
    const { person } = officer;
    // All of the police who are there, and yet by their names.
    await restrict(list.id, [eksempelby], [person.id, policeCoordinator.person.id]);
    const after = await addCase(list.id, 'Sag 2026-103');
    const widened = await restrict(after.id, [eksempelby, nordsjaelland]);
    expect(widened.status).toBe(200);
    expect(widened.body.audience.authorities.map((one) => one.id)).toEqual([eksempelby]);
    expect(await reads(officer, list, before, own, after)).toEqual([200, 200, 200, 200]);

    await sends(officer, id, colleague);
    expect(await reads(colleague, list, before, own, after)).toEqual([404, 404, 404, 404]);
    expect(await reads(officer, list, before, own, after)).toEqual([200, 200, 200, 200]);
  });

  it('[MT37, MT46] nor one that was carried onto such a list', async () => {
    const [here, there] = meetings as [string, string];
    const child = await addCase((await listOf(here)).id, 'Sag 2026-111');
    const list = await listOf(there);
    await restrict(list.id, [eksempelby], [officer.person.id, policeCoordinator.person.id]);
    server.clock.advance({ hours: 24 * 15 });
    try {
      await signInAll();
      expect((await coordinator.post(`/api/v1/meetings/${here}/agenda/start`, {})).status).toBe(200);
      const carried = await carry(coordinator, here, [child.id]);
      const next = { id: carried.body.items[0]!.newItemId! };
      await sends(officer, there, colleague);
      expect([await reads(officer, list, next), await reads(colleague, list, next)]).toEqual([[200, 200], [404, 404]]);
    } finally {
      server.clock.advance({ hours: -24 * 15 });
    }
  });
});

describe('two at once', () => {
  it('[MT37] leave no child open to somebody outside its list, whoever is first', async () => {
    const id = meetings[2]!;
    const list = await listOf(id);
    const children = await Promise.all(['Sag 2026-131', 'Sag 2026-132', 'Sag 2026-133'].map((reference) => addCase(list.id, reference)));
    for (const child of children) {
      await coordinator.put(`/api/v1/items/${list.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
      expect((await restrict(child.id, [eksempelby])).status).toBe(200);
      const [narrowed, widened] = await Promise.all([restrict(list.id, [eksempelby]), coordinator.put(`/api/v1/items/${child.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' })]);
      expect([narrowed.status, [200, 400].includes(widened.status)]).toEqual([200, true]);
      expect(await reads(officer, list, child)).toEqual([404, 404]);
    }
  });

  // The embedded database has one connection: there everybody waits for everybody.
  (testDatabaseUrl === undefined ? it.skip : it)('[AC3] keep nobody waiting who takes no part: she cannot tell by it that a meeting or series is there', async () => {
    const stranger = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    const id = meetings[0]!;
    const commands: [string, object][] = [
      [`meetings/${id}/items`, { title: 'Ekstra', plannedMinutes: 5, outputType: 'discussion' }],
      [`meetings/${id}/cancel`, { reason: 'Nej' }],
      [`meetings/${id}/minutes/send`, {}],
      [`series/${series.id}/changes`, { title: 'Nej' }],
    ];
    let release = (): void => undefined;
    const released = new Promise<void>((done) => (release = done));
    await new Promise<void>((locked) => {
      void server.unitOfWork.run(async (tx) => {
        await tx.query('SELECT 1 FROM series WHERE id = $1 FOR UPDATE', [series.id]);
        await tx.query('SELECT 1 FROM meeting WHERE id = $1 FOR UPDATE', [id]);
        locked();
        await released;
      });
    });
    try {
      expect(await Promise.all(commands.map(async ([way, body]) => (await stranger.post(`/api/v1/${way}`, body)).status))).toEqual([404, 404, 404, 404]);
    } finally {
      release();
    }
  });
});

describe('a coordinator outside', () => {
  it('[MT33, MT38] is not told by the preview of a series that a child was put on a closed list', async () => {
    const dropped = meetings[3]!;
    const list = await listOf(dropped);
    await restrict(list.id, [eksempelby]);
    const fortnightly = { times: { startTime: '13:00', durationMinutes: 60, holidayPolicy: 'keep', recurrence: { kind: 'weekly', interval: 2, days: ['MO'] } } };
    const told = async (browser: Browser) => (await browser.post<Preview>(`/api/v1/series/${series.id}/changes/preview`, fortnightly)).body.steps.find((step) => step.meetingId === dropped);
    const before = await told(policeCoordinator);
    server.clock.advance({ minutes: 1 });
    await addCase(list.id, 'Sag 2026-121');
    server.clock.advance({ minutes: -1 });
    expect(await told(coordinator)).toMatchObject({ action: 'keeps', because: 'worked' });
    // The list itself she sees closed in the outline; whether anything is written in it makes no difference.
    expect(before).toMatchObject({ action: 'keeps', because: 'closed' });
    expect(await told(policeCoordinator)).toEqual(before);
  });

  it('[MT47] is not told, when she carries again, where an item went that is closed to her there', async () => {
    const [here] = meetings as [string];
    const item = (await itemsOf(coordinator, here))[1]!;
    server.clock.advance({ hours: 24 * 15 });
    try {
      await signInAll();
      expect((await coordinator.post(`/api/v1/meetings/${here}/agenda/start`, {})).status).toBe(200);
      const first = (await carry(coordinator, here, [item.id])).body.items[0]!;
      expect((await carry(policeCoordinator, here, [item.id])).body.items).toEqual([first]);
      await restrict(first.newItemId!, [eksempelby]);
      expect((await carry(policeCoordinator, here, [item.id])).body.items).toEqual([{ itemId: item.id, newItemId: null, refusal: null }]);
      expect((await carry(coordinator, here, [item.id])).body.items).toEqual([first]);
    } finally {
      server.clock.advance({ hours: -24 * 15 });
    }
  });
});

describe('whoever works without reading', () => {
  it.each([['auditor'], ['administrator']])('[AC1, AC3] finds neither meetings nor series that she took part in before: %s', async (role) => {
    const become = (name: string) => server.unitOfWork.run((tx) => tx.query('UPDATE membership SET role = $2 WHERE id = $1', [officer.person.membershipId, name]));
    await become(role);
    try {
      const found = await officer.get<{ meetings: unknown[] }>('/api/v1/meetings?limit=50');
      const standing = await officer.get<{ series: unknown[] }>('/api/v1/series');
      expect([found.body.meetings, standing.body.series]).toEqual([[], []]);
      const ways = [`meetings/${meetings[0]!}`, `series/${series.id}`, `meetings/${meetings[0]!}/minutes`, `meetings/${meetings[0]!}/documents/agenda.json`];
      expect(await Promise.all(ways.map(async (way) => (await officer.get(`/api/v1/${way}`)).status))).toEqual([404, 404, 404, 404]);
    } finally {
      await become('participant');
    }
    expect((await officer.get(`/api/v1/series/${series.id}`)).status).toBe(200);
  });
});

describe('a meeting that a series brings back', () => {
  it('[MT33, MT35] leaves closed what was taken off its agenda', async () => {
    const back = meetings[1]!;
    const added = (await coordinator.post<Item>(`/api/v1/meetings/${back}/items`, { title: 'Ekstra', plannedMinutes: 5, outputType: 'discussion' })).body;
    await server.unitOfWork.run((tx) => tx.query('UPDATE agenda_item SET created_at = (SELECT min(i.created_at) FROM agenda_item i WHERE i.meeting_id = $2) WHERE id = $1', [added.id, back]));
    expect((await coordinator.put(`/api/v1/items/${added.id}/state`, { state: 'withdrawn' })).status).toBe(200);
    const weekly = (interval: number) => ({ times: { startTime: '13:00', durationMinutes: 60, holidayPolicy: 'keep', recurrence: { kind: 'weekly', interval, days: ['MO'] } }, reason: 'Få sager.' });
    for (const interval of [2, 1]) expect((await coordinator.post(`/api/v1/series/${series.id}/changes`, weekly(interval))).status).toBe(200);
    const [kept] = await itemsOf(coordinator, back);
    const states = await server.unitOfWork.run((tx) => tx.query<{ id: string; state: string }>('SELECT id, state FROM yjs_document WHERE id = ANY($1::uuid[])', [[added.documentId, kept!.documentId]]));
    expect(Object.fromEntries(states.map((row) => [row.id, row.state]))).toEqual({ [added.documentId]: 'frozen', [kept!.documentId]: 'open' });
  });
});
