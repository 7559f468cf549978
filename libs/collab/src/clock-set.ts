import { Intervals } from './intervals.js';
import type { ClientRange, Reference } from './update-scan.js';

/** Clocks of several clients. */
export class ClockSet {
  private readonly clients = new Map<number, Intervals>();

  constructor(ranges: readonly ClientRange[] = []) {
    for (const { client, from, to } of ranges) {
      let intervals = this.clients.get(client);
      if (intervals === undefined) this.clients.set(client, (intervals = new Intervals()));
      intervals.add(from, to);
    }
  }

  has({ client, clock }: Reference): boolean {
    return this.covers({ client, from: clock, to: clock + 1 });
  }

  covers({ client, from, to }: ClientRange): boolean {
    return from >= to || this.clients.get(client)?.missing(from, to).length === 0;
  }

  touches({ client, from, to }: ClientRange): boolean {
    const missing = this.clients.get(client)?.missing(from, to);
    return missing !== undefined && missing.reduce((sum, [start, end]) => sum + end - start, 0) < to - from;
  }
}
