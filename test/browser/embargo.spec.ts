import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { inDays, stageDecision, stageMeeting, type StagedMeeting } from './support/staging.js';
import { launchChromium, narrow, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let municipality: Visitor;
let police: Visitor;
let staged: StagedMeeting;
let path: string;
let decisionId: string;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [municipality, police] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin, { script: axe })))) as [Visitor, Visitor];
  await municipality.beSignedIn(people.coordinator);
  await police.beSignedIn(people.officer);
  staged = await stageMeeting(municipality, people.officer.name);
  const item = staged.items.find((one) => one.title.startsWith('Nye børn'))!;
  path = `/moeder/${staged.meetingId}/punkt/${item.id}`;
  decisionId = await stageDecision(municipality, item.id);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const banner = (visitor: Visitor) => visitor.page.getByRole('note', { name: 'Orienteringsspærre' });

/** Each begins where the one before it ended. */
describe('an embargo on informing', () => {
  it('is set by the municipality, says what is wrong with it, and stands before the police at once', async () => {
    for (const visitor of [municipality, police]) await visitor.open(path);
    const { page } = municipality;
    await page.getByRole('button', { name: 'Sæt orienteringsspærre' }).click();
    const form = page.getByRole('form', { name: 'Sæt spærren' });
    await form.getByLabel('Hvad bygger spærren på?').fill('Barnet har fortalt om vold fra en forælder.');
    await form.getByRole('button', { name: 'Sæt spærren' }).click();
    await form.getByRole('link', { name: /Vælg mindst én/ }).waitFor();
    expect(await form.getByLabel('Hvad bygger spærren på?').inputValue()).toContain('Barnet har fortalt');
    await form.getByText('Forælder 1', { exact: true }).click();
    await form.getByText('Forælder 2', { exact: true }).click();
    await form.getByLabel('Hvornår gennemgås den?').fill(inDays(1));
    await form.getByRole('button', { name: 'Sæt spærren' }).click();
    for (const visitor of [municipality, police]) await banner(visitor).getByText('begge forældre').waitFor();
    expect(await municipality.page.getByRole('button', { name: 'Ophæv spærren' }).count()).toBe(0);
    for (const visitor of [municipality, police]) expect(await violations(visitor)).toEqual([]);
  });

  it('is marked in the agenda, in the minutes, on the decision and on the overview of the police', async () => {
    const mark = municipality.page.getByText('Orienteringsspærre: begge forældre').first();
    await municipality.open(`/moeder/${staged.meetingId}`);
    await mark.waitFor();
    expect(await violations(municipality)).toEqual([]);
    for (const where of [`/moeder/${staged.meetingId}/referat`, `/beslutninger/${decisionId}`]) {
      await municipality.open(where);
      await banner(municipality).first().waitFor();
      expect(await violations(municipality)).toEqual([]);
    }
    await police.open('/');
    await police.page.getByRole('heading', { name: 'Orienteringsspærrer, der skal gennemgås' }).waitFor();
    expect(await violations(police)).toEqual([]);
  });

  it('stops a copy for filing with the reason, and offers it without', async () => {
    await municipality.open(`/moeder/${staged.meetingId}`);
    const { page } = municipality;
    await page.getByRole('button', { name: 'Dokumenter' }).click();
    await page.getByRole('button', { name: /PDF\/A-3/ }).first().click();
    await page.getByText('Ét punkt er under orienteringsspærre.').waitFor();
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Hent uden det, der er under spærre' }).click();
    expect((await file).suggestedFilename()).toMatch(/\.pdf$/);
  });

  it('fits a telephone', async () => {
    for (const visitor of [municipality, police]) {
      await visitor.page.setViewportSize(narrow);
      await visitor.open(path);
      await banner(visitor).waitFor();
      expect(await visitor.overflow()).toBe(0);
      expect(await violations(visitor)).toEqual([]);
      await visitor.page.setViewportSize({ width: 1280, height: 900 });
    }
  });

  it('is lifted by the police with a reason, for everybody at once, and stays to be seen', async () => {
    await police.open(path);
    await municipality.open(path);
    await banner(municipality).waitFor();
    await police.page.getByRole('button', { name: 'Ophæv spærren' }).click();
    const form = police.page.getByRole('form', { name: 'Ophæv spærren' });
    await form.getByLabel('Begrundelse').fill('Afhøringen er gennemført.');
    await form.getByRole('button', { name: 'Ophæv spærren' }).click();
    for (const visitor of [municipality, police]) {
      await banner(visitor).waitFor({ state: 'detached' });
      await visitor.page.getByText('Afhøringen er gennemført.').waitFor();
    }
    expect(await violations(police)).toEqual([]);
  });
});
