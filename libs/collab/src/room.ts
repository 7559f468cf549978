import * as Y from 'yjs';
import { newId } from '@lib/platform/ids.js';
import { Audience } from './audience.js';
import { MalformedBytes } from './byte-reader.js';
import type { Head, KnownHead, News, NewUpdate } from './collab-store.js';
import type { Connection } from './connection.js';
import { Awaited, deletedBy, holds, judge, judgeOwn, judgeStored, touches, type Needs, type Verdict } from './gate.js';
import { joined, Knowledge, nothingAdded, type Addition, type Binding } from './knowledge.js';
import type { Limits } from './limits.js';
import { Watches, type Meanwhile } from './meanwhile.js';
import { readAwareness, readClientMessage, updateFrame, type AwarenessEntry, type DocumentState } from './protocol.js';
import { RecentText } from './recent-text.js';
import { collected } from './shape.js';
import { drop, OutOfStep, type Entry, type RoomIdentity, type RoomPorts } from './room-ports.js';

export type RoomEntry = Entry<Room>;

/**
 * One document that somebody has open. It lets through what the gate allows, shows and acknowledges only what is
 * committed, and keeps no Y.Doc.
 */
export class Room {
  private readonly audience: Audience;
  private readonly watches = new Watches();
  private readonly queued: RoomEntry[] = [];
  private pending: Knowledge;
  private readonly recent = new RecentText();
  private repairing: Promise<void> = Promise.resolve();
  /** Nothing of it may be believed any more: what waits for a commit is not to be stored. */
  isGivenUp = false;

  /**
   * @param committed what the stored rows make known
   * @param seq the number of the last of them
   * @param tailRows rows behind the snapshot, as long as nobody was asked to compact them
   * @param lastRowId the row of the last of them; null where there is none
   */
  constructor(
    readonly identity: RoomIdentity,
    state: DocumentState,
    private readonly committed: Knowledge,
    private readonly ports: RoomPorts<Room>,
    private readonly limits: Limits,
    public seq = 0,
    public tailRows = 0,
    private lastRowId: string | null = null,
  ) {
    this.audience = new Audience(state, committed, ports, limits);
    this.pending = new Knowledge(committed);
  }

  get isIdle(): boolean {
    return this.audience.connections.size === 0 && this.queued.length === 0;
  }

  /** Whether something that the connection sent is not stored yet. */
  awaits(connection: Connection): boolean {
    return this.queued.some((entry) => entry.connection === connection);
  }

  join(connection: Connection): void {
    const { clientId } = connection;
    const { personId } = connection.who;
    if (clientId !== undefined) {
      // Under an id that the server made for her nobody can have written: a long document need not be read to let her in.
      if (!this.mayBe(clientId, personId, connection.options.isOfTicket === true)) return connection.close('client-id-taken');
      // Two documents under one id would diverge for ever; the newer one is the living one.
      for (const other of this.audience.connections) if (other.options.clientId === clientId) this.leave(other, 'conflict');
    }
    this.audience.connections.add(connection);
    if (clientId !== undefined) this.claim(connection, clientId);
    this.audience.greet(connection);
  }

  /** Whatever the connection had sent is still stored. */
  leave(connection: Connection, reason?: 'conflict'): void {
    if (reason !== undefined) connection.close(reason);
    connection.end();
    this.audience.leave(connection);
  }

  /** Access was taken away: nothing more goes out, and what has not started its commit is not stored. */
  revoke(connection: Connection, reason: 'access-ended' | 'not-signed-in'): void {
    connection.revoke(reason);
    this.leave(connection);
    this.judgeAgain((entry) => entry.connection !== connection);
  }

  /** What was being committed when access was taken, and was not stored, waits again: it is not to be tried another time. */
  dropRevoked(): void {
    this.judgeAgain(({ connection }) => connection?.isRevoked !== true);
  }

  /** Nothing goes out to the connection, and nothing of the document is stored, until it is known whether it may. */
  suspend(connection: Connection): void {
    connection.suspend();
    this.ports.hold();
  }

  resume(connection: Connection): void {
    connection.resume();
    this.ports.release();
  }

  setState(state: DocumentState): void {
    this.audience.setState(state);
  }

  /** Whether anybody may write here now. */
  get isOpen(): boolean {
    return this.audience.state === 'open';
  }

  /** The colour of a person's caret here. */
  colorOf(personId: string): string {
    return this.audience.colorOf(personId);
  }

  /** Asks pages not to write until as many `unstill` came. What comes nevertheless is taken as ever. */
  still(): void {
    this.audience.still();
  }

