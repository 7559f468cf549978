import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { DataSource, DefaultNamingStrategy, type DataSourceOptions, type EntitySchema } from 'typeorm';
import type { Config } from './config.js';
import { claimDatabase } from './database-claim.js';
import { lockFolder } from './folder-lock.js';
import { migrations } from './migrations/index.js';

/** Columns are snake_case in SQL and camelCase in TypeScript; tables are named by their entity. */
export class SnakeNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string, prefixes: string[]): string {
    return customName || [...prefixes, propertyName].join('_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

type Entities = (string | (new () => object) | EntitySchema)[];

export interface Database {
  dataSource: DataSource;
  kind: 'pglite' | 'postgres';
  /** Ends connections, closes the embedded database and gives its folder back. */
  close(): Promise<void>;
}

/**
 * Opens the database that `config` names, runs the migrations it lacks, and answers it ready for use.
 *
 * @param snapshot a folder image to begin the embedded database with (tests)
 * @throws FolderInUse, or the driver's error
 */
export async function openDatabase(config: Config, entities: Entities, snapshot?: PGliteOptions['loadDataDir']): Promise<Database> {
  const common = {
    type: 'postgres',
    entities,
    migrations,
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNaming(),
    logging: false,
  } satisfies Partial<DataSourceOptions>;

  if (config.DATABASE_URL !== undefined) {
    const dataSource = new DataSource({
      ...common,
      url: config.DATABASE_URL,
      applicationName: 'samraad',
      extra: {
        max: config.DATABASE_POOL,
        // A statement that runs longer than a person waits is a fault; it must not hold a connection.
        statement_timeout: 20_000,
        idle_in_transaction_session_timeout: 20_000,
      },
    });
    // Before anything else is done to it: two processes would show each other's writers nothing.
    const claim = await claimDatabase(config.DATABASE_URL);
    try {
      await dataSource.initialize();
      await migrate(dataSource);
    } catch (error) {
      await claim.release();
      throw error;
    }
    return {
      dataSource,
      kind: 'postgres',
      close: async () => {
        await dataSource.destroy();
        await claim.release();
      },
    };
  }

  const inMemory = config.SAMRAAD_DATA_DIR === 'memory:';
  const folder = resolve(config.SAMRAAD_DATA_DIR);
  const release = inMemory ? () => undefined : lockFolder(folder);
  try {
    const pglite = new PGlite({
      ...(inMemory ? {} : { dataDir: join(folder, 'pglite') }),
      ...(snapshot === undefined ? {} : { loadDataDir: snapshot }),
    });
    await pglite.waitReady;
    // One connection that never idles out: the embedded database has no second.
    const dataSource = new DataSource({ ...common, extra: { ...createPgConfig(pglite), max: 1, idleTimeoutMillis: 0 } });
    await dataSource.initialize();
    await migrate(dataSource);
    return {
      dataSource,
      kind: 'pglite',
      close: async () => {
        await dataSource.destroy();
        await pglite.close();
        if (!inMemory) rmSync(join(folder, 'pglite', 'postmaster.pid'), { force: true });
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function migrate(dataSource: DataSource): Promise<void> {
  // Two processes that start together on one PostgreSQL must not both migrate (any fixed number will do).
  const runner = dataSource.createQueryRunner();
  const single = (dataSource.options.extra as { max?: number }).max === 1;
  try {
    if (!single) await runner.query('SELECT pg_advisory_lock(728110)');
    await dataSource.runMigrations();
  } finally {
    if (!single) await runner.query('SELECT pg_advisory_unlock(728110)');
    await runner.release();
  }
}
