import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { testDatabaseUrl } from './support/test-database.js';

const onPostgres = testDatabaseUrl === undefined ? it.skip : it;

onPostgres('the benchmark of the collaboration runs against the product as it is (only with PostgreSQL)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'samraad-bench-'));
  const json = join(folder, 'figures.json');
  const { NODE_OPTIONS: _jestOnly, ...env } = process.env;
  const ran = spawnSync(process.execPath, ['bench/collab/collab.mjs', '--quick', '--servers=ours', '--scenario=latency,storm', `--json=${json}`], { env, encoding: 'utf8' });
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: { latency: { ours: { p95: number } }; storm: { ours: { sync95: number } } } };
  expect([results.latency.ours.p95 > 0, results.storm.ours.sync95 > 0]).toEqual([true, true]);
  rmSync(folder, { recursive: true, force: true });
}, 120_000);