  unstill(): void {
    this.audience.unstill();
  }

  /** What comes from now on, until it is ended. */
  watch(): Meanwhile {
    return this.watches.begin();
  }

  endWatch(watch: Meanwhile): void {
    this.watches.end(watch);
  }

  /** @returns bytes of work that the frame makes beyond its own */
  receive(connection: Connection, frame: Uint8Array): number {
    if (!connection.isOpen) return 0;
    let cost = 0;
    try {
      const message = readClientMessage(frame, this.limits);
      switch (message.type) {
        case 'step1':
          // Opening is what everybody does once; who asks again is answered as often as the content may be sent.
          cost = connection.isReceiving ? this.committed.bytes : 0;
          void this.audience.answer(connection, message.stateVector);
          break;
        case 'step2':
        case 'update':
          // Copied out of the frame: thirty bytes kept must not keep the socket's whole buffer.
          if (this.take(connection, connection.expect(), new Uint8Array(message.update), message.type === 'step2')) cost = this.committed.bytes;
          break;
        case 'awareness':
          // It counts for each to whom it is told.
          cost = this.hearPresence(connection, readAwareness(message.update, this.limits));
          break;
        case 'queryAwareness':
          cost = this.audience.tellEverybody(connection);
          break;
      }
    } catch (error) {
      if (!(error instanceof MalformedBytes)) this.ports.failed(error);
      connection.close(error instanceof MalformedBytes ? 'malformed-request' : 'internal');
    }
    return cost;
  }

  /** @returns whether the document must be looked at for it */
  private take(connection: Connection, ordinal: number, update: Uint8Array, isStep2: boolean): boolean {
    if (isStep2) connection.isResyncAsked = false;
    const message = { ordinal, isStep2, update };
    const verdict = this.judgeFor(connection, update);
    switch (verdict.kind) {
      case 'refuse':
        connection.refuse(ordinal, verdict.code);
        return false;
      case 'gap':
        // A sync step 2 answers what the server lacks; with a gap in it there is nothing more to ask for.
        if (isStep2) connection.refuse(ordinal, 'clock-gap');
        else this.park(connection, ordinal, verdict.needs);
        return false;
      case 'known':
        if (this.queued.length > 0) this.enqueue({ connection, message, addition: null, row: null, bytes: update.length });
        else this.settle([{ connection, message }]);
        return false;
      case 'store': {
        if (connection.options.isReadOnly === true) {
          connection.refuse(ordinal, 'update-refused');
          return false;
        }
        if (!this.isOpen) {
          connection.refuse(ordinal, 'document-frozen');
          return false;
        }
        const { addition } = verdict;
        this.pending.add(addition);
        const clientIds = addition.bindings.map(({ clientId }) => clientId);
        const entry = this.enqueue({ connection, message, addition, row: this.row(connection, verdict.update, clientIds), bytes: verdict.update.length });
        if (addition.mayLack) this.repairBeforeCommit(entry);
        return addition.mayLack;
      }
    }
  }

  /**
   * By what waits, too. After a restore somebody who does not say what her text builds on may hold words of a colleague that the store
   * lost, with the id that was hers: nothing becomes her own by that.
   */
  private judgeFor({ who: { personId }, options, clientId: own }: Connection, update: Uint8Array): Verdict {
    const verdict = judge(update, this.pending, personId, this.limits);
    if (verdict.kind !== 'store') return verdict;
    const isForeign = ({ clientId }: Binding) => !this.mayBe(clientId, personId) || (options.isOfUnknownEpoch === true && clientId !== own);
    return verdict.addition.bindings.some(isForeign) ? { kind: 'refuse', code: 'client-id-taken', reason: 'an id of somebody who is here, or was before the restore' } : verdict;
  }

  /** Whether a person may write under this id: it is hers; or nobody's, nothing was written under it, and nobody else is here with it. */
  private mayBe(clientId: number, personId: string, isUnwritten = false): boolean {
    const owner = this.pending.owner(clientId);
    if (owner !== undefined) return owner === personId;
    if (!isUnwritten && this.pending.clock(clientId) > 0) return false;
    for (const other of this.audience.connections) if (other.clientId === clientId && other.who.personId !== personId) return false;
    return true;
  }

