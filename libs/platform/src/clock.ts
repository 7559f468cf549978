import { Temporal } from 'temporal-polyfill';

/** The one source of “now”. Injected everywhere, so that tests can hold it still. */
export abstract class Clock {
  abstract now(): Temporal.Instant;
}

export class SystemClock extends Clock {
  override now(): Temporal.Instant {
    return Temporal.Now.instant();
  }
}
