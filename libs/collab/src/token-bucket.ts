/** A steady rate with bursts. What is spent beyond the burst must be waited for. */
export class TokenBucket {
  private tokens: number;

  /**
   * @param perSecond how fast it fills
   * @param burst     how much it holds
   */
  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private atMs: number,
  ) {
    this.tokens = burst;
  }

  /** @returns milliseconds until the debt is paid; 0 when there is none */
  spend(amount: number, nowMs: number): number {
    this.tokens = Math.min(this.burst, this.tokens + ((nowMs - this.atMs) / 1000) * this.perSecond) - amount;
    this.atMs = nowMs;
    return this.tokens >= 0 ? 0 : Math.ceil((-this.tokens / this.perSecond) * 1000);
  }
}
