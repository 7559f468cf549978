// Each scenario takes a server that has just begun and answers figures. A run whose documents do not converge does not count.
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { median, percentile, round, sleep, until } from './figures.mjs';
import { history, textOf } from './history.mjs';
import { authors, typed } from './wire.mjs';

const textIn = (...updates) => {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return textOf(doc).toString();
};

/** Somebody who comes now must read so many characters. */
export async function converged(server, name, characters) {
  await until(`${characters} characters in the document`, async () => {
    const [reader] = await server.clients([name]);
    const content = await reader.load();
    reader.close();
    return textIn(...content).length === characters;
  });
}

/** People who type at a steady rate together, and when what they wrote is seen. */
export class Typing {
  constructor(clients) {
    this.clients = clients;
    this.latencies = [];
    this.written = 0;
    this.seen = 0;
    const sentAt = (this.sentAt = new Map(clients.map(({ client }) => [client, []])));
    for (const client of clients) {
      if (!client.listens) continue;
      client.onMessage = (message) => {
        if (message.type !== 'update') return;
        const now = performance.now();
        for (const { client: writer, from, to } of authors(message.payload)) {
          const times = sentAt.get(writer);
          // Some servers send an edit back to its author, too.
          if (times === undefined || writer === client.client) continue;
          this.seen += to - from;
          if (this.isMeasuring) for (let clock = from; clock < to; clock++) this.latencies.push(now - times[clock]);
        }
      };
    }
  }

  type(client) {
    this.sentAt.get(client.client)[client.clock] = performance.now();
    client.send(client.wire.update(typed(client.client, client.clock++)));
    this.written++;
  }

  /** @param perSecond of all together, in even slices of 5 ms */
  async run(perSecond, ms, writers = this.clients) {
    const begun = performance.now();
    let sent = 0;
    let turn = 0;
    for (let now = begun; now < begun + ms; now = performance.now()) {
      for (const due = Math.floor(((now - begun) * perSecond) / 1000); sent < due; sent++) this.type(writers[turn++ % writers.length]);
      await sleep(perSecond > 1_000 ? 2 : 5);
    }
    return sent / ((performance.now() - begun) / 1000);
  }
}

export async function latency(server, { seconds }) {
  const [name] = await server.documents(1, 0);
  const clients = await server.clients(Array(12).fill(name));
  await Promise.all(clients.map((client) => client.load()));
  const typing = new Typing(clients);
  await typing.run(60, 1_000);
  typing.isMeasuring = true;
  await typing.run(120, seconds * 1_000);
  await until('all seen', () => typing.seen === typing.written * 11);
  await converged(server, name, typing.written);
  for (const client of clients) client.close();
  return { p50: round(percentile(typing.latencies, 0.5), 2), p95: round(percentile(typing.latencies, 0.95), 2) };
}

export async function throughput(server, { seconds, rates }) {
  const names = await server.documents(40, 0);
  const everybody = names.flatMap((name) => Array(5).fill(name));
  // One of five looks at what comes; the others take it and throw it away.
  const clients = await server.clients(everybody, { listens: () => true });
  await Promise.all(clients.map((client) => client.load()));
  clients.forEach((client, index) => (client.listens = index % 5 === 0));
  const typing = new Typing(clients);
  const answer = { perSecond: 0, at8000: null };
  for (const rate of rates) {
    typing.isMeasuring = false;
    await typing.run(rate, 700);
    typing.latencies = [];
    typing.isMeasuring = true;
    const reached = await typing.run(rate, seconds * 1_000);
    const p95 = percentile(typing.latencies, 0.95);
    if (rate === 8_000) answer.at8000 = round(p95, 1);
    if (p95 > 100 || reached < rate * 0.95) {
      answer.limit = p95 > 100 ? `p95 ${round(p95, 0)} ms at ${rate}/s` : `the clients reached ${Math.round(reached)} of ${rate}/s`;
      break;
    }
    answer.perSecond = Math.round(reached);
  }
  await until('what was written', () => typing.clients.every(({ socket }) => socket.writableLength === 0));
  for (const name of names) await converged(server, name, clients.filter(({ document }) => document === name).reduce((sum, { clock }) => sum + clock, 0));
  for (const client of clients) client.close();
  return answer;
}

