import { parentPort, workerData } from 'node:worker_threads';
import { busyIn, type BusyReading, type BusyWindow } from './ics-busy.js';
import { UnreadableCalendar } from './ics-components.js';

/** One calendar, read in a thread that is killed when it takes too long or too much. */
export interface BusyJob {
  mark: typeof busyWorkerMark;
  /** text/calendar in UTF-8; anything. */
  bytes: Uint8Array;
  window: BusyWindow;
}
export type BusyAnswer = { reading: BusyReading } | { fault: UnreadableCalendar['fault'] };

/** Says that a thread was started to do this work; the same file is imported elsewhere for its function. */
export const busyWorkerMark = 'samraad-busy-times';

export function runBusyJob({ bytes, window }: Pick<BusyJob, 'bytes' | 'window'>): BusyAnswer {
  try {
    return { reading: busyIn(new TextDecoder().decode(bytes), window) };
  } catch (error) {
    if (error instanceof UnreadableCalendar) return { fault: error.fault };
    // A text of a stranger is no reason to say it to a log.
    return { fault: 'notCalendar' };
  }
}

if ((workerData as BusyJob | null)?.mark === busyWorkerMark) parentPort?.postMessage(runBusyJob(workerData as BusyJob));
