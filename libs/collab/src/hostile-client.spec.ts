import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { ByteReader } from './byte-reader.js';
import type { Limits } from './limits.js';
import { awarenessFrame, readAwareness, step1Frame, step2Frame, updateFrame, type AwarenessEntry } from './protocol.js';
import { SpecServer, until } from './spec-server.js';
import { defaultLimits } from './limits.js';

/** A socket that says exactly what the test wants, and a document that follows what it hears. */
class Raw {
  readonly doc = new Y.Doc();
  readonly frames: Uint8Array[] = [];
  readonly awareness: AwarenessEntry[] = [];
  acknowledged = 0;
  code: number | undefined;
  reason = '';
  status: number | undefined;

  constructor(readonly socket: WebSocket) {
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data: Buffer) => this.hear(data));
    socket.on('close', (code, reason) => {
      this.code = code;
      this.reason = reason.toString();
    });
    socket.on('unexpected-response', (_request, response) => {
      this.status = response.statusCode;
      this.code = -1;
      response.destroy();
    });
    socket.on('error', () => undefined);
  }

  private hear(frame: Buffer): void {
    this.frames.push(frame);
    const reader = new ByteReader(frame);
    const type = reader.uint();
    if (type === 0 && reader.uint() > 0) Y.applyUpdate(this.doc, reader.block(), 'remote');
    if (type === 1) this.awareness.push(...readAwareness(reader.block(), defaultLimits));
    if (type === 100) this.acknowledged = reader.uint();
  }

  get title(): string {
    return this.doc.getText('title').toString();
  }

  async open(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    this.socket.send(step1Frame(new Map()));
    await until('content', () => this.frames.some((frame) => frame[0] === 0 && frame[1] === 1) || this.code !== undefined);
    return this;
  }

  type(text: string): void {
    const send = (update: Uint8Array, origin: unknown) => origin !== 'remote' && this.socket.send(updateFrame(update));
    this.doc.on('update', send);
    this.doc.getText('title').insert(this.title.length, text);
    this.doc.off('update', send);
  }

  async closed(): Promise<number> {
    await until('closed', () => this.code !== undefined);
    return this.code as number;
  }
}

