import { Injectable } from '@nestjs/common';
import type { OutputType, ProposalState, Sector } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import type { Audience, Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { AgendaService } from './agenda.service.js';
import { basisError } from './item-basis.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import type { MeetingRow } from './meeting-rows.js';
import { participation, type Participant } from './participants.js';

export interface NewProposal {
  title: string;
  plannedMinutes: number;
  outputType: OutputType;
  /** Absent: the first of the kind's, where an item asks for one. */
  legalBasisId?: string | null;
}

export interface Acceptance {
  /** The item it comes after; null puts it last. */
  afterItemId: string | null;
  /** The authorities it is open to; null is all who take part and whom its basis admits. */
  authorityIds: readonly string[] | null;
}

interface ProposalRow {
  id: string;
  proposed_by_membership_id: string;
  title: Uint8Array | null;
  planned_minutes: number;
  output_type: OutputType;
  legal_basis_id: string | null;
  admitted_sectors: Sector[] | null;
  state: ProposalState;
  answered_by_membership_id: string | null;
  answer: Uint8Array | null;
  proposed_at: Date;
  answered_at: Date | null;
}

interface At {
  row: MeetingRow;
  participants: Participant[];
}

const table = 'item_proposal';

/** What participants want on the agenda (rules AC32–AC34, MT80–MT84). */
@Injectable()
export class ItemProposals {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly agenda: AgendaService,
    private readonly access: ItemAccess,
    private readonly bases: LegalBases,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly policy: Policy,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** [AC33] Her own, and for coordinators those that wait or were declined. @throws Problem `not-found` */
  async ofMeeting(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => this.viewIn(tx, subject, await this.meetings.readableMeetingIn(tx, subject, meetingId)));
  }

  /** [MT80] @throws Problem `not-found`, `not-allowed`, `transition-refused`, `invalid-input`, `idempotency-conflict` */
  async propose(subject: Subject, meetingId: string, input: NewProposal, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.lockedIn(tx, subject, meetingId);
      const { row } = at;
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return this.viewIn(tx, subject, at);
      if (this.policy.may(subject, 'meeting.coordinate', {}, this.takers(at))) throw new Problem('not-allowed', 'Mødets koordinatorer tilføjer selv punkter.');
      if (!this.policy.may(subject, 'proposal.make', { agendaState: row.agenda_state, meetingState: row.state }, this.takers(at))) throw new Problem('transition-refused', 'Dagsordenen er sendt ud. Tal med mødets koordinator.');
      const kind = meetingKind(row.kind_id);
      const personal = kind?.personalData === 'identified';
      const legalBasisId = input.legalBasisId === undefined ? (personal ? (kind?.legalBasisIds[0] ?? null) : null) : input.legalBasisId;
      const inForce = await this.bases.inForceIn(tx, row.owner_authority_id);
      const error = basisError(kind, personal, legalBasisId, inForce);
      if (error !== null) throw new Problem('invalid-input', undefined, [error]);
      const id = newId();
      const sealer = (await this.keyring.create(tx, row.owner_authority_id, [id])).get(id)!;
      const admitted = legalBasisId === null ? null : inForce.get(legalBasisId)?.sectors;
      const sectors = admitted == null ? null : [...admitted];
      await tx.query(
        `INSERT INTO item_proposal (id, meeting_id, proposed_by_membership_id, title, planned_minutes, output_type, legal_basis_id, admitted_sectors, state, proposed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9)`,
        [id, meetingId, subject.membershipId, sealer.sealText(input.title, { table, rowId: id, column: 'title' }), input.plannedMinutes, input.outputType, legalBasisId, sectors, this.clock.now().toString()],
      );
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      const told = this.coordinators(at, { proposed_by_membership_id: subject.membershipId, admitted_sectors: sectors, state: 'waiting' });
      await this.notifications.addIn(tx, subject.personId, [{ kind: 'itemProposed', membershipIds: told, meetingId }]);
      this.events.emitIn(tx, 'proposal.changed', { meetingId, told: [subject.membershipId, ...told] });
      return this.viewIn(tx, subject, at);
    });
  }

  /** [MT81] It becomes an item, at its place and open to those named. @throws Problem as `AgendaService.addItem`, `own-access-needed`, `legal-basis-limit` */
  async accept(subject: Subject, meetingId: string, proposalId: string, { afterItemId, authorityIds }: Acceptance) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.lockedIn(tx, subject, meetingId);
      const proposal = await this.answerableIn(tx, subject, at, proposalId, 'accepted');
      if (proposal === null) return this.viewIn(tx, subject, at);
      const title = (await this.keyring.sealerIn(tx, proposal.id)).openText(proposal.title!, { table, rowId: proposal.id, column: 'title' });
      const by = (await this.directory.pastMembersIn(tx, [proposal.proposed_by_membership_id])).get(proposal.proposed_by_membership_id)!;
      const audience: Audience = authorityIds === null ? { kind: 'all' } : { kind: 'restricted', authorityIds, personIds: [] };
      const frame = { id: proposal.id, title, plannedMinutes: proposal.planned_minutes, outputType: proposal.output_type, legalBasisId: proposal.legal_basis_id, section: null, afterItemId, audience };
      await this.agenda.addIn(tx, subject, at, { ...frame, addedBecause: `Foreslået af ${by.name}, ${by.authority.name}` });
      await this.answerIn(tx, subject, at, proposal, 'accepted', null);
      return this.viewIn(tx, subject, at);
    });
  }

  /** [MT82] With a word to the proposer. @throws Problem `not-found`, `not-allowed`, `transition-refused` */
  async decline(subject: Subject, meetingId: string, proposalId: string, word: string) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.lockedIn(tx, subject, meetingId);
      const proposal = await this.answerableIn(tx, subject, at, proposalId, 'declined');
      if (proposal !== null) await this.answerIn(tx, subject, at, proposal, 'declined', word);
      return this.viewIn(tx, subject, at);
    });
  }

  /** [MT83] By the proposer, while it waits. @throws Problem `not-found`, `transition-refused` */
  async withdraw(subject: Subject, meetingId: string, proposalId: string) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.lockedIn(tx, subject, meetingId);
      const proposal = await this.readableIn(tx, subject, at, proposalId);
      if (!this.policy.may(subject, 'proposal.withdraw', objectOf(proposal), this.takers(at))) throw new Problem('not-allowed', 'Et forslag trækkes tilbage af den, der stillede det.');
      if (proposal.state === 'withdrawn') return this.viewIn(tx, subject, at);
      assertWaiting(proposal);
      await tx.query(`UPDATE item_proposal SET state = 'withdrawn', answered_at = $2 WHERE id = $1`, [proposal.id, this.clock.now().toString()]);
      this.tell(tx, at, proposal);
      return this.viewIn(tx, subject, at);
    });
  }

  private takers = ({ participants }: At) => ({ participants: participants.map(participation) });

  /** Held still with its agenda: two coordinators who answer at once answer one after the other. */
  private async lockedIn(tx: Tx, subject: Subject, meetingId: string): Promise<At> {
    await this.meetings.lockForIn(tx, subject, meetingId);
    return this.meetings.readableMeetingIn(tx, subject, meetingId);
  }

  private async readableIn(tx: Tx, subject: Subject, at: At, proposalId: string): Promise<ProposalRow> {
    const [proposal] = await tx.query<ProposalRow>('SELECT * FROM item_proposal WHERE id = $1 AND meeting_id = $2', [proposalId, at.row.id]);
    if (proposal === undefined || !this.policy.may(subject, 'proposal.read', objectOf(proposal), this.takers(at))) throw new Problem('not-found');
    return proposal;
  }

  /** @returns null when it was answered so already */
  private async answerableIn(tx: Tx, subject: Subject, at: At, proposalId: string, answer: ProposalState): Promise<ProposalRow | null> {
    const [answered] = await tx.query<ProposalRow>('SELECT * FROM item_proposal WHERE id = $1 AND meeting_id = $2', [proposalId, at.row.id]);
    // Her own answer, sent once more because the first was not heard.
    if (answered?.state === answer && answered.answered_by_membership_id === subject.membershipId) return null;
    const proposal = await this.readableIn(tx, subject, at, proposalId);
    const { agenda_state: agendaState, state: meetingState, minutes_state: minutesState } = at.row;
    if (!this.policy.may(subject, 'meeting.coordinate', {}, this.takers(at))) throw new Problem('not-allowed', 'Forslag besvares af mødets koordinatorer.');
    assertWaiting(proposal);
    if (!this.policy.may(subject, 'proposal.answer', { ...objectOf(proposal), agendaState, meetingState, minutesState }, this.takers(at))) throw new Problem('transition-refused', 'Dagsordenen er afsluttet.');
    return proposal;
  }

  /** [MT84] Whoever proposed it is told that it was answered, and no word of what. */
  private async answerIn(tx: Tx, subject: Subject, at: At, proposal: ProposalRow, state: 'accepted' | 'declined', word: string | null): Promise<void> {
    const sealed = word === null ? null : (await this.keyring.sealerIn(tx, proposal.id)).sealText(word, { table, rowId: proposal.id, column: 'answer' });
    await tx.query(
      `UPDATE item_proposal SET state = $2::text, title = CASE WHEN $2::text = 'accepted' THEN NULL ELSE title END, answered_by_membership_id = $3, answer = $4, answered_at = $5 WHERE id = $1`,
      [proposal.id, state, subject.membershipId, sealed, this.clock.now().toString()],
    );
    await this.notifications.addIn(tx, subject.personId, [{ kind: state === 'accepted' ? 'proposalAccepted' : 'proposalDeclined', membershipIds: [proposal.proposed_by_membership_id], meetingId: at.row.id }]);
    this.tell(tx, at, proposal);
  }

  private tell(tx: Tx, at: At, proposal: ProposalRow): void {
    const told = [proposal.proposed_by_membership_id, ...this.coordinators(at, { ...proposal, state: 'waiting' })];
    this.events.emitIn(tx, 'proposal.changed', { meetingId: at.row.id, told });
  }

  /** Those who are shown a proposal beside its proposer. */
  private coordinators(at: At, proposal: Pick<ProposalRow, 'proposed_by_membership_id' | 'admitted_sectors' | 'state'>): string[] {
    const facts = this.takers(at);
    return at.participants
      .filter((one) => this.policy.may({ personId: one.id, membershipId: one.membershipId, authorityId: one.authority.id, role: one.role }, 'proposal.read', objectOf(proposal), facts))
      .map((one) => one.membershipId)
      .filter((id) => id !== proposal.proposed_by_membership_id);
  }

  private async viewIn(tx: Tx, subject: Subject, at: At) {
    const { row } = at;
    const facts = this.takers(at);
    const { agenda_state: agendaState, state: meetingState, minutes_state: minutesState } = (await this.meetings.readableMeetingIn(tx, subject, row.id)).row;
    const rows = (await tx.query<ProposalRow>('SELECT * FROM item_proposal WHERE meeting_id = $1 ORDER BY proposed_at, id', [row.id])).filter((one) => this.policy.may(subject, 'proposal.read', objectOf(one), facts));
    const people = await this.directory.pastMembersIn(tx, rows.flatMap((one) => [one.proposed_by_membership_id, ...(one.answered_by_membership_id === null ? [] : [one.answered_by_membership_id])]));
    const sealers = await this.keyring.sealersIn(tx, rows.filter((one) => one.title !== null).map((one) => one.id));
    const items = await this.access.readableOfIn(tx, subject, rows.filter((one) => one.state === 'accepted').map((one) => one.id));
    const open = (one: ProposalRow, column: 'title' | 'answer') => (one[column] === null ? null : (sealers.get(one.id)?.openText(one[column], { table, rowId: one.id, column }) ?? null));
    return {
      canPropose: this.policy.may(subject, 'proposal.make', { agendaState, meetingState }, facts) && !this.policy.may(subject, 'meeting.coordinate', {}, facts),
      proposals: rows.map((one) => ({
        id: one.id,
        title: open(one, 'title'),
        plannedMinutes: one.planned_minutes,
        outputType: one.output_type,
        legalBasisId: one.legal_basis_id,
        admittedSectors: one.admitted_sectors,
        state: one.state,
        proposedBy: people.get(one.proposed_by_membership_id)!,
        proposedAt: one.proposed_at.toISOString(),
        answeredBy: one.answered_by_membership_id === null ? null : people.get(one.answered_by_membership_id)!,
        answeredAt: one.answered_at?.toISOString() ?? null,
        answer: open(one, 'answer'),
        itemId: [...items].some((id) => id === one.id) ? one.id : null,
        canAnswer: one.state === 'waiting' && this.policy.may(subject, 'proposal.answer', { ...objectOf(one), agendaState, meetingState, minutesState }, facts),
        canWithdraw: one.state === 'waiting' && this.policy.may(subject, 'proposal.withdraw', objectOf(one), facts),
      })),
    };
  }
}

const objectOf = (row: Pick<ProposalRow, 'proposed_by_membership_id' | 'admitted_sectors' | 'state'>) => ({ byMembershipId: row.proposed_by_membership_id, sectors: row.admitted_sectors, proposalState: row.state });

function assertWaiting({ state }: Pick<ProposalRow, 'state'>): void {
  if (state !== 'waiting') throw new Problem('transition-refused', state === 'withdrawn' ? 'Forslaget er trukket tilbage.' : 'Forslaget er allerede besvaret.');
}
