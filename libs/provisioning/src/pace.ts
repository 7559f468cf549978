interface Bucket {
  left: number;
  atMs: number;
}

/** A pace that somebody is held to: so many at once, and so many a second after it. Forgets whoever has been still. */
export class Pace {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
  ) {}

  /** @returns 0 when it may go on, else the seconds to wait */
  spend(who: string, nowMs: number): number {
    if (this.buckets.size > 10_000) this.forget(nowMs);
    const bucket = this.buckets.get(who) ?? { left: this.burst, atMs: nowMs };
    bucket.left = Math.min(this.burst, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1_000) * this.perSecond);
    bucket.atMs = nowMs;
    this.buckets.set(who, bucket);
    if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / this.perSecond));
    bucket.left -= 1;
    return 0;
  }

  private forget(nowMs: number): void {
    for (const [who, { left, atMs }] of this.buckets) if (left + ((nowMs - atMs) / 1_000) * this.perSecond >= this.burst) this.buckets.delete(who);
  }
}
