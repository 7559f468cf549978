import { parentPort, workerData } from 'node:worker_threads';
import { BusyFault, type BusyFaultName } from './busy-faults.js';
import { busyIn, type BusyReading, type BusyWindow } from './ics-busy.js';
import { UnreadableCalendar } from './ics-components.js';
import { calendarDataIn, foundIn, type DavFound } from './multistatus.js';

/** Of a calendar, as it was fetched: text/calendar in UTF-8, or the answer of a CalDAV server that holds it; anything. */
export interface BusyPart {
  form: 'icalendar' | 'multistatus';
  bytes: Uint8Array;
}

/** What somebody else wrote, read in a thread that is killed when it takes too long or too much. */
export type BusyTask = { kind: 'read'; parts: readonly BusyPart[]; window: BusyWindow } | { kind: 'found'; xml: Uint8Array; base: string };
export interface BusyJob {
  mark: typeof busyWorkerMark;
  task: BusyTask;
}
export type BusyAnswer = { reading: BusyReading } | { found: DavFound } | { fault: BusyFaultName };

/** Says that a thread was started to do this work; the same file is imported elsewhere for its function. */
export const busyWorkerMark = 'samraad-busy-times';

export function runBusyTask(task: BusyTask): BusyAnswer {
  try {
    if (task.kind === 'found') return { found: foundIn(task.xml, task.base) };
    const texts = task.parts.map(({ form, bytes }) => (form === 'multistatus' ? calendarDataIn(bytes) : new TextDecoder().decode(bytes)));
    return { reading: busyIn(texts.join('\r\n'), task.window) };
  } catch (error) {
    if (error instanceof UnreadableCalendar || error instanceof BusyFault) return { fault: error.fault };
    // A text of a stranger is no reason to say it to a log.
    return { fault: task.kind === 'found' ? 'notCaldav' : 'notCalendar' };
  }
}

if ((workerData as BusyJob | null)?.mark === busyWorkerMark) parentPort?.postMessage(runBusyTask((workerData as BusyJob).task));
