import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { ItemPage, textOf } from './support/item-page.js';
import { stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let writer: Visitor;
let meeting: StagedMeeting;
let item: ItemPage;
let path = '';
let next = 0;

const other = 'Eksempelby Kommune, vikar';

/** The coordinator gets a second role: as a leader she takes no part in the meeting. */
async function giveSecondRole(): Promise<void> {
  const administrator = await Visitor.arrive(browser, product.origin);
  await administrator.beSignedIn({ name: 'Systema Adgangsen' });
  const { people: all } = await administrator.ask<{ people: { id: string; name: string }[] }>('GET', '/api/v1/administration/people');
  const { id } = all.find(({ name }) => name === people.coordinator.name)!;
  const { version } = await administrator.ask<{ version: number }>('GET', `/api/v1/administration/people/${id}`);
  await administrator.ask('POST', `/api/v1/administration/people/${id}/memberships`, { role: 'leader', functionTitle: 'vikar', functions: [], unitTitle: '', from: null, until: null }, { 'If-Match': `"${version}"` });
  await administrator.context.close();
}

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  await giveSecondRole();
}, 90_000);
beforeEach(async () => {
  writer = await Visitor.arrive(browser, product.origin, { script: axe });
  await writer.beSignedIn(people.coordinator);
  meeting ??= await stageMeeting(writer, people.officer.name);
  path = `/moeder/${meeting.meetingId}/punkt/${meeting.items[next++]!.id}`;
  item = new ItemPage(writer.page);
  await writer.open(path);
  await item.loaded();
  // What looks like a CPR number does not leave the browser, although the server answers.
  await item.minutes.click();
  await writer.page.keyboard.type(words);
  await writer.page.getByText('CPR-nummer holdes tilbage').first().waitFor();
});
afterEach(() => writer.context.close());
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const words = 'Kun her: 010190-1234 og mere.';
const acting = (page: Page) => page.getByLabel('Du handler som');
const shown = (page: Page) => acting(page).evaluate((element: { selectedOptions: ArrayLike<{ textContent: string }> }) => element.selectedOptions[0]!.textContent);
const shot = async (name: string) => void (process.env.SHOTS && (await writer.page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })));

describe('text that is not stored, when one changes what one acts as', () => {
  it('is thrown away only on one’s word', async () => {
    const { page } = writer;
    const before = await shown(page);
    await acting(page).selectOption({ label: other });
    const asked = page.getByRole('alert').getByText(`Du har tekst, der ikke er gemt endnu. Skifter du til ${other}, kasseres den.`);
    await asked.waitFor();
    expect(await shown(page)).toBe(before);
    const stay = page.getByRole('button', { name: 'Bliv her' });
    expect(await hasFocus(stay)).toBe(true);
    expect(await violations(writer)).toEqual([]);
    await shot('acting-wide');
    await page.setViewportSize(narrow);
    expect(await writer.overflow()).toBe(0);
    await asked.scrollIntoViewIfNeeded();
    await shot('acting-narrow');
    await page.keyboard.press('Enter');
    await asked.waitFor({ state: 'detached' });
    expect(await hasFocus(acting(page))).toBe(true);
    expect(await shown(page)).toBe(before);
    expect(await textOf(item.minutes)).toBe(words);
    expect((await writer.ask<{ acting: { role: string } }>('GET', '/api/v1/session')).acting.role).toBe('coordinator');

    await acting(page).selectOption({ label: other });
    await page.getByRole('button', { name: 'Skift og kassér teksten' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overblik' }).waitFor();
    await eventually('she acts as the other', () => shown(page), (label) => label === other);
    await page.getByText('Et punkt har tekst').waitFor({ state: 'detached' });
  });

  it('cannot be added to while the change is under way, and can when it was refused', async () => {
    const { page } = writer;
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const asked = page.waitForRequest((request) => request.url().endsWith('/session/acting'));
    await page.route('**/session/acting', async (route) => {
      await held;
      await route.abort('connectionrefused');
    });
    await acting(page).selectOption({ label: other });
    await page.getByRole('button', { name: 'Skift og kassér teksten' }).click();
    await asked;
    await eventually('the page takes nothing in', () => page.locator('main').evaluate((main: { inert: boolean }) => main.inert), (inert) => inert);
    await item.minutes.click({ force: true, timeout: 2_000 }).catch(() => undefined);
    await page.keyboard.type(' Tabt.');
    expect(await textOf(item.minutes)).toBe(words);
    answer();
    await page.getByText('Serveren svarer ikke').first().waitFor();
    await item.minutes.click();
    await page.keyboard.press('End');
    await page.keyboard.type(' Gemt.');
    expect(await textOf(item.minutes)).toBe(`${words} Gemt.`);
  });

  it('waits when another tab changes it, and is there when it is changed back', async () => {
    const { page } = writer;
    const tab = await writer.context.newPage();
    await tab.goto(product.origin);
    const before = await shown(tab);
    await acting(tab).selectOption({ label: other });
    await eventually('the other tab acts as the other', () => shown(tab), (label) => label === other);
    await eventually('so does this one', () => shown(page), (label) => label === other);
    const link = page.getByRole('link', { name: 'Gå til punktet' });
    await page.getByRole('heading', { level: 1, name: 'Siden findes ikke' }).waitFor();

    await acting(page).selectOption({ label: before });
    await page.getByRole('heading', { level: 1, name: 'Overblik' }).waitFor();
    await link.click();
    await item.minutes.waitFor();
    expect(await textOf(item.minutes)).toBe(words);
    await page.getByText('CPR-nummer holdes tilbage').first().waitFor();
  });
});
