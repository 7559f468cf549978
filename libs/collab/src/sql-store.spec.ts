import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@lib/platform/clock.js';
import { FileKeyManagement } from '@lib/platform/key-management.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { openTestDatabase, sqlStoreUnderTest } from './spec-sql.js';
import { storeContract, type StoreUnderTest } from './store-contract.js';

describe('SqlStore', () => {
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  let under: StoreUnderTest;

  beforeAll(async () => {
    const opened = await openTestDatabase();
    close = async () => {
      await opened.database.close();
      await opened.drop();
    };
    unitOfWork = new UnitOfWork(opened.database.dataSource);
    under = await sqlStoreUnderTest(unitOfWork, new Keyring(unitOfWork, new FileKeyManagement(null, true)), new SystemClock());
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
});
