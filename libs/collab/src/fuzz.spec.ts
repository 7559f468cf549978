import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { ByteReader } from './byte-reader.js';
import { awarenessFrame, step1Frame, step2Frame, updateFrame } from './protocol.js';
import { randomEdit, randomOf } from './spec-random.js';
import { SpecServer, until } from './spec-server.js';

/** `npm run fuzz:collab` sends 100,000; `-- --frames=500 --seed=3` others. The suite takes a sample, others on each database. */
const isSample = process.env.COLLAB_FRAMES === undefined;
const frames = Number(process.env.COLLAB_FRAMES ?? 8_000);
const seed = Number(process.env.COLLAB_SEED ?? (process.env.TEST_DATABASE_URL === undefined ? 1 : 2));
/** However slow the machine: the sample is no longer than this. */
const sampleMs = 30_000;

const bytes = (write: (encoder: encoding.Encoder) => void) => {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
};
const varUints = (...numbers: number[]) => bytes((encoder) => numbers.forEach((number) => encoding.writeVarUint(encoder, number)));

/** What has broken other servers: a colleague's id, gaps, counts without bytes, nesting, awareness in masses. */
function known(colleague: number, own: number): Uint8Array[] {
  const nested = new Y.Doc();
  let inner: Y.XmlElement = new Y.XmlElement('bulletList');
  nested.getXmlFragment('minutes').insert(0, [inner]);
  nested.transact(() => {
    for (let depth = 0; depth < 300; depth++) {
      const next = new Y.XmlElement('listItem');
      inner.insert(0, [next]);
      inner = next;
    }
  });
  const foreign = new Y.Doc();
  foreign.getMap('secret').set('x', new Uint8Array(3));
  return [
    updateFrame(Uint8Array.from([1, 1, ...varUints(colleague), 0, 4, 1, 1, 116, 1, 97, 0])),
    updateFrame(Uint8Array.from([1, 1, ...varUints(own, 5_000), 4, 1, 1, 116, 1, 97, 0])),
    updateFrame(varUints(1, 33_000_000, own, 0, 0)),
    updateFrame(Uint8Array.from([0, 0, 1, 0, 0])),
    updateFrame(varUints(0, 1, colleague, 1, 0, 2 ** 31)),
    updateFrame(Y.encodeStateAsUpdate(nested)),
    updateFrame(Y.encodeStateAsUpdate(foreign)),
    updateFrame(Y.encodeStateAsUpdateV2(nested)),
    step1Frame(new Map(Array.from({ length: 5_000 }, (_, n) => [n, n]))),
    awarenessFrame(Array.from({ length: 5_000 }, (_, n) => ({ clientId: n, clock: 1, state: '{"user":{"name":"x"}}' }))),
    awarenessFrame([{ clientId: colleague, clock: 2 ** 40, state: 'null' }]),
    Uint8Array.from([0, 2, 255, 255, 255, 255, 255, 255, 255, 127]),
    Uint8Array.from([100, 5]),
    new Uint8Array(0),
  ];
}

function mutated(frame: Uint8Array, random: () => number): Uint8Array {
  const pick = (below: number) => Math.floor(random() * below);
  const copy = Uint8Array.from(frame);
  switch (pick(7)) {
    case 0:
      return copy.subarray(0, pick(copy.length));
    case 1:
      for (let n = 1 + pick(4); n > 0 && copy.length > 0; n--) copy[pick(copy.length)] = pick(256);
      return copy;
    case 2:
      if (copy.length > 0) copy[pick(copy.length)]! ^= 1 << pick(8);
      return copy;
    case 3: {
      const at = pick(copy.length + 1);
      return Buffer.concat([copy.subarray(0, at), Buffer.from(Array.from({ length: 1 + pick(8) }, () => (random() < 0.5 ? 255 : pick(256)))), copy.subarray(at)]);
    }
    case 4:
      return Buffer.concat([copy, copy]);
    case 5: {
      const at = pick(copy.length);
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + pick(4))]);
    }
    default:
      return Buffer.from(Array.from({ length: pick(60) }, () => pick(256)));
  }
}

