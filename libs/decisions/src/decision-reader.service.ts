import { Injectable } from '@nestjs/common';
import type { DecisionState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { ItemAccess, openAt } from '@lib/access/item-access.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { authoritiesThatMayDecide, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Embargoes } from '@lib/meetings/embargoes.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { isOverdue, mayFollow } from './decision.js';
import { shreddedDecision, type DecisionContent } from './decision.entity.js';

export interface DecisionRow {
  id: string;
  item_id: string;
  meeting_id: string;
  deciding_authority_id: string;
  responsible_membership_id: string;
  deadline: string;
  legal_basis_id: string | null;
  legal_basis_version: string | null;
  content: Uint8Array;
  state: DecisionState;
  version: number;
  recorded_by_membership_id: string;
  recorded_at: Date;
  supersedes_id: string | null;
  /** Null, too, when the one it was escalated to leads there no longer (AC22). */
  escalated_to: string | null;
}

/** [AC22] Whom an escalated decision waits for, while she leads in the deciding authority. `now` is a parameter's place. */
export const waitsFor = (now: string) => `(SELECT e.id FROM membership e WHERE e.id = d.escalated_to_membership_id AND e.role = 'leader'
    AND e.authority_id = d.deciding_authority_id AND e.valid_from <= ${now}::timestamptz AND (e.valid_to IS NULL OR e.valid_to > ${now}::timestamptz))`;

/** Of `decision d`, for a query whose $4 is now. */
export const columns = `d.id, d.item_id, d.meeting_id, d.deciding_authority_id, d.responsible_membership_id, d.deadline::text AS deadline,
  d.legal_basis_id, d.legal_basis_version, d.content, d.state, d.version, d.recorded_by_membership_id, d.recorded_at, d.supersedes_id, ${waitsFor('$4')} AS escalated_to`;

/** AC1, AC10 and AC50 as one condition over indexed columns of `decision d`: $1 membership, $2 authority, $3 role, $4 now. */
export const mayRead = `$3 IN ('coordinator', 'participant', 'leader')
  AND (EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = d.item_id AND r.membership_id = $1 AND ${openAt('r', '$4')})
    OR ($3 = 'leader' AND d.deciding_authority_id = $2))`;

/** The parameters of {@link mayRead}. */
export const readsAs = (subject: Subject, now: string): [membershipId: string, authorityId: string, role: string, now: string] => [subject.membershipId, subject.authorityId, subject.role, now];

/** Reads decisions as rows, as lines of the log and as pages, never one that the asker may not read (AC10). */
@Injectable()
export class DecisionReader {
  constructor(
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly access: ItemAccess,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly policy: Policy,
    private readonly embargoes: Embargoes,
    private readonly bases: LegalBases,
  ) {}

  /** The first four parameters of every query over {@link columns} and {@link mayRead}. */
  asker(subject: Subject): [membershipId: string, authorityId: string, role: string, now: string] {
    return readsAs(subject, this.clock.now().toString());
  }

  /**
   * @param lock holds it still until the end of the transaction
   * @throws Problem `not-found`
   */
  async rowIn(tx: Tx, subject: Subject, decisionId: string, lock = false): Promise<DecisionRow> {
    const [row] = await tx.query<DecisionRow>(`SELECT ${columns} FROM decision d WHERE ${mayRead} AND d.id = $5 ${lock ? 'FOR UPDATE OF d' : ''}`, [...this.asker(subject), decisionId]);
    if (row === undefined) throw new Problem('not-found');
    return row;
  }

  /** What the sealed content of rows that the asker may read says, by id. */
  async contentsIn(tx: Tx, rows: readonly Pick<DecisionRow, 'id' | 'item_id' | 'content'>[]): Promise<Map<string, DecisionContent>> {
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    return new Map(rows.map((row) => [row.id, sealers.get(row.item_id)!.openJson<DecisionContent>(row.content, { table: 'decision', rowId: row.id, column: 'content' }, shreddedDecision)]));
  }

  /** A decision as a page. @throws Problem `not-found` */
  async viewIn(tx: Tx, subject: Subject, decisionId: string) {
    const row = await this.rowIn(tx, subject, decisionId);
    const [summary] = await this.summariesIn(tx, subject, [row]);
    const sealer = await this.keyring.sealerIn(tx, row.item_id);
    const events = await tx.query<{ id: string; kind: DecisionState; membership_id: string; to_membership_id: string | null; comment: Uint8Array | null; at: Date }>(
      'SELECT id, kind, membership_id, to_membership_id, comment, at FROM decision_event WHERE decision_id = $1 ORDER BY version',
      [decisionId],
    );
    const people = await this.directory.pastMembersIn(tx, [row.recorded_by_membership_id, ...events.flatMap((event) => present(event.membership_id, event.to_membership_id))]);
    const basis = (await this.bases.wordsIn(tx, [row.legal_basis_id]))(row.legal_basis_id, row.legal_basis_version);
    const itemId = await this.access.readableIn(tx, subject, row.item_id);
    const facts = itemId === null ? null : (await this.meetings.itemFactsIn(tx, subject, itemId)).facts;
    const canWrite = facts !== null && this.policy.may(subject, 'item.write', facts, facts) && authoritiesThatMayDecide(facts).includes(row.deciding_authority_id);
    const reviews = this.policy.may(subject, 'decision.review', factsOf(row), {});
    return {
      ...summary!,
      reasons: (await this.contentsIn(tx, [row])).get(row.id)!.reasons,
      legalBasis: basis === undefined ? null : legalBasisView(basis),
      itemId: itemId as string | null,
      supersedesId: row.supersedes_id === null ? null : await this.readableIdIn(tx, subject, 'd.id', row.supersedes_id),
      supersededById: await this.readableIdIn(tx, subject, 'd.supersedes_id', row.id),
      recordedBy: people.get(row.recorded_by_membership_id)!,
      canReturn: reviews && mayFollow(row.state, 'returned'),
      canEscalate: reviews && mayFollow(row.state, 'escalated'),
      canCorrect: canWrite && mayFollow(row.state, 'superseded'),
      timeline: events.map((event) => ({
        kind: event.kind,
        by: people.get(event.membership_id)!,
        to: event.to_membership_id === null ? null : people.get(event.to_membership_id)!,
        at: event.at.toISOString(),
        comment: event.comment === null ? null : sealer.openText(event.comment, { table: 'decision_event', rowId: event.id, column: 'comment' }),
      })),
    };
  }

  /** Rows that the asker may read, as lines of a list. */
  async summariesIn(tx: Tx, subject: Subject, rows: readonly DecisionRow[]) {
    const contents = await this.contentsIn(tx, rows);
    const authorities = await this.directory.authoritiesIn(tx, rows.map((row) => row.deciding_authority_id));
    const people = await this.directory.pastMembersIn(tx, rows.flatMap((row) => present(row.responsible_membership_id, row.escalated_to)));
    const headlines = await this.meetings.headlinesIn(tx, rows.map((row) => row.meeting_id));
    const own = new Set(await this.ownMeetingsIn(tx, subject, rows));
    const embargoes = await this.embargoes.standingIn(tx, rows.map((row) => row.item_id));
    return rows.map((row) => {
      const content = contents.get(row.id)!;
      const headline = headlines.get(row.meeting_id)!;
      return {
        id: row.id,
        text: content.text,
        caseReference: content.caseReference,
        decidingAuthority: authorities.get(row.deciding_authority_id)!,
        responsible: people.get(row.responsible_membership_id)!,
        deadline: row.deadline,
        overdue: isOverdue(row, this.clock.now()),
        state: row.state,
        escalatedTo: row.escalated_to === null ? null : people.get(row.escalated_to)!,
        canReview: this.policy.may(subject, 'decision.review', factsOf(row), {}) && mayFollow(row.state, 'confirmed'),
        version: row.version,
        embargoes: embargoes.get(row.item_id) ?? [],
        recordedAt: row.recorded_at.toISOString(),
        meeting: { id: own.has(row.meeting_id) ? row.meeting_id : null, title: headline.title, startInstant: headline.startInstant },
      };
    });
  }

  /** Another decision's id, if the asker may read that one too. */
  private async readableIdIn(tx: Tx, subject: Subject, column: 'd.id' | 'd.supersedes_id', id: string): Promise<string | null> {
    const [found] = await tx.query<{ id: string }>(`SELECT d.id FROM decision d WHERE ${mayRead} AND ${column} = $5`, [...this.asker(subject), id]);
    return found?.id ?? null;
  }

  private async ownMeetingsIn(tx: Tx, subject: Subject, rows: readonly DecisionRow[]): Promise<string[]> {
    const found = await tx.query<{ meeting_id: string }>(`SELECT p.meeting_id FROM meeting_participant p WHERE p.membership_id = $1 AND p.meeting_id = ANY($2::uuid[]) AND ${openAt('p', '$3')}`, [
      subject.membershipId,
      [...new Set(rows.map((row) => row.meeting_id))],
      this.clock.now().toString(),
    ]);
    return found.map((row) => row.meeting_id);
  }
}

/** What the policy asks of a decision before somebody answers it. */
export const factsOf = (row: DecisionRow) => ({ decidingAuthorityId: row.deciding_authority_id, escalatedToMembershipId: row.escalated_to });

const present = (...ids: (string | null)[]): string[] => ids.filter((id) => id !== null);

export type DecisionLine = Awaited<ReturnType<DecisionReader['summariesIn']>>[number];
export type DecisionPage = Awaited<ReturnType<DecisionReader['viewIn']>>;
