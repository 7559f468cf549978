import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Problem, TooManyRequests } from '@lib/contracts/problems.js';
import { runPlanTask, yearPlanMark, type PlanJob, type PlanResult, type PlanTask } from './year-plan.worker.js';

/** Longer than a country takes. */
const timeMs = 15_000;
const memoryMb = 512;
/** Whoever waits longer has been told that nobody answers. */
const mostWaiting = 1;
const secondsToWait = 10;

/** [YP17] Plans in a thread of its own, one at a time for a process and one for a person; whoever asked can stop it. */
export class YearPlanWork {
  private readonly asking = new Set<string>();
  private readonly waiting: (() => void)[] = [];
  private isAtWork = false;

  /** @param script the compiled worker; null: in this thread, for tests that run from the TypeScript sources, which a worker cannot load */
  constructor(private readonly script: URL | null) {}

  /**
   * @param who by whom she is counted
   * @param signal of whoever waits for it
   * @throws TooManyRequests; Problem `year-plan-stopped`
   */
  async run(who: string, task: PlanTask, signal: AbortSignal): Promise<PlanResult> {
    if (signal.aborted) throw new Problem('year-plan-stopped');
    if (this.asking.has(who)) throw new TooManyRequests(secondsToWait, 'Du er allerede ved at lægge en plan. Vent, til den er færdig, eller stop den.');
    if (this.isAtWork && this.waiting.length >= mostWaiting) throw new TooManyRequests(secondsToWait);
    this.asking.add(who);
    try {
      if (this.isAtWork) await this.turn(signal);
      else this.isAtWork = true;
      try {
        if (signal.aborted) throw new Problem('year-plan-stopped');
        return this.script === null ? runPlanTask(task) : await this.inThread(this.script, task, signal);
      } finally {
        // Whoever ends hands on the thread: nobody comes in between.
        const next = this.waiting.shift();
        if (next === undefined) this.isAtWork = false;
        else next();
      }
    } finally {
      this.asking.delete(who);
    }
  }

  /** Whoever hangs up meanwhile leaves her place to the next. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(new Problem('year-plan-stopped'));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(go);
    });
  }

  private inThread(script: URL, task: PlanTask, signal: AbortSignal): Promise<PlanResult> {
    return new Promise((resolve, reject) => {
      const job: PlanJob = { mark: yearPlanMark, task };
      const worker = new Worker(script, { workerData: job, resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        void worker.terminate();
        settle();
      };
      const stop = () => end(() => reject(new Problem('year-plan-stopped')));
      const timer = setTimeout(stop, timeMs);
      signal.addEventListener('abort', stop);
      worker.once('message', (result: PlanResult) => end(() => resolve(result)));
      worker.once('error', (error) => end(() => reject(error)));
      worker.once('exit', stop);
    });
  }
}

/** In a thread where the sources are compiled; in this one where they are not (Jest). */
export function yearPlanWork(): YearPlanWork {
  const script = new URL('./year-plan.worker.js', import.meta.url);
  if (existsSync(fileURLToPath(script))) return new YearPlanWork(script);
  if (!import.meta.url.endsWith('.ts')) throw new Error('year-plan.worker.js is missing from the build');
  return new YearPlanWork(null);
}
