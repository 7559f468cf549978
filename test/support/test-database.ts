import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Clock } from '@lib/platform/clock.js';
import { EmbeddedConnections } from '@lib/platform/connections.js';
import { roleKinds, roleName } from '@lib/platform/database-roles.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { pgDump, pgRestore } from './postgres-programs.js';

/** The server that the suite is asked to run on; undefined runs it on the embedded database. */
export const testDatabaseUrl = process.env.TEST_DATABASE_URL;

/** A database of the test's own on the PostgreSQL server under test. */
export interface OwnDatabase {
  url: string;
  drop(): Promise<void>;
  /** Dumps it as docs/keys.md tells an operator to; `restore` puts the dump in its place. */
  backUp(): Promise<{ restore(): Promise<void> }>;
}

/**
 * @param options.plainOwner owned, and signed in to, by a role that may make roles and nothing else, as an operator's would be
 * @param options.ownRoles with roles that no other test signs in with: for what is done to roles
 */
export async function createTestDatabase(options: { plainOwner?: boolean; ownRoles?: boolean } = {}): Promise<OwnDatabase> {
  if (testDatabaseUrl === undefined) throw new Error('TEST_DATABASE_URL is not set');
  const name = `samraad_test_${randomBytes(6).toString('hex')}`;
  // A copy of one that was migrated before, with its roles, unless who owns it is what is tried.
  const template = options.plainOwner === true || options.ownRoles === true ? undefined : process.env.TEST_DATABASE_TEMPLATE;
  await onServer(async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template ?? 'template0'}`);
    // Nothing here outlives the server's own end, and no test ends it: a commit need not wait for the disk.
    await client.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
  });
  const url = new URL(testDatabaseUrl);
  url.pathname = `/${name}`;
  const owner = options.plainOwner === true ? `${name}_owner` : null;
  if (owner !== null) {
    [url.username, url.password] = [owner, randomBytes(12).toString('hex')];
    await onServer((client) => client.query(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD '${url.password}'`));
    await onServer((client) => client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`));
  }
  const folder = mkdtempSync(join(tmpdir(), 'samraad-dump-'));
  let dumps = 0;
  const dropAll = (names: readonly string[]) =>
    onServer(async (client) => {
      for (const one of names) await client.query(`DROP DATABASE IF EXISTS ${one} WITH (FORCE)`);
    });
  return {
    url: url.href,
    drop: async () => {
      await dropAll([name]);
      rmSync(folder, { recursive: true, force: true });
      await onServer(async (client) => {
        for (const role of [...roleKinds.map((kind) => roleName({ prefix: name }, kind)), ...(owner === null ? [] : [owner])]) await client.query(`DROP ROLE IF EXISTS ${role}`);
      });
    },
    backUp: async () => {
      const file = join(folder, String(dumps++));
      run(pgDump, ['--format=custom', '--enable-row-security', '--file', file, url.href], { PGOPTIONS: '-c samraad.owner=on' });
      return {
        restore: async () => {
          await dropAll([name]);
          await onServer((client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ${owner === null ? '' : `OWNER ${owner}`}`));
          run(pgRestore, ['--exit-on-error', '--dbname', url.href, file]);
        },
      };
    },
  };
}

function run(program: string, args: readonly string[], env: Record<string, string> = {}): void {
  const { status, stderr, error } = spawnSync(program, args, { env: { ...process.env, ...env }, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(stderr);
}

async function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: testDatabaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The database as nobody in the product sees it: everything, as its owner. For what a test prepares or looks up behind it. */
export const asOwner = (dataSource: DataSource, clock: Clock): UnitOfWork => new UnitOfWork(new EmbeddedConnections(dataSource, null), clock);
