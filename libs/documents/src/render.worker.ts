import type { PdfJob } from './typst.js';

/** What a process that sets documents is sent and answers; one job at a time. */
export interface RenderRequest {
  job: PdfJob;
}
export type RenderAnswer = { pdf: Uint8Array } | { error: string };

let typesetter: Promise<import('./typst.js').Typesetter> | undefined;

/** Sets one document in this process. The typesetter is loaded when first asked: not every platform has one. */
export async function render(job: PdfJob): Promise<RenderAnswer> {
  try {
    typesetter ??= import('./typst.js').then(({ Typesetter }) => new Typesetter());
    return { pdf: (await typesetter).pdf(job) };
  } catch (error) {
    // The message may quote what people wrote; only its kind leaves this process.
    return { error: error instanceof Error ? error.name : 'unknown' };
  }
}

/** Says that a process was started to do this work; the same file is imported elsewhere for its function. */
export const renderProcessMark = '--samraad-render';

if (process.argv.includes(renderProcessMark)) {
  process.on('message', ({ job }: RenderRequest) => {
    void render(job).then((answer) => process.send?.(answer));
  });
  // Whoever asked is gone; nobody else would end this process.
  process.on('disconnect', () => process.exit(0));
}
