import type { Duplex } from 'node:stream';
import type { Wire } from './connection.js';

/** A socket of `ws`, as far as it is used here. */
export interface WebSocketBelow {
  readonly readyState: number;
  readonly OPEN: number;
  readonly bufferedAmount: number;
  close(code: number, reason: string): void;
  once(event: 'close', listener: () => void): unknown;
  terminate(): void;
  pause(): void;
  resume(): void;
}

/** Longer ones are handed on as they lie there: many browsers may be sent the same one. */
const copiedBytes = 1_024;

/**
 * Messages as they stand on the line (RFC 6455 §5.2: final, binary, from a server), short ones side by side: `ws` makes two writes
 * of each, and an object for every one of them.
 *
 * @param isKept it may be long until they have left: they must not keep a piece of memory that others have a part of
 */
function binaryMessages(messages: readonly Uint8Array[], isKept: boolean): Uint8Array[] {
  let room = 0;
  for (const { length } of messages) room += headBytes(length) + (length > copiedBytes ? 0 : length);
  const bytes = isKept ? Buffer.allocUnsafeSlow(room) : Buffer.allocUnsafe(room);
  const chunks: Uint8Array[] = [];
  let begun = 0;
  let at = 0;
  for (const message of messages) {
    at = writeHead(bytes, at, message.length);
    if (message.length > copiedBytes) {
      chunks.push(bytes.subarray(begun, at), message);
      begun = at;
    } else {
      bytes.set(message, at);
      at += message.length;
    }
  }
  if (at > begun) chunks.push(bytes.subarray(begun, at));
  return chunks;
}

/** Those that have something that has not left. */
let gathering: SocketWire[] = [];

function flushAll(): void {
  const wires = gathering;
  gathering = [];
  for (const wire of wires) {
    try {
      wire.flush();
    } catch {
      // The others would be left behind with what was gathered for them, and hear nothing any more.
      wire.cut();
    }
  }
}

const headBytes = (length: number) => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

/** @returns where the message begins */
function writeHead(bytes: Buffer, at: number, length: number): number {
  bytes[at] = 0x82;
  if (length < 126) bytes[at + 1] = length;
  else if (length < 65_536) {
    bytes[at + 1] = 126;
    bytes.writeUInt16BE(length, at + 2);
  } else {
    bytes[at + 1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), at + 2);
  }
  return at + headBytes(length);
}

/** A `ws` socket; several may want it paused at once. */
export class SocketWire implements Wire {
  isClosed = false;
  private pauses = 0;
  private lastSentMs = Date.now();
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;

  /**
   * @param line      below the socket
   * @param closingMs how long the other side may take to hang up
   */
  constructor(
    private readonly socket: WebSocketBelow,
    private readonly line: Duplex,
    public closingMs: number,
  ) {}

  get unreadBytes(): number {
    return this.gatheredBytes + this.socket.bufferedAmount;
  }

  /** What one commit has for this browser leaves in one write: to hand it to the system is most of what showing costs. */
  send(frame: Uint8Array): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.lastSentMs = Date.now();
    this.gatheredBytes += frame.length;
    if (this.gathered.push(frame) === 1 && gathering.push(this) === 1) process.nextTick(flushAll);
  }

  /** Hands over what was gathered. */
  flush(): void {
    const frames = this.gathered;
    if (frames.length === 0) return;
    this.gathered = [];
    this.gatheredBytes = 0;
    // Behind a farewell nothing may come.
    if (this.socket.readyState !== this.socket.OPEN) return;
    const chunks = binaryMessages(frames, this.socket.bufferedAmount > 0);
    if (chunks.length > 1) this.line.cork();
    for (const chunk of chunks) this.line.write(chunk);
    if (chunks.length > 1) this.line.uncork();
  }

  sendIfSilent(frame: Uint8Array, silenceMs: number): void {
    if (Date.now() - this.lastSentMs >= silenceMs) this.send(frame);
  }

  close(code: number, reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.flush();
    this.socket.close(code, reason);
    // One that does not answer would keep its line, and all that it sends would be read.
    const timer = setTimeout(() => this.socket.terminate(), this.closingMs);
    this.socket.once('close', () => clearTimeout(timer));
    // The closing handshake must be heard.
    this.socket.resume();
    this.pauses = Number.NEGATIVE_INFINITY;
  }

  cut(): void {
    this.isClosed = true;
    this.socket.terminate();
  }

  get isPaused(): boolean {
    return this.pauses > 0;
  }

  pause(): void {
    this.pauses++;
    if (this.pauses === 1) this.socket.pause();
  }

  resume(): void {
    this.pauses--;
    if (this.pauses === 0) this.socket.resume();
  }
}