describe('hostile and broken clients', () => {
  let server: SpecServer;
  let sockets: Raw[];
  let anna: Session;
  let bo: Session;

  const start = async (limits: Partial<Limits> = {}) => {
    server = await new SpecServer(limits).listen();
    anna = server.signIn('Anna');
    bo = server.signIn('Bo');
  };

  beforeEach(async () => {
    sockets = [];
    await start();
  });

  afterEach(async () => {
    for (const { socket, doc } of sockets) {
      socket.terminate();
      doc.destroy();
    }
    await server.stop();
  });

  function raw(path: string, headers: Record<string, string> = {}): Raw {
    const socket = new Raw(new WebSocket(`${server.url}/${path}`, { headers }));
    sockets.push(socket);
    return socket;
  }

  async function join(session: Session, documentId: string): Promise<Raw> {
    const { ticket, clientId } = await server.ticket(session, documentId);
    const socket = await raw(`${documentId}?ticket=${ticket}&ack=1`).open();
    socket.doc.clientID = clientId;
    return socket;
  }

  it('[CO60] a cookie counts only from an allowed origin, exactly', async () => {
    const { documentId } = server.document([anna]);
    const cookie = `samraad_session=${anna.id}`;
    for (const origin of ['https://evil.example', 'https://samraad.example.evil.example', 'http://samraad.example', 'https://samraad.example:8443', 'null']) {
      const foreign = raw(documentId, { cookie, origin });
      await foreign.closed();
      expect(foreign.status).toBe(403);
    }
    const none = raw(documentId, { cookie });
    await none.closed();
    expect(none.status).toBe(403);
    const own = await raw(documentId, { cookie, origin: 'https://samraad.example' }).open();
    expect(own.code).toBeUndefined();
  });

  it('[CO60] a ticket without an origin is enough, a foreign origin is too much', async () => {
    const { documentId } = server.document([anna]);
    const { ticket } = await server.ticket(anna, documentId);
    expect((await raw(`${documentId}?ticket=${ticket}`).open()).code).toBeUndefined();
    const foreign = raw(`${documentId}?ticket=${ticket}`, { origin: 'https://evil.example' });
    await foreign.closed();
    expect(foreign.status).toBe(403);
  });

  it('[CO61] missing and forbidden answer alike; no session and a wrong ticket answer alike', async () => {
    const { documentId } = server.document([anna]);
    const headers = { cookie: `samraad_session=${bo.id}`, origin: 'https://samraad.example' };
    const answers = await Promise.all(
      [documentId, randomUUID(), 'no-uuid', '..%2F..', `${documentId}/more`].map(async (path) => {
        const socket = raw(path, headers);
        return [await socket.closed(), socket.reason];
      }),
    );
    for (const answer of answers) expect(answer).toEqual([4404, 'not-found']);
    const other = server.document([anna]);
    const { ticket } = await server.ticket(anna, other.documentId);
    for (const path of [`${documentId}?ticket=${ticket}`, `${documentId}?ticket=nonsense`, `${randomUUID()}?ticket=${ticket}`]) expect(await raw(path, headers).closed()).toBe(4401);
  });

  it('[CO61] a ticket ends with its session, and with access', async () => {
    const { documentId, itemId } = server.document([anna]);
    const { ticket } = await server.ticket(anna, documentId);
    server.readable.delete(`${anna.personId} ${itemId}`);
    expect(await raw(`${documentId}?ticket=${ticket}`).closed()).toBe(4404);
    server.sessions.delete(anna.id);
    expect(await raw(`${documentId}?ticket=${ticket}`).closed()).toBe(4401);
  });

  it('[CO62] leaves other upgrades on the same server alone', async () => {
    const others = new WebSocketServer({ noServer: true });
    server.server.on('upgrade', (request, socket, head) => {
      if (request.url === '/live') others.handleUpgrade(request, socket, head, (ws) => ws.send('live'));
    });
    const socket = new WebSocket(server.url.replace('/yjs', '/live'));
    const [data] = await once(socket, 'message');
    expect(String(data)).toBe('live');
    socket.terminate();
  });

  it('[CO2] the squatter is told and closed, and the colleague types on', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await join(anna, documentId);
    const b = await join(bo, documentId);
    a.type('a');
    await until('b sees it', () => b.title === 'a');
    const forged = new Y.Doc();
    Y.applyUpdate(forged, Y.encodeStateAsUpdate(b.doc));
    forged.clientID = a.doc.clientID;
    forged.getText('title').insert(1, 'forged');
    b.socket.send(updateFrame(Y.encodeStateAsUpdate(forged, Y.encodeStateVector(b.doc))));
    expect(await b.closed()).toBe(4409);
    expect(b.reason).toBe('client-id-taken');
    expect(b.frames.some((frame) => frame[0] === 101)).toBe(true);
    a.type('b');
    const c = await join(bo, documentId);
    await until('c sees what Anna wrote', () => c.title === 'ab');
    expect(a.code).toBeUndefined();
  });

  it('[CO2] a client id seen in awareness cannot be taken before its owner writes', async () => {
    const { documentId } = server.document([anna, bo]);
    const headers = { cookie: `samraad_session=${anna.id}`, origin: 'https://samraad.example' };
    const a = await raw(documentId, headers).open();
    a.socket.send(awarenessFrame([{ clientId: a.doc.clientID, clock: 1, state: '{}' }]));
    const b = await join(bo, documentId);
    await until('b sees a', () => b.awareness.some(({ clientId }) => clientId === a.doc.clientID));
    b.doc.clientID = a.doc.clientID;
    b.type('squat');
    expect(await b.closed()).toBe(4409);
    a.type('mine');
    const c = await join(bo, documentId);
    await until('stored', () => c.title === 'mine');
  });

  it('[CO20] presence under a colleague’s id, and a colleague’s farewell, are dropped without a word', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await join(anna, documentId);
    const b = await join(bo, documentId);
    const c = await join(bo, documentId);
    a.socket.send(awarenessFrame([{ clientId: a.doc.clientID, clock: 1, state: '{}' }]));
    await until('c sees a', () => c.awareness.some(({ clientId }) => clientId === a.doc.clientID));
    b.socket.send(awarenessFrame([{ clientId: a.doc.clientID, clock: 9, state: 'null' }]));
    b.socket.send(awarenessFrame([{ clientId: b.doc.clientID, clock: 1, state: '{}' }]));
    await until('c sees b', () => c.awareness.some(({ clientId }) => clientId === b.doc.clientID));
    expect(c.awareness.filter(({ clientId }) => clientId === a.doc.clientID).map(({ state }) => JSON.parse(state)?.user.name)).toEqual(['Anna']);
    expect(b.code).toBeUndefined();
  });

  it.each([
    ['an empty frame', new Uint8Array()],
    ['an unknown message', new Uint8Array([9])],
    ['an acknowledgement', new Uint8Array([100, 1])],
    ['trailing bytes', new Uint8Array([3, 0])],
    ['a state vector with a false count', new Uint8Array([0, 0, 4, 0xff, 0xff, 0xff, 0x0f])],
    ['an awareness message with a false count', new Uint8Array([1, 4, 0xff, 0xff, 0xff, 0x0f])],
  ])('[CO63] closes on %s', async (_what, frame) => {
    const { documentId } = server.document([anna]);
    const a = await join(anna, documentId);
    a.socket.send(frame);
    expect([await a.closed(), a.reason]).toEqual([4400, 'malformed-request']);
    expect(server.failures).toEqual([]);
  });

  it('[CO3] a resync that leaves the gap open ends the connection', async () => {
    const { documentId } = server.document([anna]);
    const a = await join(anna, documentId);
    const offline = new Y.Doc();
    offline.clientID = a.doc.clientID;
    offline.getText('title').insert(0, 'lost');
    const before = Y.encodeStateVector(offline);
    offline.getText('title').insert(4, 'kept');
    a.socket.send(updateFrame(Y.encodeStateAsUpdate(offline, before)));
    a.socket.send(step2Frame(new Uint8Array([0, 0])));
    expect([await a.closed(), a.reason]).toEqual([4409, 'clock-gap']);
  });

  it('[CO8] an update beyond the bound is refused for good, a frame beyond the wire’s bound is cut', async () => {
    const { documentId } = server.document([anna]);
    const a = await join(anna, documentId);
    a.type('x'.repeat(defaultLimits.maxUpdateBytes));
    expect([await a.closed(), a.reason]).toEqual([4413, 'too-large']);
    const again = await join(anna, documentId);
    again.socket.send(new Uint8Array(defaultLimits.maxFrameBytes + 1));
    expect(await again.closed()).toBe(1009);
  });

  it('[CO64] a second page under the same ticket ends the first one', async () => {
    const { documentId } = server.document([anna]);
    const { ticket } = await server.ticket(anna, documentId);
    const first = await raw(`${documentId}?ticket=${ticket}`).open();
    const second = await raw(`${documentId}?ticket=${ticket}`).open();
    expect([await first.closed(), first.reason]).toEqual([4410, 'conflict']);
    expect(second.code).toBeUndefined();
  });

  it('[CO65] whoever sends too fast is read slowly and loses nothing', async () => {
    await server.stop();
    await start({ messagesPerSecond: 200, messageBurst: 20 });
    const { documentId } = server.document([anna, bo]);
    const a = await join(anna, documentId);
    const b = await join(bo, documentId);
    const begin = Date.now();
    for (let i = 0; i < 120; i++) a.type('x');
    await until('everything arrives', () => b.title.length === 120);
    a.type('y');
    await until('acknowledged', () => a.acknowledged === 121);
    expect(Date.now() - begin).toBeGreaterThan(300);
  });

  it('[CO65] one person has a bounded number of sockets', async () => {
    await server.stop();
    await start({ maxConnectionsPerPerson: 2 });
    const { documentId } = server.document([anna, bo]);
    await join(anna, documentId);
    await join(anna, documentId);
    const { ticket } = await server.ticket(anna, documentId);
    expect(await raw(`${documentId}?ticket=${ticket}`).closed()).toBe(4529);
    expect((await join(bo, documentId)).code).toBeUndefined();
  });

  /** A client below `ws`: it masks with zero and never answers a close. */
  function deaf(path: string): { socket: ReturnType<typeof connectTcp>; send(bytes: number): void; closed(): boolean } {
    const { port } = new URL(server.url);
    const socket = connectTcp({ port: Number(port), host: '127.0.0.1' });
    let isClosed = false;
    socket.on('error', () => undefined);
    socket.on('close', () => (isClosed = true));
    socket.write(
      `GET /yjs/${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    const send = (bytes: number) => {
      const header = Buffer.alloc(14);
      header[0] = 0x82;
      header[1] = 0xff;
      header.writeBigUInt64BE(BigInt(bytes), 2);
      socket.write(Buffer.concat([header, Buffer.alloc(bytes, 1)]));
    };
    return { socket, send, closed: () => isClosed };
  }

  it('[CO68] whoever was refused and goes on sending is not kept in memory, and is cut', async () => {
    await server.stop();
    await start({ refusedMs: 300 });
    const refused = deaf('x?ticket=nonsense');
    await once(refused.socket, 'data');
    const before = process.memoryUsage().arrayBuffers;
    const begin = Date.now();
    while (!refused.closed() && Date.now() - begin < 5_000) {
      for (let i = 0; i < 8; i++) refused.send(2 ** 20);
      refused.socket.resume();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(refused.closed()).toBe(true);
    expect(Date.now() - begin).toBeLessThan(4_000);
    (globalThis as { gc?: () => void }).gc?.();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 28);
  });

  it('[CO68] whoever is sent away later and does not hang up is cut, too', async () => {
    await server.stop();
    await start({ closingMs: 200 });
    const { documentId } = server.document([anna]);
    const { ticket } = await server.ticket(anna, documentId);
    const client = deaf(`${documentId}?ticket=${ticket}`);
    client.socket.resume();
    await until('in', () => server.hub.connectionCount === 1);
    server.hub.sessionEnded(anna.id);
    await until('cut', () => client.closed(), 5_000);
  });

  it('[CO66] a reader that reads nothing is cut, the others go on', async () => {
    await server.stop();
    await start({ maxUnreadBytes: 300_000, maxTitleLength: Number.MAX_SAFE_INTEGER });
    const { documentId } = server.document([anna, bo]);
    const { ticket } = await server.ticket(bo, documentId);
    // Below `ws`, so that nothing is read for it.
    const { port } = new URL(server.url);
    const slow = connectTcp({ port: Number(port), host: '127.0.0.1' });
    slow.write(
      `GET /yjs/${documentId}?ticket=${ticket} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    // A masked sync step 1 with an empty state vector (the mask is zero).
    await once(slow, 'data');
    slow.pause();
    slow.write(new Uint8Array([0x82, 0x84, 0, 0, 0, 0, 0, 0, 1, 0]));
    const a = await join(anna, documentId);
    await until('both are in', () => server.hub.connectionCount === 2);
    const sent: number[] = [];
    for (let i = 0; i < 200 && server.hub.connectionCount === 2; i++) {
      a.type('x'.repeat(50_000));
      sent.push(i);
      await until('acknowledged', () => a.acknowledged === sent.length);
    }
    expect(server.hub.connectionCount).toBe(1);
    expect(a.code).toBeUndefined();
    slow.destroy();
    // Whoever was cut and comes back, and reads, has all that was written meanwhile, and hears what follows.
    const back = await raw(`${documentId}?ticket=${ticket}`).open();
    expect([back.title === a.title, back.title.length >= 50_000 * sent.length]).toEqual([true, true]);
    a.type('!');
    await until('hears', () => back.title === a.title);
  });

  it('[CO2] whoever says at the door which id she writes under is told where it is somebody else’s, or none at all', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await join(anna, documentId);
    a.type('a');
    await until('stored', () => a.acknowledged === 1);
    const come = async (who: Session, client: string | number) => raw(`${documentId}?ticket=${(await server.ticket(who, documentId)).ticket}&client=${client}`);
    expect(await (await come(bo, a.doc.clientID)).closed()).toBe(4409);
    for (const none of ['', '-1', '1.5', '1e3', '0x10', '01', String(2 ** 32), 'x']) expect([none, await (await come(anna, none)).closed()]).toEqual([none, 4400]);
    // Her own, and one that nobody has.
    a.socket.terminate();
    const b = await (await come(anna, a.doc.clientID)).open();
    b.doc.clientID = a.doc.clientID;
    b.type('b');
    const c = await (await come(bo, 4_000_000_000)).open();
    await until('stored', () => c.title.includes('ab'));
    expect([b.code, c.code]).toEqual([undefined, undefined]);
  });

  it('[CO33] an audience that changes while somebody is being let in is seen', async () => {
    const { documentId, itemId } = server.document([anna]);
    const { ticket } = await server.ticket(anna, documentId);
    const load = server.store.load.bind(server.store);
    server.store.load = async (id) => {
      const loaded = await load(id);
      server.readable.delete(`${anna.personId} ${itemId}`);
      void server.hub.audienceChanged(itemId);
      return loaded;
    };
    const socket = raw(`${documentId}?ticket=${ticket}`);
    expect(await socket.closed()).toBe(4404);
    expect(socket.frames).toEqual([]);
  });

  it('[CO67] an epoch that is no longer the document’s is told at the door', async () => {
    const { documentId, epoch } = server.document([anna]);
    const { ticket } = await server.ticket(anna, documentId);
    expect((await raw(`${documentId}?ticket=${ticket}&epoch=${epoch}`).open()).code).toBeUndefined();
    expect(await raw(`${documentId}?ticket=${ticket}&epoch=${randomUUID()}`).closed()).toBe(4412);
  });

  it('[CO69] a client of another version is told and let into nothing; one that names none, or ours, is let in', async () => {
    const { documentId } = server.document([anna], 'Punkt');
    const ask = async (version: string) => raw(`${documentId}?ticket=${(await server.ticket(anna, documentId)).ticket}${version}`);
    const other = await ask('&v=2');
    expect([await other.closed(), other.reason, other.frames.length]).toEqual([4426, 'version-unsupported', 0]);
    for (const version of ['', '&v=1']) expect((await (await ask(version)).open()).title).toBe('Punkt');
  });

  it('[CO24] a half-open line, which answers no ping, is cut, and its presence goes; one that answers stays', async () => {
    await server.stop();
    await start({ heartbeatMs: 300 });
    const { documentId } = server.document([anna, bo]);
    const answering = await raw(`${documentId}?ticket=${(await server.ticket(bo, documentId)).ticket}`).open();
    const { ticket, clientId } = await server.ticket(anna, documentId);
    const silent = new Raw(new WebSocket(`${server.url}/${documentId}?ticket=${ticket}`, { autoPong: false }));
    sockets.push(silent);
    await silent.open();
    silent.socket.send(awarenessFrame([{ clientId, clock: 1, state: '{"cursor":null}' }]));
    const heard = (left: boolean) => answering.awareness.some((entry) => entry.clientId === clientId && (entry.state === 'null') === left);
    await until('she is here', () => heard(false) || heard(true));
    await until('she is gone', () => heard(true));
    expect(await silent.closed()).toBe(1006);
    // Many more pings have come and been answered.
    let pings = 0;
    answering.socket.on('ping', () => pings++);
    await until('more pings', () => pings > 2);
    expect(answering.code).toBeUndefined();
  });
});
