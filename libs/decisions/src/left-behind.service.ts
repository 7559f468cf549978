import { Injectable } from '@nestjs/common';
import type { Tx } from '@lib/platform/unit-of-work.service.js';

/** What somebody who leaves the service has not finished. Counts only: whoever asks may not see what it is about. */
export interface WorkLeft {
  /** Open follow-ups of hers; the leaders of her authority see them. */
  followUps: number;
  /** Decisions escalated to her; they wait for any leader again (AC22). */
  decisions: number;
}

/** Counts what memberships leave behind. */
@Injectable()
export class LeftBehind {
  async countsIn(tx: Tx, membershipIds: readonly string[]): Promise<WorkLeft> {
    const [row] = await tx.query<{ follow_ups: number; decisions: number }>(
      `SELECT (SELECT count(*)::int FROM follow_up WHERE owner_membership_id = ANY($1::uuid[]) AND state = 'open') AS follow_ups,
              (SELECT count(*)::int FROM decision WHERE escalated_to_membership_id = ANY($1::uuid[]) AND state = 'escalated') AS decisions`,
      [membershipIds],
    );
    return { followUps: row!.follow_ups, decisions: row!.decisions };
  }
}
