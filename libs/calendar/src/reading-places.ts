import { BusyFault } from './busy-faults.js';
import type { BusyLane } from './busy-work.js';

/** [BT9] Who is being read for in this process. One reading of a person at a time: each may hold twenty megabytes, and a foreign server for ten seconds. */
export class ReadingPlaces {
  private readonly people = new Map<string, BusyLane>();

  /** @param most people who wait for theirs; the job has its own measure */
  constructor(private readonly most: number) {}

  /**
   * Does it, unless something is being read for that person already.
   *
   * @throws BusyFault `beingRead`, `overloaded`; nothing was begun then
   */
  async hold<T>(personId: string, lane: BusyLane, work: () => Promise<T>): Promise<T> {
    if (this.people.has(personId)) throw new BusyFault('beingRead');
    if (lane === 'person' && [...this.people.values()].filter((one) => one === lane).length >= this.most) throw new BusyFault('overloaded');
    this.people.set(personId, lane);
    try {
      return await work();
    } finally {
      this.people.delete(personId);
    }
  }
}
