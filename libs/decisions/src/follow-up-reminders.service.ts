import { Injectable } from '@nestjs/common';
import { timeZone } from '@lib/contracts/enums.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';

/** So many Danish days before its deadline the owner of a follow-up is reminded. */
const daysAhead = 2;
const pageSize = 200;

interface DueRow {
  id: string;
  item_id: string;
  meeting_id: string;
  owner_membership_id: string;
  deadline: string;
  overdue: boolean;
}

/** [NO8] Reminds those who promised something. May run as often as it likes: each is told once. */
@Injectable()
export class FollowUpReminders {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  async remind(): Promise<void> {
    const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const pages = this.unitOfWork.pages<DueRow, string>(
      async (tx, cursor) => {
        // A deadline that was told of stays told of; what is told again and again is read no more.
        const rows = await tx.query<DueRow>(
          `SELECT f.id, f.item_id, f.meeting_id, f.owner_membership_id, f.deadline::text AS deadline, f.deadline < $1::date AS overdue FROM follow_up f
           WHERE f.state = 'open' AND f.deadline <= $2::date AND ($3::uuid IS NULL OR f.id > $3::uuid)
             AND NOT EXISTS (SELECT 1 FROM notification n WHERE n.membership_id = f.owner_membership_id
               AND n.once_key = CASE WHEN f.deadline < $1::date THEN 'overdue:' ELSE 'due:' END || f.id::text)
           ORDER BY f.id LIMIT ${pageSize}`,
          [today.toString(), today.add({ days: daysAhead }).toString(), cursor ?? null],
        );
        await this.notifications.addIn(
          tx,
          null,
          rows.map((row) => ({
            kind: row.overdue ? ('followUpOverdue' as const) : ('followUpDue' as const),
            membershipIds: [row.owner_membership_id],
            meetingId: row.meeting_id,
            itemId: row.item_id,
            followUpId: row.id,
            once: `${row.overdue ? 'overdue' : 'due'}:${row.id}`,
          })),
        );
        return rows.length === pageSize ? { rows, next: rows.at(-1)!.id } : { rows };
      },
      { lane: 'job', as: 'notices' },
    );
    for await (const page of pages) void page;
  }
}
