import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@lib/platform/config.js';
import { openDatabase, type Database } from '@lib/platform/database.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Upkeep } from '@lib/platform/upkeep.service.js';
import { TestClock } from './support/test-clock.js';
import { createTestDatabase, testDatabaseUrl, type OwnDatabase } from './support/test-database.js';

let own: OwnDatabase | null = null;
let database: Database;
let upkeep: Upkeep;
beforeAll(async () => {
  own = testDatabaseUrl === undefined ? null : await createTestDatabase();
  database = await openDatabase(readConfig({ SAMRAAD_DATA_DIR: 'memory:', ...(own === null ? {} : { DATABASE_URL: own.url }) }), []);
  upkeep = new Upkeep(new UnitOfWork(database.connections, new TestClock()));
}, 60_000);
afterAll(async () => {
  await database?.close();
  await own?.drop();
});

const asOwner = async (sql: string) => {
  const runner = database.dataSource.createQueryRunner();
  try {
    await runner.query("SELECT set_config('samraad.owner', 'on', false)");
    const rows = (await runner.query(sql)) as Record<string, unknown>[];
    // What was counted is otherwise told within a second or more.
    await runner.query('SELECT pg_stat_force_next_flush()');
    return rows;
  } finally {
    await runner.release();
  }
};
const estimated = async (name: string) => (await asOwner(`SELECT reltuples::int AS n, pg_relation_size(oid)::int AS bytes FROM pg_class WHERE relname = '${name}'`))[0] as { n: number; bytes: number };
const people = (from: number, to: number) => asOwner(`INSERT INTO person (id, name) SELECT gen_random_uuid(), 'Person ' || n FROM generate_series(${from}, ${to}) n`);

describe('the upkeep of the embedded database', () => {
  it('lets statistics follow the growth of tables, and rests when nothing has changed', async () => {
    await upkeep.run();
    await people(1, 5000);
    if (database.kind === 'postgres') {
      // A server looks after itself.
      expect(await upkeep.run()).toEqual([]);
      return;
    }
    expect(await upkeep.run()).toContain('person');
    expect((await estimated('person')).n).toBe(5000);
    expect(await upkeep.run()).toEqual([]);
    await people(5001, 5040);
    expect(await upkeep.run()).toEqual([]);
    await people(5041, 9000);
    expect(await upkeep.run()).toEqual(['person']);
    expect((await estimated('person')).n).toBe(9000);
  });

  it('makes room of what was changed, so that a table does not grow by being used', async () => {
    if (database.kind === 'postgres') return;
    const before = (await estimated('person')).bytes;
    for (let round = 0; round < 4; round += 1) {
      await asOwner(`UPDATE person SET name = name || '.'`);
      await upkeep.run();
    }
    expect((await estimated('person')).bytes).toBeLessThan(before * 3);
  });
});
