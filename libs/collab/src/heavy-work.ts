import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ItemContent } from '@lib/contracts/rich-text.js';
import type { MaskedCpr, ProjectedText } from './document-content.js';
import type { Repair } from './document-repair.js';
import { heavyWorkerMark, runHeavyJob, type HeavyAnswer, type HeavyJob } from './heavy.worker.js';

/** Work on stored bytes whose cost somebody else decides: merging, comparing and projecting. */
export abstract class HeavyWork {
  protected abstract run(job: HeavyJob): Promise<HeavyAnswer>;

  /** @throws Error when it fails or takes too long */
  async merge(updates: readonly Uint8Array[]): Promise<Uint8Array> {
    const answer = await this.run({ kind: 'merge', updates });
    if ('merged' in answer) return answer.merged;
    throw new Error('error' in answer ? answer.error : 'unexpected answer');
  }

  /** As `compactUpdates`. @throws Error when it fails or takes too long */
  async compact(updates: readonly Uint8Array[]): Promise<Uint8Array> {
    const answer = await this.run({ kind: 'compact', updates });
    if ('merged' in answer) return answer.merged;
    throw new Error('error' in answer ? answer.error : 'unexpected answer');
  }

  /** @throws Error when it fails or takes too long */
  async diff(update: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array> {
    const answer = await this.run({ kind: 'diff', update, stateVector });
    if ('diff' in answer) return answer.diff;
    throw new Error('error' in answer ? answer.error : 'unexpected answer');
  }

  /** @throws Error when it fails or takes too long */
  async project(update: Uint8Array): Promise<ProjectedText> {
    const answer = await this.run({ kind: 'project', update });
    if ('text' in answer) return answer.text;
    throw new Error('error' in answer ? answer.error : 'unexpected answer');
  }

  /** @throws Error when it fails or takes too long */
  async content(update: Uint8Array): Promise<ItemContent> {
    const answer = await this.run({ kind: 'content', update });
    if ('content' in answer) return answer.content;
    throw new Error('error' in answer ? answer.error : 'unexpected answer');
  }

  /** As `maskNumbers`. @throws Error when it fails or takes too long */
  async mask(update: Uint8Array, numbers: readonly string[], clientId: number): Promise<{ update: Uint8Array; masked: MaskedCpr[] } | null> {
    const answer = await this.run({ kind: 'mask', update, numbers, clientId });
    if ('mask' in answer) return answer.mask;
    throw new Error('error' in answer ? answer.error : 'unexpected answer');
  }

  /** As `repairShape`. @throws Error when it fails or takes too long */
  async repair(updates: readonly Uint8Array[], clientId: number): Promise<Repair | null> {
    const answer = await this.run({ kind: 'repair', updates, clientId });
    if ('repair' in answer) return answer.repair;
    throw new Error('error' in answer ? answer.error : 'unexpected answer');
  }

  /** Makes ready, so that the first job need not wait for a thread to start. */
  warm(): void {}

  async stop(): Promise<void> {}
}

/** In this thread, without a time limit: for tests that run from the TypeScript sources, which a worker cannot load. */
export class InlineHeavyWork extends HeavyWork {
  protected override async run(job: HeavyJob): Promise<HeavyAnswer> {
    return runHeavyJob(job);
  }
}

interface Waiting {
  job: HeavyJob;
  resolve(answer: HeavyAnswer): void;
  reject(error: Error): void;
}

/** In a thread of its own that is killed when a job takes too long; the next job gets a new one. */
export class WorkerHeavyWork extends HeavyWork {
  private readonly waiting: Waiting[] = [];
  private worker: Worker | null = null;
  private current: Waiting | null = null;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param script the compiled heavy.worker.js
   * @param timeMs for one job
   */
  constructor(
    private readonly script: URL,
    private readonly timeMs: number,
  ) {
    super();
  }

  protected override run(job: HeavyJob): Promise<HeavyAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      this.next();
    });
  }

  override warm(): void {
    this.worker ??= this.start();
    if (this.current === null) this.worker.unref();
  }

  override async stop(): Promise<void> {
    const worker = this.worker;
    for (const { reject } of this.waiting.splice(0)) reject(new Error('stopped'));
    this.fail(new Error('stopped'));
    await worker?.terminate();
  }

  private next(): void {
    if (this.current !== null) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.current = next;
    this.worker ??= this.start();
    // An idle thread keeps no process alive, one at work does.
    this.worker.ref();
    this.timer = setTimeout(() => this.fail(new Error('took too long')), this.timeMs);
    this.worker.postMessage(next.job);
  }

  private start(): Worker {
    const worker = new Worker(this.script, { workerData: heavyWorkerMark, resourceLimits: { maxOldGenerationSizeMb: 512 } });
    worker.on('message', (answer: HeavyAnswer) => {
      if (this.worker !== worker) return;
      worker.unref();
      this.done()?.resolve(answer);
      this.next();
    });
    const onEnd = (error: Error) => {
      if (this.worker === worker) this.fail(error);
    };
    worker.on('error', onEnd);
    worker.on('exit', () => onEnd(new Error('worker ended')));
    return worker;
  }

  private done(): Waiting | null {
    clearTimeout(this.timer);
    const { current } = this;
    this.current = null;
    return current;
  }

  /** The job under way fails, the thread goes, the next job starts another. */
  private fail(error: Error): void {
    const { worker } = this;
    this.worker = null;
    void worker?.terminate();
    this.done()?.reject(error);
    this.next();
  }
}

/** The worker thread where the sources are compiled; in this thread where they are not (Jest). */
export function heavyWork(timeMs: number): HeavyWork {
  const script = new URL('./heavy.worker.js', import.meta.url);
  if (existsSync(fileURLToPath(script))) return new WorkerHeavyWork(script, timeMs);
  if (!import.meta.url.endsWith('.ts')) throw new Error('heavy.worker.js is missing from the build');
  return new InlineHeavyWork();
}
