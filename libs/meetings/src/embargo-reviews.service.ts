import { Injectable } from '@nestjs/common';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles, type Subject } from '@lib/access/policy.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Embargoes, type StandingEmbargo } from './embargoes.service.js';
import { MeetingTexts } from './meeting-texts.service.js';

/** Hours ahead in which a review is shown on the overview. */
const aheadHours = 48;
const pageSize = 200;

/** [EM8] Embargoes whose review has come: shown and told to whoever set them and to the police among the item's readers. */
@Injectable()
export class EmbargoReviews {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly embargoes: Embargoes,
    private readonly texts: MeetingTexts,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  /** What the asker should look at: reviews that are overdue or come within two days. The most urgent first. */
  async waiting(subject: Subject): Promise<{ meetingId: string; itemId: string; title: string; embargo: StandingEmbargo }[]> {
    if (!contentRoles.includes(subject.role)) return [];
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<{ id: string; item_id: string; meeting_id: string }>(
        `SELECT e.id, e.item_id, i.meeting_id FROM embargo e JOIN agenda_item i ON i.id = e.item_id JOIN item_reader r ON r.item_id = e.item_id AND r.membership_id = $1 AND ${openAt('r', '$4')}
         WHERE e.lifted_at IS NULL AND e.review_at < $3 AND i.state <> 'carried'
           AND (e.set_by_membership_id = $1 OR EXISTS (SELECT 1 FROM authority a WHERE a.id = $2 AND a.sector = 'police'))
         ORDER BY e.review_at, e.id LIMIT 50`,
        [subject.membershipId, subject.authorityId, this.clock.now().add({ hours: aheadHours }).toString(), this.clock.now().toString()],
      );
      const standing = await this.embargoes.standingIn(tx, rows.map((row) => row.item_id));
      const titles = new Map((await this.texts.itemsIn(tx, rows.map((row) => row.item_id))).map((item) => [item.id, item.title]));
      return rows.flatMap((row) => {
        const embargo = standing.get(row.item_id)?.find((one) => one.id === row.id);
        return embargo === undefined ? [] : [{ meetingId: row.meeting_id, itemId: row.item_id, title: titles.get(row.item_id) ?? '', embargo }];
      });
    });
  }

  /** May run as often as it likes: each is told once of each review. */
  async remind(): Promise<void> {
    const now = this.clock.now().toString();
    const pages = this.unitOfWork.pages<{ id: string }, string>(
      async (tx, cursor) => {
        const rows = await tx.query<{ id: string; item_id: string; meeting_id: string; review: string; memberships: string[] }>(
          'SELECT id, item_id, meeting_id, review, memberships FROM embargo_reviews_due($1::timestamptz, $2::uuid, $3::int)',
          [now, cursor ?? null, pageSize],
        );
        await this.notifications.addIn(
          tx,
          null,
          rows.map((row) => ({ kind: 'embargoReviewDue' as const, membershipIds: row.memberships ?? [], meetingId: row.meeting_id, itemId: row.item_id, once: `embargo:${row.id}:${row.review}` })),
        );
        return rows.length === pageSize ? { rows, next: rows.at(-1)!.id } : { rows };
      },
      { lane: 'job', as: 'notices' },
    );
    for await (const page of pages) void page;
  }
}
