import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { newId } from '@lib/platform/ids.js';
import type { CollabStore, Compacted, News, NewUpdate } from './collab-store.js';

/** What a store must be given to be tested: a fresh document per call, two people and a session that exist. */
export interface StoreUnderTest {
  store: CollabStore;
  newDocument(seed: Uint8Array): Promise<{ documentId: string; itemId: string; epoch: string }>;
  people: readonly [string, string];
  sessionId: string;
}

type Check = (under: StoreUnderTest) => Promise<void>;

const bytes = (text: string) => Buffer.from(text, 'utf8');
const plain = (updates: readonly Uint8Array[]) => updates.map((update) => Buffer.from(update).toString('utf8'));

function rowOf({ people, sessionId }: StoreUnderTest, document: { documentId: string; itemId: string }, payload: string | null, clientIds: number[] = [], person = people[0]): NewUpdate {
  return { rowId: newId(), ...pick(document), personId: person, sessionId, payload: payload === null ? null : bytes(payload), clientIds };
}

function pick({ documentId, itemId }: { documentId: string; itemId: string }) {
  return { documentId, itemId };
}

const join = async (updates: readonly Uint8Array[]) => bytes(plain(updates).join('+'));

/**
 * What every store keeps. Each line is one test, without a test framework, so that it runs wherever a store can be
 * opened: `it.each(Object.entries(storeContract))('%s', (_name, check) => check(under))`.
 */