  /**
   * What an update may leave without something that our editor asks for is completed in the same row: a browser that saw
   * it for a moment would delete it, with all words in it. The document is frozen meanwhile, one such update at a time. An update
   * whose commit is under way when that turns out is put off: what is sealed already would be stored without.
   */
  private repairBeforeCommit(entry: RoomEntry): void {
    this.ports.hold();
    entry.looks = (entry.looks ?? 0) + 1;
    this.repairing = this.repairing.then(async () => {
      try {
        const waiting = this.queued.slice(0, this.queued.indexOf(entry) + 1).flatMap(({ row }) => (row === null || row.payload === null ? [] : [row.payload]));
        const made = waiting.length === 0 ? null : await this.ports.repair(this, waiting);
        if (made !== null && this.queued.includes(entry) && this.takeInRepair(entry, made.update)) this.ports.repaired(this.identity.itemId, made.faults);
      } catch (error) {
        // It is stored as it is; the projection looks again.
        this.ports.failed(error);
      } finally {
        entry.looks = (entry.looks ?? 1) - 1;
        this.ports.release();
      }
    });
  }

  /** Puts a repair into the row of an update. @returns whether it fits what is there by now; otherwise there is none */
  private takeInRepair(entry: RoomEntry, repair: Uint8Array): boolean {
    const { row, addition } = entry;
    const verdict = judgeOwn(repair, this.pending, this.limits);
    if (verdict.kind !== 'store' || row === null || row.payload === null || addition === null) return false;
    this.pending.add(verdict.addition);
    this.watches.came(verdict.addition);
    entry.row = { ...row, payload: Y.mergeUpdates([row.payload, verdict.update]) };
    entry.addition = joined(addition, verdict.addition);
    // A second look may find more than the first: the sender is told of both.
    entry.repair = entry.repair === undefined ? verdict.update : Y.mergeUpdates([entry.repair, verdict.update]);
    return true;
  }

  private row({ who }: Connection, payload: Uint8Array | null, clientIds: readonly number[]): NewUpdate {
    const { documentId, itemId } = this.identity;
    return { rowId: newId(), documentId, itemId, personId: who.personId, sessionId: who.sessionId, payload, clientIds };
  }

  /**
   * The server's own edit, on the way that everybody's words take: shown after its commit, in order with all others.
   *
   * @param by whose words they are and the client id they are written under; null: the server's own
   * @param meanwhile what came while it was made, of which it must take nothing away; null: it may
   * @returns true once it is committed; false when it builds on something that is not stored any more (or not here yet),
   * would take away something that came meanwhile, or the document takes no updates
   */
  edit(update: Uint8Array, by: { personId: string; clientId: number } | null = null, meanwhile: Meanwhile | null = null): Promise<boolean> {
    const verdict = judgeOwn(update, this.pending, this.limits);
    if (verdict.kind !== 'store' || !this.isOpen) return Promise.resolve(verdict.kind === 'known');
    const takes = meanwhile === null ? undefined : deletedBy(update, this.limits);
    if (takes !== undefined && meanwhile?.leaves(takes) === false) return Promise.resolve(false);
    const addition = by === null ? verdict.addition : { ...verdict.addition, bindings: [...verdict.addition.bindings, by] };
    this.pending.add(addition);
    const { documentId, itemId } = this.identity;
    const row = { rowId: newId(), documentId, itemId, personId: by?.personId ?? null, sessionId: null, payload: verdict.update, clientIds: by === null ? [] : [by.clientId] };
    return new Promise((settled) => this.enqueue({ connection: null, message: null, addition, row, bytes: verdict.update.length, settled, ...(takes === undefined ? {} : { takes }) }));
  }

  /** What waits for its commit, in order. */
  get waiting(): Uint8Array[] {
    return this.queued.flatMap(({ row }) => (row === null || row.payload === null ? [] : [row.payload]));
  }

  /** Whether something of it stands where nobody sees it, because its place was deleted before its author heard of that. */
  hides({ places }: Addition): boolean {
    return places.some(({ container }) => container === collected || (container.element !== undefined && this.pending.isDeleted(container.element)));
  }

  /** Of what is stored. */
  stateVector(): Map<number, number> {
    return this.committed.stateVector();
  }

  /** A client id that nobody has used in this document. */
  isUnused(clientId: number): boolean {
    return this.pending.owner(clientId) === undefined && this.pending.clock(clientId) === 0;
  }

  /** What is stored was rewritten with fewer bytes. */
  compacted(savedBytes: number): void {
    this.committed.shrink(savedBytes);
  }

  /** Whose a client id is, also of what waits. */
  ownerOf(clientId: number): string | undefined {
    return this.pending.owner(clientId);
  }

