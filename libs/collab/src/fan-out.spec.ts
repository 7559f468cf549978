import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from 'pg';
import { SystemClock } from '@lib/platform/clock.js';
import { openDatabase, type Database } from '@lib/platform/database.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { FileKeyManagement } from '@lib/platform/file-key-management.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { readConfig } from '@lib/platform/config.js';
import { Outbox } from '@lib/platform/outbox.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { asOwner, createTestDatabase, testDatabaseUrl, type OwnDatabase } from '../../../test/support/test-database.js';
import { seedUpdate } from './document-content.js';
import { fanOutContract, faults, FaultyFanOut, hubOn } from './fan-out-contract.js';
import { LocalBus } from './fan-out.js';
import { MemoryStore } from './memory-store.js';
import { OutboxFanOut } from './outbox-fan-out.service.js';
import { randomOf } from './spec-random.js';
import { sqlStoreUnderTest } from './spec-sql.js';
import { SqlStore } from './sql-store.service.js';
import type { StoreUnderTest } from './store-contract.js';

const seed = seedUpdate({ title: '', agendaParagraphs: [] });
const cases = faults.flatMap((fault) => Object.entries(fanOutContract).map(([name, check]) => [`${name}; hints: ${fault}`, fault, check] as const));

describe('LocalFanOut', () => {
  it.each(cases)('%s', async (_name, fault, check) => {
    const [store, bus, failures] = [new MemoryStore(), new LocalBus(), [] as string[]];
    const documentId = newId();
    store.create({ documentId, itemId: newId(), epoch: newId() }, seed);
    const hub = (n: number) => hubOn(store, new FaultyFanOut(bus.join(), fault, randomOf(n)), randomUUID(), failures);
    await check({ hubs: [hub(1), hub(2)], store, documentId, people: [newId(), newId()], failures });
  });
});

/** A line on which everything that is asked is written down. */
class WrittenLine extends EventEmitter {
  readonly asked: string[] = [];

  async query(sql: string, parameters: unknown[] = []) {
    this.asked.push([sql, ...parameters].join(' '));
    return { rows: [{ horizon: '1', rows: [] }] };
  }

  async end(): Promise<void> {}
}

describe('a process that nobody else was heard by', () => {
  it('[CO100] says no hints until somebody comes', async () => {
    let nowMs = 0;
    const line = new WrittenLine();
    const outbox = new Outbox({ open: async () => line as unknown as Client }, newId(), new DomainEvents(), () => nowMs);
    await outbox.onModuleInit();
    const fanOut = new OutboxFanOut(outbox);
    const said = async (seq: number) => {
      fanOut.publish([{ documentId: newId(), itemId: newId(), seq }]);
      await fanOut.stop();
      return line.asked.filter((one) => one.includes('pg_notify')).map((one) => Number(one.split(' ').at(-1)));
    };
    // Who has just come does not know yet.
    expect(await said(1)).toEqual([1]);
    // One that stood still has not read what was said meanwhile.
    nowMs = 5_001;
    expect(await said(2)).toEqual([1, 2]);
    const looks = () => line.asked.filter((one) => one.includes('FROM outbox')).length;
    for (let before = looks(); looks() < before + 2; ) await new Promise((done) => setTimeout(done, 10));
    expect(await said(3)).toEqual([1, 2]);
    line.emit('notification', { channel: 'samraad_here', payload: outbox.processId });
    expect(await said(4)).toEqual([1, 2]);
    line.emit('notification', { channel: 'samraad_here', payload: newId() });
    expect(await said(5)).toEqual([1, 2, 5]);
    expect(line.asked).toContain(`NOTIFY samraad_here, '${outbox.processId}'`);
    await outbox.stop();
  });
});

(testDatabaseUrl === undefined ? describe.skip : describe)('OutboxFanOut, on two lines to one PostgreSQL', () => {
  let own: OwnDatabase;
  const databases: Database[] = [];
  const outboxes: Outbox[] = [];
  const stores: SqlStore[] = [];
  let under: StoreUnderTest;

  beforeAll(async () => {
    own = await createTestDatabase();
    const clock = new SystemClock();
    const keys = new FileKeyManagement(null, true);
    for (let n = 0; n < 2; n++) {
      const database = await openDatabase(readConfig({ DATABASE_URL: own.url }), [], { shares: true });
      databases.push(database);
      const outbox = new Outbox(database.line, newId(), new DomainEvents());
      await outbox.onModuleInit();
      outboxes.push(outbox);
      const unitOfWork = new UnitOfWork(database.connections, clock, outbox.processId);
      stores.push(new SqlStore(unitOfWork, new Keyring(unitOfWork, keys), clock));
    }
    const owner = asOwner(databases[0]!.dataSource, clock);
    under = await sqlStoreUnderTest(owner, new Keyring(owner, keys), clock);
  }, 60_000);
  afterAll(async () => {
    for (const outbox of outboxes) await outbox.stop();
    for (const database of databases) await database.close();
    await own.drop();
  });

  it.each(cases)('%s', async (_name, fault, check) => {
    const failures: string[] = [];
    const { documentId } = await under.newDocument(seed);
    const hub = (n: 0 | 1) => hubOn(stores[n]!, new FaultyFanOut(new OutboxFanOut(outboxes[n]!), fault, randomOf(n)), under.sessionId, failures);
    await check({ hubs: [hub(0), hub(1)], store: stores[0]!, documentId, people: under.people, failures });
  });

  it('[PS4] facts come in whatever order transactions commit, each once, and none is missed', async () => {
    const heard: number[] = [];
    const events = new DomainEvents();
    events.on('meeting.changed', ({ meetingId }) => void heard.push(Number(meetingId)));
    const [writer] = outboxes;
    const reader = new Outbox(databases[1]!.line, newId(), events);
    await reader.onModuleInit();
    const unitOfWork = new UnitOfWork(databases[0]!.connections, new SystemClock(), writer!.processId);
    // The first is told first and commits last.
    const releases = new Map<number, () => void>();
    const told = (n: number) =>
      unitOfWork.run(
        async (tx) => {
          await tx.query('SELECT outbox_tell($1, $2)', [writer!.processId, JSON.stringify([{ name: 'meeting.changed', payload: { meetingId: String(n) } }])]);
          await new Promise<void>((release) => releases.set(n, release));
        },
        { as: 'live' },
      );
    const open = [1, 2, 3].map(told);
    const until = async (condition: () => boolean) => {
      for (const end = Date.now() + 10_000; !condition(); ) {
        if (Date.now() > end) throw new Error(`heard only ${heard.join()}`);
        await new Promise((done) => setTimeout(done, 5));
      }
    };
    await until(() => releases.size === 3);
    for (const n of [3, 2, 1]) {
      releases.get(n)!();
      await until(() => heard.includes(n));
    }
    await Promise.all(open);
    expect(heard).toEqual([3, 2, 1]);
    await reader.stop();
  }, 30_000);
});
