import { Inject, Injectable } from '@nestjs/common';
import { refusedOutcomes, type MailOutcome, type MailState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import type { Session } from '@lib/access/sessions.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { MailSetup } from './mail-setup.js';

/** How mail about a meeting fares, for its coordinators; nobody's address. */
export interface MeetingMailView {
  /** [MA8] Who was not reached by what she was to be told last. */
  undelivered: { member: Member; state: MailState; since: string }[];
  /** [MA14] Other times that were proposed by mail and are not answered. */
  proposals: { id: string; member: Member; start: string; end: string; at: string }[];
  /** [MA13] What came in, was not taken in, and no coordinator has put aside; `member` is whose invitation it answers. */
  refused: { id: string; member: Member | null; outcome: MailOutcome; at: string }[];
}

/** What people are shown of invitations by mail, and say to them. The rows are read as the role of mail, after it was decided who asks. */
@Injectable()
export class MeetingMailViews {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    @Inject(MailSetup) private readonly setup: MailSetup | null,
  ) {}

  /** [MA4] Where the asker's invitations would go, and whether she wants them. */
  async own(session: Session): Promise<{ isSetUp: boolean; address: string | null; wanted: boolean }> {
    const [row] = await this.unitOfWork.run(
      (tx) =>
        tx.query<{ email: string | null; wanted: boolean }>(
          `SELECT ac.email, COALESCE(c.wanted, NOT EXISTS (SELECT 1 FROM notification_mute u WHERE u.person_id = p.id AND u.kind = 'meetingInvited')) AS wanted
           FROM person p LEFT JOIN mail_choice c ON c.person_id = p.id LEFT JOIN account ac ON ac.person_id = p.id AND ac.authority_id = $2 AND ac.active AND ac.removed_at IS NULL WHERE p.id = $1`,
          [session.personId, session.authorityId],
        ),
      { as: 'mail' },
    );
    return { isSetUp: this.setup !== null, address: row?.email ?? null, wanted: row?.wanted ?? false };
  }

  /** [MA4] */
  async choose(session: Session, wanted: boolean): Promise<void> {
    await this.unitOfWork.run((tx) => tx.query('INSERT INTO mail_choice (person_id, wanted) VALUES ($1, $2) ON CONFLICT (person_id) DO UPDATE SET wanted = excluded.wanted', [session.personId, wanted]));
  }

  /** @throws Problem `not-found`, `not-allowed` for who is no coordinator of it */
  async of(subject: Subject, meetingId: string): Promise<MeetingMailView> {
    const meeting = await this.unitOfWork.run((tx) => this.meetings.coordinatedMeetingIn(tx, subject, meetingId));
    const { mails, received } = await this.unitOfWork.run(
      async (tx) => ({
        mails: await tx.query<{ membership_id: string; state: MailState; stamped_at: Date }>(
          `SELECT membership_id, state, stamped_at FROM meeting_mail WHERE meeting_id = $1 AND (state = 'refused' OR (state = 'expired' AND method = 'request') OR (state = 'waiting' AND failures > 2)) ORDER BY id`,
          [meetingId],
        ),
        received: await tx.query<{ id: string; membership_id: string | null; outcome: MailOutcome; received_at: Date; proposed_start: Date | null; proposed_minutes: number | null }>(
          `SELECT id, membership_id, outcome, received_at, proposed_start, proposed_minutes FROM mail_received
           WHERE meeting_id = $1 AND settled_at IS NULL AND (outcome = ANY ($2::text[]) OR (outcome = 'proposed' AND proposed_start > $3 AND (proposed_start, proposed_minutes) IS DISTINCT FROM ($4::timestamptz, $5::int))) ORDER BY outcome = 'forged', received_at DESC, id LIMIT 50`,
          [meetingId, refusedOutcomes, this.clock.now().toString(), meeting.start_instant, meeting.duration_minutes],
        ),
      }),
      { as: 'mail' },
    );
    const members = await this.unitOfWork.run((tx) => this.directory.pastMembersIn(tx, [...mails, ...received].flatMap((one) => one.membership_id ?? [])));
    return {
      undelivered: mails.map((one) => ({ member: members.get(one.membership_id)!, state: one.state, since: one.stamped_at.toISOString() })),
      proposals: received.flatMap(({ id, membership_id, outcome, received_at, proposed_start, proposed_minutes }) =>
        outcome === 'proposed' ? [{ id, member: members.get(membership_id!)!, start: proposed_start!.toISOString(), end: new Date(proposed_start!.getTime() + proposed_minutes! * 60_000).toISOString(), at: received_at.toISOString() }] : [],
      ),
      refused: received.flatMap(({ id, membership_id, outcome, received_at }) => (outcome === 'proposed' ? [] : [{ id, member: membership_id === null ? null : members.get(membership_id)!, outcome, at: received_at.toISOString() }])),
    };
  }

  /**
   * [MA14] A coordinator has seen to it. A proposal that is declined is answered by mail; said again it changes nothing.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused` where she cannot be answered now
   */
  async settle(subject: Subject, meetingId: string, receivedId: string, how: 'declined' | 'seen'): Promise<void> {
    await this.unitOfWork.run((tx) => this.meetings.coordinatedMeetingIn(tx, subject, meetingId));
    const now = this.clock.now().toString();
    await this.unitOfWork.run(
      async (tx) => {
        const [row] = await tx.query<{ membership_id: string | null; outcome: MailOutcome; settled_at: Date | null }>('SELECT membership_id, outcome, settled_at FROM mail_received WHERE id = $1 AND meeting_id = $2 FOR UPDATE', [receivedId, meetingId]);
        if (row === undefined) throw new Problem('not-found');
        if (row.settled_at !== null) return;
        if (how === 'declined' && row.outcome === 'proposed') {
          const told = await tx.query(`UPDATE meeting_mail SET declines_counter = true, stamped_at = $3, state = 'waiting', next_at = $3, failures = 0 WHERE meeting_id = $1 AND membership_id = $2 AND method = 'request' AND state = 'sent' AND next_at IS NULL RETURNING id`, [meetingId, row.membership_id, now]);
          if (told.length === 0) throw new Problem('transition-refused', 'Der er en mail på vej til deltageren, eller den sidste kom ikke frem. Prøv igen om lidt, eller markér forslaget som set.');
        }
        await tx.query('UPDATE mail_received SET settled_at = $2 WHERE id = $1', [receivedId, now]);
        this.events.emitIn(tx, 'meeting.changed', { meetingId });
      },
      { as: 'mail' },
    );
  }
}
