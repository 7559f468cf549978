import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { storyTold, withStory } from './support/demo-story.js';
import { keptNothing, launchChromium, narrow, Visitor, wide } from './support/visitor.js';

let product: Product;
let browser: Browser;

beforeAll(async () => {
  product = await Product.create();
  await product.start(withStory);
  browser = await launchChromium();
  const owner = await Visitor.arrive(browser, product.origin);
  await storyTold(owner);
  await owner.context.close();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** Who is offered at sign-in for the authorities of the story. */
const offered = [
  { authority: 'Eksempelby Kommune', role: 'koordinator', name: 'Skabelon Demosen' },
  { authority: 'Eksempelby Kommune', role: 'deltager', name: 'Fiktiva Mønster' },
  { authority: 'Eksempelby Kommune', role: 'leder', name: 'Opdigt Larsnavn' },
  { authority: 'Nordsjællands Politi', role: 'koordinator', name: 'Kladde Patruljen' },
  { authority: 'Nordsjællands Politi', role: 'deltager', name: 'Prøve Betjentsen' },
  { authority: 'Nordsjællands Politi', role: 'leder', name: 'Tænkt Kredsgaard' },
  { authority: 'Børnehus Hovedstaden', role: 'koordinator', name: 'Øvelse Koordinatsen' },
  { authority: 'Børnehus Hovedstaden', role: 'deltager', name: 'Demonika Husmann' },
  { authority: 'Børnehus Hovedstaden', role: 'leder', name: 'Fingera Lederup' },
  { authority: 'Eksempelby Kommune', role: 'administrator', name: 'Systema Adgangsen' },
  { authority: 'Eksempelby Kommune', role: 'revisor', name: 'Kontrolla Sporby' },
] as const;

const meetingLinks = (page: Page) => page.getByRole('main').locator('a[href^="/moeder/"]');
const rows = (page: Page) => page.getByRole('main').locator('.row-item');

interface MenuPage {
  heading: string;
  /** What must be there: more than a heading and an empty list. */
  holds: (page: Page) => Locator;
}
const pages: Record<string, MenuPage> = {
  Overblik: { heading: 'Overblik', holds: meetingLinks },
  'Mine møder': { heading: 'Mine møder', holds: rows },
  Kalender: { heading: 'Kalender', holds: meetingLinks },
  Beslutningslog: { heading: 'Beslutningslog', holds: (page) => page.getByRole('main').locator('tbody a[href^="/beslutninger/"]') },
  Opfølgning: { heading: 'Opfølgning', holds: (page) => page.getByRole('main').getByRole('button', { name: /^Svar/ }) },
  Serier: { heading: 'Mødeserier', holds: rows },
  Kontakter: { heading: 'Kontakter', holds: (page) => page.getByRole('main').locator('a[href^="tel:"], a[href^="mailto:"]') },
  'Mine sessioner': { heading: 'Mine sessioner', holds: (page) => page.getByText('Denne', { exact: true }) },
  Administration: { heading: 'Personer i Eksempelby Kommune', holds: (page) => page.getByRole('list', { name: 'Personer' }).getByRole('listitem') },
  Revision: { heading: 'Revision', holds: (page) => page.getByText(/^Sporet gemmes i .* er uændret\.$/) },
};

describe('the story of demo mode, for whoever tries the product', () => {
  it.each(offered)('fills every page in the menu of $name, $role of $authority', async ({ authority, role, name }) => {
    const visitor = await Visitor.arrive(browser, product.origin, { script: axe });
    const { page } = visitor;
    try {
      await visitor.open('/');
      await page.getByRole('button', { name: new RegExp(`^Log ind som ${role}.*${name}`) }).click();
      await page.getByText(`Du handler som ${authority}`).waitFor();
      const menu = page.getByRole('navigation', { name: 'Hovedmenu' });
      await menu.getByRole('link').first().waitFor();
      const entries = await menu.getByRole('link').allTextContents();
      const holdsContent = role !== 'administrator' && role !== 'revisor';
      expect(entries).toEqual(holdsContent ? Object.keys(pages).slice(0, 8) : role === 'revisor' ? ['Revision', 'Mine sessioner'] : ['Administration', 'Kontakter', 'Mine sessioner']);
      for (const entry of entries) {
        await menu.getByRole('link', { name: entry, exact: true }).click();
        await looksRight(visitor, entry, pages[entry]!);
      }
      if (holdsContent) {
        await page.getByRole('link', { name: /^Beskeder/ }).click();
        await looksRight(visitor, 'Beskeder', { heading: 'Beskeder', holds: (now) => now.getByRole('main').locator('a[href]') });
      }
      expect(visitor.complaints).toEqual([]);
      expect(await visitor.kept()).toEqual(keptNothing);
    } finally {
      await visitor.context.close();
    }
  }, 300_000);
});

/** Named, filled and without a fault, on a desk and in a hand. */
async function looksRight(visitor: Visitor, entry: string, { heading, holds }: MenuPage): Promise<void> {
  const { page } = visitor;
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  expect(await page.title()).toBe(`${heading} – Samråd`);
  for (const viewport of [wide, narrow]) {
    await page.setViewportSize(viewport);
    await holds(page).first().waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    const seen = {
      page: entry,
      width: viewport.width,
      headings: await page.getByRole('heading', { level: 1 }).count(),
      faults: await page.getByRole('alert').allTextContents(),
      overflow: Math.max(0, await visitor.overflow()),
      // Rules of contrast and names do not change with the width; pages.spec.ts looks at every kind of page at both.
      violations: viewport === narrow ? await violations(visitor) : [],
    };
    expect(seen).toEqual({ page: entry, width: viewport.width, headings: 1, faults: [], overflow: 0, violations: [] });
  }
  await page.setViewportSize(wide);
}
