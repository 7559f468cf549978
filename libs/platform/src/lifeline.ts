import { log } from './log.js';

/** What a lifeline counts by; milliseconds. */
export interface LifelineLimits {
  /** So long after the beginning of its last look a process counts as cut off. */
  cutOffMs: number;
  /** What it has missed for longer than this can no longer be looked up. */
  keptMs: number;
}

export interface LifelineHooks {
  /** From now on nothing that may have been taken away is sent. Called at once, perhaps from within {@link Lifeline.isCurrent}. */
  cut(): void;
  /** Everything that was missed has been heard: rights are to be looked up again. Nothing is sent until it resolves. */
  restore(isMuch: boolean): Promise<void>;
  /** Sending goes on. */
  current(): void;
}

/**
 * Whether this process still knows what has been taken away from whom: it has looked into the outbox less than a second
 * ago. Asked before everything that leaves, so that a process that stood still does not send first and look later. Pure.
 */
export class Lifeline {
  private readonly hooks = new Set<LifelineHooks>();
  /** null before the first look: nothing that could be taken away is there yet. */
  private lookedMs: number | null = null;
  private isCut = false;
  private isRestoring = false;
  /** When it looked for the last time before it was cut off. */
  private cutSinceMs = 0;

  /** @param nowMs a clock that only goes forward, milliseconds */
  constructor(
    private readonly nowMs: () => number,
    private readonly limits: LifelineLimits,
  ) {}

  /** @returns a function that takes the hooks away again */
  on(hooks: LifelineHooks): () => void {
    this.hooks.add(hooks);
    return () => this.hooks.delete(hooks);
  }

  isCurrent(): boolean {
    if (!this.isCut && this.lookedMs !== null && this.nowMs() - this.lookedMs > this.limits.cutOffMs) {
      this.isCut = true;
      this.cutSinceMs = this.lookedMs;
      for (const hooks of this.hooks) hooks.cut();
    }
    return !this.isCut;
  }

  /**
   * All that was committed before `beganMs` has been read, and was handed to those whom it concerns.
   *
   * @param handled resolves when they are done with it
   */
  looked(beganMs: number, handled: Promise<unknown>): void {
    // A gap that nobody has noticed is one.
    this.isCurrent();
    this.lookedMs = Math.max(this.lookedMs ?? beganMs, beganMs);
    if (this.isCut && !this.isRestoring) void this.restore(handled);
  }

  private async restore(handled: Promise<unknown>): Promise<void> {
    this.isRestoring = true;
    const isMuch = this.nowMs() - this.cutSinceMs > this.limits.keptMs;
    try {
      await handled;
      await Promise.all([...this.hooks].map((hooks) => hooks.restore(isMuch)));
      // Looks went on meanwhile; had they not, what was found out is too old by now, and the next one begins again.
      if (this.nowMs() - (this.lookedMs ?? 0) > this.limits.cutOffMs) return;
      this.isCut = false;
      for (const hooks of this.hooks) hooks.current();
    } catch (error) {
      // The next look tries again.
      log.error({ error }, 'catching up failed');
    } finally {
      this.isRestoring = false;
    }
  }
}
