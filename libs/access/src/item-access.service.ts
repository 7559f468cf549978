import { Injectable } from '@nestjs/common';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { readersOf, type Audience, type Participation, type Subject } from './policy.js';

declare const readable: unique symbol;

/** The id of an item that the asker may read at this moment. Only this file makes one; content queries ask for it. */
export type ReadableItemId = string & { readonly [readable]: true };

/** Audiences and the readers that follow from them, as rows (AC2, AC14). */
@Injectable()
export class ItemAccess {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** [AC6] The item's id if `subject` may read it now; null when it may not or there is none. */
  async readable(subject: Subject, itemId: string): Promise<ReadableItemId | null> {
    return this.unitOfWork.run((tx) => this.readableIn(tx, subject, itemId));
  }

  async readableIn(tx: Tx, subject: Subject, itemId: string): Promise<ReadableItemId | null> {
    return (await this.readableOfIn(tx, subject, [itemId])).has(itemId as ReadableItemId) ? (itemId as ReadableItemId) : null;
  }

  /** Of many items those that `subject` may read now. */
  async readableOfIn(tx: Tx, subject: Subject, itemIds: readonly string[]): Promise<Set<ReadableItemId>> {
    if (itemIds.length === 0 || !['coordinator', 'participant', 'leader'].includes(subject.role)) return new Set();
    const rows = await tx.query<{ item_id: ReadableItemId }>(
      'SELECT item_id FROM item_reader WHERE membership_id = $1 AND item_id = ANY($2::uuid[])',
      [subject.membershipId, itemIds],
    );
    return new Set(rows.map((row) => row.item_id));
  }

  /** The memberships that may read the item now. */
  async readersIn(tx: Tx, itemId: string): Promise<string[]> {
    const rows = await tx.query<{ membership_id: string }>('SELECT membership_id FROM item_reader WHERE item_id = $1', [itemId]);
    return rows.map((row) => row.membership_id);
  }

  /** The audiences of items, as rows say. Items that are open to all are not in the answer. */
  async audiencesIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, Extract<Audience, { kind: 'restricted' }>>> {
    const rows = await tx.query<{ item_id: string; subject_kind: 'authority' | 'person'; subject_id: string }>(
      'SELECT item_id, subject_kind, subject_id FROM item_audience WHERE item_id = ANY($1::uuid[]) ORDER BY subject_kind, subject_id',
      [itemIds],
    );
    const answer = new Map<string, { kind: 'restricted'; authorityIds: string[]; personIds: string[] }>();
    for (const row of rows) {
      const audience = answer.get(row.item_id) ?? { kind: 'restricted', authorityIds: [], personIds: [] };
      answer.set(row.item_id, audience);
      (row.subject_kind === 'authority' ? audience.authorityIds : audience.personIds).push(row.subject_id);
    }
    return answer;
  }

  /**
   * [AC14] Writes the audience of new or changed items and the readers that follow, in the transaction of the command.
   *
   * @param participants everybody who takes part in the meeting of these items
   */
  async setAudienceIn(tx: Tx, items: readonly { itemId: string; audience: Audience }[], participants: readonly Participation[]): Promise<void> {
    const itemIds = items.map((item) => item.itemId);
    await tx.query('DELETE FROM item_audience WHERE item_id = ANY($1::uuid[])', [itemIds]);
    await tx.query('DELETE FROM item_reader WHERE item_id = ANY($1::uuid[])', [itemIds]);

    const named = items.flatMap(({ itemId, audience }) =>
      audience.kind === 'all'
        ? []
        : [
            ...audience.authorityIds.map((id) => ({ itemId, kind: 'authority', id })),
            ...audience.personIds.map((id) => ({ itemId, kind: 'person', id })),
          ],
    );
    await tx.query(
      `INSERT INTO item_audience (item_id, subject_kind, subject_id)
       SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[], $3::text[])`,
      [named.map((row) => row.itemId), named.map((row) => row.kind), named.map((row) => row.id)],
    );

    const readers = items.flatMap(({ itemId, audience }) => readersOf(participants, audience).map((one) => ({ itemId, ...one })));
    await tx.query(
      `INSERT INTO item_reader (item_id, membership_id, person_id)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])`,
      [readers.map((row) => row.itemId), readers.map((row) => row.membershipId), readers.map((row) => row.personId)],
    );
  }
}
