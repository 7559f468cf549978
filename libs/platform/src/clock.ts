import { Temporal } from 'temporal-polyfill';

/** The one source of “now”. Injected everywhere, so that tests can hold it still. */
export abstract class Clock {
  abstract now(): Temporal.Instant;

  /** When it is really done, also within a story: for what is kept so long and then removed. */
  real(): Temporal.Instant {
    return this.now();
  }
}

export class SystemClock extends Clock {
  override now(): Temporal.Instant {
    return Temporal.Now.instant();
  }
}
