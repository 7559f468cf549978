// Builds server and browser side by side into dist/. With --if-stale only what is older than its sources, with --only=server
// one of them.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const shared = ['libs', 'package-lock.json', 'tsconfig.json'];
// What the compiler does not carry along.
const copies = ['templates', 'fonts'].map((folder) => [`libs/documents/src/${folder}`, `dist/apps/server/libs/documents/src/${folder}`]);
const parts = [
  { name: 'server', sources: ['apps/server', 'nest-cli.json', ...shared], argv: ['node_modules/@nestjs/cli/bin/nest.js', 'build', 'server'], copies, finish: databaseImage },
  { name: 'web', sources: ['apps/web', ...shared], argv: ['node_modules/vite/bin/vite.js', 'build', 'apps/web', '--logLevel', 'warn'] },
];

/** An empty database with every migration run, for the first start: made by the server that was just built. */
async function databaseImage() {
  const module = pathToFileURL(join(root, 'dist/apps/server/libs/platform/src/database-image-build.js')).href;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', `import 'reflect-metadata'; const { makeDatabaseImage } = await import(${JSON.stringify(module)}); await makeDatabaseImage(); process.exit();`], {
    cwd: root,
    env: { ...process.env, SAMRAAD_ROOT: root },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((done) => child.once('exit', done));
  // Without it a first start only takes longer.
  if (code !== 0) console.error('No image of an empty database was made.');
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return path.endsWith('.spec.ts') ? 0 : stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

export async function build({ ifStale, only = parts.map((part) => part.name) }) {
  const due = parts.filter((part) => {
    if (!only.includes(part.name)) return false;
    const stamp = statSync(join(root, 'dist', `${part.name}.built`), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return !ifStale || stamp < Math.max(...part.sources.map((source) => newest(join(root, source))));
  });
  await Promise.all(
    due.map(async (part) => {
      const stamp = join(root, 'dist', `${part.name}.built`);
      rmSync(stamp, { force: true });
      const started = Date.now();
      const child = spawn(process.execPath, part.argv, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
      const code = await new Promise((done) => child.once('exit', done));
      if (code !== 0) throw new Error(`The build of ${part.name} failed`);
      for (const [from, to] of part.copies ?? []) cpSync(join(root, from), join(root, to), { recursive: true });
      if (part.finish !== undefined) await part.finish();
      // The stamp bears the time the build began: what changed meanwhile is newer.
      writeFileSync(stamp, new Date(started).toISOString());
    }),
  );
  return due.map((part) => part.name);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const only = process.argv.find((one) => one.startsWith('--only='))?.slice('--only='.length);
  await build({ ifStale: process.argv.includes('--if-stale') && existsSync(join(root, 'dist')), ...(only === undefined ? {} : { only: [only] }) });
}
