import type { ClockSet } from './clock-set.js';
import { touches } from './gate.js';
import type { Addition } from './knowledge.js';

/** What comes into a document while an edit of the server is made from what was there before. */
export class Meanwhile {
  readonly additions: Addition[] = [];
  /** Something that was looked at will not be stored after all. */
  isVoid = false;

  /** Whether an edit that takes these away has looked at all that stands there. */
  leaves(taken: ClockSet): boolean {
    return !this.isVoid && !this.additions.some((addition) => touches(addition, taken));
  }
}

/** Those who look on while they make something from what was there before. */
export class Watches {
  private readonly watches = new Set<Meanwhile>();

  /** What comes from now on, until it is ended. */
  begin(): Meanwhile {
    const watch = new Meanwhile();
    this.watches.add(watch);
    return watch;
  }

  end(watch: Meanwhile): void {
    this.watches.delete(watch);
  }

  came(addition: Addition): void {
    for (const { additions } of this.watches) additions.push(addition);
  }

  fell(): void {
    for (const watch of this.watches) watch.isVoid = true;
  }
}
