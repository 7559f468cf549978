import { Injectable } from '@nestjs/common';
import { Directory, type Authority, type Member } from '@lib/access/directory.service.js';
import { isGuestAuthority } from '@lib/access/guests.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import type { Subject } from '@lib/access/policy.js';
import type { DisclosureKind, ShownThen } from '@lib/meetings/disclosure.entity.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { TrailItems, type AuditedItem } from './trail-items.service.js';
import { bare, TrailReader } from './trail-reader.service.js';

/** A disclosure as an auditor sees it (AC98): who chose to show what to whom, on which basis and why; never a title or a word of it. */
export interface AuditedDisclosure {
  id: string;
  at: string;
  kind: DisclosureKind;
  meetingKind: string;
  meetingStart: string;
  authority: Authority;
  /** null where it was somebody of another authority. */
  person: Member | null;
  /** People of the own authority, and guests of its own meetings, by name. */
  to: Member[];
  /** Of everybody else the authority, and how many. */
  others: { authority: Authority; count: number }[];
  items: (AuditedItem & { legalBasis: string | null })[];
  /** null where none was asked for, and where another authority answers for it. */
  reason: string | null;
}

interface Row {
  id: string;
  at: Date;
  kind: DisclosureKind;
  meeting_id: string;
  kind_id: string;
  start_instant: Date;
  is_own: boolean;
  item_ids: string[];
  to_membership_ids: string[];
  legal_basis_ids: string[];
  shown: ShownThen[] | null;
  reason: Uint8Array | null;
  made_by_membership_id: string;
}

/** [AC98] Reads the recorded disclosures for the auditor of an authority. */
@Injectable()
export class RecordedDisclosures {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: TrailReader,
    private readonly items: TrailItems,
    private readonly directory: Directory,
    private readonly bases: LegalBases,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Those of the own authority's meetings, and of other meetings what its people showed or were shown; newest first.
   *
   * @param itemId of one item; null for all
   * @throws Problem `not-allowed`, `not-found` for an item that the authority has nothing to do with
   */
  async page(subject: Subject, itemId: string | null, { cursor, limit }: { cursor?: string; limit: number }) {
    this.reader.assertAuditor(subject);
    if (itemId !== null) await this.reader.item(subject, itemId);
    const before = cursor === undefined ? null : readCursor(cursor);
    return this.unitOfWork.run(
      async (tx) => {
        const rows = await tx.query<Row>(
          `SELECT d.id, d."at", d.kind, d.meeting_id, d.item_ids, d.to_membership_ids, d.legal_basis_ids, d.shown, d.reason, d.made_by_membership_id, m.kind_id, m.start_instant, m.owner_authority_id = $1 AS is_own
           FROM disclosure d JOIN meeting m ON m.id = d.meeting_id
           WHERE (m.owner_authority_id = $1 OR EXISTS (SELECT 1 FROM membership s WHERE s.authority_id = $1 AND (s.id = d.made_by_membership_id OR s.id = ANY (d.to_membership_ids))))
             AND ($2::uuid IS NULL OR $2::uuid = ANY (d.item_ids)) ${before === null ? '' : 'AND (d."at", d.id) < ($4::timestamptz, $5::uuid)'}
           ORDER BY d."at" DESC, d.id DESC LIMIT $3`,
          [subject.authorityId, itemId, limit + 1, ...(before ?? [])],
        );
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return { disclosures: await this.viewsIn(tx, subject, page, itemId), nextCursor: rows.length > limit && last !== undefined ? writeCursor(last.at.toISOString(), last.id) : null };
      },
      // After the policy has decided; what an auditor may see is no person's to read (docs/rls.md).
      { as: 'trail' },
    );
  }

  private async viewsIn(tx: Tx, subject: Subject, rows: readonly Row[], itemId: string | null): Promise<AuditedDisclosure[]> {
    const people = await this.directory.pastMembersIn(tx, rows.flatMap((row) => [row.made_by_membership_id, ...row.to_membership_ids]));
    const described = await this.items.describeIn(tx, subject.authorityId, rows.flatMap((row) => row.item_ids));
    const basisOf = await this.bases.wordsIn(tx, rows.flatMap((row) => [...row.legal_basis_ids, ...(row.shown ?? []).map((one) => one.legalBasisId)]));
    const sealers = await this.keyring.sealersIn(tx, rows.filter((row) => row.reason !== null).map((row) => row.meeting_id));
    const isOurs = (id: string) => people.get(id)?.authority.id === subject.authorityId;
    return rows.map((row) => {
      const by = people.get(row.made_by_membership_id)!;
      const isAnswered = row.is_own || isOurs(row.made_by_membership_id);
      // [AC91] At another authority's meeting, what the own people showed or were shown.
      const told = (ids: readonly string[]) => (isAnswered ? ids : ids.filter(isOurs));
      const shown = (row.shown ?? row.item_ids.map((id): ShownThen => ({ itemId: id, legalBasisId: row.legal_basis_ids.length === 1 ? row.legal_basis_ids[0]! : null, legalBasisVersion: null, to: row.to_membership_ids })))
        .filter((one) => itemId === null || one.itemId === itemId)
        .filter((one) => told(one.to).length > 0);
      const receivers = itemId === null ? told(row.to_membership_ids) : [...new Set(shown.flatMap((one) => told(one.to)))];
      const isNamed = (id: string) => isOurs(id) || (row.is_own && isGuestAuthority(people.get(id)?.authority.id ?? ''));
      const others = new Map<string, { authority: Authority; count: number }>();
      for (const id of receivers) {
        const authority = people.get(id)?.authority;
        if (authority === undefined || isNamed(id)) continue;
        others.set(authority.id, { authority, count: (others.get(authority.id)?.count ?? 0) + 1 });
      }
      return {
        id: row.id,
        at: row.at.toISOString(),
        kind: row.kind,
        meetingKind: said(meetingKind(row.kind_id)?.title ?? row.kind_id),
        meetingStart: row.start_instant.toISOString(),
        authority: by.authority,
        person: isOurs(row.made_by_membership_id) ? by : null,
        to: receivers.filter(isNamed).map((id) => people.get(id)!),
        others: [...others.values()],
        items: shown.flatMap((one) => {
          const item = described.get(one.itemId);
          const basis = basisOf(one.legalBasisId, one.legalBasisVersion);
          return item === undefined ? [] : [{ ...bare(item), legalBasis: basis === undefined ? null : said(basis.label) }];
        }),
        reason: isAnswered ? (sealers.get(row.meeting_id)?.openOrNull(row.reason, { table: 'disclosure', rowId: row.id, column: 'reason' }) ?? null) : null,
      };
    });
  }
}
