import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { meetingSheet } from './meeting-sheet.js';
import { pdfRenderer, RenderProcess } from './render-process.js';
import { aDocument, aMaking } from './spec-documents.js';
import type { PdfJob } from './typst.js';

const job: PdfJob = { sheet: meetingSheet(aDocument(), aMaking), standard: 'ua-1', madeAt: aMaking.madeAt, data: '{}' };

describe('the process that sets documents', () => {
  let folder: string;
  let renderer: RenderProcess;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'samraad-render-'));
    // Answers by what the sheet's title says; the real one is compiled and runs in the built product.
    writeFileSync(
      join(folder, 'process.mjs'),
      `process.on('message', ({ job }) => {
         const { title } = job.sheet;
         if (title === 'stuck') for (;;);
         if (title === 'dies') process.abort();
         process.send(title === 'fails' ? { error: 'Error' } : { pdf: Buffer.from(title === 'environment' ? Object.keys(process.env).filter((one) => /^(PG|DATABASE|SAMRAAD)/.test(one)).join() : title + ' ' + process.pid) });
       });
       process.on('disconnect', () => process.exit(0));`,
    );
  });
  afterEach(() => renderer.stop());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (timeMs: number, queue?: number) => (renderer = new RenderProcess(join(folder, 'process.mjs'), timeMs, queue));
  const titled = (title: string): PdfJob => ({ ...job, sheet: { ...job.sheet, title } });
  const said = async (title: string) => Buffer.from(await renderer.pdf(titled(title))).toString();

  it('[DO9] is killed when a job takes too long; the next job runs in another', async () => {
    start(1_000);
    const first = (await said('a')).split(' ')[1];
    const results = await Promise.allSettled([renderer.pdf(titled('stuck')), said('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    const second = (await said('c')).split(' ')[1];
    expect(second).not.toBe(first);
    expect(() => process.kill(Number(first), 0)).toThrow();
  });

  it('[DO9] that dies fails its job only', async () => {
    start(20_000);
    const results = await Promise.allSettled([said('dies'), said('fails'), said('a')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('[DO9] has a queue with an end, and stops with what waits', async () => {
    start(20_000, 2);
    const all = Promise.allSettled([said('stuck'), said('a'), said('b'), said('c')]);
    renderer.stop();
    expect((await all).map((one) => (one.status === 'rejected' ? (one.reason as Error).message : ''))).toEqual(['stopped', 'stopped', 'stopped', 'too many wait']);
    await expect(renderer.pdf(job)).rejects.toThrow('stopped');
  });

  it('[DO9] gets no address of a database and no keys', async () => {
    process.env.SAMRAAD_KEY_FILE ??= '/nowhere';
    start(20_000);
    expect(await said('environment')).toBe('');
  });

  it('[DO9] from the sources, where no process can load them, the work is done here', async () => {
    start(1_000);
    expect(Buffer.from(await pdfRenderer(1_000).pdf(job)).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
