import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as decoding from 'lib0/decoding';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { defaultLimits, type Limits } from './limits.js';
import { SpecServer, until } from './spec-server.js';

/** The unchanged y-websocket provider; what it was told is stored, by messages of its connection. */
class Client {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  readonly closes: number[] = [];
  acknowledged = 0;

  constructor(url: string, documentId: string, { ticket, clientId }: { ticket: string; clientId: number }) {
    this.doc.clientID = clientId;
    this.provider = new WebsocketProvider(url, documentId, this.doc, { WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket, params: { ticket, ack: '1' }, disableBc: true, maxBackoffTime: 20, connect: false });
    this.provider.on('connection-close', (event) => this.closes.push(event?.code ?? 0));
    this.provider.messageHandlers[100] = (_encoder: unknown, decoder: decoding.Decoder) => (this.acknowledged = decoding.readVarUint(decoder));
    this.provider.messageHandlers[102] = () => undefined;
    this.provider.connect();
  }

  get title(): string {
    return this.doc.getText('title').toString();
  }

  type(text: string): void {
    this.doc.getText('title').insert(this.title.length, text);
  }

  get socket(): WebSocket {
    return this.provider.ws as unknown as WebSocket;
  }

  get present(): number[] {
    return [...this.provider.awareness.getStates().keys()];
  }
}

describe('a line that breaks without a word', () => {
  let server: SpecServer;
  let proxy: TcpProxy;
  let clients: Client[];
  let anna: Session;
  let bo: Session;

  const start = async (limits: Partial<Limits>) => {
    server = await new SpecServer(limits).listen();
    proxy = await TcpProxy.to(Number(new URL(server.url).port));
    anna = server.signIn('Anna');
    bo = server.signIn('Bo');
  };
  beforeEach(() => void (clients = []));
  afterEach(async () => {
    for (const { provider, doc } of clients) {
      provider.destroy();
      doc.destroy();
    }
    await proxy.close();
    await server.stop();
  });

  const connect = async (session: Session, documentId: string, url = server.url) => {
    const client = new Client(url, documentId, await server.ticket(session, documentId));
    clients.push(client);
    await until('synced', () => client.provider.synced);
    return client;
  };

  it('[CO24, CO37] half-open: whoever is gone is not present any more, and what was typed into the void arrives once', async () => {
    await start({ heartbeatMs: 200 });
    const { documentId } = server.document([anna, bo]);
    const gone = await connect(anna, documentId, proxy.through(server.url));
    const staying = await connect(bo, documentId);
    gone.provider.awareness.setLocalStateField('cursor', null);
    await until('she is seen', () => staying.present.includes(gone.doc.clientID));
    gone.type('«før»');
    await until('it is seen', () => staying.title === '«før»');

    proxy.swallow();
    gone.type('«ud i intet»');
    staying.type('«imens»');
    await until('she is seen no more', () => !staying.present.includes(gone.doc.clientID));
    expect([server.hub.connectionCount, staying.title, gone.provider.wsconnected, gone.title.includes('«imens»')]).toEqual([1, '«før»«imens»', true, false]);
    // Two pings in the product: within the minute. What a page waits is its own: y-websocket gives up after 30 s of silence,
    // which have passed.
    expect(2 * defaultLimits.heartbeatMs).toBeLessThanOrEqual(60_000);
    gone.provider.wsLastMessageReceived = 0;
    await until('she is back', () => gone.title === staying.title && gone.title.includes('«imens»'));
    gone.type('«efter»');
    await until('she is heard', () => staying.title.includes('«efter»') && gone.acknowledged === 2);
    for (const word of ['«før»', '«ud i intet»', '«imens»', '«efter»']) expect([word, staying.title.split(word).length - 1]).toEqual([word, 1]);
    const stored = new Y.Doc();
    for (const update of (await server.store.load(documentId))!.updates) Y.applyUpdate(stored, update);
    expect([stored.getText('title').toString(), gone.title]).toEqual([staying.title, staying.title]);
    expect([staying.closes, server.failures]).toEqual([[], []]);
  });

  it('[CO66] a slow reader that was cut has everything when it reads again', async () => {
    await start({ maxUnreadBytes: 300_000, maxTitleLength: Number.MAX_SAFE_INTEGER });
    const { documentId } = server.document([anna, bo]);
    const writer = await connect(anna, documentId);
    const slow = await connect(bo, documentId);
    slow.socket.pause();
    for (let n = 1; server.hub.connectionCount === 2; n++) {
      expect(n).toBeLessThan(400);
      writer.type(`«${n}»${'x'.repeat(50_000)}`);
      // Its own answer to the server's question counts as well.
      await until('stored', () => writer.acknowledged === n + 1);
    }
    const held = slow.title.length;
    slow.socket.resume();
    await until('all of it is there', () => slow.title === writer.title);
    expect(held).toBeLessThan(slow.title.length);
    expect([writer.closes, slow.closes.length]).toEqual([[], 1]);
  });
});
