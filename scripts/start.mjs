// `npm start`: builds what is missing or old, then runs the product in this process.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Samråd needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
if ((await build({ ifStale: true })).length > 0) console.log('Samråd er bygget.');
process.env.SAMRAAD_ROOT = root;
await import('../dist/apps/server/apps/server/src/main.js');
