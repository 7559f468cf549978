import { Temporal } from 'temporal-polyfill';
import { Clock } from '@lib/platform/clock.js';

/** A clock that stands still until it is moved. */
export class TestClock extends Clock {
  constructor(private instant = Temporal.Instant.from('2026-11-23T08:00:00Z')) {
    super();
  }

  override now(): Temporal.Instant {
    return this.instant;
  }

  advance(duration: Temporal.DurationLike): void {
    this.instant = this.instant.add(duration);
  }
}
