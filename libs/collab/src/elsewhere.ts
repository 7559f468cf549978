import type { KnownHead, News } from './collab-store.js';
import type { CommitHint } from './fan-out.js';
import type { HubPorts } from './hub-ports.js';
import type { OpenDocuments, Queue, Slot } from './open-documents.js';
import type { Room } from './room.js';
import { encodeStateVector } from './update-write.js';

/** What other processes do to the documents that this one has open, or in memory, and a store that was put back under it. */
export class Elsewhere {
  constructor(
    private readonly ports: HubPorts,
    private readonly documents: OpenDocuments,
    private readonly queue: Queue,
  ) {}

  /** Something was committed elsewhere. */
  heard({ documentId, itemId, seq }: CommitHint): void {
    const slot = this.documents.slot(documentId);
    if (slot === undefined) {
      if ((this.documents.contents.headOf(documentId)?.seq ?? seq) < seq) this.documents.contents.forget(documentId);
    } else {
      // A room that is being opened may have been read before.
      void slot.opening.then(
        (room) => (room === null || room.seq >= seq ? undefined : this.catchUp(documentId, slot, room)),
        () => undefined,
      );
    }
    this.ports.changedElsewhere(documentId, itemId);
  }

  /** Frozen, closed or opened elsewhere. */
  stateChangedElsewhere(documentId: string): void {
    const slot = this.documents.slot(documentId);
    void slot?.opening.then(
      (room) => (room === null ? undefined : this.catchUp(documentId, slot, room)),
      () => undefined,
    );
  }

  /** Of documents that are open, or whose content is in memory: what others have committed until now is known here when it resolves. */
  async freshen(documentIds: readonly string[]): Promise<void> {
    if (!this.ports.fanOut.isShared) return;
    const known = documentIds.filter((id) => this.documents.slot(id) !== undefined || this.documents.contents.holds(id));
    if (known.length === 0) return;
    // What is committed here meanwhile is no sign that the store went back.
    const before = known.map((id) => ({ room: this.documents.room(id) ?? null, seq: this.documents.room(id)?.seq ?? 0, held: this.documents.contents.headOf(id) }));
    const heads = await this.ports.store.heads(known);
    await Promise.all(
      known.map(async (documentId, n) => {
        const { room: seen, seq, held } = before[n]!;
        const last = heads.get(documentId);
        const head = last?.seq ?? 0;
        // Of its own commits since the room knows by itself.
        if (head < seq || (seen !== null && seen.seq === seq && last !== undefined && !seen.stands(last))) return this.wentBack(documentId, seen);
        const slot = this.documents.slot(documentId);
        if (slot !== undefined) {
          const room = await slot.opening.catch(() => null);
          if (room !== null && room.seq < head) await this.catchUp(documentId, slot, room);
        }
        // What is being loaded was begun before; whoever asks from now on loads again.
        if (!isAt(this.documents.contents.headOf(documentId), last ?? { seq: 0, rowId: null }, held)) this.documents.contents.forget(documentId);
      }),
    );
  }

  /** The content as it is committed now, whichever process committed it; null when there is no such document. */
  async contentNow(documentId: string): Promise<Uint8Array | null> {
    await this.freshen([documentId]);
    return this.documents.contents.read(documentId);
  }

  /** Looks all open documents up: hints may have been lost. */
  async sweep(): Promise<void> {
    try {
      await this.freshen(this.documents.ids());
    } catch (error) {
      this.ports.failed('looking for commits of others', error);
    }
  }

  /** The store was put back to an earlier state: what is known here of the document is not what is stored. Its pages find out what was lost (CO90). */
  wentBack(documentId: string, room: Room | null): void {
    if (room?.isGivenUp === true) return;
    this.ports.failed('commits of others', new Error('the store went back'), documentId);
    this.documents.giveUp(documentId, room, 'not-ready');
  }

  catchUp(documentId: string, slot: Slot, room: Room): Promise<void> {
    slot.isBehindAgain = true;
    slot.catching ??= this.catchUpNow(documentId, slot, room);
    return slot.catching;
  }

  private async catchUpNow(documentId: string, slot: Slot, room: Room): Promise<void> {
    // Not before it is known as the one that is under way.
    await Promise.resolve();
    try {
      while (slot.isBehindAgain && slot.room === room && this.documents.slot(documentId) === slot) {
        slot.isBehindAgain = false;
        try {
          const { seq } = room;
          const { changesOfState } = slot;
          const news = await this.ports.store.since(documentId, seq);
          // Asked by a number that a commit here has outrun meanwhile, it says nothing of what stands.
          if (news !== null && (room.seq === seq ? !room.stands(news) : news.head < seq)) return this.wentBack(documentId, room);
          this.queue.hold(documentId);
          try {
            await this.queue.rested(documentId);
            const isStateNew = () => slot.changesOfState === changesOfState;
            if (news !== null && this.documents.slot(documentId) === slot) await this.takeIn(room, news, isStateNew);
            if (!isStateNew()) slot.isBehindAgain = true;
          } finally {
            this.queue.release(documentId);
          }
        } catch (error) {
          // Nobody here may go on with a document of which something is missing; whoever comes back begins with all of it.
          this.ports.failed('commits of others', error, documentId);
          if (this.documents.slot(documentId) === slot) this.documents.giveUp(documentId, room, 'not-ready');
        }
      }
    } finally {
      // With the last look, not after it: who asks in between would be told that all is known.
      slot.catching = null;
    }
  }

  /**
   * What others have committed is shown here, and is what everything that comes is judged by.
   *
   * @param isStateNew whether the state is still news, asked when it is about to be believed
   */
  async takeIn(room: Room, news: News, isStateNew = () => true): Promise<void> {
    const { documentId, itemId } = room.identity;
    const known = encodeStateVector(room.stateVector());
    // Of a snapshot most is known; to find out what is not takes long.
    const rows = await Promise.all(
      news.rows.filter(({ seq }) => seq > room.seq).map(async (row) => (row.isSnapshot ? { ...row, update: await this.ports.diff(row.update, known) } : row)),
    );
    const wasOpen = room.isOpen;
    const fresh = room.takeIn({ ...news, rows, state: isStateNew() ? news.state : null });
    for (const { update, seq, rowId, isHidden } of fresh) this.documents.contents.append(documentId, update, { seq, rowId }, isHidden);
    if (fresh.length > 0) this.ports.changedElsewhere(documentId, itemId);
    // [CO86] Where it was opened again nobody may have it open, who would look for what was found while nothing could be changed.
    if (!wasOpen && room.isOpen) this.documents.guarded(documentId, () => this.ports.changed(documentId, itemId));
    this.documents.askForCompaction(room);
  }
}

/**
 * Whether the content in memory is all that is stored, and nothing else: the last row tells, its number alone does not (CO102).
 *
 * @param now  the last update that it holds, and `before` what that was when `last` was asked for
 * @param last what is stored
 */
function isAt(now: KnownHead | undefined, last: KnownHead, before: KnownHead | undefined): boolean {
  if (now === undefined || now.seq < last.seq || (before !== undefined && before.seq > last.seq)) return false;
  // What was committed here meanwhile is newer than the answer.
  return [now, before].every((one) => one === undefined || one.seq !== last.seq || one.rowId === last.rowId);
}
