import { Injectable } from '@nestjs/common';
import type { DocumentDecision, DocumentFollowUp, DocumentPlan } from '@lib/contracts/meeting-document.js';
import { plans, type DecisionState, type FollowUpState, type Plan } from '@lib/contracts/enums.js';
import { Directory } from '@lib/access/directory.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { shreddedDecision, type DecisionContent } from './decision.entity.js';
import { shreddedFollowUp, type FollowUpContent } from './follow-up.entity.js';
import { gateLabels, newest, stepLabel } from './plan.js';
import type { PlanStepContent } from './plan-step.entity.js';

export interface ItemRecord {
  decisions: DocumentDecision[];
  followUps: DocumentFollowUp[];
  plans?: DocumentPlan[];
}

/** What was decided and promised at items, as minutes and documents tell it. That they may be read was asked before. */
@Injectable()
export class ItemRecords {
  constructor(
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly bases: LegalBases,
  ) {}

  /** By item, in the order of recording; every item that was asked for is in the answer. */
  async ofIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, ItemRecord>> {
    const answer = new Map<string, ItemRecord>(itemIds.map((id) => [id, { decisions: [], followUps: [] }]));
    const decisions = await tx.query<DecisionRow>(
      `SELECT id, item_id, deciding_authority_id, responsible_membership_id, deadline::text AS deadline, legal_basis_id, legal_basis_version, content, state, recorded_at
       FROM decision WHERE item_id = ANY($1::uuid[]) ORDER BY id`,
      [itemIds],
    );
    const followUps = await tx.query<FollowUpRow>(
      'SELECT id, item_id, owner_membership_id, deadline::text AS deadline, content, state, continues_id AS "continuesId" FROM follow_up WHERE item_id = ANY($1::uuid[]) ORDER BY id',
      [itemIds],
    );
    if (decisions.length + followUps.length === 0) return answer;
    const sealers = await this.keyring.sealersIn(tx, [...decisions, ...followUps].map((row) => row.item_id));
    const authorities = await this.directory.authoritiesIn(tx, decisions.map((row) => row.deciding_authority_id));
    const people = await this.directory.pastMembersIn(tx, [...decisions.map((row) => row.responsible_membership_id), ...followUps.map((row) => row.owner_membership_id)]);
    const basisOf = await this.bases.wordsIn(tx, decisions.map((row) => row.legal_basis_id));
    const named = (membershipId: string) => ({ name: people.get(membershipId)!.name, authority: people.get(membershipId)!.authority.name });
    for (const row of decisions) {
      const content = sealers.get(row.item_id)!.openJson<DecisionContent>(row.content, { table: 'decision', rowId: row.id, column: 'content' }, shreddedDecision);
      const basis = basisOf(row.legal_basis_id, row.legal_basis_version);
      const authority = authorities.get(row.deciding_authority_id)!;
      answer.get(row.item_id)!.decisions.push({
        id: row.id,
        ...content,
        decidingAuthority: { id: authority.id, name: authority.name },
        responsible: named(row.responsible_membership_id),
        deadline: row.deadline,
        legalBasis: basis === undefined ? null : { id: basis.id, label: basis.label },
        state: row.state,
        recordedAt: row.recorded_at.toISOString(),
      });
    }
    for (const row of followUps) {
      const content = sealers.get(row.item_id)!.openJson<FollowUpContent>(row.content, { table: 'follow_up', rowId: row.id, column: 'content' }, shreddedFollowUp);
      answer.get(row.item_id)!.followUps.push({ id: row.id, ...content, owner: named(row.owner_membership_id), deadline: row.deadline, state: row.state });
    }
    if (followUps.length > 0) await this.addPlansIn(tx, followUps, answer);
    return answer;
  }

  /** [PL8] Each step is a follow-up, which tells by whom, by when and what became of it. */
  private async addPlansIn(tx: Tx, followUps: readonly FollowUpRow[], answer: ReadonlyMap<string, ItemRecord>): Promise<void> {
    const rows = await tx.query<StepRow>('SELECT id, item_id, plan, follow_up_id, content FROM plan_step WHERE item_id = ANY($1::uuid[]) AND withdrawn_at IS NULL ORDER BY order_key', [[...answer.keys()]]);
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    for (const [itemId, record] of answer) {
      if (sealers.get(itemId)?.isShredded) continue;
      const ofItem = followUps.filter((one) => one.item_id === itemId);
      const stepsOf = (plan: Plan) =>
        rows
          .filter((row) => row.item_id === itemId && row.plan === plan)
          .map((row) => {
            const { kind, text, time, place, trustedAdult, awaits } = JSON.parse(sealers.get(itemId)!.openText(row.content, { table: 'plan_step', rowId: row.id, column: 'content' })) as PlanStepContent;
            const followUpId = newest(ofItem, row.follow_up_id).id;
            const { caseReference, deadline, owner, state } = record.followUps.find((one) => one.id === followUpId)!;
            return { id: row.id, followUpId, kind: { id: kind, label: stepLabel(plan, kind) }, text, caseReference, day: deadline, time, place, trustedAdult, who: owner, awaits: awaits === null ? null : { id: awaits, label: gateLabels[awaits] }, state };
          });
      const held = plans.map((plan) => ({ plan, steps: stepsOf(plan) })).filter(({ steps }) => steps.length > 0);
      // Left out where there is none: minutes that were frozen before are then the same words, and stay so.
      if (held.length > 0) record.plans = held;
    }
  }
}

interface DecisionRow {
  id: string;
  item_id: string;
  deciding_authority_id: string;
  responsible_membership_id: string;
  deadline: string;
  legal_basis_id: string | null;
  legal_basis_version: string | null;
  content: Uint8Array;
  state: DecisionState;
  recorded_at: Date;
}

interface FollowUpRow {
  id: string;
  item_id: string;
  owner_membership_id: string;
  deadline: string;
  content: Uint8Array;
  state: FollowUpState;
  continuesId: string | null;
}

interface StepRow {
  id: string;
  item_id: string;
  plan: Plan;
  follow_up_id: string;
  content: Uint8Array;
}
