import { Injectable } from '@nestjs/common';
import { generateNKeysBetween } from 'fractional-indexing';
import type { Confidentiality, OutputType } from '@lib/contracts/enums.js';
import type { Audience, Participation } from '@lib/access/policy.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { ItemDocuments } from './item-documents.js';

export interface NewItem {
  meetingId: string;
  title: string;
  purpose: string;
  plannedMinutes: number;
  ledBy: string;
  outputType: OutputType;
  confidentiality: Confidentiality;
  mandatory: boolean;
  perPerson: boolean;
  legalBasisId: string | null;
  audience: Audience;
  orderKey: string;
}

const table = 'agenda_item';

/** Brings items into being, many at once: row, key, document and readers in one transaction. */
@Injectable()
export class AgendaItems {
  constructor(
    private readonly keyring: Keyring,
    private readonly access: ItemAccess,
    private readonly documents: ItemDocuments,
    private readonly clock: Clock,
  ) {}

  /**
   * @param participants everybody who takes part in the meetings of these items
   * @returns the ids, in the order given
   */
  async createIn(tx: Tx, ownerAuthorityId: string, items: readonly NewItem[], participants: readonly Participation[]): Promise<string[]> {
    if (items.length === 0) return [];
    const rows = items.map((item) => ({ ...item, id: newId(), documentId: newId() }));
    const sealers = await this.keyring.create(tx, ownerAuthorityId, rows.map((row) => row.id));
    const seal = (row: { id: string }, text: string) => sealers.get(row.id)!.sealText(text, { table, rowId: row.id });
    await tx.query(
      `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality,
                                mandatory, per_person, audience_kind, legal_basis_id, title, led_by, created_at)
       SELECT *, $14::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[],
                                $8::boolean[], $9::boolean[], $10::text[], $11::text[], $12::bytea[], $13::bytea[])`,
      [
        rows.map((row) => row.id),
        rows.map((row) => row.meetingId),
        rows.map((row) => row.documentId),
        rows.map((row) => row.orderKey),
        rows.map((row) => row.plannedMinutes),
        rows.map((row) => row.outputType),
        rows.map((row) => row.confidentiality),
        rows.map((row) => row.mandatory),
        rows.map((row) => row.perPerson),
        rows.map((row) => row.audience.kind),
        rows.map((row) => row.legalBasisId),
        rows.map((row) => seal(row, row.title)),
        rows.map((row) => seal(row, row.ledBy)),
        this.clock.now().toString(),
      ],
    );
    await this.access.setAudienceIn(tx, rows.map((row) => ({ itemId: row.id, audience: row.audience })), participants);
    await this.documents.createIn(
      tx,
      rows.map((row) => ({ documentId: row.documentId, itemId: row.id, title: row.title, agendaParagraphs: row.purpose === '' ? [] : [row.purpose] })),
    );
    return rows.map((row) => row.id);
  }
}

/** Order keys for the items of a new agenda. */
export function firstOrderKeys(count: number): string[] {
  return generateNKeysBetween(null, null, count);
}
