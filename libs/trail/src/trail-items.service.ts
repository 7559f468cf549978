import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { placed } from '@lib/meetings/agenda.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { placeOf, type ItemRow } from '@lib/meetings/meeting-rows.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { forNobody } from '@lib/platform/openings.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

/** What an auditor is told of an item: never its title or text (AC91). */
export interface AuditedItem {
  id: string;
  /** Of the agenda as it stands; null for what is not taken. */
  number: string | null;
  meetingKind: string;
  /** ISO instant. */
  meetingStart: string;
  /** Pseudonymous; null where there is none, or the item is another authority's. */
  caseReference: string | null;
}

type Row = ItemRow & { owner_authority_id: string; kind_id: string; start_instant: Date };

/** Whether somebody of the authority $1 takes part in `meeting m`. */
const takesPart = 'EXISTS (SELECT 1 FROM meeting_participant p JOIN membership s ON s.id = p.membership_id WHERE p.meeting_id = m.id AND s.authority_id = $1)';
const pageSize = 500;

/** Items as the access trail names them, for the auditor of an authority. */
@Injectable()
export class TrailItems {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
  ) {}

  /** Of these items those of meetings that the authority owns or takes part in. The others are as good as missing. */
  async describeIn(tx: Tx, authorityId: string, itemIds: readonly string[]): Promise<Map<string, AuditedItem & { isOwn: boolean }>> {
    const meetings = await tx.query<{ id: string }>(
      `SELECT DISTINCT m.id FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE i.id = ANY($2::uuid[]) AND (m.owner_authority_id = $1 OR ${takesPart})`,
      [authorityId, [...new Set(itemIds)]],
    );
    const rows = await tx.query<Row>(
      'SELECT i.*, m.owner_authority_id, m.kind_id, m.start_instant FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE m.id = ANY($1::uuid[]) ORDER BY i.order_key, i.id',
      [meetings.map((row) => row.id)],
    );
    const wanted = new Set(itemIds);
    const sealers = await forNobody(() => this.keyring.sealersIn(tx, rows.filter((row) => wanted.has(row.id) && row.case_reference !== null).map((row) => row.id)));
    const numbers = new Map<string, string | null>();
    for (const { id } of meetings) {
      const own = rows.filter((row) => row.meeting_id === id);
      if (own.length === 0) continue;
      for (const place of placed(Temporal.Instant.fromEpochMilliseconds(own[0]!.start_instant.getTime()), own.map(placeOf))) numbers.set(place.id, place.number);
    }
    return new Map(
      rows
        .filter((row) => wanted.has(row.id))
        .map((row) => {
          const isOwn = row.owner_authority_id === authorityId;
          const reference = row.case_reference === null || !isOwn ? null : (sealers.get(row.id)?.openOrNull(row.case_reference, { table: 'agenda_item', rowId: row.id, column: 'case_reference' }) ?? null);
          return [row.id, { id: row.id, number: numbers.get(row.id) ?? null, meetingKind: said(meetingKind(row.kind_id)?.title ?? row.kind_id), meetingStart: row.start_instant.toISOString(), caseReference: reference, isOwn }];
        }),
    );
  }

  /**
   * The items of the authority's own meetings that are about a case: by their own reference, or by that of a decision or a
   * follow-up. References are sealed: they are opened to be compared, page by page, and shown to nobody.
   */
  async byCase(authorityId: string, caseReference: string): Promise<string[]> {
    const found = new Set<string>();
    const sources = [
      { table: 'agenda_item', itemId: 't.id', column: 'case_reference', where: 't.case_reference IS NOT NULL', referenceOf: (text: string) => text },
      { table: 'decision', itemId: 't.item_id', column: 'content', where: 'TRUE', referenceOf: (text: string) => (JSON.parse(text) as { caseReference: string | null }).caseReference },
      { table: 'follow_up', itemId: 't.item_id', column: 'content', where: 'TRUE', referenceOf: (text: string) => (JSON.parse(text) as { caseReference: string | null }).caseReference },
    ];
    for (const { table, itemId, column, where, referenceOf } of sources) {
      const pages = this.unitOfWork.pages<{ id: string; item_id: string; sealed: Uint8Array; text: string | null }, string>(
        async (tx, cursor) => {
          const rows = await tx.query<{ id: string; item_id: string; sealed: Uint8Array }>(
            `SELECT t.id, ${itemId} AS item_id, t.${column} AS sealed FROM ${table} t JOIN meeting m ON m.id = t.meeting_id
             WHERE m.owner_authority_id = $1 AND ${where} AND ($2::uuid IS NULL OR t.id > $2) ORDER BY t.id LIMIT ${pageSize}`,
            [authorityId, cursor ?? null],
          );
          const sealers = await forNobody(() => this.keyring.sealersIn(tx, rows.map((row) => row.item_id)));
          const last = rows.at(-1);
          return {
            // What was shredded is about no case any more.
            rows: rows.map((row) => ({ ...row, text: sealers.get(row.item_id)?.openOrNull(row.sealed, { table, rowId: row.id, column }) ?? null })),
            ...(rows.length === pageSize && last !== undefined ? { next: last.id } : {}),
          };
        },
        { lane: 'job', as: 'trail' },
      );
      for await (const page of pages) for (const row of page) if (row.text !== null && referenceOf(row.text) === caseReference) found.add(row.item_id);
    }
    return [...found];
  }
}
