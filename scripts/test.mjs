// Runs the suite. Plain: on PGlite. --postgres: the same suite on a PostgreSQL server (TEST_DATABASE_URL,
// default the local one). --browser: the browser journeys in Chromium (CHROMIUM_PATH). --poppler: the documents under
// poppler-utils, another reader than the suite's own. Further arguments go to Jest.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeTemplate } from './test-template.mjs';

const args = process.argv.slice(2);
const take = (flag) => {
  const at = args.indexOf(flag);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
};
const postgres = take('--postgres');
const browser = take('--browser');
const poppler = take('--poppler');
const env = { ...process.env, TZ: 'UTC', NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim() };
if (postgres) env.TEST_DATABASE_URL ??= 'postgresql://postgres@127.0.0.1:5432/postgres';
else delete env.TEST_DATABASE_URL;

const run = (command, argv) => spawnSync(command, argv, { stdio: 'inherit', env }).status ?? 1;
// Journeys and kill tests start the built product, as a person would.
const built = run(process.execPath, ['scripts/build.mjs', '--if-stale']);
if (built !== 0) process.exit(built);
// A database in memory begins with the image that the build made of these migrations.
const image = readdirSync('dist').find((name) => /^database-\w+\.image$/.test(name));
if (image !== undefined) env.SAMRAAD_MEMORY_IMAGE = resolve('dist', image);
// So does one on PostgreSQL, as a copy.
const template = postgres ? await makeTemplate(env.TEST_DATABASE_URL) : null;
if (template !== null) env.TEST_DATABASE_TEMPLATE = template.name;
const status = run(process.execPath, [
  'node_modules/jest/bin/jest.js',
  ...(browser ? ['--config', 'jest.browser.config.mjs', '--runInBand'] : []),
  ...(poppler ? ['--config', 'jest.poppler.config.mjs'] : []),
  ...args,
]);
await template?.drop();
process.exit(status);
