import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { ItemPage } from './support/item-page.js';
import { inDays, narrow as narrowItem, stageDecision, stageMeeting, type StagedMeeting } from './support/staging.js';
import { type DemoPerson, hasFocus, keptNothing, launchChromium, narrow, people, signInName, Visitor, wide } from './support/visitor.js';


let product: Product;
let browser: Browser;
let meeting: StagedMeeting;
let decisionId: string;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  const coordinator = await Visitor.arrive(browser, product.origin);
  await coordinator.beSignedIn(people.coordinator);
  meeting = await stageMeeting(coordinator, people.officer.name);
  await narrowItem(coordinator, meeting.items[3]!.id);
  decisionId = await stageDecision(coordinator, meeting.items[4]!.id);
  await coordinator.context.close();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

interface Row {
  name: string;
  who: DemoPerson | null;
  path: () => string;
  title: string;
  /** Brings the page from its arrival into the state that is looked at. */
  until?: (visitor: Visitor) => Promise<void>;
  editor?: true;
  /** Requests that are refused on purpose; Chromium writes each into the console. */
  refused?: RegExp;
}

const item = (n: number) => `/moeder/${meeting.meetingId}/punkt/${meeting.items[n]!.id}`;
const shows = (text: string) => (visitor: Visitor) => visitor.page.getByText(text).first().waitFor();

const showsMeeting = ({ page }: Visitor) => page.getByRole('link', { name: 'overleveringsmøde' }).first().waitFor();

