import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noCluster, PostgresCluster } from './support/postgres-cluster.js';
import { Product } from './support/product.js';
import { stageItem } from './support/real-product.js';
import { until, Writer } from './support/writer.js';

let cluster: PostgresCluster;
let product: Product;
/** Skipped where it cannot run, but not where everything must. */
const here = noCluster === null || process.env.SAMRAAD_CI !== undefined ? describe : describe.skip;

here(`a database that is killed${noCluster === null ? '' : ` (skipped: ${noCluster})`}`, () => {
  beforeAll(async () => {
    if (noCluster !== null) throw new Error(`SAMRAAD_CI asks for everything, but ${noCluster}`);
    cluster = await PostgresCluster.create();
    product = await Product.create({ url: cluster.url, drop: async () => undefined, backUp: () => Promise.reject(new Error('not here')) });
  }, 120_000);
  afterAll(async () => {
    await product?.dispose();
    await cluster?.dispose();
  });

  it('[CO11] [CO12] in mid-typing: nothing acknowledged or seen is lost, what was not is sent again, and the product lives on', async () => {
    await product.start();
    const { coordinator, officer, documentId } = await stageItem(product);
    const writer = await Writer.open(coordinator, documentId, 'minutes');
    const colleague = await Writer.open(officer, documentId, 'minutes');
    let n = 0;
    for (let round = 0; round < 3; round++) {
      const typing = setInterval(() => writer.type(`«${n++}»`), 5);
      const enough = writer.typed.length + 30;
      await until('some are stored', () => writer.typed.length >= enough && writer.stored.length > 0);
      await cluster.kill();
      // Some are typed into the silence.
      const more = writer.typed.length + 10;
      await until('typed on', () => writer.typed.length >= more);
      clearInterval(typing);
      const promised = new Set([...(colleague.seen.match(/«[^»]*»/g) ?? []), ...writer.stored]);
      await cluster.start();
      const all = writer.typed.map(({ text }) => text).join('');
      await until('the colleague has all of it', () => colleague.text.toString() === all, 60_000);
      const fresh = await Writer.open(officer, documentId, 'minutes');
      expect([...promised].filter((text) => !fresh.text.toString().includes(text))).toEqual([]);
      expect(fresh.text.toString()).toBe(all);
      fresh.close();
      await until('the writer is answered again', () => writer.acknowledged === writer.sent, 60_000);
    }
    expect(writer.closes.filter((code) => code >= 4400 && code < 4500)).toEqual([]);
    writer.close();
    colleague.close();
  }, 240_000);
});
