import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { containsCpr } from '@lib/contracts/cpr.js';
import { timeZone, type FollowUpState, type Plan } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { ItemAccess, openAt } from '@lib/access/item-access.service.js';
import { readersOf, type FollowUpFacts, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { isCaseReference } from '@lib/cases/case-reference.js';
import { informedAgainst } from '@lib/access/embargo.js';
import { Embargoes } from '@lib/meetings/embargoes.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { readBy } from '@lib/platform/openings.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { dateOf, deadlineFaults } from './deadline.js';
import { isFollowUpOverdue, mayBecome, needsReason } from './follow-up.js';
import type { PlanStepContent } from './plan-step.entity.js';
import { shreddedFollowUp, type FollowUpContent } from './follow-up.entity.js';

export interface NewFollowUp {
  text: string;
  ownerPersonId: string;
  /** `YYYY-MM-DD` */
  deadline: string;
  decisionId: string | null;
  caseReference: string | null;
}

/** What {@link MeetingAccess.itemFactsIn} says of the item. */
export type ItemOfFollowUp = Pick<Awaited<ReturnType<MeetingAccess['itemFactsIn']>>, 'facts' | 'meeting' | 'participants'>;

export interface FollowUpAnswer {
  state: FollowUpState;
  reason: string | null;
  /** Only when handing over: the new owner, and a later deadline where there is one. */
  newOwnerPersonId: string | null;
  newDeadline: string | null;
  /** The version on the screen; null answers whatever stands. */
  expectedVersion: number | null;
}

export const followUpScopes = ['mine', 'unit', 'authority', 'all'] as const;
export type FollowUpScope = (typeof followUpScopes)[number];

export interface FollowUpQuery {
  /** `mine`: promised by this membership. `unit`: by anybody of its unit, as far as it may be read. `authority`: by anybody of the authority, for its leaders. `all`: whatever may be read. */
  scope: FollowUpScope;
  isOpen?: boolean;
  limit: number;
  cursor?: string;
}

interface FollowUpRow {
  id: string;
  item_id: string;
  meeting_id: string;
  decision_id: string | null;
  continues_id: string | null;
  owner_membership_id: string;
  owner_authority_id: string;
  deadline: string;
  content: Uint8Array;
  state: FollowUpState;
  version: number;
  recorded_by_membership_id: string;
  recorded_at: Date;
  reads_item: boolean;
  coordinates: boolean;
}

/** AC1 and AC20 over indexed columns, and whether the item itself may be read: $1 membership, $2 authority, $3 role, $4 now. */
const readsItem = `EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = f.item_id AND r.membership_id = $1 AND ${openAt('r', '$4')})`;
/** Over `follow_up f` and the membership `o` of its owner. */
export const mayReadFollowUp = `$3 IN ('coordinator', 'participant', 'leader')
    AND (${readsItem} OR f.owner_membership_id = $1 OR ($3 = 'leader' AND o.authority_id = $2))`;
/** AC17: a coordinator who sits in a participant's chair does not coordinate. */
const coordinates = `($3 = 'coordinator' AND EXISTS (SELECT 1 FROM meeting_participant p LEFT JOIN membership s ON s.id = p.stands_in_for_membership_id
    WHERE p.meeting_id = f.meeting_id AND p.membership_id = $1 AND ${openAt('p', '$4')} AND (s.id IS NULL OR s.role = 'coordinator')))`;
const rowOf = (ownerAuthorityId: string, coordinating: string) => `SELECT f.id, f.item_id, f.meeting_id, f.decision_id, f.continues_id, f.owner_membership_id, ${ownerAuthorityId} AS owner_authority_id,
    f.deadline::text AS deadline, f.content, f.state, f.version, f.recorded_by_membership_id, f.recorded_at, ${readsItem} AS reads_item, ${coordinating} AS coordinates
  FROM follow_up f`;
const readable = `${rowOf('o.authority_id', coordinates)} JOIN membership o ON o.id = f.owner_membership_id
  WHERE ${mayReadFollowUp}`;
const pageOf = (rows: string) => `${rows}
    AND ($6::boolean IS NULL OR (f.state = 'open') = $6)
    AND ($7::date IS NULL OR (f.deadline, f.id) > ($7, $8::uuid))
  ORDER BY f.deadline, f.id LIMIT $9`;
const ofScope = `${readable}
    AND ($5 = 'all' OR ($5 = 'mine' AND f.owner_membership_id = $1) OR ($5 = 'authority' AND $3 = 'leader' AND o.authority_id = $2)
      OR ($5 = 'unit' AND o.authority_id = $2 AND o.unit_title <> '' AND o.unit_title = (SELECT unit_title FROM membership WHERE id = $1)))`;
/** One's own: the owner's authority is that of the asker, and AC20 lets her read each. What need not be asked need not be planned, with the rules of each table that it names. */
const own = (role: string) => `${rowOf('$2::text', role === 'coordinator' ? coordinates : 'false')} WHERE $5 = 'mine' AND $3 IN ('coordinator', 'participant', 'leader') AND f.owner_membership_id = $1`;
/**
 * A page of follow-ups in one scope; the bench of row-level security asks for it too.
 *
 * @returns SQL with $1 membership, $2 its authority, $3 its role, $4 now, $5 scope, $6 open (or null), $7 and $8 deadline and id behind which it begins (or null), $9 how many
 */
export const followUpsPage = (scope: FollowUpScope, role: string): string => pageOf(scope === 'mine' ? own(role) : ofScope);
/** Of what earlier meetings left open, so many stand on an agenda. */
export const mostCarried = 200;
const cprMessage = 'Skriv ikke CPR-numre her. Brug sagsreferencen.';

/** What was promised at meetings, and what became of it. */
@Injectable()
export class FollowUpsService {
  constructor(
    private readonly embargoes: Embargoes,
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly access: ItemAccess,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /**
   * [FU1, FU2] Records a follow-up.
   *
   * @throws Problem `not-found`, `not-allowed`, `invalid-input`, `idempotency-conflict`
   */
  async record(subject: Subject, itemId: string, input: NewFollowUp, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      const { facts, meeting, participants } = await this.meetings.itemFactsIn(tx, subject, itemId, 'SHARE');
      if (!this.policy.may(subject, 'item.write', facts, facts)) throw new Problem('not-allowed', 'Referatet er ikke længere åbent for nye opfølgninger.');
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return this.viewIn(tx, subject, earlier);

      const id = await this.promiseIn(tx, subject, itemId, { facts, meeting, participants }, input);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return this.viewIn(tx, subject, id);
    });
  }

  /**
   * [FU1, FU2] Records a follow-up within a command that has asked who may write in the item.
   *
   * @returns its id
   * @throws Problem `invalid-input`
   */
  async promiseIn(tx: Tx, subject: Subject, itemId: string, { facts, meeting, participants }: ItemOfFollowUp, input: NewFollowUp): Promise<string> {
    const errors = this.faults(input, meeting.start_instant);
    const readers = readersOf(facts.participants, facts.audience);
    const owner = participants.find((one) => one.id === input.ownerPersonId && readers.some((reader) => reader.membershipId === one.membershipId));
    if (owner === undefined) errors.push({ field: 'ownerPersonId', message: 'Vælg en ansvarlig, der har adgang til punktet.' });
    if (input.decisionId !== null) {
      const [decision] = await tx.query('SELECT 1 FROM decision WHERE id = $1 AND item_id = $2', [input.decisionId, itemId]);
      if (decision === undefined) errors.push({ field: 'decisionId', message: 'Vælg en beslutning fra samme punkt.' });
    }
    if (errors.length > 0 || owner === undefined) throw new Problem('invalid-input', undefined, errors);
    return this.insertIn(tx, subject, {
      itemId,
      meetingId: meeting.id,
      decisionId: input.decisionId,
      continuesId: null,
      owner: { membershipId: owner.membershipId, authorityId: owner.authority.id },
      deadline: input.deadline,
      content: { text: input.text, caseReference: input.caseReference },
    });
  }

  /** [FU3] What was promised is overtaken by another command; whatever is closed already stays as it is. */
  async overtakeIn(tx: Tx, subject: Subject, followUpId: string, reason: string): Promise<void> {
    const row = await this.rowIn(tx, subject, followUpId, true);
    if (row.state === 'open') await this.moveIn(tx, subject, row, 'overtaken', reason);
  }

  /** The follow-ups of one item, oldest first. @throws Problem `not-found` */
  async ofItem(subject: Subject, itemId: string) {
    return this.unitOfWork.run(async (tx) => {
      if ((await this.access.readableIn(tx, subject, itemId)) === null) throw new Problem('not-found');
      return this.ofItemIn(tx, subject, itemId);
    });
  }

  /** As {@link ofItem}; the caller has asked whether the item may be read. */
  async ofItemIn(tx: Tx, subject: Subject, itemId: string) {
    return this.viewsIn(tx, subject, await tx.query<FollowUpRow>(`${readable} AND f.item_id = $5 ORDER BY f.id`, [...this.asker(subject), itemId]));
  }

  /** Those that carry out a decision, oldest first, as far as the asker may read them (AC20). Whether she may read the decision is the caller's question. */
  async ofDecision(subject: Subject, decisionId: string) {
    return this.unitOfWork.run(async (tx) => this.viewsIn(tx, subject, await tx.query<FollowUpRow>(`${readable} AND f.decision_id = $5 ORDER BY f.id`, [...this.asker(subject), decisionId])));
  }

  /** The first four parameters of every query over {@link readable}. */
  private asker(subject: Subject): string[] {
    return [subject.membershipId, subject.authorityId, subject.role, this.clock.now().toString()];
  }

  /**
   * [FU7] The open follow-ups of earlier meetings of the same series, most urgent first.
   *
   * @throws Problem `not-found` for those who take no part in the meeting
   */
  async carriedTo(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => {
      await this.meetings.assertParticipantIn(tx, subject, meetingId);
      return (await this.carriedToIn(tx, subject, meetingId)).shown;
    });
  }

  /**
   * As {@link carriedTo}; the caller has asked whether the meeting may be read. In the access trail they stand under their own rule
   * [AC20], whichever door they are shown by.
   *
   * @returns at most {@link mostCarried}, and how many there are more
   */
  async carriedToIn(tx: Tx, subject: Subject, meetingId: string) {
    const rows = await tx.query<FollowUpRow & { total: number }>(
      `SELECT carried.*, (count(*) OVER ())::int AS total FROM (${readable} AND f.state = 'open' AND f.meeting_id IN (
         SELECT earlier.id FROM meeting earlier JOIN meeting this ON this.id = $5 AND earlier.series_id = this.series_id AND earlier.start_instant < this.start_instant)) carried
       ORDER BY carried.deadline, carried.id LIMIT ${mostCarried}`,
      [...this.asker(subject), meetingId],
    );
    return { shown: await readBy('AC20', () => this.viewsIn(tx, subject, rows)), more: (rows[0]?.total ?? 0) - rows.length };
  }

  /** Follow-ups across meetings, the most urgent first, a page at a time. */
  async list(subject: Subject, query: FollowUpQuery) {
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<FollowUpRow>(
        followUpsPage(query.scope, subject.role),
        [...this.asker(subject), query.scope, query.isOpen ?? null, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
      );
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        followUps: await this.viewsIn(tx, subject, page),
        nextCursor: rows.length > query.limit && last !== undefined ? writeCursor(last.deadline, last.id) : null,
      };
    });
  }

  /** @throws Problem `not-found` */
  async get(subject: Subject, followUpId: string) {
    return this.unitOfWork.run((tx) => this.viewIn(tx, subject, followUpId));
  }

  /**
   * [FU3, FU4, FU6, FU8] Says what became of a follow-up.
   *
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async answer(subject: Subject, followUpId: string, answer: FollowUpAnswer) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.rowIn(tx, subject, followUpId, true);
      if (!this.policy.may(subject, 'followUp.answer', factsOf(row), {}) || (answer.state === 'handedOver' && !row.reads_item)) throw new Problem('not-allowed', 'Det afgøres af den ansvarlige, dennes leder eller mødets koordinator.');
      if (answer.expectedVersion !== null && answer.expectedVersion !== row.version) throw new Problem('precondition-failed', 'Opfølgningen er ændret, siden du åbnede den. Se den igen, før du svarer.');
      if (!mayBecome(row.state, answer.state)) throw new Problem('transition-refused', 'Opfølgningen er allerede afsluttet på en anden måde.');
      const errors: FieldError[] = [];
      if (needsReason(answer.state) && answer.reason === null) errors.push({ field: 'reason', message: 'Skriv hvorfor.' });
      if (answer.reason !== null && containsCpr(answer.reason)) errors.push({ field: 'reason', message: cprMessage });
      const successor = answer.state === 'handedOver' ? await this.successorIn(tx, row, answer, errors) : null;
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
      if (answer.state === 'done') await this.assertMayInformIn(tx, row);

      await this.moveIn(tx, subject, row, answer.state, answer.reason);
      if (successor !== null) {
        const sealer = await this.keyring.sealerIn(tx, row.item_id);
        await this.insertIn(tx, subject, {
          itemId: row.item_id,
          meetingId: row.meeting_id,
          decisionId: row.decision_id,
          continuesId: row.id,
          owner: successor,
          deadline: answer.newDeadline ?? row.deadline,
          content: sealer.openJson<FollowUpContent>(row.content, { table: 'follow_up', rowId: row.id, column: 'content' }, shreddedFollowUp),
        });
      }
      return this.viewIn(tx, subject, followUpId);
    });
  }

  /** [EM6] An informing is not done while an embargo stands against it. */
  private async assertMayInformIn(tx: Tx, row: FollowUpRow): Promise<void> {
    const standing = (await this.embargoes.standingIn(tx, [row.item_id])).get(row.item_id) ?? [];
    if (standing.length === 0) return;
    const [step] = await tx.query<{ id: string; plan: Plan; content: Uint8Array }>(
      `WITH RECURSIVE chain AS (
         SELECT id, continues_id FROM follow_up WHERE id = $1
         UNION SELECT f.id, f.continues_id FROM follow_up f JOIN chain c ON f.id = c.continues_id)
       SELECT s.id, s.plan, s.content FROM plan_step s JOIN chain c ON c.id = s.follow_up_id WHERE s.withdrawn_at IS NULL`,
      [row.id],
    );
    if (step === undefined) return;
    const { kind } = JSON.parse((await this.keyring.sealerIn(tx, row.item_id)).openText(step.content, { table: 'plan_step', rowId: step.id, column: 'content' })) as PlanStepContent;
    const against = standing.find((one) => informedAgainst(step.plan, kind, one.parties).length > 0);
    if (against !== undefined) throw new Problem('embargo-in-force', `Der må ikke orienteres endnu: orienteringsspærren over for ${against.towards} ophæves kun af politiet.`);
  }

  /** [FU6] The new owner must be able to read the item: handing over never opens it to anybody. */
  private async successorIn(tx: Tx, row: FollowUpRow, answer: FollowUpAnswer, errors: FieldError[]): Promise<{ membershipId: string; authorityId: string } | null> {
    // Holds the audience still: whoever is being shut out at this moment must not be handed the words.
    await tx.query('SELECT 1 FROM agenda_item WHERE id = $1 FOR SHARE', [row.item_id]);
    const readers = await this.directory.membersIn(tx, await this.access.readersIn(tx, row.item_id));
    const found = [...readers.values()].find((one) => one.id === answer.newOwnerPersonId);
    if (found === undefined || found.membershipId === row.owner_membership_id) errors.push({ field: 'newOwnerPersonId', message: 'Vælg en anden, der har adgang til punktet.' });
    if (answer.newDeadline !== null) {
      const deadline = dateOf(answer.newDeadline);
      if (deadline === null) errors.push({ field: 'newDeadline', message: 'Datoen findes ikke.' });
      else if (answer.newDeadline < row.deadline) errors.push({ field: 'newDeadline', message: 'Fristen kan ikke blive tidligere.' });
      else if (Temporal.PlainDate.compare(deadline, this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().add({ years: 20 })) > 0) errors.push({ field: 'newDeadline', message: 'Fristen ligger for langt ude i fremtiden.' });
    }
    return found === undefined ? null : { membershipId: found.membershipId, authorityId: found.authority.id };
  }

  private async moveIn(tx: Tx, subject: Subject, row: FollowUpRow, state: FollowUpState, reason: string | null): Promise<void> {
    const version = row.version + 1;
    const eventId = newId();
    const sealer = await this.keyring.sealerIn(tx, row.item_id);
    await tx.query('UPDATE follow_up SET state = $2, version = $3 WHERE id = $1', [row.id, state, version]);
    await tx.query('INSERT INTO follow_up_event (id, follow_up_id, version, kind, membership_id, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      eventId,
      row.id,
      version,
      state,
      subject.membershipId,
      reason === null ? null : sealer.sealText(reason, { table: 'follow_up_event', rowId: eventId, column: 'reason' }),
      this.clock.now().toString(),
    ]);
    if (state !== 'open') await this.notifications.settleFollowUpIn(tx, row.id);
    this.announce(tx, row.id, row.item_id, { membershipId: row.owner_membership_id, authorityId: row.owner_authority_id });
  }

  private async insertIn(
    tx: Tx,
    subject: Subject,
    row: { itemId: string; meetingId: string; decisionId: string | null; continuesId: string | null; owner: { membershipId: string; authorityId: string }; deadline: string; content: FollowUpContent },
  ): Promise<string> {
    const id = newId();
    const now = this.clock.now().toString();
    const sealer = await this.keyring.sealerIn(tx, row.itemId);
    await tx.query(
      `INSERT INTO follow_up (id, item_id, meeting_id, decision_id, continues_id, owner_membership_id, deadline, content, state, version,
                              recorded_by_membership_id, recorded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', 1, $9, $10)`,
      [id, row.itemId, row.meetingId, row.decisionId, row.continuesId, row.owner.membershipId, row.deadline, sealer.sealText(JSON.stringify(row.content), { table: 'follow_up', rowId: id, column: 'content' }), subject.membershipId, now],
    );
    await tx.query(`INSERT INTO follow_up_event (id, follow_up_id, version, kind, membership_id, at) VALUES ($1, $2, 1, 'open', $3, $4)`, [newId(), id, subject.membershipId, now]);
    await this.notifications.addIn(tx, subject.personId, [{ kind: 'followUpOwner', membershipIds: [row.owner.membershipId], meetingId: row.meetingId, itemId: row.itemId, followUpId: id }]);
    this.announce(tx, id, row.itemId, row.owner);
    return id;
  }

  private announce(tx: Tx, followUpId: string, itemId: string, owner: { membershipId: string; authorityId: string }): void {
    this.events.emitIn(tx, 'followUp.changed', { followUpId, itemId, ownerMembershipId: owner.membershipId, ownerAuthorityId: owner.authorityId });
  }

  private async rowIn(tx: Tx, subject: Subject, followUpId: string, lock = false): Promise<FollowUpRow> {
    const [row] = await tx.query<FollowUpRow>(`${readable} AND f.id = $5 ${lock ? 'FOR UPDATE OF f' : ''}`, [...this.asker(subject), followUpId]);
    if (row === undefined) throw new Problem('not-found');
    return row;
  }

  private async viewIn(tx: Tx, subject: Subject, followUpId: string) {
    const [view] = await this.viewsIn(tx, subject, [await this.rowIn(tx, subject, followUpId)]);
    return view!;
  }

  private async viewsIn(tx: Tx, subject: Subject, rows: readonly FollowUpRow[]) {
    const ids = rows.map((row) => row.id);
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    const events = await tx.query<{ id: string; follow_up_id: string; kind: FollowUpState; membership_id: string; reason: Uint8Array | null; at: Date }>(
      'SELECT id, follow_up_id, kind, membership_id, reason, at FROM follow_up_event WHERE follow_up_id = ANY($1::uuid[]) ORDER BY version',
      [ids],
    );
    const people = await this.directory.pastMembersIn(tx, [...rows.map((row) => row.owner_membership_id), ...events.map((event) => event.membership_id)]);
    const living = await this.directory.membersIn(tx, rows.map((row) => row.owner_membership_id));
    const headlines = await this.meetings.headlinesIn(tx, rows.map((row) => row.meeting_id));
    const embargoes = await this.embargoes.standingIn(tx, rows.map((row) => row.item_id));
    return rows.map((row) => {
      const sealer = sealers.get(row.item_id)!;
      const content = sealer.openJson<FollowUpContent>(row.content, { table: 'follow_up', rowId: row.id, column: 'content' }, shreddedFollowUp);
      const headline = headlines.get(row.meeting_id)!;
      return {
        id: row.id,
        text: content.text,
        caseReference: content.caseReference,
        owner: people.get(row.owner_membership_id)!,
        ownerHasLeft: !living.has(row.owner_membership_id),
        deadline: row.deadline,
        state: row.state,
        overdue: isFollowUpOverdue(row, this.clock.now()),
        decisionId: row.reads_item ? row.decision_id : null,
        continuesId: row.continues_id,
        // The way to the item is shown to those who may walk it.
        itemId: row.reads_item ? row.item_id : null,
        meeting: { id: row.reads_item ? row.meeting_id : null, title: headline.title, startInstant: headline.startInstant },
        version: row.version,
        embargoes: embargoes.get(row.item_id) ?? [],
        canAnswer: this.policy.may(subject, 'followUp.answer', factsOf(row), {}),
        timeline: events
          .filter((event) => event.follow_up_id === row.id)
          .map((event) => ({
            kind: event.kind,
            by: people.get(event.membership_id)!,
            at: event.at.toISOString(),
            reason: event.reason === null ? null : sealer.openText(event.reason, { table: 'follow_up_event', rowId: event.id, column: 'reason' }),
          })),
      };
    });
  }

  private faults(input: NewFollowUp, meetingStart: Date): FieldError[] {
    const errors: FieldError[] = [];
    if (containsCpr(input.text)) errors.push({ field: 'text', message: cprMessage });
    if (input.caseReference !== null && !isCaseReference(input.caseReference)) errors.push({ field: 'caseReference', message: 'Skriv sagsreferencen som “Sag 2026-014”.' });
    errors.push(...deadlineFaults(input.deadline, Temporal.Instant.fromEpochMilliseconds(meetingStart.getTime()), this.clock.now()));
    return errors;
  }
}

const factsOf = (row: FollowUpRow): FollowUpFacts => ({ readsItem: row.reads_item, coordinates: row.coordinates, ownerMembershipId: row.owner_membership_id, ownerAuthorityId: row.owner_authority_id });
