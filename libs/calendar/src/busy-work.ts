import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { busyWorkerMark, runBusyTask, type BusyAnswer, type BusyJob, type BusyPart, type BusyTask } from './busy.worker.js';
import { BusyFault } from './busy-faults.js';
import type { BusyReading, BusyWindow } from './ics-busy.js';
import type { DavFound } from './multistatus.js';

/** For whom it is done: somebody who waits, or nobody. */
export type BusyLane = 'person' | 'job';

/** Reads what foreign servers and programs wrote, at a cost that somebody else decides. */
export abstract class BusyWork {
  /** When a calendar says that its person is taken. @throws BusyFault */
  async read(parts: readonly BusyPart[], window: BusyWindow, lane: BusyLane): Promise<BusyReading> {
    const answer = await this.answer({ kind: 'read', parts, window }, lane);
    if ('reading' in answer) return answer.reading;
    throw new BusyFault('fault' in answer ? answer.fault : 'notCalendar');
  }

  /** What a PROPFIND found. @throws BusyFault */
  async found(xml: Uint8Array, base: string, lane: BusyLane): Promise<DavFound> {
    const answer = await this.answer({ kind: 'found', xml, base }, lane);
    if ('found' in answer) return answer.found;
    throw new BusyFault('fault' in answer ? answer.fault : 'notCaldav');
  }

  protected abstract answer(task: BusyTask, lane: BusyLane): Promise<BusyAnswer>;
}

/** In this thread, without limits: for tests that run from the TypeScript sources, which a worker cannot load. */
export class InlineBusyWork extends BusyWork {
  protected async answer(task: BusyTask): Promise<BusyAnswer> {
    return runBusyTask(task);
  }
}

/**
 * The job has a thread to itself, so that neither keeps the other waiting. What a PROPFIND found waits for no calendar: the time of the
 * reading that it is a part of runs, and it is little.
 */
const threads: Readonly<Record<BusyTask['kind'], Readonly<Record<BusyLane, number>>>> = { read: { person: 2, job: 1 }, found: { person: 1, job: 1 } };
const timesShorter: Readonly<Record<BusyTask['kind'], number>> = { read: 1, found: 4 };
/** Beside those at work: each may hold twenty megabytes. */
export const mostWaiting = 8;

class Lane {
  atWork = 0;
  readonly waiting: (() => void)[] = [];
}

/** Each in a thread of its own, which ends with it. */
export class WorkerBusyWork extends BusyWork {
  private readonly lanes = { read: { person: new Lane(), job: new Lane() }, found: { person: new Lane(), job: new Lane() } };

  /**
   * @param script the compiled busy.worker.js
   * @param timeMs for one calendar
   */
  constructor(
    private readonly script: URL,
    private readonly timeMs: number,
    private readonly memoryMb: number,
  ) {
    super();
  }

  /** @throws BusyFault `overloaded` where too many wait already */
  protected async answer(task: BusyTask, name: BusyLane): Promise<BusyAnswer> {
    const lane = this.lanes[task.kind][name];
    if (lane.atWork < threads[task.kind][name]) lane.atWork += 1;
    else if (lane.waiting.length >= mostWaiting) throw new BusyFault('overloaded');
    // Whoever ends hands on the thread: nobody comes in between.
    else await new Promise<void>((go) => lane.waiting.push(go));
    try {
      return await this.run({ mark: busyWorkerMark, task });
    } finally {
      const next = lane.waiting.shift();
      if (next === undefined) lane.atWork -= 1;
      else next();
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
      // Too slow, too much memory, or a fault of ours: to whom it belongs it is something that cannot be read.
      const fail = () => end(() => reject(new BusyFault('tooHeavy')));
      const timer = setTimeout(fail, this.timeMs / timesShorter[job.task.kind]);
      worker.once('message', (answer: BusyAnswer) => end(() => resolve(answer)));
      worker.once('error', fail);
      worker.once('exit', fail);
    });
  }
}

/** In threads where the sources are compiled; in this one where they are not (Jest). */
export function busyWork(timeMs: number, memoryMb: number): BusyWork {
  const script = new URL('./busy.worker.js', import.meta.url);
  if (existsSync(fileURLToPath(script))) return new WorkerBusyWork(script, timeMs, memoryMb);
  if (!import.meta.url.endsWith('.ts')) throw new Error('busy.worker.js is missing from the build');
  return new InlineBusyWork();
}
