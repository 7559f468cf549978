import { Injectable } from '@nestjs/common';
import type { AttendanceState, PartStat } from '@lib/contracts/enums.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { windowOfRow } from '@lib/access/item-access.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { Participant } from './participants.js';

/** Reads who takes part in meetings and what they answered. Who may ask is decided by the caller. */
@Injectable()
export class MeetingPeople {
  constructor(private readonly directory: Directory) {}

  /** Those with a living membership, by meeting, in Danish order of names. */
  async ofIn(tx: Tx, meetingIds: readonly string[]): Promise<Map<string, Participant[]>> {
    const rows = await tx.query<ParticipantRow>(
      `SELECT p.meeting_id, p.membership_id, p.stands_in_for_membership_id, f.person_id AS stands_in_for_person_id, p.valid_from, p.valid_to, r.id AS reply_id, r.part_stat, r.note, r.replied_at, a.state AS attendance
       FROM meeting_participant p
       JOIN meeting m ON m.id = p.meeting_id
       LEFT JOIN membership f ON f.id = p.stands_in_for_membership_id
       -- [PE7] An answer is to one time; who sent a substitute sent her to the meeting, whenever it is.
       LEFT JOIN meeting_reply r ON r.meeting_id = p.meeting_id AND r.membership_id = p.membership_id
         AND (r.start_instant = m.start_instant OR r.part_stat = 'delegated')
       LEFT JOIN LATERAL (
         SELECT e.state FROM attendance_entry e WHERE e.meeting_id = p.meeting_id AND e.membership_id = p.membership_id
           -- What was marked before the meeting was moved belongs to another day.
           AND e.at > COALESCE((SELECT max(v.at) FROM meeting_event v WHERE v.meeting_id = p.meeting_id AND v.kind IN ('moved', 'rescheduled')), '-infinity')
         ORDER BY e.at DESC, e.id DESC LIMIT 1
       ) a ON true
       WHERE p.meeting_id = ANY($1::uuid[])`,
      [meetingIds],
    );
    const members = await this.directory.membersIn(tx, rows.map((row) => row.membership_id));
    const rowsOf = new Map<string, ParticipantRow[]>();
    for (const row of rows) rowsOf.set(row.membership_id, [...(rowsOf.get(row.membership_id) ?? []), row]);
    const answer = new Map<string, Participant[]>();
    // `members` is in Danish order of names; keep it.
    for (const [membershipId, member] of members) {
      for (const row of rowsOf.get(membershipId) ?? []) {
        const replaced = row.stands_in_for_membership_id;
        const list = answer.get(row.meeting_id) ?? [];
        answer.set(row.meeting_id, list);
        list.push({
          ...member,
          partStat: row.part_stat ?? 'needsAction',
          repliedAt: row.replied_at,
          note: row.note === null ? null : { sealed: row.note, sealedFor: row.reply_id! },
          attendance: row.attendance,
          // [AC17] Of a membership that has ended nothing is inherited but the least.
          ...(windowOfRow(row) === undefined ? {} : { window: windowOfRow(row)! }),
          standsInFor: replaced === null ? null : { id: row.stands_in_for_person_id!, membershipId: replaced, role: members.get(replaced)?.role ?? 'participant' },
        });
      }
    }
    return answer;
  }

  /** [PR5] Those who took part and whose membership has ended since, by name: participation stays, access does not. */
  async formerIn(tx: Tx, meetingId: string): Promise<Member[]> {
    const rows = await tx.query<{ membership_id: string }>('SELECT membership_id FROM meeting_participant WHERE meeting_id = $1', [meetingId]);
    const ids = rows.map((row) => row.membership_id);
    const living = await this.directory.membersIn(tx, ids);
    return [...(await this.directory.pastMembersIn(tx, ids.filter((id) => !living.has(id)))).values()];
  }

  /** Every marking of the participants of one meeting, by membership, the last first. */
  async attendanceIn(tx: Tx, meetingId: string): Promise<Map<string, AttendanceEntry[]>> {
    const rows = await tx.query<{ membership_id: string; state: AttendanceState; set_by_membership_id: string; at: Date }>(
      'SELECT membership_id, state, set_by_membership_id, at FROM attendance_entry WHERE meeting_id = $1 ORDER BY at DESC, id DESC',
      [meetingId],
    );
    const markers = await this.directory.pastMembersIn(tx, rows.map((row) => row.set_by_membership_id));
    const answer = new Map<string, AttendanceEntry[]>();
    for (const row of rows) {
      const entry = { state: row.state, at: row.at.toISOString(), setBy: markers.get(row.set_by_membership_id)!.name };
      answer.set(row.membership_id, [...(answer.get(row.membership_id) ?? []), entry]);
    }
    return answer;
  }
}

export interface AttendanceEntry {
  state: AttendanceState;
  at: string;
  /** Name of who marked it. */
  setBy: string;
}

interface ParticipantRow {
  meeting_id: string;
  membership_id: string;
  stands_in_for_membership_id: string | null;
  stands_in_for_person_id: string | null;
  reply_id: string | null;
  part_stat: PartStat | null;
  note: Uint8Array | null;
  replied_at: Date | null;
  attendance: AttendanceState | null;
  valid_from: Date | null;
  valid_to: Date | null;
}
