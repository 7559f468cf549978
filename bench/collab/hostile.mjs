// A minute among people who mean harm: whether the others notice, what it costs, and whether all they wrote is there.
import { randomBytes } from 'node:crypto';
import * as encoding from 'lib0/encoding';
import { percentile, round, sleep, until } from './figures.mjs';
import { random } from './random.mjs';
import { converged, Typing } from './scenarios.mjs';
import { typed } from './wire.mjs';

const varUint = (number) => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, number);
  return encoding.toUint8Array(encoder);
};

/** What comes next from somebody hostile. */
function attacks(next, wire, client, colleague) {
  const clock = Math.floor(next() * 1_000);
  return [
    () => randomBytes(1 + Math.floor(next() * 2_000)),
    () => wire.update(randomBytes(Math.floor(next() * 500))),
    () => Buffer.alloc(50 * 2 ** 20, 1),
    () => wire.update(typed(client, clock).subarray(0, -1)),
    () => wire.update(typed(client, clock + 5_000)),
    () => wire.update(typed(colleague, clock)),
    () => wire.update(new Uint8Array([1, ...varUint(33_000_000), ...varUint(client), 0])),
    () => Buffer.concat([Buffer.from([0, 2]), varUint(2 ** 40)]),
    () => wire.step1(new Uint8Array([...varUint(4_000_000), 1, 1])),
    () => wire.step2(typed(colleague, 0)),
    () => Buffer.concat([Buffer.from([1]), varUint(30), varUint(50_000), randomBytes(29)]),
    () => Buffer.from([100, 255, 255, 255, 255, 15]),
  ];
}

export async function hostile(server, { seconds }) {
  const [name, other, long] = await server.documents(3, 0);
  const good = await server.clients(Array(6).fill(name));
  await Promise.all(good.map((client) => client.load()));
  const typing = new Typing(good);
  await typing.run(60, 1_000);
  const before = await server.ask('memory');
  typing.isMeasuring = true;
  const next = random(7);
  let isOver = false;
  let frames = 0;
  let most = before.rss;
  const slow = await server.clients(Array(4).fill(long));
  await Promise.all(slow.map((client) => client.load()));
  for (const client of slow) client.socket.pause();
  const attackers = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const [client] = await server.clients([next() < 0.5 ? name : other], { acks: true });
      client.listens = false;
      await client.opened.catch(() => undefined);
      client.send(client.wire.step1());
      for (let n = 0; n < 40 && client.closed === null && !isOver; n++) {
        const some = attacks(next, client.wire, client.client, good[0].client);
        // Fifty megabytes are rare, or nothing else would be sent.
        const pick = next() < 0.01 ? 2 : Math.floor(next() * some.length);
        client.send((pick === 2 && next() > 0.05 ? some[0] : some[pick])());
        frames++;
        await sleep(2 + next() * 10);
      }
      client.close();
    }
  });
  const flood = (async () => {
    // Somebody who writes as much as she may, so that slow readers have something not to read. In a document of their own: the people
    // whose latencies are taken would spend the time of this process on reading twenty megabytes, and that would count as the server's.
    const [writer] = await server.clients([long], { acks: true });
    await writer.load();
    let stored = 0;
    writer.onMessage = (message) => message.type === 'ack' && (stored = Math.max(stored, message.count));
    const big = 'x'.repeat(60_000);
    let written = 0;
    for (; !isOver; written += big.length) {
      writer.send(writer.wire.update(typed(writer.client, written, big)));
      await sleep(150);
      if (written > 20 * 2 ** 20) break;
    }
    await until('the flood is stored', () => stored * big.length === written || writer.closed !== null);
    if (writer.closed !== null) throw new Error(`who may write much was closed: ${writer.closed}, ${stored * big.length} of ${written} characters stored`);
    return written;
  })();
  const watch = (async () => {
    while (!isOver) {
      await sleep(2_000);
      most = Math.max(most, await server.ask('rss'));
    }
  })();
  await typing.run(60, seconds * 1_000);
  isOver = true;
  await Promise.all([...attackers, watch]);
  const flooded = await flood;
  for (const client of slow) client.socket.resume();
  await sleep(500);
  const cut = slow.filter(({ closed }) => closed !== null).length;
  await converged(server, name, typing.written);
  await converged(server, long, flooded);
  for (const client of [...good, ...slow]) client.close();
  return { frames, others99: round(percentile(typing.latencies, 0.99), 1), growthMB: round((most - before.rss) / 2 ** 20, 0), slowReadersCut: `${cut} of ${slow.length}` };
}
