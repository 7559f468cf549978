import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { inDays, narrow } from './support/staging.js';
import { launchChromium, people, Visitor } from './support/visitor.js';

const police = 'policeDistrict:nordsjaelland';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let meetingId: string;
let items: { id: string; title: string }[];

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  coordinator = await Visitor.arrive(browser, product.origin, { script: axe });
  officer = await Visitor.arrive(browser, product.origin, { script: axe, viewport: { width: 390, height: 844 } });
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  const { people: found } = await coordinator.ask<{ people: { name: string; membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  // A meeting that began at midnight: the product runs on the real clock here.
  const meeting = await coordinator.ask<{ id: string; outline: { item: { id: string; title: string } }[] }>('POST', '/api/v1/meetings', {
    kindId: 'section115HandoverMeeting',
    startLocal: `${inDays(0)}T00:00`,
    durationMinutes: 60,
    authorityIds: [police],
    participantMembershipIds: [found.find((one) => one.name === people.officer.name)!.membershipId],
  });
  meetingId = meeting.id;
  items = meeting.outline.map(({ item }) => item);
  await narrow(coordinator, items[2]!.id);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** Each begins where the one before it ended. */
describe('the minutes of a meeting', () => {
  it('are read as a whole, closed items as their time, and sent for approval by the keyboard', async () => {
    await coordinator.open(`/moeder/${meetingId}`);
    await coordinator.page.getByRole('navigation', { name: 'Mødets sider' }).getByRole('link', { name: 'Referat' }).click();
    const document = coordinator.page.getByRole('article', { name: 'Referat' });
    await document.getByRole('heading', { name: items[2]!.title }).waitFor();
    await officer.open(`/moeder/${meetingId}/referat`);
    await officer.page.getByRole('article').getByText(/Lukket punkt, /).waitFor();
    expect(await officer.page.getByText(items[2]!.title).count()).toBe(0);

    const send = coordinator.page.getByRole('button', { name: 'Send til godkendelse' });
    await coordinator.tabTo(send);
    await coordinator.page.keyboard.press('Enter');
    const due = coordinator.page.getByLabel('Svar senest');
    await due.waitFor();
    await coordinator.tabTo(coordinator.page.getByRole('button', { name: 'Send nu' }));
    await coordinator.page.keyboard.press('Enter');
    await coordinator.page.getByRole('status').getByText('Til godkendelse').waitFor();
    // The officer hears of it without a reload.
    await officer.page.getByRole('button', { name: 'Godkend', exact: true }).waitFor();
    expect(await violations(coordinator)).toEqual([]);
    expect(await violations(officer)).toEqual([]);
  }, 90_000);

  it('are changed in one item that somebody asks for; what was typed stays when it is refused', async () => {
    const { page } = officer;
    await page.getByRole('button', { name: `Bed om ændring: 2 ${items[1]!.title}` }).click();
    const text = page.getByLabel('Hvad skal ændres');
    await text.fill('Ret nummeret 010190-1234');
    await page.getByRole('button', { name: 'Send anmodningen' }).click();
    await page.getByRole('alert').getByText('Skriv ikke CPR-numre her').first().waitFor();
    expect(await text.inputValue()).toBe('Ret nummeret 010190-1234');
    await text.fill('Datoen er den 3.');
    await page.getByRole('button', { name: 'Send anmodningen' }).click();
    await page.getByText('Åbnet igen: der er bedt om en ændring').waitFor();
    await coordinator.page.getByText('Datoen er den 3.').first().waitFor();
    expect(await violations(officer)).toEqual([]);

    await coordinator.page.getByRole('button', { name: 'Send punktet igen' }).click();
    await coordinator.page.getByLabel('Teksten er ikke ændret').check();
    await coordinator.page.getByLabel('Svar', { exact: true }).fill('Datoen fremgår af punkt 3.');
    expect(await violations(coordinator)).toEqual([]);
    await coordinator.page.getByRole('button', { name: 'Send punktet igen' }).click();
    await page.getByText('Åbnet igen: der er bedt om en ændring').waitFor({ state: 'detached' });
  }, 90_000);

  it('show what is new to whoever was slower, with what she had typed beside it', async () => {
    const { page } = officer;
    const command = (what: string, body: object) => coordinator.ask('POST', `/api/v1/meetings/${meetingId}/minutes/${what}`, body);
    await page.getByRole('button', { name: `Bed om ændring: 1 ${items[0]!.title}` }).click();
    const text = page.getByLabel('Hvad skal ændres');
    await text.fill('Klokkeslættet mangler.');
    // Meanwhile the coordinator has the same item changed.
    await command('change-requests', { itemId: items[0]!.id, version: 1, text: 'En slåfejl.' });
    await command('resend', { itemId: items[0]!.id, version: 1, outcome: 'declined', text: 'Slåfejlen er ikke vigtig.' });
    await page.getByText(`Ændret, imens du skrev: 1 ${items[0]!.title}`).waitFor();
    expect(await text.inputValue()).toBe('Klokkeslættet mangler.');
    expect(await violations(officer)).toEqual([]);
    await page.getByRole('button', { name: 'Ja, det gælder også det, der står nu' }).click();
    await page.getByRole('button', { name: 'Send anmodningen' }).click();
    await coordinator.page.getByText('Klokkeslættet mangler.').first().waitFor();
    await command('resend', { itemId: items[0]!.id, version: 2, outcome: 'declined', text: 'Det står i indkaldelsen.' });
    await page.getByText('Åbnet igen: der er bedt om en ændring').waitFor({ state: 'detached' });
  }, 90_000);

  it('are approved by each authority, from the overview on, and added to', async () => {
    await officer.open('/');
    await officer.page.getByRole('region', { name: 'Referater, der venter på dig' }).getByRole('link').click();
    const approve = officer.page.getByRole('button', { name: 'Godkend', exact: true });
    await approve.waitFor();
    await approve.click();
    await approve.waitFor({ state: 'detached' });
    await coordinator.page.getByRole('button', { name: 'Godkend', exact: true }).click();
    await coordinator.page.getByRole('status').getByText('Godkendt').waitFor();
    await officer.page.getByRole('status').getByText('Godkendt').waitFor();
    await officer.page.getByText('Referatets kontrolsum:').waitFor();

    await coordinator.page.getByRole('button', { name: `Tilføj tillæg: 1 ${items[0]!.title}` }).click();
    await coordinator.page.getByLabel('Tillæg', { exact: true }).fill('Rettelse: mødet varede til 13.45.');
    await coordinator.page.getByRole('button', { name: 'Gem tillægget' }).click();
    await officer.page.getByText('Rettelse: mødet varede til 13.45.').waitFor();
    for (const visitor of [coordinator, officer]) {
      expect(await violations(visitor)).toEqual([]);
      expect(await visitor.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBeLessThanOrEqual(0);
      // The refused form, and nothing else.
      expect(visitor.complaints.filter((one) => !/400 .*change-requests$/.test(one))).toEqual([]);
    }
  }, 90_000);
});
