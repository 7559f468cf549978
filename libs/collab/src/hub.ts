import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Session } from '@lib/access/sessions.service.js';
import type { Appended, CollabStore, DocumentRow, KnownHead, News } from './collab-store.js';
import { Connection, type Wire } from './connection.js';
import { Contents, type Merge } from './contents.js';
import type { Repair } from './document-repair.js';
import type { CommitHint, FanOut } from './fan-out.js';
import { additionOf } from './gate.js';
import { GroupCommit } from './group-commit.js';
import { Knowledge } from './knowledge.js';
import type { Limits } from './limits.js';
import type { CloseReason, DocumentState } from './protocol.js';
import type { GoneNumber } from './recent-text.js';
import { Room, type Entry } from './room.js';
import { encodeStateVector } from './update-write.js';

/** Who may come in, at this moment. */
export interface Door {
  byToken(token: string): Promise<Session | null>;
  bySession(sessionId: string): Promise<Session | null>;
  /**
   * Until when, epoch milliseconds; null when she may not now.
   *
   * @param side see {@link DocumentRow.side}
   */
  readsUntil(session: Session, itemId: string, side?: string): Promise<number | null>;
  /**
   * Puts on record that somebody opens a document; `itemId` is null for whoever is refused, whether or not there is one.
   * False when that cannot be written down: then nobody is let in.
   */
  record(session: Session, documentId: string, itemId: string | null): Promise<boolean>;
}

export interface HubPorts {
  store: CollabStore;
  /** The other processes. */
  fanOut: FanOut;
  /** Whether it is known until a second ago whose access was taken away; nothing leaves without. */
  isCurrent(): boolean;
  door: Door;
  /** Epoch milliseconds. */
  nowMs(): number;
  merge: Merge;
  /** What the content has beyond a state vector. */
  diff(content: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array>;
  /** As `repairShape`. */
  repair(updates: readonly Uint8Array[], clientId: number): Promise<Repair | null>;
  /** The server put right what would have left our editor with an element that it does not know. */
  repaired(documentId: string, itemId: string, faults: readonly string[]): void;
  /**
   * What looks like CPR numbers stood in a document and was deleted again; it is still in what is stored.
   *
   * @param numbers ten digits each, with whose words they were
   */
  numbersGone(documentId: string, itemId: string, numbers: readonly { digits: string; personId: string | null }[]): void;
  /** The content of a document is new, after a commit; or may be newer than its projection, on opening. */
  changed(documentId: string, itemId: string): void;
  /** Another process has committed in a document, perhaps one that nobody here has open. */
  changedElsewhere(documentId: string, itemId: string): void;
  /** So many rows stand behind the snapshot of a document that a new one is due. */
  grown(documentId: string): void;
  failed(what: string, error: unknown, documentId?: string): void;
}

/** What a socket asks for. */
export interface AdmissionRequest {
  /** As in the address; anything. */
  documentId: string;
  ticket: string | null;
  /** Session token from the cookie; used only without a ticket. */
  token: string | null;
  acks: boolean;
  epoch: string | null;
}

/** What a test decides by a seed, so that a run can be repeated. */
export interface Chance {
  /** A number from 0 to below 2³². */
  clientId(): number;
  later(work: () => void, ms: number): void;
}

export interface Admission {
  connection: Connection;
  room: Room;
}

/** Somebody at the door; the person is known when she has been looked up and there is a place for her. */
interface Arrival {
  personId: string | null;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Asked for in place of what does not exist, so that missing and forbidden take the same steps. */
const nothing = '00000000-0000-0000-0000-000000000000';

export const hashTicket = (ticket: string): Buffer => createHash('sha256').update(ticket).digest();

const longestWaitMs = 24 * 60 * 60 * 1000;

/** A document that is open or being opened. */
interface Slot {
  opening: Promise<Room | null>;
  room: Room | null;
  /** It is being looked up what others have committed, and whether it is to be looked up once more. */
  catching: Promise<void> | null;
  isBehindAgain: boolean;
  /** How often its state was changed by this process: what was read before such a change says nothing of it. */
  changesOfState: number;
}

/** All open documents of this process: who is let in, what is committed together, whom an event sends away. */
export class Hub {
  private readonly rooms = new Map<string, Slot>();
  private readonly connections = new Map<Connection, Room>();
  /** Gone, and what they sent is not stored yet: whose access ends before it is takes it along. */
  private readonly departed = new Map<Connection, Room>();
  /** Those who are being let in. */
  private readonly arriving = new Set<Arrival>();
  private readonly pressed = new Set<Connection>();
  /** Until when (epoch milliseconds) somebody is kept out of a document, by document and person. */
  private readonly barred = new Map<string, number>();
  /** Who made which number whole, by document and digits. */
  private readonly makers = new LRUCache<string, string>({ max: 1_000 });
  private readonly endings = new Map<Connection, NodeJS.Timeout>();
  private readonly commit: GroupCommit<Entry>;
  readonly contents: Contents;
  /** Grows with every event that may take access away: an admission that saw an older number starts over. */
  private changes = 0;
  private isHigh = false;
  private isStopping = false;
  /** Those that were silenced because this process was cut off. */
  private readonly cutOff: [Connection, Room][] = [];
  /** What is shown in the middle of a transaction must not be taken for a part of it. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly ports: HubPorts,
    private readonly limits: Limits,
    private readonly chance: Chance = { clientId: () => randomInt(2 ** 32), later: (work, ms) => void setTimeout(work, ms) },
  ) {
    this.contents = new Contents(ports.store, ports.merge, limits);
    this.commit = new GroupCommit<Entry>(
      {
        append: (entries) => this.append(entries),
        isDropped: ({ room }) => room.isGivenUp,
        waitsAgain: (entries) => {
          for (const room of new Set(entries.filter(({ connection }) => connection?.isRevoked === true).map((entry) => entry.room))) {
            this.guarded(room.identity.documentId, () => room.dropRevoked());
            this.closeIfIdle(room);
          }
        },
        committed: (entries, heads) => this.onCommitted(entries, heads),
        refused: (documentId, entries) => void this.onRefused(documentId, entries),
        lost: (documentId, error) => this.onLost(documentId, error),
        pressure: (isHigh) => this.onPressure(isHigh),
      },
      limits,
      chance.later,
    );
  }

  get connectionCount(): number {
    return this.connections.size;
  }

  /** Lets a socket into its document, or says why not. Missing and forbidden get the same answer on the same way. */
  async admit(wire: Wire, request: AdmissionRequest): Promise<Admission | CloseReason> {
    const arrival: Arrival = { personId: null };
    this.arriving.add(arrival);
    try {
      return await this.letIn(wire, request, arrival);
    } finally {
      this.arriving.delete(arrival);
    }
  }

