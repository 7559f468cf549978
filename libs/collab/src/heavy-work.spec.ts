import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import { mergeUpdates, projectText, seedUpdate } from './document-content.js';
import { heavyWork, InlineHeavyWork, WorkerHeavyWork } from './heavy-work.js';

const seed = seedUpdate({ title: 'Punkt', agendaParagraphs: ['Første', 'Anden'] });
const expected = { title: 'Punkt', agendaText: 'Første\nAnden', minutesText: '', cprNumbers: [], faults: [] };

describe('HeavyWork', () => {
  let folder: string;
  let script: URL;

  // A worker cannot load TypeScript: the files it runs are compiled as the build does it, next to their packages.
  beforeAll(() => {
    const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'samraad-worker-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    for (const path of ['./heavy.worker', './document-content', './document-repair', './shape', './update-scan', './byte-reader', './limits', './rich-text', './seed-blocks', '../../contracts/src/cpr', '../../contracts/src/document-cpr']) {
      const name = basename(path);
      const source = readFileSync(new URL(`${path}.ts`, import.meta.url), 'utf8').replaceAll('@lib/contracts/', './');
      const { code } = transformSync(source, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } });
      writeFileSync(join(folder, `${name}.js`), code);
    }
    writeFileSync(join(folder, 'stuck.js'), "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });");
    writeFileSync(join(folder, 'broken.js'), "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1));");
    script = pathToFileURL(join(folder, 'heavy.worker.js'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('[CO50] merges and projects in a thread of its own', async () => {
    const work = new WorkerHeavyWork(script, 10_000);
    const [merged, text] = await Promise.all([work.merge([seed, seed]), work.project(seed)]);
    expect(text).toEqual(expected);
    expect(projectText(merged)).toEqual(expected);
    await expect(work.merge([new Uint8Array([1, 2, 3])])).rejects.toThrow();
    expect(await work.project(merged)).toEqual(expected);
    await work.stop();
  });

  it('[CO50] a job that takes too long is killed with its thread, and the next one runs', async () => {
    const work = new WorkerHeavyWork(pathToFileURL(join(folder, 'stuck.js')), 50);
    const begin = Date.now();
    const results = await Promise.allSettled([work.merge([seed]), work.merge([seed])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(Date.now() - begin).toBeLessThan(5_000);
    await work.stop();
  });

  it('[CO50] a thread that dies fails its job only', async () => {
    const work = new WorkerHeavyWork(pathToFileURL(join(folder, 'broken.js')), 10_000);
    const results = await Promise.allSettled([work.merge([seed]), work.merge([seed])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await work.stop();
  });

  it('[CO50] from the sources, where no worker can run, the work is done in this thread', async () => {
    expect(heavyWork(1_000)).toBeInstanceOf(InlineHeavyWork);
    expect(await heavyWork(1_000).project(mergeUpdates([seed]))).toEqual(expected);
  });
});
