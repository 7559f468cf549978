import { Injectable } from '@nestjs/common';
import type { AttendanceState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { MeetingGuests } from './meeting-guests.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { attendanceOpen, participation } from './participants.js';

export interface Marking {
  membershipId: string;
  state: AttendanceState;
}

/** Who is there, was late, excused or absent (rules PE5, PE6). */
@Injectable()
export class Attendance {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly guests: MeetingGuests,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /**
   * Marks participants and guests, all or none. What they were marked before stays beside it; a repeated marking adds nothing.
   *
   * @throws Problem `not-found`, `transition-refused` too early or after approval, `not-allowed` for others than oneself,
   *   `invalid-input` for somebody who takes no part
   */
  async mark(subject: Subject, meetingId: string, markings: readonly Marking[]): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      // Lock first: of two markings at once both are kept, one after the other.
      await this.meetings.lockForIn(tx, subject, meetingId);
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const now = this.clock.now();
      const open = attendanceOpen({ state: row.state, agendaState: row.agenda_state, minutesState: row.minutes_state, isReopened: row.minutes_reopened, startInstant: row.start_instant }, new Date(now.epochMilliseconds));
      if (!open) throw new Problem('transition-refused', 'Fremmøde kan noteres fra en time før mødet, til referatet er sendt til godkendelse.');
      const facts = { participants: participants.map(participation) };
      if (markings.some((one) => !this.policy.may(subject, 'attendance.take', { ofMembershipId: one.membershipId }, facts))) throw new Problem('not-allowed', 'Andres fremmøde noteres af mødets koordinatorer.');
      const known = new Map(participants.map((one) => [one.membershipId, one.attendance]));
      const guests = new Map((await this.guests.livingIn(tx, subject, meetingId)).map(({ row: guest }) => [guest.membership_id, guest.item_id]));
      if (markings.some((one) => !known.has(one.membershipId) && !guests.has(one.membershipId))) throw new Problem('invalid-input', undefined, [{ field: 'entries', message: 'Kun mødets deltagere kan noteres.' }]);
      // [GU5] Of a guest of one item those alone may know who read it, so her markings stand with her.
      for (const one of markings.filter(({ membershipId }) => guests.has(membershipId))) {
        await tx.query(`INSERT INTO guest_event (id, membership_id, kind, attendance, by_membership_id, at) VALUES ($1, $2, 'marked', $3, $4, $5)`, [newId(), one.membershipId, one.state, subject.membershipId, now.toString()]);
        this.events.emitIn(tx, 'guest.changed', { meetingId, itemId: guests.get(one.membershipId) ?? null });
      }
      const rows = markings.filter((one) => known.has(one.membershipId) && known.get(one.membershipId) !== one.state).map((one) => ({ ...one, id: newId() }));
      if (rows.length === 0) return;
      await tx.query(
        `INSERT INTO attendance_entry (id, membership_id, state, meeting_id, set_by_membership_id, at)
         SELECT r.*, $4::uuid, $5::uuid, $6::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::text[]) r`,
        [rows.map((one) => one.id), rows.map((one) => one.membershipId), rows.map((one) => one.state), meetingId, subject.membershipId, now.toString()],
      );
      this.events.emitIn(tx, 'meeting.changed', { meetingId });
    });
  }
}