  private async letIn(wire: Wire, request: AdmissionRequest, arrival: Arrival): Promise<Admission | CloseReason> {
    let isOnRecord = false;
    for (let attempt = 0; attempt < 5 && !this.isStopping; attempt++) {
      const seen = this.changes;
      const documentId = uuid.test(request.documentId) ? request.documentId.toLowerCase() : nothing;
      const identified = await this.identify(documentId, request);
      if (identified === null) return 'not-signed-in';
      const { session, clientId } = identified;
      const row = await this.ports.store.find(documentId);
      const readsUntil = await this.ports.door.readsUntil(session, row?.itemId ?? nothing, row?.side);
      if (row === null || readsUntil === null) return (await this.ports.door.record(session, documentId, null)) ? 'not-found' : 'not-ready';
      if (request.epoch !== null && request.epoch !== row.epoch) return 'precondition-failed';
      if (this.isBarred(documentId, session.personId)) return 'cpr-number';
      // Counted until she is let in or not, or two at once would each find the last place free.
      if (arrival.personId === null && this.connectionsOf(session.personId) >= this.limits.maxConnectionsPerPerson) return 'too-many-requests';
      arrival.personId = session.personId;
      // On record before the first byte; once, however often the way in is tried.
      isOnRecord ||= await this.ports.door.record(session, documentId, row.itemId);
      if (!isOnRecord) return 'not-ready';
      const slot = this.slotOf(documentId, true);
      const room = await slot.opening;
      if (room === null) return 'not-found';
      // What she heard from another process, before she came here, is known here before she is.
      if (this.ports.fanOut.isShared && room.seq < row.seq) await this.catchUp(documentId, slot, room);
      // A process that is cut off lets nobody in: it could not say who may be.
      if (!this.ports.isCurrent()) return 'not-ready';
      if (seen !== this.changes || this.isStopping || this.rooms.get(documentId) !== slot) {
        this.closeIfIdle(room);
        continue;
      }
      const { personId, personName, authorityName } = session;
      const who = { personId, sessionId: session.id, user: { name: personName, authority: authorityName, color: room.colorOf(personId) } };
      const connection = new Connection(wire, who, { acks: request.acks, isReadOnly: session.isReadOnly, ...(clientId === undefined ? {} : { clientId }) }, this.limits, () => this.ports.isCurrent());
      this.connections.set(connection, room);
      if (this.isHigh) this.press(connection);
      room.join(connection);
      if (connection.isOpen) this.endAt(connection, room, Math.min(session.validUntilMs, readsUntil));
      else this.left(connection);
      return { connection, room };
    }
    return 'not-ready';
  }

