import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import type { RichText } from '@lib/contracts/rich-text.js';
import { Problem } from '@lib/contracts/problems.js';
import { guestParticipation, guestsOfMeetingIn } from '@lib/access/guests.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { isAdmitted, type Audience, type AudienceLimits, type Participation, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { AgendaItems, type NewItem } from './agenda-items.service.js';
import { audienceOf, within } from './audience.js';
import { Embargoes } from './embargoes.service.js';
import { ItemCommands } from './item-commands.service.js';
import { ItemDocuments } from './item-documents.js';
import { MeetingAccess } from './meeting-access.service.js';
import { nobody, type ItemRow, type MeetingRow } from './meeting-rows.js';
import { participation, type Participant } from './participants.js';

export interface CarriedItem {
  itemId: string;
  /** Where it goes on; null when it could not be carried. */
  newItemId: string | null;
  /** Why not, in Danish. */
  refusal: string | null;
}

const table = 'agenda_item';

/** What was not finished goes on in the next meeting of the series. */
@Injectable()
export class CarryItems {
  constructor(
    private readonly embargoes: Embargoes,
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly commands: ItemCommands,
    private readonly items: AgendaItems,
    private readonly documents: ItemDocuments,
    private readonly access: ItemAccess,
    private readonly keyring: Keyring,
    private readonly idempotency: Idempotency,
    private readonly events: DomainEvents,
    private readonly policy: Policy,
    private readonly clock: Clock,
  ) {}

