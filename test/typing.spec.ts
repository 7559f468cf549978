import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { AgendaService } from '@lib/meetings/agenda.service.js';
import { eksempelby, nordsjaelland, TestServer, testDatabaseKind } from './support/test-server.js';
import { meetingOf, openItems, section115 } from './support/story.js';
import { until, Writer } from './support/writer.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let item: ReturnType<typeof openItems>[number]['item'];
const open: Writer[] = [];
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server);
  item = openItems(await meetingOf(story.coordinator, story.meetingId))[2]!.item;
});
afterEach(() => {
  for (const writer of open.splice(0)) writer.close();
});
const write = async (browser: Parameters<typeof Writer.open>[0], documentId = item.documentId) => {
  const writer = await Writer.open(browser, documentId);
  open.push(writer);
  return writer;
};

describe('writing together, over the whole product', () => {
  it('begins with the template’s words, and shows each what the other typed', async () => {
    const here = await write(story.coordinator);
    const there = await write(story.officer);
    expect(here.text.toString()).toBe('Nye børn og unge på politiets liste');
    expect(here.doc.getXmlFragment('agenda').toString()).toContain('Ét barn ad gangen');
    here.type(' (uge 50)');
    there.type(' — to børn');
    await until('both have both', () => here.text.toString() === there.text.toString() && here.stored.length === 1 && there.stored.length === 1);
    expect(here.text.toString()).toMatch(/uge 50.*to børn|to børn.*uge 50/);
    // The outline's title follows, for those who read the item.
    for (let n = 0; ; n += 1) {
      const title = openItems(await meetingOf(story.officer, story.meetingId))[2]!.item.title;
      if (title === here.text.toString()) break;
      if (n > 100) throw new Error(`the outline still says ${title}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  });

  it('mends a list that a killed process left behind, when the document is next opened', async () => {
    const titleInOutline = async () => openItems(await meetingOf(story.officer, story.meetingId))[2]!.item.title;
    await server.running.app.get(AgendaService).project(item.documentId, item.id, 'Fra før strømmen gik');
    expect(await titleInOutline()).toBe('Fra før strømmen gik');
    const writer = await write(story.officer);
    while ((await titleInOutline()) !== writer.text.toString()) await new Promise((done) => setTimeout(done, 50));
  });

  it('[AC6] lets nobody in who is outside the audience: no ticket, no cookie, no foreign ticket', async () => {
    await story.coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    expect((await story.officer.post(`/api/v1/documents/${item.documentId}/ticket`)).status).toBe(404);
    const knock = (query: string, headers: Record<string, string>) =>
      new Promise<{ code: number; bytes: number }>((resolve) => {
        const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/yjs/${item.documentId}${query}`, { headers });
        let bytes = 0;
        socket.on('message', (data: Buffer) => (bytes += data.length));
        socket.on('close', (code) => resolve({ code, bytes }));
        socket.on('error', () => resolve({ code: 0, bytes }));
      });
    const ours = { origin: server.origin };
    const other = openItems(await meetingOf(story.officer, story.meetingId))[0]!.item.documentId;
    const foreign = (await story.officer.post<{ ticket: string }>(`/api/v1/documents/${other}/ticket`)).body.ticket;
    const colleague = (await story.caseworker.post<{ ticket: string }>(`/api/v1/documents/${item.documentId}/ticket`)).body.ticket;
    const cookie = { ...ours, cookie: story.officer.cookie };
    const answers = await Promise.all([knock('', cookie), knock(`?ticket=${foreign}`, ours), knock('?ticket=nonsense', ours), knock('', ours), knock(`?ticket=${colleague}`, { origin: 'https://evil.example' }), knock('', { cookie: story.caseworker.cookie }), knock('', { cookie: story.caseworker.cookie, origin: 'https://evil.example' })]);
    for (const answer of answers) {
      expect(answer.bytes).toBe(0);
      expect(answer.code === 0 || (answer.code >= 4400 && answer.code < 4500)).toBe(true);
    }
    // Missing and forbidden alike.
    const missing = await knock('', cookie).then(async (forbidden) => [forbidden, await new Promise<{ code: number; bytes: number }>((resolve) => {
      const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/yjs/01890000-0000-7000-8000-000000000000`, { headers: cookie });
      socket.on('close', (code) => resolve({ code, bytes: 0 }));
    })]);
    expect(missing[0]).toEqual(missing[1]);
  });

  it('[MT4] closes the socket of whoever loses the item, and sends nothing after', async () => {
    const inside = await write(story.caseworker);
    const outside = await write(story.officer);
    const before = outside.text.toString();
    await story.coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    inside.type(' hemmeligt');
    await until('it is stored', () => inside.stored.length === 1);
    await until('the socket is closed', () => outside.closes.includes(4403));
    expect(outside.text.toString()).toBe(before);
    expect(outside.provider.shouldConnect).toBe(false);
    // What the outsider types now goes nowhere.
    outside.type(' udefra');
    const again = await write(story.caseworker);
    expect(again.text.toString()).not.toContain('udefra');
  });

  it('ends with the session', async () => {
    const writer = await write(story.officer);
    await story.officer.delete('/api/v1/session');
    await until('closed', () => writer.closes.includes(4401));
    await expect(Writer.open(story.officer, item.documentId)).rejects.toThrow('no ticket: 401');
  });
});

describe('a long-running read', () => {
  it('does not hold up the acknowledgements of typing', async () => {
    const writer = await write(story.coordinator);
    const officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const colleague = await write(officer);
    // As an export reads: page after page, each a transaction of its own. It ends only when it is told to, so an
    // acknowledgement that waited for it would never come.
    let isWanted = true;
    let pagesRead = 0;
    const pages = server.unitOfWork.pages(async (tx, page: number | undefined) => {
      const rows = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM generate_series(1, 20000) a');
      return { rows, next: isWanted ? (page ?? 0) + 1 : undefined };
    });
    const reading = (async () => {
      for await (const _rows of pages) pagesRead += 1;
    })();
    // On PostgreSQL also: more statements that sleep than a pool has connections for requests.
    const sleeping = testDatabaseKind === 'postgres' ? Array.from({ length: 12 }, () => server.unitOfWork.run((tx) => tx.query('SELECT pg_sleep(3)'))) : [];
    let awake = 0;
    for (const sleeper of sleeping) void sleeper.then(() => (awake += 1));

    for (let n = 0; n < 25; n += 1) {
      writer.type(`${n} `);
      await until('acknowledged', () => writer.stored.length === n + 1);
    }
    await until('seen by the colleague', () => colleague.text.toString() === writer.text.toString());
    expect(awake).toBe(0);
    isWanted = false;
    await Promise.all([reading, ...sleeping]);
    expect(pagesRead).toBeGreaterThan(0);
  }, 60_000);
});