  private async identify(documentId: string, { ticket, token }: AdmissionRequest): Promise<{ session: Session; clientId?: number } | null> {
    if (ticket !== null) {
      const row = await this.ports.store.findTicket(hashTicket(ticket), documentId);
      const session = row === null ? null : await this.ports.door.bySession(row.sessionId);
      if (row === null || session === null || session.personId !== row.personId) return null;
      return { session, clientId: row.clientId };
    }
    const session = token === null ? null : await this.ports.door.byToken(token);
    return session === null ? null : { session };
  }

  /** The socket of a connection is gone. */
  left(connection: Connection): void {
    const room = this.connections.get(connection);
    if (room === undefined) return this.forget(connection);
    this.connections.delete(connection);
    this.pressed.delete(connection);
    room.leave(connection);
    if (connection.isRevoked || !room.awaits(connection)) this.forget(connection);
    else this.departed.set(connection, room);
    this.closeIfIdle(room);
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    this.departed.delete(connection);
    this.pressed.delete(connection);
    clearTimeout(this.endings.get(connection));
    this.endings.delete(connection);
  }

  // ---- the server's own edits

  /**
   * An edit of the server itself. Made from all that was received before: what is committed, with what waits for its commit
   * behind it. Stored and shown on the way that everybody's words take. The document is frozen meanwhile: what people write
   * waits for its commit, and nobody is sent away.
   *
   * @param make the update, under the client id that it is given; null when there is nothing to do
   * @param options.personId whose words they are; absent: the server's own
   * @param options.spares for what takes places away: not when somebody wrote there while it was made
   * @param options.isStill asks pages not to write meanwhile; what was on its way is in
   * @returns whether it is committed; false when the document is frozen or gone, or something is to be spared
   */
  async edit(
    documentId: string,
    make: (content: Uint8Array, clientId: number, ownerOf: (clientId: number) => string | undefined) => Promise<Uint8Array | null>,
    { personId = null, spares = false, isStill = false }: { personId?: string | null; spares?: boolean; isStill?: boolean } = {},
  ): Promise<boolean> {
    const room = await this.slotOf(documentId, false).opening;
    if (room === null || this.isStopping) return false;
    if (isStill) {
      room.still();
      await new Promise<void>((resolve) => this.chance.later(resolve, this.limits.stillMs));
    }
    const meanwhile = room.watch();
    try {
      const { isStored } = await this.whileFrozen<{ isStored: boolean | Promise<boolean> }>(documentId, async () => {
        await this.commit.rested(documentId);
        const committed = await this.contents.read(documentId);
        if (committed === null) return { isStored: false };
        const { waiting } = room;
        const content = waiting.length === 0 ? committed : await this.ports.merge([committed, ...waiting]);
        const clientId = await this.unusedClientId(room);
        const update = await make(content, clientId, (client) => room.ownerOf(client));
        // Whoever left last may have closed the room meanwhile; one that is not the document's any more must store nothing.
        if (update === null || this.rooms.get(documentId)?.room !== room) return { isStored: false };
        return { isStored: room.edit(update, personId === null ? null : { personId, clientId }, spares ? meanwhile : null) };
      });
      return await isStored;
    } finally {
      room.endWatch(meanwhile);
      if (isStill) room.unstill();
      this.closeIfIdle(room);
    }
  }