const pages: Row[] = [
  { name: 'sign-in', who: null, path: () => '/log-ind', title: 'Log ind', until: shows('Børnehus Hovedstaden') },
  { name: 'overview of a coordinator', who: people.coordinator, path: () => '/', title: 'Overblik', until: shows('Rådhuset, lokale 2') },
  { name: 'overview of a participant', who: people.officer, path: () => '/', title: 'Overblik', until: shows('Rådhuset, lokale 2') },
  { name: 'overview of a leader', who: people.leader, path: () => '/', title: 'Overblik', until: shows('SSP-konsulenten kontakter familien.') },
  { name: 'contacts', who: people.coordinator, path: () => '/kontakter', title: 'Kontakter', until: shows('Søg i alle myndigheder') },
  { name: 'list of series', who: people.coordinator, path: () => '/serier', title: 'Mødeserier', until: shows('Nordsjællands Politi') },
  { name: 'new series', who: people.coordinator, path: () => '/serier/ny', title: 'Nyt møde eller ny serie', until: shows('Prøve Betjentsen') },
  {
    name: 'new series with errors',
    who: people.coordinator,
    path: () => '/serier/ny',
    title: 'Nyt møde eller ny serie',
    refused: /api\/v1\/series(\/preview)?$/,
    until: async ({ page }) => {
      await page.getByText('Prøve Betjentsen').waitFor();
      await page.getByLabel('Første møde').fill('2020-01-06');
      await page.getByRole('button', { name: 'Opret serien' }).click();
      await page.getByRole('alert').getByText('Der er en fejl, der skal rettes').waitFor();
    },
  },
  { name: 'series', who: people.coordinator, path: () => `/serier/${meeting.seriesId}`, title: '§ 115-møde: overleveringsmøde', until: shows('Faste deltagere') },
  { name: 'calendar of a month', who: people.coordinator, path: () => `/kalender?dato=${inDays(7)}`, title: 'Kalender', until: showsMeeting },
  { name: 'calendar of a week', who: people.officer, path: () => `/kalender?vis=uge&dato=${inDays(7)}`, title: 'Kalender', until: shows('Nordsjællands Politi') },
  { name: 'calendar as a list', who: people.coordinator, path: () => `/kalender?vis=liste&dato=${inDays(7)}`, title: 'Kalender', until: showsMeeting },
  { name: 'calendar at Easter', who: people.officer, path: () => '/kalender?dato=2027-03-15', title: 'Kalender', until: shows('Anden påskedag') },
  {
    name: 'meeting that is being moved',
    who: people.coordinator,
    path: () => `/moeder/${meeting.meetingId}`,
    title: '§ 115-møde: overleveringsmøde',
    until: async ({ page }) => {
      await page.getByRole('button', { name: 'Flyt mødet' }).click();
      await page.getByLabel('Ny dato').fill('2027-03-29');
      await page.getByText('Det er Anden påskedag.').waitFor();
    },
  },
  { name: 'list of meetings', who: people.officer, path: () => '/moeder', title: 'Mine møder', until: shows('Rådhuset, lokale 2') },
  { name: 'meeting', who: people.coordinator, path: () => `/moeder/${meeting.meetingId}`, title: '§ 115-møde: overleveringsmøde', until: shows('Kan kun ses af udvalgte') },
  {
    name: 'meeting with a substitute being chosen',
    who: people.officer,
    path: () => `/moeder/${meeting.meetingId}`,
    title: '§ 115-møde: overleveringsmøde',
    until: async ({ page }) => {
      await page.getByRole('button', { name: 'Send stedfortræder' }).click();
      await page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ index: 1 });
      await page.getByLabel('Hvorfor har de brug for det?').waitFor();
    },
  },
  {
    name: 'meeting with an item open',
    who: people.coordinator,
    path: () => item(4),
    title: '§ 115-møde: overleveringsmøde',
    editor: true,
    until: async ({ page }) => {
      await new ItemPage(page).loaded();
      await page.getByRole('link', { name: 'SSP-konsulenten kontakter familien.' }).waitFor();
      await page.getByRole('button', { name: 'Ny beslutning' }).click();
      await page.getByLabel('Begrundelse').waitFor();
      await page.getByRole('button', { name: 'Begræns adgang' }).click();
      await page.getByText('Ingen mister eller får adgang.').waitFor();
    },
  },
  { name: 'meeting at a closed item', who: people.officer, path: () => item(3), title: '§ 115-møde: overleveringsmøde', until: shows('Punktet kan ikke vises') },
  { name: 'decision log', who: people.leader, path: () => '/beslutninger', title: 'Beslutningslog', until: shows('SSP-konsulenten kontakter familien.') },
  { name: 'decision', who: people.leader, path: () => `/beslutninger/${decisionId}`, title: 'Beslutning', until: shows('Returnér med kommentar') },
  {
    name: 'decision log with every filter',
    who: people.leader,
    path: () => '/beslutninger?tilstand=recorded&myndighed=municipality:219&ansvarlig=3f0b1a52-5d35-4bd7-9e02-6f6f3a8f2d11&overskredet=ja&periode=deadline&fra=2026-01-01&til=2036-12-31&moedetype=section115HandoverMeeting&serie=3f0b1a52-5d35-4bd7-9e02-6f6f3a8f2d11&hjemmel=samtykke&sag=Sag+2026-014&sortering=deadline',
    title: 'Beslutningslog',
    until: async ({ page }) => {
      await page.getByText('Ingen beslutninger passer til sætningen.').waitFor();
      await page.getByRole('button', { name: 'Gem visningen' }).click();
      await page.getByLabel('Visningens navn').waitFor();
    },
  },
  {
    name: 'decision that is being escalated',
    who: people.leader,
    path: () => `/beslutninger/${decisionId}`,
    title: 'Beslutning',
    until: async ({ page }) => {
      await page.getByRole('button', { name: 'Eskalér til en anden leder' }).click();
      await page.getByLabel('Hvorfor').waitFor();
    },
  },
  {
    name: 'decision that is being corrected',
    who: people.coordinator,
    path: () => `/beslutninger/${decisionId}`,
    title: 'Beslutning',
    until: async ({ page }) => {
      await page.getByRole('button', { name: 'Ret beslutningen' }).click();
      await page.getByLabel('Hvad var forkert').waitFor();
    },
  },
  { name: 'follow-ups of a participant', who: people.officer, path: () => '/opfoelgning', title: 'Opfølgning', until: shows('Du har ingen åbne opfølgninger') },
  { name: 'follow-ups of an authority', who: people.leader, path: () => '/opfoelgning', title: 'Opfølgning', until: shows('Ingen åbne opfølgninger i') },
  { name: 'notifications', who: people.officer, path: () => '/beskeder', title: 'Beskeder', until: async ({ page }) => {
      await page.getByText('Du er inviteret til en mødeserie').first().waitFor();
      await page.getByRole('button', { name: 'Vælg, hvad du vil have besked om' }).click();
      await page.getByText('et møde bliver flyttet').waitFor();
    } },
  { name: 'search before a question', who: people.officer, path: () => '/soeg', title: 'Søg', until: shows('Skriv mindst to tegn') },
  {
    name: 'search with results',
    who: people.coordinator,
    path: () => '/soeg',
    title: 'Søg',
    until: async ({ page }) => {
      await page.getByRole('searchbox').fill('ssp');
      await page.getByRole('link', { name: /SSP-konsulenten/ }).first().waitFor();
    },
  },
  { name: 'page that does not exist', who: people.officer, path: () => '/findes-ikke', title: 'Siden findes ikke', until: shows('Siden findes ikke') },
];