  private enqueue(entry: Omit<RoomEntry, 'documentId' | 'room'>): RoomEntry {
    const { connection, message, addition, row, bytes, settled, takes } = entry;
    // Written out: to copy whatever is there costs as much as judging it.
    const whole: RoomEntry = { documentId: this.identity.documentId, room: this, connection, message, addition, row, bytes: bytes + this.limits.queuedEntryBytes, settled, takes };
    this.queued.push(whole);
    if (whole.addition !== null) this.watches.came(whole.addition);
    this.ports.enqueue(whole);
    return whole;
  }

  /** A client id is this person's from now on, stored with the next commit. */
  private claim(connection: Connection, clientId: number): void {
    const { personId } = connection.who;
    if (!this.isOpen || this.pending.owner(clientId) !== undefined) return;
    // Whoever has opened it so often that no more are kept for her is let in all the same: it is stored with her first words.
    if (this.pending.clientIdsOf(personId) >= this.limits.maxClientIdsPerPerson) {
      connection.isMuted = this.pending.writtenBy(personId) >= this.limits.maxClientIdsPerPerson;
      return;
    }
    const addition = { ...nothingAdded, bindings: [{ clientId, personId }] };
    this.pending.add(addition);
    this.enqueue({ connection, message: null, addition, row: this.row(connection, null, [clientId]), bytes: 0 });
  }

  private park(connection: Connection, ordinal: number, needs: Needs): void {
    const awaited = new Awaited(ordinal, needs);
    const ranges = connection.parked.reduce((sum, { size }) => sum + size, awaited.size);
    // The first may name as much as it likes: it is what somebody sends who comes back after a day.
    if (connection.parked.length >= this.limits.maxParkedUpdates || (connection.parked.length > 0 && ranges > this.limits.maxParkedRanges)) return connection.refuse(ordinal, 'clock-gap');
    connection.parked.push(awaited);
    if (connection.isReceiving && !connection.isResyncAsked && !this.audience.isBeingAnswered(connection)) this.audience.askForAll(connection);
    // Whoever never asked for the content is asked for nothing, and waits no longer.
    connection.awaitAnswer(this.limits.resyncMs, () => connection.isReceiving && !connection.isResyncAsked);
  }

  // ---- after the commit

  /** What is committed may be seen and is acknowledged. `seq`: the number of the last of it. */
  onCommitted(entries: readonly RoomEntry[], seq = 0): void {
    if (seq > this.seq) {
      this.seq = seq;
      this.lastRowId = entries.findLast(({ row }) => row !== null && row.payload !== null)?.row?.rowId ?? null;
    }
    this.queued.splice(0, entries.length);
    for (const { addition } of entries) if (addition !== null) this.committed.add(addition);
    this.rebuildPending();
    for (const { row, connection, repair } of entries) {
      if (row !== null && row.payload !== null) this.audience.show(row.payload, connection);
      if (repair !== undefined && connection?.isReceiving === true) this.audience.tell(connection, updateFrame(repair));
    }
    this.settle(entries);
    for (const { settled } of entries) settled?.(true);
    this.lookForNumbers(entries);
  }

  private lookForNumbers(entries: readonly RoomEntry[]): void {
    const gone = entries.flatMap(({ addition, connection }) => {
      if (addition === null) return [];
      const { gone: numbers, made } = this.recent.take(addition.written, addition.deletes);
      // What the server takes out itself is seen to by whoever asked for it.
      if (connection === null) return [];
      for (const digits of made) this.ports.numberMade(digits, connection.who.personId);
      return numbers;
    });
    if (gone.length > 0) this.ports.numbersGone(this.identity.itemId, gone);
  }

  /** The last update that is known here. */
  get head(): KnownHead {
    return this.lastRowId === null ? { seq: 0, rowId: null } : { seq: this.seq, rowId: this.lastRowId };
  }

  /**
   * Whether what is known here is still stored, by the row of its last update. Numbers do not tell: a store that was put back
   * gives them out again, and may have counted past what it lost.
   *
   * @param head the last that is stored, or what {@link News} says of it
   */
  stands(head: Head | Pick<News, 'head' | 'anchor' | 'rows'>): boolean {
    if ('rowId' in head) return head.seq > this.seq || (head.seq === this.seq && head.rowId === this.lastRowId);
    if (head.head < this.seq) return false;
    if (head.anchor === this.lastRowId) return true;
    // A compaction put it, with all before it, into a snapshot behind it; one of a store that was put back before lacks it.
    const [first] = head.rows;
    return head.anchor === null && first?.isSnapshot === true && holds(first.update, this.committed, this.limits);
  }

