import * as decoding from 'lib0/decoding';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Browser } from './test-server.js';

/** Waits for a condition, never for a time. */
export async function until(what: string, condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** Somebody in a document, through the npm package y-websocket as it is. Knows what was acknowledged. */
export class Writer {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  /** Update messages of this connection that the server says are stored. */
  acknowledged = 0;
  /** Update messages sent on this connection, and after which of them which text had been typed. */
  sent = 0;
  readonly typed: { text: string; message: number }[] = [];
  readonly closes: number[] = [];
  readonly refusals: string[] = [];
  /** Everything that colleagues' updates put on this screen. */
  seen = '';

  private constructor(
    origin: string,
    documentId: string,
    ticket: string,
    clientId: number,
    private readonly field: 'title' | 'agenda' | 'minutes',
  ) {
    this.doc.clientID = clientId;
    this.provider = new WebsocketProvider(`${origin.replace('http', 'ws')}/yjs`, documentId, this.doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      params: { ticket, ack: '1' },
      disableBc: true,
      connect: false,
      maxBackoffTime: 100,
    });
    this.provider.messageHandlers[100] = (_encoder: unknown, decoder: decoding.Decoder) => void (this.acknowledged = decoding.readVarUint(decoder));
    this.provider.messageHandlers[101] = (_encoder: unknown, decoder: decoding.Decoder) => {
      decoding.readVarUint(decoder);
      this.refusals.push(decoding.readVarString(decoder));
    };
    this.provider.messageHandlers[102] = () => undefined;
    this.provider.on('connection-close', (event) => void this.closes.push(event?.code ?? 0));
    this.doc.on('update', (_update: Uint8Array, source: unknown) => {
      if (source === this.provider) this.seen = this.text.toString();
    });
  }

  /**
   * Opens the document with a ticket of the browser's session and waits until it is there.
   *
   * @throws Error `closed with 44xx` when the server lets nobody in
   */
  static async open(browser: Browser, documentId: string, field: 'title' | 'agenda' | 'minutes' = 'title'): Promise<Writer> {
    const answer = await browser.post<{ ticket: string; clientId: number }>(`/api/v1/documents/${documentId}/ticket`);
    if (answer.status !== 200) throw new Error(`no ticket: ${answer.status}`);
    const writer = new Writer(browser.origin, documentId, answer.body.ticket, answer.body.clientId, field);
    writer.countFrames();
    writer.provider.connect();
    const isRefused = () => writer.closes.some((code) => code >= 4400 && code < 4500);
    await until('synced', () => writer.provider.synced || isRefused());
    if (isRefused()) {
      writer.close();
      throw new Error(`closed with ${writer.closes.at(-1)}`);
    }
    return writer;
  }

  /** The title, or the first paragraph of another field, which is made when it is first asked for. */
  get text(): Y.Text {
    if (this.field === 'title') return this.doc.getText('title');
    const minutes = this.doc.getXmlFragment(this.field);
    const first = minutes.length > 0 ? (minutes.get(0) as Y.XmlElement).get(0) : undefined;
    if (first instanceof Y.XmlText) return first;
    const text = new Y.XmlText();
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [text]);
    minutes.insert(0, [paragraph]);
    return text;
  }

  /** Types at the end. One update message. */
  type(text: string): void {
    const before = this.sent;
    this.text.insert(this.text.length, text);
    // What is typed without a line has not been sent: no count of this connection says anything of it.
    this.typed.push({ text, message: this.sent > before ? this.sent : Number.POSITIVE_INFINITY });
  }

  /** What of the typed text the server has acknowledged. */
  get stored(): string[] {
    return this.typed.filter((one) => one.message <= this.acknowledged).map((one) => one.text);
  }

  close(): void {
    this.provider.destroy();
    this.doc.destroy();
  }

  /** The server counts step 2 and update frames; so does this, where they leave. */
  private countFrames(): void {
    this.provider.on('status', ({ status }) => {
      if (status !== 'connected') return;
      this.sent = 0;
      this.acknowledged = 0;
      const socket = this.provider.ws as unknown as WebSocket;
      const send = socket.send.bind(socket) as (data: Uint8Array) => void;
      socket.send = ((data: Uint8Array) => {
        if (data[0] === 0 && (data[1] === 1 || data[1] === 2)) this.sent += 1;
        send(data);
      }) as typeof socket.send;
    });
  }
}
