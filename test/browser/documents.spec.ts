import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { narrow as narrowItem, stageDecision, stageMeeting, type StagedMeeting } from './support/staging.js';
import { launchChromium, narrow, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let meeting: StagedMeeting;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, officer] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin, { script: axe })))) as [Visitor, Visitor];
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  meeting = await stageMeeting(coordinator, people.officer.name);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** What the browser keeps when the button is pressed. */
async function downloaded({ page }: Visitor, press: () => Promise<void>) {
  const [file] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: file.suggestedFilename(), start: readFileSync((await file.path())!).subarray(0, 5).toString() };
}

describe('documents', () => {
  it('[DO1, DO4] a participant gets the agenda as PDF, told what it leaves out', async () => {
    await narrowItem(coordinator, meeting.items[1]!.id);
    await officer.open(`/moeder/${meeting.meetingId}`);
    const { page } = officer;
    await page.getByRole('button', { name: 'Dokumenter' }).press('Enter');
    await page.getByText('Uden 1 lukket punkt').waitFor();
    const agenda = page.getByRole('group', { name: 'Dagsorden' });
    const file = await downloaded(officer, () => agenda.getByRole('button', { name: 'Til læsning' }).press('Enter'));
    expect(file).toEqual({ name: expect.stringMatching(/^dagsorden-moede-\d{4}-\d{2}-\d{2}\.pdf$/), start: '%PDF-' });
    await page.getByRole('status').getByText('Dokumentet er hentet.').waitFor();
    expect(await violations(officer)).toEqual([]);
    await page.setViewportSize(narrow);
    expect(await violations(officer)).toEqual([]);
  });

  it('[DO8] the web page opens in its sandbox, in its own style', async () => {
    const { page } = officer;
    const [opened] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('group', { name: 'Dagsorden' }).getByRole('link', { name: 'Se som webside' }).click()]);
    await opened.getByRole('heading', { level: 2, name: 'Deltagere' }).waitFor();
    await opened.getByText('Lukket punkt, ').first().waitFor();
    expect(await opened.evaluate<string>(`getComputedStyle(document.querySelector('h1')).color`)).toBe('rgb(23, 68, 111)');
    await opened.close();
  });

  it('[DO1] the coordinator makes an extract for one authority; trouble is told calmly', async () => {
    const { page } = coordinator;
    await coordinator.open(`/moeder/${meeting.meetingId}`);
    await page.getByRole('button', { name: 'Dokumenter' }).click();
    await page.getByText('Indeholder alle mødets punkter.').waitFor();
    await page.getByLabel('Lav dokumentet til').selectOption({ label: 'Uddrag for Nordsjællands Politi' });
    await page.getByText('Indeholder kun de punkter, som Nordsjællands Politi').waitFor();
    const minutes = page.getByRole('group', { name: 'Referat' });
    const file = await downloaded(coordinator, () => minutes.getByRole('button', { name: 'Til arkiv' }).click());
    expect(file.name).toMatch(/^referat-uddrag-moede-/);
    await page.route('**/documents/minutes.pdf*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'document-not-made', title: 'Dokumentet kunne ikke laves lige nu. Prøv igen om lidt', status: 503 }) }));
    await minutes.getByRole('button', { name: 'Til arkiv' }).click();
    await page.getByRole('alert').getByText('Dokumentet kunne ikke laves lige nu').waitFor();
    await page.unroute('**/documents/minutes.pdf*');
    expect((await downloaded(coordinator, () => page.getByRole('button', { name: 'Prøv igen' }).click())).start).toBe('%PDF-');
  });

  it('[DO7] a decision gives its extract', async () => {
    const decisionId = await stageDecision(coordinator, meeting.items[1]!.id);
    await coordinator.open(`/beslutninger/${decisionId}`);
    const file = await downloaded(coordinator, () => coordinator.page.getByRole('group', { name: 'Hent uddrag' }).getByRole('button', { name: 'Til læsning' }).click());
    expect(file).toEqual({ name: expect.stringMatching(/^beslutning-uddrag-moede-/), start: '%PDF-' });
  });
});