export async function memory(server, { documents }) {
  const names = await server.documents(documents, 20_000);
  const before = await server.ask('memory');
  const clients = [];
  for (let from = 0; from < names.length; from += 50) {
    const some = await server.clients(names.slice(from, from + 50));
    await Promise.all(some.map((client) => client.load()));
    clients.push(...some);
  }
  await sleep(500);
  const open = await server.ask('memory');
  for (const client of clients) client.close();
  await sleep(2_500);
  const after = await server.ask('memory');
  const kilobytes = (one) => one.rss / 1024;
  return { kilobytesPerDocument: round((kilobytes(open) - kilobytes(before)) / documents), kilobytesLeft: round(kilobytes(after) - kilobytes(before), 0), contentKilobytes: round((documents * 20_000) / 1024, 0), heapLeft: round((after.heapUsed + after.external - before.heapUsed - before.external) / 1024, 0) };
}

/** First opening after a restart: when the whole content was there, when “synced” was said, and how often it was sent. */
export async function coldLoad(server, { edits, tail, rounds }) {
  const name = randomUUID();
  const stored = await server.ask('history', { name, edits, tail });
  const expected = history(edits).text;
  const times = [];
  let saidEarly = false;
  let timesSent = 0;
  for (let n = 0; n < rounds; n++) {
    await server.kill('SIGTERM');
    await server.run();
    // Whoever comes first pays for the connection to the database in every server; that is no opening.
    const [other] = await server.documents(1, 10);
    const [warm] = await server.clients([other]);
    await warm.load();
    warm.close();
    const [client] = await server.clients([name]);
    await client.opened;
    const came = [];
    client.onMessage = (message) => message.payload !== undefined && message.type !== 'step1' && came.push({ at: performance.now(), payload: Uint8Array.from(message.payload), type: message.type });
    const begun = performance.now();
    client.send(client.wire.step1());
    let seen = 0;
    let doc = new Y.Doc();
    let complete = null;
    await until(
      'the whole text',
      () => {
        for (; seen < came.length; seen++) {
          Y.applyUpdate(doc, came[seen].payload);
          if (complete === null && doc.getXmlFragment('minutes').length > 0 && textOf(doc).toString() === expected) complete = came[seen].at;
        }
        return complete !== null;
      },
      120_000,
    );
    await sleep(300);
    times.push(complete - begun);
    const whole = Math.max(...came.map(({ payload }) => payload.length));
    saidEarly ||= (came.find(({ type }) => type === 'step2')?.at ?? complete) < complete;
    timesSent = Math.max(timesSent, came.filter(({ payload }) => payload.length > whole / 2).length);
    client.close();
  }
  return { ms: round(median(times), 0), saidSyncedEarly: saidEarly, timesSent, ...(stored === null ? {} : { compactionMs: round(stored.compactionMs, 0) }) };
}

export async function storm(server, { joining }) {
  const [name] = await server.documents(1, 100_000);
  const writers = await server.clients(Array(5).fill(name));
  await Promise.all(writers.map((client) => client.load()));
  const typing = new Typing(writers);
  await typing.run(25, 1_000);
  typing.isMeasuring = true;
  const times = [];
  const writing = typing.run(25, 2_500);
  const tickets = Array.from({ length: joining }, (_, n) => ({ name, client: 500_000 + n, ticket: randomUUID() }));
  if (server.tickets) await server.ask('admit', { clients: tickets });
  const arrivals = tickets.map(async ({ client, ticket }, n) => {
    await sleep((n * 1_000) / joining);
    const one = server.client(name, client, ticket);
    await one.opened;
    const begun = performance.now();
    const content = await one.load();
    times.push(performance.now() - begun);
    return { one, length: content.reduce((sum, { length }) => sum + length, 0) };
  });
  const came = await Promise.all(arrivals);
  await writing;
  await until('the writers have seen each other', () => typing.seen === typing.written * 4);
  if (came.some(({ length }) => length < 100_000)) throw new Error('somebody got less than the document');
  await converged(server, name, 100_000 + typing.written);
  for (const { one } of came) one.close();
  for (const client of writers) client.close();
  return { sync95: round(percentile(times, 0.95), 1), writers95: round(percentile(typing.latencies, 0.95), 1) };
}

