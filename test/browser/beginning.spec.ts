import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { converge, ItemPage, textOf } from './support/item-page.js';
import { stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, launchChromium, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let visitors: Visitor[];
let meeting: StagedMeeting;
let one: ItemPage;
let other: ItemPage;
let next = 0;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
}, 90_000);
beforeEach(async () => {
  visitors = await Promise.all([Visitor.arrive(browser, product.origin), Visitor.arrive(browser, product.origin)]);
  const [first, second] = visitors as [Visitor, Visitor];
  await Promise.all([first.beSignedIn(people.coordinator), second.beSignedIn(people.officer)]);
  meeting ??= await stageMeeting(first, people.officer.name);
  const path = `/moeder/${meeting.meetingId}/punkt/${meeting.items[next++]!.id}`;
  await Promise.all([first.open(path), second.open(path)]);
  [one, other] = [new ItemPage(first.page), new ItemPage(second.page)];
  await Promise.all([one.loaded(), other.loaded()]);
});
afterEach(async () => {
  for (const visitor of visitors) {
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  }
});
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const paragraphs = (page: ItemPage) => page.minutes.locator('p').count();

describe('an empty field', () => {
  it('[CO45] is one paragraph, for two who begin at the same time', async () => {
    expect(await paragraphs(one)).toBe(1);
    await Promise.all([one.minutes.click(), other.minutes.click()]);
    await Promise.all([one.page.keyboard.type('aaaaaaaaaa', { delay: 5 }), other.page.keyboard.type('bbbbbbbbbb', { delay: 5 })]);
    await Promise.all([one.saved(), other.saved()]);
    const text = await converge(one.minutes, other.minutes, (now) => now.length === 20);
    expect(text.replace(/[^a]/g, '')).toBe('aaaaaaaaaa');
    expect([await paragraphs(one), await paragraphs(other)]).toEqual([1, 1]);
    // Emptied and filled again it is still one, and nobody's words are lost.
    await one.page.keyboard.press('Control+a');
    await one.page.keyboard.press('Delete');
    await converge(one.minutes, other.minutes, (now) => now === '');
    await other.page.keyboard.type('igen');
    await converge(one.minutes, other.minutes, (now) => now === 'igen');
    expect([await paragraphs(one), await paragraphs(other)]).toEqual([1, 1]);
  });

  it.each([
    ['at the beginning', async () => {}],
    ['on a new line', async () => {
      await one.page.keyboard.type('Første');
      await one.page.keyboard.press('Enter');
      await converge(one.minutes, other.minutes, (now) => now === 'Første\n');
      await other.page.keyboard.press('Control+End');
    }],
  ])('a caret %s stays out of the word that a colleague writes there', async (_where, prepare) => {
    await one.minutes.click();
    await other.minutes.click();
    await prepare();
    await other.page.keyboard.type('kollega', { delay: 20 });
    await eventually('the word arrives', () => textOf(one.minutes), (now) => now.includes('kollega'));
    await one.page.keyboard.type('mit ');
    const text = await converge(one.minutes, other.minutes, (now) => now.includes('mit '));
    expect(text).toContain('kollega');
    expect(text).toContain('mit ');
  });
});

describe('carets', () => {
  it('[CO23] of two people differ in colour', async () => {
    await one.minutes.click();
    await other.minutes.click();
    const colour = async (page: ItemPage) => {
      const caret = page.page.locator('.caret').first();
      await caret.waitFor({ state: 'attached' });
      return caret.evaluate((element: { style: { borderColor: string } }) => element.style.borderColor);
    };
    expect(await colour(one)).not.toBe(await colour(other));
  });
});
