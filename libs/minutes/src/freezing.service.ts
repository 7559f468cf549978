import { Injectable } from '@nestjs/common';
import type { ItemContent } from '@lib/contracts/rich-text.js';
import { ItemDocuments } from '@lib/meetings/item-documents.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { log } from '@lib/platform/log.js';
import { forNobody } from '@lib/platform/openings.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { AgendaRecord, withWords } from './agenda-record.service.js';
import { canonicalJson } from './canonical.js';
import { MinutesStore, wellFormed, type Part, type Standing } from './minutes-store.service.js';

/**
 * Freezing in two steps [MI4]. The command freezes the documents and the rows with its commit: from then on nobody
 * writes. Behind the commit the words are read, in a transaction that sees that they are frozen, and stored. A process
 * that dies in between leaves parts that are `freezing`; whoever comes next, and a job, completes them.
 */
@Injectable()
export class Freezing {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly documents: ItemDocuments,
    private readonly record: AgendaRecord,
    private readonly store: MinutesStore,
    private readonly events: DomainEvents,
  ) {}

  /** With the commit nobody writes in the part any more. The caller holds the locks of meeting and items. */
  async freezeIn(tx: Tx, meetingId: string, roundId: string, parts: readonly Pick<Part, 'partId' | 'documentId'>[], isRestore: boolean): Promise<void> {
    const ids = parts.map((part) => part.partId);
    await tx.query(
      `INSERT INTO minutes_part (round_id, part_id, meeting_id, state, version, freeze_id, is_restore)
       SELECT $1::uuid, p.id, $2::uuid, 'freezing', 0, $4::uuid, $5 FROM unnest($3::uuid[]) AS p (id)
       ON CONFLICT (round_id, part_id) DO UPDATE SET state = 'freezing', freeze_id = EXCLUDED.freeze_id, is_restore = EXCLUDED.is_restore`,
      [roundId, meetingId, ids, newId(), isRestore],
    );
    await this.setReopenedIn(tx, meetingId, ids, false);
    await this.documents.setStateIn(tx, documentsOf(parts), 'frozen');
  }

  /** With the commit whoever may can write in the part again. */
  async reopenIn(tx: Tx, meetingId: string, roundId: string, part: Pick<Part, 'partId' | 'documentId'>): Promise<void> {
    await tx.query(`UPDATE minutes_part SET state = 'reopened', freeze_id = NULL, is_restore = false WHERE round_id = $1 AND part_id = $2`, [roundId, part.partId]);
    await this.setReopenedIn(tx, meetingId, [part.partId], true);
    await this.openIn(tx, [part]);
  }

  /** Everything is a draft again. */
  async releaseIn(tx: Tx, meetingId: string, parts: readonly Pick<Part, 'partId' | 'documentId'>[]): Promise<void> {
    await this.setReopenedIn(tx, meetingId, parts.map((part) => part.partId), false);
    await this.openIn(tx, parts);
  }

  /** [AC62] What was moved to another track takes no more words, whatever becomes of the minutes. */
  private async openIn(tx: Tx, parts: readonly Pick<Part, 'documentId'>[]): Promise<void> {
    const rows = await tx.query<{ document_id: string }>(`SELECT document_id FROM agenda_item WHERE document_id = ANY($1::uuid[]) AND state <> 'moved' ORDER BY document_id`, [documentsOf(parts)]);
    await this.documents.setStateIn(tx, rows.map((row) => row.document_id), 'open');
  }

  private async setReopenedIn(tx: Tx, meetingId: string, partIds: readonly string[], isReopened: boolean): Promise<void> {
    await tx.query('UPDATE agenda_item SET minutes_reopened = $2 WHERE id = ANY($1::uuid[])', [partIds, isReopened]);
    if (partIds.includes(meetingId)) await tx.query('UPDATE meeting SET minutes_reopened = $2 WHERE id = $1', [meetingId, isReopened]);
  }

  /**
   * Takes the snapshots that are still to be taken of a meeting. Harmless to repeat, and at the same time by several.
   * What cannot be read now is left for the next time.
   */
  async complete(meetingId: string): Promise<void> {
    // Frozen for all who will read it, by somebody who may not read all of it.
    return forNobody(() => this.completeUnseen(meetingId));
  }

  private async completeUnseen(meetingId: string): Promise<void> {
    try {
      const waiting = (await this.unitOfWork.run(async (tx) => this.freezing(await this.store.standingIn(tx, meetingId)), { as: 'minutes' })).parts;
      if (waiting.length === 0) return;
      const words = new Map<string, ItemContent>();
      for (const { partId, documentId } of waiting) if (documentId !== null) words.set(partId, await this.documents.frozenContent(documentId));
      await this.unitOfWork.run((tx) => this.takeIn(tx, meetingId, new Map(waiting.map((part) => [part.partId, part.freezeId])), words), { as: 'minutes' });
    } catch (error) {
      log.error({ meetingId, error }, 'minutes could not be snapshotted; tried again later');
    }
  }

  /** The job: what a process that died has left. */
  async completeAll(): Promise<void> {
    const rows = await this.unitOfWork.run((tx) => tx.query<{ meeting_id: string }>(`SELECT DISTINCT meeting_id FROM minutes_part WHERE state = 'freezing'`), { lane: 'job', as: 'minutes' });
    for (const row of rows) await this.complete(row.meeting_id);
  }

  private freezing(standing: Standing | null): { parts: Part[] } {
    return { parts: standing?.round?.phase === 'open' ? standing.parts.filter((part) => part.state === 'freezing') : [] };
  }

  private async takeIn(tx: Tx, meetingId: string, freezes: ReadonlyMap<string, string | null>, words: ReadonlyMap<string, ItemContent>): Promise<void> {
    await this.meetings.lockIn(tx, meetingId);
    const standing = await this.store.standingIn(tx, meetingId);
    const round = standing?.round;
    // Words that were read for an earlier freezing may be older than a change that was asked for since.
    const parts = this.freezing(standing).parts.filter((part) => freezes.get(part.partId) === part.freezeId);
    if (!standing || !round || parts.length === 0) return;
    const places = await this.record.placesIn(tx, standing.meeting);
    const items = await this.record.itemsIn(tx, places, new Set(parts.map((part) => part.partId)));
    const earlier = await this.store.snapshotsIn(tx, round.id, parts);
    for (const part of parts) {
      const content = part.isFrame ? await this.record.frameIn(tx, standing.meeting, standing.participants) : withWords(items.get(part.partId)!, words.get(part.partId)!, 'minutes');
      const before = earlier.get(part.partId);
      if (part.isRestore && before !== undefined && canonicalJson(before.content) !== canonicalJson(wellFormed(content))) {
        // Somebody wrote meanwhile: what it says now is for the coordinator to send.
        await this.reopenIn(tx, meetingId, round.id, part);
        continue;
      }
      const version = part.isRestore && before !== undefined ? part.version : part.version + 1;
      if (version !== part.version) await this.store.addSnapshotIn(tx, { meetingId, roundId: round.id, partId: part.partId, version }, content);
      await tx.query(`UPDATE minutes_part SET state = 'frozen', version = $3, freeze_id = NULL, is_restore = false WHERE round_id = $1 AND part_id = $2`, [round.id, part.partId, version]);
    }
    const partIds = parts.map((part) => part.partId);
    this.events.emitIn(tx, 'minutes.changed', { meetingId, partIds });
    for (const part of parts) {
      if (part.isRestore) continue;
      // The first time it is the whole; after that, only what was changed.
      if (part.version > 0) this.events.emitIn(tx, 'minutes.forApproval', { meetingId, itemId: part.isFrame ? null : part.partId, isWhole: false });
      else if (part.isFrame) this.events.emitIn(tx, 'minutes.forApproval', { meetingId, itemId: null, isWhole: true });
    }
  }
}

const documentsOf = (parts: readonly Pick<Part, 'documentId'>[]) => parts.flatMap((part) => (part.documentId === null ? [] : [part.documentId]));
