import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import type { OutputType } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { inAudience, readersOf, type Audience, type Participation, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { AgendaItems } from './agenda-items.service.js';
import { Disclosures, type Ground } from './disclosures.service.js';
import { narrowedWith, within } from './audience.js';
import { assertAdmitted, basisError } from './item-basis.js';
import { assertAgendaOpen } from './item-commands.service.js';
import { ItemViews } from './item-views.service.js';
import { guestParticipation, guestsOfItemsIn } from '@lib/access/guests.js';
import { MeetingGuests } from './meeting-guests.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { nobody, type ItemRow, type MeetingRow } from './meeting-rows.js';
import { MeetingViews } from './meeting-views.service.js';
import { participation, type Participant } from './participants.js';

export interface NewAgendaItem {
  title: string;
  plannedMinutes: number;
  outputType: OutputType;
  section: string | null;
  /** Absent: the first of the kind's, where an item asks for one. */
  legalBasisId?: string | null;
  /** The item it comes after; null puts it last. */
  afterItemId: string | null;
}

/** A new item with whom it is open to; for a proposal its id, which has its key already, and whose it was. */
export interface AddedItem extends NewAgendaItem {
  audience: Audience;
  id?: string;
  addedBecause?: string;
}

/** The items of a meeting: added, opened and closed to people, and known by their titles. */
@Injectable()
export class AgendaService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly views: MeetingViews,
    private readonly itemViews: ItemViews,
    private readonly clock: Clock,
    private readonly items: AgendaItems,
    private readonly access: ItemAccess,
    private readonly bases: LegalBases,
    private readonly disclosures: Disclosures,
    private readonly guests: MeetingGuests,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly idempotency: Idempotency,
    private readonly policy: Policy,
  ) {}

  /** @throws Problem `not-found` for those outside the audience, and for none at all */
  async item(subject: Subject, itemId: string) {
    return this.unitOfWork.run((tx) => this.itemIn(tx, subject, itemId));
  }

  /**
   * Adds an item, open to all participants.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `invalid-input`
   */
  async addItem(subject: Subject, meetingId: string, input: NewAgendaItem, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      // Lock first: a participant who leaves meanwhile must not be made a reader, nor an item be added to a meeting being
      // cancelled, nor two items get the same order key.
      await this.meetings.lockForIn(tx, subject, meetingId);
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      if (!this.policy.may(subject, 'meeting.coordinate', {}, { participants: participants.map(participation) })) throw new Problem('not-allowed', 'Punkter tilføjes af mødets koordinatorer.');
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return this.itemIn(tx, subject, earlier);
      const id = await this.addIn(tx, subject, { row, participants }, { ...input, audience: { kind: 'all' } });
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return this.itemIn(tx, subject, id);
    });
  }

  /**
   * Adds an item to a meeting that is locked, where the asker coordinates.
   *
   * @throws Problem `not-found`, `transition-refused`, `invalid-input`, `own-access-needed`, `legal-basis-limit`
   */
  async addIn(tx: Tx, subject: Subject, { row, participants }: { row: MeetingRow; participants: readonly Participant[] }, input: AddedItem): Promise<string> {
    const meetingId = row.id;
    assertAgendaOpen(row);
    if (row.minutes_state !== 'draft') throw new Problem('transition-refused', 'Referatet er sendt til godkendelse.');
    const items = (await this.meetings.itemRowsIn(tx, 'meeting_id = $1', meetingId)).filter((item) => item.parent_id === null);
    // An item that the asker may not see cannot be named as the one before, or naming it would tell that it is there.
    if (input.afterItemId !== null && (await this.access.readableIn(tx, subject, input.afterItemId)) === null) throw new Problem('not-found');
    const at = input.afterItemId === null ? items.length - 1 : items.findIndex((item) => item.id === input.afterItemId);
    if (input.afterItemId !== null && at < 0) throw new Problem('not-found');
    const kind = meetingKind(row.kind_id);
    const personal = kind?.personalData === 'identified';
    const legalBasisId = input.legalBasisId === undefined ? (personal ? (kind?.legalBasisIds[0] ?? null) : null) : input.legalBasisId;
    const inForce = await this.bases.inForceIn(tx, row.owner_authority_id);
    const error = basisError(kind, personal, legalBasisId, inForce);
    if (error !== null) throw new Problem('invalid-input', undefined, [error]);
    const basis = legalBasisId === null ? undefined : inForce.get(legalBasisId);
    const { audience } = input;
    const wanted: Audience = { ...audience, sectors: basis?.sectors ?? null };
    assertUsable(subject, participants, audience, wanted, []);
    assertAdmitted(wanted, participants, basis);
    const [id] = await this.items.createIn(
      tx,
      row.owner_authority_id,
      [
        {
          meetingId,
          title: input.title,
          agendaParagraphs: [],
          plannedMinutes: input.plannedMinutes,
          ledBy: 'mødeleder',
          outputType: input.outputType,
          confidentiality: personal ? 'confidential' : 'internal',
          mandatory: false,
          perPerson: false,
          section: input.section,
          legalBasisId,
          audience,
          ...(input.id === undefined ? {} : { id: input.id }),
          ...(input.addedBecause === undefined ? {} : { addedBecause: input.addedBecause }),
          orderKey: generateKeyBetween(items[at]?.order_key ?? null, items[at + 1]?.order_key ?? null),
        },
      ],
      participants.map(participation),
      subject.membershipId,
    );
    this.events.emitIn(tx, 'meeting.changed', { meetingId, guests: [id!] });
    return id!;
  }

  /**
   * [MT4] Narrows or widens who sees an item. Whoever loses it loses it with this commit; whom it is shown to, and why, is
   * written down [MT72].
   *
   * @param ground why it is shown to more; not asked for where nobody comes to see more
   * @throws Problem `not-found`, `not-allowed`, `own-access-needed`, `legal-basis-limit`, `invalid-input` for subjects who
   *   take no part, `precondition-failed` when it shows something else than the preview said
   */
  async setAudience(subject: Subject, itemId: string, audience: Audience, ground: Ground) {
    return this.unitOfWork.run(async (tx) => {
      const { item, meeting, participants, changes } = await this.audienceChangeIn(tx, subject, itemId, audience);
      await this.disclosures.recordIn(tx, subject, 'audience', [await this.disclosures.ofAudiencesIn(tx, meeting.id, changes, participants)], ground);
      for (const change of changes) await this.writeAudienceIn(tx, subject, meeting.id, change.itemId, change.after, participants);
      return this.itemIn(tx, subject, item.id);
    });
  }

  /**
   * [MT71] What another audience would show to whom. Stores nothing.
   *
   * @throws Problem as {@link setAudience}
   */
  async previewAudience(subject: Subject, itemId: string, audience: Audience) {
    return this.unitOfWork.run(async (tx) => {
      const { meeting, participants, changes } = await this.audienceChangeIn(tx, subject, itemId, audience);
      return this.disclosures.viewIn(tx, subject, [await this.disclosures.ofAudiencesIn(tx, meeting.id, changes, participants)]);
    });
  }

  /** What the audience given makes of the item and of the children under it, behind their locks. */
  private async audienceChangeIn(tx: Tx, subject: Subject, itemId: string, audience: Audience) {
    // Two changes at once would each compute readers from the other's past: a list and its children, list first.
    const { item: before } = await this.meetings.itemFactsIn(tx, subject, itemId);
    if (before.parent_id !== null) await tx.query('SELECT 1 FROM agenda_item WHERE id = $1 FOR SHARE', [before.parent_id]);
    const { item, meeting, participants, facts } = await this.meetings.itemWithPeopleIn(tx, subject, itemId, 'UPDATE');
    if (!this.policy.may(subject, 'item.changeAudience', facts, facts)) throw new Problem('not-allowed', 'Adgangen til et punkt ændres af koordinatorer, der selv kan se det.');
    // [AC60] What the basis admits is the item's own, not the asker's to say.
    const wanted: Audience = { ...audience, itemId, sectors: facts.audience.sectors ?? null, windows: audience.windows ?? facts.audience.windows ?? [] };
    // [GU5] Guests whom she may know of, and who could see it, are chosen as participants are.
    const known = (await this.guests.livingIn(tx, subject, meeting.id)).filter(({ row }) => row.item_id === null || row.item_id === itemId);
    assertUsable(subject, participants, audience, wanted, known.map(({ row }) => row.person_id));
    const named = known.map(({ row, person }) => ({ id: person.id, name: person.name, authority: { id: '', name: person.organisation, sector: row.sector } }));
    assertAdmitted(wanted, [...participants, ...named], (await this.bases.ofVersionsIn(tx, meeting.owner_authority_id))(item.legal_basis_id, item.legal_basis_version));
    const members = participants.map(participation);
    const all = [...members, ...known.map(({ row }) => guestParticipation(row))];
    let given = wanted;
    if (item.parent_id !== null) {
      const list = (await this.access.audiencesIn(tx, [item.parent_id])).get(item.parent_id) ?? nobody;
      const readers = new Set(readersOf(members, list).map((one) => one.membershipId));
      const wider = readersOf(members, wanted).some((one) => !readers.has(one.membershipId));
      if (wider) throw new Problem('invalid-input', undefined, [{ field: 'audience', message: 'Punktet kan ikke åbnes for andre end dem, der kan se det punkt, det hører under.' }]);
      given = withGuestsOf(itemId, wanted, within(wanted, list, members), await guestsOfItemsIn(tx, [itemId]));
    }
    const changes = [{ itemId, before: facts.audience, after: given }];
    // [MT37] Whoever loses a list loses its children with it.
    await tx.query('SELECT 1 FROM agenda_item WHERE parent_id = $1 ORDER BY id FOR UPDATE', [itemId]);
    const children = await this.meetings.itemRowsIn(tx, 'parent_id = $1', itemId);
    const audiences = await this.access.audiencesIn(tx, children.map((one) => one.id));
    const guestsOf = await guestsOfItemsIn(tx, children.map((one) => one.id));
    for (const child of children) {
      const stands = audiences.get(child.id) ?? nobody;
      const narrowed = withGuestsOf(child.id, stands, narrowedWith(withoutTimes(stands, facts.audience), given, members), guestsOf);
      if (narrowed !== stands) changes.push({ itemId: child.id, before: stands, after: narrowed });
    }
    return { item, meeting, participants: all, changes };
  }

  private async writeAudienceIn(tx: Tx, subject: Subject, meetingId: string, itemId: string, audience: Audience, participants: readonly Participation[]): Promise<void> {
    const before = await this.access.readersIn(tx, itemId);
    await this.access.setAudienceIn(tx, [{ itemId, audience }], participants);
    const after = await this.access.readersIn(tx, itemId);
    await this.notifications.addIn(tx, subject.personId, [{ kind: 'itemOpened', membershipIds: after.filter((id) => !before.includes(id)), meetingId, itemId }]);
    const affected = [...new Set([...before, ...after])];
    this.events.emitIn(tx, 'item.audienceChanged', { meetingId, itemId, affected });
  }

  /**
   * Takes over the title that the item's document has now, in the bounds that the form keeps: no line breaks, at most 200
   * characters. Says so only when it differs. CPR numbers were masked where the title was read (libs/collab, CO81).
   */
  async project(documentId: string, itemId: string, written: string): Promise<void> {
    const title = listTitle(written);
    await this.unitOfWork.run(
      async (tx) => {
        const [row] = await tx.query<ItemRow>('SELECT * FROM agenda_item WHERE id = $1 FOR UPDATE', [itemId]);
        // A preparation has a document of its own, and no title.
        if (row === undefined || row.document_id !== documentId) return;
        const sealer = await this.keyring.sealerIn(tx, itemId);
        const at = { table: 'agenda_item', rowId: itemId, column: 'title' };
        if (sealer.isShredded || sealer.openText(row.title, at) === title) return;
        await tx.query('UPDATE agenda_item SET title = $2, changed_at = $3 WHERE id = $1', [itemId, sealer.sealText(title, at), this.clock.now().toString()]);
        this.events.emitIn(tx, 'item.changed', { meetingId: row.meeting_id, itemId });
      },
      { lane: 'job', as: 'projector' },
    );
  }

  private async itemIn(tx: Tx, subject: Subject, itemId: string) {
    const { readable, item, meeting, participants } = await this.meetings.itemWithPeopleIn(tx, subject, itemId);
    const published = await this.views.publishedIn(tx, meeting.id);
    const views = await this.itemViews.ofIn(tx, subject, [{ ...item, id: readable }], meeting, participants, published?.at ?? null);
    return { ...views.get(itemId)!, meetingId: meeting.id };
  }
}

