import type { CollabStore } from './collab-store.js';
import type { Limits } from './limits.js';

export interface CompactorPorts {
  store: Pick<CollabStore, 'compact' | 'resting'>;
  /** As `compactUpdates`. */
  merge(updates: readonly Uint8Array[]): Promise<Uint8Array>;
  /** Epoch milliseconds. */
  nowMs(): number;
  compacted(documentId: string, savedBytes: number): void;
  failed(error: unknown, documentId?: string): void;
}

interface Asked {
  documentId: string;
  fulfils: boolean;
  done(): void;
}

/**
 * Keeps what is stored of a document short: one document after the other, beside everything else. What was deleted is then
 * nowhere any more, and opening costs as much as the words that are there. However much is written, it takes no more than a
 * part of the time: under load the rows behind the snapshots grow longer instead of the waiting for “Gemt”.
 */
export class Compactor {
  private queue: Asked[] = [];
  /** Until when (epoch milliseconds) a document is left alone. */
  private readonly failedUntil = new Map<string, number>();
  private running: Promise<void> | null = null;
  private wake: () => void = () => undefined;
  private isStopped = false;

  constructor(
    private readonly ports: CompactorPorts,
    private readonly limits: Pick<Limits, 'compactRestMs' | 'compactPerSweep' | 'compactAgainMs' | 'compactShare' | 'compactPauseMs'>,
  ) {}

  /** Soon. Asked again before it begins, it is done once. */
  ask(documentId: string): void {
    if (this.isStopped || this.queue.some((one) => one.documentId === documentId) || (this.failedUntil.get(documentId) ?? 0) > this.ports.nowMs()) return;
    this.queue.push({ documentId, fulfils: false, done: () => undefined });
    this.start();
  }

  /** At once, because something must leave storage that was taken out of the words before. Resolves when it was tried. */
  fulfil(documentId: string): Promise<void> {
    return new Promise((done) => {
      this.queue.unshift({ documentId, fulfils: true, done });
      this.wake();
      this.start();
    });
  }

  /** Asks for what rests, a part at a time; also for what a killed process left. */
  async sweep(): Promise<void> {
    try {
      for (const documentId of await this.ports.store.resting(this.ports.nowMs() - this.limits.compactRestMs, this.limits.compactPerSweep)) this.ask(documentId);
    } catch (error) {
      this.ports.failed(error);
    }
  }

  /** Resolves when the one under way has ended; none begins after it. */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const { done } of this.queue.splice(0)) done();
    this.wake();
    await this.running;
  }

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = null;
      // Asked for after the last look and before this.
      if (this.queue.length > 0) this.start();
    });
  }

  private async run(): Promise<void> {
    await Promise.resolve();
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const begunAt = performance.now();
      await this.compact(next);
      next.done();
      await this.pause(performance.now() - begunAt);
    }
  }

  /** As long as its share of the time asks for; whoever must have something taken out of storage ends it. */
  private async pause(tookMs: number): Promise<void> {
    if (this.queue.length === 0 || this.queue[0]?.fulfils === true) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, Math.min(tookMs / this.limits.compactShare - tookMs, this.limits.compactPauseMs));
      timer.unref();
    });
    clearTimeout(timer);
  }

  private async compact({ documentId, fulfils }: Asked): Promise<void> {
    try {
      const done = await this.ports.store.compact(documentId, (updates) => this.ports.merge(updates), fulfils);
      this.failedUntil.delete(documentId);
      if (done !== null) this.ports.compacted(documentId, done.savedBytes);
    } catch (error) {
      // The rows of before are all there.
      if (this.isStopped) return;
      const nowMs = this.ports.nowMs();
      for (const [id, untilMs] of this.failedUntil) if (untilMs <= nowMs) this.failedUntil.delete(id);
      this.failedUntil.set(documentId, nowMs + this.limits.compactAgainMs);
      this.ports.failed(error, documentId);
    }
  }
}
