import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { DocumentGuest, DocumentItem, DocumentParticipant, MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { ItemContent } from '@lib/contracts/rich-text.js';
import { Directory } from '@lib/access/directory.service.js';
import { presentGuestsIn } from '@lib/access/guests.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { ItemRecords } from '@lib/decisions/item-records.service.js';
import { placed } from '@lib/meetings/agenda.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { endOf, placeOf, type ItemRow, type MeetingRow } from '@lib/meetings/meeting-rows.js';
import type { Participant } from '@lib/meetings/participants.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';

/** What everybody who takes part knows: when, where, who. */
export interface Frame {
  meeting: MeetingDocument['meeting'];
  participants: readonly DocumentParticipant[];
  guests?: readonly DocumentGuest[];
}

/** Where an item stands, of which those outside it know the time. */
export interface Place {
  itemId: string;
  /** The item it stands under. */
  parentId: string | null;
  documentId: string;
  /** “–” for what is on the agenda and not taken. */
  number: string;
  isTaken: boolean;
  startInstant: string;
  endInstant: string;
}

/** An item as its rows tell it; the words come out of its document. */
export type ItemFrame = Omit<DocumentItem, 'agenda' | 'minutes'>;

/**
 * A meeting as its rows tell it now. Nothing here asks who is asking: the caller gives only what the reader may see, and
 * the snapshot that is taken for all of them.
 */
@Injectable()
export class AgendaRecord {
  constructor(
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly access: ItemAccess,
    private readonly bases: LegalBases,
    private readonly records: ItemRecords,
    private readonly keyring: Keyring,
  ) {}

  async frameIn(tx: Tx, row: MeetingRow, participants: readonly Participant[]): Promise<Frame> {
    const sealer = await this.keyring.sealerIn(tx, row.id);
    const at = { table: 'meeting', rowId: row.id };
    const [owner] = (await this.directory.authoritiesIn(tx, [row.owner_authority_id])).values();
    const replaced = await this.directory.pastMembersIn(tx, participants.flatMap((one) => (one.standsInFor === null ? [] : [one.standsInFor.membershipId])));
    const authorities = new Map(participants.map(({ authority }) => [authority.id, authority]));
    const guests = (await this.guestsIn(tx, row.id)).get(null);
    return {
      meeting: {
        id: row.id,
        title: sealer.openText(row.title, { ...at, column: 'title' }),
        kindTitle: meetingKind(row.kind_id)?.title ?? row.kind_id,
        startInstant: row.start_instant.toISOString(),
        endInstant: endOf(row).toISOString(),
        timeZone: row.time_zone,
        place: sealer.openOrNull(row.place, { ...at, column: 'place' }),
        owner: { id: owner!.id, name: owner!.name },
        authorities: [...authorities.values()].map(({ id, name, sector }) => ({ id, name, sector })),
      },
      participants: participants.map((one) => ({
        membershipId: one.membershipId,
        name: one.name,
        functionTitle: one.functionTitle,
        authority: { id: one.authority.id, name: one.authority.name },
        reply: one.partStat,
        attendance: one.attendance,
        standsInFor: one.standsInFor === null ? null : (replaced.get(one.standsInFor.membershipId)?.name ?? null),
      })),
      ...(guests === undefined ? {} : { guests }),
    };
  }

  /** Every item of the meeting, in the order of the agenda. */
  async placesIn(tx: Tx, row: MeetingRow): Promise<{ rows: ItemRow[]; places: Place[] }> {
    const rows = await this.meetings.agendaIn(tx, row.id);
    const places = placed(Temporal.Instant.fromEpochMilliseconds(row.start_instant.getTime()), rows.map(placeOf));
    const documentIds = new Map(rows.map((item) => [item.id, item.document_id]));
    return {
      rows,
      places: places.map(({ id, parentId, number, startInstant, endInstant }) => ({
        itemId: id,
        parentId,
        documentId: documentIds.get(id)!,
        number: number ?? '–',
        isTaken: number !== null,
        startInstant: new Date(startInstant.epochMilliseconds).toISOString(),
        endInstant: new Date(endInstant.epochMilliseconds).toISOString(),
      })),
    };
  }

  /** The items among `itemIds`, with what was decided, promised and planned at them. */
  async itemsIn(tx: Tx, { rows, places }: { rows: readonly ItemRow[]; places: readonly Place[] }, itemIds: ReadonlySet<string>): Promise<Map<string, ItemFrame>> {
    const placeById = new Map(places.map((place) => [place.itemId, place]));
    // What was taken off the agenda has no place in it.
    const wanted = rows.filter((item) => itemIds.has(item.id) && placeById.has(item.id));
    const ids = wanted.map((item) => item.id);
    const sealers = await this.keyring.sealersIn(tx, ids);
    const audiences = await this.access.audiencesIn(tx, ids);
    const records = await this.records.ofIn(tx, ids);
    const [owner] = await tx.query<{ id: string }>('SELECT owner_authority_id AS id FROM meeting WHERE id = $1', [rows[0]?.meeting_id ?? null]);
    const basisOf = await this.bases.ofVersionsIn(tx, owner?.id ?? '');
    const named = [...audiences.values()].filter((one) => one.kind === 'restricted');
    const authorities = await this.directory.authoritiesIn(tx, named.flatMap((one) => one.authorityIds));
    const persons = await this.directory.namesIn(tx, named.flatMap((one) => one.personIds));
    const meetingId = rows[0]?.meeting_id;
    const guestsOf = meetingId === undefined ? new Map<string | null, DocumentGuest[]>() : await this.guestsIn(tx, meetingId);
    return new Map(
      wanted.map((item) => {
        const at = { table: 'agenda_item', rowId: item.id };
        const sealer = sealers.get(item.id)!;
        const basis = basisOf(item.legal_basis_id, item.legal_basis_version);
        const audience = audiences.get(item.id);
        const { number, startInstant, endInstant } = placeById.get(item.id)!;
        const guests = guestsOf.get(item.id);
        return [
          item.id,
          {
            id: item.id,
            number,
            startInstant,
            endInstant,
            title: sealer.openText(item.title, { ...at, column: 'title' }),
            ledBy: sealer.openOrNull(item.led_by, { ...at, column: 'led_by' }) ?? '',
            outputType: item.output_type,
            legalBasis: basis === undefined ? null : { id: basis.id, label: basis.label },
            audience:
              audience === undefined || audience.kind === 'all'
                ? null
                : {
                    authorities: danish(audience.authorityIds.map((id) => authorities.get(id)?.name ?? id)),
                    persons: danish(audience.personIds.map((id) => persons.get(id) ?? id)),
                  },
            ...records.get(item.id)!,
            ...(guests === undefined ? {} : { guests }),
          },
        ];
      }),
    );
  }

  /** [GU5] Who was there as a guest: of an item by its id, of the meeting by null. */
  private async guestsIn(tx: Tx, meetingId: string): Promise<Map<string | null, DocumentGuest[]>> {
    const present = await presentGuestsIn(tx, meetingId);
    const members = await this.directory.pastMembersIn(tx, present.map((one) => one.membershipId));
    const answer = new Map<string | null, DocumentGuest[]>();
    for (const { membershipId, itemId, attendance } of present) {
      const { name, authority } = members.get(membershipId)!;
      answer.set(itemId, [...(answer.get(itemId) ?? []), { membershipId, name, organisation: authority.name, attendance }]);
    }
    return answer;
  }
}

/** The words of an item put into its frame. The title is the one that was written, also before lists have it. */
export function withWords(frame: ItemFrame, words: ItemContent, kind: 'agenda' | 'minutes'): DocumentItem {
  const own = words.title.replace(/\s+/g, ' ').trim();
  const title = own === '' ? frame.title : own;
  if (kind === 'minutes') return { ...frame, title, agenda: words.agenda, minutes: words.minutes };
  const { plans: _plans, guests: _guests, ...rest } = frame;
  return { ...rest, title, agenda: words.agenda, minutes: [], decisions: [], followUps: [] };
}

const collator = new Intl.Collator('da');
const danish = (names: string[]) => names.sort(collator.compare);
