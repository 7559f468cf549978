// Prints the statements that make the roles of the database of DATABASE_URL, for somebody who may run them: where the user of
// DATABASE_URL may make roles, the product does it at its first start. The output holds passwords.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const url = process.env.DATABASE_URL;
if (!url) {
  console.error('Set DATABASE_URL to the database that Samråd uses.');
  process.exit(1);
}
process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));
await build({ ifStale: true, only: ['server'] });
const { roleKinds, roleStatements } = await import('../dist/apps/server/libs/platform/src/database-roles.js');
const prefix = decodeURIComponent(new URL(url).pathname.slice(1));
for (const statement of roleStatements({ prefix }, roleKinds, url)) console.log(`${statement};`);
