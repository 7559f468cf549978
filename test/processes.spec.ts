import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import type { WebSocket } from 'ws';
import { CollabDocuments } from '@lib/collab/documents.service.js';
import { plainText } from '@lib/contracts/rich-text.js';
import { livePath } from '@lib/contracts/live.js';
import { DecisionLog } from '@lib/decisions/decision-log.service.js';
import { PdfDocuments } from '@lib/documents/documents.service.js';
import { Claims } from '@lib/platform/claims.service.js';
import { Outbox } from '@lib/platform/outbox.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Jobs } from '../apps/server/src/jobs.service.js';
import { meetingOf, newDecision, openItems, section115, type OutlineItem } from './support/story.js';
import { testDatabaseUrl } from './support/test-database.js';
import { eksempelby, TestServer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

/** There is one process on the embedded database, and a second is refused (durability.spec.ts). */
(testDatabaseUrl === undefined ? describe.skip : describe)('two processes on one database', () => {
  let one: TestServer;
  let two: TestServer;
  let story: Awaited<ReturnType<typeof section115>>;
  let item: OutlineItem['item'];
  /** The officer, on the second process. */
  let there: Browser;
  const opened: (Writer | Socket)[] = [];

  beforeAll(async () => void ([one, two] = await TestServer.startTwo()), 120_000);
  afterAll(async () => {
    for (const each of opened.splice(0)) each.close();
    await two.stop();
    await one.stop();
  });
  beforeEach(async () => {
    for (const each of opened.splice(0)) each.close();
    story = await section115(one);
    item = openItems(await meetingOf(story.officer, story.meetingId))[2]!.item;
    there = two.comesBack(story.officer);
  });

  const write = async (who: Browser, documentId = item.documentId): Promise<Writer> => {
    const writer = await Writer.open(who, documentId, 'minutes');
    opened.push(writer);
    return writer;
  };
  const narrow = (authorityIds: string[]) => story.coordinator.put<{ code?: string }>(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds, personIds: [] });
  const listen = async (who: Browser): Promise<{ socket: Socket; heard: [string, unknown][] }> => {
    const socket = io(who.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: who.origin }, reconnection: false, forceNew: true });
    opened.push(socket);
    const heard: [string, unknown][] = [];
    socket.onAny((name: string, payload: unknown) => heard.push([name, payload]));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('connect_error', reject);
    });
    return { socket, heard };
  };
  /** A hostile client: writes under an id that is not its own. It does not come back when it is sent away. */
  const typeUnder = (writer: Writer, clientId: number, text: string) => {
    const own = writer.doc.clientID;
    writer.provider.on('connection-close', () => (writer.provider.shouldConnect = false));
    writer.doc.clientID = clientId;
    writer.type(text);
    writer.doc.clientID = own;
  };
  /** Words that each wrote, on the screen of each. */
  const together = (writers: Writer[]) => until('everybody sees the same', () => writers.every((writer) => writer.text.toString() === writers[0]!.text.toString()));

  it('[PS1] tell each other’s browsers what changed, each only what it may know', async () => {
    const [inside, outside] = [await listen(two.comesBack(story.caseworker)), await listen(there)];
    expect((await narrow([eksempelby])).status).toBe(200);
    await until('told of the audience', () => outside.heard.some(([name]) => name === 'meeting.changed'));
    outside.heard.length = 0;
    expect((await story.coordinator.send('PATCH', `/api/v1/items/${item.id}`, { plannedMinutes: 7, version: item.version })).status).toBeLessThan(500);
    await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/items`, { title: 'Åbent', plannedMinutes: 5, outputType: 'information' });
    await until('both heard of the open one', () => [inside, outside].every(({ heard }) => heard.some(([name]) => name === 'meeting.changed')));
    expect(outside.heard.filter(([name]) => name === 'item.changed')).toEqual([]);
    // What was logged out on one is out on the other.
    await story.officer.delete('/api/v1/session');
    await until('out', () => outside.socket.disconnected);
    expect(outside.heard.at(-1)).toEqual(['session.ended', {}]);
  }, 60_000);

  it('[CO100, CO101] bring what is written on one to the other, both ways, in order and without loss', async () => {
    const [here, elsewhere] = [await write(story.coordinator), await write(there)];
    here.type('«start»');
    await until('there', () => elsewhere.text.toString().includes('«start»'));
    for (let n = 0; n < 60; n += 1) {
      here.type(`«a${n}»`);
      elsewhere.type(`«b${n}»`);
      if (n % 10 === 0) await new Promise((done) => setImmediate(done));
    }
    await until('all stored', () => here.stored.length === 61 && elsewhere.stored.length === 60);
    await together([here, elsewhere]);
    const words = here.text.toString().match(/«[^»]*»/g)!;
    expect(words).toHaveLength(121);
    for (const side of ['a', 'b']) expect(words.filter((word) => word[1] === side)).toEqual(Array.from({ length: 60 }, (_, n) => `«${side}${n}»`));
    expect([here.closes, elsewhere.closes, here.refusals, elsewhere.refusals]).toEqual([[], [], [], []]);
    // A newcomer, and whoever reads without a socket, has all of it on either.
    for (const server of [one, two]) {
      expect(plainText((await server.running.app.get(CollabDocuments).content(item.documentId)).minutes)).toBe(here.text.toString());
      const newcomer = await write(server.comesBack(story.caseworker));
      expect(newcomer.text.toString()).toBe(here.text.toString());
    }
  }, 60_000);

  it('[CO102] let nobody write under an id that is somebody’s on the other process, whether or not it was heard of', async () => {
    const [here, elsewhere] = [await write(story.coordinator), await write(there)];
    here.type('Mit.');
    await until('there', () => elsewhere.text.toString().includes('Mit.'));
    const before = here.text.toString();
    // Known there by now: refused at the gate.
    typeUnder(elsewhere, here.doc.clientID, 'Dit?');
    await until('refused', () => elsewhere.refusals.length > 0);
    expect(elsewhere.refusals).toEqual(['client-id-taken']);
    // Used for the first time at the same moment on both: one has it, the other is sent away, and nobody is shown what it wrote.
    const [left, right] = [await write(two.comesBack(story.caseworker)), await write(story.coordinator)];
    typeUnder(left, 4_000_000_001, '«venstre»');
    typeUnder(right, 4_000_000_001, '«højre»');
    typeUnder(right, 4_000_000_001, '«igen»');
    await until('one is refused, the other stored', () => (left.refusals.length === 1 && right.stored.length === 2) || (right.refusals.length === 1 && left.stored.length === 1));
    const [winner, loser] = left.refusals.length === 0 ? [left, right] : [right, left];
    expect(loser.refusals).toEqual(['client-id-taken']);
    const written = before + winner.typed.map(({ text }) => text).join('');
    for (const server of [one, two]) expect(plainText((await server.running.app.get(CollabDocuments).content(item.documentId)).minutes)).toBe(written);
  }, 60_000);

  it('[CO103] freeze a document on both: what was acknowledged anywhere is in it, nothing after', async () => {
    const writers = [await write(story.coordinator), await write(there)];
    writers[0]!.type('«begynd»');
    await until('a common paragraph', () => writers[1]!.text.toString().includes('«begynd»'));
    let n = 0;
    const typing = setInterval(() => writers.forEach((writer, w) => writer.type(`«${w}.${n++}»`)), 2);
    await until('each has words stored', () => writers.every((writer) => writer.stored.length > 20));
    await one.running.app.get(UnitOfWork).run((tx) => one.running.app.get(CollabDocuments).setStateIn(tx, item.documentId, 'frozen'), { as: 'minutes' });
    await until('each is told', () => writers.every((writer) => writer.refusals.includes('document-frozen')));
    clearInterval(typing);
    const frozen = plainText((await two.running.app.get(CollabDocuments).frozenContent(item.documentId)).minutes);
    const acknowledged = writers.flatMap((writer) => writer.stored);
    expect(acknowledged.filter((text) => !frozen.includes(text))).toEqual([]);
    for (const server of [one, two]) expect(plainText((await server.running.app.get(CollabDocuments).content(item.documentId)).minutes)).toBe(frozen);
    await one.running.app.get(UnitOfWork).run((tx) => one.running.app.get(CollabDocuments).setStateIn(tx, item.documentId, 'open'), { as: 'minutes' });
  }, 60_000);

  it('[CO104] find what is written on the other: search, the document as text, a destroyed key', async () => {
    const find = async (who: Browser, text: string) => (await who.post<{ groups: { hits: { id: string }[] }[] }>('/api/v1/search', { query: text })).body.groups.flatMap(({ hits }) => hits.map(({ id }) => id));
    expect(await find(there, 'kanariefugl')).toEqual([]);
    const here = await write(story.coordinator);
    here.type('En kanariefugl.');
    await until('stored', () => here.stored.length === 1);
    await until('the second process has heard', () => two.running.app.get(Outbox).isCurrent());
    expect(plainText((await two.running.app.get(CollabDocuments).content(item.documentId)).minutes)).toContain('kanariefugl');
    for (let ids = await find(there, 'kanariefugl'); !ids.includes(item.id); ids = await find(there, 'kanariefugl')) await new Promise((done) => setImmediate(done));
  }, 60_000);

  it('[PS6] do once what one does for all, and the other takes it over when that one is gone', async () => {
    const [first, second] = [one, two].map(({ running }) => running.app.get(Claims)) as [Claims, Claims];
    expect([await first.isMine('the work'), await second.isMine('the work'), await first.isMine('the work')]).toEqual([true, false, true]);
    // As with its process: the connection that holds it ends.
    await first.stop();
    while (!(await second.isMine('the work'))) await new Promise((done) => setImmediate(done));
    expect(await first.isMine('the work')).toBe(false);
  });

  it('[PS6] jobs are done by the process that has claimed them, and by the other when it is gone', async () => {
    const did: string[] = [];
    const asks = async (name: string, { running }: TestServer) => {
      const jobs = running.app.get(Jobs) as unknown as { every(intervalMs: number, name: string, job: () => Promise<void>): void; running: Set<Promise<void>> };
      jobs.every(3_600_000, 'counted', async () => void did.push(name));
      await Promise.all(jobs.running);
    };
    for (const [name, server] of [['one', one], ['two', two], ['one', one]] as const) await asks(name, server);
    expect(did).toEqual(['one', 'one']);
    await one.running.app.get(Claims).stop();
    while (!did.includes('two')) await asks('two', two);
    await asks('one', one);
    expect(did).toEqual(['one', 'one', 'two']);
  });

  describe('what is taken away', () => {
    /** Everything that arrives at a socket, with when. */
    const arrivals = (writer: Writer) => {
      const frames: { at: number; bytes: Buffer }[] = [];
      (writer.provider.ws as unknown as WebSocket).addEventListener('message', ({ data }) => frames.push({ at: performance.now(), bytes: Buffer.from(data as ArrayBuffer) }));
      return frames;
    };

    // How soon is measured in bench/revocation: on a busy machine a test would measure the machine.
    it('[PS2] on one process closes the sockets on the other, and nothing more arrives there', async () => {
      const typist = await write(story.coordinator);
      typist.type('«begynd»');
      let n = 0;
      const typing = setInterval(() => typist.type(`«${n++}»`), 5);
      for (let round = 0; round < 4; round += 1) {
        const officer = await write(there);
        const frames = arrivals(officer);
        // Words arrive: she is one of those who are shown them.
        await until('she hears', () => frames.length > 3);
        let closedAt = 0;
        officer.provider.once('connection-close', () => {
          closedAt = performance.now();
        });
        officer.provider.on('connection-close', () => (officer.provider.shouldConnect = false));
        expect((await narrow([eksempelby])).status).toBe(200);
        const doneAt = performance.now();
        const last = `«${n}»`;
        await until('closed', () => closedAt > 0);
        expect(officer.closes[0]).toBe(4403);
        // Of what was typed after the answer nothing reached her, and not a byte after the close.
        expect(frames.filter(({ at }) => at > closedAt)).toEqual([]);
        expect(frames.filter(({ at, bytes }) => at > doneAt && bytes.includes(last))).toEqual([]);
        officer.close();
        expect((await story.coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' })).status).toBe(200);
      }
      clearInterval(typing);
    }, 60_000);

    it('[PS10] is in no file that the other process is sending or making, and found there no longer', async () => {
      expect((await story.coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker, { text: 'Papegøjen flyttes.' }))).status).toBe(201);
      const ways = ['/api/v1/decision-log/export?format=csv', '/api/v1/decision-log/export?format=xlsx', '/api/v1/decisions/export.pdf', `/api/v1/meetings/${story.meetingId}/documents/minutes.pdf`];
      const find = async () => (await there.post<{ groups: { hits: unknown[] }[] }>('/api/v1/search', { query: 'papegøjen' })).body.groups?.flatMap(({ hits }) => hits).length;
      while ((await find()) === 0) await new Promise((done) => setImmediate(done));
      const [log, pdfs] = [two.running.app.get(DecisionLog), two.running.app.get(PdfDocuments)];
      const rows = log.exportRows.bind(log);
      for (const [how, take] of [['the item', () => narrow([eksempelby])], ['the session', () => story.officer.delete('/api/v1/session')]] as const) {
        let go: () => void = () => undefined;
        const gate = new Promise<void>((resolve) => (go = resolve));
        let waiting = 0;
        const hold = async () => {
          waiting += 1;
          await gate;
        };
        // Every file has been read and is not sent to its end: a slow line, or a sheet that is being set.
        const spies = [
          jest.spyOn(log, 'exportRows').mockImplementation(async function* (...args) {
            yield* rows(...args);
            await hold();
          }),
          jest.spyOn(pdfs, 'make').mockImplementation(() => hold().then(() => Buffer.from('%PDF'))),
        ];
        const files = ways.map((way) => fetch(there.origin + way, { headers: { cookie: there.cookie } }).then((answer) => answer.text().then(() => answer.status)).catch(() => 'broken off' as const));
        try {
          // The log on paper is read whole before it is set, so it waits where it reads.
          await until('every file is half-way', () => waiting === ways.length);
          expect((await take()).status).toBe(200);
          // Nobody lets this one go on: it ends because it must not.
          expect(await files[0]).toBe('broken off');
        } finally {
          go();
        }
        const ends = await Promise.all(files);
        spies.forEach((spy) => spy.mockRestore());
        expect([how, ends.slice(1).filter((status) => status === 200)]).toEqual([how, []]);
        if (how === 'the item') expect(ends.slice(1)).toEqual([409, 409, 409]);
        expect([0, undefined]).toContain(await find());
        expect((await story.coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' })).status).toBe(200);
      }
    }, 60_000);

    it('[PS3] is not sent by a process that is cut off for a second; it goes on when it has caught up', async () => {
      const [typist, officer, colleague] = [await write(story.coordinator), await write(there), await write(two.comesBack(story.caseworker))];
      const ear = await listen(two.comesBack(story.caseworker));
      typist.type('«før»');
      await until('heard', () => [officer, colleague].every((writer) => writer.text.toString().includes('«før»')));
      const outbox = two.running.app.get(Outbox);
      const [{ role }] = await one.unitOfWork.run((tx) => tx.query<{ role: string }>(`SELECT usename AS role FROM pg_stat_activity WHERE application_name = $1`, [`samraad line ${outbox.processId}`])) as [{ role: string }];
      const frames = arrivals(officer);
      await one.unitOfWork.run((tx) => tx.query(`ALTER ROLE "${role}" NOLOGIN`));
      try {
        await one.unitOfWork.run((tx) => tx.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [`samraad line ${outbox.processId}`]));
        await until('cut off', () => !outbox.isCurrent());
        frames.length = 0;
        ear.heard.length = 0;
        // She loses the item while the second process cannot know it, and people write in it, there as well.
        expect((await narrow([eksempelby])).status).toBe(200);
        typist.type('«hemmeligt»');
        colleague.type('«også her»');
        await until('stored by the first', () => typist.stored.includes('«hemmeligt»'));
        // A sweep and several looks later nothing has left.
        await until('others hear nothing either', () => !outbox.isCurrent() && frames.length === 0);
        await expect(Writer.open(there, item.documentId)).rejects.toThrow(/no ticket/);
        expect([frames.length, ear.heard, officer.closes, colleague.text.toString().includes('«hemmeligt»')]).toEqual([0, [], [], false]);
      } finally {
        await one.unitOfWork.run((tx) => tx.query(`ALTER ROLE "${role}" LOGIN`));
      }
      await until('caught up', () => outbox.isCurrent());
      await until('she is out', () => officer.closes.includes(4403));
      expect(frames.length).toBe(0);
      expect(officer.text.toString()).not.toContain('«hemmeligt»');
      await until('the others go on', () => colleague.text.toString().includes('«hemmeligt»') && typist.text.toString().includes('«også her»'));
      await until('and are told what changed', () => ear.heard.some(([name]) => name === 'meeting.changed'));
      expect([colleague.closes, typist.closes]).toEqual([[], []]);
    }, 60_000);
  });
});
