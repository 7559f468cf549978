import { createHash, randomInt } from 'node:crypto';
import type { Session } from '@lib/access/sessions.service.js';
import type { CollabStore, DocumentRow } from './collab-store.js';
import { Connection, type Wire } from './connection.js';
import { Contents, type Merge } from './contents.js';
import { additionOf } from './gate.js';
import { GroupCommit } from './group-commit.js';
import { Knowledge } from './knowledge.js';
import type { Limits } from './limits.js';
import type { CloseReason, DocumentState } from './protocol.js';
import { Room, type Entry } from './room.js';

/** Who may come in, at this moment. */
export interface Door {
  byToken(token: string): Promise<Session | null>;
  bySession(sessionId: string): Promise<Session | null>;
  mayRead(session: Session, itemId: string): Promise<boolean>;
}

export interface HubPorts {
  store: CollabStore;
  door: Door;
  /** Epoch milliseconds. */
  nowMs(): number;
  merge: Merge;
  /** What the content has beyond a state vector. */
  diff(content: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array>;
  /** The content of a document is new, after a commit; or may be newer than its projection, on opening. */
  changed(documentId: string, itemId: string): void;
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

export interface Admission {
  connection: Connection;
  room: Room;
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
}

/** All open documents of this process: who is let in, what is committed together, whom an event sends away. */
export class Hub {
  private readonly rooms = new Map<string, Slot>();
  private readonly connections = new Map<Connection, Room>();
  private readonly pressed = new Set<Connection>();
  /** Until when (epoch milliseconds) somebody is kept out of a document, by document and person. */
  private readonly barred = new Map<string, number>();
  private readonly endings = new Map<Connection, NodeJS.Timeout>();
  private readonly commit: GroupCommit<Entry>;
  readonly contents: Contents;
  /** Grows with every event that may take access away: an admission that saw an older number starts over. */
  private changes = 0;
  private isHigh = false;
  private isStopping = false;

  constructor(
    private readonly ports: HubPorts,
    private readonly limits: Limits,
  ) {
    this.contents = new Contents(ports.store, ports.merge, limits);
    this.commit = new GroupCommit<Entry>(
      {
        append: (rows) => ports.store.append(rows),
        committed: (entries) => this.onCommitted(entries),
        refused: (documentId, entries) => void this.onRefused(documentId, entries),
        lost: (documentId, error) => this.onLost(documentId, error),
        pressure: (isHigh) => this.onPressure(isHigh),
      },
      limits,
    );
  }

  get connectionCount(): number {
    return this.connections.size;
  }

  /** Lets a socket into its document, or says why not. Missing and forbidden get the same answer on the same way. */
  async admit(wire: Wire, request: AdmissionRequest): Promise<Admission | CloseReason> {
    for (let attempt = 0; attempt < 5 && !this.isStopping; attempt++) {
      const seen = this.changes;
      const documentId = uuid.test(request.documentId) ? request.documentId.toLowerCase() : nothing;
      const identified = await this.identify(documentId, request);
      if (identified === null) return 'not-signed-in';
      const { session, clientId } = identified;
      const row = await this.ports.store.find(documentId);
      const mayRead = await this.ports.door.mayRead(session, row?.itemId ?? nothing);
      if (row === null || !mayRead) return 'not-found';
      if (request.epoch !== null && request.epoch !== row.epoch) return 'precondition-failed';
      if (this.isBarred(documentId, session.personId)) return 'cpr-number';
      if (this.connectionsOf(session.personId) >= this.limits.maxConnectionsPerPerson) return 'too-many-requests';
      const slot = this.slotOf(documentId, true);
      const room = await slot.opening;
      if (room === null) return 'not-found';
      if (seen !== this.changes || this.isStopping || this.rooms.get(documentId) !== slot) {
        this.closeIfIdle(room);
        continue;
      }
      const { personId, personName, authorityName } = session;
      const who = { personId, sessionId: session.id, user: { name: personName, authority: authorityName, color: room.colorOf(personId) } };
      const connection = new Connection(wire, who, { acks: request.acks, ...(clientId === undefined ? {} : { clientId }) }, this.limits);
      this.connections.set(connection, room);
      if (this.isHigh) this.press(connection);
      room.join(connection);
      if (connection.isOpen) this.endAt(connection, room, session.validUntilMs);
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
    this.forget(connection);
    if (room === undefined) return;
    room.leave(connection);
    this.closeIfIdle(room);
  }

  private forget(connection: Connection): void {
    this.connections.delete(connection);
    this.pressed.delete(connection);
    clearTimeout(this.endings.get(connection));
    this.endings.delete(connection);
  }

  // ---- the server's own edits

  /**
   * An edit of the server itself. Made from committed content that is at least as new as the call, stored and shown on
   * the way that everybody's words take.
   *
   * @param make the update, under the client id that it is given; null when there is nothing to do
   * @returns whether it is committed; false when the document changed in between, is frozen or gone
   */
  async edit(documentId: string, make: (content: Uint8Array, clientId: number, ownerOf: (clientId: number) => string | undefined) => Promise<Uint8Array | null>, personId: string | null = null): Promise<boolean> {
    const room = await this.slotOf(documentId, false).opening;
    if (room === null || this.isStopping) return false;
    try {
      const content = await this.contents.read(documentId);
      if (content === null) return false;
      let clientId = randomInt(2 ** 32);
      while (!room.isUnused(clientId) || (await this.ports.store.isClientIdTaken(documentId, clientId))) clientId = randomInt(2 ** 32);
      const update = await make(content, clientId, (client) => room.ownerOf(client));
      // Whoever left last may have closed the room meanwhile; one that is not the document's any more must store nothing.
      return update !== null && this.rooms.get(documentId)?.room === room && (await room.edit(update, personId === null ? null : { personId, clientId }));
    } finally {
      this.closeIfIdle(room);
    }
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

  private isBarred(documentId: string, personId: string): boolean {
    return (this.barred.get(`${documentId} ${personId}`) ?? 0) > this.ports.nowMs();
  }

  // ---- what takes access away

  /** At the instant when session or membership end nothing more passes, until it is known that they go on after all. */
  private endAt(connection: Connection, room: Room, untilMs: number): void {
    // What is too long for a timer would fire at once.
    const waitMs = Math.min(Math.max(1, untilMs - this.ports.nowMs()), longestWaitMs);
    const timer = setTimeout(() => {
      if (!connection.isOpen) return;
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
    const concerned = [...this.connections].filter(([, room]) => room.identity.itemId === itemId);
    for (const [connection, room] of concerned) room.suspend(connection);
    await Promise.all(concerned.map(([connection, room]) => this.recheck(connection, room).finally(() => room.resume(connection))));
  }

  sessionEnded(sessionId: string): void {
    this.changes++;
    for (const [connection, room] of this.connections) if (connection.who.sessionId === sessionId) this.revoke(connection, room, 'not-signed-in');
  }

  /** Below the events: looks every connection up again. */
  async recheckAll(): Promise<void> {
    for (const [connection, room] of this.connections) if (connection.isOpen) await this.recheck(connection, room);
  }

  private async recheck(connection: Connection, room: Room): Promise<void> {
    try {
      const session = await this.ports.door.bySession(connection.who.sessionId);
      if (session === null || session.personId !== connection.who.personId) this.revoke(connection, room, 'not-signed-in');
      else if (!(await this.ports.door.mayRead(session, room.identity.itemId))) this.revoke(connection, room, 'access-ended');
      else if (this.connections.has(connection)) this.endAt(connection, room, session.validUntilMs);
    } catch (error) {
      // Nobody knows whether it may stay, so it goes, and may come back when somebody does.
      this.ports.failed('access check', error, room.identity.documentId);
      connection.close('internal');
      this.left(connection);
    }
  }

  private revoke(connection: Connection, room: Room, reason: 'access-ended' | 'not-signed-in'): void {
    room.revoke(connection, reason);
    this.left(connection);
  }

  // ---- states

  /** The stored state of a document changed. The store refuses by itself what comes between its commit and this. */
  stateChanged(documentId: string, state: DocumentState): void {
    const slot = this.rooms.get(documentId);
    // A room that is being opened may have read the older state.
    void slot?.opening.then(
      (room) => room?.setState(state),
      () => undefined,
    );
  }

  // ---- rooms

  /** @param tells whether an opening says that the projection may be behind */
  private slotOf(documentId: string, tells: boolean): Slot {
    const known = this.rooms.get(documentId);
    if (known !== undefined) return known;
    const slot: Slot = { opening: this.openRoom(documentId, tells), room: null };
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
    const opened = await this.contents.open(documentId);
    if (opened === null) return null;
    const { stored, merged } = opened;
    const committed = new Knowledge();
    for (const binding of stored.bindings) committed.bind(binding);
    const bytes = stored.updates.reduce((sum, update) => sum + update.length, 0);
    committed.add({ ...additionOf(merged, committed, this.limits), bytes });
    // A process that was killed between a commit and its projection left the lists behind; whoever opens it catches up.
    if (tells) this.guarded(documentId, () => this.ports.changed(documentId, stored.itemId));
    return new Room(identityOf(stored), stored.state, committed, this.portsOf(documentId), this.limits);
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
      failed: (error: unknown) => this.ports.failed('document', error, documentId),
    };
  }

  private closeIfIdle(room: Room): void {
    const { documentId } = room.identity;
    if (room.isIdle && this.rooms.get(documentId)?.room === room) this.rooms.delete(documentId);
  }

  // ---- commits

  private onCommitted(entries: readonly Entry[]): void {
    for (const [room, own] of byRoom(entries)) {
      const { documentId, itemId } = room.identity;
      let isNew = false;
      for (const { row } of own) {
        if (row === null || row.payload === null) continue;
        this.contents.append(documentId, row.payload);
        isNew = true;
      }
      this.guarded(documentId, () => room.onCommitted(own));
      if (isNew) this.guarded(documentId, () => this.ports.changed(documentId, itemId));
      this.closeIfIdle(room);
    }
  }

  private async onRefused(documentId: string, entries: readonly Entry[]): Promise<void> {
    // Until everything is judged anew nothing of it may be stored, or the queue of the room would be out of step.
    this.commit.hold(documentId);
    let state: DocumentState = 'closed';
    try {
      state = (await this.ports.store.find(documentId))?.state ?? 'closed';
    } catch (error) {
      this.ports.failed('document state', error, documentId);
    }
    for (const [room, own] of byRoom(entries)) {
      this.guarded(documentId, () => room.onRefused(own, state === 'open' ? 'frozen' : state));
      this.closeIfIdle(room);
    }
    this.commit.release(documentId);
  }

  private onLost(documentId: string, error: unknown): void {
    this.ports.failed('commit', error, documentId);
    // It is not known what of it is stored: nothing that is kept in memory may be believed.
    const room = this.rooms.get(documentId)?.room;
    this.rooms.delete(documentId);
    this.contents.forget(documentId);
    if (room === undefined || room === null) return;
    room.closeAll('store-unavailable');
    // A socket may take its time to close. What becomes of it is no business of the room that comes after this one.
    for (const [connection, old] of this.connections) {
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
    return count;
  }
}

function identityOf({ documentId, itemId, epoch }: DocumentRow) {
  return { documentId, itemId, epoch };
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
