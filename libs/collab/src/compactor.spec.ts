import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { Compactor } from './compactor.js';
import { compactUpdates, projectText, seedUpdate } from './document-content.js';
import { MemoryStore } from './memory-store.js';
import { until } from './spec-server.js';

const limits = { compactRestMs: 1_000, compactPerSweep: 2, compactAgainMs: 10_000, compactShare: 1, compactPauseMs: 0 };

function setUp() {
  const clock = { nowMs: 0 };
  const store = new MemoryStore(() => clock.nowMs);
  const saved: string[] = [];
  const failures: string[] = [];
  const ports = {
    store,
    merge: async (updates: readonly Uint8Array[]) => compactUpdates(updates),
    nowMs: () => clock.nowMs,
    compacted: (documentId: string) => void saved.push(documentId),
    failed: (error: unknown, documentId?: string) => void failures.push(`${documentId}: ${(error as Error).message}`),
  };
  const compactor = new Compactor(ports, limits);
  const write = async (documentId: string, words: string) => {
    const doc = new Y.Doc();
    for (const update of (await store.load(documentId))?.updates ?? []) Y.applyUpdate(doc, update);
    const before = Y.encodeStateVector(doc);
    doc.getText('title').insert(0, words);
    const row = { rowId: `${documentId} ${words}`, documentId, itemId: 'i', personId: 'p', sessionId: null, clientIds: [] };
    await store.append([{ ...row, payload: Y.encodeStateAsUpdate(doc, before) }]);
  };
  const create = (documentId: string) => store.create({ documentId, itemId: 'i', epoch: 'e' }, seedUpdate({ title: documentId, agendaParagraphs: [] }));
  return { clock, store, ports, compactor, write, create, saved, failures };
}

/** Until everything that was asked for has been tried; a pause of any length between two counts as well. */
const turn = async () => {
  for (let n = 0; n < 200; n++) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let n = 0; n < 200; n++) await new Promise((resolve) => setImmediate(resolve));
};

describe('Compactor', () => {
  it('[CO46] takes what rests, a part at a time, and leaves alone what is being written or has nothing to give', async () => {
    const { clock, store, compactor, write, create, saved } = setUp();
    for (const id of ['a', 'b', 'c', 'young', 'untouched']) create(id);
    for (const id of ['a', 'b', 'c']) await write(id, 'x');
    clock.nowMs = 900;
    await write('young', 'x');
    clock.nowMs = 1_500;
    await compactor.sweep();
    await until('two are done', () => saved.length === 2);
    expect(saved).toEqual(['a', 'b']);
    await compactor.sweep();
    await until('the third is done', () => saved.length === 3);
    expect(saved).toEqual(['a', 'b', 'c']);
    expect((await store.load('young'))?.updates).toHaveLength(2);
    expect(projectText((await store.load('a'))!.updates[0]!).title).toBe('xa');
  });

  it('[CO46] one that fails keeps its rows, is told, and is tried again later; others go on', async () => {
    const { clock, store, ports, write, create, failures, saved } = setUp();
    create('bad');
    create('good');
    await write('bad', 'x');
    await write('good', 'x');
    let tries = 0;
    const compactor = new Compactor({ ...ports, merge: async (updates) => (tries++, updates.length === 2 && tries === 1 ? Promise.reject(new Error('took too long')) : compactUpdates(updates)) }, limits);
    compactor.ask('bad');
    compactor.ask('good');
    await compactor.fulfil('nobody');
    await until('the good one is done', () => saved.includes('good'));
    expect(failures).toEqual(['bad: took too long']);
    expect([(await store.load('bad'))?.updates.length, (await store.load('good'))?.updates.length]).toEqual([2, 1]);
    compactor.ask('bad');
    await turn();
    expect(tries).toBe(2);
    clock.nowMs += limits.compactAgainMs;
    compactor.ask('bad');
    await until('the bad one is done', () => saved.includes('bad'));
    expect((await store.load('bad'))?.updates).toHaveLength(1);
  });

  it('[CO46] pauses between two in proportion to what they took; what must leave storage does not wait', async () => {
    const { ports, write, create, saved } = setUp();
    for (const id of ['a', 'b', 'urgent']) {
      create(id);
      await write(id, 'x');
    }
    const compactor = new Compactor(ports, { ...limits, compactShare: 1e-9, compactPauseMs: 60_000 });
    compactor.ask('a');
    compactor.ask('b');
    await until('the first is done', () => saved.length > 0);
    await turn();
    expect(saved).toEqual(['a']);
    await compactor.fulfil('urgent');
    expect(saved).toEqual(['a', 'urgent']);
    await compactor.stop();
    expect(saved).toEqual(['a', 'urgent']);
  });

  it('[CO46] asked ten times before it begins, it is done once; stopped, none begins', async () => {
    const { compactor, write, create, saved, store } = setUp();
    create('a');
    await write('a', 'x');
    for (let i = 0; i < 10; i++) compactor.ask('a');
    await until('done', () => saved.length > 0);
    await turn();
    expect(saved).toEqual(['a']);
    await write('a', 'y');
    compactor.ask('a');
    await compactor.stop();
    compactor.ask('a');
    expect((await store.load('a'))?.updates).toHaveLength(2);
  });
});

describe('a compaction that is asked for', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('[CO83] in the very moment in which the one before it ends, is done (%i turns later)', async (turns) => {
    const { compactor, write, create, saved } = setUp();
    create('a');
    await write('a', 'x');
    await compactor.fulfil('a');
    for (let n = 0; n < turns; n++) await Promise.resolve();
    await compactor.fulfil('a');
    expect(saved).toEqual(['a']);
  }, 5_000);
});

describe('compactUpdates', () => {
  it('[CO46] keeps every word, mark and clock, and no deleted one', () => {
    const doc = new Y.Doc({ gc: false });
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => void updates.push(update));
    const title = doc.getText('title');
    title.insert(0, 'Barnet hemmelighed bor');
    title.format(0, 6, { bold: {} });
    title.delete(7, 12);
    const compacted = compactUpdates(updates);
    expect(Buffer.concat(updates).includes('hemmelighed')).toBe(true);
    expect(Buffer.from(compacted).includes('hemmelighed')).toBe(false);
    const reopened = new Y.Doc();
    Y.applyUpdate(reopened, compacted);
    expect(reopened.getText('title').toDelta()).toEqual(title.toDelta());
    expect(Y.encodeStateVector(reopened)).toEqual(Y.encodeStateVector(doc));
    // Who had the document before goes on from what is stored now.
    title.insert(title.length, ' hos sin mor');
    Y.applyUpdate(reopened, updates.at(-1)!);
    expect(reopened.getText('title').toString()).toBe('Barnet bor hos sin mor');
  });

  it('[CO46] refuses to compact what is not complete', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => void updates.push(update));
    for (const letter of 'abc') doc.getText('title').insert(doc.getText('title').length, letter);
    expect(() => compactUpdates([updates[0]!, updates[2]!])).toThrow('not complete');
  });
});
