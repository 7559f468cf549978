import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of PostgreSQL's own programs; null where there is none that can make a cluster. */
export function programs(): string | null {
  const installed = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`) : [];
  return [...installed, ...(process.env.PATH ?? '').split(':')].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

/** What makes a dump. */
export const pgDump = programOf('pg_dump');
/** What puts one back that is not SQL. */
export const pgRestore = programOf('pg_restore');

function programOf(name: string): string {
  const folder = programs();
  return folder !== null && existsSync(join(folder, name)) ? join(folder, name) : name;
}
