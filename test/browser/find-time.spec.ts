import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { stageMeeting } from './support/staging.js';
import { hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

let product: Product;
let chromium: Browser;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  chromium = await launchChromium();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await product?.dispose();
});

const shots = process.env.SCREENSHOT_DIR;
const shoot = async (visitor: Visitor, name: string) => void (shots === undefined ? null : await visitor.page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }));

describe('finding a time', () => {
  it('[FT1] moves a meeting by keyboard alone to a time that everybody has, at both widths without violations', async () => {
    const visitor = await Visitor.arrive(chromium, product.origin, { script: axe });
    const { page } = visitor;
    await visitor.beSignedIn(people.coordinator);
    const { meetingId } = await stageMeeting(visitor, people.officer.name);
    await visitor.open(`/moeder/${meetingId}`);
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    const pressByKeyboard = async (name: string | RegExp) => {
      await button(name).first().waitFor();
      await visitor.tabTo(button(name).first());
      await page.keyboard.press('Enter');
    };
    await pressByKeyboard('Flyt mødet');
    await pressByKeyboard('Find tid');
    const heading = page.getByRole('heading', { name: 'Find tid' });
    await heading.waitFor();
    expect(await hasFocus(heading)).toBe(true);
    await pressByKeyboard('Find tider');
    const list = page.getByRole('list', { name: 'Forslag, det bedste først' });
    await list.waitFor();
    const summary = page.getByText('Se, hvem der kan hvornår');
    await visitor.tabTo(summary);
    await page.keyboard.press('Enter');
    await page.getByRole('table').first().waitFor();
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'find-time-1280');
    await page.setViewportSize(narrow);
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'find-time-390');
    await pressByKeyboard(/^Vælg /);
    await page.getByText(/^Tidspunktet er sat ind: .* Intet er sendt endnu\.$/).waitFor();
    await shoot(visitor, 'find-time-chosen-390');
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    expect(visitor.complaints).toEqual([]);
  });
});
