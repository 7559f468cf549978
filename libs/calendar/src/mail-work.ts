import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { mailWorkerMark, readMail, type MailAnswer, type MailJob, type MailReading } from './mail.worker.js';

/** [MA11] Reads what anybody on the net may have written, at a cost that is bounded. */
export abstract class MailWork {
  /** null for what cannot be read, or not in time. */
  async read(message: Uint8Array): Promise<MailReading | null> {
    const answer = await this.answer(message);
    return 'reading' in answer ? answer.reading : null;
  }

  protected abstract answer(message: Uint8Array): Promise<MailAnswer>;
}

/** In this thread, without limits: for tests that run from the TypeScript sources, which a worker cannot load. */
export class InlineMailWork extends MailWork {
  protected async answer(message: Uint8Array): Promise<MailAnswer> {
    return readMail(message);
  }
}

/** One message after the other, each in a thread of its own, which ends with it. */
export class WorkerMailWork extends MailWork {
  private last: Promise<unknown> = Promise.resolve();

  /** @param script the compiled mail.worker.js */
  constructor(
    private readonly script: URL,
    private readonly timeMs: number,
    private readonly memoryMb: number,
  ) {
    super();
  }

  protected answer(message: Uint8Array): Promise<MailAnswer> {
    const answer = this.last.then(() => this.run({ mark: mailWorkerMark, message }));
    // One that could not be begun is no reason for the next not to be.
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private run(job: MailJob): Promise<MailAnswer> {
    return new Promise((resolve) => {
      const worker = new Worker(this.script, { workerData: job, resourceLimits: { maxOldGenerationSizeMb: this.memoryMb } });
      const end = (answer: MailAnswer) => {
        clearTimeout(timer);
        void worker.terminate();
        resolve(answer);
      };
      const fail = () => end({ fault: 'unreadable' });
      const timer = setTimeout(fail, this.timeMs);
      worker.once('message', end);
      worker.once('error', fail);
      worker.once('exit', fail);
    });
  }
}

/** In threads where the sources are compiled; in this one where they are not (Jest). */
export function mailWork(timeMs: number, memoryMb: number): MailWork {
  const script = new URL('./mail.worker.js', import.meta.url);
  if (existsSync(fileURLToPath(script))) return new WorkerMailWork(script, timeMs, memoryMb);
  if (!import.meta.url.endsWith('.ts')) throw new Error('mail.worker.js is missing from the build');
  return new InlineMailWork();
}
