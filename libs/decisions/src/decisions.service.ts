import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { containsCpr } from '@lib/contracts/cpr.js';
import { timeZone, type DecisionState } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { legalBases, legalBasis, legalBasisView } from '@lib/access/legal-bases.data.js';
import { authoritiesThatMayDecide, mayReviewDecision, mayWriteItem, readersOf, type Subject } from '@lib/access/policy.js';
import { isCaseReference } from '@lib/cases/case-reference.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { deadlineFaults } from './deadline.js';
import { isOverdue, mayFollow, settledStates } from './decision.js';
import type { DecisionContent } from './decision.entity.js';

export interface NewDecision {
  text: string;
  reasons: string;
  decidingAuthorityId: string;
  responsiblePersonId: string;
  /** `YYYY-MM-DD` */
  deadline: string;
  legalBasisId: string | null;
  caseReference: string | null;
}

export interface LogQuery {
  state?: DecisionState;
  authorityId?: string;
  overdue?: boolean;
  limit: number;
  /** The id of the last decision of the page before. */
  cursor?: string;
}

interface DecisionRow {
  id: string;
  item_id: string;
  meeting_id: string;
  deciding_authority_id: string;
  responsible_membership_id: string;
  deadline: string;
  legal_basis_id: string | null;
  content: Uint8Array;
  state: DecisionState;
  version: number;
  recorded_by_membership_id: string;
  recorded_at: Date;
  supersedes_id: string | null;
}

const columns = `d.id, d.item_id, d.meeting_id, d.deciding_authority_id, d.responsible_membership_id, d.deadline::text AS deadline,
  d.legal_basis_id, d.content, d.state, d.version, d.recorded_by_membership_id, d.recorded_at, d.supersedes_id`;

/** AC1 and AC10 as one condition over indexed columns: $1 membership, $2 authority, $3 role. */
export const mayRead = `$3 IN ('coordinator', 'participant', 'leader')
  AND (EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = d.item_id AND r.membership_id = $1)
    OR ($3 = 'leader' AND d.deciding_authority_id = $2))`;
export const asker = (subject: Subject) => [subject.membershipId, subject.authorityId, subject.role];

