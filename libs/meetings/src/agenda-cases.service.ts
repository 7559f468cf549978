import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import { Problem } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { isCaseReference } from '@lib/cases/case-reference.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { AgendaItems } from './agenda-items.service.js';
import { basisError } from './item-basis.js';
import { assertAgendaOpen } from './item-commands.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { watchOutlineIn } from './outline-news.js';
import { participation } from './participants.js';

export interface NewCase {
  /** “Sag 2026-014” */
  caseReference: string;
  plannedMinutes: number;
  /** Absent: that of the list. */
  legalBasisId?: string | null;
}

const table = 'agenda_item';

/** Lists of children: one item each under an item that the template marks so. */
@Injectable()
export class AgendaCases {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly items: AgendaItems,
    private readonly access: ItemAccess,
    private readonly bases: LegalBases,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly idempotency: Idempotency,
    private readonly policy: Policy,
  ) {}

  /**
   * [MT34] Puts a child last on a list, known by its pseudonymous reference: an item with its own document and audience,
   * which begins with that of the list.
   *
   * @returns the id of the child's item
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `invalid-input`
   */
  async add(subject: Subject, listId: string, input: NewCase, request?: IdempotentRequest): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return earlier;
      // Asked before any lock, so that nobody can tell by waiting that a closed item exists.
      const { meeting: before } = await this.meetings.itemFactsIn(tx, subject, listId);
      await this.meetings.lockIn(tx, before.id);
      const { item: list, meeting, participants, facts } = await this.meetings.itemWithPeopleIn(tx, subject, listId, 'UPDATE');
      if (!this.policy.may(subject, 'item.addCase', facts, facts)) throw new Problem('not-allowed', 'Punktet kan ikke længere ændres.');
      assertAgendaOpen(meeting);
      if (!list.per_person || list.parent_id !== null) throw new Problem('transition-refused', 'Punktet er ikke en liste over børn.');
      if (list.state !== 'open') throw new Problem('transition-refused', 'Listen er ikke åben.');
      if (!isCaseReference(input.caseReference)) throw new Problem('invalid-input', undefined, [{ field: 'caseReference', message: 'Skriv en sagsreference som “Sag 2026-014”.' }]);
      const kind = meetingKind(meeting.kind_id);
      const legalBasisId = input.legalBasisId === undefined ? (list.legal_basis_id ?? kind?.legalBasisIds[0] ?? null) : input.legalBasisId;
      const error = basisError(kind, true, legalBasisId, await this.bases.inForceIn(tx, meeting.owner_authority_id));
      if (error !== null) throw new Problem('invalid-input', undefined, [error]);

      const siblings = await this.meetings.itemRowsIn(tx, 'parent_id = $1', listId);
      // Only among those she can see: a closed item must not be found by trying references.
      const readable = await this.access.readableOfIn(tx, subject, siblings.filter((one) => one.state !== 'withdrawn').map((one) => one.id));
      const sealers = await this.keyring.sealersIn(tx, [listId, ...readable]);
      const known = siblings.filter((one) => (readable as Set<string>).has(one.id) && one.case_reference !== null && !sealers.get(one.id)!.isShredded).map((one) => sealers.get(one.id)!.openText(one.case_reference!, { table, rowId: one.id, column: 'case_reference' }));
      if (known.includes(input.caseReference)) throw new Problem('invalid-input', undefined, [{ field: 'caseReference', message: 'Sagen står allerede på listen.' }]);

      const tell = await watchOutlineIn(tx, this.events, { meeting_id: meeting.id, parent_id: listId });
      const [id] = await this.items.createIn(
        tx,
        meeting.owner_authority_id,
        [
          {
            meetingId: meeting.id,
            parentId: listId,
            title: input.caseReference,
            caseReference: input.caseReference,
            agendaParagraphs: [],
            plannedMinutes: input.plannedMinutes,
            ledBy: sealers.get(listId)!.openText(list.led_by, { table, rowId: listId, column: 'led_by' }),
            leadMembershipId: list.lead_membership_id,
            outputType: list.output_type,
            confidentiality: list.confidentiality,
            mandatory: false,
            perPerson: false,
            legalBasisId,
            audience: facts.audience,
            orderKey: generateKeyBetween(siblings.at(-1)?.order_key ?? null, null),
          },
        ],
        participants.map(participation),
        subject.membershipId,
      );
      await this.idempotency.rememberIn(tx, subject.personId, request, id!);
      await tell(id!);
      return id!;
    });
  }
}
