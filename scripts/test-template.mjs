import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

const built = (path) => import(pathToFileURL(`dist/apps/server/libs/platform/src/${path}.js`).href);

/**
 * A migrated database on a PostgreSQL server, for the suite to copy: migrating one for each of a hundred files would take
 * longer than most of them. Made by the server that was just built.
 *
 * @param url of the server
 * @returns its name, and `drop`, which removes it with its roles once nobody is connected to a copy
 */
export async function makeTemplate(url) {
  const { openDatabase } = await built('database');
  const { readConfig } = await built('config');
  const { roleKinds, roleName } = await built('database-roles');
  const name = `samraad_template_${randomBytes(6).toString('hex')}`;
  const onServer = async (...statements) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const own = new URL(url);
  own.pathname = `/${name}`;
  const drop = () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, ...roleKinds.map((kind) => `DROP ROLE IF EXISTS ${roleName({ prefix: name }, kind)}`));
  await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    const database = await openDatabase(readConfig({ DATABASE_URL: own.href }), []);
    await database.close();
  } catch (error) {
    await drop();
    throw error;
  }
  return { name, drop };
}