describe('[CO1] mutated and hostile frames', () => {
  let server: SpecServer;
  afterEach(() => server.stop());

  it(
    `${isSample ? 'up to ' : ''}${frames} of them (seed ${seed}): the server lives, whoever writes beside them is answered and loses nothing`,
    async () => {
      const random = randomOf(seed);
      // As a hostile crowd would: many in a row, and not slowed down.
      server = await new SpecServer({ messageBurst: 1e9, byteBurst: 1e12, maxConnectionsPerPerson: 1_000 }).listen();
      const [anna, mallory] = [server.signIn('Anna'), server.signIn('Mallory')];
      const { documentId } = server.document([anna, mallory], 'Punkt');
      const connect = async (who: Session) => {
        const { ticket, clientId } = await server.ticket(who, documentId);
        const socket = new WebSocket(`${server.url}/${documentId}?ticket=${ticket}&ack=1`);
        socket.on('error', () => undefined);
        await once(socket, 'open');
        return { socket, clientId };
      };

      const good = await connect(anna);
      const doc = new Y.Doc();
      doc.clientID = good.clientId;
      const sentAt: number[] = [];
      const waits: number[] = [];
      let acknowledged = 0;
      let goodCode: number | undefined;
      good.socket.on('close', (code) => (goodCode = code));
      good.socket.on('message', (data: Buffer) => {
        const reader = new ByteReader(data);
        const type = reader.uint();
        if (type === 100) for (const count = reader.uint(); acknowledged < count; acknowledged++) waits.push(performance.now() - sentAt[acknowledged]!);
        if (type === 0 && reader.uint() > 0) Y.applyUpdate(doc, reader.block(), 'remote');
      });
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin === 'remote') return;
        sentAt.push(performance.now());
        good.socket.send(updateFrame(update));
      });
      good.socket.send(step1Frame(new Map()));
      await until('the content', () => doc.getXmlFragment('minutes').length > 0);
      const text = (doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlText;
      const typing = setInterval(() => text.insert(text.length, 'x'), 10);

      // What a well-behaved page sends; the mutations are made from it.
      const seeds: Uint8Array[] = [step1Frame(new Map([[1, 2]])), awarenessFrame([{ clientId: 5, clock: 1, state: '{"cursor":null}' }])];
      const page = new Y.Doc();
      Y.applyUpdate(page, (await server.store.load(documentId))!.updates[0]!);
      page.on('update', (update: Uint8Array) => void seeds.push(updateFrame(update), step2Frame(update)));
      for (let n = 0; n < 40; n++) randomEdit(page, random);

      const memoryBefore = process.memoryUsage().rss;
      let most = memoryBefore;
      const endsAt = isSample ? performance.now() + sampleMs : Number.POSITIVE_INFINITY;
      let sent = 0;
      while (sent < frames && performance.now() < endsAt) {
        const { socket, clientId } = await connect(mallory);
        const worst = known(good.clientId, clientId);
        if (random() < 0.7) socket.send(step1Frame(new Map()));
        for (let n = 0; n < 30 && sent < frames && socket.readyState === WebSocket.OPEN; n++, sent++) {
          const frame = random() < 0.15 ? worst[Math.floor(random() * worst.length)]! : mutated(seeds[Math.floor(random() * seeds.length)]!, random);
          socket.send(frame);
          if (n % 5 === 4) await new Promise((done) => setImmediate(done));
        }
        socket.terminate();
        most = Math.max(most, process.memoryUsage().rss);
      }
      clearInterval(typing);
      await until('everything typed is acknowledged', () => acknowledged === sentAt.length && sentAt.length > 0);
      expect(goodCode).toBeUndefined();
      expect(server.failures).toEqual([]);
      waits.sort((a, b) => a - b);
      const figures = { edits: waits.length, p99Ms: Math.round(waits[Math.ceil(waits.length * 0.99) - 1]!), growthMB: Math.round((most - memoryBefore) / 2 ** 20) };
      if (!isSample) console.log(JSON.stringify({ frames, seed, ...figures }));

      // Her words are all stored, under her own id, and her page has what everybody has.
      const stored = new Y.Doc();
      for (const update of (await server.store.load(documentId))!.updates) Y.applyUpdate(stored, update);
      expect(Y.getState(stored.store, good.clientId)).toBe(Y.getState(doc.store, good.clientId));
      await until('her page has what is stored', () => Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(stored)));
      expect(stored.store.pendingStructs).toBeNull();
      good.socket.terminate();
      expect(sent).toBeGreaterThan(1_000);
      // Beside the rest of a suite the clock measures the neighbours, too.
      expect([figures.p99Ms < (isSample ? 2_000 : 250), figures.growthMB < 256, figures]).toEqual([true, true, figures]);
    },
    isSample ? 3 * sampleMs : frames * 20,
  );
});
