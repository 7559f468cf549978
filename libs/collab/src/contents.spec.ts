import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import type { StoredDocument } from './collab-store.js';
import { Contents } from './contents.js';
import { mergeUpdates, projectText, seedUpdate } from './document-content.js';

const seed = seedUpdate({ title: 'a', agendaParagraphs: [] });
const stored = (updates: Uint8Array[]): StoredDocument => ({ documentId: 'd', itemId: 'i', epoch: 'e', state: 'open', updates, hasSnapshot: false, bindings: [], seq: 0, lastRowId: null });

function grow(doc: Y.Doc, text: string): Uint8Array {
  const before = Y.encodeStateVector(doc);
  doc.getText('title').insert(doc.getText('title').length, text);
  return Y.encodeStateAsUpdate(doc, before);
}

function setUp() {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, seed);
  const waiting: (() => void)[] = [];
  const load = async () => stored([seed]);
  const merge = async (updates: readonly Uint8Array[]) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return mergeUpdates(updates);
  };
  return { doc, waiting, load, merge };
}

const head = { seq: 0, rowId: 'r' };
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Contents', () => {
  it('[CO31] answers with everything that was committed before the question, also while it was loading', async () => {
    const { doc, waiting, load, merge } = setUp();
    const contents = new Contents({ load }, merge, { contentCacheBytes: 1_000_000, contentTailUpdates: 100 });
    const first = contents.read('d');
    await turn();
    contents.append('d', grow(doc, 'b'), head);
    const second = contents.read('d');
    contents.append('d', grow(doc, 'c'), head);
    const titles: string[] = [];
    void first.then((content) => titles.push(projectText(content as Uint8Array).title));
    void second.then((content) => titles.push(projectText(content as Uint8Array).title));
    for (let i = 0; i < 20 && titles.length < 2; i++) {
      await turn();
      waiting.shift()?.();
    }
    expect(titles[0]).toMatch(/^a/);
    expect(titles[1]).toMatch(/^ab/);
  });

  it('[CO31] ends even when something new is committed all the time', async () => {
    const { doc, waiting, load, merge } = setUp();
    const contents = new Contents({ load }, merge, { contentCacheBytes: 1_000_000, contentTailUpdates: 100 });
    let isDone = false;
    void contents.read('d').then(() => (isDone = true));
    for (let i = 0; i < 20 && !isDone; i++) {
      await turn();
      contents.append('d', grow(doc, 'x'), head);
      waiting.shift()?.();
    }
    expect(isDone).toBe(true);
  });

  it('[CO53] what does not fit the budget is loaded again', async () => {
    let loads = 0;
    const load = async () => {
      loads++;
      return stored([seed]);
    };
    const contents = new Contents({ load }, async (updates) => mergeUpdates(updates), { contentCacheBytes: 10, contentTailUpdates: 100 });
    expect(projectText((await contents.read('d')) as Uint8Array).title).toBe('a');
    contents.append('d', new Uint8Array(20), head);
    expect(projectText((await contents.read('d')) as Uint8Array).title).toBe('a');
    expect(loads).toBe(2);
  });

  it('[CO53] counts what was read with its size, also when it has grown since', async () => {
    const megabyte = new Uint8Array(1_000_000);
    const load = async () => ({ ...stored([megabyte]), hasSnapshot: true });
    const contents = new Contents({ load }, async (updates) => new Uint8Array(updates.reduce((sum, { length }) => sum + length, 0)), { contentCacheBytes: 10_000_000, contentTailUpdates: 100 });
    const ids = Array.from({ length: 100 }, (_, n) => `d${n}`);
    const held = () => ids.filter((id) => contents.holds(id));
    for (const id of ids) await contents.read(id);
    expect(held()).toEqual(ids.slice(90));
    // The youngest grow to two megabytes each by what is merged into them, and others give way.
    for (const id of ids.slice(95)) {
      contents.append(id, megabyte, head);
      expect(await contents.read(id)).toHaveLength(2_000_000);
    }
    expect(held().length).toBeLessThanOrEqual(5);
    // Read at the same time, all are there for whoever asked, and no more of them stay.
    await Promise.all(ids.map((id) => contents.read(id)));
    expect(held().length).toBeLessThanOrEqual(10);
  });

  it('[CO53] what gathers while nobody asks is merged on the way', async () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, seed);
    const merges: number[] = [];
    const merge = async (updates: readonly Uint8Array[]) => {
      merges.push(updates.length);
      return mergeUpdates(updates);
    };
    const contents = new Contents({ load: async () => stored([seed]) }, merge, { contentCacheBytes: 1_000_000, contentTailUpdates: 10 });
    await contents.read('d');
    for (let i = 0; i < 25; i++) {
      contents.append('d', grow(doc, 'x'), head);
      await turn();
    }
    expect(merges).toEqual([1, 11, 11]);
    expect(projectText((await contents.read('d')) as Uint8Array).title).toBe(`a${'x'.repeat(25)}`);
  });

  it('[CO47, CO52] what was only added stands beside the snapshot; once something was deleted it is one, without it', async () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, seed);
    const updates = [seed];
    let merges = 0;
    const merge = async (parts: readonly Uint8Array[]) => {
      merges++;
      return mergeUpdates(parts);
    };
    const contents = new Contents({ load: async () => ({ ...stored(updates), hasSnapshot: true }) }, merge, { contentCacheBytes: 1_000_000, contentTailUpdates: 100 });
    const opened = (await contents.open('d'))!;
    for (const text of ['1', '2', '3']) contents.append('d', grow(doc, text), head);
    const { base, tail } = (await contents.parts('d'))!;
    expect([opened.merged, base, tail.length, merges]).toEqual([seed, seed, 3, 0]);
    expect(projectText((await contents.read('d')) as Uint8Array).title).toBe('a123');
    const before = Y.encodeStateVector(doc);
    doc.getText('title').delete(1, 1);
    contents.append('d', Y.encodeStateAsUpdate(doc, before), head);
    const gone = (await contents.parts('d'))!;
    expect([gone.tail, projectText(gone.base).title, Buffer.from(gone.base).includes('a1')]).toEqual([[], 'a23', false]);
    // What stands in a place that is gone is seen by nobody, and sent to nobody new.
    const typed = (text: string) => {
      const updates: Uint8Array[] = [];
      doc.once('update', (update: Uint8Array) => updates.push(update));
      grow(doc, text);
      return updates[0]!;
    };
    contents.append('d', typed('4'), head);
    expect((await contents.parts('d'))!.tail).toHaveLength(1);
    contents.append('d', typed('5'), head, true);
    expect((await contents.parts('d'))!.tail).toEqual([]);
    // The same from the store, whoever asks first.
    updates.push(Y.encodeStateAsUpdate(doc, Y.encodeStateVectorFromUpdate(seed)));
    for (const first of [async (c: Contents) => (await c.parts('e'))!.base, async (c: Contents) => (await c.open('e'))!.merged]) {
      const fresh = new Contents({ load: async () => ({ ...stored(updates), hasSnapshot: true }) }, merge, { contentCacheBytes: 1_000_000, contentTailUpdates: 100 });
      expect(projectText(await first(fresh)).title).toBe('a2345');
    }
  });

  it('[CO53] a failed load is tried again, and nothing is kept of what does not exist', async () => {
    let answer: () => Promise<StoredDocument | null> = async () => {
      throw new Error('down');
    };
    const contents = new Contents({ load: () => answer() }, async (updates) => mergeUpdates(updates), { contentCacheBytes: 1_000, contentTailUpdates: 100 });
    await expect(contents.read('d')).rejects.toThrow('down');
    answer = async () => null;
    expect(await contents.read('d')).toBeNull();
    answer = async () => stored([seed]);
    expect(await contents.read('d')).not.toBeNull();
  });
});