  /**
   * Where the items of a meeting may be carried, for its coordinators.
   *
   * @returns `refusal` in Danish when there is nowhere
   * @throws Problem `not-found`, `not-allowed`
   */
  async target(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.meetings.coordinatedMeetingIn(tx, subject, meetingId);
      const found = await this.targetIn(tx, subject, row);
      if ('refusal' in found) return { meeting: null, refusal: found.refusal };
      const { row: next } = found;
      return { meeting: { id: next.id, startInstant: next.start_instant.toISOString() }, refusal: null };
      // What a command would find, which the next meeting's coordinators may know and others only hear refused.
    }, { as: 'command' });
  }

  /**
   * [MT45] Carries unfinished items to the next meeting of the series: frame, basis, case reference and agenda text with its lists and headings, for
   * those of its readers who take part there and nobody else. An item that was carried before answers with where it went,
   * and a repeated request carries nothing that the first one did not.
   *
   * @throws Problem `not-found` also for an item that the asker cannot see, `not-allowed`, `transition-refused`, `idempotency-conflict`
   */
  async carry(subject: Subject, meetingId: string, itemIds: readonly string[], request?: IdempotentRequest): Promise<CarriedItem[]> {
    // The words are read first: they live in documents, which no transaction may wait for.
    const documentIds = await this.unitOfWork.run(async (tx) => {
      await this.meetings.coordinatedMeetingIn(tx, subject, meetingId);
      const ids = new Map<string, string>();
      for (const itemId of itemIds) {
        const { item, meeting } = await this.meetings.itemFactsIn(tx, subject, itemId);
        if (meeting.id !== meetingId) throw new Problem('not-found');
        ids.set(itemId, item.document_id);
      }
      return ids;
    });
    const words = new Map<string, RichText>();
    for (const [itemId, documentId] of documentIds) words.set(itemId, (await this.documents.content(documentId)).agenda);

    return this.unitOfWork.run(async (tx) => {
      // Two that carry at once do it one after the other, and the second finds what the first made.
      await this.meetings.lockIn(tx, meetingId);
      const row = await this.meetings.coordinatedMeetingIn(tx, subject, meetingId);
      if (!['inSession', 'closed'].includes(row.agenda_state)) throw new Problem('transition-refused', 'Punkter overføres, når mødet er begyndt.');
      const isRepeated = (await this.idempotency.recallIn(tx, subject.personId, request)) !== null;
      const found = await this.targetIn(tx, subject, row);
      const answer: CarriedItem[] = [];
      for (const itemId of itemIds) {
        const [before] = await tx.query<{ id: string }>('SELECT id FROM agenda_item WHERE carried_from_item_id = $1', [itemId]);
        // [MT47] Where it went is told to those who may read it there.
        if (before !== undefined) answer.push({ itemId, newItemId: await this.access.readableIn(tx, subject, before.id), refusal: null });
        else if (isRepeated) answer.push({ itemId, newItemId: null, refusal: 'Punktet blev ikke overført.' });
        else if ('refusal' in found) throw new Problem('transition-refused', found.refusal);
        else answer.push(await this.carryOneIn(tx, subject, itemId, words.get(itemId) ?? [], found));
      }
      if (isRepeated) return answer;
      await this.idempotency.rememberIn(tx, subject.personId, request, meetingId);
      this.events.emitIn(tx, 'meeting.changed', { meetingId });
      if (!('refusal' in found)) this.events.emitIn(tx, 'meeting.changed', { meetingId: found.row.id, guests: answer.flatMap((one) => one.newItemId ?? []) });
      return answer;
    });
  }

  private async carryOneIn(tx: Tx, subject: Subject, itemId: string, agenda: RichText, next: Target): Promise<CarriedItem> {
    const { item, participants, facts } = await this.commands.beginIn(tx, subject, itemId, null);
    if (!this.policy.may(subject, 'item.change', facts, facts)) throw new Problem('not-allowed');
    if (item.state !== 'open') return { itemId, newItemId: null, refusal: 'Punktet er ikke længere åbent.' };
    // [AC60] Whom the basis does not admit is nobody to carry it to.
    const there = next.participants.map(participation).filter((one) => isAdmitted(one, facts.audience));
    const readers = new Set(await this.access.readersIn(tx, itemId));
    const list = await this.listIn(tx, subject, item, next.row.id);
    // Whoever is narrowing the list at this moment finishes first, or finds the child on it.
    if (list !== null) await tx.query('SELECT 1 FROM agenda_item WHERE id = $1 FOR SHARE', [list.id]);
    const listReaders = list === null ? null : new Set(await this.access.readersIn(tx, list.id));
    // [MT46] Those who read it here and take part there: an item never becomes known to more people by going on.
    const wanted = there.filter((one) => readers.has(one.membershipId) && (listReaders === null || listReaders.has(one.membershipId)));
    if (wanted.length === 0) return { itemId, newItemId: null, refusal: 'Ingen af dem, der kan se punktet, deltager i næste møde.' };
    const sealer = await this.keyring.sealerIn(tx, itemId);
    const open = (sealed: Uint8Array, column: string) => sealer.openText(sealed, { table, rowId: itemId, column });
    const lead = participants.find((one) => one.membershipId === item.lead_membership_id);
    const siblings = (await this.meetings.itemRowsIn(tx, 'meeting_id = $1', next.row.id)).filter((one) => one.parent_id === (list?.id ?? null));
    // [MT46] Guests of the next meeting read what is open to all of it: where one would, the authorities are named instead.
    const audience: Audience = { ...audienceOf(wanted, [...there, ...(await this.guestsIn(tx, next.row.id, facts.audience))], facts.audience), ...(facts.audience.windows === undefined ? {} : { windows: facts.audience.windows }) };
    const carried: NewItem = {
      meetingId: next.row.id,
      parentId: list?.id ?? null,
      title: open(item.title, 'title'),
      agendaParagraphs: agenda,
      plannedMinutes: item.planned_minutes,
      ledBy: open(item.led_by, 'led_by'),
      leadMembershipId: lead !== undefined && wanted.some((one) => one.membershipId === lead.membershipId) ? lead.membershipId : null,
      outputType: item.output_type,
      section: item.section === null ? null : open(item.section, 'section'),
      caseReference: item.case_reference === null ? null : open(item.case_reference, 'case_reference'),
      confidentiality: item.confidentiality,
      mandatory: item.mandatory,
      perPerson: item.per_person,
      legalBasisId: item.legal_basis_id,
      audience: list === null ? audience : within(audience, await this.audienceOfIn(tx, list.id), there),
      orderKey: generateKeyBetween(siblings.at(-1)?.order_key ?? null, null),
      carriedFromItemId: itemId,
    };
    const [newItemId] = await this.items.createIn(tx, next.row.owner_authority_id, [carried], next.participants.map(participation), subject.membershipId);
    await this.embargoes.followIn(tx, itemId, newItemId!);
    await tx.query(`UPDATE agenda_item SET state = 'carried' WHERE id = $1`, [itemId]);
    await this.commands.recordIn(tx, subject, item, 'carried');
    return { itemId, newItemId: newItemId!, refusal: null };
  }

  /** Whoever was invited to the whole of a meeting, has access or will have it, and whom an item's basis admits. */
  private async guestsIn(tx: Tx, meetingId: string, limits: AudienceLimits): Promise<Participation[]> {
    const nowMs = this.clock.now().epochMilliseconds;
    const living = (await guestsOfMeetingIn(tx, meetingId)).filter((row) => row.item_id === null && row.revoked_at === null && row.valid_to.getTime() > nowMs);
    return living.map(guestParticipation).filter((one) => isAdmitted(one, limits));
  }

  private async audienceOfIn(tx: Tx, itemId: string): Promise<Audience> {
    return (await this.access.audiencesIn(tx, [itemId])).get(itemId) ?? nobody;
  }

  /** The list of the next meeting that a child belongs on: the one of the same name, or else the first that the asker sees. */
  private async listIn(tx: Tx, subject: Subject, item: ItemRow, meetingId: string): Promise<ItemRow | null> {
    if (item.parent_id === null) return null;
    const rows = (await this.meetings.itemRowsIn(tx, 'meeting_id = $1', meetingId)).filter((row) => row.per_person && row.parent_id === null && row.state === 'open');
    const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, [item.parent_id, ...rows.map((row) => row.id)]);
    const lists = rows.filter((row) => readable.has(row.id));
    if (!readable.has(item.parent_id)) return lists[0] ?? null;
    const [former] = await this.meetings.itemRowsIn(tx, 'id = $1', item.parent_id);
    const sealers = await this.keyring.sealersIn(tx, [item.parent_id, ...lists.map((row) => row.id)]);
    const titleOf = (row: ItemRow) => sealers.get(row.id)!.openText(row.title, { table, rowId: row.id, column: 'title' });
    return lists.find((row) => titleOf(row) === titleOf(former!)) ?? lists[0] ?? null;
  }

  /** The next meeting of the series that is still being planned, locked. */
  private async targetIn(tx: Tx, subject: Subject, from: MeetingRow): Promise<Target | { refusal: string }> {
    if (from.series_id === null) return { refusal: 'Mødet hører ikke til en serie, så der er intet næste møde.' };
    const [found] = await tx.query<{ id: string }>(
      `SELECT id FROM meeting WHERE series_id = $1 AND start_instant > $2 AND state IN ('draft','proposed','confirmed') AND agenda_state IN ('building','published')
       ORDER BY start_instant, id LIMIT 1 FOR NO KEY UPDATE`,
      [from.series_id, from.start_instant.toISOString()],
    );
    if (found === undefined) return { refusal: 'Der er intet kommende møde i serien endnu.' };
    const refusal = { refusal: 'Du er ikke koordinator på det næste møde i serien.' };
    try {
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, found.id);
      return this.policy.may(subject, 'meeting.coordinate', {}, { participants: participants.map(participation) }) ? { row, participants } : refusal;
    } catch (error) {
      if (error instanceof Problem && error.code === 'not-found') return refusal;
      throw error;
    }
  }
}

interface Target {
  row: MeetingRow;
  participants: readonly Participant[];
}
