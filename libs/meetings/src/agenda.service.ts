import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import type { OutputType } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { inAudience, mayChangeAudience, mayCoordinate, readersOf, type Audience, type Participation, type Subject } from '@lib/access/policy.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { AgendaItems } from './agenda-items.service.js';
import { narrowedWith, within } from './audience.js';
import { basisError } from './item-basis.js';
import { assertAgendaOpen } from './item-commands.service.js';
import { ItemViews } from './item-views.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { nobody, type ItemRow } from './meeting-rows.js';
import { MeetingViews } from './meeting-views.service.js';
import { participation } from './participants.js';

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
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly idempotency: Idempotency,
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
      if (!mayCoordinate(subject, { participants: participants.map(participation) })) throw new Problem('not-allowed', 'Punkter tilføjes af mødets koordinatorer.');
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return this.itemIn(tx, subject, earlier);
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
      const error = basisError(kind, personal, legalBasisId);
      if (error !== null) throw new Problem('invalid-input', undefined, [error]);
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
            audience: { kind: 'all' },
            orderKey: generateKeyBetween(items[at]?.order_key ?? null, items[at + 1]?.order_key ?? null),
          },
        ],
        participants.map(participation),
        subject.membershipId,
      );
      await this.idempotency.rememberIn(tx, subject.personId, request, id!);
      tx.afterCommit(() => this.events.emit('meeting.changed', { meetingId }));
      return this.itemIn(tx, subject, id!);
    });
  }

  /**
   * [MT4] Narrows or widens who sees an item. Whoever loses it loses it with this commit.
   *
   * @throws Problem `not-found`, `not-allowed`, `own-access-needed`, `invalid-input` for subjects who take no part
   */
  async setAudience(subject: Subject, itemId: string, audience: Audience) {
    return this.unitOfWork.run(async (tx) => {
      // Two changes at once would each compute readers from the other's past: a list and its children, list first.
      const { item: before } = await this.meetings.itemFactsIn(tx, subject, itemId);
      if (before.parent_id !== null) await tx.query('SELECT 1 FROM agenda_item WHERE id = $1 FOR SHARE', [before.parent_id]);
      const { item, meeting, participants, facts } = await this.meetings.itemWithPeopleIn(tx, subject, itemId, 'UPDATE');
      if (!mayChangeAudience(subject, facts)) throw new Problem('not-allowed', 'Adgangen til et punkt ændres af koordinatorer, der selv kan se det.');
      if (audience.kind === 'restricted') {
        const own = participants.find((one) => one.membershipId === subject.membershipId);
        if (own === undefined || !inAudience(participation(own), audience)) throw new Problem('own-access-needed', 'Tag din egen myndighed eller dig selv med.');
        // She goes when the one who sent her comes back: the item must not be left to nobody.
        const stays = participants.some((one) => one.role === 'coordinator' && one.standsInFor === null && inAudience(participation(one), audience));
        if (own.standsInFor !== null && !stays) throw new Problem('own-access-needed', 'Tag en koordinator med, som selv er inviteret.');
        const unknown = audience.authorityIds.some((id) => !participants.some((one) => one.authority.id === id)) || audience.personIds.some((id) => !participants.some((one) => one.id === id));
        if (unknown) throw new Problem('invalid-input', undefined, [{ field: 'audience', message: 'Kun mødets deltagere kan få adgang.' }]);
      }
      const all = participants.map(participation);
      let given = audience;
      if (item.parent_id !== null) {
        const readers = new Set(await this.access.readersIn(tx, item.parent_id));
        const wider = readersOf(all, audience).some((one) => !readers.has(one.membershipId));
        if (wider) throw new Problem('invalid-input', undefined, [{ field: 'audience', message: 'Punktet kan ikke åbnes for andre end dem, der kan se det punkt, det hører under.' }]);
        const [list] = await this.meetings.itemRowsIn(tx, 'id = $1', item.parent_id);
        given = within(audience, list?.audience_kind === 'restricted' ? ((await this.access.audiencesIn(tx, [list.id])).get(list.id) ?? nobody) : { kind: 'all' }, all);
      }
      await this.writeAudienceIn(tx, subject, meeting.id, itemId, given, all);
      // [MT37] Whoever loses a list loses its children with it.
      await tx.query('SELECT 1 FROM agenda_item WHERE parent_id = $1 ORDER BY id FOR UPDATE', [itemId]);
      const children = await this.meetings.itemRowsIn(tx, 'parent_id = $1', itemId);
      const audiences = await this.access.audiencesIn(tx, children.map((one) => one.id));
      for (const child of children) {
        const own: Audience = child.audience_kind === 'all' ? { kind: 'all' } : (audiences.get(child.id) ?? nobody);
        const narrowed = narrowedWith(own, audience, all);
        if (narrowed !== own) await this.writeAudienceIn(tx, subject, meeting.id, child.id, narrowed, all);
      }
      return this.itemIn(tx, subject, item.id);
    });
  }

  private async writeAudienceIn(tx: Tx, subject: Subject, meetingId: string, itemId: string, audience: Audience, participants: readonly Participation[]): Promise<void> {
    const before = await this.access.readersIn(tx, itemId);
    await tx.query('UPDATE agenda_item SET audience_kind = $2 WHERE id = $1', [itemId, audience.kind]);
    await this.access.setAudienceIn(tx, [{ itemId, audience }], participants);
    const after = await this.access.readersIn(tx, itemId);
    await this.notifications.addIn(tx, subject.personId, [{ kind: 'itemOpened', membershipIds: after.filter((id) => !before.includes(id)), meetingId, itemId }]);
    const affected = [...new Set([...before, ...after])];
    tx.afterCommit(() => this.events.emit('item.audienceChanged', { meetingId, itemId, affected }));
  }

  /**
   * Takes over the title that the item's document has now, in the bounds that the form keeps: no line breaks, at most 200
   * characters. Says so only when it differs. CPR numbers were masked where the title was read (libs/collab, CO81).
   */
  async project(itemId: string, written: string): Promise<void> {
    const title = listTitle(written);
    await this.unitOfWork.run(
      async (tx) => {
        const [row] = await tx.query<ItemRow>('SELECT * FROM agenda_item WHERE id = $1 FOR UPDATE', [itemId]);
        if (row === undefined) return;
        const sealer = await this.keyring.sealerIn(tx, itemId);
        const at = { table: 'agenda_item', rowId: itemId };
        if (sealer.openText(row.title, at) === title) return;
        await tx.query('UPDATE agenda_item SET title = $2, changed_at = $3 WHERE id = $1', [itemId, sealer.sealText(title, at), this.clock.now().toString()]);
        tx.afterCommit(() => this.events.emit('item.changed', { meetingId: row.meeting_id, itemId }));
      },
      { lane: 'job' },
    );
  }

  private async itemIn(tx: Tx, subject: Subject, itemId: string) {
    const { readable, item, meeting, participants } = await this.meetings.itemWithPeopleIn(tx, subject, itemId);
    const published = await this.views.publishedIn(tx, meeting.id);
    const views = await this.itemViews.ofIn(tx, subject, [{ ...item, id: readable }], meeting, participants, published?.at ?? null);
    return { ...views.get(itemId)!, meetingId: meeting.id };
  }
}

/** What of a title written in a document may stand in lists. */
function listTitle(written: string): string {
  const line = written.slice(0, 2000).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length > maxTitle ? `${characters.slice(0, maxTitle - 1).join('')}…` : line;
}

const maxTitle = 200;
