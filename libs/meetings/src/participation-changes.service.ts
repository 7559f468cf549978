import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { Window } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { MeetingPeople } from './meeting-people.service.js';
import { participation } from './participants.js';

export interface Joining {
  membershipId: string;
  standsInFor: string | null;
  /** [AC50] Her time in the meeting; absent when it has no bounds. */
  window?: Window;
}

/** As SQL reads it; null has no bound. */
export const instantOf = (ms: number | null | undefined): string | null => (ms == null ? null : new Date(ms).toISOString());

/** Who comes into a meeting and who leaves it, with what follows for its items. The caller has locked the meeting's row. */
@Injectable()
export class ParticipationChanges {
  constructor(
    private readonly people: MeetingPeople,
    private readonly access: ItemAccess,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [AC14] Lets people out of and into one meeting; readers follow in the same transaction. `check` decides over whoever
   * comes in, when those who leave are gone.
   *
   * @throws Problem `transition-refused` when somebody who leaves was marked as there
   */
  async changeIn(
    tx: Tx,
    meetingId: string,
    change: { out: readonly string[]; in: readonly Joining[]; check?: () => Promise<void> },
  ): Promise<void> {
    if (change.out.length === 0 && change.in.length === 0) return;
    // Audiences are changed under the lock of their item: wait for those that are being changed, and make others wait.
    const items = await tx.query<{ id: string }>('SELECT id FROM agenda_item WHERE meeting_id = $1 ORDER BY id FOR UPDATE', [meetingId]);
    const itemIds = items.map((item) => item.id);
    await this.letOutIn(tx, meetingId, change.out, itemIds);
    await change.check?.();
    await tx.query(
      `INSERT INTO meeting_participant (meeting_id, membership_id, added_at, stands_in_for_membership_id, valid_from, valid_to)
       SELECT $1::uuid, p.membership_id, $2::timestamptz, p.stands_in_for, p.valid_from, p.valid_to
       FROM unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[]) p(membership_id, stands_in_for, valid_from, valid_to)`,
      [
        meetingId,
        this.clock.now().toString(),
        change.in.map((one) => one.membershipId),
        change.in.map((one) => one.standsInFor),
        change.in.map((one) => instantOf(one.window?.fromMs)),
        change.in.map((one) => instantOf(one.window?.toMs)),
      ],
    );

    const changed = [...change.out, ...change.in.map((one) => one.membershipId)];
    const readersNow = () => tx.query<{ item_id: string; membership_id: string }>('SELECT item_id, membership_id FROM item_reader WHERE membership_id = ANY($1::uuid[]) AND item_id = ANY($2::uuid[])', [changed, itemIds]);
    const before = await readersNow();
    const participants = (await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? [];
    await this.access.renewReadersIn(tx, itemIds, participants.map(participation));
    const touched = new Map<string, Set<string>>();
    for (const { item_id, membership_id } of [...before, ...(await readersNow())]) touched.set(item_id, (touched.get(item_id) ?? new Set()).add(membership_id));

    // Sockets first: whoever lost an item hears of it after she has lost it.
    for (const [itemId, affected] of touched) this.events.emitIn(tx, 'item.audienceChanged', { meetingId, itemId, affected: [...affected] });
    for (const membershipId of change.out) this.events.emitIn(tx, 'meeting.left', { meetingId, membershipId });
  }

  /** [AC14, PR6] The readers of a meeting anew, when a membership that takes part lives again. */
  async refreshReadersIn(tx: Tx, meetingId: string, membershipId: string): Promise<void> {
    const items = await tx.query<{ id: string }>('SELECT id FROM agenda_item WHERE meeting_id = $1 ORDER BY id FOR UPDATE', [meetingId]);
    const participants = (await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? [];
    await this.access.renewReadersIn(tx, items.map((item) => item.id), participants.map(participation));
    for (const { id } of items) this.events.emitIn(tx, 'item.audienceChanged', { meetingId, itemId: id, affected: [membershipId] });
  }

  private async letOutIn(tx: Tx, meetingId: string, out: readonly string[], itemIds: readonly string[]): Promise<void> {
    if (out.length === 0) return;
    // [PE6] Whoever was marked as there stays there: the marking would be shown nowhere without her.
    const [marked] = await tx.query('SELECT 1 FROM attendance_entry WHERE meeting_id = $1 AND membership_id = ANY($2::uuid[]) LIMIT 1', [meetingId, out]);
    if (marked !== undefined) throw new Problem('transition-refused', 'Den, der skal ud af mødet, er allerede noteret i det.');
    await tx.query('DELETE FROM meeting_reply WHERE meeting_id = $1 AND membership_id = ANY($2::uuid[])', [meetingId, out]);
    await tx.query('DELETE FROM meeting_participant WHERE meeting_id = $1 AND membership_id = ANY($2::uuid[])', [meetingId, out]);
    // They were named as participants of this meeting; should they come again, it is to be decided again.
    await tx.query(
      `DELETE FROM item_audience a USING membership m
       WHERE m.id = ANY($1::uuid[]) AND a.subject_kind = 'person' AND a.subject_id = m.person_id::text AND a.item_id = ANY($2::uuid[])`,
      [out, itemIds],
    );
  }
}
