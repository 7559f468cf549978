import { WebsocketProvider } from 'y-websocket';
import { Awareness } from 'y-protocols/awareness';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { Ticket } from '../api/types.js';
import { Outbox, type HeldNumber } from './outbox.js';
import { Promised } from './promised.js';
import { endOfRefusal } from './refused-ticket.js';
import { initialSaveState, isLocked, mayType, next, nextChangeAt, statusAt, unsavedSince, type SaveEvent, type SaveState, type SaveStatus } from './save-state.js';

// Message types beside those of y-websocket (libs/collab/PROTOCOL.md); the server uses them only with `ack=1`.
const protocolVersion = '1';
const messageSync = 0;
const messageAcknowledgement = 100;
const messageRefusal = 101;
const messageDocumentState = 102;

const syncStep1 = 0;
const syncStep2 = 1;
const syncUpdate = 2;

/** Pause before a ticket is asked for again when nobody answered; at least half of it. */
const ticketRetryMs = 3_000;
/** Pauses between attempts to connect: y-websocket's own, doubled each time; at least half of each. */
const firstReconnectMs = 200;
const longestReconnectMs = 2_500;
/** Shortest time between two tickets while a connection cannot be opened. */
const ticketPauseMs = 5_000;

export interface ProviderOptions {
  documentId: string;
  fetchTicket: (documentId: string) => Promise<Ticket>;
  /** Origin of the server with ws: or wss:, without a path. */
  serverOrigin: string;
  /** Default: the browser's own. */
  WebSocket?: typeof WebSocket;
  /** From 0 to below 1. Default: `Math.random` */
  random?: () => number;
}

/**
 * One document, its socket and the truth about what is stored. Use: construct, `start()`, wait for the status to leave
 * `loading`, edit `doc`, `destroy()`. The words come from the server only; nothing is ever seeded here.
 */
export class SamraadProvider {
  readonly documentId: string;
  readonly doc = new Y.Doc();
  private readonly outbox = new Outbox(this.doc);
  private readonly promised = new Promised();
  /** Update messages of this connection that are not acknowledged, oldest first. */
  private travelling: Uint8Array[] = [];
  private acknowledged = 0;
  private connection: WebsocketProvider | null = null;
  /** The server's question what it lacks has been answered on this connection. */
  private answered = false;
  /** What the server sent before its own question, oldest first. */
  private early: { content: Uint8Array; isWhole: boolean }[] = [];
  private look: ReturnType<typeof setTimeout> | undefined;
  private heldNumbers: readonly HeldNumber[] = [];
  private presence: Awareness | null = null;
  private state: SaveState = initialSaveState;
  private readonly listeners = new Set<() => void>();
  private clock: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private epoch: string | null = null;
  private ticketAskedAt = 0;
  private destroyed = false;

  constructor(private readonly options: ProviderOptions) {
    this.documentId = options.documentId;
  }

  /** Who else is here. @throws Error before the first ticket has arrived */
  get awareness(): Awareness {
    if (!this.presence) throw new Error('awareness before the document was loaded');
    return this.presence;
  }

  readonly status = (): SaveStatus => statusAt(this.state, Date.now());

  readonly mayType = (): boolean => mayType(this.state, Date.now());

  /** The text is locked, and the status tells of something else. */
  readonly isLocked = (): boolean => isLocked(this.state, Date.now());

  /** Problem code of a refused change, for telling why. */
  get refusal(): string | null {
    return this.state.refused;
  }

  /** Numbers that are not sent; the same array as long as nothing changes. */
  readonly held = (): readonly HeldNumber[] => this.heldNumbers;

  /** Takes numbers that are kept back out of the text. */
  removeHeld(digits: readonly string[]): void {
    this.outbox.remove(digits);
  }

  /** The server has noted that this is no CPR number. */
  dismissHeld(digits: string): void {
    this.outbox.dismiss(digits);
    this.release();
  }

