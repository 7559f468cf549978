import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Session } from '@lib/access/sessions.service.js';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { log } from '@lib/platform/log.js';
import { Trail } from '@lib/trail/trail.service.js';
import type { Act } from '@lib/trail/trail.js';

/** Which door was asked at too often. `rule` is null where nothing restricted is behind it. */
export type Door = Pick<Act, 'route' | 'rule' | 'object'>;

const rule = 'RL5';

/** [RL5] Refusals of those who ask too often: the first in a minute of each person at each door, so that no flood fills the trail or the log. */
@Injectable()
export class RateRefusals {
  private readonly first = new RateLimiterMemory({ keyPrefix: 'refusals', points: 1, duration: 60 });

  constructor(private readonly trail: Trail) {}

  /**
   * Does `work`, which may find that somebody asks too often, and notes it when it does.
   *
   * @param session null where nobody is known; of all of those together one line in the log
   */
  async noting<T>(session: Session | null, door: () => Door, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TooManyRequests) await this.note(session, door());
      throw error;
    }
  }

  /** Somebody was refused. Never fails: what could not be put on record shows nothing, and is logged where it failed. */
  async note(session: Session | null, door: Door): Promise<void> {
    const isFirst = await this.first.consume(`${session?.personId ?? ''} ${door.route}`).then(() => true, () => false);
    if (!isFirst) return;
    log.warn({ what: 'rate', kind: door.route.replace(/[{}]/g, ''), outcome: 'too-many-requests', ...(session === null ? {} : { personId: session.personId }) }, 'somebody asked too often');
    if (session !== null && door.rule !== null) await this.trail.refused(session, { ...door, rule }).catch(() => undefined);
  }
}
