import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { narrow as narrowItem, stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, hasFocus, keptNothing, launchChromium, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let meeting: StagedMeeting;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, officer] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin)))) as [Visitor, Visitor];
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  meeting = await stageMeeting(coordinator, people.officer.name);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** Each begins where the one before it ended. */
describe('search', () => {
  it('[SE1–SE4] by the keyboard alone: “/”, words, arrows, Enter, and back to the same results', async () => {
    const { page } = officer;
    const { id } = await coordinator.ask<{ id: string }>('POST', `/api/v1/meetings/${meeting.meetingId}/items`, { title: 'Skoleunderretningen om kanariefuglen', plannedMinutes: 5, outputType: 'discussion' });
    await officer.open('/moeder');
    await page.getByRole('heading', { level: 1, name: 'Mine møder' }).waitFor();
    await page.keyboard.press('/');
    const field = page.getByRole('searchbox');
    await field.waitFor();
    await eventually('the field has focus', () => hasFocus(field), Boolean);
    await page.getByText('Skriv mindst to tegn').waitFor();
    await page.keyboard.type('underretning kanariefugl');
    await page.getByRole('status').getByText('1 resultat.').waitFor();
    const hit = page.getByRole('link', { name: 'Skoleunderretningen om kanariefuglen' });
    expect(await hit.locator('mark').allTextContents()).toEqual(['Skoleunderretningen', 'kanariefuglen']);
    await page.keyboard.press('ArrowDown');
    expect(await hasFocus(hit)).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/moeder/${meeting.meetingId}/punkt/${id}`);
    await page.goBack();
    await hit.waitFor();
    expect(await field.inputValue()).toBe('underretning kanariefugl');
    // The words stand in no address, no history state and no storage.
    expect(page.url()).toBe(`${product.origin}/soeg`);
    expect(JSON.stringify(await page.evaluate('history.state'))).not.toContain('kanariefugl');
    expect(await officer.kept()).toEqual(keptNothing);

    // Taken away while it is on the screen.
    await narrowItem(coordinator, id);
    await page.getByText('Intet fundet i det, du har adgang til').waitFor();
    expect(await hit.count()).toBe(0);
  });

  it('[SE7] a CPR number is refused gently and sent nowhere', async () => {
    const { page } = officer;
    const sent: string[] = [];
    page.on('request', (request) => request.url().endsWith('/search') && sent.push(request.postData() ?? ''));
    await page.getByRole('searchbox').fill('010101-1234');
    await page.getByText('Det ligner et CPR-nummer, og det er ikke sendt.').waitFor();
    await page.getByRole('searchbox').fill('velkomst');
    await page.getByRole('link', { name: /Velkomst/ }).first().waitFor();
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.join()).not.toContain('0101');
    expect([...officer.complaints, ...coordinator.complaints]).toEqual([]);
  });

  it('“/” is a letter where somebody writes, and a closed search is forgotten with the person', async () => {
    const { page } = officer;
    const field = page.getByRole('searchbox');
    await field.fill('a');
    await field.press('/');
    expect(await field.inputValue()).toBe('a/');
    await page.getByRole('button', { name: 'Log ud' }).click();
    await page.getByRole('heading', { level: 1, name: 'Log ind' }).waitFor();
    await officer.beSignedIn(people.otherOfficer);
    await page.goBack();
    expect(await page.getByText('velkomst').count()).toBe(0);
  });

  it('[SE6] finds the same after the product was started anew', async () => {
    const find = () => coordinator.ask<{ groups: { kind: string; total: number }[]; pending: number }>('POST', '/api/v1/search', { query: 'kanariefugl' });
    const before = await find();
    expect(before.groups).toMatchObject([{ kind: 'item', total: 1 }]);
    await product.stop('SIGKILL');
    await product.start();
    expect(await eventually('all is read in', find, ({ pending }) => pending === 0)).toEqual(before);
  });
});
