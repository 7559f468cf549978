import { Injectable } from '@nestjs/common';
import type { NotificationKind } from '@lib/contracts/enums.js';
import type { Subject } from '@lib/access/policy.js';
import { DecisionTexts } from '@lib/decisions/decision-texts.service.js';
import { embargoEffect } from '@lib/access/embargo.js';
import { Embargoes } from '@lib/meetings/embargoes.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { MeetingTexts } from '@lib/meetings/meeting-texts.service.js';
import { Notifications, type NotificationRow } from '@lib/notifications/notifications.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

export interface NotificationView {
  id: string;
  kind: NotificationKind;
  at: string;
  read: boolean;
  /** What it is about: the title of the item, the text of the decision or follow-up; null for the meeting itself. */
  about: string | null;
  /** null where the reader is told without a word of which meeting, or of no meeting. */
  meeting: { id: string | null; title: string; startInstant: string } | null;
  itemId: string | null;
  decisionId: string | null;
  followUpId: string | null;
}

/** [NO9] [NO10] That something of one's own is over is told to those who may not see what it was about; what is about oneself has no meeting. */
const isBare = (row: NotificationRow): boolean => row.kind === 'seriesSubstituteEnded' || row.meeting_id === null;

/** [NO2] Puts notifications together from what their reader may see at this moment. */
@Injectable()
export class NotificationViews {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly notifications: Notifications,
    private readonly access: MeetingAccess,
    private readonly meetings: MeetingTexts,
    private readonly decisions: DecisionTexts,
    private readonly embargoes: Embargoes,
  ) {}

  /** The newest first. */
  async list(subject: Subject): Promise<NotificationView[]> {
    return this.unitOfWork.run(async (tx) => {
      const { rows, readable } = await this.readableIn(tx, subject);
      const ids = (of: (row: NotificationRow) => string | null) => [...new Set(rows.map(of).filter((id) => id !== null))];
      const items = new Map((await this.meetings.itemsIn(tx, ids((row) => row.item_id).filter((id) => readable.items.has(id)))).map((one) => [one.id, one.title]));
      const decisions = new Map((await this.decisions.decisionsIn(tx, ids((row) => row.decision_id))).map((one) => [one.id, one.title]));
      const followUps = new Map((await this.decisions.followUpsIn(tx, ids((row) => row.follow_up_id))).map((one) => [one.id, one.title]));
      const silenced = await this.silencedIn(tx, rows);
      const headlines = await this.access.headlinesIn(tx, ids((row) => row.meeting_id));
      return rows.map((row) => {
        const headline = row.meeting_id === null ? undefined : headlines.get(row.meeting_id);
        return {
          id: row.id,
          kind: row.kind,
          at: row.at.toISOString(),
          read: row.read_at !== null,
          about: silenced.has(row.id) ? null : row.follow_up_id !== null ? (followUps.get(row.follow_up_id) ?? null) : row.decision_id !== null ? (decisions.get(row.decision_id) ?? null) : row.item_id !== null ? (items.get(row.item_id) ?? null) : null,
          meeting: isBare(row) || headline === undefined ? null : { ...headline, id: row.meeting_id !== null && readable.meetings.has(row.meeting_id) ? row.meeting_id : null },
          itemId: row.item_id !== null && readable.items.has(row.item_id) ? row.item_id : null,
          decisionId: row.decision_id,
          followUpId: row.follow_up_id,
        };
      });
    });
  }

  /** How many unread ones {@link list} would show. */
  async unread(subject: Subject): Promise<number> {
    return this.unitOfWork.run(async (tx) => (await this.readableIn(tx, subject)).rows.filter((row) => row.read_at === null).length);
  }

  /** Marks everything that {@link list} shows. */
  async markAll(subject: Subject): Promise<void> {
    const shown = await this.unitOfWork.run(async (tx) => (await this.readableIn(tx, subject)).rows.map((row) => row.id));
    await this.notifications.mark(subject.membershipId, shown, true);
  }

  /** [EM7] What is under embargo is told of without a word of what it is about. */
  private async silencedIn(tx: Tx, rows: readonly NotificationRow[]): Promise<Set<string>> {
    if (embargoEffect('notification') !== 'neutral') return new Set();
    const about = rows.filter((row) => row.item_id !== null || row.decision_id !== null || row.follow_up_id !== null);
    const places = await tx.query<{ id: string; item_id: string }>(
      `SELECT n.id, COALESCE(n.item_id, d.item_id, f.item_id) AS item_id FROM notification n
       LEFT JOIN decision d ON d.id = n.decision_id LEFT JOIN follow_up f ON f.id = n.follow_up_id WHERE n.id = ANY($1::uuid[])`,
      [about.map((row) => row.id)],
    );
    const standing = await this.embargoes.standingIn(tx, places.map((place) => place.item_id));
    return new Set(places.filter((place) => standing.has(place.item_id)).map((place) => place.id));
  }

  private async readableIn(tx: Tx, subject: Subject) {
    const all = await this.notifications.rowsIn(tx, subject.membershipId);
    const among = (of: (row: NotificationRow) => string | null) => [...new Set(all.map(of).filter((id) => id !== null))];
    const flat = (byAuthority: Map<string, string[]>) => new Set([...byAuthority.values()].flat());
    const readable = {
      meetings: flat(await this.meetings.readableMeetingsIn(tx, subject, among((row) => row.meeting_id))),
      items: flat(await this.meetings.readableItemsIn(tx, subject, among((row) => row.item_id))),
      decisions: flat(await this.decisions.readableDecisionsIn(tx, subject, among((row) => row.decision_id))),
      followUps: flat(await this.decisions.readableFollowUpsIn(tx, subject, among((row) => row.follow_up_id))),
    };
    // What a notification is about decides, from the innermost thing outwards: a leader reads a decision of a meeting that
    // she does not attend.
    const rows = all.filter((row) => {
      if (row.meeting_id === null || isBare(row)) return true;
      if (row.follow_up_id !== null) return readable.followUps.has(row.follow_up_id);
      if (row.decision_id !== null) return readable.decisions.has(row.decision_id);
      if (row.item_id !== null) return readable.items.has(row.item_id);
      return readable.meetings.has(row.meeting_id);
    });
    return { rows, readable };
  }
}
