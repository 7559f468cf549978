import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { busyWorkerMark, runBusyJob, type BusyAnswer, type BusyJob } from './busy.worker.js';
import { BusyFault } from './busy-faults.js';
import type { BusyReading, BusyWindow } from './ics-busy.js';

/** Reads foreign calendars, whose cost somebody else decides. */
export interface BusyWork {
  /** @throws BusyFault */
  read(bytes: Uint8Array, window: BusyWindow): Promise<BusyReading>;
}

/** In this thread, without limits: for tests that run from the TypeScript sources, which a worker cannot load. */
export class InlineBusyWork implements BusyWork {
  async read(bytes: Uint8Array, window: BusyWindow): Promise<BusyReading> {
    return readingOf(runBusyJob({ bytes, window }));
  }
}

/** Each in a thread of its own, which ends with it; two at once. */
export class WorkerBusyWork implements BusyWork {
  private atWork = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param script the compiled busy.worker.js
   * @param timeMs for one calendar
   */
  constructor(
    private readonly script: URL,
    private readonly timeMs: number,
    private readonly memoryMb: number,
  ) {}

  async read(bytes: Uint8Array, window: BusyWindow): Promise<BusyReading> {
    while (this.atWork >= 2) await new Promise<void>((go) => this.waiting.push(go));
    this.atWork += 1;
    try {
      return readingOf(await this.run({ mark: busyWorkerMark, bytes, window }));
    } finally {
      this.atWork -= 1;
      this.waiting.shift()?.();
    }
  }

  private run(job: BusyJob): Promise<BusyAnswer> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.script, { workerData: job, resourceLimits: { maxOldGenerationSizeMb: this.memoryMb } });
      const end = (settle: () => void) => {
        clearTimeout(timer);
        void worker.terminate();
        settle();
      };
      // Too slow, too much memory, or a fault of ours: to whom it belongs it is a calendar that cannot be read.
      const fail = () => end(() => reject(new BusyFault('tooHeavy')));
      const timer = setTimeout(fail, this.timeMs);
      worker.once('message', (answer: BusyAnswer) => end(() => resolve(answer)));
      worker.once('error', fail);
      worker.once('exit', fail);
    });
  }
}

function readingOf(answer: BusyAnswer): BusyReading {
  if ('fault' in answer) throw new BusyFault(answer.fault);
  return answer.reading;
}

/** In threads where the sources are compiled; in this one where they are not (Jest). */
export function busyWork(timeMs: number, memoryMb: number): BusyWork {
  const script = new URL('./busy.worker.js', import.meta.url);
  if (existsSync(fileURLToPath(script))) return new WorkerBusyWork(script, timeMs, memoryMb);
  if (!import.meta.url.endsWith('.ts')) throw new Error('busy.worker.js is missing from the build');
  return new InlineBusyWork();
}
