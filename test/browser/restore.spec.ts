import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { converge, ItemPage, textOf } from './support/item-page.js';
import { stageMeeting } from './support/staging.js';
import { launchChromium, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

describe('[CO90] [CO92] a server that was put back to an older copy', () => {
  it('is told apart by the open page, which sends nothing and offers what the copy does not know', async () => {
    const writer = await Visitor.arrive(browser, product.origin, { script: axe });
    await writer.beSignedIn(people.coordinator);
    const meeting = await stageMeeting(writer, people.officer.name);
    const path = `/moeder/${meeting.meetingId}/punkt/${meeting.items[0]!.id}`;
    const open = async (visitor: Visitor) => {
      await visitor.open(path);
      const item = new ItemPage(visitor.page);
      await item.loaded();
      return item;
    };
    const item = await open(writer);
    await item.minutes.click();
    await writer.page.keyboard.type('Skrevet før kopien.');
    await item.saved();

    await product.stop();
    const copy = await product.backUp();
    await product.start();
    await item.saved();
    await writer.page.keyboard.press('Enter');
    await writer.page.keyboard.type('Skrevet efter kopien.');
    await item.title.fill('Titel efter kopien');
    await item.minutes.click();
    await writer.page.keyboard.press('Control+End');
    await item.saved();

    await product.stop();
    await item.status('Ingen forbindelse').waitFor();
    await writer.page.keyboard.type(' Og uden server.');
    await copy.restore();
    await product.start();
    await item.status('Ikke gemt – serveren er genskabt fra en sikkerhedskopi').waitFor();
    expect(await item.minutes.getAttribute('contenteditable')).toBe('false');

    // A colleague goes on in what is stored; nothing of the other page has come there.
    const colleague = await Visitor.arrive(browser, product.origin);
    await colleague.beSignedIn(people.officer);
    const there = await open(colleague);
    expect(await textOf(there.minutes)).toBe('Skrevet før kopien.');
    await there.minutes.click();
    await colleague.page.keyboard.press('Control+End');
    await colleague.page.keyboard.type(' Kollegaen går videre.');
    await there.saved();

    await writer.page.getByRole('button', { name: 'Hent den gemte tekst' }).click();
    const panel = writer.page.getByRole('region', { name: 'Disse afsnit kender serveren ikke' });
    await panel.getByText('Skrevet efter kopien. Og uden server.', { exact: true }).waitFor();
    expect(await textOf(item.minutes)).toBe('Skrevet før kopien. Kollegaen går videre.');
    expect(await violations(writer)).toEqual([]);
    await panel.getByRole('button', { name: 'Indsæt afsnittene igen' }).click();
    await item.saved();
    // A title is put in by nobody but its author: it stays to be looked at.
    await panel.getByText('Titel efter kopien', { exact: true }).waitFor();
    await panel.getByText('En titel sættes ikke ind af sig selv').waitFor();
    expect(await panel.getByText('Skrevet efter kopien. Og uden server.').count()).toBe(0);
    await panel.getByRole('button', { name: 'Lad dem være' }).click();
    await panel.waitFor({ state: 'detached' });
    const all = await converge(item.minutes, there.minutes, (text) => text.includes('Og uden server.'));
    expect(all.split('\n').filter((line) => line !== '')).toEqual(['Skrevet før kopien. Kollegaen går videre.', 'Skrevet efter kopien. Og uden server.']);
    await colleague.context.close();
    await writer.context.close();
  }, 180_000);
});
