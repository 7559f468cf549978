import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import { containsCpr } from '@lib/contracts/cpr.js';
import type { InformedParty, Plan, PlanGate, SequenceStep } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { Policy } from '@lib/access/policy.service.js';
import { said } from '@lib/platform/speaking.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { FollowUpsService } from './follow-ups.service.js';
import { followUpText, isStepOf, newest, plansOf, investigationSteps } from './plan.js';
import type { PlanStepContent } from './plan-step.entity.js';

export interface NewPlanStep {
  plan: Plan;
  kind: SequenceStep | InformedParty;
  text: string;
  ownerPersonId: string;
  /** `YYYY-MM-DD` */
  day: string;
  /** `HH:MM`, Danish wall time */
  time: string | null;
  place: string | null;
  trustedAdult: string | null;
  awaits: PlanGate | null;
  caseReference: string | null;
}

interface StepRow {
  id: string;
  item_id: string;
  plan: Plan;
  order_key: string;
  follow_up_id: string;
  content: Uint8Array;
  replaces_id: string | null;
  withdrawn_at: Date | null;
}

const table = 'plan_step';
const goneText = 'Trinnet er ændret eller taget ud, siden du åbnede det. Se planen igen; det, du skrev, er bevaret.';

/** What a joint consultation ends with: who does what in which order, and who may know what when. Each step is a follow-up. */
@Injectable()
export class PlansService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly followUps: FollowUpsService,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly policy: Policy,
    private readonly bases: LegalBases,
  ) {}

  /** The plans of one item with their steps in order. @throws Problem `not-found` */
  async ofItem(subject: Subject, itemId: string) {
    return this.unitOfWork.run((tx) => this.viewIn(tx, subject, itemId));
  }

  /**
   * [PL1–PL4] Adds a step at the end of its plan.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `invalid-input`, `idempotency-conflict`
   */
  async add(subject: Subject, itemId: string, input: NewPlanStep, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.writableIn(tx, subject, itemId);
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return this.viewIn(tx, subject, itemId);
      await this.assertNoInvestigationIn(tx, at, input);
      if (!plansOf(meetingKind(at.meeting.kind_id)?.outputs ?? []).includes(input.plan)) throw new Problem('transition-refused', 'Denne slags møde slutter ikke med en sådan plan.');
      const last = (await this.standingIn(tx, itemId, input.plan)).at(-1);
      const id = await this.insertIn(tx, subject, at, input, generateKeyBetween(last?.order_key ?? null, null), null);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return this.viewIn(tx, subject, itemId);
    });
  }

  /**
   * [PL5] Puts another step in the place of one: the promise of the old one is overtaken, and both stay readable.
   *
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed` when somebody else was quicker, `invalid-input`
   */
  async replace(subject: Subject, stepId: string, input: NewPlanStep) {
    return this.unitOfWork.run(async (tx) => {
      const { row, at } = await this.standingStepIn(tx, subject, stepId);
      if (input.plan !== row.plan) throw new Problem('invalid-input', undefined, [{ field: 'plan', message: 'Et trin bliver i sin plan.' }]);
      await this.withdrawIn(tx, subject, row, 'Trinnet i planen er ændret.');
      await this.insertIn(tx, subject, at, input, row.order_key, row.id);
      return this.viewIn(tx, subject, row.item_id);
    });
  }

  /**
   * [PL5] Takes a step out of its plan, with the reason.
   *
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `invalid-input`
   */
  async withdraw(subject: Subject, stepId: string, reason: string) {
    return this.unitOfWork.run(async (tx) => {
      const { row } = await this.standingStepIn(tx, subject, stepId);
      if (containsCpr(reason)) throw new Problem('invalid-input', undefined, [{ field: 'reason', message: cprMessage }]);
      await this.withdrawIn(tx, subject, row, reason);
      this.announce(tx, row.item_id, (await this.meetings.itemFactsIn(tx, subject, row.item_id)).meeting.id);
      return this.viewIn(tx, subject, row.item_id);
    });
  }

  /**
   * [PL6] Moves a step behind another of its plan, or to the front. Two who move at once both have their way.
   *
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`
   */
  async place(subject: Subject, stepId: string, afterStepId: string | null) {
    return this.unitOfWork.run(async (tx) => {
      const { row, at } = await this.standingStepIn(tx, subject, stepId);
      const others = (await this.standingIn(tx, row.item_id, row.plan)).filter((one) => one.id !== row.id);
      const before = afterStepId === null ? -1 : others.findIndex((one) => one.id === afterStepId);
      if (afterStepId !== null && before < 0) throw new Problem('precondition-failed', goneText);
      await tx.query('UPDATE plan_step SET order_key = $2 WHERE id = $1', [row.id, generateKeyBetween(others[before]?.order_key ?? null, others[before + 1]?.order_key ?? null)]);
      this.announce(tx, row.item_id, at.meeting.id);
      return this.viewIn(tx, subject, row.item_id);
    });
  }

  /** Whoever changes a plan does it one after the other, behind the lock of its item. */
  private async writableIn(tx: Tx, subject: Subject, itemId: string) {
    const at = await this.meetings.itemFactsIn(tx, subject, itemId, 'UPDATE');
    if (!this.policy.may(subject, 'item.write', at.facts, at.facts)) throw new Problem('not-allowed', 'Referatet er ikke længere åbent for ændringer i planen.');
    return at;
  }

  /** [AC64] Under a basis that does not admit it, nothing is planned that belongs to a police investigation. */
  private async assertNoInvestigationIn(tx: Tx, { item, meeting }: Awaited<ReturnType<PlansService['writableIn']>>, { plan, kind }: Pick<NewPlanStep, 'plan' | 'kind'>): Promise<void> {
    if (plan !== 'sequence' || !(investigationSteps as readonly string[]).includes(kind)) return;
    const basis = (await this.bases.ofVersionsIn(tx, meeting.owner_authority_id))(item.legal_basis_id, item.legal_basis_version);
    if (basis === undefined || basis.admitsInvestigation) return;
    throw new Problem('legal-basis-limit', `${said(basis.label)} giver ikke adgang til at dele med henblik på efterforskning (stk. 2). Flyt punktet til andet spor, og planlæg trinnet dér.`, [
      { field: 'kind', message: 'Trinnet hører til en efterforskning, som punktets hjemmel ikke omfatter.' },
    ]);
  }

  private async standingStepIn(tx: Tx, subject: Subject, stepId: string) {
    const [found] = await tx.query<{ item_id: string }>('SELECT item_id FROM plan_step WHERE id = $1', [stepId]);
    if (found === undefined) throw new Problem('not-found');
    const at = await this.writableIn(tx, subject, found.item_id);
    const [row] = await tx.query<StepRow>('SELECT * FROM plan_step WHERE id = $1', [stepId]);
    if (row === undefined || row.withdrawn_at !== null) throw new Problem('precondition-failed', goneText);
    return { row, at };
  }

  private standingIn(tx: Tx, itemId: string, plan: Plan): Promise<StepRow[]> {
    return tx.query<StepRow>('SELECT * FROM plan_step WHERE item_id = $1 AND plan = $2 AND withdrawn_at IS NULL ORDER BY order_key', [itemId, plan]);
  }

  private async insertIn(tx: Tx, subject: Subject, at: Awaited<ReturnType<PlansService['writableIn']>>, input: NewPlanStep, orderKey: string, replacesId: string | null): Promise<string> {
    const errors = faults(input);
    const itemId = at.item.id;
    await this.assertNoInvestigationIn(tx, at, input);
    const followUpId = await this.followUps
      .promiseIn(tx, subject, itemId, at, {
        text: followUpText(input.plan, input.kind, input.text),
        ownerPersonId: input.ownerPersonId,
        deadline: input.day,
        decisionId: null,
        caseReference: input.caseReference,
      })
      .catch((error: unknown) => {
        if (!(error instanceof Problem) || error.code !== 'invalid-input') throw error;
        // The day of a step is the deadline of its follow-up; its words stand in both.
        errors.push(...error.errors.map((one) => (one.field === 'deadline' ? { ...one, field: 'day' } : one)));
        return null;
      });
    if (errors.length > 0 || followUpId === null) throw new Problem('invalid-input', undefined, errors);

    const id = newId();
    const content: PlanStepContent = { kind: input.kind, text: input.text, time: input.time, place: input.place, trustedAdult: input.trustedAdult, awaits: input.awaits };
    const sealer = await this.keyring.sealerIn(tx, itemId);
    await tx.query(
      `INSERT INTO plan_step (id, item_id, plan, order_key, follow_up_id, content, replaces_id, recorded_by_membership_id, recorded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, itemId, input.plan, orderKey, followUpId, sealer.sealText(JSON.stringify(content), { table, rowId: id, column: 'content' }), replacesId, subject.membershipId, this.clock.now().toString()],
    );
    this.announce(tx, itemId, at.meeting.id);
    return id;
  }

  private async withdrawIn(tx: Tx, subject: Subject, row: StepRow, reason: string): Promise<void> {
    await tx.query('UPDATE plan_step SET withdrawn_at = $2 WHERE id = $1', [row.id, this.clock.now().toString()]);
    // What was handed over since is somebody else's promise by now; that is the one which is overtaken.
    const followUps = await this.followUps.ofItemIn(tx, subject, row.item_id);
    await this.followUps.overtakeIn(tx, subject, newest(followUps, row.follow_up_id).id, reason);
  }

  private announce(tx: Tx, itemId: string, meetingId: string): void {
    this.events.emitIn(tx, 'item.changed', { meetingId, itemId });
  }

  private async viewIn(tx: Tx, subject: Subject, itemId: string) {
    const at = await this.meetings.itemFactsIn(tx, subject, itemId);
    const rows = await tx.query<StepRow>('SELECT * FROM plan_step WHERE item_id = $1 AND withdrawn_at IS NULL ORDER BY plan, order_key', [itemId]);
    const sealer = await this.keyring.sealerIn(tx, itemId);
    const followUps = rows.length === 0 ? [] : await this.followUps.ofItemIn(tx, subject, itemId);
    const kinds = plansOf(meetingKind(at.meeting.kind_id)?.outputs ?? []);
    return {
      canWrite: this.policy.may(subject, 'item.write', at.facts, at.facts),
      plans: kinds.map((plan) => ({
        plan,
        steps: rows
          .filter((row) => row.plan === plan && !sealer.isShredded)
          .map((row) => ({ id: row.id, ...(JSON.parse(sealer.openText(row.content, { table, rowId: row.id, column: 'content' })) as PlanStepContent), followUp: newest(followUps, row.follow_up_id) })),
      })),
    };
  }
}

function faults(input: NewPlanStep): FieldError[] {
  const errors: FieldError[] = [];
  if (!isStepOf(input.plan, input.kind)) errors.push({ field: 'kind', message: 'Vælg fra listen.' });
  if (input.time !== null && !/^([01]\d|2[0-3]):[0-5]\d$/.test(input.time)) errors.push({ field: 'time', message: 'Skriv klokkeslættet som 09:30.' });
  for (const field of ['place', 'trustedAdult'] as const) if (input[field] !== null && containsCpr(input[field])) errors.push({ field, message: cprMessage });
  return errors;
}

const cprMessage = 'Skriv ikke CPR-numre her. Brug sagsreferencen.';
