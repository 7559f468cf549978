import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { containsCpr } from '@lib/contracts/cpr.js';
import type { DecisionState } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { ItemAccess, openAt } from '@lib/access/item-access.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { LegalBases, type BasisInForce } from '@lib/access/legal-bases.service.js';
import { authoritiesThatMayDecide, readersOf, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { isCaseReference } from '@lib/cases/case-reference.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { basisFault, basisRefused } from './decision-basis.js';
import { deadlineFaults } from './deadline.js';
import { mayFollow } from './decision.js';
import type { DecisionContent } from './decision.entity.js';
import { columns, DecisionReader, factsOf, mayRead, type DecisionRow } from './decision-reader.service.js';

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

/** Records decisions, and what their leaders answer. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly access: ItemAccess,
    private readonly reader: DecisionReader,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly policy: Policy,
    private readonly bases: LegalBases,
  ) {}

  /** [DE2] [DE16] What the form may offer: deciding authorities, responsible people and legal bases. */
  async options(subject: Subject, itemId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { facts, participants, item, meeting } = await this.meetings.itemFactsIn(tx, subject, itemId);
      const authorityIds = authoritiesThatMayDecide(facts);
      const readers = new Set(readersOf(facts.participants, facts.audience).map((one) => one.membershipId));
      const authorities = await this.directory.authoritiesIn(tx, authorityIds);
      const { itemBasis, of } = await this.basesIn(tx, meeting.owner_authority_id, item, authorityIds);
      const citable = new Map<string, { basis: BasisInForce; authorityIds: string[] }>();
      for (const id of authorityIds) {
        for (const basis of of(id).values()) {
          if (basisFault(basis, itemBasis, authorities.get(id)!.sector) !== null) continue;
          citable.set(basis.id, { basis, authorityIds: [...(citable.get(basis.id)?.authorityIds ?? []), id] });
        }
      }
      return {
        authorities: authorityIds.map((id) => authorities.get(id)!),
        people: participants.filter((one) => readers.has(one.membershipId)),
        legalBases: [...citable.values()].map(({ basis, authorityIds: ids }) => ({ ...legalBasisView(basis), sectors: basis.sectors, authorityIds: ids })),
        suggestedLegalBasisId: itemBasis !== undefined && citable.has(itemBasis.id) ? itemBasis.id : null,
      };
    });
  }

  /**
   * [DE16] What each deciding authority may choose from: what holds at the meeting, its own bases, and what the item stands on,
   * as it stood when the item was made.
   */
  private async basesIn(tx: Tx, ownerAuthorityId: string, item: { legal_basis_id: string | null; legal_basis_version: string | null }, authorityIds: readonly string[]) {
    const itemBasis = (await this.bases.ofVersionsIn(tx, ownerAuthorityId))(item.legal_basis_id, item.legal_basis_version);
    const atMeeting = await this.bases.inForceIn(tx, ownerAuthorityId);
    const all = new Map<string, Map<string, BasisInForce>>();
    for (const id of authorityIds) {
      const own = id === ownerAuthorityId ? [] : [...(await this.bases.inForceIn(tx, id)).values()].filter((one) => one.isOwn);
      const known = new Map([...atMeeting.values(), ...own].map((one) => [one.id, one]));
      all.set(id, itemBasis === undefined ? known : known.set(itemBasis.id, itemBasis));
    }
    return { itemBasis, of: (authorityId: string): ReadonlyMap<string, BasisInForce> => all.get(authorityId) ?? new Map<string, BasisInForce>() };
  }

  /**
   * [DE1, DE2, DE3, DE16] Records a decision.
   *
   * @throws Problem `not-found`, `not-allowed`, `invalid-input`, `legal-basis-limit`, `idempotency-conflict`
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
      const old = await this.reader.rowIn(tx, subject, decisionId, true);
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
    const { facts, meeting, participants, item } = await this.meetings.itemFactsIn(tx, subject, itemId, 'SHARE');
    if (!this.policy.may(subject, 'item.write', facts, facts)) throw new Problem('not-allowed', 'Referatet er ikke længere åbent for nye beslutninger.');
    const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
    if (earlier !== null) return this.reader.viewIn(tx, subject, earlier);
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
    const { itemBasis, of } = await this.basesIn(tx, meeting.owner_authority_id, item, [input.decidingAuthorityId]);
    const basis = input.legalBasisId === null ? null : of(input.decidingAuthorityId).get(input.legalBasisId);
    if (basis === undefined) errors.push({ field: 'legalBasisId', message: 'Vælg hjemlen fra listen.' });
    if (errors.length > 0 || responsible === undefined) throw new Problem('invalid-input', undefined, errors);
    const fault = basis == null ? null : basisFault(basis, itemBasis, responsible.authority.sector);
    if (fault !== null) throw basisRefused(fault, basis!, itemBasis, responsible.authority.name);

    const id = newId();
    const now = this.clock.now().toString();
    const sealer = await this.keyring.sealerIn(tx, itemId);
    const content: DecisionContent = { text: input.text, reasons: input.reasons, caseReference: input.caseReference };
    await tx.query(
      `INSERT INTO decision (id, item_id, meeting_id, deciding_authority_id, responsible_membership_id, deadline, legal_basis_id, legal_basis_version,
                             content, state, version, recorded_by_membership_id, recorded_at, supersedes_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'recorded', 1, $10, $11, $12)`,
      [id, itemId, meeting.id, input.decidingAuthorityId, responsible.membershipId, input.deadline, input.legalBasisId, basis?.version ?? null, sealer.sealText(JSON.stringify(content), { table: 'decision', rowId: id, column: 'content' }), subject.membershipId, now, correction?.old.id ?? null],
    );
    await tx.query('INSERT INTO decision_event (id, decision_id, version, kind, membership_id, at) VALUES ($1, $2, 1, $3, $4, $5)', [newId(), id, 'recorded', subject.membershipId, now]);
    if (correction !== null) await this.moveIn(tx, subject, correction.old, { state: 'superseded', comment: correction.why });
    const about = { meetingId: meeting.id, itemId, decisionId: id };
    await this.notifications.addIn(tx, subject.personId, [
      { kind: 'decisionResponsible', membershipIds: [responsible.membershipId], ...about },
      { kind: 'decisionToConfirm', membershipIds: await this.leadersIn(tx, input.decidingAuthorityId), ...about },
    ]);
    await this.idempotency.rememberIn(tx, subject.personId, request, id);
    this.events.emitIn(tx, 'decision.changed', { decisionId: id, itemId, meetingId: meeting.id, decidingAuthorityId: input.decidingAuthorityId });
    return this.reader.viewIn(tx, subject, id);
  }

  /** The decisions of one item, oldest first. @throws Problem `not-found` */
  async ofItem(subject: Subject, itemId: string) {
    return this.unitOfWork.run(async (tx) => {
      const readable = await this.access.readableIn(tx, subject, itemId);
      if (readable === null) throw new Problem('not-found');
      const rows = await tx.query<DecisionRow>(`SELECT ${columns} FROM decision d WHERE ${mayRead} AND d.item_id = $5 ORDER BY d.id`, [...this.reader.asker(subject), readable]);
      return this.reader.summariesIn(tx, subject, rows);
    });
  }

  /** @throws Problem `not-found` */
  async get(subject: Subject, decisionId: string) {
    return this.unitOfWork.run((tx) => this.reader.viewIn(tx, subject, decisionId));
  }

  /**
   * [DE5, DE7, AC22] A leader's answer.
   *
   * @param expectedVersion the version the leader had on the screen; null answers whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async review(subject: Subject, decisionId: string, outcome: 'confirmed' | 'returned', comment: string | null, expectedVersion: number | null) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.answerableIn(tx, subject, decisionId, outcome, expectedVersion);
      if (comment !== null && containsCpr(comment)) throw new Problem('invalid-input', undefined, [{ field: 'comment', message: cprMessage }]);
      await this.moveIn(tx, subject, row, { state: outcome, comment });
      return this.reader.viewIn(tx, subject, decisionId);
    });
  }

  /**
   * [DE10, AC23] Hands a decision on to another leader of the deciding authority, who answers instead.
   *
   * @throws Problem as {@link review}; `invalid-input` names `toMembershipId` or `reason`
   */
  async escalate(subject: Subject, decisionId: string, toMembershipId: string, reason: string, expectedVersion: number | null) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.answerableIn(tx, subject, decisionId, 'escalated', expectedVersion);
      const errors: FieldError[] = [];
      const to = (await this.directory.membersIn(tx, [toMembershipId])).get(toMembershipId);
      const receives = to !== undefined && this.policy.may({ role: to.role, authorityId: to.authority.id, personId: to.id, membershipId: to.membershipId }, 'decision.receive', { decidingAuthorityId: row.deciding_authority_id, askerPersonId: subject.personId }, {});
      if (!receives) errors.push({ field: 'toMembershipId', message: 'Vælg en anden leder i den besluttende myndighed.' });
      if (containsCpr(reason)) errors.push({ field: 'reason', message: cprMessage });
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
      await this.moveIn(tx, subject, row, { state: 'escalated', comment: reason, toMembershipId });
      return this.reader.viewIn(tx, subject, decisionId);
    });
  }

  /**
   * [DE14] Confirms several, each for itself: one that somebody else answered first hinders no other.
   *
   * @returns in the order asked; `problem` is null where it was confirmed
   */
  async confirmAll(subject: Subject, chosen: readonly { id: string; version: number }[]) {
    const results: { id: string; problem: Problem | null }[] = [];
    for (const { id, version } of chosen) {
      try {
        await this.review(subject, id, 'confirmed', null, version);
        results.push({ id, problem: null });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        results.push({ id, problem: error });
      }
    }
    return results;
  }

  /** A decision that `subject` may answer in this way, held still. */
  private async answerableIn(tx: Tx, subject: Subject, decisionId: string, next: DecisionState, expectedVersion: number | null): Promise<DecisionRow> {
    const row = await this.reader.rowIn(tx, subject, decisionId, true);
    if (!this.policy.may(subject, 'decision.review', factsOf(row), {})) {
      throw new Problem('not-allowed', row.escalated_to === null ? 'En beslutning besvares af en leder i den besluttende myndighed.' : 'Beslutningen er eskaleret og besvares af den leder, den er eskaleret til.');
    }
    this.assertStands(row, next, expectedVersion);
    return row;
  }

  private assertStands(row: DecisionRow, next: DecisionState, expectedVersion: number | null): void {
    if (expectedVersion !== null && expectedVersion !== row.version) throw new Problem('precondition-failed', 'Beslutningen er ændret, siden du åbnede den. Se den igen, før du svarer.');
    if (!mayFollow(row.state, next)) throw new Problem('transition-refused', alreadyTexts[row.state]);
  }

  /** Of these meetings those with decisions or follow-ups under items that the asker reads. */
  async recordedIn(tx: Tx, subject: Subject, meetingIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ meeting_id: string }>(
      `SELECT r.meeting_id FROM (SELECT meeting_id, item_id FROM decision UNION SELECT meeting_id, item_id FROM follow_up) r
       JOIN item_reader i ON i.item_id = r.item_id AND i.membership_id = $1 AND ${openAt('i', '$3')} WHERE r.meeting_id = ANY($2::uuid[])`,
      [subject.membershipId, meetingIds, this.clock.now().toString()],
    );
    return new Set(rows.map((row) => row.meeting_id));
  }

  private async moveIn(tx: Tx, subject: Subject, row: DecisionRow, step: { state: DecisionState; comment: string | null; toMembershipId?: string }): Promise<void> {
    const version = row.version + 1;
    const eventId = newId();
    const to = step.toMembershipId ?? null;
    const sealer = await this.keyring.sealerIn(tx, row.item_id);
    await tx.query('UPDATE decision SET state = $2, version = $3, escalated_to_membership_id = $4 WHERE id = $1', [row.id, step.state, version, to]);
    await tx.query('INSERT INTO decision_event (id, decision_id, version, kind, membership_id, to_membership_id, comment, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
      eventId,
      row.id,
      version,
      step.state,
      subject.membershipId,
      to,
      step.comment === null ? null : sealer.sealText(step.comment, { table: 'decision_event', rowId: eventId, column: 'comment' }),
      this.clock.now().toString(),
    ]);
    const about = { meetingId: row.meeting_id, itemId: row.item_id, decisionId: row.id };
    if (step.state === 'returned') await this.notifications.addIn(tx, subject.personId, [{ kind: 'decisionReturned', membershipIds: [row.recorded_by_membership_id, row.responsible_membership_id], ...about }]);
    if (to !== null) await this.notifications.addIn(tx, subject.personId, [{ kind: 'decisionEscalated', membershipIds: [to], ...about }]);
    this.events.emitIn(tx, 'decision.changed', { decisionId: row.id, itemId: row.item_id, meetingId: row.meeting_id, decidingAuthorityId: row.deciding_authority_id });
  }

  /** [AC11] Who confirms or returns what this authority decides. */
  private async leadersIn(tx: Tx, authorityId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`SELECT id FROM membership WHERE authority_id = $1 AND role = 'leader'`, [authorityId]);
    return rows.map((row) => row.id);
  }

  private faults(input: NewDecision, meetingStart: Date): FieldError[] {
    const errors: FieldError[] = [];
    for (const field of ['text', 'reasons'] as const) if (containsCpr(input[field])) errors.push({ field, message: cprMessage });
    if (input.caseReference !== null && !isCaseReference(input.caseReference)) errors.push({ field: 'caseReference', message: 'Skriv sagsreferencen som “Sag 2026-014”.' });
    errors.push(...deadlineFaults(input.deadline, Temporal.Instant.fromEpochMilliseconds(meetingStart.getTime()), this.clock.now()));
    return errors;
  }
}

const alreadyTexts: Record<DecisionState, string> = {
  recorded: 'Beslutningen er ikke i den tilstand.',
  confirmed: 'Beslutningen er allerede bekræftet.',
  escalated: 'Beslutningen er eskaleret.',
  returned: 'Beslutningen er allerede returneret.',
  superseded: 'Beslutningen er allerede erstattet af en anden.',
};

const cprMessage = 'Skriv ikke CPR-numre her. Brug sagsreferencen.';
