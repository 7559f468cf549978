import { Injectable } from '@nestjs/common';
import { CollabDocuments } from '@lib/collab/documents.service.js';
import { DecisionTexts, type RecordedText } from '@lib/decisions/decision-texts.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { MeetingTexts } from '@lib/meetings/meeting-texts.service.js';
import { Preparations } from '@lib/meetings/preparations.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { SearchSources, type SearchSource } from '@lib/search/search-source.js';
import type { SearchDocument } from '@lib/search/text-index.js';

/** What can be found: the seam between the search and those who keep the words. */
@Injectable()
export class ProductSearchSources extends SearchSources {
  override readonly all: readonly SearchSource[];

  constructor(
    private readonly access: MeetingAccess,
    meetings: MeetingTexts,
    preparations: Preparations,
    decisions: DecisionTexts,
    documents: CollabDocuments,
  ) {
    super();
    const recorded = (kind: 'decision' | 'followUp') => (row: RecordedText): SearchDocument => ({ kind, ...row });
    this.all = [
      {
        kind: 'meeting',
        visibleIn: (tx, subject) => meetings.readableMeetingsIn(tx, subject),
        load: async (ids) => (await meetings.meetings(ids)).map((row) => ({ kind: 'meeting', meetingId: row.id, itemId: null, ...row })),
      },
      {
        kind: 'item',
        visibleIn: (tx, subject) => meetings.readableItemsIn(tx, subject),
        load: async (ids) => {
          const rows = await meetings.items(ids);
          const texts = await documents.texts(rows.map((row) => row.documentId));
          return rows.map(({ documentId, ...row }) => {
            const { agendaText, minutesText } = texts.get(documentId) ?? { agendaText: '', minutesText: '' };
            return { kind: 'item', itemId: row.id, ...row, text: `${agendaText}\n${minutesText}` };
          });
        },
      },
      {
        kind: 'preparation',
        visibleIn: (tx, subject) => preparations.readableIn(tx, subject),
        load: async (ids) => {
          const places = await preparations.placesOf(ids);
          const items = new Map((await meetings.items(places.map((one) => one.itemId))).map((item) => [item.id, item]));
          const texts = await documents.texts(places.map((one) => one.id));
          return places.flatMap(({ id, itemId, authority }) => {
            const item = items.get(itemId);
            return item === undefined ? [] : [{ kind: 'preparation' as const, id, meetingId: item.meetingId, itemId, startMs: item.startMs, title: `${item.title} – ${authority}`, text: texts.get(id)?.agendaText ?? '' }];
          });
        },
      },
      { kind: 'decision', visibleIn: (tx, subject) => decisions.readableDecisionsIn(tx, subject), load: async (ids) => (await decisions.decisions(ids)).map(recorded('decision')) },
      { kind: 'followUp', visibleIn: (tx, subject) => decisions.readableFollowUpsIn(tx, subject), load: async (ids) => (await decisions.followUps(ids)).map(recorded('followUp')) },
    ];
  }

  override headlinesIn(tx: Tx, meetingIds: readonly string[]): Promise<Map<string, { title: string; startInstant: string }>> {
    return this.access.headlinesIn(tx, meetingIds);
  }
}