/** [AC8] Whoever changes an audience stays inside it, leaves it to somebody who stays, and names only those who take part. */
function assertUsable(subject: Subject, participants: readonly Participant[], audience: Audience, wanted: Audience, guests: readonly string[]): void {
  const takesPart = (entry: NonNullable<Audience['windows']>[number]) => participants.some((other) => ('authorityId' in entry ? other.authority.id === entry.authorityId : other.id === entry.personId));
  const own = participants.find((one) => one.membershipId === subject.membershipId);
  // She would be gone before somebody else could open it again; the time of whoever sent her is hers too.
  if ((audience.windows ?? []).some((one) => ('authorityId' in one ? one.authorityId === subject.authorityId : [subject.personId, own?.standsInFor?.id].includes(one.personId)))) {
    throw new Problem('own-access-needed', 'Din egen adgang til punktet kan ikke tidsbegrænses af dig selv.');
  }
  if (!(audience.windows ?? []).every(takesPart)) throw new Problem('invalid-input', undefined, [{ field: 'windows', message: 'Kun mødets deltagere kan få adgang.' }]);
  if (audience.kind === 'all') return;
  if (own === undefined || !inAudience(participation(own), wanted)) throw new Problem('own-access-needed', 'Tag din egen myndighed eller dig selv med.');
  // She goes when the one who sent her comes back: the item must not be left to nobody.
  const stays = participants.some((one) => one.role === 'coordinator' && one.standsInFor === null && inAudience(participation(one), wanted));
  if (own.standsInFor !== null && !stays) throw new Problem('own-access-needed', 'Tag en koordinator med, som selv er inviteret.');
  const unknown = audience.authorityIds.some((id) => !participants.some((one) => one.authority.id === id)) || audience.personIds.some((id) => !participants.some((one) => one.id === id) && !guests.includes(id));
  if (unknown) throw new Problem('invalid-input', undefined, [{ field: 'audience', message: 'Kun mødets deltagere kan få adgang.' }]);
}

