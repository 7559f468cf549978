import { Injectable } from '@nestjs/common';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { ItemAccess, type ReadableItemId } from '@lib/access/item-access.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { isAdmitted, type Audience, type ItemFacts, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { ItemChangeKind } from './agenda.js';
import { Embargoes } from './embargoes.service.js';
import { MeetingGuests } from './meeting-guests.service.js';
import { isAboutPerson, lacksBasis } from './item-basis.js';
import { meetingKind } from './meeting-kinds.data.js';
import { nobody, type ItemRow, type MeetingRow } from './meeting-rows.js';
import { memberOf, participation, windowView, type Participant } from './participants.js';
import { uniqueAuthorities } from './series.service.js';

export type ReadableItem = ItemRow & { id: ReadableItemId };

/** What people are shown of items that are proven readable. */
@Injectable()
export class ItemViews {
  constructor(
    private readonly keyring: Keyring,
    private readonly access: ItemAccess,
    private readonly directory: Directory,
    private readonly embargoes: Embargoes,
    private readonly bases: LegalBases,
    private readonly guests: MeetingGuests,
    private readonly policy: Policy,
  ) {}

  /** Items of one meeting, by id. @param publishedAt when its agenda was sent out, ISO instant */
  async ofIn(tx: Tx, subject: Subject, items: readonly ReadableItem[], meeting: MeetingRow, participants: readonly Participant[], publishedAt: string | null) {
    const ids = items.map((item) => item.id);
    const sealers = await this.keyring.sealersIn(tx, ids);
    const audiences = await this.access.audiencesIn(tx, ids);
    const changes = await this.lastChangesIn(tx, ids);
    const leads = await this.leadsIn(tx, items, participants);
    const carried = await this.linksIn(tx, subject, items, 'carried_from_item_id');
    const moved = await this.linksIn(tx, subject, items, 'moved_from_item_id');
    const embargoes = await this.embargoes.standingIn(tx, ids);
    const all = participants.map(participation);
    const guests = await this.guests.livingIn(tx, subject, meeting.id);
    const kind = meetingKind(meeting.kind_id);
    const agendaOpen = meeting.agenda_state !== 'closed';
    const basisOf = await this.bases.ofVersionsIn(tx, meeting.owner_authority_id);
    return new Map(
      items.map((item) => {
        const at = { table: 'agenda_item', rowId: item.id };
        const sealer = sealers.get(item.id)!;
        const audience: Audience = audiences.get(item.id) ?? nobody;
        const facts: ItemFacts = { participants: all, audience, minutesState: meeting.minutes_state, meetingState: meeting.state, itemState: item.state, isReopened: item.minutes_reopened, lacksBasis: lacksBasis(kind, item) };
        const basis = basisOf(item.legal_basis_id, item.legal_basis_version);
        const lead = leads.get(item.lead_membership_id ?? '') ?? null;
        const ledByText = sealer.openOrNull(item.led_by, { ...at, column: 'led_by' }) ?? '';
        const change = changes.get(item.id) ?? null;
        const changedAt = item.changed_at ?? item.created_at;
        return [
          item.id as string,
          {
            id: item.id as string,
            parentId: item.parent_id,
            documentId: item.document_id,
            title: sealer.openText(item.title, { ...at, column: 'title' }),
            ledBy: lead === null ? ledByText : `${lead.name}, ${lead.authority.name}${ledByText === '' ? '' : ` (${ledByText})`}`,
            ledByText,
            leadMembershipId: item.lead_membership_id,
            plannedMinutes: item.planned_minutes,
            outputType: item.output_type,
            section: sealer.openOrNull(item.section, { ...at, column: 'section' }),
            caseReference: sealer.openOrNull(item.case_reference, { ...at, column: 'case_reference' }),
            confidentiality: item.confidentiality,
            mandatory: item.mandatory,
            fromTemplate: item.from_template,
            perPerson: item.per_person,
            aboutPerson: isAboutPerson(kind, item),
            state: item.state,
            version: item.version,
            change:
              change === null
                ? null
                : {
                    kind: change.kind,
                    at: change.at.toISOString(),
                    by: change.by,
                    reason: change.content === null || sealer.isShredded ? null : reasonIn(sealer.openText(change.content, { table: 'agenda_item_event', rowId: change.id, column: 'content' })),
                  },
            changedSincePublished: publishedAt !== null && changedAt.getTime() > Date.parse(publishedAt),
            carriedFrom: carried.from.get(item.id) ?? null,
            carriedTo: carried.to.get(item.id) ?? null,
            movedFrom: moved.from.get(item.id) ?? null,
            movedTo: moved.to.get(item.id) ?? null,
            audience:
              audience.kind === 'all'
                ? ({ kind: 'all', authorities: [], persons: [], guests: this.guests.readersAmong(guests, audience), ...limitsOf(audience, participants) } as const)
                : {
                    kind: 'restricted' as const,
                    authorities: uniqueAuthorities(participants).filter((one) => audience.authorityIds.includes(one.id)),
                    persons: participants.filter((one) => audience.personIds.includes(one.id)).map(memberOf),
                    guests: this.guests.readersAmong(guests, audience),
                    ...limitsOf(audience, participants),
                  },
            embargoes: embargoes.get(item.id) ?? [],
            legalBasis: basis === undefined ? null : { ...legalBasisView(basis), version: item.legal_basis_version ?? basis.version, sectors: [...basis.sectors], source: basis.source },
            canWrite: this.policy.may(subject, 'item.write', facts, facts),
            canChangeAudience: this.policy.may(subject, 'item.changeAudience', facts, facts),
            canChange: this.policy.may(subject, 'item.change', facts, facts),
            canMove: this.policy.may(subject, 'item.move', facts, facts),
            canAddCase: item.per_person && item.parent_id === null && item.state === 'open' && agendaOpen && this.policy.may(subject, 'item.addCase', facts, facts),
          },
        ] as const;
      }),
    );
  }

