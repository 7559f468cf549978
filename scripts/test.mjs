// Runs the suite. Plain: on PGlite. --postgres: the same suite on a PostgreSQL server (TEST_DATABASE_URL,
// default the local one). --browser: the browser journeys in Chromium (CHROMIUM_PATH). --poppler: the documents under
// poppler-utils, another reader than the suite's own. Further arguments go to Jest.
import { spawnSync } from 'node:child_process';

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

const run = (command, argv) => {
  const { status } = spawnSync(command, argv, { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
};
// Journeys and kill tests start the built product, as a person would.
run(process.execPath, ['scripts/build.mjs', '--if-stale']);
run(process.execPath, [
  'node_modules/jest/bin/jest.js',
  ...(browser ? ['--config', 'jest.browser.config.mjs', '--runInBand'] : []),
  ...(poppler ? ['--config', 'jest.poppler.config.mjs'] : []),
  ...args,
]);
