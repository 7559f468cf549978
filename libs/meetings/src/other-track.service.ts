import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { LegalBases, type BasisInForce } from '@lib/access/legal-bases.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { isCaseReference } from '@lib/cases/case-reference.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { AgendaItems } from './agenda-items.service.js';
import { Embargoes } from './embargoes.service.js';
import { basesOf } from './item-basis.js';
import { ItemCommands } from './item-commands.service.js';
import { ItemDocuments } from './item-documents.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import type { MeetingRow } from './meeting-rows.js';
import { participation } from './participants.js';

export interface TrackMove {
  meetingId: string;
  legalBasisId: string;
  /** Written anew. */
  title: string;
  /** Said again, where the new item is about the same child. */
  caseReference: string | null;
  reason: string;
}

/** An item goes on for another purpose: a new one, under another legal basis, without its words (rules MT75–MT77). */
@Injectable()
export class OtherTrack {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly commands: ItemCommands,
    private readonly items: AgendaItems,
    private readonly documents: ItemDocuments,
    private readonly bases: LegalBases,
    private readonly embargoes: Embargoes,
    private readonly policy: Policy,
    private readonly idempotency: Idempotency,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [MT75] Where the item may go on: meetings that the asker coordinates and that are not over, with the bases their kind
   * may use, that of the item left out. The soonest first.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async targets(subject: Subject, itemId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { item, facts } = await this.meetings.itemFactsIn(tx, subject, itemId);
      if (!this.policy.may(subject, 'item.move', facts, facts)) throw notAllowed();
      const rows = await tx.query<MeetingRow>(
        `SELECT m.* FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $1
         WHERE m.state IN ('draft','proposed','confirmed') AND m.agenda_state <> 'closed' AND m.minutes_state = 'draft' AND m.start_instant + make_interval(mins => m.duration_minutes) > $2
         ORDER BY m.start_instant, m.id LIMIT 60`,
        [subject.membershipId, this.clock.now().toString()],
      );
      const targets = [];
      for (const row of rows) {
        const { participants } = await this.meetings.readableMeetingIn(tx, subject, row.id);
        if (!this.policy.may(subject, 'meeting.coordinate', {}, { participants: participants.map(participation) })) continue;
        const bases = (await this.basesIn(tx, row)).filter((one) => one.id !== item.legal_basis_id);
        if (bases.length > 0) targets.push({ row, bases });
      }
      const headlines = await this.meetings.headlinesIn(tx, targets.map(({ row }) => row.id));
      return { targets: targets.map(({ row, bases }) => ({ meeting: headlines.get(row.id)!, bases: bases.map((one) => ({ ...legalBasisView(one), version: one.version, sectors: [...one.sectors], source: one.source })) })) };
    });
  }

  /**
   * [MT76] Makes the new item, open to the asker's own authority alone and without words, and closes the old one.
   *
   * @returns the id of the new item
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async move(subject: Subject, itemId: string, to: TrackMove, expectedVersion: number | null, request?: IdempotentRequest): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return earlier;
      // Both meetings, in one order whoever moves what: two moves must not wait for each other.
      const { meeting: from } = await this.meetings.itemFactsIn(tx, subject, itemId);
      await this.meetings.coordinatedMeetingIn(tx, subject, to.meetingId);
      for (const id of [...new Set([from.id, to.meetingId])].toSorted()) await this.meetings.lockIn(tx, id);
      const { item, facts } = await this.commands.beginIn(tx, subject, itemId, expectedVersion);
      if (!this.policy.may(subject, 'item.move', facts, facts)) throw notAllowed();
      const row = await this.meetings.coordinatedMeetingIn(tx, subject, to.meetingId);
      if (!['draft', 'proposed', 'confirmed'].includes(row.state) || row.agenda_state === 'closed' || row.minutes_state !== 'draft') throw new Problem('transition-refused', 'Mødet, punktet skal flyttes til, er afholdt eller aflyst.');
      const basis = (await this.basesIn(tx, row)).find((one) => one.id === to.legalBasisId);
      const errors: FieldError[] = [];
      if (basis === undefined) errors.push({ field: 'legalBasisId', message: 'Vælg en hjemmel, som mødetypen kan bruge.' });
      if (to.legalBasisId === item.legal_basis_id) errors.push({ field: 'legalBasisId', message: 'Punktet står allerede på den hjemmel.' });
      if (to.caseReference !== null && !isCaseReference(to.caseReference)) errors.push({ field: 'caseReference', message: 'Skriv en sagsreference som “Sag 2026-014”.' });
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
      const [child] = await tx.query(`SELECT 1 FROM agenda_item WHERE parent_id = $1 AND state NOT IN ('withdrawn', 'moved', 'carried') LIMIT 1`, [itemId]);
      if (child !== undefined) throw new Problem('transition-refused', 'Punktet har underpunkter. Flyt dem hver for sig.');

      const { participants } = await this.meetings.readableMeetingIn(tx, subject, row.id);
      const siblings = (await this.meetings.itemRowsIn(tx, 'meeting_id = $1', row.id)).filter((one) => one.parent_id === null);
      const [newItemId] = await this.items.createIn(
        tx,
        row.owner_authority_id,
        [
          {
            meetingId: row.id,
            title: to.title,
            caseReference: to.caseReference,
            agendaParagraphs: [],
            plannedMinutes: item.planned_minutes,
            ledBy: 'mødeleder',
            outputType: item.output_type,
            confidentiality: 'confidential',
            mandatory: false,
            perPerson: false,
            legalBasisId: to.legalBasisId,
            // Whom else it is for is another decision, on the new basis.
            audience: { kind: 'restricted', authorityIds: [subject.authorityId], personIds: [] },
            orderKey: generateKeyBetween(siblings.at(-1)?.order_key ?? null, null),
            movedFromItemId: itemId,
            addedBecause: to.reason,
          },
        ],
        participants.map(participation),
        subject.membershipId,
      );
      await this.embargoes.followIn(tx, itemId, newItemId!);
      await tx.query(`UPDATE agenda_item SET state = 'moved' WHERE id = $1`, [itemId]);
      await this.documents.setStateIn(tx, [item.document_id], 'frozen');
      await this.commands.recordIn(tx, subject, item, 'moved', { reason: to.reason });
      await this.idempotency.rememberIn(tx, subject.personId, request, newItemId!);
      this.events.emitIn(tx, 'item.changed', { meetingId: from.id, itemId });
      this.events.emitIn(tx, 'meeting.changed', { meetingId: row.id });
      return newItemId!;
    });
  }

  private async basesIn(tx: Tx, row: MeetingRow): Promise<BasisInForce[]> {
    const kind = meetingKind(row.kind_id);
    return kind?.personalData === 'none' ? [] : basesOf(kind, await this.bases.inForceIn(tx, row.owner_authority_id)).filter((one) => one.id !== 'none');
  }
}

const notAllowed = () => new Problem('not-allowed', 'Punkter flyttes til andet spor af koordinatorer, der selv kan se dem, mens referatet er åbent.');
