import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Session } from '@lib/access/sessions.service.js';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { log } from '@lib/platform/log.js';
import { refuseUpgrade } from '@lib/platform/refuse-upgrade.js';
import type { Wire } from './connection.js';
import type { Admission, AdmissionRequest, Hub } from './hub.js';
import type { Limits } from './limits.js';
import { closeCodes, keepAliveFrame, protocolVersion, type CloseReason } from './protocol.js';
import { SocketWire } from './socket-wire.js';
import { TokenBucket } from './token-bucket.js';

export interface AttachOptions {
  /** Whether a page of this origin (scheme, host and port, as the browser sends it) may connect. */
  isAllowedOrigin(origin: string): boolean;
  /**
   * Asked before a socket is opened.
   *
   * @param documentId as in the address; anything
   * @param who looks up whose it would be; null for nobody who is known
   * @throws TooManyRequests when sockets were opened too often, by her or from there
   */
  admits?(request: IncomingMessage, documentId: string, who: () => Promise<Session | null>): Promise<void>;
  /** The session token of a Cookie header. */
  sessionToken(cookieHeader: string | undefined): string | null;
}

export const collabPath = '/yjs/';

/** Yjs sockets at /yjs/<document>, on a server that others use too. */
export class YjsSockets {
  private readonly sockets: WebSocketServer;
  private readonly attached: (() => void)[] = [];
  private isStopping = false;

  constructor(
    private readonly hub: Hub,
    private readonly limits: Limits,
  ) {
    this.sockets = new WebSocketServer({ noServer: true, maxPayload: limits.maxFrameBytes, perMessageDeflate: false });
  }