  /** Nothing of the document starts a commit before the answer. */
  private async whileFrozen<Answer>(documentId: string, work: () => Promise<Answer>): Promise<Answer> {
    this.commit.hold(documentId);
    try {
      return await work();
    } finally {
      this.commit.release(documentId);
    }
  }

  private async unusedClientId(room: Room): Promise<number> {
    let clientId = this.chance.clientId();
    while (!room.isUnused(clientId) || (await this.ports.store.isClientIdTaken(room.identity.documentId, clientId))) clientId = this.chance.clientId();
    return clientId;
  }

  /** Sends a person away from a document and keeps her out for a time; what was not acknowledged stays with her. */
  bar(documentId: string, personId: string, forMs: number): void {
    const nowMs = this.ports.nowMs();
    for (const [key, untilMs] of this.barred) if (untilMs <= nowMs) this.barred.delete(key);
    this.barred.set(`${documentId} ${personId}`, nowMs + forMs);
    for (const [connection, room] of this.connections) {
      if (room.identity.documentId !== documentId || connection.who.personId !== personId) continue;
      connection.close('cpr-number');
      this.left(connection);
    }
  }

  /** Who made a number whole, as far as that was seen here: one who wrote its digits may not have. */
  makerOf(documentId: string, digits: string): string | undefined {
    return this.makers.get(`${documentId} ${digits}`);
  }

  private isBarred(documentId: string, personId: string): boolean {
    return (this.barred.get(`${documentId} ${personId}`) ?? 0) > this.ports.nowMs();
  }

  // ---- what takes access away

  /** Whose access counts: who is connected, and who left words behind that are not stored yet. */
  private everyone(): [Connection, Room][] {
    return [...this.connections, ...this.departed];
  }

  private isKnown(connection: Connection): boolean {
    return this.connections.has(connection) || this.departed.has(connection);
  }

  /** At the instant when session, membership or the time at the item (AC50) end nothing more passes, until it is known that they go on after all. */
  private endAt(connection: Connection, room: Room, untilMs: number): void {
    // What is too long for a timer would fire at once.
    const waitMs = Math.min(Math.max(1, untilMs - this.ports.nowMs()), longestWaitMs);
    const timer = setTimeout(() => {
      if (!this.isKnown(connection)) return;
      // Timers count in their own milliseconds, and not beyond a day.
      if (this.ports.nowMs() < untilMs) return this.endAt(connection, room, untilMs);
      room.suspend(connection);
      void this.recheck(connection, room).finally(() => room.resume(connection));
    }, waitMs);
    timer.unref();
    clearTimeout(this.endings.get(connection));
    this.endings.set(connection, timer);
  }

  /** Whoever is in the item's documents is silent from now on, until it is known who may stay. */
  async audienceChanged(itemId: string): Promise<void> {
    this.changes++;
    const concerned = this.everyone().filter(([, room]) => room.identity.itemId === itemId);
    for (const [connection, room] of concerned) room.suspend(connection);
    await Promise.all(concerned.map(([connection, room]) => this.recheck(connection, room).finally(() => room.resume(connection))));
  }

  sessionEnded(sessionId: string): void {
    this.changes++;
    for (const [connection, room] of this.everyone()) if (connection.who.sessionId === sessionId) this.revoke(connection, room, 'not-signed-in');
  }

  /** Below the events: looks every connection up again. */
  async recheckAll(): Promise<void> {
    for (const [connection, room] of this.everyone()) if (this.isKnown(connection)) await this.recheck(connection, room);
  }

  private async recheck(connection: Connection, room: Room): Promise<void> {
    try {
      const session = await this.ports.door.bySession(connection.who.sessionId);
      if (session === null || session.personId !== connection.who.personId) this.revoke(connection, room, 'not-signed-in');
      else {
        const readsUntil = await this.ports.door.readsUntil(session, room.identity.itemId, room.identity.side);
        if (readsUntil === null) this.revoke(connection, room, 'access-ended');
        else if (this.isKnown(connection)) this.endAt(connection, room, Math.min(session.validUntilMs, readsUntil));
      }
    } catch (error) {
      // Nobody knows whether it may stay, so it goes, and may come back when somebody does.
      this.ports.failed('access check', error, room.identity.documentId);
      if (!this.connections.has(connection)) return;
      connection.close('internal');
      this.left(connection);
    }
  }

