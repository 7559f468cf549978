import { AsyncLocalStorage } from 'node:async_hooks';
import type { Appended } from './collab-store.js';
import type { Elsewhere } from './elsewhere.js';
import type { CommitHint } from './fan-out.js';
import { GroupCommit } from './group-commit.js';
import type { Chance, HubPorts } from './hub-ports.js';
import type { Limits } from './limits.js';
import type { Members } from './members.js';
import type { OpenDocuments } from './open-documents.js';
import type { Room, RoomEntry } from './room.js';

/** What becomes of what waits for its commit, in all documents of the process. */
export class Commits {
  readonly queue: GroupCommit<RoomEntry>;
  /** What is shown in the middle of a transaction must not be taken for a part of it. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly ports: HubPorts,
    limits: Limits,
    later: Chance['later'],
    private readonly documents: OpenDocuments,
    private readonly elsewhere: Elsewhere,
    members: Pick<Members, 'setPressure'>,
  ) {
    this.queue = new GroupCommit<RoomEntry>(
      {
        append: (entries) => this.append(entries),
        isDropped: ({ room }) => room.isGivenUp,
        waitsAgain: (entries) => this.onWaitsAgain(entries),
        committed: (entries, heads) => this.onCommitted(entries, heads),
        refused: (documentId, entries) => void this.onRefused(documentId, entries),
        lost: (documentId, error) => this.onLost(documentId, error),
        pressure: (isHigh) => members.setPressure(isHigh),
      },
      limits,
      later,
    );
  }

  private onWaitsAgain(entries: readonly RoomEntry[]): void {
    for (const room of new Set(entries.filter(({ connection }) => connection?.isRevoked === true).map((entry) => entry.room))) {
      this.documents.guarded(room.identity.documentId, () => room.dropRevoked());
      this.documents.closeIfIdle(room);
    }
  }

  private async append(entries: readonly RoomEntry[]): Promise<Appended & { putOff?: ReadonlySet<RoomEntry> }> {
    const rows = entries.flatMap(({ row }) => (row === null ? [] : [row]));
    const { fanOut, store } = this.ports;
    if (!fanOut.isShared) return store.append(rows);
    // All of one document are of one room; those of a room that was given up are stored by nobody.
    const rooms = new Map(entries.map(({ documentId, room }) => [documentId, room]));
    const putOff = new Set<RoomEntry>();
    const appended = await store.append(rows, {
      heads: new Map([...rooms].map(([documentId, room]) => [documentId, room.head])),
      behind: (documentId, news) =>
        this.outside(async () => {
          const own = entries.filter((entry) => entry.documentId === documentId);
          const room = rooms.get(documentId) as Room;
          if (!room.stands(news)) {
            this.elsewhere.wentBack(documentId, room);
            for (const entry of own) putOff.add(entry);
            return [];
          }
          await this.elsewhere.takeIn(room, news);
          // What must be looked at anew, and all behind it, comes with the next commit: what is returned here is sealed at once.
          const count = own.findIndex(({ looks = 0 }) => looks > 0);
          if (count >= 0) for (const entry of own.splice(count)) putOff.add(entry);
          return own.flatMap(({ row }) => (row === null ? [] : [row]));
        }),
    });
    return { ...appended, putOff };
  }

  private onCommitted(entries: readonly RoomEntry[], heads: Appended['heads']): void {
    const hints: CommitHint[] = [];
    for (const [room, own] of byRoom(entries)) {
      const { documentId, itemId } = room.identity;
      let isNew = false;
      const seq = heads.get(documentId) ?? room.seq;
      for (const { row, addition } of own) {
        if (row === null || row.payload === null) continue;
        this.documents.contents.append(documentId, row.payload, { seq, rowId: row.rowId }, addition !== null && room.hides(addition));
        room.tailRows++;
        isNew = true;
      }
      this.documents.guarded(documentId, () => room.onCommitted(own, seq));
      if (isNew) hints.push({ documentId, itemId, seq });
      if (isNew) this.documents.guarded(documentId, () => this.ports.changed(documentId, itemId));
      this.documents.askForCompaction(room);
      this.documents.closeIfIdle(room);
    }
    if (hints.length > 0) this.ports.fanOut.publish(hints);
  }

  private async onRefused(documentId: string, entries: readonly RoomEntry[]): Promise<void> {
    // Until everything is judged anew nothing of it may be stored, or the queue of the room would be out of step.
    this.queue.hold(documentId);
    const rooms = byRoom(entries);
    try {
      const state = await this.documents.stateNow(documentId);
      for (const [room, own] of rooms) {
        if (room.isGivenUp) continue;
        this.documents.guarded(documentId, () => room.onRefused(own, state));
        this.documents.closeIfIdle(room);
      }
    } catch (error) {
      // Nobody knows whether it takes updates; whoever comes back finds out.
      this.ports.failed('document state', error, documentId);
      for (const room of rooms.keys()) this.documents.giveUp(documentId, room, 'not-ready');
    } finally {
      this.queue.release(documentId);
    }
  }

  private onLost(documentId: string, error: unknown): void {
    this.ports.failed('commit', error, documentId);
    // It is not known what of it is stored: nothing that is kept in memory may be believed.
    this.documents.giveUp(documentId, this.documents.room(documentId) ?? null, 'store-unavailable');
  }
}

function byRoom(entries: readonly RoomEntry[]): Map<Room, RoomEntry[]> {
  const groups = new Map<Room, RoomEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.room);
    if (group === undefined) groups.set(entry.room, [entry]);
    else group.push(entry);
  }
  return groups;
}
