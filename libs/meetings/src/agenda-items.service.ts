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
  /** The list it stands under. */
  parentId?: string | null;
  title: string;
  /** What its agenda text begins with. */
  agendaParagraphs: readonly string[];
  plannedMinutes: number;
  ledBy: string;
  leadMembershipId?: string | null;
  section?: string | null;
  /** Pseudonymous, of the child that it is about. */
  caseReference?: string | null;
  outputType: OutputType;
  confidentiality: Confidentiality;
  mandatory: boolean;
  perPerson: boolean;
  legalBasisId: string | null;
  audience: Audience;
  /** Among its siblings. */
  orderKey: string;
  fromTemplate?: boolean;
  /** The item of an earlier meeting that it goes on with. */
  carriedFromItemId?: string | null;
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
   * @param addedBy the membership that added them; absent where the template did
   * @returns the ids, in the order given
   */
  async createIn(tx: Tx, ownerAuthorityId: string, items: readonly NewItem[], participants: readonly Participation[], addedBy?: string): Promise<string[]> {
    if (items.length === 0) return [];
    const rows = items.map((item) => ({ ...item, id: newId(), documentId: newId() }));
    const sealers = await this.keyring.create(tx, ownerAuthorityId, rows.map((row) => row.id));
    const seal = (row: { id: string }, text: string) => sealers.get(row.id)!.sealText(text, { table, rowId: row.id });
    const sealOrNull = (row: { id: string }, text: string | null | undefined) => (text == null ? null : seal(row, text));
    const now = this.clock.now().toString();
    await tx.query(
      `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality,
                                mandatory, per_person, audience_kind, legal_basis_id, title, led_by, parent_id, lead_membership_id, section, case_reference,
                                from_template, carried_from_item_id, state, version, created_at)
       SELECT *, 'open', 1, $20::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[],
                                $8::boolean[], $9::boolean[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::uuid[], $15::uuid[],
                                $16::bytea[], $17::bytea[], $18::boolean[], $19::uuid[])`,
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
        rows.map((row) => row.parentId ?? null),
        rows.map((row) => row.leadMembershipId ?? null),
        rows.map((row) => sealOrNull(row, row.section)),
        rows.map((row) => sealOrNull(row, row.caseReference)),
        rows.map((row) => row.fromTemplate ?? false),
        rows.map((row) => row.carriedFromItemId ?? null),
        now,
      ],
    );
    if (addedBy !== undefined) {
      await tx.query(
        `INSERT INTO agenda_item_event (id, item_id, version, kind, membership_id, at)
         SELECT e.id, e.item_id, 1, 'added', $3::uuid, $4::timestamptz FROM unnest($1::uuid[], $2::uuid[]) e(id, item_id)`,
        [rows.map(() => newId()), rows.map((row) => row.id), addedBy, now],
      );
    }
    await this.access.setAudienceIn(tx, rows.map((row) => ({ itemId: row.id, audience: row.audience })), participants);
    await this.documents.createIn(
      tx,
      rows.map((row) => ({ documentId: row.documentId, itemId: row.id, title: row.title, agendaParagraphs: row.agendaParagraphs })),
    );
    return rows.map((row) => row.id);
  }
}

/** Order keys for the items of a new agenda. */
export function firstOrderKeys(count: number): string[] {
  return generateNKeysBetween(null, null, count);
}