  /**
   * What other processes have committed, shown here; what comes a second time does nothing. What waits for its commit is judged
   * anew by it: entries change in place, so that one whose commit is under way is stored as it must be now, or not at all.
   *
   * @param news without a state where that is known better
   * @returns what of it was new
   * @throws OutOfStep
   */
  takeIn(news: Omit<News, 'state'> & { state: DocumentState | null }): { update: Uint8Array; seq: number; rowId: string; isHidden: boolean }[] {
    for (const binding of news.bindings) this.committed.bind(binding);
    // What she has not sent yet would be taken for what somebody else has stored under her id.
    for (const connection of this.audience.connections) {
      const owner = connection.clientId === undefined ? undefined : this.committed.owner(connection.clientId);
      if (owner !== undefined && owner !== connection.who.personId) connection.close('client-id-taken');
    }
    const fresh: { update: Uint8Array; seq: number; rowId: string; isHidden: boolean }[] = [];
    for (const { rowId, seq, update } of news.rows) {
      if (seq <= this.seq) continue;
      const verdict = judgeStored(update, this.committed, this.limits);
      if (verdict.kind === 'store') {
        this.committed.add(verdict.addition);
        this.watches.came(verdict.addition);
        for (const entry of this.queued) if (entry.takes !== undefined && entry.row?.rowId !== rowId && touches(verdict.addition, entry.takes)) drop(entry);
        this.tailRows++;
        fresh.push({ update: verdict.update, seq, rowId, isHidden: this.hides(verdict.addition) });
        // The answer to a commit of our own was lost: its sender lacks only what the server had put in.
        const own = this.queued.find(({ row }) => row?.rowId === rowId);
        this.audience.show(verdict.update, own?.connection ?? null);
        if (own?.repair !== undefined && own.connection?.isReceiving === true) this.audience.tell(own.connection, updateFrame(own.repair));
      } else if (verdict.kind !== 'known') throw new OutOfStep(verdict.kind);
      this.seq = seq;
      this.lastRowId = rowId;
    }
    if (news.state !== null) this.setState(news.state);
    this.pending = new Knowledge(this.committed);
    for (const entry of this.queued) this.judgeQueued(entry);
    this.settle([]);
    return fresh;
  }

  private judgeQueued(entry: RoomEntry): void {
    const { connection, message, row, addition } = entry;
    if (message === null) return this.judgeQueuedOwn(entry);
    if (connection === null) return;
    const { personId } = connection.who;
    // What somebody else stored under the id is as long, perhaps, and would be taken for the very words.
    const isTaken = addition?.bindings.some(({ clientId }) => (this.pending.owner(clientId) ?? personId) !== personId) === true;
    const verdict: Verdict = isTaken ? { kind: 'refuse', code: 'client-id-taken', reason: 'bound to somebody else meanwhile' } : this.judgeFor(connection, message.update);
    if (verdict.kind === 'store') {
      this.pending.add(verdict.addition);
      entry.addition = verdict.addition;
      const clientIds = verdict.addition.bindings.map(({ clientId }) => clientId);
      entry.row = { ...this.row(connection, verdict.update, clientIds), ...(row === null ? {} : { rowId: row.rowId }) };
      const { repair } = entry;
      delete entry.repair;
      if (repair !== undefined) this.takeInRepair(entry, repair);
      if (verdict.addition.mayLack && entry.repair === undefined) this.repairBeforeCommit(entry);
      return;
    }
    entry.row = null;
    entry.addition = null;
    delete entry.repair;
    if (verdict.kind === 'known') return;
    this.watches.fell();
    entry.message = null;
    if (verdict.kind === 'refuse') connection.refuse(message.ordinal, verdict.code);
    else if (message.isStep2) connection.refuse(message.ordinal, 'clock-gap');
    else if (connection.isOpen) this.park(connection, message.ordinal, verdict.needs);
  }

  /** An edit of the server, or a claim of a client id. */
  private judgeQueuedOwn(entry: RoomEntry): void {
    const { connection, row } = entry;
    if (row === null) return;
    if (row.payload !== null) {
      const verdict = judgeOwn(row.payload, this.pending, this.limits);
      if (verdict.kind === 'store') {
        entry.addition = { ...verdict.addition, bindings: entry.addition?.bindings ?? [] };
        entry.row = { ...row, payload: verdict.update };
        this.pending.add(entry.addition);
        return;
      }
      if (verdict.kind !== 'known') {
        this.watches.fell();
        return drop(entry);
      }
    } else {
      const [clientId] = row.clientIds;
      const owner = clientId === undefined ? undefined : this.pending.owner(clientId);
      if (owner === undefined && entry.addition !== null) return this.pending.add(entry.addition);
      if (owner !== row.personId) connection?.close('client-id-taken');
    }
    entry.row = null;
    entry.addition = null;
  }

