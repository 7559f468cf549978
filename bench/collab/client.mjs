// A client that costs next to nothing: a TCP socket, the upgrade, frames in and out. The same for every server, so that what
// is measured is the server. It keeps no document; whoever wants one collects the payloads.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { protocol } from './wire.mjs';

export class Client {
  /** Called with each message and the time at which its bytes came. */
  onMessage = () => undefined;
  closed = null;
  /** Of frames that nobody looks into, only how many came. */
  received = 0;
  clock = 0;
  #chunks = [];
  #have = 0;
  /** Less than this is not looked at: a large frame comes in many pieces, and is put together once. */
  #need = 0;
  #isOpen = false;
  #opened;

  /**
   * @param listens whether messages are read at all; otherwise bytes are thrown away
   */
  constructor({ port, path, name = null, client = 0, listens = true }) {
    this.wire = protocol(name);
    this.client = client;
    this.listens = listens;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.opened = new Promise((resolve, reject) => (this.#opened = { resolve, reject }));
    this.opened.catch(() => undefined);
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    this.socket.on('data', (data) => this.#take(data));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed ??= 'cut';
      this.#opened.reject(new Error('closed before it was open'));
    });
  }

  #take(data) {
    this.#chunks.push(data);
    this.#have += data.length;
    if (this.#have < this.#need) return;
    let bytes = this.#chunks.length === 1 ? data : Buffer.concat(this.#chunks);
    this.#need = 0;
    if (!this.#isOpen) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return this.#keep(bytes);
      this.#isOpen = true;
      if (!bytes.subarray(0, 12).toString().includes('101')) return this.#opened.reject(new Error(bytes.subarray(0, end).toString()));
      bytes = bytes.subarray(end + 4);
      if (this.wire.hello !== null) this.send(this.wire.hello);
      this.#opened.resolve();
    }
    for (;;) {
      if (bytes.length < 2) break;
      let length = bytes[1] & 0x7f;
      let head = 2;
      if (length === 126) {
        if (bytes.length < 4) break;
        length = bytes.readUInt16BE(2);
        head = 4;
      } else if (length === 127) {
        if (bytes.length < 10) break;
        length = Number(bytes.readBigUInt64BE(2));
        head = 10;
      }
      if (bytes.length < head + length) {
        this.#need = head + length;
        break;
      }
      this.#frame(bytes[0] & 0x0f, bytes.subarray(head, head + length));
      bytes = bytes.subarray(head + length);
    }
    this.#keep(bytes);
  }

  #keep(bytes) {
    this.#chunks = bytes.length === 0 ? [] : [bytes];
    this.#have = bytes.length;
  }

  #frame(opcode, payload) {
    if (opcode === 9) return this.#write(10, payload);
    if (opcode === 8) return void (this.closed = payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
    if (opcode !== 2) return;
    this.received++;
    if (this.listens) this.onMessage(this.wire.read(payload), payload);
  }

  send(payload) {
    this.#write(2, payload);
  }

  /** Frames of a client are masked; with zeros they stay as they are. */
  #write(opcode, payload) {
    const { length } = payload;
    const head = length < 126 ? Buffer.from([0x80 | opcode, 0x80 | length, 0, 0, 0, 0]) : length < 65_536 ? Buffer.alloc(8) : Buffer.alloc(14);
    if (length >= 126) {
      head[0] = 0x80 | opcode;
      head[1] = 0x80 | (length < 65_536 ? 126 : 127);
      if (length < 65_536) head.writeUInt16BE(length, 2);
      else head.writeBigUInt64BE(BigInt(length), 2);
    }
    this.socket.cork();
    this.socket.write(head);
    this.socket.write(payload);
    process.nextTick(() => this.socket.uncork());
  }

  /**
   * Asks for the content; resolves with its bytes, as one update or several, when a sync step 2 has come that is more than empty. A
   * server that answers before it has read its storage is asked again: it does not say when it has.
   */
  async load() {
    await this.opened;
    return new Promise((resolve, reject) => {
      const before = this.onMessage;
      const came = [];
      this.socket.once('close', () => reject(new Error(`closed while loading: ${this.closed}`)));
      this.onMessage = (message, payload) => {
        if (message.type === 'step2' && message.payload.length > 2) {
          this.onMessage = before;
          resolve([...came, Uint8Array.from(message.payload)]);
        } else {
          if (message.type === 'update') came.push(Uint8Array.from(message.payload));
          if (message.type === 'step2') setTimeout(() => this.closed ?? this.send(this.wire.step1()), 10);
          before(message, payload);
        }
      };
      this.send(this.wire.step1());
    });
  }

  close() {
    this.socket.destroy();
  }
}
