import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from './support/product.js';
import { stageItem } from './support/real-product.js';
import { Browser, testDatabaseKind } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

let product: Product;
beforeAll(async () => void (product = await Product.create()), 60_000);
afterAll(() => product.dispose());

/** `npm run kill:collab` asks for more of them. */
const kills = Number(process.env.COLLAB_KILLS ?? 20);
const perSecond = Number(process.env.COLLAB_RATE ?? 1_000);

describe('a server that is killed', () => {
  it(`${kills} times in mid-typing (${perSecond}/s) loses no character that was acknowledged or that a colleague has seen`, async () => {
    await product.start();
    const { coordinator, officer, documentId } = await stageItem(product);

    const kept = new Set<string>();
    let acknowledged = 0;
    for (let round = 0; round < kills; round += 1) {
      const writer = await Writer.open(coordinator, documentId, 'minutes');
      const colleague = await Writer.open(officer, documentId, 'minutes');
      // Kill after a different number of characters each time, while more are on their way.
      const enough = 5 + ((round * 37) % 60);
      let n = 0;
      const typing = setInterval(() => {
        writer.type(`«${round}.${n}»`);
        n += 1;
      }, 1_000 / perSecond);
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
    expect(acknowledged).toBeGreaterThan(kills * 5);
  }, 240_000 + kills * 4_000);

  it('[PS5, PS7] keeps a second process away from the embedded database, and lets one beside it on PostgreSQL', async () => {
    await product.start();
    const second = product.spawn({ PORT: '0' });
    product.output = '';
    if (testDatabaseKind === 'postgres') {
      await until('the second one serves', () => product.output.includes('Samråd kører på'), 40_000);
      second.kill('SIGTERM');
    }
    const code = await new Promise((done) => second.once('exit', done));
    expect(code).toBe(testDatabaseKind === 'pglite' ? 1 : 0);
    if (testDatabaseKind === 'pglite') expect(product.output).toMatch(/Another Samråd process \(pid \d+ on .*\) uses the folder/);
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