/**
 * [GU5] Whoever was invited to a child as a guest was invited to it alone: its list says nothing of her, and takes nothing.
 *
 * @param stands the audience before its list was asked; `given` after
 */
function withGuestsOf(itemId: string, stands: Audience, given: Audience, guests: ReadonlyMap<string, Participation[]>): Audience {
  if (given.kind === 'all') return given;
  const lost = (guests.get(itemId) ?? []).filter((one) => one.guest?.itemId === itemId && inAudience(one, stands) && !inAudience(one, given)).map((one) => one.personId);
  return lost.length === 0 ? given : { ...given, personIds: [...given.personIds, ...lost] };
}

/** A child's audience without the times that it had from its list. */
function withoutTimes(child: Audience, { windows }: Audience): Audience {
  const ofList = new Set((windows ?? []).map((one) => JSON.stringify(one)));
  const own = (child.windows ?? []).filter((one) => !ofList.has(JSON.stringify(one)));
  return own.length === (child.windows ?? []).length ? child : { ...child, windows: own };
}

/** What of a title written in a document may stand in lists. */
function listTitle(written: string): string {
  const line = written.slice(0, 2000).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length > maxTitle ? `${characters.slice(0, maxTitle - 1).join('')}…` : line;
}

const maxTitle = 200;
