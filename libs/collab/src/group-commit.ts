import type { Appended, NewUpdate } from './collab-store.js';
import type { Limits } from './limits.js';

/** Something that waits for a commit. Without a row it only waits for what its document queued before it. */
export interface Queued {
  readonly documentId: string;
  readonly bytes: number;
  /** Becomes another while it waits, when something else is committed before it. */
  row: NewUpdate | null;
}

export interface GroupCommitHooks<Entry extends Queued> {
  /** Stores the rows of the entries, as `CollabStore.append`. What it puts off is not stored, and comes first of its document the next time. */
  append(entries: readonly Entry[]): Promise<Appended & { putOff?: ReadonlySet<Entry> }>;
  /** Nobody may store it any more: it is not tried again. */
  isDropped?(entry: Entry): boolean;
  /** These were not stored, and wait for the next try. */
  waitsAgain?(entries: readonly Entry[]): void;
  /** After the commit, in the order of queueing; `heads` as in {@link Appended}. */
  committed(entries: readonly Entry[], heads: Appended['heads']): void;
  /** The document takes no updates; the entries were not stored. */
  refused(documentId: string, entries: readonly Entry[]): void;
  /** Given up after the last attempt: nobody was told that anything of it is stored. */
  lost(documentId: string, error: unknown): void;
  /** More waits than may (true), or there is room again (false). */
  pressure(isHigh: boolean): void;
}

const longestWaitMs = 64;

/**
 * One commit at a time for all documents of the process: at once when nothing is under way, together with all that
 * gathered when something is. A document that could not be stored is tried again by itself, so that it holds nobody
 * else up, and given up after the last delay.
 */
export class GroupCommit<Entry extends Queued> {
  private queue: Entry[] = [];
  private inFlight: Entry[] = [];
  private readonly holds = new Map<string, number>();
  private readonly attempts = new Map<string, number>();
  /** How long a document that somebody else is at was left alone the last time. */
  private readonly waits = new Map<string, number>();
  private readonly idle: (() => void)[] = [];
  private readonly resting: (() => void)[] = [];
  private running = false;
  private bytes = 0;
  private isHigh = false;

  constructor(
    private readonly hooks: GroupCommitHooks<Entry>,
    private readonly limits: Pick<Limits, 'maxBatchRows' | 'maxBatchBytes' | 'maxQueuedBytes' | 'resumeQueuedBytes' | 'retryDelaysMs'>,
    private readonly later: (work: () => void, ms: number) => void = (work, ms) => void setTimeout(work, ms),
  ) {}

  add(entry: Entry): void {
    this.queue.push(entry);
    this.count(entry.bytes);
    this.start();
  }

  /** Nothing of the document starts a commit until as many releases came. */
  hold(documentId: string): void {
    this.holds.set(documentId, (this.holds.get(documentId) ?? 0) + 1);
  }

  release(documentId: string): void {
    const holds = (this.holds.get(documentId) ?? 0) - 1;
    if (holds > 0) this.holds.set(documentId, holds);
    else this.holds.delete(documentId);
    this.start();
  }

  /** Resolves when nothing of the document is being committed. Held before, nothing is until it is released. */
  async rested(documentId: string): Promise<void> {
    while (this.inFlight.some((entry) => entry.documentId === documentId)) await new Promise<void>((resolve) => this.resting.push(resolve));
  }

  /** Takes back what of the document has not started its commit, in order; all of it, or what `which` names. */
  withdraw(documentId: string, which: (entry: Entry) => boolean = () => true): Entry[] {
    const taken = this.queue.filter((entry) => entry.documentId === documentId && which(entry));
    if (taken.length > 0) {
      const gone = new Set(taken);
      this.queue = this.queue.filter((entry) => !gone.has(entry));
      this.count(-sum(taken));
      this.tellIdle();
    }
    return taken;
  }

