/**
 * Who may use the database next. A lane is a promise about waiting: `collab` (somebody's typing waits for “Gemt”) goes
 * before `request` (somebody waits for a page) before `job` (nobody waits). `reserved` places are for collab alone, so
 * that slow reads can fill the rest of a connection pool without holding up an acknowledgement. With one place (the
 * embedded database) nothing can be reserved and order alone decides, which is why every transaction is short.
 */
export type Lane = 'collab' | 'request' | 'job';

const order: readonly Lane[] = ['collab', 'request', 'job'];

export class Lanes {
  private readonly waiting: Record<Lane, (() => void)[]> = { collab: [], request: [], job: [] };
  private busy = 0;
  private busyOther = 0;

  /**
   * @param places   how many may be inside at once (≥ 1)
   * @param reserved how many of them only `collab` may take (< places)
   * @param breathe  run between two turns that are not collab's, before the place is given back. The embedded database
   *   answers within this process, without ever waiting for the network: a long row of reads would otherwise keep the
   *   event loop from hearing the sockets on which typing arrives.
   */
  constructor(
    private readonly places: number,
    private readonly reserved: number,
    private readonly breathe?: () => Promise<void>,
  ) {
    if (reserved >= places) throw new RangeError('at least one place must be open to every lane');
  }

  /** Runs `work` when the lane's turn has come; the place is given back when it settles. */
  async enter<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (!this.mayEnter(lane)) await new Promise<void>((admit) => this.waiting[lane].push(admit));
    else this.take(lane);
    try {
      return await work();
    } finally {
      if (lane !== 'collab') await this.breathe?.();
      this.busy -= 1;
      if (lane !== 'collab') this.busyOther -= 1;
      this.admitNext();
    }
  }

  private mayEnter(lane: Lane): boolean {
    if (this.busy >= this.places) return false;
    if (lane === 'collab') return true;
    return this.busyOther < this.places - this.reserved;
  }

  private take(lane: Lane): void {
    this.busy += 1;
    if (lane !== 'collab') this.busyOther += 1;
  }

  private admitNext(): void {
    for (const lane of order) {
      while (this.waiting[lane].length > 0 && this.mayEnter(lane)) {
        // The place is taken here, not when the waiter wakes, or a newcomer could slip in between.
        this.take(lane);
        this.waiting[lane].shift()?.();
      }
    }
  }
}
