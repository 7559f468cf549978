import { LRUCache } from 'lru-cache';
import type { DocumentRow } from './collab-store.js';
import { Contents } from './contents.js';
import { adding } from './gate.js';
import type { GroupCommit } from './group-commit.js';
import type { Chance, HubPorts } from './hub-ports.js';
import { Knowledge } from './knowledge.js';
import type { Limits } from './limits.js';
import type { Members } from './members.js';
import type { DocumentState } from './protocol.js';
import type { GoneNumber } from './recent-text.js';
import { Room, type RoomEntry } from './room.js';

/** A document that is open or being opened. */
export interface Slot {
  opening: Promise<Room | null>;
  room: Room | null;
  /** It is being looked up what others have committed, and whether it is to be looked up once more. */
  catching: Promise<void> | null;
  isBehindAgain: boolean;
  /** How often its state was changed by this process: what was read before such a change says nothing of it. */
  changesOfState: number;
}

/** What waits for a commit, as documents use it. */
export type Queue = Pick<GroupCommit<RoomEntry>, 'add' | 'withdraw' | 'hold' | 'release' | 'rested'>;

/** The documents that somebody has open: how they are opened, what they stand on, and when they are forgotten. */
export class OpenDocuments {
  private readonly slots = new Map<string, Slot>();
  readonly contents: Contents;
  /** Who made which number whole, by document and digits. */
  private readonly makers = new LRUCache<string, string>({ max: 1_000 });

  constructor(
    private readonly ports: HubPorts,
    private readonly limits: Limits,
    private readonly chance: Chance,
    private readonly queue: Queue,
    private readonly members: Pick<Members, 'settled' | 'forgetRoom'>,
  ) {
    this.contents = new Contents(ports.store, ports.merge, limits);
  }

  /** Of those that are open or being opened. */
  slot(documentId: string): Slot | undefined {
    return this.slots.get(documentId);
  }

  ids(): string[] {
    return [...this.slots.keys()];
  }

  /** undefined as long as it is being opened. */
  room(documentId: string): Room | null | undefined {
    return this.slots.get(documentId)?.room;
  }

  /** @param tells whether an opening says that the projection may be behind */
  slotOf(documentId: string, tells: boolean): Slot {
    const known = this.slots.get(documentId);
    if (known !== undefined) return known;
    const slot: Slot = { opening: this.openRoom(documentId, tells), room: null, catching: null, isBehindAgain: false, changesOfState: 0 };
    this.slots.set(documentId, slot);
    const forget = () => {
      if (this.slots.get(documentId) === slot) this.slots.delete(documentId);
    };
    slot.opening.then((room) => {
      slot.room = room;
      if (room === null) forget();
    }, forget);
    return slot;
  }

  private async openRoom(documentId: string, tells: boolean): Promise<Room | null> {
    await this.ports.fanOut.ready();
    const opened = await this.contents.open(documentId);
    if (opened === null) return null;
    const { stored, merged } = opened;
    const committed = new Knowledge();
    for (const binding of stored.bindings) committed.bind(binding);
    const bytes = stored.updates.reduce((sum, update) => sum + update.length, 0);
    committed.addLater([adding(merged, committed, this.limits)], bytes);
    const tailRows = stored.updates.length - (stored.hasSnapshot ? 1 : 0);
    // A process that was killed between a commit and its projection left the lists behind; whoever opens it catches up.
    if (tells) this.guarded(documentId, () => this.ports.changed(documentId, stored.itemId));
    const room = new Room(identityOf(stored), stored.state, committed, this.portsOf(documentId), this.limits, stored.seq, tailRows, stored.lastRowId);
    this.askForCompaction(room);
    return room;
  }

  askForCompaction(room: Room): void {
    if (room.tailRows < this.limits.compactAfterRows) return;
    // Asked again only after as many more: one that fails must not be tried at every commit.
    room.tailRows = 0;
    this.ports.grown(room.identity.documentId);
  }

  /** What is stored of a document was rewritten with fewer bytes. */
  compacted(documentId: string, savedBytes: number): void {
    this.slots.get(documentId)?.room?.compacted(savedBytes);
  }

