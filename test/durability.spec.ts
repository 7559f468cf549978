import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from './support/product.js';
import { meetingOf, newSeries, openItems, type Series } from './support/story.js';
import { Browser, eksempelby, nordsjaelland, testDatabaseKind, type Person } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

let product: Product;
beforeAll(async () => void (product = await Product.create()), 60_000);
afterAll(() => product.dispose());

async function signIn(authorityId: string, role: string): Promise<Browser> {
  const browser = new Browser(product.origin);
  const { body } = await browser.get<{ clusters: { authorities: { authority: { id: string }; people: { membershipId: string; person: Person }[] }[] }[] }>('/api/v1/demo/people');
  const found = body.clusters.flatMap((cluster) => cluster.authorities).find((one) => one.authority.id === authorityId)!.people.find((one) => one.person.role === role)!;
  await browser.post('/api/v1/demo/sign-in', { membershipId: found.membershipId });
  browser.person = found.person;
  return browser;
}

/** The first Monday a week from now: the product runs on the real clock here. */
function nextMonday(): string {
  const day = new Date(Date.now() + 7 * 86_400_000);
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7));
  return `${day.toISOString().slice(0, 10)}T13:00`;
}

describe('a server that is killed', () => {
  it('20 times in mid-typing loses no character that was acknowledged or that a colleague has seen', async () => {
    await product.start();
    const coordinator = await signIn(eksempelby, 'coordinator');
    const officer = await signIn(nordsjaelland, 'participant');
    const series = await coordinator.post<Series>('/api/v1/series', newSeries([officer.person.membershipId], { startLocal: nextMonday() }));
    const { documentId } = openItems(await meetingOf(officer, series.body.occurrences[0]!.meetingId!))[2]!.item;

    const kept = new Set<string>();
    let acknowledged = 0;
    for (let round = 0; round < 20; round += 1) {
      const writer = await Writer.open(coordinator, documentId, 'minutes');
      const colleague = await Writer.open(officer, documentId, 'minutes');
      // Kill after a different number of characters each time, while more are on their way.
      const enough = 5 + ((round * 37) % 60);
      let n = 0;
      const typing = setInterval(() => {
        writer.type(`«${round}.${n}»`);
        n += 1;
      }, 1);
      await until('some characters stored', () => writer.stored.length >= enough);
      await product.stop('SIGKILL');
      clearInterval(typing);
      for (const text of writer.stored) kept.add(text);
      acknowledged += writer.stored.length;
      for (const text of colleague.seen.match(/«[^»]*»/g) ?? []) kept.add(text);
      writer.close();
      colleague.close();

      await product.start();
      const fresh = await Writer.open(officer, documentId, 'minutes');
      const there = new Set(fresh.text.toString().match(/«[^»]*»/g) ?? []);
      expect([...kept].filter((text) => !there.has(text))).toEqual([]);
      fresh.close();
    }
    expect(acknowledged).toBeGreaterThan(20 * 5);
  }, 240_000);

  it('tells a second process on the same database to keep away', async () => {
    await product.start();
    const second = product.spawn({ PORT: '0' });
    product.output = '';
    const code = await new Promise((done) => second.once('exit', done));
    expect(code).toBe(1);
    expect(product.output).toMatch(testDatabaseKind === 'pglite' ? /Another Samråd process \(pid \d+ on .*\) uses the folder/ : /Another Samråd process uses this database/);
    expect(product.output).not.toContain('    at ');
  }, 60_000);
});

describe('a server that is asked to stop', () => {
  it('ends although somebody has half sent a request, and is still there after a reset upgrade', async () => {
    await product.start();
    for (let n = 0; n < 60; n += 1) {
      const socket = connect(product.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write('GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
      if (n % 2 === 0) await once(socket, 'data').catch(() => undefined);
      socket.resetAndDestroy();
    }
    expect((await new Browser(product.origin).get('/health/live')).status).toBe(200);

    const half = connect(product.port, '127.0.0.1');
    half.on('error', () => undefined);
    await once(half, 'connect');
    half.write('POST /api/v1/demo/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
    await product.stop('SIGTERM');
    half.destroy();
  }, 60_000);
});

describe('outside demo mode', () => {
  it('does not start without its secrets, and says which are missing', async () => {
    const child = product.spawn({ SAMRAAD_MODE: 'production', PORT: '0', DATABASE_URL: '' });
    product.output = '';
    const code = await new Promise((done) => child.once('exit', done));
    expect(code).toBe(1);
    for (const name of ['PUBLIC_ORIGIN', 'SAMRAAD_KEY_FILE', 'DATABASE_URL']) expect(product.output).toContain(name);
  }, 60_000);
});
