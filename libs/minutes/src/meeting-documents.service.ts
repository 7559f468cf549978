import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { DocumentEntry, MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { ItemContent } from '@lib/contracts/rich-text.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { inAudience, mayCoordinate, type Subject } from '@lib/access/policy.js';
import { ItemDocuments } from '@lib/meetings/item-documents.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { nobody, type ItemRow } from '@lib/meetings/meeting-rows.js';
import { participation, type Participant } from '@lib/meetings/participants.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { AgendaRecord, withWords, type ItemFrame } from './agenda-record.service.js';

export interface DocumentRequest {
  kind: 'agenda' | 'minutes';
  /** Only what the audiences open to this authority; null for all that the asker may read. */
  extractForAuthorityId?: string | null;
}

/** Agenda and minutes as documents: what page, PDF, HTML and JSON are made from. */
@Injectable()
export class MeetingDocuments {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly access: ItemAccess,
    private readonly record: AgendaRecord,
    private readonly documents: ItemDocuments,
  ) {}

  /**
   * [MI1, MI2] The agenda or the minutes with exactly the items that the asker may read at the end of this call, and of
   * the others their time. Not to be called inside a transaction.
   *
   * @throws Problem `not-found` for those who take no part, and for an extract for an authority that is not at the
   *   meeting or that the asker may not make one for
   */
  async documentFor(subject: Subject, meetingId: string, { kind, extractForAuthorityId = null }: DocumentRequest): Promise<MeetingDocument> {
    const { frame, places, items, extractFor } = await this.unitOfWork.run(async (tx) => {
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const extract = extractOf(subject, participants, extractForAuthorityId);
      const all = await this.record.placesIn(tx, row);
      const shown = await this.shownIn(tx, subject, all.rows, participants, extract?.id ?? null);
      return { frame: await this.record.frameIn(tx, row, participants), places: all.places, items: await this.record.itemsIn(tx, all, shown), extractFor: extract };
    });
    const words = new Map<string, ItemContent>();
    for (const place of places) if (items.has(place.itemId)) words.set(place.itemId, await this.documents.content(place.documentId));

    // Reading the words took its time: who lost an item meanwhile must not get it now.
    const stillShown = await this.unitOfWork.run(async (tx) => {
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      return this.shownIn(tx, subject, (await this.record.placesIn(tx, row)).rows, participants, extractFor?.id ?? null);
    });
    const entry = (frameOfItem: ItemFrame | undefined, time: { startInstant: string; endInstant: string }): DocumentEntry => {
      const own = frameOfItem === undefined || !stillShown.has(frameOfItem.id) ? undefined : words.get(frameOfItem.id);
      return own === undefined || frameOfItem === undefined ? { closed: true, ...time } : { closed: false, ...withWords(frameOfItem, own, kind) };
    };
    return {
      schema: 'samraad/meeting-document/1',
      kind,
      extractFor,
      ...frame,
      items: places.map(({ itemId, startInstant, endInstant }) => entry(items.get(itemId), { startInstant, endInstant })),
      approval: kind === 'agenda' ? null : { state: 'draft', version: 1, frozenAt: null, authorities: [], approvedAt: null, hash: null, addenda: [] },
    };
  }

  /** The items that the asker reads and, in an extract, that their audience opens to somebody of that authority. */
  private async shownIn(tx: Tx, subject: Subject, rows: readonly ItemRow[], participants: readonly Participant[], authorityId: string | null): Promise<Set<string>> {
    const readable = await this.access.readableOfIn(tx, subject, rows.map((row) => row.id));
    const own = rows.filter((row) => readable.has(row.id as never));
    if (authorityId === null) return new Set(own.map((row) => row.id));
    const audiences = await this.access.audiencesIn(tx, own.map((row) => row.id));
    const seats = participants.map(participation).filter((one) => one.authorityId === authorityId);
    return new Set(own.filter((row) => seats.some((seat) => inAudience(seat, row.audience_kind === 'all' ? { kind: 'all' } : (audiences.get(row.id) ?? nobody)))).map((row) => row.id));
  }
}

/** [MI2] An extract is made by the authority itself, or by a coordinator for it, out of what she herself reads. */
function extractOf(subject: Subject, participants: readonly Participant[], authorityId: string | null): { id: string; name: string } | null {
  if (authorityId === null) return null;
  const authority = participants.find((one) => one.authority.id === authorityId)?.authority;
  const mayMake = subject.authorityId === authorityId || mayCoordinate(subject, { participants: participants.map(participation) });
  if (authority === undefined || !mayMake) throw new Problem('not-found');
  return { id: authority.id, name: authority.name };
}
