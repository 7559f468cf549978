import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import { DataSource, DefaultNamingStrategy, type DataSourceOptions, type EntitySchema } from 'typeorm';
import type { Config } from './config.js';
import { EmbeddedConnections, RoleConnections, roleLimits, serverLimits, type Connections } from './connections.js';
import { claimDatabase } from './database-claim.js';
import { ensureRoles, nameRoles, renewPasswords, roleName, roleUrl, type RoleNames } from './database-roles.js';
import { beginWithImage, inMemory } from './database-image.js';
import { lockFolder } from './folder-lock.js';
import type { LineOptions } from './outbox.service.js';
import { migrations } from './migrations/index.js';

/** Columns are snake_case in SQL and camelCase in TypeScript; tables are named by their entity. */
export class SnakeNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string, prefixes: string[]): string {
    return customName || [...prefixes, propertyName].join('_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

/**
 * PGlite's own, and what fits one process with one connection: its default of 128 MB of shared buffers is touched, byte by
 * byte, at every start.
 */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];

type Entities = (string | (new () => object) | EntitySchema)[];

export interface Database {
  /** The owner's: migrations, and in tests what looks behind the product. */
  dataSource: DataSource;
  /** Where transactions get theirs, each as a role of its own. */
  connections: Connections;
  kind: 'pglite' | 'postgres';
  /** How processes on it speak to each other; null where there can be one only. */
  line: LineOptions | null;
  /** Ends connections, closes the embedded database and gives its folder back. */
  close(): Promise<void>;
}

/**
 * Opens the database that `config` names, runs the migrations it lacks, and answers it ready for use.
 *
 * @param options.believesProcess the database goes by the clock of this process instead of its own (tests)
 * @param options.shares whether other processes that say so too may be on it (PostgreSQL); otherwise it is this one's alone
 * @throws FolderInUse, DatabaseInUse, RolesMissingError, or the driver's error
 */
export async function openDatabase(config: Config, entities: Entities, options: { believesProcess?: boolean; shares?: boolean } = {}): Promise<Database> {
  const believesProcess = options.believesProcess ?? false;
  const common = {
    type: 'postgres',
    entities,
    migrations,
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNaming(),
    logging: false,
  } satisfies Partial<DataSourceOptions>;

  if (config.DATABASE_URL !== undefined) {
    const url = config.DATABASE_URL;
    const dataSource = new DataSource({ ...common, url, applicationName: 'samraad', extra: { max: 2, ...serverLimits, options: '-c samraad.owner=on' } });
    const shares = options.shares ?? false;
    // Whoever wants it alone says so before anything else is done to it.
    let claim = shares ? null : await claimDatabase(url, 'alone');
    try {
      await dataSource.initialize();
      const names = await rolesOf(dataSource);
      await prepare(dataSource, names, believesProcess, { url, isAlone: !shares });
      claim ??= await claimDatabase(url, 'shared');
      const held = claim;
      // Compiling a statement takes the server longer than any of ours runs.
      const connections = RoleConnections.of(url, names, config.DATABASE_POOL, { ...roleLimits, application_name: 'samraad', options: '-c jit=off' }, believesProcess);
      return {
        dataSource,
        connections,
        kind: 'postgres',
        line: { open: (name) => openLine(roleUrl(url, roleName(names, 'live')), name) },
        close: async () => {
          await connections.close();
          await dataSource.destroy();
          await held.release();
        },
      };
    } catch (error) {
      await claim?.release();
      throw error;
    }
  }

  const isInMemory = config.SAMRAAD_DATA_DIR === 'memory:';
  const folder = resolve(config.SAMRAAD_DATA_DIR);
  const release = isInMemory ? () => undefined : lockFolder(folder);
  try {
    if (!isInMemory) beginWithImage(join(folder, 'pglite'));
    const pglite = new PGlite({ startParams, ...(isInMemory ? inMemory() : { dataDir: join(folder, 'pglite') }) });
    await pglite.waitReady;
    // One connection that never idles out: the embedded database has no second.
    const dataSource = new DataSource({ ...common, extra: { ...createPgConfig(pglite), max: 1, idleTimeoutMillis: 0 } });
    await dataSource.initialize();
    const names = { prefix: 'app' };
    await prepare(dataSource, names, believesProcess);
    const connections = new EmbeddedConnections(dataSource, names, believesProcess);
    return {
      dataSource,
      connections,
      kind: 'pglite',
      line: null,
      close: async () => {
        await dataSource.destroy();
        await pglite.close();
        if (!isInMemory) rmSync(join(folder, 'pglite', 'postmaster.pid'), { force: true });
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Roles belong to the server: the database's name keeps those of two installations apart. A copy under another name goes on
 * with the roles that its policies name.
 */
async function rolesOf(dataSource: DataSource): Promise<RoleNames> {
  const [row] = await dataSource.query<{ name: string; role: string | null }[]>(
    `SELECT current_database() AS name, (SELECT r.rolname FROM pg_policy p JOIN pg_roles r ON r.oid = ANY (p.polroles)
       WHERE p.polrelid = to_regclass('public.session') AND p.polname = 'signin_select') AS role`,
  );
  return { prefix: row!.role?.replace(/_signin$/, '') ?? row!.name };
}

/** Roles, then migrations, which name them. Two processes that start together must not both (any fixed number will do). */
async function prepare(dataSource: DataSource, names: RoleNames, believesProcess: boolean, server?: { url: string; isAlone: boolean }): Promise<void> {
  const url = server?.url;
  nameRoles(dataSource, names);
  const runner = dataSource.createQueryRunner();
  try {
    if (url !== undefined) await runner.query('SELECT pg_advisory_lock(728110)');
    await ensureRoles(runner, names, url);
    if (url !== undefined && !(await mayEnter(roleUrl(url, roleName(names, 'request'))))) await renewPasswords(runner, names, url);
    if (url === undefined) await runner.release();
    await migrate(dataSource, server);
    if (believesProcess) await dataSource.query(`CREATE OR REPLACE FUNCTION database_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT current_setting('samraad.now')::timestamptz $$`);
  } finally {
    if (url !== undefined) await runner.query('SELECT pg_advisory_unlock(728110)');
    if (!runner.isReleased) await runner.release();
  }
}

/** Nobody is at work on a database while its tables change: processes of before are waited for, or it is refused. */
async function migrate(dataSource: DataSource, server?: { url: string; isAlone: boolean }): Promise<void> {
  const alone = server === undefined || server.isAlone || !(await dataSource.showMigrations()) ? null : await claimDatabase(server.url, 'alone');
  try {
    await dataSource.runMigrations();
  } finally {
    await alone?.release();
  }
}

/** Nothing that is waited for on it takes longer than it may be silent. */
async function openLine(url: string, name: string): Promise<pg.Client> {
  // What is said on it is not kept, but is a transaction to the server: it need not wait for the disk, nor keep a commit of words from it.
  const client = new pg.Client({ connectionString: url, application_name: name, options: '-c synchronous_commit=off', keepAlive: true, connectionTimeoutMillis: 1_000, query_timeout: 1_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** @throws the driver's error, unless it is about the password */
async function mayEnter(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