  private revoke(connection: Connection, room: Room, reason: 'access-ended' | 'not-signed-in'): void {
    room.revoke(connection, reason);
    this.left(connection);
  }

  // ---- other processes

  /** Something was committed elsewhere. */
  heard({ documentId, itemId, seq }: CommitHint): void {
    const slot = this.rooms.get(documentId);
    if (slot === undefined) {
      if ((this.contents.headOf(documentId)?.seq ?? seq) < seq) this.contents.forget(documentId);
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
    const slot = this.rooms.get(documentId);
    void slot?.opening.then(
      (room) => (room === null ? undefined : this.catchUp(documentId, slot, room)),
      () => undefined,
    );
  }

  /** Of documents that are open, or whose content is in memory: what others have committed until now is known here when it resolves. */
  async freshen(documentIds: readonly string[]): Promise<void> {
    if (!this.ports.fanOut.isShared) return;
    const known = documentIds.filter((id) => this.rooms.has(id) || this.contents.holds(id));
    if (known.length === 0) return;
    // What is committed here meanwhile is no sign that the store went back.
    const before = known.map((id) => ({ room: this.rooms.get(id)?.room ?? null, seq: this.rooms.get(id)?.room?.seq ?? 0, held: this.contents.headOf(id) }));
    const heads = await this.ports.store.heads(known);
    await Promise.all(
      known.map(async (documentId, n) => {
        const { room: seen, seq, held } = before[n]!;
        const last = heads.get(documentId);
        const head = last?.seq ?? 0;
        // Of its own commits since the room knows by itself.
        if (head < seq || (seen !== null && seen.seq === seq && last !== undefined && !seen.stands(last))) return this.wentBack(documentId, seen);
        const slot = this.rooms.get(documentId);
        if (slot !== undefined) {
          const room = await slot.opening.catch(() => null);
          if (room !== null && room.seq < head) await this.catchUp(documentId, slot, room);
        }
        // What is being loaded was begun before; whoever asks from now on loads again.
        if (!isAt(this.contents.headOf(documentId), last ?? { seq: 0, rowId: null }, held)) this.contents.forget(documentId);
      }),
    );
  }

  /** The content as it is committed now, whichever process committed it; null when there is no such document. */
  async contentNow(documentId: string): Promise<Uint8Array | null> {
    await this.freshen([documentId]);
    return this.contents.read(documentId);
  }

  /** Looks all open documents up: hints may have been lost. */
  async sweep(): Promise<void> {
    try {
      await this.freshen([...this.rooms.keys()]);
    } catch (error) {
      this.ports.failed('looking for commits of others', error);
    }
  }

  /** The store was put back to an earlier state: what is known here of the document is not what is stored. Its pages find out what was lost (CO90). */
  private wentBack(documentId: string, room: Room | null): void {
    if (room?.isGivenUp === true) return;
    this.ports.failed('commits of others', new Error('the store went back'), documentId);
    this.giveUp(documentId, room, 'not-ready');
  }

  private catchUp(documentId: string, slot: Slot, room: Room): Promise<void> {
    slot.isBehindAgain = true;
    slot.catching ??= this.catchUpNow(documentId, slot, room).finally(() => (slot.catching = null));
    return slot.catching;
  }

  private async catchUpNow(documentId: string, slot: Slot, room: Room): Promise<void> {
    while (slot.isBehindAgain && slot.room === room && this.rooms.get(documentId) === slot) {
      slot.isBehindAgain = false;
      try {
        const { seq } = room;
        const { changesOfState } = slot;
        const news = await this.ports.store.since(documentId, seq);
        // Asked by a number that a commit here has outrun meanwhile, it says nothing of what stands.
        if (news !== null && (room.seq === seq ? !room.stands(news) : news.head < seq)) return this.wentBack(documentId, room);
        this.commit.hold(documentId);
        try {
          await this.commit.rested(documentId);
          const isStateNew = () => slot.changesOfState === changesOfState;
          if (news !== null && this.rooms.get(documentId) === slot) await this.takeIn(room, news, isStateNew);
          if (!isStateNew()) slot.isBehindAgain = true;
        } finally {
          this.commit.release(documentId);
        }
      } catch (error) {
        // Nobody here may go on with a document of which something is missing; whoever comes back begins with all of it.
        this.ports.failed('commits of others', error, documentId);
        if (this.rooms.get(documentId) === slot) this.giveUp(documentId, room, 'not-ready');
      }
    }
  }

  /**
   * What others have committed is shown here, and is what everything that comes is judged by.
   *
   * @param isStateNew whether the state is still news, asked when it is about to be believed
   */
  private async takeIn(room: Room, news: News, isStateNew = () => true): Promise<void> {
    const { documentId, itemId } = room.identity;
    const known = encodeStateVector(room.stateVector());
    // Of a snapshot most is known; to find out what is not takes long.
    const rows = await Promise.all(
      news.rows.filter(({ seq }) => seq > room.seq).map(async (row) => (row.isSnapshot ? { ...row, update: await this.ports.diff(row.update, known) } : row)),
    );
    const fresh = room.takeIn({ ...news, rows, state: isStateNew() ? news.state : null });
    for (const { update, seq, rowId } of fresh) this.contents.append(documentId, update, { seq, rowId });
    if (fresh.length > 0) this.ports.changedElsewhere(documentId, itemId);
    this.askForCompaction(room);
  }

  /** Cut off from the others: nobody hears anything, and nothing of anybody is stored, until it is known who may stay. */
  cut(): void {
    for (const [connection, room] of this.everyone()) {
      room.suspend(connection);
      this.cutOff.push([connection, room]);
    }
  }

  /** What was missed is known: so is, after this, who may stay. `isMuch`: more was missed than can be known. */
  async restore(isMuch: boolean): Promise<void> {
    this.changes++;
    if (isMuch) {
      for (const [documentId, { room }] of this.rooms) if (room !== null) this.giveUp(documentId, room, 'not-ready');
      this.contents.forgetAll();
      return;
    }
    await this.sweep();
    await this.recheckAll();
  }

  /** Sending goes on. */
  current(): void {
    for (const [connection, room] of this.cutOff.splice(0)) room.resume(connection);
  }

  // ---- states

  /** The stored state of a document changed. The store refuses by itself what comes between its commit and this. */
  stateChanged(documentId: string, state: DocumentState): void {
    const slot = this.rooms.get(documentId);
    if (slot !== undefined) slot.changesOfState++;
    // A room that is being opened may have read the older state.
    void slot?.opening.then(
      (room) => room?.setState(state),
      () => undefined,
    );
  }

  /** The words of a document were destroyed: nobody keeps it open, and no copy stays in memory. */
  shredded(documentId: string): void {
    this.changes++;
    for (const [connection, room] of this.everyone()) if (room.identity.documentId === documentId) this.revoke(connection, room, 'access-ended');
    this.rooms.delete(documentId);
    this.contents.forget(documentId);
  }

  /** Nobody can say whether the words of a document were destroyed: everybody keeps what is not stored yet, and is told when she comes back. */
  perhapsShredded(documentId: string): void {
    this.changes++;
    this.giveUp(documentId, this.rooms.get(documentId)?.room ?? null, 'not-ready');
  }

  // ---- rooms

  /** @param tells whether an opening says that the projection may be behind */
  private slotOf(documentId: string, tells: boolean): Slot {
    const known = this.rooms.get(documentId);
    if (known !== undefined) return known;
    const slot: Slot = { opening: this.openRoom(documentId, tells), room: null, catching: null, isBehindAgain: false, changesOfState: 0 };
    this.rooms.set(documentId, slot);
    const forget = () => {
      if (this.rooms.get(documentId) === slot) this.rooms.delete(documentId);
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
    committed.add({ ...additionOf(merged, committed, this.limits), bytes });
    const tailRows = stored.updates.length - (stored.hasSnapshot ? 1 : 0);
    // A process that was killed between a commit and its projection left the lists behind; whoever opens it catches up.
    if (tells) this.guarded(documentId, () => this.ports.changed(documentId, stored.itemId));
    const room = new Room(identityOf(stored), stored.state, committed, this.portsOf(documentId), this.limits, stored.seq, tailRows, stored.lastRowId);
    this.askForCompaction(room);
    return room;
  }

  private askForCompaction(room: Room): void {
    if (room.tailRows < this.limits.compactAfterRows) return;
    // Asked again only after as many more: one that fails must not be tried at every commit.
    room.tailRows = 0;
    this.ports.grown(room.identity.documentId);
  }

  /** What is stored of a document was rewritten with fewer bytes. */
  compacted(documentId: string, savedBytes: number): void {
    this.rooms.get(documentId)?.room?.compacted(savedBytes);
  }

  private portsOf(documentId: string) {
    return {
      enqueue: (entry: Entry) => this.commit.add(entry),
      withdraw: (of: Room) => this.commit.withdraw(documentId, ({ room }) => room === of),
      hold: () => this.commit.hold(documentId),
      release: () => this.commit.release(documentId),
      diff: (content: Uint8Array, stateVector: Uint8Array) => this.ports.diff(content, stateVector),
      content: async () => {
        const content = await this.contents.read(documentId);
        if (content === null) throw new Error('document gone');
        return content;
      },
      repair: async (room: Room, waiting: readonly Uint8Array[]) => {
        const content = await this.contents.read(documentId);
        return content === null ? null : this.ports.repair([content, ...waiting], await this.unusedClientId(room));
      },
      repaired: (itemId: string, faults: readonly string[]) => this.ports.repaired(documentId, itemId, faults),
      numbersGone: (itemId: string, numbers: readonly GoneNumber[]) => {
        const ownerOf = (clientId: number) => this.rooms.get(documentId)?.room?.ownerOf(clientId) ?? null;
        this.ports.numbersGone(documentId, itemId, numbers.map(({ digits, clientId }) => ({ digits, personId: ownerOf(clientId) })));
      },
      numberMade: (digits: string, personId: string) => void this.makers.set(`${documentId} ${digits}`, personId),
      failed: (error: unknown) => this.ports.failed('document', error, documentId),
    };
  }

  private closeIfIdle(room: Room): void {
    const { documentId } = room.identity;
    for (const [connection, of] of this.departed) if (of === room && !room.awaits(connection)) this.forget(connection);
    if (room.isIdle && this.rooms.get(documentId)?.room === room) this.rooms.delete(documentId);
  }

  // ---- commits

  private async append(entries: readonly Entry[]): Promise<Appended & { putOff?: ReadonlySet<Entry> }> {
    const rows = entries.flatMap(({ row }) => (row === null ? [] : [row]));
    const { fanOut, store } = this.ports;
    if (!fanOut.isShared) return store.append(rows);
    // All of one document are of one room; those of a room that was given up are stored by nobody.
    const rooms = new Map(entries.map(({ documentId, room }) => [documentId, room]));
    const putOff = new Set<Entry>();
    const appended = await store.append(rows, {
      heads: new Map([...rooms].map(([documentId, room]) => [documentId, room.head])),
      behind: (documentId, news) =>
        this.outside(async () => {
          const own = entries.filter((entry) => entry.documentId === documentId);
          const room = rooms.get(documentId) as Room;
          if (!room.stands(news)) {
            this.wentBack(documentId, room);
            for (const entry of own) putOff.add(entry);
            return [];
          }
          await this.takeIn(room, news);
          // What must be looked at anew, and all behind it, comes with the next commit: what is returned here is sealed at once.
          const count = own.findIndex(({ looks = 0 }) => looks > 0);
          if (count >= 0) for (const entry of own.splice(count)) putOff.add(entry);
          return own.flatMap(({ row }) => (row === null ? [] : [row]));
        }),
    });
    return { ...appended, putOff };
  }

  private onCommitted(entries: readonly Entry[], heads: Appended['heads']): void {
    const hints: CommitHint[] = [];
    for (const [room, own] of byRoom(entries)) {
      const { documentId, itemId } = room.identity;
      let isNew = false;
      const seq = heads.get(documentId) ?? room.seq;
      for (const { row } of own) {
        if (row === null || row.payload === null) continue;
        this.contents.append(documentId, row.payload, { seq, rowId: row.rowId });
        room.tailRows++;
        isNew = true;
      }
      this.guarded(documentId, () => room.onCommitted(own, seq));
      if (isNew) hints.push({ documentId, itemId, seq });
      if (isNew) this.guarded(documentId, () => this.ports.changed(documentId, itemId));
      this.askForCompaction(room);
      this.closeIfIdle(room);
    }
    if (hints.length > 0) this.ports.fanOut.publish(hints);
  }

  private async onRefused(documentId: string, entries: readonly Entry[]): Promise<void> {
    // Until everything is judged anew nothing of it may be stored, or the queue of the room would be out of step.
    this.commit.hold(documentId);
    const rooms = byRoom(entries);
    try {
      const state = await this.stateNow(documentId);
      for (const [room, own] of rooms) {
        if (room.isGivenUp) continue;
        this.guarded(documentId, () => room.onRefused(own, state));
        this.closeIfIdle(room);
      }
    } catch (error) {
      // Nobody knows whether it takes updates; whoever comes back finds out.
      this.ports.failed('document state', error, documentId);
      for (const room of rooms.keys()) this.giveUp(documentId, room, 'not-ready');
    } finally {
      this.commit.release(documentId);
    }
  }

  /** The stored state; read again where this process has changed it meanwhile, and may have been told already. */
  private async stateNow(documentId: string): Promise<DocumentState> {
    for (;;) {
      const slot = this.rooms.get(documentId);
      const changesOfState = slot?.changesOfState;
      const state = (await this.ports.store.find(documentId))?.state ?? 'closed';
      if (slot?.changesOfState === changesOfState) return state;
    }
  }

  private onLost(documentId: string, error: unknown): void {
    this.ports.failed('commit', error, documentId);
    // It is not known what of it is stored: nothing that is kept in memory may be believed.
    this.giveUp(documentId, this.rooms.get(documentId)?.room ?? null, 'store-unavailable');
  }

  private giveUp(documentId: string, room: Room | null, reason: 'store-unavailable' | 'not-ready'): void {
    if (room === null || this.rooms.get(documentId)?.room === room) this.rooms.delete(documentId);
    this.contents.forget(documentId);
    if (room === null) return;
    this.commit.withdraw(documentId, (entry) => entry.room === room);
    room.closeAll(reason);
    // A socket may take its time to close. What becomes of it is no business of the room that comes after this one.
    for (const [connection, old] of this.everyone()) {
      if (old === room) this.forget(connection);
    }
  }

  private guarded(documentId: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.ports.failed('after commit', error, documentId);
    }
  }

  private onPressure(isHigh: boolean): void {
    this.isHigh = isHigh;
    if (isHigh) for (const connection of this.connections.keys()) this.press(connection);
    else {
      for (const connection of this.pressed) connection.wire.resume();
      this.pressed.clear();
    }
  }

  private press(connection: Connection): void {
    if (this.pressed.has(connection)) return;
    this.pressed.add(connection);
    connection.wire.pause();
  }

  /** Nobody new; what is queued is stored and acknowledged; then everybody goes, to come back elsewhere. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const connection of this.connections.keys()) connection.wire.pause();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.commit.drain(), new Promise((resolve) => (timer = setTimeout(resolve, this.limits.shutdownMs)))]);
    clearTimeout(timer);
    for (const connection of this.connections.keys()) {
      connection.close('not-ready');
      this.left(connection);
    }
  }

  private connectionsOf(personId: string): number {
    let count = 0;
    for (const connection of this.connections.keys()) if (connection.who.personId === personId) count++;
    for (const one of this.arriving) if (one.personId === personId) count++;
    return count;
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

function identityOf({ documentId, itemId, epoch, side }: DocumentRow) {
  return { documentId, itemId, epoch, ...(side === undefined ? {} : { side }) };
}

function byRoom(entries: readonly Entry[]): Map<Room, Entry[]> {
  const groups = new Map<Room, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.room);
    if (group === undefined) groups.set(entry.room, [entry]);
    else group.push(entry);
  }
  return groups;
}