describe.each([
  { size: '1280×900', viewport: wide },
  { size: '390×844', viewport: narrow },
])('at $size', ({ viewport }) => {
  it.each(pages)('the $name fits, names itself, passes axe and makes no browser complain', async ({ who, path, title, until, editor, refused }) => {
    const visitor = await Visitor.arrive(browser, product.origin, { viewport, script: axe });
    const { page } = visitor;
    try {
      if (who !== null) await visitor.beSignedIn(who);
      await visitor.open(path());
      await page.getByRole('heading', { level: 1 }).waitFor();
      await until?.(visitor);
      await page.locator('.loading').first().waitFor({ state: 'detached' });

      expect(await page.title()).toBe(`${title} – Samråd`);
      expect(await page.locator('h1').count()).toBe(1);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
      expect(await violations(visitor)).toEqual([]);
      expect(visitor.scripts.some((script) => script.includes('item-document'))).toBe(editor ?? false);
      expect(await visitor.kept()).toEqual(keptNothing);
      expect(visitor.complaints.filter((complaint) => refused?.test(complaint) !== true)).toEqual([]);
    } finally {
      await visitor.context.close();
    }
  });
});

describe('by the keyboard alone', () => {
  it('the first Tab offers to skip to the content, where the first thing to do is next', async () => {
    const visitor = await Visitor.arrive(browser, product.origin);
    const { page } = visitor;
    await visitor.open('/log-ind');
    await page.getByRole('button', { name: signInName(people.coordinator) }).waitFor();
    const skip = page.getByRole('link', { name: 'Spring til indhold' });
    expect((await skip.boundingBox())!.y).toBeLessThan(0);
    await page.keyboard.press('Tab');
    expect(await hasFocus(skip)).toBe(true);
    expect((await skip.boundingBox())!.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await hasFocus(page.getByRole('main'))).toBe(true);
    await page.keyboard.press('Tab');
    expect(await hasFocus(page.getByRole('button', { name: signInName(people.coordinator) }))).toBe(true);

    // Signed in, the heading of the new page has focus, as a page load would begin there.
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Overblik' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Tab');
    expect(await hasFocus(page.getByRole('link', { name: 'Nyt møde eller ny serie' }))).toBe(true);
    await page.keyboard.press('Enter');
    await visitor.tabTo(page.getByLabel('Mødetype'));
    await visitor.tabTo(page.getByRole('button', { name: 'Opret serien' }));
    await visitor.context.close();
  });

  it('“?” shows the keys, and Escape leads back', async () => {
    const visitor = await Visitor.arrive(browser, product.origin);
    const { page } = visitor;
    await visitor.beSignedIn(people.officer);
    await visitor.open('/moeder');
    await visitor.tabTo(page.getByRole('button', { name: 'Tidligere' }));
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Genveje' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Genveje' }).waitFor({ state: 'hidden' });
    expect(await hasFocus(page.getByRole('button', { name: 'Tidligere' }))).toBe(true);
    await visitor.context.close();
  });

  it.each([
    { name: 'sign-in', who: null, path: () => '/log-ind' },
    { name: 'new series', who: people.coordinator, path: () => '/serier/ny' },
    { name: 'meeting item', who: people.coordinator, path: () => item(4) },
    { name: 'decision log', who: people.leader, path: () => '/beslutninger' },
    { name: 'decision', who: people.leader, path: () => `/beslutninger/${decisionId}` },
  ])('every stop of $name is seen: inside the window and marked', async ({ who, path }) => {
    const visitor = await Visitor.arrive(browser, product.origin);
    const { page } = visitor;
    if (who !== null) await visitor.beSignedIn(who);
    await visitor.open(path());
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    const stops: string[] = [];
    const unseen: string[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate<{ name: string; end: boolean; marked: boolean; inside: boolean }>(focusNow);
      if (stop.end) break;
      stops.push(stop.name);
      if (!stop.marked || !stop.inside) unseen.push(stop.name);
      expect(stops.length).toBeLessThan(200);
    }
    expect(unseen).toEqual([]);
    expect(stops.length).toBeGreaterThan(5);
    await visitor.context.close();
  });
});

