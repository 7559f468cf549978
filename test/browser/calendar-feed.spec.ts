import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { stageMeeting } from './support/staging.js';
import { hasFocus, keptNothing, launchChromium, narrow, people, Visitor } from './support/visitor.js';

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

describe('one’s own calendar program', () => {
  it('[CF1] gets a link by keyboard alone, which is shown once, replaced and taken back', async () => {
    const coordinator = await Visitor.arrive(chromium, product.origin);
    await coordinator.beSignedIn(people.coordinator);
    await stageMeeting(coordinator, people.officer.name);
    const visitor = await Visitor.arrive(chromium, product.origin, { script: axe });
    const { page } = visitor;
    await visitor.beSignedIn(people.officer);
    await visitor.open('/mine-sessioner');
    const link = page.getByRole('textbox', { name: 'Hemmeligt link' });
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await button('Lav et link').waitFor();
    await visitor.tabTo(button('Lav et link'));
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { name: 'Dit link er klar' });
    await heading.waitFor();
    expect(await hasFocus(heading)).toBe(true);
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'calendar-feed-1280');
    await page.setViewportSize(narrow);
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'calendar-feed-390');
    const first = await link.inputValue();
    const feed = await fetch(first);
    expect([feed.status, (await feed.text()).includes('BEGIN:VEVENT')]).toEqual([200, true]);
    await visitor.tabTo(button('Jeg har gemt linket'));
    await page.keyboard.press('Enter');
    await page.getByText(/^Linket er lavet .* Sidst hentet /).waitFor();
    expect(await link.count()).toBe(0);
    await shoot(visitor, 'calendar-feed-made-390');
    await visitor.tabTo(button('Lav et nyt link'));
    await page.keyboard.press('Enter');
    await heading.waitFor();
    const second = await link.inputValue();
    expect([(await fetch(first)).status, (await fetch(second)).status]).toEqual([404, 200]);
    await visitor.tabTo(button('Jeg har gemt linket'));
    await page.keyboard.press('Enter');
    await visitor.tabTo(button('Træk linket tilbage'));
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Linket er trukket tilbage' }).waitFor();
    expect((await fetch(second)).status).toBe(404);
    await button('Lav et link').waitFor();
    // [CF11] She is told of each link that was made, and led to where she takes it back.
    await visitor.open('/beskeder');
    const told = page.getByRole('listitem').filter({ hasText: 'Der er lavet et link til din kalender' });
    await told.first().waitFor();
    expect(await told.count()).toBe(2);
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'calendar-feed-told-390');
    await page.setViewportSize({ width: 1280, height: 900 });
    await shoot(visitor, 'calendar-feed-told-1280');
    await visitor.tabTo(told.first().getByRole('link', { name: 'Mine sessioner' }));
    await page.keyboard.press('Enter');
    await button('Lav et link').waitFor();
    expect(await visitor.kept()).toEqual(keptNothing);
    expect(visitor.complaints).toEqual([]);
  });
});
