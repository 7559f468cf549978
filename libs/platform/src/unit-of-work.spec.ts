import { describe, expect, it } from '@jest/globals';
import { SystemClock } from './clock.js';
import { bareBegin, type Connections } from './connections.js';
import { DomainEvents } from './events.service.js';
import { UnitOfWork } from './unit-of-work.service.js';

/** A database on which one statement ends as it is said. */
function setUp(failing?: { sql: string; how: () => { command: string } }) {
  const asked: string[] = [];
  const connections: Connections = {
    places: 4,
    take: async () => ({
      query: async (sql) => {
        asked.push(sql);
        return { rows: [], command: sql, ...(sql === failing?.sql ? failing.how() : {}) };
      },
      giveBack: () => undefined,
    }),
    begin: () => bareBegin,
    close: async () => undefined,
  };
  const events = new DomainEvents();
  const told: unknown[] = [];
  events.on('session.ended', ({ sessionId }) => void told.push(sessionId));
  const unitOfWork = new UnitOfWork(connections, new SystemClock(), 'this process');
  const run = () =>
    unitOfWork.run(async (tx) => {
      events.emitIn(tx, 'session.ended', { sessionId: 's' });
      tx.afterCommit((isKnown) => told.push(isKnown));
      await tx.query('UPDATE');
    });
  return { run, told, asked };
}

const lose = (): never => {
  throw new Error('connection reset');
};

describe('what follows from a transaction', () => {
  it('[PS1] follows when it is committed', async () => {
    const { run, told } = setUp();
    await run();
    expect(told).toEqual(['s', true]);
  });

  it('[PS8] follows, too, when nobody knows whether it is: the others act upon it, and this process hears nothing of its own', async () => {
    const { run, told } = setUp({ sql: 'COMMIT', how: lose });
    await expect(run()).rejects.toThrow('connection reset');
    expect(told).toEqual(['s', false]);
  });

  it.each([
    ['a statement failed', { sql: 'UPDATE', how: lose }],
    ['the server rolled it back in place of committing', { sql: 'COMMIT', how: () => ({ command: 'ROLLBACK' }) }],
  ])('[PS1] does not where %s', async (_why, failing) => {
    const { run, told } = setUp(failing);
    await expect(run()).rejects.toThrow();
    expect(told).toEqual([]);
  });
});
