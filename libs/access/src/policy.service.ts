import { Injectable } from '@nestjs/common';
import { Clock } from '@lib/platform/clock.js';
import type { Subject } from './policy.js';
import { can, type Action, type Actions } from './rules.js';

/** The decision of `rules.ts` at this moment, for services. */
@Injectable()
export class Policy {
  constructor(private readonly clock: Clock) {}

  /** Whether `subject` may do this now; see `can`. */
  may<A extends Action>(subject: Subject, action: A, object: Actions[A]['object'], facts: Actions[A]['facts']): boolean {
    return can(subject, action, object, facts, this.clock.now());
  }
}
