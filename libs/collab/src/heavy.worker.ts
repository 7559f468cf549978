import { parentPort, workerData } from 'node:worker_threads';
import type { ItemContent } from '@lib/contracts/rich-text.js';
import { compactUpdates, diffUpdate, maskNumbers, mergeUpdates, projectContent, projectText, type MaskedCpr, type ProjectedText } from './document-content.js';
import { repairShape, type Repair } from './document-repair.js';

/** One job at a time; whoever asks keeps the time and kills the thread when it runs out. */
export type HeavyJob =
  | { kind: 'merge'; updates: readonly Uint8Array[] }
  | { kind: 'compact'; updates: readonly Uint8Array[] }
  | { kind: 'diff'; update: Uint8Array; stateVector: Uint8Array }
  | { kind: 'project'; update: Uint8Array }
  | { kind: 'content'; update: Uint8Array }
  | { kind: 'mask'; update: Uint8Array; numbers: readonly string[]; clientId: number }
  | { kind: 'repair'; updates: readonly Uint8Array[]; clientId: number };
export type HeavyAnswer = { merged: Uint8Array } | { diff: Uint8Array } | { text: ProjectedText } | { content: ItemContent } | { mask: { update: Uint8Array; masked: MaskedCpr[] } | null } | { repair: Repair | null } | { error: string };

export function runHeavyJob(job: HeavyJob): HeavyAnswer {
  try {
    switch (job.kind) {
      case 'merge':
        return { merged: mergeUpdates(job.updates) };
      case 'compact':
        return { merged: compactUpdates(job.updates) };
      case 'diff':
        return { diff: diffUpdate(job.update, job.stateVector) };
      case 'project':
        return { text: projectText(job.update) };
      case 'content':
        return { content: projectContent(job.update) };
      case 'mask':
        return { mask: maskNumbers(job.update, job.numbers, job.clientId) };
      case 'repair':
        return { repair: repairShape(job.updates, job.clientId) };
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'unknown' };
  }
}

/** Says that a thread was started to do this work; the same file is imported elsewhere for its function. */
export const heavyWorkerMark = 'samraad-heavy-work';

if (workerData === heavyWorkerMark) {
  parentPort?.on('message', (job: HeavyJob) => {
    parentPort?.postMessage(runHeavyJob(job));
  });
}
