import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory, type Authority, type Member } from '@lib/access/directory.service.js';
import { embargoEffect } from '@lib/access/embargo.js';
import { isGuestAuthority } from '@lib/access/guests.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { Policy } from '@lib/access/policy.service.js';
import type { Subject } from '@lib/access/policy.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { ObjectKind, TrailKind } from './trail.js';
import { TrailItems, type AuditedItem } from './trail-items.service.js';

/** An entry as an auditor sees it (AC90, AC91). */
export interface AuditedEntry {
  id: string;
  at: string;
  kind: TrailKind;
  route: string;
  rule: string | null;
  authority: Authority;
  /** null where it was somebody of another authority. */
  person: Member | null;
  objectKind: ObjectKind | null;
  /** Those that the auditor's authority has to do with. */
  items: (AuditedItem & { legalBasis: string | null })[];
  /** Items of meetings that the authority has nothing to do with, or that are gone. */
  otherItems: number;
}

export interface EntryRow {
  id: string;
  at: Date;
  membership_id: string;
  authority_id: string;
  kind: TrailKind;
  route: string;
  rule: string | null;
  object_kind: ObjectKind | null;
  item_ids: string[];
  legal_bases: string[];
}

export const entryColumns = 'e.id, e."at", e.membership_id, e.authority_id, e.kind, e.route, e.rule, e.object_kind, e.item_ids, e.legal_bases';

