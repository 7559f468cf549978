// Writes docs/access.md from the table of rules (libs/access/src/rules.ts). With --check it only compares, and fails when
// what is committed is not what the table says.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));
await build({ ifStale: true, only: ['server'] });
const { accessTable } = await import('../dist/apps/server/libs/access/src/access-table.js');
const path = 'docs/access.md';
const text = accessTable();
let current = '';
try {
  current = readFileSync(path, 'utf8');
} catch {
  // Not written yet: that is drift too.
}
if (current === text) console.log('Nothing changed.');
else if (process.argv.includes('--check')) {
  console.error(`${path} is not what the table says. Run: npm run access-table`);
  process.exit(1);
} else {
  writeFileSync(path, text);
  console.log(`${path} written.`);
}
process.exit(0);
