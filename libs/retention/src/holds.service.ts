import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { Audience, Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { seat, type Participant } from '@lib/meetings/participants.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Place } from '@lib/platform/sealing.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

export interface HoldRow {
  id: string;
  meeting_id: string;
  item_id: string | null;
  authority_id: string;
  reason: Uint8Array;
  set_by_membership_id: string;
  set_at: Date;
  released_at: Date | null;
  released_by_membership_id: string | null;
  release_reason: Uint8Array | null;
}

/** The row's id is not all of it in what was sealed before columns were bound: it stays so, to be read alike. */
const releasePlace = (holdId: string): Place => ({ table: 'legal_hold', rowId: `${holdId} released`, column: 'release_reason' });

/** Stops of a deletion by any authority that takes part, on a meeting or one item of it [LH1–LH4]. */
@Injectable()
export class Holds {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly policy: Policy,
    private readonly keyring: Keyring,
    private readonly idempotency: Idempotency,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** Those of a meeting that the role of the transaction sees, oldest first. */
  async ofIn(tx: Tx, meetingId: string): Promise<HoldRow[]> {
    return tx.query<HoldRow>('SELECT * FROM legal_hold WHERE meeting_id = $1 ORDER BY set_at, id', [meetingId]);
  }

  /**
   * [LH1] From the commit on nothing of the meeting is destroyed, whatever was announced or confirmed.
   *
   * @param itemId null holds the whole meeting
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `content-shredded`, `idempotency-conflict`
   */
  async set(subject: Subject, meetingId: string, itemId: string | null, reason: string, request?: IdempotentRequest): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      // What destroys takes the same lock: it comes after the hold and sees it, or before, and then there is nothing to hold.
      await this.meetings.lockForIn(tx, subject, meetingId);
      const { participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const audience = await this.audienceIn(tx, subject, meetingId, itemId);
      if (!this.policy.may(subject, 'hold.set', { audience }, { participants: participants.map(seat) })) throw new Problem('not-allowed', 'Sletningen stoppes af myndighedens koordinator eller leder ved mødet.');
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return;
      const standing = (await this.ofIn(tx, meetingId)).some((one) => one.item_id === itemId && one.authority_id === subject.authorityId && one.released_at === null);
      if (standing) throw new Problem('transition-refused', 'Din myndighed har allerede stoppet sletningen.');
      const id = newId();
      const sealer = await this.keyring.sealerIn(tx, itemId ?? meetingId);
      if (sealer.isShredded) throw new Problem('content-shredded');
      await tx.query('INSERT INTO legal_hold (id, meeting_id, item_id, authority_id, reason, set_by_membership_id, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
        id,
        meetingId,
        itemId,
        subject.authorityId,
        sealer.sealText(reason, { table: 'legal_hold', rowId: id, column: 'reason' }),
        subject.membershipId,
        this.clock.now().toString(),
      ]);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      this.tellIn(tx, meetingId, itemId);
    });
  }

  /**
   * [LH2] Ends it, for the authority that set it.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`
   */
  async release(subject: Subject, meetingId: string, holdId: string, reason: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const { participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const hold = (await this.ofIn(tx, meetingId)).find((one) => one.id === holdId);
      if (hold === undefined) throw new Problem('not-found');
      if (!this.mayRelease(subject, hold, await this.audienceIn(tx, subject, meetingId, hold.item_id), participants)) throw new Problem('not-allowed', 'Et stop ophæves af den myndighed, der satte det.');
      if (hold.released_at !== null) throw new Problem('transition-refused', 'Stoppet er allerede ophævet.');
      const sealer = await this.keyring.sealerIn(tx, hold.item_id ?? meetingId);
      await tx.query('UPDATE legal_hold SET released_at = $2, released_by_membership_id = $3, release_reason = $4 WHERE id = $1', [
        holdId,
        this.clock.now().toString(),
        subject.membershipId,
        sealer.sealText(reason, releasePlace(holdId)),
      ]);
      this.tellIn(tx, meetingId, hold.item_id);
    });
  }

  /** What the asker is shown: that there is a hold and whose, and why where it is her own authority's [LH3]. */
  async viewIn(tx: Tx, subject: Subject, meetingId: string, participants: readonly Participant[]) {
    const rows = await this.ofIn(tx, meetingId);
    const own = rows.filter((row) => row.authority_id === subject.authorityId);
    const sealers = await this.keyring.sealersIn(tx, own.map((row) => row.item_id ?? meetingId));
    const answer = [];
    for (const row of rows) {
      const sealer = row.authority_id === subject.authorityId ? sealers.get(row.item_id ?? meetingId) : undefined;
      const read = (sealed: Uint8Array | null, at: Place) => sealer?.openOrNull(sealed, at) ?? null;
      answer.push({
        row,
        reason: read(row.reason, { table: 'legal_hold', rowId: row.id, column: 'reason' }),
        releaseReason: read(row.release_reason, releasePlace(row.id)),
        canRelease: row.released_at === null && this.mayRelease(subject, row, await this.audienceIn(tx, subject, meetingId, row.item_id), participants),
      });
    }
    return answer;
  }

  /** Whether the asker may hold the whole meeting; and with that, what she reads of it. */
  maySet(subject: Subject, participants: readonly Participant[]): boolean {
    return this.policy.may(subject, 'hold.set', { audience: { kind: 'all' } }, { participants: participants.map(seat) });
  }

  private mayRelease(subject: Subject, hold: HoldRow, audience: Audience, participants: readonly Participant[]): boolean {
    return this.policy.may(subject, 'hold.release', { audience, setByAuthorityId: hold.authority_id }, { participants: participants.map(seat) });
  }

  /** @throws Problem `not-found` for an item that the asker does not read, or that is of another meeting */
  private async audienceIn(tx: Tx, subject: Subject, meetingId: string, itemId: string | null): Promise<Audience> {
    if (itemId === null) return { kind: 'all' };
    const { facts, meeting } = await this.meetings.itemFactsIn(tx, subject, itemId);
    if (meeting.id !== meetingId) throw new Problem('not-found');
    return facts.audience;
  }

  /** One on an item is known to its readers alone. */
  private tellIn(tx: Tx, meetingId: string, itemId: string | null): void {
    if (itemId === null) this.events.emitIn(tx, 'meeting.changed', { meetingId });
    else this.events.emitIn(tx, 'item.changed', { meetingId, itemId });
  }
}
