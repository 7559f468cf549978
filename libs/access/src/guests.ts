import type { AttendanceState, GuestPurpose, GuestSector, GuestState } from '@lib/contracts/enums.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { Participation } from './policy.js';

export interface GuestRow {
  membership_id: string;
  person_id: string;
  meeting_id: string;
  item_id: string | null;
  sector: GuestSector;
  purpose: GuestPurpose;
  may_write: boolean;
  name: Uint8Array | null;
  organisation: Uint8Array | null;
  valid_from: Date;
  valid_to: Date;
  invited_by_membership_id: string;
  invited_at: Date;
  opened_at: Date | null;
  locked_at: Date | null;
  revoked_at: Date | null;
}

/** What guests of a sector stand under in the directory. It is no authority, and no one acts for it. */
export const guestAuthorityId = (sector: GuestSector): string => `guest:${sector}`;

export const isGuestAuthority = (authorityId: string): boolean => authorityId.startsWith('guest:');

/** A guest among those of her meeting, as the policy asks. */
export const guestParticipation = (row: GuestRow): Participation => ({
  membershipId: row.membership_id,
  personId: row.person_id,
  authorityId: guestAuthorityId(row.sector),
  sector: row.sector,
  window: { fromMs: row.valid_from.getTime(), toMs: row.valid_to.getTime() },
  guest: { itemId: row.item_id, mayWrite: row.may_write },
});

export function guestState(row: Pick<GuestRow, 'opened_at' | 'locked_at' | 'revoked_at' | 'valid_to'>, nowMs: number): GuestState {
  if (row.revoked_at !== null) return 'revoked';
  if (row.valid_to.getTime() <= nowMs) return 'expired';
  if (row.locked_at !== null) return 'locked';
  return row.opened_at === null ? 'invited' : 'opened';
}

/** The guests of the meetings of these items, by item; those whom access was taken from are left out. */
export async function guestsOfItemsIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, Participation[]>> {
  const rows = await tx.query<GuestRow & { of_item: string }>('SELECT g.*, i.id AS of_item FROM guest g JOIN agenda_item i ON i.meeting_id = g.meeting_id WHERE i.id = ANY($1::uuid[]) AND g.revoked_at IS NULL', [itemIds]);
  const answer = new Map<string, Participation[]>();
  for (const row of rows) answer.set(row.of_item, [...(answer.get(row.of_item) ?? []), guestParticipation(row)]);
  return answer;
}

/** The guests of a meeting, as far as the database shows them to whoever asks; the earliest invited first. */
export async function guestsOfMeetingIn(tx: Tx, meetingId: string): Promise<GuestRow[]> {
  return tx.query<GuestRow>('SELECT * FROM guest WHERE meeting_id = $1 ORDER BY invited_at, membership_id', [meetingId]);
}

/** Of the guests of a meeting those who were there by their last marking, as far as the database shows them; the earliest invited first. */
export async function presentGuestsIn(tx: Tx, meetingId: string): Promise<{ membershipId: string; itemId: string | null; attendance: Extract<AttendanceState, 'present' | 'late'> }[]> {
  const rows = await tx.query<{ membership_id: string; item_id: string | null; attendance: Extract<AttendanceState, 'present' | 'late'> }>(
    `SELECT g.membership_id, g.item_id, e.attendance FROM guest g
     JOIN LATERAL (SELECT l.attendance FROM guest_event l WHERE l.membership_id = g.membership_id AND l.kind = 'marked' ORDER BY l.at DESC, l.id DESC LIMIT 1) e ON e.attendance IN ('present', 'late')
     WHERE g.meeting_id = $1 ORDER BY g.invited_at, g.membership_id`,
    [meetingId],
  );
  return rows.map((row) => ({ membershipId: row.membership_id, itemId: row.item_id, attendance: row.attendance }));
}
