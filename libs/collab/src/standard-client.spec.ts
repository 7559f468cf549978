import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as decoding from 'lib0/decoding';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { projectText } from './document-content.js';
import { awarenessFrame } from './protocol.js';
import { randomEdit, randomOf } from './spec-random.js';
import { SpecServer, until } from './spec-server.js';

/** The unchanged y-websocket provider, as any Yjs application uses it. */
class Client {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  readonly closes: number[] = [];
  acknowledged = 0;
  /** Update messages sent on the present connection. */
  sent = 0;
  readonly refusals: string[] = [];
  readonly states: string[] = [];

  constructor(url: string, documentId: string, params: Record<string, string>, clientId?: number) {
    if (clientId !== undefined) this.doc.clientID = clientId;
    this.provider = new WebsocketProvider(url, documentId, this.doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      params,
      disableBc: true,
      maxBackoffTime: 20,
      connect: false,
    });
    this.provider.on('status', ({ status }) => {
      if (status === 'connected') this.countFrames();
    });
    this.provider.on('connection-close', (event) => this.closes.push(event?.code ?? 0));
    this.provider.messageHandlers[100] = (_encoder: unknown, decoder: decoding.Decoder) => (this.acknowledged = decoding.readVarUint(decoder));
    this.provider.messageHandlers[101] = (_encoder: unknown, decoder: decoding.Decoder) => {
      decoding.readVarUint(decoder);
      this.refusals.push(decoding.readVarString(decoder));
    };
    this.provider.messageHandlers[102] = (_encoder: unknown, decoder: decoding.Decoder) => this.states.push(decoding.readVarString(decoder));
    this.provider.connect();
  }

  private countFrames(): void {
    this.sent = 0;
    this.acknowledged = 0;
    const socket = this.provider.ws as unknown as WebSocket;
    const send = socket.send.bind(socket) as (data: Uint8Array) => void;
    socket.send = ((data: Uint8Array) => {
      if (data[0] === 0 && data[1] !== 0) this.sent++;
      send(data);
    }) as typeof socket.send;
  }

  get title(): string {
    return this.doc.getText('title').toString();
  }

  type(text: string): void {
    this.doc.getText('title').insert(this.title.length, text);
  }

  async synced(): Promise<this> {
    await until('synced', () => this.provider.synced);
    return this;
  }
}

