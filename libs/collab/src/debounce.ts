/** Runs work once per key after things have come to rest, never twice at a time, and never later than the longest wait. */
export class Debounce {
  private readonly keys = new Map<string, { timer: NodeJS.Timeout | null; sinceMs: number; running: Promise<void> | null }>();

  constructor(
    private readonly work: (key: string) => Promise<void>,
    private readonly restMs: number,
    private readonly maxWaitMs: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  trigger(key: string): void {
    const nowMs = this.nowMs();
    const entry = this.keys.get(key) ?? { timer: null, sinceMs: nowMs, running: null };
    this.keys.set(key, entry);
    if (entry.timer === null) entry.sinceMs = nowMs;
    else clearTimeout(entry.timer);
    const waitMs = Math.max(0, Math.min(this.restMs, entry.sinceMs + this.maxWaitMs - nowMs));
    entry.timer = setTimeout(() => void this.run(key), waitMs);
    entry.timer.unref();
  }

  /** Runs what waits at once, and waits for all of it. */
  async flush(): Promise<void> {
    while (this.keys.size > 0) await Promise.all([...this.keys.keys()].map((key) => this.run(key)));
  }

  private async run(key: string): Promise<void> {
    const entry = this.keys.get(key);
    if (entry === undefined) return;
    // One at a time: a slow run must not write its older answer over a newer one.
    if (entry.running !== null) {
      await entry.running;
      if (entry.running !== null || this.keys.get(key) !== entry) return;
    }
    if (entry.timer === null) {
      this.keys.delete(key);
      return;
    }
    clearTimeout(entry.timer);
    entry.timer = null;
    entry.running = this.work(key).finally(() => {
      entry.running = null;
      if (entry.timer === null) this.keys.delete(key);
    });
    await entry.running;
  }
}
