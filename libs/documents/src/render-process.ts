import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { render, renderProcessMark, type RenderAnswer, type RenderRequest } from './render.worker.js';
import type { PdfJob } from './typst.js';

/** Makes PDFs, one after the other. */
export interface PdfRenderer {
  /** @throws Error when it fails, takes too long, or too many wait */
  pdf(job: PdfJob): Promise<Uint8Array>;
  stop(): void;
}

interface Waiting {
  job: PdfJob;
  resolve(pdf: Uint8Array): void;
  reject(error: Error): void;
}

/**
 * In a process of its own. A thread would not do: native code that is busy cannot be interrupted in it, and native code
 * that fails takes the whole process along. This one is killed when a job takes too long, and the next job starts another.
 * It gets nothing of our environment: no address of a database, no keys.
 */
export class RenderProcess implements PdfRenderer {
  private readonly waiting: Waiting[] = [];
  private child: ChildProcess | null = null;
  private current: Waiting | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /**
   * @param script the compiled render.worker.js
   * @param timeMs for one job, the start of the process included
   * @param queue how many may wait
   */
  constructor(
    private readonly script: string,
    private readonly timeMs: number,
    private readonly queue = 32,
  ) {}

  pdf(job: PdfJob): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.stopped || this.waiting.length >= this.queue) return reject(new Error(this.stopped ? 'stopped' : 'too many wait'));
      this.waiting.push({ job, resolve, reject });
      this.next();
    });
  }

  stop(): void {
    this.stopped = true;
    for (const { reject } of this.waiting.splice(0)) reject(new Error('stopped'));
    this.fail(new Error('stopped'));
  }

  private next(): void {
    if (this.current !== null) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.current = next;
    this.child ??= this.start();
    this.timer = setTimeout(() => this.fail(new Error('took too long')), this.timeMs);
    this.child.send({ job: next.job } satisfies RenderRequest, (error) => {
      if (error !== null) this.fail(error);
    });
  }

  private start(): ChildProcess {
    const child = fork(this.script, [renderProcessMark], { serialization: 'advanced', execArgv: [], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    // An idle process keeps nobody alive; the timer of a job does.
    child.unref();
    child.channel?.unref();
    child.on('message', (answer: RenderAnswer) => {
      if (this.child !== child) return;
      const done = this.done();
      if ('pdf' in answer) done?.resolve(answer.pdf);
      else done?.reject(new Error(answer.error));
      this.next();
    });
    const onEnd = () => {
      if (this.child === child) this.fail(new Error('the process ended'));
    };
    child.on('error', onEnd);
    child.on('exit', onEnd);
    return child;
  }

  private done(): Waiting | null {
    clearTimeout(this.timer);
    const { current } = this;
    this.current = null;
    return current;
  }

  /** The job under way fails, the process goes, the next job starts another. */
  private fail(error: Error): void {
    const { child } = this;
    this.child = null;
    child?.kill('SIGKILL');
    this.done()?.reject(error);
    this.next();
  }
}

/** In this process, for tests that run from the TypeScript sources. */
class InlineRenderer implements PdfRenderer {
  async pdf(job: PdfJob): Promise<Uint8Array> {
    const answer = await render(job);
    if ('pdf' in answer) return answer.pdf;
    throw new Error(answer.error);
  }

  stop(): void {}
}

/** A process of its own where the sources are compiled; this one where they are not (Jest). */
export function pdfRenderer(timeMs: number): PdfRenderer {
  const script = fileURLToPath(new URL('./render.worker.js', import.meta.url));
  if (existsSync(script)) return new RenderProcess(script, timeMs);
  if (!import.meta.url.endsWith('.ts')) throw new Error('render.worker.js is missing from the build');
  return new InlineRenderer();
}