describe('y-websocket, unchanged', () => {
  let server: SpecServer;
  let clients: Client[];
  let anna: Session;
  let bo: Session;

  beforeEach(async () => {
    server = await new SpecServer().listen();
    clients = [];
    anna = server.signIn('Anna');
    bo = server.signIn('Bo');
  });

  afterEach(async () => {
    for (const { provider, doc } of clients) {
      provider.destroy();
      doc.destroy();
    }
    await server.stop();
  });

  async function connect(session: Session, documentId: string, options: { ack?: boolean; ownId?: boolean } = {}): Promise<Client> {
    const { ticket, clientId } = await server.ticket(session, documentId);
    const client = new Client(server.url, documentId, { ticket, ...(options.ack ? { ack: '1' } : {}) }, options.ownId ? undefined : clientId);
    clients.push(client);
    return client;
  }

  it('[CO20] a clock that counts to where numbers end reaches nobody: all stay in, and whoever comes', async () => {
    const { documentId } = server.document([anna, bo]);
    const mallory = server.signIn('Mallory');
    server.readable.add(`${mallory.personId} ${[...server.readable][0]!.split(' ')[1]}`);
    const both = await Promise.all([anna, bo].map(async (who) => (await connect(who, documentId)).synced()));
    const { ticket, clientId } = await server.ticket(mallory, documentId);
    const socket = new WebSocket(`${server.url}/${documentId}?ticket=${ticket}`);
    await once(socket, 'open');
    const say = (clock: number, state: string) => socket.send(awarenessFrame([{ clientId, clock, state }]));
    for (const [clock, state] of [[2 ** 53 - 1, '{}'], [2 ** 53 - 1, 'null'], [1, '{}'], [2, '{"cursor":null}']] as const) say(clock, state);
    await until('heard', () => both.every(({ provider }) => provider.awareness.getStates().has(clientId)));
    const newcomer = await (await connect(bo, documentId)).synced();
    newcomer.type('x');
    await until('seen', () => both.every(({ title }) => title === 'x'));
    expect([...both, newcomer].map(({ closes }) => closes)).toEqual([[], [], []]);
    socket.terminate();
  });

  it('[CO30] two people write together, and a third one reads it all', async () => {
    const { documentId } = server.document([anna, bo], 'Punkt');
    const a = await (await connect(anna, documentId)).synced();
    const b = await (await connect(bo, documentId, { ownId: true })).synced();
    expect(a.title).toBe('Punkt');
    a.type(' et');
    await until('b sees it', () => b.title === 'Punkt et');
    b.type(' to');
    await until('a sees it', () => a.title === 'Punkt et to');
    const later = await (await connect(bo, documentId)).synced();
    expect(later.title).toBe('Punkt et to');
    expect(server.failures).toEqual([]);
  });

  it('[CO31] says synced only with the content', async () => {
    const { documentId } = server.document([anna], 'Indhold');
    const client = await connect(anna, documentId);
    let titleWhenSynced: string | undefined;
    client.provider.on('sync', () => (titleWhenSynced ??= client.title));
    await client.synced();
    expect(titleWhenSynced).toBe('Indhold');
  });

  it('[CO11] while a commit is held back nobody sees the edit and nothing is acknowledged; then both', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId, { ack: true })).synced();
    const b = await (await connect(bo, documentId)).synced();
    await until('initial acknowledgement', () => a.acknowledged === 1);
    let letThrough = () => undefined as void;
    let isHeld = false;
    server.store.beforeCommit = () => {
      isHeld = true;
      return new Promise((resolve) => (letThrough = resolve));
    };
    a.type('hemmeligt endnu');
    await until('the commit is under way', () => isHeld);
    // Whoever comes now, and whoever asks again, gets only what is committed.
    const c = await (await connect(bo, documentId)).synced();
    b.provider.disconnect();
    b.provider.connect();
    await b.synced();
    expect([b.title, c.title, a.acknowledged]).toEqual(['', '', 1]);
    server.store.beforeCommit = () => undefined;
    letThrough();
    await until('both see it', () => b.title === 'hemmeligt endnu' && c.title === 'hemmeligt endnu');
    await until('acknowledged', () => a.acknowledged === 2);
  });

  it('[CO12] what cannot be stored is not shown, its writer keeps it and sends it again', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId, { ack: true })).synced();
    const b = await (await connect(bo, documentId)).synced();
    let attempts = 0;
    server.store.beforeCommit = () => {
      attempts++;
      throw new Error('disk full');
    };
    a.type('vigtigt');
    await until('sent away to come again', () => a.closes.includes(4504));
    expect(attempts).toBeGreaterThanOrEqual(3);
    expect(b.title).toBe('');
    server.store.beforeCommit = () => undefined;
    await until('stored after all', () => b.title === 'vigtigt');
    await until('acknowledged', () => a.acknowledged > 0);
    expect(a.title).toBe('vigtigt');
  });

  it('[CO32] text written offline arrives after a reconnect, together with what was typed before the sync', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId, { ack: true })).synced();
    const b = await (await connect(bo, documentId)).synced();
    a.type('før ');
    await until('b sees it', () => b.title === 'før ');
    a.provider.disconnect();
    a.type('uden net ');
    b.type('imens ');
    // Typed after the socket opened, before the server asked for the rest: a clock gap.
    a.provider.on('status', ({ status }) => {
      if (status === 'connected') a.type('igen');
    });
    a.provider.connect();
    await until('everything arrives', () => b.title.includes('uden net ') && b.title.includes('igen') && a.title === b.title);
    await until('all acknowledged', () => a.acknowledged >= 2);
    expect(a.closes).not.toContain(4409);
    expect(server.failures).toEqual([]);
  });

  it('[CO33] access taken away in mid-typing: nothing more arrives, nothing more is stored', async () => {
    const { documentId, itemId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId, { ack: true })).synced();
    const b = await (await connect(bo, documentId, { ack: true })).synced();
    a.type('begge ser det');
    await until('b sees it', () => b.title === 'begge ser det');
    const storedBefore = (await server.store.load(documentId))?.updates.length;

    server.readable.delete(`${bo.personId} ${itemId}`);
    const answers: (() => void)[] = [];
    server.beforeAccess = () => new Promise((resolve) => answers.push(resolve));
    const handled = server.hub.audienceChanged(itemId);
    // The event is handled, the answer is not yet there: silence for both, and nothing is stored.
    b.type('må ikke gemmes');
    a.type(', kun for Anna');
    await until('both are asked for', () => answers.length === 2);
    expect(b.title).not.toContain('kun for Anna');
    for (const resolve of answers) resolve();
    await handled;
    server.beforeAccess = async () => undefined;
    await until('b is out', () => b.closes.includes(4403));
    await until('a goes on', () => a.acknowledged === 3);
    expect(b.title).not.toContain('kun for Anna');
    expect(a.title).toBe('begge ser det, kun for Anna');
    const stored = await server.store.load(documentId);
    expect(stored?.updates.length).toBe((storedBefore as number) + 1);
    // The standard provider takes 4403 for an answer.
    expect(b.provider.shouldConnect).toBe(false);
    b.provider.connect();
    await until('b stays out, and cannot tell it from missing', () => b.closes.includes(4404));
  });

  it('[CO33] a session that ends closes its sockets and no others', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId)).synced();
    const b = await (await connect(bo, documentId)).synced();
    server.sessions.delete(bo.id);
    server.hub.sessionEnded(bo.id);
    await until('b is out', () => b.closes.includes(4401));
    a.type('videre');
    await until('stored', () => server.changed.length > 0);
    expect(a.provider.wsconnected).toBe(true);
    expect(b.title).toBe('');
  });

  it('[CO34] a frozen document is read by all and written by nobody', async () => {
    const { documentId } = server.document([anna, bo], 'Referat');
    const a = await (await connect(anna, documentId, { ack: true })).synced();
    const b = await (await connect(bo, documentId, { ack: true })).synced();
    await server.store.setState(documentId, 'frozen');
    // The process has not heard of it yet: the store refuses by itself.
    a.type(' efter');
    await until('refused', () => a.refusals.includes('document-frozen') && a.closes.includes(4423));
    server.hub.stateChanged(documentId, 'frozen');
    await until('told', () => b.states.includes('frozen'));
    expect(b.title).toBe('Referat');
    const c = await (await connect(bo, documentId, { ack: true })).synced();
    expect([c.title, c.states.at(-1)]).toEqual(['Referat', 'frozen']);
  });

  it('[CO20] presence carries the name from the session, and goes with the socket', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId)).synced();
    const b = await (await connect(bo, documentId, { ownId: true })).synced();
    a.provider.awareness.setLocalState({ user: { name: 'Politidirektøren', color: 'red' }, cursor: null });
    const seen = () => [...b.provider.awareness.getStates()].find(([id]) => id === a.doc.clientID)?.[1];
    await until('b sees a', () => seen()?.user !== undefined);
    expect(seen()?.user).toMatchObject({ name: 'Anna', authority: 'Testby Kommune' });
    b.provider.awareness.setLocalState({});
    await until('a sees b', () => a.provider.awareness.getStates().get(b.doc.clientID)?.user?.name === 'Bo');
    const late = await (await connect(bo, documentId)).synced();
    await until('a newcomer sees who is here', () => late.provider.awareness.getStates().get(a.doc.clientID)?.user?.name === 'Anna');
    a.provider.disconnect();
    await until('b sees a go', () => seen() === undefined);
  });

  it('[CO35] a standard client never gets a message it does not know', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId)).synced();
    let unknown = 0;
    for (const type of [100, 101, 102]) a.provider.messageHandlers[type] = () => unknown++;
    a.type('x');
    await until('stored', () => server.changed.length > 0);
    server.hub.stateChanged(documentId, 'frozen');
    a.type('y');
    await until('closed', () => a.closes.includes(4423));
    expect(unknown).toBe(0);
  });

  it('[CO36] a shutdown stores and acknowledges what came, then closes with 4503', async () => {
    const { documentId } = server.document([anna, bo]);
    const a = await (await connect(anna, documentId, { ack: true })).synced();
    // The server has asked for what it lacks, and has it.
    await until('answered', () => a.acknowledged === 1);
    let letThrough = () => undefined as void;
    let isHeld = false;
    server.store.beforeCommit = () => {
      isHeld = true;
      return new Promise((resolve) => (letThrough = resolve));
    };
    a.type('lige før');
    await until('under way', () => isHeld);
    const stopping = server.sockets.stop();
    server.store.beforeCommit = () => undefined;
    letThrough();
    await stopping;
    await until('closed', () => a.closes.includes(4503));
    expect(a.acknowledged).toBe(2);
    const stored = await server.store.load(documentId);
    expect(projectText(Y.mergeUpdates(stored?.updates ?? [])).title).toBe('lige før');
  });

  it.each([1, 2, 3, 4])('[CO37] several clients that come and go converge on what is stored (seed %i)', async (seed) => {
    const random = randomOf(seed);
    const { documentId, itemId } = server.document([anna, bo], 'Start');
    const team: Client[] = [];
    for (const session of [anna, bo, anna, bo]) team.push(await (await connect(session, documentId, { ack: true, ownId: random() < 0.5 })).synced());
    // Commits are slow now and then, so that updates gather, and fail now and then.
    server.beforeAccess = async () => {
      if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
    };
    server.store.beforeCommit = async () => {
      if (random() < 0.05) throw new Error('now and then');
      if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
    };
    for (let step = 0; step < 150; step++) {
      const client = team[Math.floor(random() * team.length)] as Client;
      randomEdit(client.doc, random);
      // Two tabs of one browser talk to each other past the server.
      if (random() < 0.1) Y.applyUpdate((team[2] as Client).doc, Y.encodeStateAsUpdate((team[0] as Client).doc), (team[2] as Client).provider);
      // An audience changes and everybody may stay: a short silence.
      if (random() < 0.05) void server.hub.audienceChanged(itemId);
      if (random() < 0.06) client.provider.disconnect();
      if (random() < 0.15) for (const one of team) if (!one.provider.shouldConnect) one.provider.connect();
      if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { provider } of team) if (!provider.shouldConnect) provider.connect();
    const shape = (doc: Y.Doc) => JSON.stringify([doc.getText('title').toString(), doc.getXmlFragment('agenda').toString(), doc.getXmlFragment('minutes').toString()]);
    const storedShape = async () => {
      const doc = new Y.Doc();
      for (const update of (await server.store.load(documentId))?.updates ?? []) Y.applyUpdate(doc, update);
      expect(doc.store.pendingStructs).toBeNull();
      return shape(doc);
    };
    let stored = await storedShape();
    for (let round = 0; round < 2_000 && !team.every((client) => client.provider.synced && shape(client.doc) === stored); round++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      stored = await storedShape();
    }
    for (const client of team) expect(shape(client.doc)).toBe(stored);
    // Every update message is acknowledged, those among them that had to wait for a resync included.
    await until('all acknowledged', () => team.every((client) => client.acknowledged === client.sent));
    expect(team.flatMap((client) => client.closes).filter((code) => code >= 4400 && code < 4500)).toEqual([]);
    expect(server.failures.filter((failure) => !failure.startsWith('commit'))).toEqual([]);
  });
});
