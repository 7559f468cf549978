import { Injectable } from '@nestjs/common';
import type { DocumentApproval } from '@lib/contracts/meeting-document.js';
import { Problem } from '@lib/contracts/problems.js';
import type { RichText } from '@lib/contracts/rich-text.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { canonicalJson } from './canonical.js';
import { commitmentOf, newSalt } from './commitment.js';
import { MinutesStore, wellFormed } from './minutes-store.service.js';

/** What an addendum holds fast. */
export interface AddendumContent {
  text: RichText;
  by: string;
  at: string;
}

export interface Addendum {
  id: string;
  partId: string;
  membershipId: string;
  salt: string;
  content: AddendumContent;
  commitment: Buffer;
}

/** What is added to approved minutes, which themselves never change [MI14]. */
@Injectable()
export class Addenda {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly store: MinutesStore,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly idempotency: Idempotency,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /**
   * @param itemId null adds to the meeting as a whole
   * @param text   a paragraph a line
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `idempotency-conflict`
   */
  async add(subject: Subject, meetingId: string, itemId: string | null, text: string, request?: IdempotentRequest): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const standing = await this.store.standingIn(tx, meetingId);
      if (standing === null || !this.policy.may(subject, 'meeting.read', {}, { participants: standing.seats })) throw new Problem('not-found');
      const part = (await this.store.visibleIn(tx, subject, standing)).find((one) => (itemId === null ? one.isFrame : !one.isFrame && one.partId === itemId));
      if (standing.round?.phase !== 'approved') throw new Problem('transition-refused', 'Tillæg føjes til et godkendt referat.');
      if (part === undefined) throw new Problem('not-found');
      if (!this.policy.may(subject, 'minutes.settle', part, { participants: standing.seats })) throw new Problem('not-allowed', 'Tillæg skrives af en koordinator, der selv kan se punktet.');
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return;
      const id = newId();
      const salt = newSalt();
      const at = new Date(this.clock.now().epochMilliseconds).toISOString();
      const by = (await this.directory.pastMembersIn(tx, [subject.membershipId])).get(subject.membershipId)!;
      const paragraphs: RichText = text.split(/\r?\n/).map((line) => ({ type: 'paragraph', content: line === '' ? [] : [{ type: 'text', text: line }] }));
      const content: AddendumContent = wellFormed({ text: paragraphs, by: `${by.name}, ${by.authority.name}`, at });
      const sealer = await this.keyring.sealerIn(tx, part.partId);
      await tx.query('INSERT INTO minutes_addendum (id, meeting_id, part_id, content, commitment, membership_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
        id,
        meetingId,
        part.partId,
        sealer.sealText(canonicalJson({ salt, content }), { table: 'minutes_addendum', rowId: id, column: 'content' }),
        // Its own id is its version: each addendum is one, for good.
        commitmentOf({ meetingId, partId: id, version: 1, salt, content }),
        subject.membershipId,
        at,
      ]);
      await this.store.addEventIn(tx, { meetingId, roundId: standing.round.id, kind: 'addendum', parts: [part], membershipId: subject.membershipId });
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      this.events.emitIn(tx, 'minutes.changed', { meetingId, partIds: [part.partId] });
    });
  }

  /** Of the parts that the asker reads, oldest first. */
  async ofIn(tx: Tx, meetingId: string, visible: readonly string[]): Promise<Addendum[]> {
    const rows = await tx.query<{ id: string; part_id: string; content: Uint8Array; commitment: Uint8Array; membership_id: string }>(
      'SELECT * FROM minutes_addendum WHERE meeting_id = $1 AND part_id = ANY($2::uuid[]) ORDER BY id',
      [meetingId, visible],
    );
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.part_id));
    return rows.flatMap((row) => {
      const sealer = sealers.get(row.part_id);
      if (sealer === undefined || sealer.isShredded) return [];
      const { salt, content } = JSON.parse(sealer.openText(row.content, { table: 'minutes_addendum', rowId: row.id, column: 'content' })) as { salt: string; content: AddendumContent };
      return [{ id: row.id, partId: row.part_id, membershipId: row.membership_id, salt, content, commitment: Buffer.from(row.commitment) }];
    });
  }
}

/** As documents show them. */
export const documentAddenda = (addenda: readonly Addendum[], meetingId: string, numbers: ReadonlyMap<string, string>): DocumentApproval['addenda'] =>
  addenda.map((one) => ({ itemId: one.partId === meetingId ? null : one.partId, number: numbers.get(one.partId) ?? null, ...one.content }));