  /** The last entry of each item that has one. */
  private async lastChangesIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, { id: string; kind: ItemChangeKind; at: Date; by: Member; content: Uint8Array | null }>> {
    const rows = await tx.query<{ id: string; item_id: string; kind: ItemChangeKind; membership_id: string; content: Uint8Array | null; at: Date }>(
      'SELECT DISTINCT ON (item_id) * FROM agenda_item_event WHERE item_id = ANY($1::uuid[]) ORDER BY item_id, version DESC',
      [itemIds],
    );
    const members = await this.directory.pastMembersIn(tx, rows.map((row) => row.membership_id));
    return new Map(rows.map((row) => [row.item_id, { id: row.id, kind: row.kind, at: row.at, by: members.get(row.membership_id)!, content: row.content }]));
  }

  /** Who leads, also those who take part no longer. */
  private async leadsIn(tx: Tx, items: readonly ItemRow[], participants: readonly Participant[]): Promise<Map<string, Member>> {
    const known = new Map(participants.map((one) => [one.membershipId, memberOf(one)]));
    const gone = items.flatMap((item) => (item.lead_membership_id === null || known.has(item.lead_membership_id) ? [] : [item.lead_membership_id]));
    return gone.length === 0 ? known : new Map([...known, ...(await this.directory.pastMembersIn(tx, gone))]);
  }

  /** [MT47] [MT77] Where items come from and go on, for those who may read both ends. */
  private async linksIn(tx: Tx, subject: Subject, items: readonly ItemRow[], column: 'carried_from_item_id' | 'moved_from_item_id') {
    const rows = await tx.query<{ id: string; meeting_id: string; origin: string | null; start_instant: Date }>(
      `SELECT i.id, i.meeting_id, i.${column} AS origin, m.start_instant FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id
       WHERE i.${column} = ANY($1::uuid[]) OR i.id = ANY($2::uuid[])`,
      [items.map((item) => item.id), items.flatMap((item) => item[column] ?? [])],
    );
    const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, rows.map((row) => row.id));
    const from = new Map<string, CarriedLink>();
    const to = new Map<string, CarriedLink>();
    for (const row of rows.filter(({ id }) => readable.has(id))) {
      const link = { itemId: row.id, meetingId: row.meeting_id, startInstant: row.start_instant.toISOString() };
      if (row.origin !== null) to.set(row.origin, link);
      for (const item of items) if (item[column] === row.id) from.set(item.id, link);
    }
    return { from, to };
  }
}

function limitsOf(audience: Audience, participants: readonly Participant[]) {
  return {
    windows: (audience.windows ?? []).map((one) => ({ authorityId: 'authorityId' in one ? one.authorityId : null, personId: 'personId' in one ? one.personId : null, ...windowView(one.window) })),
    notAdmitted: uniqueAuthorities(participants).filter((one) => !isAdmitted(one, audience)),
  };
}

export interface CarriedLink {
  itemId: string;
  meetingId: string;
  startInstant: string;
}

const reasonIn = (content: string): string | null => (JSON.parse(content) as { reason?: string }).reason ?? null;
