import { Injectable } from '@nestjs/common';
import { generateNKeysBetween } from 'fractional-indexing';
import type { Confidentiality, OutputType, Sector } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Block } from '@lib/contracts/rich-text.js';
import type { Audience, Participation } from '@lib/access/policy.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { ItemDocuments } from './item-documents.js';

export interface NewItem {
  /** One that has a key already; absent for a new one. */
  id?: string;
  meetingId: string;
  /** The list it stands under. */
  parentId?: string | null;
  title: string;
  /** What its agenda text begins with. */
  agendaParagraphs: readonly (string | Block)[];
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
  /** The item under another legal basis that it takes the place of. */
  movedFromItemId?: string | null;
  /** Why it was added, for those who read it. */
  addedBecause?: string;
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
    private readonly bases: LegalBases,
  ) {}

  /**
   * @param participants everybody who takes part in the meetings of these items
   * @param addedBy the membership that added them; absent where the template did
   * @returns the ids, in the order given
   */
  async createIn(tx: Tx, ownerAuthorityId: string, items: readonly NewItem[], participants: readonly Participation[], addedBy?: string): Promise<string[]> {
    if (items.length === 0) return [];
    const rows = items.map((item) => ({ ...item, id: item.id ?? newId(), documentId: newId() }));
    const known = items.flatMap((item) => item.id ?? []);
    const sealers = await this.keyring.create(tx, ownerAuthorityId, rows.map((row) => row.id).filter((id) => !known.includes(id)));
    for (const [id, sealer] of await this.keyring.sealersIn(tx, known)) sealers.set(id, sealer);
    const seal = (row: { id: string }, text: string, column: string) => sealers.get(row.id)!.sealText(text, { table, rowId: row.id, column });
    const sealOrNull = (row: { id: string }, text: string | null | undefined, column: string) => (text == null ? null : seal(row, text, column));
    const now = this.clock.now().toString();
    await tx.query(
      `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality,
                                mandatory, per_person, audience_kind, legal_basis_id, title, led_by, parent_id, lead_membership_id, section, case_reference,
                                from_template, carried_from_item_id, moved_from_item_id, state, version, created_at)
       SELECT *, 'open', 1, $20::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[],
                                $8::boolean[], $9::boolean[], $10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::uuid[], $15::uuid[],
                                $16::bytea[], $17::bytea[], $18::boolean[], $19::uuid[], $21::uuid[])`,
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
        rows.map((row) => seal(row, row.title, 'title')),
        rows.map((row) => seal(row, row.ledBy, 'led_by')),
        rows.map((row) => row.parentId ?? null),
        rows.map((row) => row.leadMembershipId ?? null),
        rows.map((row) => sealOrNull(row, row.section, 'section')),
        rows.map((row) => sealOrNull(row, row.caseReference, 'case_reference')),
        rows.map((row) => row.fromTemplate ?? false),
        rows.map((row) => row.carriedFromItemId ?? null),
        now,
        rows.map((row) => row.movedFromItemId ?? null),
      ],
    );
    await this.limitIn(tx, ownerAuthorityId, rows);
    if (addedBy !== undefined) {
      const eventIds = rows.map(() => newId());
      await tx.query(
        `INSERT INTO agenda_item_event (id, item_id, content, version, kind, membership_id, at)
         SELECT e.*, 1, 'added', $3::uuid, $4::timestamptz FROM unnest($1::uuid[], $2::uuid[], $5::bytea[]) e(id, item_id, content)`,
        [eventIds, rows.map((row) => row.id), addedBy, now, rows.map((row, n) => (row.addedBecause === undefined ? null : sealers.get(row.id)!.sealText(JSON.stringify({ reason: row.addedBecause }), { table: 'agenda_item_event', rowId: eventIds[n]!, column: 'content' })))],
      );
    }
    await this.access.setAudienceIn(tx, rows.map((row) => ({ itemId: row.id, audience: row.audience })), participants);
    await this.documents.createIn(
      tx,
      rows.map((row) => ({ documentId: row.documentId, itemId: row.id, title: row.title, agendaParagraphs: row.agendaParagraphs })),
    );
    return rows.map((row) => row.id);
  }

  /**
   * [AC60] Writes down under which version of their basis items stand, and which sectors it admits: of a child no more than
   * its list does. Items keep it when the basis is set anew.
   */
  async limitIn(tx: Tx, ownerAuthorityId: string, items: readonly { id: string; parentId?: string | null; legalBasisId: string | null }[]): Promise<void> {
    const based = items.filter((item) => item.legalBasisId !== null || item.parentId != null);
    if (based.length === 0) return;
    const bases = await this.bases.inForceIn(tx, ownerAuthorityId);
    const parents = await tx.query<{ id: string; admitted_sectors: Sector[] | null }>('SELECT id, admitted_sectors FROM agenda_item WHERE id = ANY($1::uuid[])', [based.flatMap((item) => item.parentId ?? [])]);
    const limits = based.map((item) => {
      const basis = item.legalBasisId === null ? undefined : bases.get(item.legalBasisId);
      if (item.legalBasisId !== null && basis === undefined) throw new Problem('invalid-input', undefined, [{ field: 'legalBasisId', message: 'Hjemlen gælder ikke længere.' }]);
      const ofList = parents.find((one) => one.id === item.parentId)?.admitted_sectors ?? null;
      const own = basis?.sectors ?? null;
      const sectors = own === null ? ofList : own.filter((one) => ofList === null || ofList.includes(one));
      return { id: item.id, version: basis?.version ?? null, sectors: sectors?.join(',') ?? null };
    });
    await tx.query(
      `UPDATE agenda_item i SET legal_basis_version = l.version, admitted_sectors = string_to_array(l.sectors, ',')
       FROM unnest($1::uuid[], $2::text[], $3::text[]) l(id, version, sectors) WHERE i.id = l.id`,
      [limits.map((one) => one.id), limits.map((one) => one.version), limits.map((one) => one.sectors)],
    );
  }
}

/** Order keys for the items of a new agenda. */
export function firstOrderKeys(count: number): string[] {
  return generateNKeysBetween(null, null, count);
}
