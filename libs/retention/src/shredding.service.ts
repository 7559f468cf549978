import { Injectable } from '@nestjs/common';
import { ItemDocuments } from '@lib/meetings/item-documents.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { KeyRotation } from '@lib/platform/key-rotation.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

/** What is destroyed: a meeting with all its items, or one item with those under it. */
export type Shreddable = { meetingId: string } | { itemId: string };

interface ItemToShred {
  id: string;
  meeting_id: string;
}

/**
 * Destroys content for good. What stays is that there was a meeting and an item, when, who took part, who decided, and the
 * hash of the approved minutes; every text of it says that it was deleted, and when.
 */
@Injectable()
export class Shredding {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly rotation: KeyRotation,
    private readonly documents: ItemDocuments,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [RE1] Nobody reads it any more when this answers, and no copy of the database can give it back with the keys of today.
   * Whether it may be destroyed has been decided by who calls. Killed in between, the job of the rotation finishes it.
   */
  async shred(what: Shreddable): Promise<void> {
    await this.unitOfWork.run((tx) => this.shredIn(tx, what), { lane: 'job', as: 'keeper' });
    await this.rotation.finishAll();
  }

  /** The same within the transaction that decides it; `KeyRotation.finishAll` is to follow the commit. */
  async shredIn(tx: Tx, what: Shreddable): Promise<void> {
    const items =
      'meetingId' in what
        ? await tx.query<ItemToShred>('SELECT id, meeting_id FROM agenda_item WHERE meeting_id = $1 ORDER BY id FOR UPDATE', [what.meetingId])
        : await tx.query<ItemToShred>('SELECT id, meeting_id FROM agenda_item WHERE id = $1 OR parent_id = $1 ORDER BY id FOR UPDATE', [what.itemId]);
    const itemIds = items.map((item) => item.id);
    const proposals = 'meetingId' in what ? await tx.query<{ id: string }>('SELECT id FROM item_proposal WHERE meeting_id = $1', [what.meetingId]) : [];
    await this.keyring.destroyIn(tx, 'meetingId' in what ? [what.meetingId, ...new Set([...itemIds, ...proposals.map((one) => one.id)])] : itemIds, this.clock.now().toString());
    await this.documents.shredIn(tx, itemIds);
    // [PO12] The words of polls are gone with the key; who could come when goes too.
    if ('meetingId' in what) for (const table of ['poll_ballot', 'poll_outsider']) await tx.query(`DELETE FROM ${table} WHERE meeting_id = $1`, [what.meetingId]);
    const meetingIds = new Set('meetingId' in what ? [what.meetingId] : items.map((item) => item.meeting_id));
    for (const { id, meeting_id } of items) this.events.emitIn(tx, 'item.changed', { meetingId: meeting_id, itemId: id });
    this.events.emitIn(tx, 'content.shredded', { ids: ['meetingId' in what ? what.meetingId : what.itemId, ...itemIds] });
    for (const meetingId of meetingIds) this.events.emitIn(tx, 'meeting.changed', { meetingId, guests: 'all' });
  }
}