/** Looks into the access trail for the auditor of an authority: answers who, never what was said. */
@Injectable()
export class TrailReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly policy: Policy,
    private readonly items: TrailItems,
    private readonly bases: LegalBases,
  ) {}

  /** [AC90] @throws Problem `not-allowed` */
  assertAuditor(subject: Subject): void {
    if (!this.policy.may(subject, 'trail.read', { authorityId: subject.authorityId }, {})) throw new Problem('not-allowed', 'Adgangssporet ses af myndighedens revisorer.');
  }

  /** [AC91] The own items that are about a case. */
  async itemsOfCase(subject: Subject, caseReference: string): Promise<AuditedItem[]> {
    this.assertAuditor(subject);
    const ids = await this.items.byCase(subject.authorityId, caseReference);
    return this.asTrail(async (tx) => [...(await this.items.describeIn(tx, subject.authorityId, ids)).values()].map(bare));
  }

  /** [AC91] An item of a meeting that the authority owns or takes part in. @throws Problem `not-found` */
  async item(subject: Subject, itemId: string): Promise<AuditedItem> {
    this.assertAuditor(subject);
    return this.asTrail(async (tx) => bare(await this.itemIn(tx, subject, itemId)));
  }

  /**
   * [AC91] Who was shown an item, newest first: all of them where the own authority owns the meeting, else its own people.
   *
   * @throws Problem `not-found`
   */
  async ofItem(subject: Subject, itemId: string, query: { cursor?: string; limit: number }) {
    this.assertAuditor(subject);
    return this.asTrail(async (tx) => {
      const item = await this.itemIn(tx, subject, itemId);
      const page = await this.pageIn(tx, subject, 'e.item_ids @> ARRAY[$1::uuid] AND ($2::text IS NULL OR e.authority_id = $2)', [itemId, item.isOwn ? null : subject.authorityId], query);
      // Of what was shown beside it nothing is told: the question was about this one.
      return { ...page, entries: page.entries.map((entry) => ({ ...entry, items: entry.items.filter((one) => one.id === itemId), otherItems: 0 })) };
    });
  }

  /** [AC91] Everybody who works, or worked, in the own authority, by name. */
  async people(subject: Subject): Promise<Member[]> {
    this.assertAuditor(subject);
    return this.asTrail(async (tx) => {
      const rows = await tx.query<{ id: string }>('SELECT id FROM membership WHERE authority_id = $1', [subject.authorityId]);
      const members = await this.directory.pastMembersIn(tx, rows.map((row) => row.id));
      return [...new Map([...members.values()].map((one) => [one.id, one])).values()].sort((a, b) => collator.compare(a.name, b.name));
    });
  }

  /** [AC91] What somebody of the own authority was shown, newest first. @throws Problem `not-found` */
  async ofPerson(subject: Subject, personId: string, query: { cursor?: string; limit: number }) {
    this.assertAuditor(subject);
    return this.asTrail(async (tx) => {
      const [known] = await tx.query('SELECT 1 FROM membership WHERE person_id = $1 AND authority_id = $2 LIMIT 1', [personId, subject.authorityId]);
      if (known === undefined) throw new Problem('not-found');
      return this.pageIn(tx, subject, 'e.person_id = $1::uuid AND e.authority_id = $2::text', [personId, subject.authorityId], query);
    });
  }

  /** [AC94] What people of the own authority were refused, newest first. */
  async refusals(subject: Subject, query: { cursor?: string; limit: number }) {
    this.assertAuditor(subject);
    return this.asTrail((tx) => this.pageIn(tx, subject, `e.kind = 'refused' AND e.authority_id = $1::text AND $2::text IS NULL`, [subject.authorityId, null], query));
  }

  /**
   * [AC77] How many of the own items about a case stand under an embargo on informing; 0 where the overview may hold them. An auditor
   * is told no more of it.
   */
  async embargoed(subject: Subject, caseReference: string): Promise<number> {
    this.assertAuditor(subject);
    if (embargoEffect('citizensOverview') !== 'withheld') return 0;
    const ids = await this.items.byCase(subject.authorityId, caseReference);
    return this.asTrail(async (tx) => (await heldIn(tx, ids)).size);
  }

  /**
   * [AC96] For the request of a citizen: every time that an own item about the case was shown, with the authority and what
   * it was for, oldest first. Nobody is named, and nothing told of what stands under an embargo at that moment.
   */
  async *disclosures(subject: Subject, caseReference: string): AsyncGenerator<{ at: string; authority: string; kind: TrailKind; meetingKind: string; legalBasis: string | null }> {
    this.assertAuditor(subject);
    const ids = await this.items.byCase(subject.authorityId, caseReference);
    if (ids.length === 0) return;
    const pages = this.unitOfWork.pages<{ at: string; authority: string; kind: TrailKind; meetingKind: string; legalBasis: string | null }, { at: string; id: string }>(
      async (tx, cursor) => {
        const rows = await tx.query<EntryRow>(
          `SELECT ${entryColumns} FROM trail_entry e WHERE e.item_ids && $1::uuid[] AND e.kind <> 'refused' AND ($2::timestamptz IS NULL OR (e."at", e.id) > ($2, $3::uuid))
           ORDER BY e."at", e.id LIMIT 500`,
          [ids, cursor?.at ?? null, cursor?.id ?? null],
        );
        const held = embargoEffect('citizensOverview') === 'withheld' ? await heldIn(tx, ids) : new Set<string>();
        const authorities = await this.directory.authoritiesIn(tx, rows.map((row) => row.authority_id));
        const described = await this.items.describeIn(tx, subject.authorityId, ids);
        const basisOf = await this.bases.wordsIn(tx, rows.flatMap((row) => row.legal_bases));
        const last = rows.at(-1);
        return {
          rows: rows.flatMap((row) =>
            row.item_ids.flatMap((id, n) => {
              const item = described.get(id);
              if (!ids.includes(id) || held.has(id) || item === undefined) return [];
              return [{ at: row.at.toISOString(), authority: authorities.get(row.authority_id)?.name ?? row.authority_id, kind: row.kind, meetingKind: item.meetingKind, legalBasis: basisOf(row.legal_bases[n] ?? null, null)?.label ?? null }];
            }),
          ),
          ...(rows.length === 500 && last !== undefined ? { next: { at: last.at.toISOString(), id: last.id } } : {}),
        };
      },
      { lane: 'job', as: 'trail' },
    );
    for await (const page of pages) yield* page;
  }

  /** After the policy has decided; what an auditor may see is no person's to read (docs/rls.md). */
  private asTrail<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(work, { as: 'trail' });
  }

  /** Entries as an auditor sees them, in the order given. */
  async viewsIn(tx: Tx, subject: Subject, rows: readonly EntryRow[]): Promise<AuditedEntry[]> {
    const authorities = await this.directory.authoritiesIn(tx, rows.map((row) => row.authority_id));
    const items = await this.items.describeIn(tx, subject.authorityId, rows.flatMap((row) => row.item_ids));
    const basisOf = await this.bases.wordsIn(tx, rows.flatMap((row) => row.legal_bases));
    // A guest of the own authority's meeting is its own to answer for.
    const isNamed = (row: EntryRow) => row.authority_id === subject.authorityId || (isGuestAuthority(row.authority_id) && row.item_ids.some((id) => items.get(id)?.isOwn === true));
    const members = await this.directory.pastMembersIn(tx, rows.filter(isNamed).map((row) => row.membership_id));
    return rows.map((row) => {
      const known = row.item_ids.flatMap((id, n) => {
        const item = items.get(id);
        const basis = basisOf(row.legal_bases[n] ?? null, null);
        return item === undefined ? [] : [{ ...bare(item), legalBasis: basis === undefined ? null : said(basis.label) }];
      });
      return {
        id: row.id,
        at: row.at.toISOString(),
        kind: row.kind,
        route: row.route,
        rule: row.rule,
        authority: authorities.get(row.authority_id)!,
        person: members.get(row.membership_id) ?? null,
        objectKind: row.object_kind,
        items: known,
        otherItems: row.item_ids.length - known.length,
      };
    });
  }

  private async itemIn(tx: Tx, subject: Subject, itemId: string) {
    const item = (await this.items.describeIn(tx, subject.authorityId, [itemId])).get(itemId);
    if (item === undefined) throw new Problem('not-found');
    return item;
  }

  private async pageIn(tx: Tx, subject: Subject, where: string, parameters: [unknown, unknown], { cursor, limit }: { cursor?: string; limit: number }) {
    const before = cursor === undefined ? null : readCursor(cursor);
    const rows = await tx.query<EntryRow>(
      `SELECT ${entryColumns} FROM trail_entry e WHERE ${where} ${before === null ? '' : 'AND (e."at", e.id) < ($4::timestamptz, $5::uuid)'} ORDER BY e."at" DESC, e.id DESC LIMIT $3`,
      [...parameters, limit + 1, ...(before ?? [])],
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { entries: await this.viewsIn(tx, subject, page), nextCursor: rows.length > limit && last !== undefined ? writeCursor(last.at.toISOString(), last.id) : null };
  }
}

/** Without whose it is. */
export const bare = ({ id, number, meetingKind, meetingStart, caseReference }: AuditedItem): AuditedItem => ({ id, number, meetingKind, meetingStart, caseReference });
/** Of these items those over which an embargo stands, of their own or of the list that they are on. */
async function heldIn(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>('SELECT DISTINCT i.id FROM agenda_item i JOIN embargo e ON e.item_id IN (i.id, i.parent_id) AND e.lifted_at IS NULL WHERE i.id = ANY($1::uuid[])', [ids]);
  return new Set(rows.map((row) => row.id));
}


const collator = new Intl.Collator('da');