  private portsOf(documentId: string) {
    return {
      enqueue: (entry: RoomEntry) => this.queue.add(entry),
      withdraw: (of: Room) => this.queue.withdraw(documentId, ({ room }) => room === of),
      hold: () => this.queue.hold(documentId),
      release: () => this.queue.release(documentId),
      diff: (content: Uint8Array, stateVector: Uint8Array) => this.ports.diff(content, stateVector),
      content: async () => {
        const content = await this.contents.read(documentId);
        if (content === null) throw new Error('document gone');
        return content;
      },
      parts: async () => {
        const parts = await this.contents.parts(documentId);
        if (parts === null) throw new Error('document gone');
        return parts;
      },
      repair: async (room: Room, waiting: readonly Uint8Array[]) => {
        const content = await this.contents.read(documentId);
        return content === null ? null : this.ports.repair([content, ...waiting], await this.unusedClientId(room));
      },
      repaired: (itemId: string, faults: readonly string[]) => this.ports.repaired(documentId, itemId, faults),
      numbersGone: (itemId: string, numbers: readonly GoneNumber[]) => {
        const ownerOf = (clientId: number) => this.slots.get(documentId)?.room?.ownerOf(clientId) ?? null;
        this.ports.numbersGone(documentId, itemId, numbers.map(({ digits, clientId }) => ({ digits, personId: ownerOf(clientId) })));
      },
      numberMade: (digits: string, personId: string) => void this.makers.set(`${documentId} ${digits}`, personId),
      failed: (error: unknown) => this.ports.failed('document', error, documentId),
    };
  }

  /** Who made a number whole, as far as that was seen here: one who wrote its digits may not have. */
  makerOf(documentId: string, digits: string): string | undefined {
    return this.makers.get(`${documentId} ${digits}`);
  }

  async unusedClientId(room: Room): Promise<number> {
    let clientId = this.chance.clientId();
    while (!room.isUnused(clientId) || (await this.ports.store.isClientIdTaken(room.identity.documentId, clientId))) clientId = this.chance.clientId();
    return clientId;
  }

  closeIfIdle(room: Room): void {
    const { documentId } = room.identity;
    this.members.settled(room);
    if (room.isIdle && this.slots.get(documentId)?.room === room) this.slots.delete(documentId);
  }

  /** The stored state of a document changed. The store refuses by itself what comes between its commit and this. */
  stateChanged(documentId: string, state: DocumentState): void {
    const slot = this.slots.get(documentId);
    if (slot !== undefined) slot.changesOfState++;
    // A room that is being opened may have read the older state.
    void slot?.opening.then(
      (room) => {
        room?.setState(state);
        // [CO86] What was found while nothing could be changed is looked for again, though nobody writes.
        if (room !== null && state === 'open') this.guarded(documentId, () => this.ports.changed(documentId, room.identity.itemId));
      },
      () => undefined,
    );
  }

  /** The stored state; read again where this process has changed it meanwhile, and may have been told already. */
  async stateNow(documentId: string): Promise<DocumentState> {
    for (;;) {
      const slot = this.slots.get(documentId);
      const changesOfState = slot?.changesOfState;
      const state = (await this.ports.store.find(documentId))?.state ?? 'closed';
      if (slot?.changesOfState === changesOfState) return state;
    }
  }

  /** Nothing of it that is known here may be believed: everybody keeps what is not stored, and comes back. */
  giveUp(documentId: string, room: Room | null, reason: 'store-unavailable' | 'not-ready'): void {
    if (room === null || this.slots.get(documentId)?.room === room) this.slots.delete(documentId);
    this.contents.forget(documentId);
    if (room === null) return;
    this.queue.withdraw(documentId, (entry) => entry.room === room);
    room.closeAll(reason);
    this.members.forgetRoom(room);
  }

  /** Nobody keeps it open, and no copy stays in memory. */
  drop(documentId: string): void {
    this.slots.delete(documentId);
    this.contents.forget(documentId);
  }

  giveUpAll(): void {
    for (const [documentId, { room }] of this.slots) if (room !== null) this.giveUp(documentId, room, 'not-ready');
    this.contents.forgetAll();
  }

  guarded(documentId: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.ports.failed('after commit', error, documentId);
    }
  }
}

function identityOf({ documentId, itemId, epoch, side }: DocumentRow) {
  return { documentId, itemId, epoch, ...(side === undefined ? {} : { side }) };
}
