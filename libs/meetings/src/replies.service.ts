import { Injectable } from '@nestjs/common';
import type { PartStat } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject, Window } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Disclosures, type Ground, type Shown } from './disclosures.service.js';
import { MeetingPeople } from './meeting-people.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { endOf, type MeetingRow } from './meeting-rows.js';
import { participation, repliesOpen } from './participants.js';
import { ParticipationChanges } from './participation-changes.service.js';
import { lockSeriesIn } from './series-row.js';

export type Answer =
  | { partStat: 'accepted' | 'tentative' | 'declined'; note: string | null }
  | { partStat: 'delegated'; note: string | null; substituteMembershipId: string; ground: Ground };

const table = 'meeting_reply';

/** Where a substitute would sit, and in which time. */
interface SubstituteSeat {
  meetingId: string;
  membershipId: string;
  window?: Window;
}

/** Answers to invitations, and the substitutes that come with them (rules PE1–PE5). */
@Injectable()
export class Replies {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly people: MeetingPeople,
    private readonly directory: Directory,
    private readonly participation: ParticipationChanges,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    private readonly disclosures: Disclosures,
    private readonly policy: Policy,
  ) {}

  /**
   * [MT71] [PE3] What a colleague would see who comes in one's place. Stores nothing.
   *
   * @throws Problem `not-found`, `transition-refused` when the meeting is held, `invalid-input` for who cannot stand in
   */
  async previewSubstitute(subject: Subject, meetingId: string, substituteMembershipId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { row, former } = await this.answerableIn(tx, subject, meetingId);
      return this.disclosures.viewIn(tx, subject, former === substituteMembershipId ? [] : [await this.shownIn(tx, await this.seatIn(tx, subject, row, former, substituteMembershipId))]);
    });
  }

  /**
   * [PE1, PE3, PE4] Answers for one meeting, for oneself. Sending a substitute lets her in with this commit; any later
   * answer ends what she had with its commit.
   *
   * @throws Problem `not-found`, `transition-refused` when the meeting is held, `invalid-input` for who cannot stand in or
   *   without a reason, `precondition-failed` when she would see something else than the preview said
   */
  async reply(subject: Subject, meetingId: string, answer: Answer): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const { row, former } = await this.answerableIn(tx, subject, meetingId);
      if (answer.partStat !== 'delegated') {
        if (former !== null) await this.participation.changeIn(tx, meetingId, { out: [former], in: [] });
      } else if (former !== answer.substituteMembershipId) await this.sendIn(tx, subject, row, former, answer);
      await this.writeIn(tx, subject.membershipId, [meetingId], answer.partStat, answer.note);
    });
  }

  /**
   * [PE2] The same answer for every coming meeting of the series, those that are not planned yet included. Meetings with a
   * substitute stay as they are.
   *
   * @returns how many meetings were answered, and how many were left to their substitutes
   * @throws Problem `not-found` for those who are no standing participants
   */
  async replyToSeries(subject: Subject, seriesId: string, answer: Exclude<Answer, { partStat: 'delegated' }>): Promise<{ answered: number; withSubstitute: number }> {
    return this.unitOfWork.run(async (tx) => {
      // Lock first, the series before its meetings: one that is being added now must begin with this answer.
      await lockSeriesIn(tx, subject, seriesId, this.clock.now().toString());
      const rows = await tx.query<MeetingRow>(
        `SELECT m.* FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $2
         WHERE m.series_id = $1 AND m.start_instant > $3 ORDER BY m.id FOR NO KEY UPDATE OF m`,
        [seriesId, subject.membershipId, this.clock.now().toString()],
      );
      const open = rows.filter((row) => this.isOpen(row)).map((row) => row.id);
      const represented = await tx.query<{ meeting_id: string }>(
        'SELECT meeting_id FROM meeting_participant WHERE meeting_id = ANY($1::uuid[]) AND stands_in_for_membership_id = $2',
        [open, subject.membershipId],
      );
      const kept = new Set(represented.map((one) => one.meeting_id));
      const answered = open.filter((id) => !kept.has(id));
      await this.rememberForSeriesIn(tx, seriesId, subject.membershipId, answer.partStat);
      await this.writeIn(tx, subject.membershipId, answered, answer.partStat, answer.note);
      return { answered: answered.length, withSubstitute: kept.size };
    });
  }

  /** A meeting that may still be answered, and whom the asker sent to it. */
  private async answerableIn(tx: Tx, subject: Subject, meetingId: string): Promise<{ row: MeetingRow; former: string | null }> {
    const { row } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
    if (!this.isOpen(row)) throw new Problem('transition-refused', 'Mødet er holdt eller aflyst, så svaret kan ikke ændres.');
    // As a row, whether or not that membership still lives.
    const [sent] = await tx.query<{ membership_id: string }>('SELECT membership_id FROM meeting_participant WHERE meeting_id = $1 AND stands_in_for_membership_id = $2', [meetingId, subject.membershipId]);
    return { row, former: sent?.membership_id ?? null };
  }

  /**
   * [AC16] The seat that a colleague would take, without whoever was sent before her. [AC17] [AC50] She gets the time that the
   * sender had.
   *
   * @throws Problem `invalid-input`
   */
  private async seatIn(tx: Tx, subject: Subject, meeting: MeetingRow, former: string | null, wanted: string): Promise<SubstituteSeat> {
    const participants = ((await this.people.ofIn(tx, [meeting.id])).get(meeting.id) ?? []).filter((one) => one.membershipId !== former);
    const replaced = participants.find((one) => one.membershipId === subject.membershipId)!;
    const substitute = (await this.directory.membersIn(tx, [wanted])).get(wanted);
    const candidate = substitute && { personId: substitute.id, membershipId: wanted, authorityId: substitute.authority.id, role: substitute.role };
    // One answer for whoever cannot be sent: the directory of another authority must not be read out of it.
    if (candidate === undefined || !this.policy.may(candidate, 'meeting.standIn', { replaced: participation(replaced) }, { participants: participants.map(participation) })) {
      const message = replaced.standsInFor === null ? 'Vælg en kollega fra din egen myndighed, som ikke deltager i forvejen.' : 'Du er selv stedfortræder og kan ikke sende en anden.';
      throw new Problem('invalid-input', undefined, [{ field: 'substituteMembershipId', message }]);
    }
    return { meetingId: meeting.id, membershipId: wanted, ...(replaced.window === undefined ? {} : { window: replaced.window }) };
  }

  private async shownIn(tx: Tx, { meetingId, membershipId, window }: SubstituteSeat): Promise<Shown> {
    return this.disclosures.ofJoiningIn(tx, meetingId, await this.disclosures.joiningIn(tx, [membershipId], window));
  }

  private async sendIn(tx: Tx, subject: Subject, meeting: MeetingRow, former: string | null, { substituteMembershipId, ground }: Extract<Answer, { partStat: 'delegated' }>): Promise<void> {
    const seat = await this.seatIn(tx, subject, meeting, former, substituteMembershipId);
    await this.participation.changeIn(tx, meeting.id, {
      out: former === null ? [] : [former],
      in: [{ membershipId: seat.membershipId, standsInFor: subject.membershipId, ...(seat.window === undefined ? {} : { window: seat.window }) }],
      // Behind the locks of the items, so that what was shown is what is written down.
      check: async () => this.disclosures.recordIn(tx, subject, 'substitute', [await this.shownIn(tx, seat)], ground),
    });
    await this.notifications.addIn(tx, subject.personId, [{ kind: 'substituteNamed', membershipIds: [substituteMembershipId], meetingId: meeting.id }]);
  }

  /** Writes one answer to many meetings, whose rows are locked, and tells those who take part. */
  private async writeIn(tx: Tx, membershipId: string, meetingIds: readonly string[], partStat: Exclude<PartStat, 'needsAction'>, note: string | null): Promise<void> {
    const rows = meetingIds.map((meetingId) => ({ id: newId(), meetingId }));
    const sealers = note === null ? null : await this.keyring.sealersIn(tx, meetingIds);
    await tx.query(
      `INSERT INTO meeting_reply (id, meeting_id, start_instant, note, membership_id, part_stat, replied_at)
       SELECT r.id, r.meeting_id, m.start_instant, r.note, $4::uuid, $5::text, $6::timestamptz
       FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) r(id, meeting_id, note) JOIN meeting m ON m.id = r.meeting_id
       ON CONFLICT (meeting_id, membership_id) DO UPDATE
         SET id = excluded.id, start_instant = excluded.start_instant, note = excluded.note, part_stat = excluded.part_stat, replied_at = excluded.replied_at`,
      [
        rows.map((row) => row.id),
        rows.map((row) => row.meetingId),
        rows.map((row) => (note === null ? null : sealers!.get(row.meetingId)!.sealText(note, { table, rowId: row.id, column: 'note' }))),
        membershipId,
        partStat,
        this.clock.now().toString(),
      ],
    );
    for (const meetingId of meetingIds) this.events.emitIn(tx, 'meeting.changed', { meetingId });
  }

  private async rememberForSeriesIn(tx: Tx, seriesId: string, membershipId: string, partStat: 'accepted' | 'tentative' | 'declined'): Promise<void> {
    await tx.query(
      `INSERT INTO series_reply (series_id, membership_id, part_stat, replied_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (series_id, membership_id) DO UPDATE SET part_stat = excluded.part_stat, replied_at = excluded.replied_at`,
      [seriesId, membershipId, partStat, this.clock.now().toString()],
    );
    this.events.emitIn(tx, 'series.changed', { seriesId });
  }

  private isOpen(row: MeetingRow): boolean {
    return repliesOpen({ state: row.state, endInstant: endOf(row) }, new Date(this.clock.now().epochMilliseconds));
  }
}
