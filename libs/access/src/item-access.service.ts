import { Injectable } from '@nestjs/common';
import type { Sector } from '@lib/contracts/enums.js';
import { Clock } from '@lib/platform/clock.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { guestsOfItemsIn } from './guests.js';
import { common, isOfSide, isOpenAt, readerRoles, readersOf, windowOf, type Audience, type AudienceLimits, type Participation, type Subject, type Window } from './policy.js';

declare const readable: unique symbol;

/** The id of an item that the asker may read at this moment. Only this file makes one; content queries ask for it. */
export type ReadableItemId = string & { readonly [readable]: true };

/**
 * [AC50] SQL: whether a row of `item_reader`, `meeting_participant` or `series_participant` counts at an instant. Every
 * query over them says so, because no job has to run for a time to end.
 *
 * @param now a parameter's place
 */
export const openAt = (alias: string, now: string): string =>
  `(${alias}.valid_from IS NULL OR ${alias}.valid_from <= ${now}::timestamptz) AND (${alias}.valid_to IS NULL OR ${alias}.valid_to > ${now}::timestamptz)`;

/** What a row says of its time; absent when it has no bounds. */
export const windowOfRow = (row: { valid_from: Date | null; valid_to: Date | null }): Window | undefined =>
  row.valid_from === null && row.valid_to === null ? undefined : { fromMs: row.valid_from?.getTime() ?? null, toMs: row.valid_to?.getTime() ?? null };

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Audiences and the readers that follow from them, as rows (AC2, AC14, AC50, AC60). */
@Injectable()
export class ItemAccess {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * [AC6] The item's id if `subject` may read it now; null when it may not or there is none. Asked by the gate of its document.
   *
   * @param side for a document of one authority's own beside the item [AC70]
   */
  async readable(subject: Subject, itemId: string, side?: string): Promise<ReadableItemId | null> {
    // [AC70] Asked all the same where the side already decides, so that a foreign document answers like a missing one, as late.
    const readable = await this.unitOfWork.run((tx) => this.readableIn(tx, subject, itemId), { as: 'collab' });
    return side === undefined || isOfSide(subject, side) ? readable : null;
  }

  async readableIn(tx: Tx, subject: Subject, itemId: string): Promise<ReadableItemId | null> {
    return (await this.readableOfIn(tx, subject, [itemId])).has(itemId as ReadableItemId) ? (itemId as ReadableItemId) : null;
  }

  /** Of many items those that `subject` may read now. */
  async readableOfIn(tx: Tx, subject: Subject, itemIds: readonly string[]): Promise<Set<ReadableItemId>> {
    if (itemIds.length === 0 || !readerRoles.includes(subject.role)) return new Set();
    const rows = await tx.query<{ item_id: ReadableItemId }>(
      `SELECT r.item_id FROM item_reader r WHERE r.membership_id = $1 AND r.item_id = ANY($2::uuid[]) AND ${openAt('r', '$3')}`,
      [subject.membershipId, itemIds, this.clock.now().toString()],
    );
    return new Set(rows.map((row) => row.item_id));
  }

  /**
   * [AC50] Until when `subject` may read the item, if nothing else changes: epoch milliseconds, infinite without an end;
   * null when she may not read it now.
   *
   * @param side for a document of one authority's own beside the item [AC70]
   */
  async readableUntil(subject: Subject, itemId: string, side?: string): Promise<number | null> {
    if (!readerRoles.includes(subject.role)) return null;
    const [row] = await this.unitOfWork.run(
      (tx) => tx.query<{ valid_to: Date | null }>(`SELECT r.valid_to FROM item_reader r WHERE r.membership_id = $1 AND r.item_id = $2 AND ${openAt('r', '$3')}`, [subject.membershipId, itemId, this.clock.now().toString()]),
      { as: 'collab' },
    );
    if (side !== undefined && !isOfSide(subject, side)) return null;
    return row === undefined ? null : (row.valid_to?.getTime() ?? Number.POSITIVE_INFINITY);
  }

  /** [AC50] When the next of all the times ends that this membership was given, at items or in meetings: epoch milliseconds, infinite without one. */
  async nextEndOf(membershipId: string): Promise<number> {
    const next = (table: 'item_reader' | 'meeting_participant') => `(SELECT min(valid_to) FROM ${table} WHERE membership_id = $1 AND valid_to > $2::timestamptz)`;
    const [row] = await this.unitOfWork.run((tx) => tx.query<{ ends: Date | null }>(`SELECT LEAST(${next('item_reader')}, ${next('meeting_participant')}) AS ends`, [membershipId, this.clock.now().toString()]));
    return row?.ends?.getTime() ?? Number.POSITIVE_INFINITY;
  }

  /** [AC1] The memberships that may read the item now, in the role that they have now; of one authority alone when it is given. */
  async readersIn(tx: Tx, itemId: string, authorityId: string | null = null): Promise<string[]> {
    const rows = await tx.query<{ membership_id: string }>(
      `SELECT r.membership_id FROM item_reader r JOIN membership m ON m.id = r.membership_id WHERE r.item_id = $1 AND ${openAt('r', '$2')} AND ($3::text IS NULL OR m.authority_id = $3) AND m.role = ANY($4::text[])`,
      [itemId, this.clock.now().toString(), authorityId, readerRoles],
    );
    return rows.map((row) => row.membership_id);
  }

