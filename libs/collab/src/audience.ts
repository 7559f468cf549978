import * as Y from 'yjs';
import type { Connection } from './connection.js';
import type { Knowledge } from './knowledge.js';
import type { Limits } from './limits.js';
import { Colors, Presence } from './presence.js';
import { awarenessFrame, documentStateFrame, step1Frame, step2Frame, updateFrame, type AwarenessEntry, type DocumentState } from './protocol.js';
import type { RoomPorts } from './room-ports.js';
import { encodeStateVector } from './update-write.js';
import { wholeFrame } from './whole-frame.js';

/** So many updates are joined in less time than another thread is asked. */
const joinedAtOnce = 50;

/** So many count for what presence costs its sender: in a crowd she types no less. */
const countedListeners = 64;

/** Those who are in one document, and what each of them hears: content, commits, states, and one another. */
export class Audience {
  readonly connections = new Set<Connection>();
  private readonly presence: Presence;
  private readonly colors = new Colors();
  /** How many edits of the server ask for pages that do not write. */
  private stills = 0;
  private readonly answering = new Map<Connection, { heard: Uint8Array[]; again: Map<number, number> | null }>();

  constructor(
    /** Of the document. */
    public state: DocumentState,
    private readonly committed: Knowledge,
    private readonly ports: Pick<RoomPorts<unknown>, 'diff' | 'content' | 'parts' | 'failed'>,
    limits: Limits,
  ) {
    this.presence = new Presence(limits);
  }

  /** The colour of a person's caret here. */
  colorOf(personId: string): string {
    return this.colors.of(personId, new Set([...this.connections].map(({ who }) => who.personId)));
  }

  /** Whoever comes is told the state, and who is here. */
  greet(connection: Connection): void {
    if (connection.options.acks) connection.send(documentStateFrame(this.stateFor(connection)));
    const present = this.presence.all();
    if (present.length > 0) connection.send(awarenessFrame(present));
  }

  leave(connection: Connection): void {
    if (!this.connections.delete(connection)) return;
    this.answering.delete(connection);
    this.tellPresence(this.presence.leave(connection), connection);
  }

  setState(state: DocumentState): void {
    if (state === this.state) return;
    const before = this.shownState;
    this.state = state;
    this.tellState(before);
  }

  /** What pages are told: while they are asked not to write, a document that takes updates is shown as one that does not. */
  private get shownState(): DocumentState {
    return this.stills > 0 && this.state === 'open' ? 'frozen' : this.state;
  }

  private stateFor({ isMuted }: Connection): DocumentState {
    return isMuted && this.shownState === 'open' ? 'frozen' : this.shownState;
  }

  private tellState(before: DocumentState): void {
    if (this.shownState === before) return;
    for (const connection of this.connections) if (connection.options.acks) connection.send(documentStateFrame(this.stateFor(connection)));
  }

  /** Asks pages not to write until as many `unstill` came. What comes nevertheless is taken as ever. */
  still(): void {
    const before = this.shownState;
    this.stills++;
    this.tellState(before);
  }

  unstill(): void {
    const before = this.shownState;
    this.stills--;
    this.tellState(before);
  }

  /** Whether the connection is being answered, and will be asked for all it has then. */
  isBeingAnswered(connection: Connection): boolean {
    return this.answering.has(connection);
  }

  askForAll(connection: Connection): void {
    connection.isResyncAsked = true;
    connection.send(step1Frame(this.committed.stateVector()));
  }

  /** Sync step 2, and behind it the server's own step 1. Whoever asks hears of every commit from this moment on. */
  async answer(connection: Connection, stateVector: Map<number, number>): Promise<void> {
    const under = this.answering.get(connection);
    if (under !== undefined) {
      under.again = stateVector;
      return;
    }
    const isFirst = !connection.isReceiving;
    const answering: { heard: Uint8Array[]; again: Map<number, number> | null } = { heard: [], again: null };
    this.answering.set(connection, answering);
    connection.isReceiving = true;
    try {
      const frames = stateVector.size === 0 ? await this.whole() : [await this.difference(stateVector)];
      if (!connection.isOpen || !this.connections.has(connection)) return;
      for (const frame of frames) connection.send(frame);
      await this.allRead();
      if (!connection.isOpen || !this.connections.has(connection)) return;
      this.answering.delete(connection);
      if (isFirst || connection.parked.length > 0) this.askForAll(connection);
      for (const frame of answering.heard) connection.send(frame);
      if (answering.again !== null) await this.answer(connection, answering.again);
    } catch (error) {
      this.answering.delete(connection);
      this.ports.failed(error);
      connection.close('internal');
    }
  }

  /** A long document is read in parts: this one's content leaves before, and others have their turn between. */
  private async allRead(): Promise<void> {
    while (!this.committed.isRead) {
      await new Promise<void>((done) => setImmediate(done));
      this.committed.readSome();
    }
  }

  /** Who has nothing gets all there is as it lies there: most of it, and with the answer what came since. Nothing waits until both are one. */
  private async whole(): Promise<Uint8Array[]> {
    const { base, tail } = await this.ports.parts();
    if (tail.length === 0) return [wholeFrame(base)];
    if (tail.length > joinedAtOnce) return [wholeFrame(await this.ports.content())];
    return [wholeFrame(base, updateFrame), step2Frame(tail.length === 1 ? tail[0]! : Y.mergeUpdates([...tail]))];
  }

  private async difference(stateVector: ReadonlyMap<number, number>): Promise<Uint8Array> {
    await this.allRead();
    if (this.committed.isWithin(stateVector)) return step2Frame(this.committed.deletesOnly());
    return step2Frame(await this.ports.diff(await this.ports.content(), encodeStateVector(stateVector)));
  }

  show(update: Uint8Array, sender: Connection | null): void {
    const frame = updateFrame(update);
    for (const connection of this.connections) {
      if (connection !== sender && connection.isReceiving) this.tell(connection, frame);
    }
  }

  tell(connection: Connection, frame: Uint8Array): void {
    const answering = this.answering.get(connection);
    if (answering === undefined) connection.send(frame);
    else answering.heard.push(frame);
  }

  /** What a person says about herself is told to the others. @returns bytes that it was told in, to all together */
  hearPresence(connection: Connection, entries: readonly AwarenessEntry[]): number {
    const { personId, user } = connection.who;
    const told: AwarenessEntry[] = [];
    for (const entry of entries) {
      const change = this.presence.update(connection, personId, user, entry);
      if (change !== undefined) told.push(change);
    }
    return this.tellPresence(told, connection);
  }

  /** @returns bytes that it was told in */
  tellEverybody(connection: Connection): number {
    const everybody = awarenessFrame(this.presence.all());
    connection.send(everybody);
    return everybody.length;
  }

  private tellPresence(entries: readonly AwarenessEntry[], sender: Connection): number {
    if (entries.length === 0) return 0;
    const frame = awarenessFrame(entries);
    for (const connection of this.connections) if (connection !== sender) connection.send(frame);
    return frame.length * Math.min(this.connections.size, countedListeners);
  }
}
