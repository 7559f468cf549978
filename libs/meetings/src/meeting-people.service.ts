import { Injectable } from '@nestjs/common';
import type { PartStat } from '@lib/contracts/enums.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { Participant } from './participants.js';

/** Reads who takes part in meetings and what they answered. Who may ask is decided by the caller. */
@Injectable()
export class MeetingPeople {
  constructor(private readonly directory: Directory) {}

  /** Those with a living membership, by meeting, in Danish order of names. */
  async ofIn(tx: Tx, meetingIds: readonly string[]): Promise<Map<string, Participant[]>> {
    const rows = await tx.query<ParticipantRow>(
      `SELECT p.meeting_id, p.membership_id, p.stands_in_for_membership_id, r.id AS reply_id, r.part_stat, r.note, r.replied_at
       FROM meeting_participant p
       LEFT JOIN meeting_reply r ON r.meeting_id = p.meeting_id AND r.membership_id = p.membership_id
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
          // [AC17] Of a membership that has ended nothing is inherited but the least.
          standsInFor: replaced === null ? null : { membershipId: replaced, role: members.get(replaced)?.role ?? 'participant' },
        });
      }
    }
    return answer;
  }
}

interface ParticipantRow {
  meeting_id: string;
  membership_id: string;
  stands_in_for_membership_id: string | null;
  reply_id: string | null;
  part_stat: PartStat | null;
  note: Uint8Array | null;
  replied_at: Date | null;
}