  /** The audiences of items, as rows say, with what their basis admits and the times that were set. */
  async audiencesIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, Audience>> {
    const items = await tx.query<{ id: string; audience_kind: Audience['kind']; admitted_sectors: Sector[] | null }>('SELECT id, audience_kind, admitted_sectors FROM agenda_item WHERE id = ANY($1::uuid[])', [itemIds]);
    const names = await tx.query<NameRow>('SELECT item_id, subject_kind, subject_id FROM item_audience WHERE item_id = ANY($1::uuid[]) ORDER BY subject_kind, subject_id', [itemIds]);
    const times = await tx.query<NameRow & { valid_from: Date | null; valid_to: Date | null }>('SELECT * FROM item_window WHERE item_id = ANY($1::uuid[]) ORDER BY subject_kind, subject_id', [itemIds]);
    return new Map(
      items.map((item): [string, Audience] => {
        const own = times.filter((row) => row.item_id === item.id);
        const limits: AudienceLimits = {
          itemId: item.id,
          ...(item.admitted_sectors === null ? {} : { sectors: item.admitted_sectors }),
          ...(own.length === 0 ? {} : { windows: own.map((row) => ({ ...(row.subject_kind === 'authority' ? { authorityId: row.subject_id } : { personId: row.subject_id }), window: windowOfRow(row)! })) }),
        };
        if (item.audience_kind === 'all') return [item.id, { kind: 'all', ...limits }];
        const ids = (kind: NameRow['subject_kind']) => names.filter((row) => row.item_id === item.id && row.subject_kind === kind).map((row) => row.subject_id);
        // An item that says it is narrowed but names nobody is open to nobody.
        return [item.id, { kind: 'restricted', authorityIds: ids('authority'), personIds: ids('person'), ...limits }];
      }),
    );
  }

  /**
   * [AC14] Writes the audience of new or changed items, whose rows stand, and the readers that follow, in the transaction
   * of the command. What the basis admits is read from the item's own row, whatever the audience given says.
   *
   * @param participants everybody who takes part in the meeting of these items
   */
  async setAudienceIn(tx: Tx, items: readonly { itemId: string; audience: Audience }[], participants: readonly Participation[]): Promise<void> {
    const itemIds = items.map((item) => item.itemId);
    await tx.query('DELETE FROM item_audience WHERE item_id = ANY($1::uuid[])', [itemIds]);
    await tx.query('DELETE FROM item_window WHERE item_id = ANY($1::uuid[])', [itemIds]);
    await tx.query('UPDATE agenda_item i SET audience_kind = n.kind FROM unnest($1::uuid[], $2::text[]) n(id, kind) WHERE i.id = n.id AND i.audience_kind <> n.kind', [itemIds, items.map((item) => item.audience.kind)]);

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

    const timed = items.flatMap(({ itemId, audience }) => timesOf(itemId, audience));
    if (timed.length > 0) {
      await tx.query(
        `INSERT INTO item_window (item_id, subject_kind, subject_id, valid_from, valid_to)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])`,
        [timed.map((row) => row.itemId), timed.map((row) => row.kind), timed.map((row) => row.id), timed.map((row) => instant(row.window.fromMs)), timed.map((row) => instant(row.window.toMs))],
      );
    }
    await this.renewReadersIn(tx, itemIds, participants);
  }

  /**
   * [AC14] Writes the readers again that follow from the rows: after participants, their times, or bases changed. Guests
   * [AC100] are read here, whoever was given: no change of a meeting may forget them, or keep one who was let go.
   */
  async renewReadersIn(tx: Tx, itemIds: readonly string[], participants: readonly Participation[]): Promise<void> {
    const audiences = await this.audiencesIn(tx, itemIds);
    const guests = await guestsOfItemsIn(tx, itemIds);
    await tx.query('DELETE FROM item_reader WHERE item_id = ANY($1::uuid[])', [itemIds]);
    const members = participants.filter((one) => one.guest === undefined);
    const readers = [...audiences].flatMap(([itemId, audience]) => readersOf([...members, ...(guests.get(itemId) ?? [])], audience).map((one) => ({ itemId, ...one, window: windowOf(one, audience) })));
    await tx.query(
      `INSERT INTO item_reader (item_id, membership_id, person_id, valid_from, valid_to)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])`,
      [readers.map((row) => row.itemId), readers.map((row) => row.membershipId), readers.map((row) => row.personId), readers.map((row) => instant(row.window.fromMs)), readers.map((row) => instant(row.window.toMs))],
    );
  }

  /** Of these participants those who read an item with this audience now (AC2, AC50, AC60). */
  readersNow<One extends Participation>(participants: readonly One[], audience: Audience): One[] {
    const nowMs = this.clock.now().epochMilliseconds;
    return readersOf(participants, audience).filter((one) => isOpenAt(windowOf(one, audience), nowMs));
  }
}

interface NameRow {
  item_id: string;
  subject_kind: 'authority' | 'person';
  subject_id: string;
}

/** One time for each name: what all that were given for it have in common. */
function timesOf(itemId: string, { windows }: AudienceLimits) {
  const rows = new Map<string, { itemId: string; kind: 'authority' | 'person'; id: string; window: Window }>();
  for (const entry of windows ?? []) {
    const [kind, id] = 'authorityId' in entry ? (['authority', entry.authorityId] as const) : (['person', entry.personId] as const);
    const window = common(rows.get(`${kind} ${id}`)?.window, entry.window);
    if (window.fromMs !== null || window.toMs !== null) rows.set(`${kind} ${id}`, { itemId, kind, id, window });
  }
  return [...rows.values()];
}
