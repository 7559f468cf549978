// `npm run keys -- restore <file>`: to be run once after a restore of the database from backup, while the product is stopped.
// It puts the keys of a backup of the keys (SAMRAAD_KEY_BACKUP_DIR) into the database.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const [command, file] = process.argv.slice(2);
if (command !== 'restore' || file === undefined) {
  console.error('npm run keys -- restore <fil fra SAMRAAD_KEY_BACKUP_DIR>');
  process.exit(2);
}
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
await build({ ifStale: true, only: ['server'] });
process.env.SAMRAAD_ROOT ??= root;
const { readConfig } = await import('../dist/apps/server/libs/platform/src/config.js');
const { openDatabase } = await import('../dist/apps/server/libs/platform/src/database.js');
const { restoreKeys } = await import('../dist/apps/server/libs/platform/src/key-restore.js');

let database;
try {
  const config = readConfig();
  database = await openDatabase(config, []);
  const { keys, shredded } = await database.dataSource.transaction((manager) => restoreKeys(manager, resolve(file), config.SAMRAAD_KMS === 'file' ? config.keyFile : null));
  console.log(`${keys} indholdsnøgler er lagt tilbage; ${shredded} er slettet efter reglerne for opbevaring.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await database?.close();
process.exit();
