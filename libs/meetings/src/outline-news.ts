import type { DomainEvents } from '@lib/platform/events.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';

/**
 * [MT38] Tells of a change on the agenda after the commit: everybody who takes part, where the times or places that everybody
 * sees have changed; where it lies within a list and the list lasts as long as before, only those who read the list. Of what
 * happens in a list that is closed to them, others learn nothing by hearing that something did.
 *
 * @returns to be called after the change, in the same transaction
 */
export async function watchOutlineIn(tx: Tx, events: DomainEvents, item: { id?: string; meeting_id: string; parent_id: string | null }): Promise<(madeItemId?: string) => Promise<void>> {
  const { meeting_id: meetingId, parent_id: listId } = item;
  const before = listId === null ? null : await lastsIn(tx, listId);
  return async (madeItemId) => {
    const itemId = item.id ?? madeItemId;
    const isWithin = listId !== null && (await lastsIn(tx, listId)) === before;
    if (isWithin) events.emitIn(tx, 'list.changed', { meetingId, listId });
    else events.emitIn(tx, 'meeting.changed', { meetingId, guests: itemId === undefined ? [] : [itemId] });
  };
}

/** Whole minutes, as {@link placed} counts them. */
async function lastsIn(tx: Tx, listId: string): Promise<number> {
  const [row] = await tx.query<{ minutes: number }>(
    `SELECT greatest(l.planned_minutes, (SELECT coalesce(sum(c.planned_minutes), 0) FROM agenda_item c WHERE c.parent_id = l.id AND c.state NOT IN ('withdrawn', 'omitted')))::int AS minutes
     FROM agenda_item l WHERE l.id = $1`,
    [listId],
  );
  return row!.minutes;
}
