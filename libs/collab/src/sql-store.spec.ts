import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SystemClock } from '@lib/platform/clock.js';
import { FileKeyManagement } from '@lib/platform/file-key-management.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { newId } from '@lib/platform/ids.js';
import type { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { asOwner, testDatabaseUrl } from '../../../test/support/test-database.js';
import { openTestDatabase, sqlStoreUnderTest } from './spec-sql.js';
import { SqlStore } from './sql-store.service.js';
import { storeContract, type StoreUnderTest } from './store-contract.js';

describe('SqlStore', () => {
  let close: () => Promise<void>;
  let url: string | undefined;
  let unitOfWork: UnitOfWork;
  let under: StoreUnderTest;
  const keys = new FileKeyManagement(null, true);

  beforeAll(async () => {
    const opened = await openTestDatabase();
    close = async () => {
      await opened.database.close();
      await opened.drop();
    };
    url = opened.url;
    unitOfWork = asOwner(opened.database.dataSource, new SystemClock());
    under = await sqlStoreUnderTest(unitOfWork, new Keyring(unitOfWork, keys), new SystemClock());
  }, 60_000);

  afterAll(() => close());

  it.each(Object.entries(storeContract))('%s', (_name, check) => check(under));

  it('[CO44] at rest the words are sealed, and a payload in another row does not open', async () => {
    const { documentId, itemId } = await under.newDocument(Buffer.from('fortroligt'));
    const words = 'underretning om vold';
    const row = { documentId, itemId, personId: under.people[0], sessionId: under.sessionId, clientIds: [] };
    await under.store.append([
      { ...row, rowId: newId(), payload: Buffer.from(words) },
      { ...row, rowId: newId(), payload: Buffer.from(words) },
    ]);
    const stored = await unitOfWork.run((tx) => tx.query<{ id: string; payload: Uint8Array }>('SELECT id, payload FROM yjs_update WHERE document_id = $1 ORDER BY seq', [documentId]));
    expect(stored).toHaveLength(3);
    for (const { payload } of stored) expect(Buffer.from(payload).includes('vold')).toBe(false);
    await unitOfWork.run((tx) => tx.query('UPDATE yjs_update SET payload = $2 WHERE id = $1', [stored[2]?.id, stored[1]?.payload]));
    await expect(under.store.load(documentId)).rejects.toThrow();
  });

  it('[CO46] rests with something behind its snapshot until that is in it, whoever stored it', async () => {
    const { documentId, itemId } = await under.newDocument(Buffer.from('seed'));
    const row = { documentId, itemId, personId: under.people[0], sessionId: under.sessionId, clientIds: [9] };
    const rests = async () => (await under.store.resting(Date.now() + 60_000, 10_000)).includes(documentId);
    const compact = () => under.store.compact(documentId, async (updates) => Buffer.concat(updates), false);
    expect(await rests()).toBe(false);
    // An id alone is nothing to compact.
    await under.store.append([{ ...row, rowId: newId(), payload: null }]);
    expect(await rests()).toBe(false);
    for (const text of ['a', 'b']) await under.store.append([{ ...row, rowId: newId(), payload: Buffer.from(text) }]);
    expect(await rests()).toBe(true);
    // What is committed while it is merged stays behind it.
    await under.store.compact(documentId, async (updates) => (await under.store.append([{ ...row, rowId: newId(), payload: Buffer.from('c') }]), Buffer.concat(updates)), false);
    expect(await rests()).toBe(true);
    await compact();
    expect([await rests(), (await under.store.load(documentId))?.updates.map(String)]).toEqual([false, ['seedabc']]);
    await under.store.append([{ ...row, rowId: newId(), payload: Buffer.from('d') }]);
    expect(await rests()).toBe(true);
  });

  it('[CO108] neither a document with words nor who wrote them can be removed', async () => {
    const { documentId, itemId } = await under.newDocument(Buffer.from('seed'));
    await under.store.append([{ documentId, itemId, personId: under.people[1], sessionId: under.sessionId, clientIds: [], rowId: newId(), payload: Buffer.from('x') }]);
    for (const [sql, id] of [
      ['DELETE FROM yjs_document WHERE id = $1', documentId],
      ['UPDATE yjs_document SET id = gen_random_uuid() WHERE id = $1', documentId],
      ['DELETE FROM person WHERE id = $1', under.people[1]],
    ] as const) {
      await expect(unitOfWork.run((tx) => tx.query(sql, [id]))).rejects.toThrow('words name this');
    }
  });

  it('[CO40] a history of many pages is loaded as it was stored', async () => {
    const { documentId, itemId } = await under.newDocument(Buffer.from('0'));
    const row = { documentId, itemId, personId: under.people[0], sessionId: under.sessionId, clientIds: [] };
    for (let from = 1; from <= 4_000; from += 1_000) {
      await under.store.append(Array.from({ length: 1_000 }, (_, i) => ({ ...row, rowId: newId(), payload: Buffer.from(String(from + i)) })));
    }
    const numbers = (await under.store.load(documentId))?.updates.map((update) => Number(Buffer.from(update)));
    expect(numbers).toEqual(Array.from({ length: 4_001 }, (_, i) => i));
    expect(await under.store.compact(documentId, async (updates) => Buffer.from(String(updates.length)), false)).not.toBeNull();
    expect((await under.store.load(documentId))?.updates.map(String)).toEqual(['4001']);
  }, 60_000);

  (testDatabaseUrl === undefined ? it.skip : it)('[CO10] a document that somebody else holds is passed over, and holds up no other; frozen meanwhile, it is refused', async () => {
    const [held, other] = [await under.newDocument(Buffer.from('0')), await under.newDocument(Buffer.from('0'))];
    const rows = (clientIds: number[]) => [held, other].map(({ documentId, itemId }) => ({ documentId, itemId, personId: under.people[0], sessionId: under.sessionId, clientIds, rowId: newId(), payload: Buffer.from('1') }));
    // Another process, with a connection of its own.
    const somebody = new pg.Client({ connectionString: url });
    await somebody.connect();
    for (const clientIds of [[], [7]]) {
      const isFrozen = clientIds.length > 0;
      const first = rows(clientIds);
      await somebody.query('BEGIN');
      await somebody.query('SELECT id FROM yjs_document WHERE id = $1 FOR UPDATE', [held.documentId]);
      const appended = await under.store.append(first).finally(async () => {
        if (isFrozen) await somebody.query(`UPDATE yjs_document SET state = 'frozen' WHERE id = $1`, [held.documentId]);
        await somebody.query('COMMIT');
      });
      expect([[...appended.busy!], [...appended.refused], [...appended.heads.keys()]]).toEqual([[held.documentId], [], [other.documentId]]);
      const again = await under.store.append(first.slice(0, 1));
      expect([[...(again.busy ?? [])], [...again.refused], again.heads.size]).toEqual(isFrozen ? [[], [held.documentId], 0] : [[], [], 1]);
    }
    await somebody.end();
  });

  it('[CO103] what is new is read before the state: behind a freeze that is told of nothing is missing', async () => {
    const { documentId } = await under.newDocument(Buffer.from('seed'));
    const freezing = Object.create(unitOfWork) as UnitOfWork;
    freezing.run = (work, options) =>
      unitOfWork.run(
        (tx) =>
          work({
            ...tx,
            query: async (sql, parameters) => {
              const rows = await tx.query<never>(sql, parameters);
              if (sql.includes('payload')) await tx.query(`UPDATE yjs_document SET state = 'frozen' WHERE id = $1`, [documentId]);
              return rows;
            },
          }),
        options,
      );
    const news = await new SqlStore(freezing, new Keyring(unitOfWork, keys), new SystemClock()).since(documentId, 0);
    expect([news?.state, news?.rows.length]).toEqual(['frozen', 1]);
  });

  /** A store whose transactions end after some of their statements, as when the process or the database is killed there. */
  const dyingAfter = (statements: number) => {
    let left = statements;
    const mortal = Object.create(unitOfWork) as UnitOfWork;
    mortal.run = (work, options) =>
      unitOfWork.run(
        (tx) =>
          work({
            ...tx,
            query: async (sql, parameters) => {
              if (left-- <= 0) throw new Error('killed');
              return tx.query(sql, parameters);
            },
          }),
        options,
      );
    return { store: new SqlStore(mortal, new Keyring(unitOfWork, keys), new SystemClock()), died: () => left < 0 };
  };

  it('[CO46] killed at each of its statements, a compaction leaves all words, and the next one goes through', async () => {
    const { documentId, itemId } = await under.newDocument(Buffer.from('seed'));
    const row = { documentId, itemId, personId: under.people[0], sessionId: under.sessionId, clientIds: [] };
    const words = async () => (await under.store.load(documentId))?.updates.map(String).join('+');
    const join = async (updates: readonly Uint8Array[]) => Buffer.from(updates.map(String).join('+'));
    await under.store.append([{ ...row, rowId: newId(), payload: Buffer.from('1') }]);
    await under.store.append([{ ...row, rowId: newId(), payload: Buffer.from('2') }]);
    let steps = 0;
    for (; ; steps++) {
      const { store, died } = dyingAfter(steps);
      const outcome = await store.compact(documentId, async (updates) => join(updates.map((one) => Buffer.from(one))), false).catch(() => 'killed');
      if (!died()) {
        expect(outcome).not.toBe('killed');
        break;
      }
      expect([steps, outcome, await words()]).toEqual([steps, 'killed', 'seed+1+2']);
      expect((await under.store.load(documentId))?.updates).toHaveLength(3);
    }
    expect(steps).toBeGreaterThan(6);
    expect([await words(), (await under.store.load(documentId))?.updates.length]).toEqual(['seed+1+2', 1]);
  });
});
