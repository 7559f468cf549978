import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { stageMeeting } from './support/staging.js';
import { launchChromium, narrow, people, Visitor, wide } from './support/visitor.js';

let product: Product;
let browser: Browser;
let auditor: Visitor;
const auditing = { authority: 'Eksempelby Kommune', role: 'revisor', name: 'Kontrolla Sporby' } as const;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  const coordinator = await Visitor.arrive(browser, product.origin);
  await coordinator.beSignedIn(people.coordinator);
  const meeting = await stageMeeting(coordinator, people.officer.name);
  const item = await coordinator.ask<{ id: string }>('POST', `/api/v1/meetings/${meeting.meetingId}/items`, { title: 'Kanariefuglens punkt', plannedMinutes: 5, outputType: 'decision' });
  const session = await coordinator.ask<{ person: { id: string }; acting: { authority: { id: string } } }>('GET', '/api/v1/session');
  await coordinator.ask('POST', `/api/v1/items/${item.id}/follow-ups`, { text: 'Ring til skolen', ownerPersonId: session.person.id, deadline: '2030-01-01', caseReference: 'Sag 2026-088' });
  // Narrowed, and opened to the police again.
  const audience = (body: object) => coordinator.ask('PUT', `/api/v1/items/${item.id}/audience`, body);
  await audience({ kind: 'restricted', authorityIds: ['municipality:219'], personIds: [] });
  await audience({ kind: 'all', disclosureReason: 'Politiet skal kende aftalen.' });
  auditor = await Visitor.arrive(browser, product.origin, { script: axe });
  await auditor.beSignedIn(auditing);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

describe('the auditor', () => {
  it('[AC90, AC91] finds who saw an item by its case, with the keyboard alone, and never a title', async () => {
    const { page } = auditor;
    await auditor.open('/');
    await page.getByRole('heading', { level: 1, name: 'Revision' }).waitFor();
    await page.getByLabel('Sagsreference').focus();
    await page.keyboard.type('2026-088');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Et punkt om sagen' }).waitFor();
    await page.getByText(`${people.coordinator.name}, `).first().waitFor();
    expect(await page.locator('main').innerText()).not.toContain('anariefugl');
    expect(page.url()).toBe(`${product.origin}/revision`);
    expect(await violations(auditor)).toEqual([]);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Hent oversigt til borgeren (CSV)' }).click()]);
    expect(file.suggestedFilename()).toBe('videregivelser-2026-088.csv');
  });

  it('[AC91, AC94] sees what a person saw, and what was refused', async () => {
    const { page } = auditor;
    await page.getByRole('button', { name: 'Person', exact: true }).click();
    const option = page.getByRole('option', { name: new RegExp(people.coordinator.name) });
    await page.getByLabel('Medarbejder').selectOption({ label: (await option.textContent())! });
    await page.getByRole('heading', { name: `Det har ${people.coordinator.name} set` }).waitFor();
    await page.getByText('ændret', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Afvisninger' }).click();
    await page.getByText('Ingen er blevet afvist').waitFor();
  });

  it('[AC98] sees who disclosed what to whom, on which basis and why, and never a title', async () => {
    const { page } = auditor;
    await page.getByRole('button', { name: 'Videregivelser' }).press('Enter');
    await page.getByRole('heading', { name: 'Videregivelser' }).waitFor();
    const row = page.locator('.audit-entries > li').filter({ hasText: 'Politiet skal kende aftalen.' });
    await row.getByText(/Til: 1 person fra Nordsjællands Politi$/).waitFor();
    await row.getByText(new RegExp(`Adgangen til punktet blev udvidet · af ${people.coordinator.name}`)).waitFor();
    await row.getByText(/Retsplejeloven § 115/).waitFor();
    expect(await page.locator('main').innerText()).not.toContain('anariefugl');
    for (const size of [narrow, wide]) {
      await page.setViewportSize(size);
      expect([size.width, await violations(auditor), await auditor.overflow()]).toEqual([size.width, [], 0]);
      if (process.env.AUDIT_PICTURES !== undefined) await page.screenshot({ path: `${process.env.AUDIT_PICTURES}/disclosures-${size.width}.png`, fullPage: true });
    }
  });

  it('[AC95] draws a sample and says what she found, on a narrow screen too', async () => {
    const { page } = auditor;
    await page.setViewportSize(narrow);
    await page.getByRole('button', { name: 'Stikprøver' }).click();
    await page.getByLabel('Antal opslag').selectOption('5');
    await page.getByRole('button', { name: 'Udtag stikprøve' }).click();
    const first = page.locator('.audit-entries > li').first();
    await first.getByLabel('Følges op').check();
    await first.getByLabel('Bemærkning (valgfrit)').fill('Spørg om formålet');
    await first.getByRole('button', { name: 'Gem vurdering' }).click();
    await first.getByText(`Gemt af ${auditing.name}`).waitFor();
    await page.getByText('1 af 5 gennemgået, 1 følges op').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect(await violations(auditor)).toEqual([]);
    if (process.env.AUDIT_PICTURES !== undefined) {
      await page.screenshot({ path: `${process.env.AUDIT_PICTURES}/narrow.png` });
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.screenshot({ path: `${process.env.AUDIT_PICTURES}/wide.png` });
      await page.getByRole('button', { name: 'Person', exact: true }).click();
      await page.getByRole('button', { name: 'Sag og punkt' }).click();
      await page.screenshot({ path: `${process.env.AUDIT_PICTURES}/case.png` });
    }
    expect(auditor.complaints).toEqual([]);
  });
});
