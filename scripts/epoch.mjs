// `npm run epoch`: to be run once after a restore from backup, while the product is stopped. It gives every document another
// epoch, so that a page or a foreign client that was open before offers its text instead of merging it.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
await build({ ifStale: true, only: ['server'] });
process.env.SAMRAAD_ROOT ??= root;
const { readConfig } = await import('../dist/apps/server/libs/platform/src/config.js');
const { openDatabase } = await import('../dist/apps/server/libs/platform/src/database.js');

let database;
try {
  database = await openDatabase(readConfig(), []);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
await database.dataSource.transaction(async (manager) => {
  const [, documents] = await manager.query('UPDATE yjs_document SET epoch = gen_random_uuid(), is_restored = true');
  // A ticket of before would open the document of after.
  await manager.query('DELETE FROM yjs_ticket');
  console.log(`${documents} dokumenter har fået en ny epoke.`);
});
await database.close();
process.exit(0);
