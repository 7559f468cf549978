import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { Product } from './support/product.js';
import { stageItem } from './support/real-product.js';
import { until, Writer } from './support/writer.js';

let product: Product;
beforeAll(async () => void (product = await Product.create()), 60_000);
afterAll(() => product.dispose());

describe('[CO91] the operator’s command after a restore', () => {
  it('gives every document another epoch and ends the tickets of before; it keeps away from a running product', async () => {
    await product.start();
    const { coordinator, officer, documentId } = await stageItem(product);
    const writer = await Writer.open(coordinator, documentId, 'minutes');
    writer.type('Før.');
    await until('stored', () => writer.stored.length === 1);
    const before = await coordinator.post<{ epoch: string }>(`/api/v1/documents/${documentId}/ticket`);
    await expect(product.command('scripts/epoch.mjs')).rejects.toThrow(/ended with 1: Another Samråd process/);

    await product.stop();
    expect(await product.command('scripts/epoch.mjs')).toMatch(/^\d+ dokumenter har fået en ny epoke/m);
    await product.start();
    await until('the ticket of before opens nothing', () => writer.closes.includes(4401));
    const after = await coordinator.post<{ epoch: string }>(`/api/v1/documents/${documentId}/ticket`);
    expect(after.body.epoch).not.toBe(before.body.epoch);
    const fresh = await Writer.open(officer, documentId, 'minutes');
    expect(fresh.text.toString()).toBe('Før.');
    // A client that names no epoch goes on under its own id; what it holds of a colleague that the store lost does not become its own [CO2].
    fresh.type(' Efter.');
    await until('stored', () => fresh.stored.length === 1);
    const lost = new Y.Doc();
    lost.getText('title').insert(0, 'tabt ');
    Y.applyUpdate(fresh.doc, Y.encodeStateAsUpdate(lost));
    await until('told', () => fresh.closes.includes(4409));
    expect(fresh.refusals).toEqual(['client-id-taken']);
    writer.close();
    fresh.close();
  }, 120_000);
});