/** Killed while somebody writes and a colleague reads: what was seen or acknowledged must be there afterwards. */
export async function kills(server, { rounds, perSecond }) {
  let killsWithLoss = 0;
  const lost = [];
  const [name] = await server.documents(1, 0);
  let characters = 0;
  for (let n = 0; n < rounds; n++) {
    const [writer, reader] = await server.clients([name, name], { acks: true });
    await Promise.all([writer.load(), reader.load()]);
    let seen = 0;
    let acknowledged = 0;
    reader.onMessage = (message) => {
      for (const { client, to } of message.type === 'update' ? authors(message.payload) : []) if (client === writer.client) seen = Math.max(seen, to);
    };
    const typing = new Typing([writer]);
    // Every update is one message. Whoever acknowledges nothing is held to what a colleague saw.
    writer.onMessage = (message) => {
      if (message.type === 'ack') acknowledged = Math.max(acknowledged, message.count);
      if (message.type === 'taken') acknowledged++;
    };
    // Between a quarter of a second and a second after the beginning.
    await typing.run(perSecond, 250 + ((n * 617) % 750), [writer]);
    await server.kill();
    const promised = Math.max(seen, acknowledged);
    writer.close();
    reader.close();
    await server.run();
    const [later] = await server.clients([name]);
    const text = textIn(...(await later.load()));
    later.close();
    const there = text.length - characters;
    characters = text.length;
    if (there < promised) {
      killsWithLoss++;
      lost.push(promised - there);
    }
  }
  return { rounds, killsWithLoss, medianLost: lost.length === 0 ? 0 : median(lost) };
}

/** Slow readers of a document in which much is written: whether they are cut off, and what they cost. */
export async function slowReaders(server, { seconds }) {
  const [name] = await server.documents(1, 0);
  const clients = await server.clients(Array(8).fill(name));
  await Promise.all(clients.map((client) => client.load()));
  const [writer, reader, ...slow] = clients;
  for (const client of slow) client.socket.pause();
  let seen = 0;
  reader.onMessage = (message) => {
    for (const { client, to } of message.type === 'update' ? authors(message.payload) : []) if (client === writer.client) seen = Math.max(seen, to);
  };
  const before = await server.ask('memory');
  const big = 'x'.repeat(60_000);
  let written = 0;
  let most = before.rss;
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    // One megabyte a second each is what the product lets a person send.
    writer.send(writer.wire.update(typed(writer.client, written, big)));
    written += big.length;
    await sleep(10);
    if (written % (big.length * 50) === 0) most = Math.max(most, (await server.ask('memory')).rss);
  }
  await sleep(500);
  most = Math.max(most, (await server.ask('memory')).rss);
  for (const client of slow) client.socket.resume();
  await sleep(200);
  const cut = slow.filter(({ closed }) => closed !== null).length;
  for (const client of clients) client.close();
  // How far the writer got is the server's to say; what was shown of it must be there.
  await until('all that was shown', async () => {
    const [newcomer] = await server.clients([name]);
    const content = await newcomer.load();
    newcomer.close();
    return seen > 0 && textIn(...content).length >= seen;
  });
  return { writtenMB: round(written / 2 ** 20), cut: `${cut} of ${slow.length}`, growthMB: round((most - before.rss) / 2 ** 20, 0) };
}