  /**
   * The store took nothing of these. All is judged anew by the state that it has now: refused, or queued again where it is open
   * again; also what brought nothing but what one of these had brought before it.
   */
  onRefused(entries: readonly RoomEntry[], state: DocumentState): void {
    this.setState(state);
    this.queued.splice(0, entries.length);
    // Of whoever was sent away meanwhile nothing starts a commit again.
    this.judgeAgain(() => true, entries.filter(({ connection }) => connection === null || connection.isOpen));
  }

  /** Nothing of it may be believed any more: everybody goes, keeps the text and comes back. */
  closeAll(reason: 'store-unavailable' | 'not-ready' | 'internal' | 'not-found'): void {
    this.isGivenUp = true;
    for (const { settled } of this.queued.splice(0)) settled?.(false);
    for (const connection of this.audience.connections) {
      connection.close(reason);
      this.audience.connections.delete(connection);
    }
  }

  /** These messages are stored, and with them perhaps what others waited for. */
  private settle(entries: readonly Pick<RoomEntry, 'connection' | 'message'>[]): void {
    for (const { connection, message } of entries) if (message !== null) connection?.settle(message.ordinal);
    for (const connection of this.audience.connections) this.settleParked(connection);
    for (const { connection, message } of entries) {
      // Everything the client had is in its sync step 2, so what it sent before must be covered by it.
      if (message?.isStep2 && connection?.parked.some(({ ordinal }) => ordinal < message.ordinal)) connection.refuse(message.ordinal, 'clock-gap');
    }
    for (const connection of this.audience.connections) connection.acknowledge();
  }

  private settleParked(connection: Connection): void {
    if (connection.parked.length === 0) return;
    const still = connection.parked.filter((awaited) => {
      const isStored = awaited.isKnown(this.committed);
      if (isStored) connection.settle(awaited.ordinal);
      return !isStored;
    });
    connection.parked.splice(0, connection.parked.length, ...still);
    if (still.length === 0) connection.nothingAwaited();
  }

  private rebuildPending(): void {
    this.pending = new Knowledge(this.committed);
    for (const { addition } of this.queued) if (addition !== null) this.pending.add(addition);
  }

  /** Something that was let through will not be stored: what came behind it is judged anew, after `first`. */
  private judgeAgain(keep: (entry: RoomEntry) => boolean, first: readonly RoomEntry[] = []): void {
    this.watches.fell();
    const withdrawn = this.ports.withdraw(this);
    this.queued.splice(this.queued.length - withdrawn.length, withdrawn.length);
    this.rebuildPending();
    for (const entry of [...first, ...withdrawn]) {
      const { connection, message } = entry;
      if (connection === null) {
        // It is made anew from what is stored then.
        entry.settled?.(false);
        continue;
      }
      if (!keep(entry)) continue;
      if (message === null) {
        if (connection.clientId !== undefined) this.claim(connection, connection.clientId);
      } else {
        // What was a sync step 2 may lean on something dropped; then the client is asked again.
        this.take(connection, message.ordinal, message.update, false);
      }
    }
  }

  // ---- presence

  /** @returns bytes that it was told in, to all together */
  private hearPresence(connection: Connection, entries: readonly AwarenessEntry[]): number {
    const { personId } = connection.who;
    const first = entries[0];
    // A client introduces itself: its first awareness message is about itself alone. One that did not take the id of
    // its ticket, or has no ticket, gets its own one bound here.
    if (!connection.isIntroduced && entries.length === 1 && first !== undefined) {
      connection.isIntroduced = true;
      if (this.isFree(first.clientId, personId)) {
        connection.clientId = first.clientId;
        this.claim(connection, first.clientId);
      }
    }
    // y-websocket repeats what it heard of colleagues; only what a person says about herself counts.
    return this.audience.hearPresence(connection, entries.filter(({ clientId }) => this.pending.owner(clientId) === personId || connection.clientId === clientId));
  }

  private isFree(clientId: number, personId: string): boolean {
    return clientId <= 0xffffffff && this.pending.owner(clientId) === undefined && this.mayBe(clientId, personId);
  }
}
