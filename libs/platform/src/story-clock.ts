import { AsyncLocalStorage } from 'node:async_hooks';
import type { Temporal } from 'temporal-polyfill';
import { Clock } from './clock.js';

/** The clock of everybody else, except within a story, where it is whatever time the story has come to. Demo mode only. */
export class StoryClock extends Clock {
  private readonly told = new AsyncLocalStorage<Temporal.Instant>();

  constructor(private readonly present: Clock) {
    super();
  }

  override now(): Temporal.Instant {
    return this.told.getStore() ?? this.present.now();
  }

  override real(): Temporal.Instant {
    return this.present.real();
  }

  /** Does `work`, and all that follows from it, at another time. Nobody else notices. */
  at<T>(instant: Temporal.Instant, work: () => T): T {
    return this.told.run(instant, work);
  }
}
