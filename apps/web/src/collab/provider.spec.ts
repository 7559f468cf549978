import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { ApiProblem } from '../api/problem.js';
import type { Ticket } from '../api/types.js';
import { SamraadProvider } from './provider.js';

const sync = 0;
const [step1, step2, syncUpdate] = [0, 1, 2];
const acknowledgement = 100;

/** The server's side of a socket, as a test leads it. */
class Line {
  static lines: Line[] = [];
  binaryType = 'arraybuffer';
  readonly at = Date.now();
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: { type: number; kind: number; content: Uint8Array }[] = [];

  constructor(readonly url = '') {
    Line.lines.push(this);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  send(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === sync) this.sent.push({ type, kind: decoding.readVarUint(decoder), content: decoding.readVarUint8Array(decoder) });
  }

  tell(kind: number, content: Uint8Array): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, sync);
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, content);
    this.deliver(encoding.toUint8Array(encoder));
  }

  acknowledge(count: number): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, acknowledgement);
    encoding.writeVarUint(encoder, count);
    this.deliver(encoding.toUint8Array(encoder));
  }

  /** As the server opens: everything it has, then its own question. */
  greet(store: Y.Doc): void {
    const asked = this.sent.find(({ kind }) => kind === step1)!;
    this.tell(step2, Y.encodeStateAsUpdate(store, asked.content));
    this.tell(step1, Y.encodeStateVector(store));
  }

  close(code = 1006): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
  }

  private deliver(bytes: Uint8Array): void {
    this.onmessage?.({ data: bytes.slice().buffer });
  }
}

let provider: SamraadProvider;
const ticket: Ticket = { ticket: 't', clientId: 4711, epoch: 'e', url: '/yjs/d' };
const begin = (fetchTicket: () => Promise<Ticket>) => {
  Line.lines = [];
  provider = new SamraadProvider({ documentId: 'd', fetchTicket, serverOrigin: 'ws://localhost', WebSocket: Line as unknown as typeof WebSocket });
  provider.start();
};
/** Lets pass what has nothing to wait for but time. */
const pass = (ms = 0) => jest.advanceTimersByTimeAsync(ms);
afterEach(() => {
  provider.destroy();
  jest.useRealTimers();
});

const storeWith = (title: string) => {
  const store = new Y.Doc();
  store.getText('title').insert(0, title);
  return store;
};
const copyOf = (store: Y.Doc) => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(store));
  return copy;
};
/** What the page sends is stored and acknowledged. */
const take = (line: Line, store: Y.Doc) => {
  const updates = line.sent.filter(({ kind }) => kind === step2 || kind === syncUpdate);
  for (const { content } of updates) Y.applyUpdate(store, content);
  line.acknowledge(updates.length);
};

describe('a document whose connection comes back', () => {
  it('[CO2] says with its next ticket which id it goes on under', async () => {
    jest.useFakeTimers();
    let tickets = 0;
    begin(async () => ({ ...ticket, ticket: `t${++tickets}`, clientId: 4710 + tickets }));
    await pass();
    const store = storeWith('Ord. ');
    const [first] = Line.lines;
    first!.open();
    first!.greet(store);
    first!.close(4401);
    await pass(30_000);
    const again = new URL(Line.lines.at(-1)!.url).searchParams;
    expect([new URL(first!.url).searchParams.get('client'), again.get('ticket'), again.get('client'), provider.doc.clientID]).toEqual([null, 't2', '4711', 4711]);
  });

  it('[CO90] takes in nothing of a store that lacks words, whatever comes before its question', async () => {
    jest.useFakeTimers();
    begin(async () => ticket);
    await pass();
    const store = storeWith('Før kopien. ');
    const copy = copyOf(store);
    const [first] = Line.lines;
    first!.open();
    first!.greet(store);
    const title = provider.doc.getText('title');
    expect(title.toString()).toBe('Før kopien. ');
    title.insert(title.length, 'Efter kopien. ');
    take(first!, store);
    expect(provider.status()).toBe('saved');

    // Put back, and a colleague has written on in it: no deletion is missing, only words.
    copy.getText('title').insert(0, 'En kollega. ');
    first!.close();
    await pass(10_000);
    const again = Line.lines.at(-1)!;
    again.open();
    const asked = again.sent.find(({ kind }) => kind === step1)!;
    again.tell(step2, Y.encodeStateAsUpdate(copy, asked.content));
    copy.getText('title').insert(0, 'Og en til. ');
    again.tell(syncUpdate, Y.encodeStateAsUpdate(copy, asked.content));
    again.tell(step1, Y.encodeStateVector(copy));
    expect(provider.status()).toBe('restored');
    expect(title.toString()).toBe('Før kopien. Efter kopien. ');
    expect(again.sent.filter(({ kind }) => kind !== step1)).toEqual([]);
  });

  it('shows what colleagues wrote meanwhile, in the order it was told, and sends what was written here', async () => {
    jest.useFakeTimers();
    begin(async () => ticket);
    await pass();
    const store = storeWith('Før. ');
    Line.lines[0]!.open();
    Line.lines[0]!.greet(store);
    Line.lines[0]!.close();
    const title = provider.doc.getText('title');
    title.insert(0, 'Her. ');
    await pass(10_000);
    const again = Line.lines.at(-1)!;
    again.open();
    const asked = again.sent.find(({ kind }) => kind === step1)!;
    store.getText('title').insert(0, 'Der. ');
    const between = Y.encodeStateVector(store);
    again.tell(step2, Y.encodeStateAsUpdate(store, asked.content));
    store.getText('title').insert(0, 'Imellem. ');
    again.tell(syncUpdate, Y.encodeStateAsUpdate(store, between));
    again.tell(step1, Y.encodeStateVector(store));
    take(again, store);
    expect(title.toString()).toBe(store.getText('title').toString());
    for (const words of ['Før. ', 'Her. ', 'Der. ', 'Imellem. ']) expect(title.toString()).toContain(words);
    expect(provider.status()).toBe('saved');
  });
});

