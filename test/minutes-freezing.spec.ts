import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CollabDocuments } from '@lib/collab/documents.service.js';
import { plainText } from '@lib/contracts/rich-text.js';
import { readConfig } from '@lib/platform/config.js';
import { Freezing } from '@lib/minutes/freezing.service.js';
import { startServer } from '../apps/server/src/server.js';
import { approve, consultation, documentOf, minutesOf, path, requestChange, send, type Minutes } from './support/minutes-story.js';
import { newDecision } from './support/story.js';
import { createTestDatabase, testDatabaseUrl } from './support/test-database.js';
import { TestClock } from './support/test-clock.js';
import { TestServer } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

const words = async (who: Parameters<typeof documentOf>[0], meetingId: string, n: number) => {
  const item = (await documentOf(who, meetingId)).items[n]!;
  return item.closed ? '' : plainText(item.minutes);
};

describe('freezing', () => {
  let server: TestServer;
  let story: Awaited<ReturnType<typeof consultation>>;
  beforeAll(async () => void (server = await TestServer.start()), 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => void (story = await consultation(server)));

  it('[MI4] while three people type: every acknowledged word is in the snapshot, and nothing that came after', async () => {
    const { coordinator, caseworker, officer, psychologist, meetingId, items } = story;
    const item = items[1]!;
    const writers = [await Writer.open(caseworker, item.documentId, 'minutes'), await Writer.open(officer, item.documentId, 'minutes'), await Writer.open(psychologist, item.documentId, 'minutes')];
    writers[0]!.type('«begynd»');
    await until('a common paragraph', () => writers.every((writer) => writer.text.toString().includes('«begynd»')));
    let n = 0;
    const typing = setInterval(() => writers.forEach((writer, w) => writer.type(`«${w}.${n++}»`)), 2);
    await until('each has words stored', () => writers.every((writer) => writer.stored.length > 20));
    const sending = coordinator.post<Minutes>(path(meetingId, 'send'));
    const sent = await sending;
    await until('each is told', () => writers.every((writer) => writer.refusals.length > 0 || writer.provider.wsconnected === false));
    clearInterval(typing);
    expect([sent.status, sent.body.isFreezing]).toEqual([200, false]);
    const frozen = await words(coordinator, meetingId, 1);
    const acknowledged = writers.flatMap((writer) => writer.stored);
    expect(acknowledged.length).toBeGreaterThan(60);
    expect(acknowledged.filter((text) => !frozen.includes(text))).toEqual([]);
    // Nothing is in it that the database did not hold when it was frozen.
    const { agenda: _agenda, ...stored } = await server.running.app.get(CollabDocuments).content(item.documentId);
    expect(plainText(stored.minutes)).toBe(frozen);
    for (const writer of writers) writer.close();
    const late = await Writer.open(caseworker, item.documentId, 'minutes');
    late.type('«for sent»');
    await until('refused', () => late.refusals.length > 0 || late.closes.length > 0);
    late.close();
    expect(await words(coordinator, meetingId, 1)).toBe(frozen);
  });

  it('[MI4] of every item while somebody types in each: one point for all, with every acknowledged word and nothing after it', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    expect(items.length).toBeGreaterThan(3);
    const writers = await Promise.all(items.map(({ documentId }, n) => Writer.open(n % 2 === 0 ? caseworker : officer, documentId, 'minutes')));
    let n = 0;
    const typing = setInterval(() => {
      writers.forEach((writer, w) => writer.type(`«${w}.${n}»`));
      n += 1;
    }, 5);
    await until('each has words stored', () => writers.every((writer) => writer.stored.length > 5));
    expect((await coordinator.post<Minutes>(path(meetingId, 'send'))).status).toBe(200);
    const sentAt = n;
    await until('each is told', () => writers.every((writer) => writer.refusals.length > 0 || !writer.provider.wsconnected));
    clearInterval(typing);
    const frozen = (await documentOf(coordinator, meetingId)).items;
    for (const [w, writer] of writers.entries()) {
      const item = frozen[w]!;
      const text = item.closed ? '' : plainText(item.minutes);
      expect([w, writer.stored.filter((word) => !text.includes(word))]).toEqual([w, []]);
      expect([w, writer.typed.slice(sentAt).filter(({ text: word }) => text.includes(word))]).toEqual([w, []]);
      expect(plainText((await server.running.app.get(CollabDocuments).content(items[w]!.documentId)).minutes)).toBe(text);
    }
    for (const writer of writers) writer.close();
  });

  it('[MI3, MI4] a decision recorded at the same moment is in the snapshot or refused', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    const item = items[1]!;
    const record = () => caseworker.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126', deadline: '2026-12-24' }));
    const [sent, ...recorded] = await Promise.all([coordinator.post(path(meetingId, 'send')), ...Array.from({ length: 6 }, record)]);
    expect(sent!.status).toBe(200);
    expect(recorded.every((one) => one.status === 201 || one.status === 403)).toBe(true);
    const shown = (await documentOf(officer, meetingId)).items[1]!;
    expect(shown.closed ? -1 : shown.decisions.length).toBe(recorded.filter((one) => one.status === 201).length);
  });

  it('[MI4, MI12] may be taken back before its words could be read', async () => {
    const { coordinator, meetingId } = story;
    const documents = server.running.app.get(CollabDocuments);
    const real = documents.frozenContent.bind(documents);
    documents.frozenContent = () => Promise.reject(new Error('the reader is gone'));
    try {
      expect((await send(coordinator, meetingId)).isFreezing).toBe(true);
      expect((await coordinator.post<Minutes>(path(meetingId, 'withdraw'), { reason: 'Forfra' })).body.state).toBe('draft');
    } finally {
      documents.frozenContent = real;
    }
    await server.running.app.get(Freezing).completeAll();
    expect((await minutesOf(coordinator, meetingId)).state).toBe('draft');
    expect(await send(coordinator, meetingId)).toMatchObject({ round: 2, isFreezing: false });
  });

  it('[MI4, MI7] of an item again, opened meanwhile, takes nothing that was read for the earlier freezing', async () => {
    const { coordinator, police, meetingId, items } = story;
    const item = items[1]!;
    await send(coordinator, meetingId);
    const before = await words(coordinator, meetingId, 1);
    await requestChange(police, meetingId, item.id, 'Ret');
    const documents = server.running.app.get(CollabDocuments);
    const real = documents.frozenContent.bind(documents);
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reading = false;
    documents.frozenContent = async (id) => {
      const content = await real(id);
      reading = true;
      await held;
      return content;
    };
    const first = coordinator.post(path(meetingId, 'resend'), { itemId: item.id, version: 1, outcome: 'changed' });
    await until('the words are read', () => reading);
    documents.frozenContent = real;
    await coordinator.post(path(meetingId, 'withdraw'), { reason: 'Forfra' });
    const writer = await Writer.open(coordinator, item.documentId, 'minutes');
    writer.type('«nyt»');
    await until('stored', () => writer.stored.length > 0);
    writer.close();
    await send(coordinator, meetingId);
    release();
    await first;
    expect(await words(coordinator, meetingId, 1)).toBe(`${before}«nyt»`);
  });
});

