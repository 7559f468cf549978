import { Injectable } from '@nestjs/common';
import type { BrowserFamily, PlatformFamily } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Sessions, usedLately, type Session } from './sessions.service.js';

/** One of a person's living sessions, as she may know it again. */
export interface OwnSession {
  id: string;
  isThis: boolean;
  /** Null where it was not told. */
  browser: BrowserFamily | null;
  platform: PlatformFamily | null;
  authorityName: string;
  startedAt: Date;
  /** At most a minute behind. */
  lastSeenAt: Date;
}

/** [AC83] A person's own sessions: seen and ended by herself. */
@Injectable()
export class OwnSessions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** This one first, then the one last used. */
  async list(session: Session): Promise<OwnSession[]> {
    const now = this.clock.now();
    const rows = await this.unitOfWork.run((tx) =>
      tx.query<{ id: string; browser: BrowserFamily | null; platform: PlatformFamily | null; name: string; alias: string | null; created_at: Date; last_seen_at: Date }>(
        `SELECT s.id, s.browser, s.platform, a.name, a.alias, s.created_at, s.last_seen_at
         FROM session s JOIN membership m ON m.id = s.membership_id JOIN authority a ON a.id = m.authority_id
         WHERE s.person_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND ${usedLately('s', '$2', '$3')} AND (m.valid_to IS NULL OR m.valid_to > $2)
         ORDER BY s.id = $4 DESC, s.last_seen_at DESC, s.id LIMIT 100`,
        [session.personId, now.toString(), this.config.SAMRAAD_SESSION_IDLE_MINUTES, session.id],
      ),
      { as: 'signin' },
    );
    return rows.map((row) => ({
      id: row.id,
      isThis: row.id === session.id,
      browser: row.browser,
      platform: row.platform,
      authorityName: (this.config.demo ? row.alias : null) ?? row.name,
      startedAt: row.created_at,
      lastSeenAt: row.last_seen_at,
    }));
  }

  /** @throws Problem `not-found` for what is not hers, or over */
  async end(session: Session, sessionId: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const [own] = await tx.query('SELECT id FROM session WHERE id = $1 AND person_id = $2 AND ended_at IS NULL', [sessionId, session.personId]);
      if (own === undefined) throw new Problem('not-found');
      await this.sessions.endIn(tx, sessionId);
    }, { as: 'signin' });
  }

  /** @returns how many were ended */
  async endOthers(session: Session): Promise<number> {
    return this.unitOfWork.run((tx) => this.sessions.endAllOf(tx, { personId: session.personId }, session.id), { as: 'signin' });
  }
}
