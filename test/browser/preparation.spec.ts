import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { textOf } from './support/item-page.js';
import { stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, launchChromium, narrow, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let municipality: Visitor;
let police: Visitor;
let staged: StagedMeeting;
let path: string;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [municipality, police] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin, { script: axe })))) as [Visitor, Visitor];
  await municipality.beSignedIn(people.coordinator);
  await police.beSignedIn(people.officer);
  staged = await stageMeeting(municipality, people.officer.name);
  path = `/moeder/${staged.meetingId}/punkt/${staged.items.find((item) => item.title.startsWith('Nye børn'))!.id}`;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const section = (visitor: Visitor): Locator => visitor.page.getByRole('region', { name: 'Forberedelse', exact: true });
const text = (visitor: Visitor): Locator => visitor.page.getByRole('textbox', { name: 'Jeres forberedelse' });
const others = (visitor: Visitor): Locator => section(visitor).getByRole('list', { name: 'De andres forberedelse' });

/** Each begins where the one before it ended. */
describe('the preparation of two authorities', () => {
  it('is written by one, and the other sees only that there is no answer yet', async () => {
    for (const visitor of [municipality, police]) await visitor.open(path);
    await others(municipality).getByText('ikke svaret endnu').waitFor();
    await section(police).getByRole('button', { name: 'Skriv forberedelse' }).click();
    await text(police).waitFor();
    // Writing goes on where the button was.
    await eventually('focus is in the text', () => police.page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? ''"), (label) => label === 'Jeres forberedelse');
    await police.page.keyboard.type('Patruljen talte med den unge lørdag.');
    await section(police).locator('.save-status').filter({ hasText: /^\s*Gemt$/ }).waitFor();
    await municipality.open(path);
    await others(municipality).getByText('ikke svaret endnu').waitFor();
    expect(await municipality.page.getByText('Patruljen talte').count()).toBe(0);
    expect(await violations(police)).toEqual([]);
  });

  it('is released by the keyboard alone and read by the other at once, who answers without sharing and takes it back', async () => {
    const release = section(police).getByRole('button', { name: 'Frigiv' });
    await police.tabTo(release, 'Shift+Tab').catch(() => police.tabTo(release));
    await police.page.keyboard.press('Enter');
    await section(police).getByRole('status').filter({ hasText: 'Forberedelsen er frigivet' }).waitFor();
    await others(municipality).getByText('Patruljen talte med den unge lørdag.').waitFor();
    await others(municipality).getByText(/frigivet.*af Prøve Betjentsen/).waitFor();

    await section(municipality).getByRole('button', { name: 'Kun mundtligt' }).click();
    await others(police).getByText('kun mundtligt').waitFor();
    await section(municipality).getByRole('button', { name: 'Fortryd svaret' }).click();
    await others(police).getByText('ikke svaret endnu').waitFor();
    await section(municipality).getByRole('button', { name: 'Intet at dele' }).click();
    await others(police).getByText('intet at dele').waitFor();
    for (const visitor of [municipality, police]) expect(await violations(visitor)).toEqual([]);
  });

  it('is taken back before the meeting begins, and written on', async () => {
    await section(police).getByRole('button', { name: 'Træk tilbage' }).click();
    await text(police).waitFor();
    await others(municipality).getByText('ikke svaret endnu').waitFor();
    expect(await municipality.page.getByText('Patruljen talte').count()).toBe(0);
    await eventually('the words are still there', () => textOf(text(police)), (words) => words === 'Patruljen talte med den unge lørdag.');
  });

  it('shows on the overview what still needs an answer, to each in her own way', async () => {
    await police.open('/');
    await police.page.getByText(/Forberedelse mangler: \d+ punkt/).waitFor();
    await municipality.open('/');
    await municipality.page.getByText(/Eksempelby Kommune: 1 af \d+/).first().waitFor();
    await municipality.page.getByText(/Nordsjællands Politi: 0 af \d+/).first().waitFor();
    expect(await violations(municipality)).toEqual([]);
  });

  it('fits a telephone', async () => {
    for (const visitor of [municipality, police]) {
      await visitor.page.setViewportSize(narrow);
      await visitor.open(path);
      await section(visitor).waitFor();
      expect(await visitor.overflow()).toBe(0);
      expect(await violations(visitor)).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    }
  });
});