describe('[CO95] pages that all lose their server at the same moment', () => {
  /** A seeded sequence (mulberry32). */
  const seeded = (seed: number) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let z = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
  /** How many came within each tenth of the time in which they may. */
  const tenths = (times: readonly number[], from: number, to: number) => times.reduce((counts, time) => {
    expect(time).toBeGreaterThanOrEqual(from);
    expect(time).toBeLessThanOrEqual(to);
    counts[Math.min(9, Math.floor(((time - from) / (to - from)) * 10))]!++;
    return counts;
  }, Array.from({ length: 10 }, () => 0));

  const pages = 200;
  const allAt = (fetchTicket: (page: number) => Promise<Ticket>) => {
    Line.lines = [];
    const providers = Array.from({ length: pages }, (_, n) => new SamraadProvider({ documentId: 'd', fetchTicket: () => fetchTicket(n), serverOrigin: 'ws://localhost', WebSocket: Line as unknown as typeof WebSocket, random: seeded(n) }));
    for (const one of providers) one.start();
    [provider] = providers as [SamraadProvider];
    return () => providers.forEach((one) => one.destroy());
  };

  it('come back scattered', async () => {
    jest.useFakeTimers();
    const end = allAt(async () => ticket);
    await pass();
    for (const line of Line.lines) {
      line.open();
      line.greet(storeWith('Før. '));
    }
    const lostAt = Date.now();
    for (const line of Line.lines) line.close();
    await pass(1_000);
    for (const count of tenths(Line.lines.slice(pages).map(({ at }) => at - lostAt), 100, 200)) expect(count).toBeGreaterThan(pages / 40);
    expect(Line.lines).toHaveLength(2 * pages);
    end();
  });

  it('ask for a ticket scattered', async () => {
    jest.useFakeTimers();
    const asked: number[][] = Array.from({ length: pages }, () => []);
    const end = allAt(async (page) => {
      asked[page]!.push(Date.now());
      throw new ApiProblem(503, {});
    });
    await pass();
    await pass(3_000);
    for (const count of tenths(asked.map(([first, second]) => second! - first!), 1_500, 3_000)) expect(count).toBeGreaterThan(pages / 40);
    end();
  });

  it('wait longer from try to try, up to a bound, each pause at least half of what it would be', async () => {
    jest.useFakeTimers();
    begin(async () => ticket);
    await pass();
    const pauses: number[] = [];
    for (let n = 0; n < 5; n++) {
      const lostAt = Date.now();
      const tries = Line.lines.length;
      Line.lines.at(-1)!.close();
      while (Line.lines.length === tries) await pass(1);
      pauses.push(Line.lines.at(-1)!.at - lostAt);
    }
    pauses.forEach((pause, n) => {
      const whole = Math.min(200 * 2 ** n, 2_500);
      expect([n, pause >= whole / 2, pause <= whole]).toEqual([n, true, true]);
    });
  });
});

describe('[CO93] a ticket that is refused', () => {
  it('by something in front of the server is asked for again, and the text stays', async () => {
    jest.useFakeTimers();
    const answers: (() => Ticket)[] = [404, 403, 502].map((status) => () => {
      throw new ApiProblem(status, {});
    });
    begin(async () => (answers.shift() ?? (() => ticket))());
    await pass();
    expect(provider.status()).toBe('loading');
    await pass(10_000);
    expect(answers).toEqual([]);
    expect(Line.lines).toHaveLength(1);
    expect(provider.status()).toBe('loading');
  });

  it('by the server ends the document', async () => {
    begin(async () => {
      throw new ApiProblem(404, { code: 'not-found' });
    });
    await new Promise(setImmediate);
    expect(provider.status()).toBe('accessLost');
  });
});