describe('a process that ends between freezing and snapshot', () => {
  it('[MI4] leaves nothing behind: the next one takes the snapshots of what was frozen', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'samraad-minutes-'));
    const database = testDatabaseUrl === undefined ? null : await createTestDatabase();
    const clock = new TestClock();
    const start = () => startServer(readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: folder, ...(database === null ? {} : { DATABASE_URL: database.url }) }), { clock });
    const signingIn = TestServer.of(await start(), clock);
    const { coordinator, police, psychologist, meetingId, items } = await consultation(signingIn);
    const writer = await Writer.open(coordinator, items[1]!.documentId, 'minutes');
    writer.type('«før»');
    await until('stored', () => writer.stored.length === 1);
    signingIn.running.app.get(CollabDocuments).frozenContent = () => Promise.reject(new Error('killed'));
    expect(await send(coordinator, meetingId)).toMatchObject({ state: 'forApproval', isFreezing: true });
    // Frozen it is, and what may be read is what was frozen.
    expect(await words(coordinator, meetingId, 1)).toBe('«før»');
    writer.close();
    await signingIn.running.close();

    const next = TestServer.of(await start(), clock);
    try {
      const after = next.comesBack(coordinator);
      for (let n = 0; n < 1000 && (await minutesOf(after, meetingId)).isFreezing; n += 1) await new Promise((done) => setTimeout(done, 10));
      expect(await minutesOf(after, meetingId)).toMatchObject({ state: 'forApproval', isFreezing: false, round: 1 });
      expect(await words(after, meetingId, 1)).toBe('«før»');
      for (const who of [coordinator, police, psychologist]) await approve(next.comesBack(who), meetingId);
      expect((await minutesOf(after, meetingId)).state).toBe('approved');
    } finally {
      await next.running.close();
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