  /** Resolves when nothing waits any more: stored, refused or given up. */
  async drain(): Promise<void> {
    if (this.queue.length === 0 && this.inFlight.length === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private start(): void {
    if (this.running) return;
    this.running = true;
    // After the messages that came with the same packet.
    queueMicrotask(() => void this.run());
  }

  private async run(): Promise<void> {
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      this.inFlight = batch;
      let appended: Appended & { putOff?: ReadonlySet<Entry> } = { refused: new Set(), heads: new Map() };
      try {
        if (batch.some(({ row }) => row !== null)) appended = await this.hooks.append(batch);
      } catch (error) {
        this.putBack(batch, error);
        continue;
      }
      this.settle(batch, appended);
    }
    this.running = false;
    this.tellIdle();
  }

  private tellIdle(): void {
    if (this.queue.length === 0 && this.inFlight.length === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private take(): Entry[] {
    const batch: Entry[] = [];
    const rest: Entry[] = [];
    let bytes = 0;
    let alone: string | undefined;
    let isFull = false;
    for (const entry of this.queue) {
      const { documentId } = entry;
      const isSuspect = this.attempts.has(documentId);
      if (batch.length === 0 && isSuspect && !this.holds.has(documentId)) alone = documentId;
      isFull ||= batch.length >= this.limits.maxBatchRows || (batch.length > 0 && bytes + entry.bytes > this.limits.maxBatchBytes);
      const fits = alone === undefined ? !isSuspect : documentId === alone;
      if (isFull || !fits || this.holds.has(documentId)) rest.push(entry);
      else {
        batch.push(entry);
        bytes += entry.bytes;
      }
    }
    this.queue = rest;
    return batch;
  }

  private landed(): void {
    this.inFlight = [];
    for (const resolve of this.resting.splice(0)) resolve();
  }

  private settle(batch: readonly Entry[], { refused, busy, heads, putOff }: Appended & { putOff?: ReadonlySet<Entry> }): void {
    this.landed();
    const waits = (entry: Entry) => putOff?.has(entry) === true || busy?.has(entry.documentId) === true;
    const done = batch.filter((entry) => !waits(entry));
    this.count(-sum(done));
    for (const { documentId } of batch) this.attempts.delete(documentId);
    for (const { documentId } of done) this.waits.delete(documentId);
    const again = this.queueAgain(batch.filter(waits));
    for (const documentId of busy ?? []) this.wait(documentId);
    this.hooks.committed(done.filter(({ documentId }) => !refused.has(documentId)), heads);
    for (const documentId of refused) {
      this.hooks.refused(
        documentId,
        done.filter((entry) => entry.documentId === documentId),
      );
    }
    if (again.length > 0) this.hooks.waitsAgain?.(again);
  }

  /** Whoever is at it is done in a moment; one who is not must not be asked all the time. */
  private wait(documentId: string): void {
    const waitMs = Math.min(2 * (this.waits.get(documentId) ?? 1), longestWaitMs);
    this.waits.set(documentId, waitMs);
    this.hold(documentId);
    this.later(() => this.release(documentId), waitMs);
  }

  /** @returns what is in the queue again, before all that came meanwhile */
  private queueAgain(entries: readonly Entry[]): readonly Entry[] {
    const kept = entries.filter((entry) => this.hooks.isDropped?.(entry) !== true);
    this.queue = [...kept, ...this.queue];
    this.count(sum(kept) - sum(entries));
    return kept;
  }

  private putBack(batch: readonly Entry[], error: unknown): void {
    this.landed();
    const again = this.queueAgain(batch);
    const givenUp = new Set<string>();
    for (const documentId of new Set(again.map((entry) => entry.documentId))) {
      const attempt = this.attempts.get(documentId) ?? 0;
      const delayMs = this.limits.retryDelaysMs[attempt];
      if (delayMs === undefined) {
        givenUp.add(documentId);
        this.withdraw(documentId);
        this.attempts.delete(documentId);
        this.hooks.lost(documentId, error);
      } else {
        this.attempts.set(documentId, attempt + 1);
        this.hold(documentId);
        this.later(() => this.release(documentId), delayMs);
      }
    }
    const waiting = again.filter(({ documentId }) => !givenUp.has(documentId));
    if (waiting.length > 0) this.hooks.waitsAgain?.(waiting);
  }

  private count(change: number): void {
    this.bytes += change;
    const isHigh = this.bytes > (this.isHigh ? this.limits.resumeQueuedBytes : this.limits.maxQueuedBytes);
    if (isHigh !== this.isHigh) {
      this.isHigh = isHigh;
      this.hooks.pressure(isHigh);
    }
  }
}

function sum(entries: readonly Queued[]): number {
  return entries.reduce((bytes, entry) => bytes + entry.bytes, 0);
}