  get hasUnsaved(): boolean {
    return this.state.loaded && (unsavedSince(this.state) !== null || this.state.end === 'restored');
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  start(): void {
    void this.renewTicket();
  }

  /** Goes on after a new sign-in of the same person, with what was typed before. */
  revive(): void {
    if (this.state.end !== 'signedOut') return;
    this.dispatch({ type: 'revived' });
    void this.renewTicket();
  }

  destroy(): void {
    this.destroyed = true;
    clearTimeout(this.clock);
    clearTimeout(this.retry);
    clearTimeout(this.look);
    this.connection?.destroy();
    this.presence?.destroy();
    this.outbox.destroy();
    this.doc.destroy();
    this.listeners.clear();
  }

  private async renewTicket(): Promise<void> {
    clearTimeout(this.retry);
    this.ticketAskedAt = Date.now();
    let ticket: Ticket;
    try {
      ticket = await this.options.fetchTicket(this.documentId);
    } catch (error) {
      if (!this.destroyed) this.ticketRefused(error);
      return;
    }
    if (this.destroyed || this.state.end !== null) return;
    // The operator has said so after a restore from backup; merging silently would mix two pasts.
    if (this.epoch !== null && this.epoch !== ticket.epoch) return this.end('restored');
    this.epoch = ticket.epoch;
    const params = { ticket: ticket.ticket, v: protocolVersion, ack: '1', epoch: ticket.epoch };
    if (this.connection) {
      // It goes on under the id of its first ticket.
      this.connection.params = { ...params, client: String(this.doc.clientID) };
      this.connection.connect();
    } else {
      this.connect(ticket.clientId, params);
    }
  }

  private ticketRefused(error: unknown): void {
    const end = endOfRefusal(error);
    if (end !== null) return this.end(end);
    this.retry = setTimeout(() => void this.renewTicket(), this.scattered(ticketRetryMs));
  }

  /** All pages lose their line at the same moment when a server is started anew; they must not all be back at the same moment. */
  private scattered(ms: number): number {
    return (ms / 2) * (1 + (this.options.random ?? Math.random)());
  }

  private connect(clientId: number, params: Record<string, string>): void {
    // The server knows which person this client id belongs to; it must be set before anything is typed or announced.
    this.doc.clientID = clientId;
    this.presence = new Awareness(this.doc);
    const connection = new WebsocketProvider(`${this.options.serverOrigin}/yjs`, this.documentId, this.doc, {
      connect: false,
      awareness: this.presence,
      params,
      // Between tabs text would travel unacknowledged, and past the server's check of who may read.
      disableBc: true,
      WebSocketPolyfill: this.socketClass(),
      maxBackoffTime: longestReconnectMs,
    });
    this.connection = connection;
    // Its own handler would send every change at once; here the outbox decides.
    this.doc.off('update', connection._updateHandler);
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === connection) return;
      this.dispatch({ type: 'changed', at: Date.now() });
      this.send(this.outbox.written(update, this.answered));
    });
    connection.messageHandlers[messageSync] = (encoder, decoder, _provider, emitSynced) => this.sync(encoder, decoder, emitSynced);
    connection.messageHandlers[messageAcknowledgement] = (_encoder, decoder) =>
      this.storedUpTo(decoding.readVarUint(decoder));
    // The close that follows a refusal carries the same code; what to do is decided there.
    connection.messageHandlers[messageRefusal] = () => {};
    connection.messageHandlers[messageDocumentState] = (_encoder, decoder) => {
      const state = decoding.readVarString(decoder);
      // A newer server may tell of more than this page knows.
      if (state === 'open' || state === 'frozen' || state === 'closed') this.dispatch({ type: 'frozen', frozen: state !== 'open' });
    };

    let opened = false;
    connection.on('status', ({ status }) => {
      if (status === 'connected') {
        opened = true;
        this.answered = false;
        this.early = [];
        this.travelling = [];
        this.acknowledged = 0;
        this.dispatch({ type: 'connected' });
      }
      if (status === 'disconnected') {
        this.answered = false;
        this.dispatch({ type: 'disconnected' });
      }
    });
    connection.on('sync', (synced) => {
      if (synced) this.dispatch({ type: 'loaded' });
    });
    connection.on('connection-close', () => {
      // Asked for right behind this, and shorter than the pause without it.
      connection.maxBackoffTime = this.scattered(Math.min(firstReconnectMs * 2 ** connection.wsUnsuccessfulReconnects, longestReconnectMs));
      // A browser does not tell why an upgrade was refused; an expired ticket is the likely reason when the API answers.
      if (!opened && Date.now() - this.ticketAskedAt >= ticketPauseMs) void this.renewTicket();
      opened = false;
    });
    connection.on('closed', ({ code, reason }) => this.closed(code, reason));
    connection.connect();
  }

  /** The y-protocols exchange, except that what the server lacks is what the outbox lets out. */
  private sync(encoder: encoding.Encoder, decoder: decoding.Decoder, emitSynced: boolean): void {
    const type = decoding.readVarUint(decoder);
    const content = decoding.readVarUint8Array(decoder);
    const { connection } = this;
    if (connection === null) return;
    // What is missing must not be sent as if it were new, nor what is there be mixed in: the person decides.
    if (type === syncStep1 ? !this.promised.areWordsIn(content) : type === syncStep2 && !this.promised.areDeletionsIn(content)) return this.end('restored');
    const isWhole = type === syncStep2 && emitSynced;
    if (type === syncStep1) {
      for (const { content: early, isWhole: wasWhole } of this.early.splice(0)) this.takeIn(early, wasWhole);
      const answer = this.outbox.answer(content);
      this.tellHeld();
      encoding.writeVarUint(encoder, messageSync);
      encoding.writeVarUint(encoder, syncStep2);
      encoding.writeVarUint8Array(encoder, answer);
      this.answered = true;
      return;
    }
    // Which words it knows only its question tells, and that comes behind its answer.
    if (this.answered) this.takeIn(content, isWhole);
    else this.early.push({ content, isWhole });
  }

  private takeIn(content: Uint8Array, isWhole: boolean): void {
    const { connection } = this;
    if (connection === null) return;
    this.outbox.received(content);
    Y.applyUpdate(this.doc, content, connection);
    this.promised.add(content);
    if (isWhole && !connection.synced) connection.synced = true;
    // A colleague may have completed a number of which half is still here, or taken one out.
    if (this.outbox.isBehind) this.release();
  }

  private storedUpTo(count: number): void {
    for (const update of this.travelling.splice(0, Math.max(0, count - this.acknowledged))) this.promised.add(update);
    this.acknowledged = Math.max(count, this.acknowledged);
    this.dispatch({ type: 'acknowledged', count });
  }

  /** Sends what was kept back, when it may leave by now. */
  private release(): void {
    if (this.answered) this.send(this.outbox.release());
    else this.tellHeld();
  }

  /**
   * Until the server's step 1 has been answered, updates wait: the answer carries them, and sent alone they could arrive
   * with a gap before them.
   */
  private send(update: Uint8Array | null): void {
    this.tellHeld();
    const socket = this.connection?.ws;
    if (update === null || !socket) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, messageSync);
    encoding.writeVarUint(encoder, syncUpdate);
    encoding.writeVarUint8Array(encoder, update);
    socket.send(encoding.toUint8Array(encoder));
  }

  private tellHeld(): void {
    const { held, nextLookAt } = this.outbox;
    clearTimeout(this.look);
    if (nextLookAt !== null) this.look = setTimeout(() => this.release(), Math.max(0, nextLookAt - Date.now()));
    if (JSON.stringify(held) === JSON.stringify(this.heldNumbers)) return;
    this.heldNumbers = held;
    this.dispatch({ type: 'held', held: held.length > 0, at: Date.now() });
  }

  /** A close that is meant to last (4400–4499); anything else y-websocket answers by connecting again. */
  private closed(code: number, reason: string): void {
    switch (code) {
      case 4401:
        return void this.renewTicket();
      case 4403:
      case 4404:
        return this.end('accessLost');
      case 4412:
        return this.end('restored');
      case 4409:
      case 4413:
      case 4422:
      case 4423:
        return this.dispatch({ type: 'refused', code: reason });
      default:
        return this.end('closed');
    }
  }

  private end(end: NonNullable<SaveState['end']>): void {
    clearTimeout(this.retry);
    this.connection?.disconnect();
    this.dispatch({ type: 'ended', end });
  }

  private dispatch(event: SaveEvent): void {
    this.state = next(this.state, event);
    this.tell();
  }

  private tell(): void {
    clearTimeout(this.clock);
    const now = Date.now();
    const changeAt = nextChangeAt(this.state, now);
    if (changeAt !== null) this.clock = setTimeout(() => this.tell(), changeAt - now);
    for (const listener of this.listeners) listener();
  }

  /** Counts the update frames that really leave. */
  private socketClass(): typeof WebSocket {
    const Base = this.options.WebSocket ?? WebSocket;
    const sent = (frame: Uint8Array) => {
      const decoder = decoding.createDecoder(frame);
      decoding.readVarUint(decoder);
      decoding.readVarUint(decoder);
      this.travelling.push(decoding.readVarUint8Array(decoder));
      this.dispatch({ type: 'sent', whole: !this.outbox.isBehind });
    };
    return class extends Base {
      override send(data: Uint8Array<ArrayBuffer>): void {
        super.send(data);
        if (data[0] === messageSync && (data[1] === syncStep2 || data[1] === syncUpdate)) sent(data);
      }
    } as typeof WebSocket;
  }
}
