import { describe, it } from '@jest/globals';
import { newId } from '@lib/platform/ids.js';
import { MemoryStore } from './memory-store.js';
import { storeContract } from './store-contract.js';

describe('MemoryStore', () => {
  it.each(Object.entries(storeContract))('%s', async (_name, check) => {
    const store = new MemoryStore();
    await check({
      store,
      newDocument: async (seed) => {
        const row = { documentId: newId(), itemId: newId(), epoch: newId() };
        store.create(row, seed);
        return row;
      },
      people: [newId(), newId()],
      sessionId: newId(),
    });
  });
});
