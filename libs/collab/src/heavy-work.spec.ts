import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Worker } from 'node:worker_threads';
import { transformSync } from '@swc/core';
import * as Y from 'yjs';
import { Compactor } from './compactor.js';
import { mergeUpdates, projectText, seedUpdate } from './document-content.js';
import { heavyWork, InlineHeavyWork, WorkerHeavyWork } from './heavy-work.js';
import { MemoryStore } from './memory-store.js';
import { until } from './spec-server.js';

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
    for (const path of ['./heavy.worker', './document-content', './document-repair', './shape', './update-scan', './steps', './byte-reader', './limits', './rich-text', './seed-blocks', '../../contracts/src/cpr', '../../contracts/src/document-cpr']) {
      const name = basename(path);
      const source = readFileSync(new URL(`${path}.ts`, import.meta.url), 'utf8').replaceAll('@lib/contracts/', './');
      const { code } = transformSync(source, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } });
      writeFileSync(join(folder, `${name}.js`), code);
    }
    writeFileSync(join(folder, 'stuck.js'), "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });");
    writeFileSync(join(folder, 'broken.js'), "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1));");
    // The real one; it leaves a file behind when a job begins.
    writeFileSync(
      join(folder, 'telling.js'),
      `import { writeFileSync } from 'node:fs';
       import { parentPort } from 'node:worker_threads';
       const on = parentPort.on.bind(parentPort);
       parentPort.on = (name, hear) => on(name, (job) => { writeFileSync(new URL('./begun', import.meta.url), ''); hear(job); });
       await import('./heavy.worker.js');`,
    );
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

  it('[CO46, CO50] killed in the middle of a compaction it leaves every row, and the next one goes through', async () => {
    const store = new MemoryStore();
    store.create({ documentId: 'd', itemId: 'i', epoch: 'e' }, seed);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, seed);
    const rows: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => void rows.push(update));
    // Each at the beginning of the last one: it takes its time to be put together.
    for (let n = 0; n < 20_000; n++) doc.getText('title').insert(0, 'x');
    await store.append(rows.map((payload, n) => ({ rowId: String(n), documentId: 'd', itemId: 'i', personId: 'p', sessionId: null, clientIds: [], payload })));
    const work = new WorkerHeavyWork(pathToFileURL(join(folder, 'telling.js')), 60_000);
    const thread = () => (work as unknown as { worker: Worker }).worker;
    let killed: Worker | null = null;
    const failures: string[] = [];
    const compactor = new Compactor(
      {
        store,
        merge: async (updates) => {
          const done = work.compact(updates);
          if (killed !== null) return done;
          done.catch(() => undefined);
          killed = thread();
          await until('it has begun', () => existsSync(join(folder, 'begun')));
          await killed.terminate();
          return done;
        },
        nowMs: () => 0,
        compacted: () => undefined,
        failed: (error) => void failures.push((error as Error).message),
      },
      { compactRestMs: 0, compactPerSweep: 1, compactAgainMs: 0, compactShare: 1, compactPauseMs: 0 },
    );
    await compactor.fulfil('d');
    expect([failures, (await store.load('d'))!.updates.length]).toEqual([['worker ended'], 20_001]);
    await compactor.fulfil('d');
    const after = (await store.load('d'))!;
    expect([failures.length, after.updates.length, after.hasSnapshot, thread() === killed]).toEqual([1, 1, true, false]);
    expect(projectText(after.updates[0]!).title).toHaveLength(20_000 + 'Punkt'.length);
    await work.stop();
  });

  it('[CO50] from the sources, where no worker can run, the work is done in this thread', async () => {
    expect(heavyWork(1_000)).toBeInstanceOf(InlineHeavyWork);
    expect(await heavyWork(1_000).project(mergeUpdates([seed]))).toEqual(expected);
  });
});
