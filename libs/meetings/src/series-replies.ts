import { newId } from '@lib/platform/ids.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';

/** Whoever calls a single meeting has said with it that she comes; a series says so for all its meetings. */
export async function acceptForConvenerIn(tx: Tx, meetingId: string, membershipId: string, at: string): Promise<void> {
  await tx.query(
    `INSERT INTO meeting_reply (id, meeting_id, membership_id, start_instant, part_stat, replied_at)
     SELECT $1, m.id, $3, m.start_instant, 'accepted', $4::timestamptz FROM meeting m WHERE m.id = $2
     -- She may have answered while its time was still to be chosen.
     ON CONFLICT (meeting_id, membership_id) DO UPDATE SET id = EXCLUDED.id, start_instant = EXCLUDED.start_instant, part_stat = 'accepted', note = NULL, replied_at = EXCLUDED.replied_at
     WHERE meeting_reply.part_stat <> 'delegated'`,
    [newId(), meetingId, membershipId, at],
  );
}

/** [PE2] New meetings of a series begin with what its participants answered for all coming ones. */
export async function inheritRepliesIn(tx: Tx, seriesId: string, meetingIds: readonly string[]): Promise<void> {
  const standing = await tx.query<{ membership_id: string; part_stat: string; replied_at: Date }>('SELECT membership_id, part_stat, replied_at FROM series_reply WHERE series_id = $1', [seriesId]);
  const rows = meetingIds.flatMap((meetingId) => standing.map((one) => ({ id: newId(), meetingId, ...one })));
  await tx.query(
    `INSERT INTO meeting_reply (id, meeting_id, membership_id, start_instant, part_stat, replied_at)
     SELECT r.id, r.meeting_id, r.membership_id, m.start_instant, r.part_stat, r.replied_at
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[]) r(id, meeting_id, membership_id, part_stat, replied_at)
     JOIN meeting m ON m.id = r.meeting_id
     JOIN meeting_participant p ON p.meeting_id = r.meeting_id AND p.membership_id = r.membership_id`,
    [rows.map((row) => row.id), rows.map((row) => row.meetingId), rows.map((row) => row.membership_id), rows.map((row) => row.part_stat), rows.map((row) => row.replied_at.toISOString())],
  );
}