export const storeContract: Readonly<Record<string, Check>> = {
  '[CO40] what was appended is loaded, in the order of the commits and within them': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    await under.store.append([rowOf(under, document, '1'), rowOf(under, document, '2')]);
    await under.store.append(Array.from({ length: 12 }, (_, i) => rowOf(under, document, `${i + 3}`)));
    const loaded = await under.store.load(document.documentId);
    assert.deepEqual(plain(loaded?.updates ?? []), ['seed', ...Array.from({ length: 14 }, (_, i) => `${i + 1}`)]);
    assert.deepEqual([loaded?.itemId, loaded?.epoch, loaded?.state], [document.itemId, document.epoch, 'open']);
  },

  '[CO40] one commit serves several documents': async (under) => {
    const [one, two] = [await under.newDocument(bytes('s1')), await under.newDocument(bytes('s2'))];
    await under.store.append([rowOf(under, one, 'a'), rowOf(under, two, 'b'), rowOf(under, one, 'c')]);
    assert.deepEqual(plain((await under.store.load(one.documentId))?.updates ?? []), ['s1', 'a', 'c']);
    assert.deepEqual(plain((await under.store.load(two.documentId))?.updates ?? []), ['s2', 'b']);
  },

  '[CO41] the same rows a second time store nothing twice': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    const rows = [rowOf(under, document, 'once', [7])];
    await under.store.append(rows);
    assert.equal((await under.store.append(rows)).refused.size, 0);
    assert.deepEqual(plain((await under.store.load(document.documentId))?.updates ?? []), ['seed', 'once']);
  },

  '[CO42] a document that is not open takes nothing, and its neighbours in the commit everything': async (under) => {
    const [frozen, open] = [await under.newDocument(bytes('f')), await under.newDocument(bytes('o'))];
    await under.store.setState(frozen.documentId, 'frozen');
    const { refused } = await under.store.append([rowOf(under, frozen, 'no', [8]), rowOf(under, open, 'yes')]);
    assert.deepEqual([...refused], [frozen.documentId]);
    const loaded = await under.store.load(frozen.documentId);
    assert.deepEqual([plain(loaded?.updates ?? []), loaded?.bindings, loaded?.state], [['f'], [], 'frozen']);
    assert.deepEqual(plain((await under.store.load(open.documentId))?.updates ?? []), ['o', 'yes']);
    await under.store.setState(frozen.documentId, 'open');
    assert.equal((await under.store.append([rowOf(under, frozen, 'now')])).refused.size, 0);
  },

  '[CO42] a document that does not exist takes nothing and breaks nothing': async (under) => {
    const open = await under.newDocument(bytes('o'));
    const gone = newId();
    const { refused } = await under.store.append([rowOf(under, { documentId: gone, itemId: open.itemId }, 'no'), rowOf(under, open, 'yes')]);
    assert.deepEqual([...refused], [gone]);
    assert.equal(await under.store.load(gone), null);
    assert.equal(await under.store.find(gone), null);
  },

  '[CO2] bindings are kept with the update, and by themselves': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    const largest = 0xffffffff;
    await under.store.append([rowOf(under, document, 'x', [largest]), rowOf(under, document, null, [5], under.people[1])]);
    const loaded = await under.store.load(document.documentId);
    const bindings = [...(loaded?.bindings ?? [])].sort((a, b) => a.clientId - b.clientId);
    assert.deepEqual(bindings, [
      { clientId: 5, personId: under.people[1] },
      { clientId: largest, personId: under.people[0] },
    ]);
    assert.deepEqual(plain(loaded?.updates ?? []), ['seed', 'x']);
  },

  '[CO102] who goes by more than is stored, or by another row than is stored, is told so before anything is stored': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    const first = rowOf(under, document, '1');
    await under.store.append([first]);
    const { seq } = (await under.store.find(document.documentId))!;
    assert.deepEqual(await under.store.heads([document.documentId]), new Map([[document.documentId, { seq, rowId: first.rowId }]]));
    assert.equal((await under.store.load(document.documentId))?.lastRowId, first.rowId);
    const heads: [number, string | null][] = [];
    const known = (head: number, rowId: string = first.rowId) => ({
      heads: new Map([[document.documentId, { seq: head, rowId }]]),
      behind: async (_documentId: string, news: News) => {
        heads.push([news.head, news.anchor]);
        return [];
      },
    });
    for (const clientIds of [[], [9]]) await under.store.append([rowOf(under, document, 'upon what is lost', clientIds)], known(seq + 7, newId()));
    assert.deepEqual(heads, [[seq, null], [seq, null]]);
    // A store that was put back gives its numbers out again.
    for (const clientIds of [[], [9]]) await under.store.append([rowOf(under, document, 'upon what is lost', clientIds)], known(seq, newId()));
    assert.deepEqual(heads.slice(2), [[seq, first.rowId], [seq, first.rowId]]);
    assert.deepEqual([(await under.store.since(document.documentId, seq + 7))?.head, (await under.store.since(document.documentId, 0))?.head], [seq, seq]);
    const loaded = await under.store.load(document.documentId);
    assert.deepEqual([plain(loaded?.updates ?? []), loaded?.bindings], [['seed', '1'], []]);
    await under.store.append([rowOf(under, document, '2')], known(seq));
    assert.deepEqual(plain((await under.store.load(document.documentId))?.updates ?? []), ['seed', '1', '2']);
  },

  '[CO2] a client id of somebody else makes the commit fail as a whole': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    await under.store.append([rowOf(under, document, null, [5])]);
    await assert.rejects(under.store.append([rowOf(under, document, 'first'), rowOf(under, document, 'second', [5], under.people[1])]));
    assert.deepEqual(plain((await under.store.load(document.documentId))?.updates ?? []), ['seed']);
  },

  '[CO46] compaction puts one snapshot in the place of all, and what is committed meanwhile stays beside it': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    assert.equal(await under.store.compact(document.documentId, join, false), null);
    await under.store.append([rowOf(under, document, '1', [7]), rowOf(under, document, '2', [8], under.people[1])]);
    const late = rowOf(under, document, 'late');
    const done = await under.store.compact(
      document.documentId,
      async (updates) => {
        await under.store.append([late]);
        return join(updates);
      },
      false,
    );
    assert.equal(done?.savedBytes, 'seed12'.length - 'seed+1+2'.length);
    const loaded = await under.store.load(document.documentId);
    assert.deepEqual([plain(loaded?.updates ?? []), loaded?.hasSnapshot], [['seed+1+2', 'late'], true]);
    assert.equal(loaded?.bindings.length, 2);
    // The same commit again, because its answer was lost.
    await under.store.append([late]);
    assert.equal((await under.store.load(document.documentId))?.updates.length, 2);
    await under.store.compact(document.documentId, join, false);
    assert.deepEqual(plain((await under.store.load(document.documentId))?.updates ?? []), ['seed+1+2+late']);
    assert.equal(await under.store.compact(document.documentId, join, false), null);
    assert.equal(await under.store.compact(newId(), join, false), null);
  },

  '[CO46] a frozen document is compacted, too, and a failed merge leaves everything as it was': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    await under.store.append([rowOf(under, document, '1')]);
    await under.store.setState(document.documentId, 'frozen');
    await assert.rejects(under.store.compact(document.documentId, async () => Promise.reject(new Error('took too long')), false));
    assert.deepEqual(plain((await under.store.load(document.documentId))?.updates ?? []), ['seed', '1']);
    assert.notEqual(await under.store.compact(document.documentId, join, false), null);
    const loaded = await under.store.load(document.documentId);
    assert.deepEqual([plain(loaded?.updates ?? []), loaded?.state], [['seed+1'], 'frozen']);
  },

  '[CO46] of two compactions at once one gives way, and nothing is lost': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    await under.store.append([rowOf(under, document, '1'), rowOf(under, document, '2')]);
    let second: Compacted | null | undefined;
    const first = await under.store.compact(
      document.documentId,
      async (updates) => {
        second = await under.store.compact(document.documentId, join, false);
        await under.store.append([rowOf(under, document, '3')]);
        return join(updates);
      },
      false,
    );
    assert.deepEqual([first === null, second === null], [true, false]);
    assert.deepEqual(plain((await under.store.load(document.documentId))?.updates ?? []), ['seed+1+2', '3']);
  },

  '[CO46] documents that rest are named until they are compacted': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    const far = Date.UTC(2100, 0);
    const isNamed = async (before: number) => (await under.store.resting(before, 10_000)).includes(document.documentId);
    assert.equal(await isNamed(far), false);
    await under.store.append([rowOf(under, document, '1')]);
    assert.deepEqual([await isNamed(0), await isNamed(far)], [false, true]);
    await under.store.compact(document.documentId, join, false);
    assert.equal(await isNamed(far), false);
  },

  '[CO83] what was asked for stays asked for until the compaction that answers it': async (under) => {
    const document = await under.newDocument(bytes('seed'));
    const wanted = async () => (await under.store.wantingCompaction()).some(({ documentId }) => documentId === document.documentId);
    assert.equal(await wanted(), false);
    await under.store.append([rowOf(under, document, '1')]);
    await under.store.wantCompaction(document.documentId);
    await under.store.compact(document.documentId, join, false);
    assert.equal(await wanted(), true);
    await assert.rejects(under.store.compact(document.documentId, async () => Promise.reject(new Error('took too long')), true));
    assert.equal(await wanted(), true);
    assert.notEqual(await under.store.compact(document.documentId, join, true), null);
    assert.equal(await wanted(), false);
    assert.deepEqual(plain((await under.store.load(document.documentId))?.updates ?? []), ['seed+1']);
  },

  '[CO43] a ticket opens its own document only, for its own session': async (under) => {
    const [one, two] = [await under.newDocument(bytes('1')), await under.newDocument(bytes('2'))];
    const tokenHash = randomBytes(32);
    const clientId = randomInt(2 ** 32);
    await under.store.addTicket({ tokenHash, documentId: one.documentId, sessionId: under.sessionId, personId: under.people[0], clientId }, 60_000);
    const found = await under.store.findTicket(tokenHash, one.documentId);
    assert.deepEqual([found?.sessionId, found?.personId, found?.clientId], [under.sessionId, under.people[0], clientId]);
    assert.equal(await under.store.findTicket(tokenHash, two.documentId), null);
    assert.equal(await under.store.findTicket(randomBytes(32), one.documentId), null);
    assert.equal(await under.store.isClientIdTaken(one.documentId, clientId), true);
    assert.equal(await under.store.isClientIdTaken(two.documentId, clientId), false);
  },

  '[CO43] a ticket ends by itself': async (under) => {
    const { documentId } = await under.newDocument(bytes('1'));
    const tokenHash = randomBytes(32);
    await under.store.addTicket({ tokenHash, documentId, sessionId: under.sessionId, personId: under.people[0], clientId: 1 }, 0);
    assert.equal(await under.store.findTicket(tokenHash, documentId), null);
  },
};