  /** Takes the upgrades under /yjs/ and leaves all others alone. */
  attach(server: Server, options: AttachOptions): void {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!(request.url ?? '').startsWith(collabPath)) return;
      // Until it is known, nobody else listens for a line that breaks.
      const broke = () => socket.destroy();
      socket.on('error', broke);
      void this.upgrade(request, socket, head, options).then(() => socket.off('error', broke), broke);
    };
    server.on('upgrade', onUpgrade);
    this.attached.push(() => server.off('upgrade', onUpgrade));
  }

  /** Stores and acknowledges what came, then closes every socket with 4503. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.hub.stop();
    for (const socket of this.sockets.clients) socket.close(closeCodes['not-ready'], 'not-ready');
    const isGone = () => this.sockets.clients.size === 0;
    if (!isGone()) {
      await Promise.race([
        Promise.all([...this.sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)))),
        new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
      ]);
    }
    for (const socket of this.sockets.clients) socket.terminate();
    for (const detach of this.attached.splice(0)) detach();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, options: AttachOptions): Promise<void> {
    const asked = readRequest(request, options);
    const { origin } = request.headers;
    // A browser always says where it comes from. A program may not, but then it has no business with a cookie.
    const isOriginFine = origin === undefined ? asked.ticket !== null : options.isAllowedOrigin(origin);
    // Before anything is counted: a foreign page must not use up what she may.
    if (!isOriginFine) return refuseUpgrade(socket, 403);
    try {
      await options.admits?.(request, asked.documentId, () => this.hub.whoAsks(asked));
    } catch (error) {
      if (!(error instanceof TooManyRequests)) throw error;
      return refuseUpgrade(socket, error.status, { 'Retry-After': String(error.retryAfterSeconds) });
    }
    if (this.isStopping) return refuseUpgrade(socket, 503);
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => void this.serve(webSocket, socket, asked, versionOf(request)));
  }

  private async serve(socket: WebSocket, line: Duplex, asked: AdmissionRequest, version: string | null): Promise<void> {
    const wire = new SocketWire(socket, line, this.limits.refusedMs);
    let early: Buffer[] = [];
    let earlyBytes = 0;
    let admission: Admission | null = null;
    let isGone = false;
    const budget = new RateLimit(wire, this.limits);
    socket.on('error', () => undefined); // `close` follows and says what there is to say
    socket.on('message', (data: RawData) => {
      // `ws` hands over one Buffer per message unless told otherwise.
      const frame = data as Buffer;
      // Whoever was sent away may go on sending until the line is cut; nobody listens.
      if (wire.isClosed) return;
      if (admission !== null) return budget.spend(frame.length + admission.room.receive(admission.connection, frame));
      budget.spend(frame.length);
      earlyBytes += frame.length;
      if (earlyBytes <= this.limits.maxEarlyBytes) early.push(frame);
      else {
        early = [];
        wire.cut();
      }
    });
    socket.on('close', () => {
      isGone = true;
      budget.stop();
      if (admission !== null) this.hub.left(admission.connection);
    });
    // Nothing is read until it is known who this is; what came with the upgrade waits in `early`.
    wire.pause();
    const outcome = version !== null && version !== protocolVersion ? 'version-unsupported' : Number.isNaN(asked.clientId) ? 'malformed-request' : await this.admit(wire, asked);
    const frames = early;
    early = [];
    if (typeof outcome === 'string') return wire.close(closeCodes[outcome], outcome);
    if (isGone) return this.hub.left(outcome.connection);
    admission = outcome;
    wire.closingMs = this.limits.closingMs;
    for (const frame of frames) admission.room.receive(admission.connection, frame);
    this.keepAlive(socket, wire);
    wire.resume();
  }

  private async admit(wire: Wire, asked: AdmissionRequest): Promise<Admission | CloseReason> {
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const admission = this.hub.admit(wire, asked);
    const late = new Promise<CloseReason>((resolve) => {
      timer = setTimeout(() => {
        isLate = true;
        resolve('not-ready');
      }, this.limits.openingMs);
    });
    try {
      return await Promise.race([admission, late]);
    } catch (error) {
      log.error({ error }, 'collaboration socket not admitted');
      return 'internal';
    } finally {
      clearTimeout(timer);
      // Whoever is let in after all finds the socket closed.
      if (isLate) void admission.then((outcome) => typeof outcome !== 'string' && this.hub.left(outcome.connection), () => undefined);
    }
  }

  private keepAlive(socket: WebSocket, wire: SocketWire): void {
    let isAnswered = true;
    socket.on('pong', () => (isAnswered = true));
    const heartbeat = setInterval(() => {
      // A paused socket cannot be heard.
      if (!isAnswered && !socket.isPaused) return socket.terminate();
      isAnswered = false;
      socket.ping();
    }, this.limits.heartbeatMs);
    const silence = setInterval(() => wire.sendIfSilent(keepAliveFrame, this.limits.keepAliveMs), this.limits.keepAliveMs / 2);
    socket.on('close', () => {
      clearInterval(heartbeat);
      clearInterval(silence);
    });
  }
}

const versionOf = (request: IncomingMessage) => new URL(request.url ?? '/', 'http://localhost').searchParams.get('v');

function readRequest(request: IncomingMessage, { sessionToken }: AttachOptions): AdmissionRequest {
  // The base is never used: only path and query are read. A path that begins with /yjs/ always parses.
  const url = new URL(request.url ?? '/', 'http://localhost');
  const ticket = url.searchParams.get('ticket');
  const client = url.searchParams.get('client');
  return {
    documentId: url.pathname.slice(collabPath.length),
    ticket,
    token: ticket === null ? sessionToken(request.headers.cookie) : null,
    acks: url.searchParams.get('ack') === '1',
    epoch: url.searchParams.get('epoch'),
    ...(client === null ? {} : { clientId: readClientId(client) }),
  };
}

/** NaN for what is none. */
function readClientId(text: string): number {
  return /^(0|[1-9]\d{0,9})$/.test(text) && Number(text) <= 0xffffffff ? Number(text) : Number.NaN;
}

/** Reads a socket more slowly when it sends more than its share; loses nothing. */
class RateLimit {
  private readonly messages: TokenBucket;
  private readonly bytes: TokenBucket;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly wire: Wire,
    limits: Limits,
  ) {
    const nowMs = performance.now();
    this.messages = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, nowMs);
    this.bytes = new TokenBucket(limits.bytesPerSecond, limits.byteBurst, nowMs);
  }

  spend(bytes: number): void {
    const waitMs = this.debtMs(1, bytes);
    if (waitMs === 0 || this.timer !== undefined) return;
    this.wire.pause();
    this.wait(waitMs);
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      // What had already been read when the pause began is still handed over, and counts.
      const restMs = this.debtMs(0, 0);
      if (restMs > 0) return this.wait(restMs);
      this.timer = undefined;
      this.wire.resume();
    }, ms);
  }

  private debtMs(messages: number, bytes: number): number {
    const nowMs = performance.now();
    return Math.max(this.messages.spend(messages, nowMs), this.bytes.spend(bytes, nowMs));
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