/** The decision log. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly access: ItemAccess,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** [DE2] What the form may offer: deciding authorities, responsible people and legal bases. */
  async options(subject: Subject, itemId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { facts, participants, item } = await this.meetings.itemFactsIn(tx, subject, itemId);
      const authorityIds = authoritiesThatMayDecide(facts);
      const readers = new Set(readersOf(facts.participants, facts.audience).map((one) => one.membershipId));
      const authorities = await this.directory.authoritiesIn(tx, authorityIds);
      return {
        authorities: authorityIds.map((id) => authorities.get(id)!),
        people: participants.filter((one) => readers.has(one.membershipId)),
        legalBases: legalBases.map((basis) => ({ ...legalBasisView(basis), sectors: basis.sectors })),
        suggestedLegalBasisId: item.legal_basis_id,
      };
    });
  }

  /**
   * [DE1, DE2, DE3] Records a decision.
   *
   * @throws Problem `not-found`, `not-allowed`, `invalid-input`, `idempotency-conflict`
   */
  async record(subject: Subject, itemId: string, input: NewDecision, request?: IdempotentRequest) {
    return this.unitOfWork.run((tx) => this.recordIn(tx, subject, itemId, input, null, request));
  }

  /**
   * [DE9] Puts a corrected decision in the place of another.
   *
   * @param why what was wrong; part of the old decision's timeline
   * @param expectedVersion the version of the old one on the screen; null corrects whatever stands
   * @throws Problem as {@link record}, `precondition-failed`, `transition-refused`
   */
  async correct(subject: Subject, decisionId: string, input: NewDecision, why: string, expectedVersion: number | null, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      const old = await this.readableRowIn(tx, subject, decisionId, true);
      return this.recordIn(tx, subject, old.item_id, input, { old, why, expectedVersion }, request);
    });
  }

  private async recordIn(
    tx: Tx,
    subject: Subject,
    itemId: string,
    input: NewDecision,
    correction: { old: DecisionRow; why: string; expectedVersion: number | null } | null,
    request: IdempotentRequest | undefined,
  ) {
    const { facts, meeting, participants } = await this.meetings.itemFactsIn(tx, subject, itemId, 'SHARE');
    if (!mayWriteItem(subject, facts)) throw new Problem('not-allowed', 'Referatet er ikke længere åbent for nye beslutninger.');
    const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
    if (earlier !== null) return this.decisionIn(tx, subject, earlier);
    if (correction !== null) this.assertStands(correction.old, 'superseded', correction.expectedVersion);

    const errors = this.faults(input, meeting.start_instant);
    // Its leader answers for what stands in its place too; and one that has been shut out of the item hears no more of it.
    if (correction !== null && input.decidingAuthorityId !== correction.old.deciding_authority_id) errors.push({ field: 'decidingAuthorityId', message: 'En rettelse besluttes af samme myndighed.' });
    if (!authoritiesThatMayDecide(facts).includes(input.decidingAuthorityId)) errors.push({ field: 'decidingAuthorityId', message: 'Vælg en myndighed, der har adgang til punktet.' });
    const readers = readersOf(facts.participants, facts.audience);
    const able = participants.filter((one) => one.id === input.responsiblePersonId && readers.some((reader) => reader.membershipId === one.membershipId));
    const responsible = able.find((one) => one.authority.id === input.decidingAuthorityId);
    if (responsible === undefined) {
      errors.push({ field: 'responsiblePersonId', message: able.length === 0 ? 'Vælg en ansvarlig, der har adgang til punktet.' : 'Den ansvarlige skal høre til den besluttende myndighed.' });
    }
    if (errors.length > 0 || responsible === undefined) throw new Problem('invalid-input', undefined, errors);

    const id = newId();
    const now = this.clock.now().toString();
    const sealer = await this.keyring.sealerIn(tx, itemId);
    const content: DecisionContent = { text: input.text, reasons: input.reasons, caseReference: input.caseReference };
    await tx.query(
      `INSERT INTO decision (id, item_id, meeting_id, deciding_authority_id, responsible_membership_id, deadline, legal_basis_id,
                             content, state, version, recorded_by_membership_id, recorded_at, supersedes_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'recorded', 1, $9, $10, $11)`,
      [id, itemId, meeting.id, input.decidingAuthorityId, responsible.membershipId, input.deadline, input.legalBasisId, sealer.sealText(JSON.stringify(content), { table: 'decision', rowId: id }), subject.membershipId, now, correction?.old.id ?? null],
    );
    await tx.query('INSERT INTO decision_event (id, decision_id, version, kind, membership_id, at) VALUES ($1, $2, 1, $3, $4, $5)', [newId(), id, 'recorded', subject.membershipId, now]);
    if (correction !== null) await this.moveIn(tx, subject, correction.old, 'superseded', correction.why);
    await this.idempotency.rememberIn(tx, subject.personId, request, id);
    tx.afterCommit(() => this.events.emit('decision.changed', { decisionId: id, itemId, meetingId: meeting.id, decidingAuthorityId: input.decidingAuthorityId }));
    return this.decisionIn(tx, subject, id);
  }

  /** The decisions of one item, oldest first. @throws Problem `not-found` */
  async ofItem(subject: Subject, itemId: string) {
    return this.unitOfWork.run(async (tx) => {
      const readable = await this.access.readableIn(tx, subject, itemId);
      if (readable === null) throw new Problem('not-found');
      const rows = await tx.query<DecisionRow>(`SELECT ${columns} FROM decision d WHERE d.item_id = $1 ORDER BY d.id`, [readable]);
      return this.summariesIn(tx, subject, rows);
    });
  }

  /** [DE8] The decision log, newest first, a page at a time. */
  async log(subject: Subject, query: LogQuery) {
    return this.unitOfWork.run(async (tx) => {
      const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toString();
      const rows = await tx.query<DecisionRow>(
        `SELECT ${columns} FROM decision d WHERE ${mayRead}
           AND ($4::text IS NULL OR d.state = $4)
           AND ($5::text IS NULL OR d.deciding_authority_id = $5)
           AND ($6::date IS NULL OR (d.deadline < $6 AND d.state <> ALL($9)))
           AND ($7::uuid IS NULL OR d.id < $7)
         ORDER BY d.id DESC LIMIT $8`,
        [...asker(subject), query.state ?? null, query.authorityId ?? null, query.overdue === true ? today : null, query.cursor ?? null, query.limit + 1, settledStates],
      );
      const page = rows.slice(0, query.limit);
      return { decisions: await this.summariesIn(tx, subject, page), nextCursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null };
    });
  }

  /** @throws Problem `not-found` */
  async get(subject: Subject, decisionId: string) {
    return this.unitOfWork.run((tx) => this.decisionIn(tx, subject, decisionId));
  }

  /**
   * [DE5, DE7] A leader's answer.
   *
   * @param expectedVersion the version the leader had on the screen; null answers whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async review(subject: Subject, decisionId: string, outcome: 'confirmed' | 'returned', comment: string | null, expectedVersion: number | null) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.readableRowIn(tx, subject, decisionId, true);
      if (!mayReviewDecision(subject, { decidingAuthorityId: row.deciding_authority_id })) throw new Problem('not-allowed', 'En beslutning bekræftes eller returneres af en leder i den besluttende myndighed.');
      this.assertStands(row, outcome, expectedVersion);
      if (comment !== null && containsCpr(comment)) throw new Problem('invalid-input', undefined, [{ field: 'comment', message: cprMessage }]);
      await this.moveIn(tx, subject, row, outcome, comment);
      return this.decisionIn(tx, subject, decisionId);
    });
  }

  private assertStands(row: DecisionRow, next: DecisionState, expectedVersion: number | null): void {
    if (expectedVersion !== null && expectedVersion !== row.version) throw new Problem('precondition-failed', 'Beslutningen er ændret, siden du åbnede den. Se den igen, før du svarer.');
    if (!mayFollow(row.state, next)) throw new Problem('transition-refused', alreadyTexts[row.state]);
  }

  private async moveIn(tx: Tx, subject: Subject, row: DecisionRow, state: DecisionState, comment: string | null): Promise<void> {
    const version = row.version + 1;
    const eventId = newId();
    const sealer = await this.keyring.sealerIn(tx, row.item_id);
    await tx.query('UPDATE decision SET state = $2, version = $3 WHERE id = $1', [row.id, state, version]);
    await tx.query('INSERT INTO decision_event (id, decision_id, version, kind, membership_id, comment, at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      eventId,
      row.id,
      version,
      state,
      subject.membershipId,
      comment === null ? null : sealer.sealText(comment, { table: 'decision_event', rowId: eventId }),
      this.clock.now().toString(),
    ]);
    tx.afterCommit(() => this.events.emit('decision.changed', { decisionId: row.id, itemId: row.item_id, meetingId: row.meeting_id, decidingAuthorityId: row.deciding_authority_id }));
  }

  private async readableRowIn(tx: Tx, subject: Subject, decisionId: string, lock = false): Promise<DecisionRow> {
    const [row] = await tx.query<DecisionRow>(`SELECT ${columns} FROM decision d WHERE ${mayRead} AND d.id = $4 ${lock ? 'FOR UPDATE' : ''}`, [...asker(subject), decisionId]);
    if (row === undefined) throw new Problem('not-found');
    return row;
  }

  private async decisionIn(tx: Tx, subject: Subject, decisionId: string) {
    const row = await this.readableRowIn(tx, subject, decisionId);
    const [summary] = await this.summariesIn(tx, subject, [row]);
    const sealer = await this.keyring.sealerIn(tx, row.item_id);
    const events = await tx.query<{ id: string; kind: DecisionState; membership_id: string; comment: Uint8Array | null; at: Date }>(
      'SELECT id, kind, membership_id, comment, at FROM decision_event WHERE decision_id = $1 ORDER BY version',
      [decisionId],
    );
    const people = await this.directory.pastMembersIn(tx, [row.recorded_by_membership_id, ...events.map((event) => event.membership_id)]);
    const basis = legalBasis(row.legal_basis_id);
    const itemId = await this.access.readableIn(tx, subject, row.item_id);
    const facts = itemId === null ? null : (await this.meetings.itemFactsIn(tx, subject, itemId)).facts;
    const canWrite = facts !== null && mayWriteItem(subject, facts) && authoritiesThatMayDecide(facts).includes(row.deciding_authority_id);
    return {
      ...summary!,
      reasons: contentOf(sealer.openText(row.content, { table: 'decision', rowId: row.id })).reasons,
      legalBasis: basis === undefined ? null : legalBasisView(basis),
      itemId: itemId as string | null,
      supersedesId: row.supersedes_id === null ? null : await this.readableIdIn(tx, subject, 'd.id', row.supersedes_id),
      supersededById: await this.readableIdIn(tx, subject, 'd.supersedes_id', row.id),
      recordedBy: people.get(row.recorded_by_membership_id)!,
      canReview: mayReviewDecision(subject, { decidingAuthorityId: row.deciding_authority_id }) && mayFollow(row.state, 'confirmed'),
      canReturn: mayReviewDecision(subject, { decidingAuthorityId: row.deciding_authority_id }) && mayFollow(row.state, 'returned'),
      canCorrect: canWrite && mayFollow(row.state, 'superseded'),
      version: row.version,
      timeline: events.map((event) => ({
        kind: event.kind,
        by: people.get(event.membership_id)!,
        at: event.at.toISOString(),
        comment: event.comment === null ? null : sealer.openText(event.comment, { table: 'decision_event', rowId: event.id }),
      })),
    };
  }

  /** Another decision's id, if the asker may read that one too. */
  private async readableIdIn(tx: Tx, subject: Subject, column: 'd.id' | 'd.supersedes_id', id: string): Promise<string | null> {
    const [found] = await tx.query<{ id: string }>(`SELECT d.id FROM decision d WHERE ${mayRead} AND ${column} = $4`, [...asker(subject), id]);
    return found?.id ?? null;
  }

  private async summariesIn(tx: Tx, subject: Subject, rows: readonly DecisionRow[]) {
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    const authorities = await this.directory.authoritiesIn(tx, rows.map((row) => row.deciding_authority_id));
    const people = await this.directory.pastMembersIn(tx, rows.map((row) => row.responsible_membership_id));
    const headlines = await this.meetings.headlinesIn(tx, rows.map((row) => row.meeting_id));
    const own = new Set(await this.ownMeetingsIn(tx, subject, rows));
    return rows.map((row) => {
      const content = contentOf(sealers.get(row.item_id)!.openText(row.content, { table: 'decision', rowId: row.id }));
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
        recordedAt: row.recorded_at.toISOString(),
        meeting: { id: own.has(row.meeting_id) ? row.meeting_id : null, title: headline.title, startInstant: headline.startInstant },
      };
    });
  }

  private async ownMeetingsIn(tx: Tx, subject: Subject, rows: readonly DecisionRow[]): Promise<string[]> {
    const found = await tx.query<{ meeting_id: string }>('SELECT meeting_id FROM meeting_participant WHERE membership_id = $1 AND meeting_id = ANY($2::uuid[])', [
      subject.membershipId,
      [...new Set(rows.map((row) => row.meeting_id))],
    ]);
    return found.map((row) => row.meeting_id);
  }

  private faults(input: NewDecision, meetingStart: Date): FieldError[] {
    const errors: FieldError[] = [];
    for (const field of ['text', 'reasons'] as const) if (containsCpr(input[field])) errors.push({ field, message: cprMessage });
    if (input.caseReference !== null && !isCaseReference(input.caseReference)) errors.push({ field: 'caseReference', message: 'Skriv sagsreferencen som “Sag 2026-014”.' });
    if (input.legalBasisId !== null && legalBasis(input.legalBasisId) === undefined) errors.push({ field: 'legalBasisId', message: 'Vælg hjemlen fra listen.' });
    errors.push(...deadlineFaults(input.deadline, Temporal.Instant.fromEpochMilliseconds(meetingStart.getTime()), this.clock.now()));
    return errors;
  }
}

const alreadyTexts: Record<DecisionState, string> = {
  recorded: 'Beslutningen er ikke i den tilstand.',
  confirmed: 'Beslutningen er allerede bekræftet.',
  returned: 'Beslutningen er allerede returneret.',
  superseded: 'Beslutningen er allerede erstattet af en anden.',
};

const cprMessage = 'Skriv ikke CPR-numre her. Brug sagsreferencen.';

function contentOf(json: string): DecisionContent {
  return JSON.parse(json) as DecisionContent;
}