describe('a page that comes piece by piece', () => {
  it.each<Pick<Row, 'name' | 'path'> & { who: DemoPerson }>([
    { name: 'overview of a coordinator', who: people.coordinator, path: () => '/' },
    { name: 'overview of a leader', who: people.leader, path: () => '/' },
    { name: 'calendar', who: people.coordinator, path: () => `/kalender?dato=${inDays(7)}` },
    { name: 'meeting item', who: people.coordinator, path: () => item(4) },
  ])('does not move what stands in $name', async ({ who, path }) => {
    for (const viewport of [wide, narrow]) {
      const visitor = await Visitor.arrive(browser, product.origin, { viewport, script: movements });
      const { page } = visitor;
      await visitor.beSignedIn(who);
      // What is asked for last comes first.
      let wait = 900;
      await page.route('**/api/v1/**', async (route) => {
        await new Promise((done) => setTimeout(done, (wait = Math.max(100, wait - 120))));
        await route.continue().catch(() => undefined);
      });
      await visitor.open(path());
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      await page.waitForLoadState('networkidle');
      // What is called good of Cumulative Layout Shift is 0.1 (web.dev/articles/cls).
      const moved = await page.evaluate<number>('moved()');
      expect({ width: viewport.width, moved, isGood: moved < 0.05 }).toEqual({ width: viewport.width, moved, isGood: true });
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await visitor.context.close();
    }
  });
});

/** Sums up what moved by itself. */
const movements = `(() => {
  const seen = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  window.moved = () => {
    seen.push(...observer.takeRecords());
    return seen.reduce((sum, { value }) => sum + value, 0);
  };
})()`;

/** The element with focus; `end` when the walk has left the page. A choice is marked on its label, a text on its frame. */
const focusNow = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return { name: '', end: true, marked: false, inside: false };
  const marks = (one, pseudo) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one, pseudo);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  };
  const frame = element.closest('.rich-field');
  const label = element.labels?.[0];
  const choice = element.type === 'checkbox' || element.type === 'radio';
  const shown = choice && label ? label : element;
  const { top, bottom, left, right } = shown.getBoundingClientRect();
  return {
    name: element.tagName + ' ' + (element.id || element.getAttribute('aria-label') || element.textContent.trim().slice(0, 40)),
    end: false,
    marked: marks(element) || (frame !== null && marks(frame)) || (choice && label ? [null, '::before', '::after'].some((pseudo) => marks(label, pseudo)) : false),
    inside: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
  };
})()`;
