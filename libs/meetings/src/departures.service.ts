import { Injectable } from '@nestjs/common';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { ParticipationChanges } from './participation-changes.service.js';

/** What somebody's leaving means for meetings. Counts only: whoever asks may not see the meetings. */
export interface MeetingsLeft {
  /** Coming meetings she takes part in; each needs a substitute. */
  meetings: number;
  /** Those of them that no coordinator is left for. */
  meetingsWithoutCoordinator: number;
  /** Coming meetings of hers in which she stands in for somebody. */
  asSubstitute: number;
}

/** Coming: it begins at or after `$2` and is neither held nor cancelled. Over `meeting m`. */
const coming = `m.start_instant >= $2::timestamptz AND m.state IN ('draft', 'proposed', 'confirmed')`;

/** Meetings of somebody who leaves the service, for a time or for good (rules PR5, PR6). */
@Injectable()
export class Departures {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly participation: ParticipationChanges,
    private readonly notifications: Notifications,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** @param from the instant from which these memberships give nothing */
  async countsIn(tx: Tx, membershipIds: readonly string[], from: string): Promise<MeetingsLeft> {
    const [row] = await tx.query<{ meetings: number; lone: number; sent: number }>(
      `SELECT count(DISTINCT m.id)::int AS meetings,
              count(DISTINCT m.id) FILTER (WHERE own.role = 'coordinator' AND NOT EXISTS (
                SELECT 1 FROM meeting_participant q JOIN membership o ON o.id = q.membership_id
                WHERE q.meeting_id = m.id AND o.role = 'coordinator' AND NOT o.id = ANY($1::uuid[])
                  AND o.valid_from <= $2::timestamptz AND (o.valid_to IS NULL OR o.valid_to > $2::timestamptz)))::int AS lone,
              count(DISTINCT m.id) FILTER (WHERE p.stands_in_for_membership_id IS NOT NULL)::int AS sent
       FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id JOIN membership own ON own.id = p.membership_id
       WHERE p.membership_id = ANY($1::uuid[]) AND ${coming}`,
      [membershipIds, from],
    );
    return { meetings: row!.meetings, meetingsWithoutCoordinator: row!.lone, asSubstitute: row!.sent };
  }

  /**
   * [PR5] A membership ends, now or on a day: the coordinators of the meetings after it are told that a substitute is
   * needed; who has left already reads nothing. That she took part stays.
   *
   * @param from the instant from which it gives nothing
   */
  async leaveIn(tx: Tx, actorPersonId: string | null, membershipId: string, from: string): Promise<void> {
    const rows = await tx.query<{ meeting_id: string; coordinators: string[] }>(
      `SELECT m.id AS meeting_id, array_agg(q.membership_id::text) AS coordinators
       FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id
       JOIN meeting_participant q ON q.meeting_id = m.id AND q.membership_id <> p.membership_id
       JOIN membership o ON o.id = q.membership_id AND o.role = 'coordinator' AND (o.valid_to IS NULL OR o.valid_to > $2::timestamptz)
       WHERE p.membership_id = $1 AND ${coming} GROUP BY m.id`,
      [membershipId, from],
    );
    await this.notifications.addIn(
      tx,
      actorPersonId,
      rows.map((row) => ({ kind: 'participantLeft' as const, membershipIds: row.coordinators, meetingId: row.meeting_id, once: `left ${row.meeting_id} ${membershipId} ${from}` })),
    );
    if (Date.parse(from) > this.clock.now().epochMilliseconds) return;
    await tx.query('DELETE FROM item_reader WHERE membership_id = $1', [membershipId]);
    await this.announceIn(tx, membershipId);
  }

  /** [PR6] A membership lives again: she reads what its meetings give her now, and the others see her among them. */
  async returnIn(tx: Tx, membershipId: string): Promise<void> {
    const rows = await tx.query<{ meeting_id: string }>('SELECT meeting_id FROM meeting_participant WHERE membership_id = $1 ORDER BY meeting_id', [membershipId]);
    for (const { meeting_id } of rows) await this.participation.refreshReadersIn(tx, meeting_id, membershipId);
    await this.announceIn(tx, membershipId);
  }

  /** [AC14] Whoever's membership ended by the clock is no reader any more. */
  async settle(): Promise<void> {
    await this.unitOfWork.run((tx) => tx.query('DELETE FROM item_reader r USING membership m WHERE m.id = r.membership_id AND m.valid_to <= $1', [this.clock.now().toString()]), { lane: 'job', as: 'provisioning' });
  }

  private async announceIn(tx: Tx, membershipId: string): Promise<void> {
    const rows = await tx.query<{ id: string }>(`SELECT m.id FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id WHERE p.membership_id = $1 AND ${coming}`, [membershipId, this.clock.now().toString()]);
    for (const { id } of rows) this.events.emitIn(tx, 'meeting.changed', { meetingId: id });
  }
}
