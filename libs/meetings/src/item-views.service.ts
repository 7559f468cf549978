import { Injectable } from '@nestjs/common';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { ItemAccess, type ReadableItemId } from '@lib/access/item-access.service.js';
import { legalBasis, legalBasisView } from '@lib/access/legal-bases.data.js';
import { mayAddCase, mayChangeAudience, mayChangeItem, mayWriteItem, type Audience, type ItemFacts, type Subject } from '@lib/access/policy.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { ItemChangeKind } from './agenda.js';
import { isAboutPerson } from './item-basis.js';
import { meetingKind } from './meeting-kinds.data.js';
import { nobody, type ItemRow, type MeetingRow } from './meeting-rows.js';
import { memberOf, participation, type Participant } from './participants.js';
import { uniqueAuthorities } from './series.service.js';

export type ReadableItem = ItemRow & { id: ReadableItemId };

/** What people are shown of items that are proven readable. */
@Injectable()
export class ItemViews {
  constructor(
    private readonly keyring: Keyring,
    private readonly access: ItemAccess,
    private readonly directory: Directory,
  ) {}

  /** Items of one meeting, by id. @param publishedAt when its agenda was sent out, ISO instant */
  async ofIn(tx: Tx, subject: Subject, items: readonly ReadableItem[], meeting: MeetingRow, participants: readonly Participant[], publishedAt: string | null) {
    const ids = items.map((item) => item.id);
    const sealers = await this.keyring.sealersIn(tx, ids);
    const audiences = await this.access.audiencesIn(tx, ids);
    const changes = await this.lastChangesIn(tx, ids);
    const leads = await this.leadsIn(tx, items, participants);
    const carried = await this.carriedIn(tx, subject, items);
    const all = participants.map(participation);
    const kind = meetingKind(meeting.kind_id);
    const agendaOpen = meeting.agenda_state !== 'closed';
    return new Map(
      items.map((item) => {
        const at = { table: 'agenda_item', rowId: item.id };
        const sealer = sealers.get(item.id)!;
        const audience: Audience = item.audience_kind === 'all' ? { kind: 'all' } : (audiences.get(item.id) ?? nobody);
        const facts: ItemFacts = { participants: all, audience, minutesState: meeting.minutes_state, meetingState: meeting.state, itemState: item.state, isReopened: item.minutes_reopened };
        const basis = legalBasis(item.legal_basis_id);
        const lead = leads.get(item.lead_membership_id ?? '') ?? null;
        const ledByText = sealer.openText(item.led_by, at);
        const change = changes.get(item.id) ?? null;
        const changedAt = item.changed_at ?? item.created_at;
        return [
          item.id as string,
          {
            id: item.id as string,
            parentId: item.parent_id,
            documentId: item.document_id,
            title: sealer.openText(item.title, at),
            ledBy: lead === null ? ledByText : `${lead.name}, ${lead.authority.name}${ledByText === '' ? '' : ` (${ledByText})`}`,
            ledByText,
            leadMembershipId: item.lead_membership_id,
            plannedMinutes: item.planned_minutes,
            outputType: item.output_type,
            section: item.section === null ? null : sealer.openText(item.section, at),
            caseReference: item.case_reference === null ? null : sealer.openText(item.case_reference, at),
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
                    reason: change.content === null ? null : reasonIn(sealer.openText(change.content, { table: 'agenda_item_event', rowId: change.id })),
                  },
            changedSincePublished: publishedAt !== null && changedAt.getTime() > Date.parse(publishedAt),
            carriedFrom: carried.from.get(item.id) ?? null,
            carriedTo: carried.to.get(item.id) ?? null,
            audience:
              audience.kind === 'all'
                ? ({ kind: 'all', authorities: [], persons: [] } as const)
                : {
                    kind: 'restricted' as const,
                    authorities: uniqueAuthorities(participants).filter((one) => audience.authorityIds.includes(one.id)),
                    persons: participants.filter((one) => audience.personIds.includes(one.id)).map(memberOf),
                  },
            legalBasis: basis === undefined ? null : legalBasisView(basis),
            canWrite: mayWriteItem(subject, facts),
            canChangeAudience: mayChangeAudience(subject, facts),
            canChange: mayChangeItem(subject, facts),
            canAddCase: item.per_person && item.parent_id === null && item.state === 'open' && agendaOpen && mayAddCase(subject, facts),
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

  /** [MT47] Where items come from and go on, for those who may read both ends. */
  private async carriedIn(tx: Tx, subject: Subject, items: readonly ItemRow[]) {
    const rows = await tx.query<{ id: string; meeting_id: string; carried_from_item_id: string | null; start_instant: Date }>(
      `SELECT i.id, i.meeting_id, i.carried_from_item_id, m.start_instant FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id
       WHERE i.carried_from_item_id = ANY($1::uuid[]) OR i.id = ANY($2::uuid[])`,
      [items.map((item) => item.id), items.flatMap((item) => item.carried_from_item_id ?? [])],
    );
    const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, rows.map((row) => row.id));
    const from = new Map<string, CarriedLink>();
    const to = new Map<string, CarriedLink>();
    for (const row of rows.filter(({ id }) => readable.has(id))) {
      const link = { itemId: row.id, meetingId: row.meeting_id, startInstant: row.start_instant.toISOString() };
      if (row.carried_from_item_id !== null) to.set(row.carried_from_item_id, link);
      for (const item of items) if (item.carried_from_item_id === row.id) from.set(item.id, link);
    }
    return { from, to };
  }
}

export interface CarriedLink {
  itemId: string;
  meetingId: string;
  startInstant: string;
}

const reasonIn = (content: string): string | null => (JSON.parse(content) as { reason?: string }).reason ?? null;
