import { Injectable } from '@nestjs/common';
import type { ItemState, OutputType } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { inAudience, readersOf, type Subject } from '@lib/access/policy.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { itemMayBecome } from './agenda.js';
import { assertAgendaOpen, ItemCommands } from './item-commands.service.js';
import { ItemDocuments } from './item-documents.js';
import { ItemUse } from './item-use.service.js';
import { AgendaItems } from './agenda-items.service.js';
import { assertAdmitted, basisError, isAboutPerson } from './item-basis.js';
import { MeetingAccess } from './meeting-access.service.js';
import { watchOutlineIn } from './outline-news.js';
import { meetingKind } from './meeting-kinds.data.js';
import type { ItemRow, MeetingRow } from './meeting-rows.js';
import { participation, type Participant } from './participants.js';

/** What of an item is set by its coordinators, beside its words, its place and its audience. */
export interface ItemFrame {
  /** Free words; may be empty. */
  ledBy: string;
  /** One of those who see the item. */
  leadMembershipId: string | null;
  plannedMinutes: number;
  outputType: OutputType;
  section: string | null;
  mandatory: boolean;
  legalBasisId: string | null;
}

const table = 'agenda_item';

/** The frame of an item and what becomes of it. Each command names the version it saw [MT32]. */
@Injectable()
export class AgendaFrame {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: ItemCommands,
    private readonly meetings: MeetingAccess,
    private readonly documents: ItemDocuments,
    private readonly use: ItemUse,
    private readonly items: AgendaItems,
    private readonly access: ItemAccess,
    private readonly bases: LegalBases,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
  ) {}

  /**
   * [MT32] Sets the frame of an item. What stood before stays in its entry.
   *
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async change(subject: Subject, itemId: string, frame: ItemFrame, expectedVersion: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { item, meeting, participants, facts } = await this.commands.beginIn(tx, subject, itemId, expectedVersion);
      assertAgendaOpen(meeting);
      if (item.state === 'withdrawn') throw refused('Punktet er taget af dagsordenen.');
      if (item.state === 'moved') throw refused('Punktet er flyttet til andet spor.');
      const errors: FieldError[] = [];
      const lead = participants.find((one) => one.membershipId === frame.leadMembershipId);
      if (frame.leadMembershipId !== null && (lead === undefined || !inAudience(participation(lead), facts.audience))) {
        errors.push({ field: 'leadMembershipId', message: 'Den, der leder punktet, skal deltage i mødet og kunne se punktet.' });
      }
      if (item.mandatory && item.from_template && !frame.mandatory) errors.push({ field: 'mandatory', message: 'Skabelonen kræver punktet. Det kan i stedet markeres som “behandles ikke” med en begrundelse.' });
      const basis = basisError(meetingKind(meeting.kind_id), isAboutPerson(meetingKind(meeting.kind_id), item), frame.legalBasisId, await this.bases.inForceIn(tx, meeting.owner_authority_id));
      // What stands may stay, also where the kind has changed since.
      if (basis !== null && frame.legalBasisId !== item.legal_basis_id) errors.push(basis);
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);

      const sealer = await this.keyring.sealerIn(tx, itemId);
      const at = { table, rowId: itemId };
      const before: ItemFrame = {
        ledBy: sealer.openText(item.led_by, { ...at, column: 'led_by' }),
        leadMembershipId: item.lead_membership_id,
        plannedMinutes: item.planned_minutes,
        outputType: item.output_type,
        section: item.section === null ? null : sealer.openText(item.section, { ...at, column: 'section' }),
        mandatory: item.mandatory,
        legalBasisId: item.legal_basis_id,
      };
      const tell = await watchOutlineIn(tx, this.events, item);
      await tx.query(
        `UPDATE agenda_item SET led_by = $2, lead_membership_id = $3, planned_minutes = $4, output_type = $5, section = $6, mandatory = $7, legal_basis_id = $8 WHERE id = $1`,
        [
          itemId,
          sealer.sealText(frame.ledBy, { ...at, column: 'led_by' }),
          frame.leadMembershipId,
          frame.plannedMinutes,
          frame.outputType,
          frame.section === null ? null : sealer.sealText(frame.section, { ...at, column: 'section' }),
          frame.mandatory,
          frame.legalBasisId,
        ],
      );
      if (before.legalBasisId !== frame.legalBasisId) await this.basisIn(tx, subject, { item, meeting, participants, legalBasisId: frame.legalBasisId });
      await this.commands.recordIn(tx, subject, item, 'framed', { before });
      // The times of all follow from the minutes; of the rest only those may hear who see the item.
      const timesChange = before.plannedMinutes !== frame.plannedMinutes;
      if (timesChange) await tell();
      else this.events.emitIn(tx, 'item.changed', { meetingId: meeting.id, itemId });
    });
  }

  /**
   * [AC60] The item stands on another basis: readers follow, those of its children too. It may come to fewer, never to
   * more: another purpose with other readers is another item.
   *
   * @throws Problem `legal-basis-limit`, `own-access-needed`
   */
  private async basisIn(tx: Tx, subject: Subject, changed: { item: ItemRow; meeting: MeetingRow; participants: readonly Participant[]; legalBasisId: string | null }): Promise<void> {
    const { item, meeting, participants, legalBasisId } = changed;
    const all = participants.map(participation);
    const children = await tx.query<ItemRow>('SELECT * FROM agenda_item WHERE parent_id = $1 ORDER BY id FOR UPDATE', [item.id]);
    const ids = [item.id, ...children.map((one) => one.id)];
    const before = await this.access.audiencesIn(tx, ids);
    await this.items.limitIn(tx, meeting.owner_authority_id, [{ id: item.id, parentId: item.parent_id, legalBasisId }]);
    await this.items.limitIn(tx, meeting.owner_authority_id, children.map((one) => ({ id: one.id, parentId: item.id, legalBasisId: one.legal_basis_id })));
    const after = await this.access.audiencesIn(tx, ids);
    const bases = await this.bases.inForceIn(tx, meeting.owner_authority_id);
    const touched: { itemId: string; affected: string[] }[] = [];
    for (const id of ids) {
      const reads = (audiences: typeof after) => readersOf(all, audiences.get(id)!).map((one) => one.membershipId);
      const [was, is] = [reads(before), reads(after)];
      // Nor for those who are not here yet: whoever is invited afterwards would read words that were shared for less.
      const [admitted, admits] = [before.get(id)!.sectors, after.get(id)!.sectors];
      const isWider = admitted != null && (admits == null || admits.some((one) => !admitted.includes(one)));
      if (isWider || is.some((one) => !was.includes(one))) {
        throw new Problem('legal-basis-limit', 'Den nye hjemmel ville åbne punktet for flere, end det er delt med. Flyt punktet til andet spor, og vælg dér, hvem der skal se det.', [{ field: 'legalBasisId', message: 'Hjemlen omfatter flere sektorer end den, punktet er lavet under.' }]);
      }
      if (id === item.id && !is.includes(subject.membershipId)) throw new Problem('own-access-needed', 'Hjemlen omfatter ikke din egen sektor, så du ville lukke dig selv ude.');
      assertAdmitted(after.get(id)!, participants, legalBasisId === null ? undefined : bases.get(legalBasisId));
      if (is.length < was.length) touched.push({ itemId: id, affected: was.filter((one) => !is.includes(one)) });
    }
    await this.access.renewReadersIn(tx, ids, all);
    for (const { itemId, affected } of touched) this.events.emitIn(tx, 'item.audienceChanged', { meetingId: meeting.id, itemId, affected });
  }

  /**
   * [MT44] Says what becomes of an item, or takes it back. Carrying is a command of its own.
   *
   * @param reason asked for where a mandatory item is not taken
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async setState(subject: Subject, itemId: string, state: Exclude<ItemState, 'carried' | 'moved'>, reason: string | null, expectedVersion: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { item, meeting } = await this.commands.beginIn(tx, subject, itemId, expectedVersion);
      if (item.state === state) return;
      if (item.state === 'moved') throw refused('Punktet er flyttet til andet spor.');
      if (!itemMayBecome(item.state, state)) throw refused(item.state === 'carried' ? 'Punktet er overført til et andet møde.' : 'Det kan punktet ikke blive, som det står nu.');
      if (state !== 'done' && item.state !== 'done') assertAgendaOpen(meeting);
      if (state === 'omitted' && reason === null) throw new Problem('invalid-input', undefined, [{ field: 'reason', message: 'Skriv, hvorfor punktet ikke behandles.' }]);
      if (state === 'withdrawn' || state === 'omitted') await this.assertRemovableIn(tx, item, state);
      if (item.parent_id !== null && state === 'open') await this.assertListStandsIn(tx, item.parent_id);
      const tell = await watchOutlineIn(tx, this.events, item);
      await tx.query('UPDATE agenda_item SET state = $2 WHERE id = $1', [itemId, state]);
      if (state === 'withdrawn') await this.documents.setStateIn(tx, [item.document_id], 'frozen');
      if (item.state === 'withdrawn') await this.documents.setStateIn(tx, [item.document_id], 'open');
      await this.commands.recordIn(tx, subject, item, state, reason === null ? undefined : { reason });
      const timesChange = [state, item.state].some((one) => one === 'withdrawn' || one === 'omitted');
      if (timesChange) await tell();
      else this.events.emitIn(tx, 'item.changed', { meetingId: meeting.id, itemId });
    });
  }

  /** [MT35] Nothing is taken off the agenda that decisions, follow-ups or children hang on. */
  private async assertRemovableIn(tx: Tx, item: { id: string; mandatory: boolean; from_template: boolean }, state: ItemState): Promise<void> {
    if (state === 'withdrawn' && item.mandatory && item.from_template) throw refused('Skabelonen kræver punktet. Markér det som “behandles ikke” med en begrundelse i stedet.');
    const [child] = await tx.query(`SELECT 1 FROM agenda_item WHERE parent_id = $1 AND state <> 'withdrawn' LIMIT 1`, [item.id]);
    if (child !== undefined) throw refused('Punktet har underpunkter.');
    if (await this.use.isUsedIn(tx, item.id)) throw refused('Punktet har beslutninger eller opfølgninger og bliver derfor stående.');
  }

  private async assertListStandsIn(tx: Tx, parentId: string): Promise<void> {
    const [parent] = await this.meetings.itemRowsIn(tx, 'id = $1', parentId);
    if (parent === undefined || ['withdrawn', 'omitted'].includes(parent.state)) throw refused('Punktet, det hører under, er ikke længere på dagsordenen.');
  }
}

const refused = (detail: string) => new Problem('transition-refused', detail);
