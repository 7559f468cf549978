import { Injectable } from '@nestjs/common';
import type { DocumentDecision, DocumentFollowUp } from '@lib/contracts/meeting-document.js';
import type { DecisionState, FollowUpState } from '@lib/contracts/enums.js';
import { Directory } from '@lib/access/directory.service.js';
import { legalBasis } from '@lib/access/legal-bases.data.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { DecisionContent } from './decision.entity.js';
import type { FollowUpContent } from './follow-up.entity.js';

export interface ItemRecord {
  decisions: DocumentDecision[];
  followUps: DocumentFollowUp[];
}

/** What was decided and promised at items, as minutes and documents tell it. That they may be read was asked before. */
@Injectable()
export class ItemRecords {
  constructor(
    private readonly directory: Directory,
    private readonly keyring: Keyring,
  ) {}

  /** By item, in the order of recording; every item that was asked for is in the answer. */
  async ofIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, ItemRecord>> {
    const answer = new Map<string, ItemRecord>(itemIds.map((id) => [id, { decisions: [], followUps: [] }]));
    const decisions = await tx.query<DecisionRow>(
      `SELECT id, item_id, deciding_authority_id, responsible_membership_id, deadline::text AS deadline, legal_basis_id, content, state, recorded_at
       FROM decision WHERE item_id = ANY($1::uuid[]) ORDER BY id`,
      [itemIds],
    );
    const followUps = await tx.query<FollowUpRow>(
      'SELECT id, item_id, owner_membership_id, deadline::text AS deadline, content, state FROM follow_up WHERE item_id = ANY($1::uuid[]) ORDER BY id',
      [itemIds],
    );
    if (decisions.length + followUps.length === 0) return answer;
    const sealers = await this.keyring.sealersIn(tx, [...decisions, ...followUps].map((row) => row.item_id));
    const authorities = await this.directory.authoritiesIn(tx, decisions.map((row) => row.deciding_authority_id));
    const people = await this.directory.pastMembersIn(tx, [...decisions.map((row) => row.responsible_membership_id), ...followUps.map((row) => row.owner_membership_id)]);
    const named = (membershipId: string) => ({ name: people.get(membershipId)!.name, authority: people.get(membershipId)!.authority.name });
    for (const row of decisions) {
      const content = JSON.parse(sealers.get(row.item_id)!.openText(row.content, { table: 'decision', rowId: row.id })) as DecisionContent;
      const basis = legalBasis(row.legal_basis_id);
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
      const content = JSON.parse(sealers.get(row.item_id)!.openText(row.content, { table: 'follow_up', rowId: row.id })) as FollowUpContent;
      answer.get(row.item_id)!.followUps.push({ id: row.id, ...content, owner: named(row.owner_membership_id), deadline: row.deadline, state: row.state });
    }
    return answer;
  }
}

interface DecisionRow {
  id: string;
  item_id: string;
  deciding_authority_id: string;
  responsible_membership_id: string;
  deadline: string;
  legal_basis_id: string | null;
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
}
