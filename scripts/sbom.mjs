// Writes a bill of materials of everything that package-lock.json names as dist/sbom.json (CycloneDX). What npm calls a development
// dependency is marked as one there; among those is what the pages are made of, since it is bundled.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));
const { status, stdout } = spawnSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'], { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] });
if (status !== 0) process.exit(status ?? 1);
const { components, specVersion } = JSON.parse(stdout);
mkdirSync('dist', { recursive: true });
writeFileSync('dist/sbom.json', stdout);
console.log(`dist/sbom.json: CycloneDX ${specVersion}, ${components.length} components`);
