import { Injectable } from '@nestjs/common';
import { chosenNotificationKinds, type ChosenNotificationKind, type NotificationKind, type SafetyNotificationKind } from '@lib/contracts/enums.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

/** What happened, and whom it concerns. */
export interface Notice {
  kind: ChosenNotificationKind;
  membershipIds: readonly string[];
  meetingId: string;
  itemId?: string;
  decisionId?: string;
  followUpId?: string;
  /** Told once at most for this key. */
  once?: string;
}

export interface NotificationRow {
  id: string;
  kind: NotificationKind;
  meeting_id: string | null;
  item_id: string | null;
  decision_id: string | null;
  follow_up_id: string | null;
  at: Date;
  read_at: Date | null;
}

/** Of one membership so many are kept, and for so long. */
export const keptRows = 200;
const keptDays = 90;

/** What people are told within the product (rules NO1–NO10). What a notification says is put together by its reader's page. */
@Injectable()
export class Notifications {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [NO1, NO3–NO5] Tells, in the transaction of the command that is told of.
   *
   * @param actorPersonId who did it, and is not told; null when nobody did
   */
  async addIn(tx: Tx, actorPersonId: string | null, notices: readonly Notice[]): Promise<void> {
    const rows = notices.flatMap((notice) => [...new Set(notice.membershipIds)].map((membershipId) => ({ ...notice, id: newId(), membershipId })));
    if (rows.length === 0) return;
    const columns = [
      rows.map((row) => row.id),
      rows.map((row) => row.membershipId),
      rows.map((row) => row.kind),
      rows.map((row) => row.meetingId),
      rows.map((row) => row.itemId ?? null),
      rows.map((row) => row.decisionId ?? null),
      rows.map((row) => row.followUpId ?? null),
      rows.map((row) => row.once ?? null),
    ];
    const now = this.clock.now().toString();
    const told = await tx.query<{ id: string; membership_id: string }>(
      `INSERT INTO notification (id, membership_id, kind, meeting_id, item_id, decision_id, follow_up_id, once_key, at)
       SELECT n.*, $10::timestamptz
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[])
         n(id, membership_id, kind, meeting_id, item_id, decision_id, follow_up_id, once_key)
       JOIN membership m ON m.id = n.membership_id AND m.role <> 'guest' AND (m.valid_to IS NULL OR m.valid_to > $10::timestamptz)
       WHERE ($9::uuid IS NULL OR m.person_id <> $9::uuid)
         AND NOT EXISTS (SELECT 1 FROM notification_mute u WHERE u.person_id = m.person_id AND u.kind = n.kind)
       ON CONFLICT (membership_id, once_key) DO NOTHING
       RETURNING id, membership_id`,
      [...columns, actorPersonId, now],
    );
    if (told.length === 0) return;
    // [NO4] The newer one says it; two lines about one thing would say no more.
    await tx.query(
      `DELETE FROM notification o USING notification n
       WHERE n.id = ANY($1::uuid[]) AND o.membership_id = n.membership_id AND o.kind = n.kind AND o.id < n.id AND o.read_at IS NULL AND o.once_key IS NULL
         AND o.meeting_id = n.meeting_id AND o.item_id IS NOT DISTINCT FROM n.item_id
         AND o.decision_id IS NOT DISTINCT FROM n.decision_id AND o.follow_up_id IS NOT DISTINCT FROM n.follow_up_id`,
      [told.map((row) => row.id)],
    );
    this.announce(tx, told.map((row) => row.membership_id));
  }

  /**
   * [NO10] Tells a person what was done in her name, in all her memberships: it may not have been her. Every time is a line of its
   * own, so that what another did does not hide behind what she did herself.
   */
  async warnIn(tx: Tx, personId: string, kind: SafetyNotificationKind): Promise<void> {
    const now = this.clock.now().toString();
    const memberships = await tx.query<{ id: string }>(`SELECT id FROM membership WHERE person_id = $1 AND role <> 'guest' AND (valid_to IS NULL OR valid_to > $2)`, [personId, now]);
    const membershipIds = memberships.map((one) => one.id);
    await tx.query('INSERT INTO notification (id, membership_id, kind, at) SELECT n.id, n.membership_id, $3, $4 FROM unnest($1::uuid[], $2::uuid[]) n(id, membership_id)', [membershipIds.map(() => newId()), membershipIds, kind, now]);
    this.announce(tx, membershipIds);
  }

  /** [NO8] What was told of a follow-up is settled by what became of it. */
  async settleFollowUpIn(tx: Tx, followUpId: string): Promise<void> {
    const rows = await tx.query<{ membership_id: string }>('UPDATE notification SET read_at = $2 WHERE follow_up_id = $1 AND read_at IS NULL RETURNING membership_id', [followUpId, this.clock.now().toString()]);
    this.announce(tx, rows.map((row) => row.membership_id));
  }

  /** The newest of a membership, the newest first, whether or not she may still see what they tell of. */
  async rowsIn(tx: Tx, membershipId: string): Promise<NotificationRow[]> {
    return tx.query<NotificationRow>(
      `SELECT id, kind, meeting_id, item_id, decision_id, follow_up_id, at, read_at FROM notification WHERE membership_id = $1 ORDER BY at DESC, id DESC LIMIT ${keptRows}`,
      [membershipId],
    );
  }

  /** Marks own ones as read, or as unread again; what is not hers is left alone without a word. */
  async mark(membershipId: string, ids: readonly string[], read: boolean): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await tx.query('UPDATE notification SET read_at = CASE WHEN $3 THEN COALESCE(read_at, $4::timestamptz) END WHERE membership_id = $1 AND id = ANY($2::uuid[])', [membershipId, ids, read, this.clock.now().toString()]);
      this.announce(tx, [membershipId]);
    });
  }

  async muted(personId: string): Promise<ChosenNotificationKind[]> {
    const rows = await this.unitOfWork.run((tx) => tx.query<{ kind: string }>('SELECT kind FROM notification_mute WHERE person_id = $1', [personId]));
    return chosenNotificationKinds.filter((kind) => rows.some((row) => row.kind === kind));
  }

  /** [NO5] From now on; what was told before stays. */
  async mute(personId: string, kinds: readonly ChosenNotificationKind[]): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await tx.query('DELETE FROM notification_mute WHERE person_id = $1', [personId]);
      await tx.query('INSERT INTO notification_mute (person_id, kind) SELECT $1::uuid, unnest($2::text[]) ON CONFLICT DO NOTHING', [personId, kinds]);
    });
  }

  /** [NO7] */
  async removeOld(): Promise<void> {
    await this.unitOfWork.run(
      (tx) =>
        tx.query(
          `DELETE FROM notification WHERE at < $1 OR id IN (
             SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY membership_id ORDER BY id DESC) AS place FROM notification) numbered WHERE place > ${keptRows})`,
          [this.clock.now().subtract({ hours: 24 * keptDays }).toString()],
        ),
      { lane: 'job', as: 'notices' },
    );
  }

  private announce(tx: Tx, membershipIds: readonly string[]): void {
    if (membershipIds.length > 0) this.events.emitIn(tx, 'notification.changed', { membershipIds });
  }
}
