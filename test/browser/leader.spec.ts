import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { inDays, stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, hasFocus, keptNothing, launchChromium, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let leader: Visitor;
let chief: Visitor;
let meeting: StagedMeeting;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, leader, chief] = (await Promise.all([1, 2, 3].map(() => Visitor.arrive(browser, product.origin)))) as [Visitor, Visitor, Visitor];
  await Promise.all([coordinator.beSignedIn(people.coordinator), leader.beSignedIn(people.leader), chief.beSignedIn(people.chief)]);
}, 90_000);
beforeEach(async () => void (meeting = await stageMeeting(coordinator, people.officer.name)), 30_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const record = async (text: string, caseReference = 'Sag 2026-014') => {
  const { person } = await coordinator.ask<{ person: { id: string } }>('GET', '/api/v1/session');
  const { id } = await coordinator.ask<{ id: string }>('POST', `/api/v1/items/${meeting.items[4]!.id}/decisions`, {
    text,
    reasons: 'Politiet har mødt den unge tre gange på en måned.',
    decidingAuthorityId: 'municipality:219',
    responsiblePersonId: person.id,
    deadline: inDays(14),
    caseReference,
  });
  return id;
};

describe('the decision log', () => {
  it('is narrowed by a sentence, by keyboard alone; the address keeps it, back undoes it, and it is saved under a name', async () => {
    await record('Denne søges', 'Sag 2026-321');
    await record('Denne ikke', 'Sag 2026-322');
    const { page } = leader;
    await leader.open('/beslutninger');
    await page.getByRole('link', { name: 'Denne ikke' }).waitFor();

    await leader.tabTo(page.getByLabel('Status', { exact: true }));
    await page.getByLabel('Status', { exact: true }).selectOption('der venter på bekræftelse');
    await page.getByLabel('Tilføj filter').focus();
    await page.getByLabel('Tilføj filter').selectOption('Sagsreference');
    const reference = page.getByRole('textbox', { name: 'Sagsreference' });
    await eventually('the new part has focus', () => hasFocus(reference), Boolean);
    await page.keyboard.type('Sag 321');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Skriv sagsreferencen som “Sag 2026-014”.').waitFor();
    expect(new URL(page.url()).search).toBe('?tilstand=recorded');
    await reference.fill('Sag 2026-321');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Denne ikke' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Denne søges' }).waitFor();
    expect(new URL(page.url()).search).toBe('?tilstand=recorded&sag=Sag+2026-321');

    await page.getByRole('button', { name: 'Gem visningen' }).click();
    await page.getByLabel('Visningens navn').fill('Den ene sag');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Den ene sag' }).waitFor();

    await page.goBack();
    await page.getByRole('link', { name: 'Denne ikke' }).waitFor();
    await page.getByRole('link', { name: 'Den ene sag' }).click();
    await page.getByRole('link', { name: 'Denne ikke' }).waitFor({ state: 'detached' });
    expect(await reference.inputValue()).toBe('Sag 2026-321');

    await page.getByRole('button', { name: 'Fjern: Sagsreference' }).click();
    await page.getByRole('link', { name: 'Denne ikke' }).waitFor();
    expect(await hasFocus(page.getByLabel('Tilføj filter'))).toBe(true);
    await page.getByRole('button', { name: 'Slet visningen “Den ene sag”' }).click();
    await page.getByRole('link', { name: 'Den ene sag' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Fortryd' }).click();
    await page.getByRole('link', { name: 'Den ene sag' }).waitFor();

    const opened = await Visitor.arrive(browser, product.origin);
    await opened.beSignedIn(people.chief);
    await opened.open('/beslutninger?tilstand=recorded&sag=Sag+2026-321');
    await opened.page.getByRole('link', { name: 'Denne søges' }).waitFor();
    expect(await opened.page.getByRole('link', { name: 'Den ene sag' }).count()).toBe(0);
    await opened.context.close();
  });

  it('is fetched as a file that holds what the sentence says', async () => {
    await record('I filen', 'Sag 2026-444');
    await record('Ikke i filen', 'Sag 2026-445');
    const { page } = leader;
    await leader.open('/beslutninger?sag=Sag+2026-444');
    await page.getByRole('link', { name: 'I filen' }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^Beslutningslog, Eksempelby Kommune, \d{4}-\d{2}-\d{2}\.csv$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    expect(text).toContain('I filen;');
    expect(text).not.toContain('Ikke i filen');
    expect(text).toContain('Antal beslutninger;1');
    const [paper] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'PDF' }).press('Enter')]);
    expect(paper.suggestedFilename()).toMatch(/^beslutningslog-\d{4}-\d{2}-\d{2}\.pdf$/);
    await page.getByRole('status').getByText('Dokumentet er hentet.').waitFor();
  });

  it('confirms several at once, and says which one somebody else was faster with', async () => {
    const [one, two] = [await record('Samlet et', 'Sag 2026-551'), await record('Samlet to', 'Sag 2026-551')];
    const { page } = leader;
    await leader.open('/beslutninger?sag=Sag+2026-551');
    await page.getByRole('checkbox', { name: 'Vælg: Samlet et' }).check();
    await page.getByRole('checkbox', { name: 'Vælg: Samlet to' }).check();
    // Between her look and her press the other leader answers.
    await chief.ask('POST', `/api/v1/decisions/${two}/return`, { comment: 'Vent' });
    await page.getByRole('button', { name: 'Bekræft 2 valgte' }).click();
    const outcome = page.getByRole('status').filter({ hasText: '1 beslutning er bekræftet.' });
    await outcome.getByRole('link', { name: 'Samlet to' }).waitFor();
    await outcome.getByText('Beslutningen er ændret').waitFor();
    await page.getByRole('row', { name: /Samlet et/ }).getByText('Bekræftet').waitFor();
    await page.getByRole('row', { name: /Samlet to/ }).getByText('Returneret').waitFor();
    expect((await leader.ask<{ state: string }>('GET', `/api/v1/decisions/${one}`)).state).toBe('confirmed');
  });
});

describe('a decision', () => {
  it('is escalated, stands first on the other leader’s overview at once, and is confirmed by her', async () => {
    await record('Almindelig, med samme frist');
    const id = await record('Kræver direktøren');
    await chief.open('/');
    const waiting = chief.page.getByRole('region', { name: 'Beslutninger, der venter på dig' });
    await waiting.getByRole('link', { name: 'Kræver direktøren' }).waitFor();

    const { page } = leader;
    await leader.open(`/beslutninger/${id}`);
    await page.getByRole('button', { name: 'Eskalér til en anden leder' }).click();
    await page.getByLabel('Hvorfor').fill('Se 010112-1234');
    await page.getByRole('button', { name: 'Eskalér', exact: true }).click();
    await page.getByRole('alert').getByText('Skriv ikke CPR-numre her').waitFor();
    expect(await page.getByLabel('Hvorfor').inputValue()).toBe('Se 010112-1234');
    await page.getByLabel('Hvorfor').fill('Den overskrider min ramme.');
    await page.getByRole('button', { name: 'Eskalér', exact: true }).click();
    await page.getByRole('status').getByText('til Øvebine Chefgaard, Eksempelby Kommune').waitFor();
    expect(await page.getByRole('button', { name: 'Bekræft' }).count()).toBe(0);

    await eventually('it stands first', async () => (await waiting.getByRole('rowheader').first().textContent()) ?? '', (text) => text.includes('Kræver direktøren'));
    await waiting.getByRole('link', { name: 'Kræver direktøren' }).click();
    await chief.page.getByText('Den overskrider min ramme.').waitFor();
    await chief.page.getByRole('button', { name: 'Bekræft' }).click();
    await page.getByRole('status').getByText('Bekræftet').waitFor();
    await page.getByRole('region', { name: 'Forløb' }).getByText('Eskaleret af Opdigt Larsnavn, Eksempelby Kommune til Øvebine Chefgaard, Eksempelby Kommune').waitFor();
  });

  it('is corrected by another in its place; a refused form keeps its words, and the leader looks on', async () => {
    const id = await record('SSP-konsulenten kontakter familien.');
    await leader.open(`/beslutninger/${id}`);
    await leader.page.getByRole('button', { name: 'Bekræft' }).waitFor();

    const { page } = coordinator;
    await coordinator.open(`/beslutninger/${id}`);
    await page.getByRole('button', { name: 'Ret beslutningen' }).click();
    const text = page.getByRole('textbox', { name: 'Beslutning', exact: true });
    await eventually('the words have focus', () => hasFocus(text), Boolean);
    await text.fill('Nøglepersonen kontakter familien inden fredag.');
    await page.getByRole('button', { name: 'Gem rettelsen' }).click();
    await page.getByRole('alert').getByRole('link', { name: /Hvad var forkert/ }).click();
    expect(await hasFocus(page.getByLabel('Hvad var forkert'))).toBe(true);
    expect(await text.inputValue()).toBe('Nøglepersonen kontakter familien inden fredag.');
    await page.keyboard.type('Det var den forkerte fagperson.');
    await page.getByRole('button', { name: 'Gem rettelsen' }).click();
    await page.getByRole('heading', { level: 1, name: 'Nøglepersonen kontakter familien inden fredag.' }).waitFor();
    await page.getByRole('link', { name: 'Erstatter en tidligere beslutning' }).waitFor();

    await leader.page.getByRole('status').getByText('Erstattet').waitFor();
    await leader.page.getByText('Det var den forkerte fagperson.').waitFor();
    expect(await leader.page.getByRole('button', { name: 'Bekræft' }).count()).toBe(0);
    await leader.page.getByRole('link', { name: 'Beslutningen er erstattet. Se den, der gælder nu' }).click();
    await leader.page.getByRole('heading', { level: 1, name: 'Nøglepersonen kontakter familien inden fredag.' }).waitFor();
    await leader.page.getByRole('button', { name: 'Bekræft' }).waitFor();
  });

  it('leaves nothing in the browser, and only the refusals are complained of', async () => {
    for (const visitor of [coordinator, leader, chief]) {
      expect(await visitor.kept()).toEqual(keptNothing);
      expect(visitor.complaints.filter((complaint) => !/status of 400.*\/(escalate|correction)$/.test(complaint))).toEqual([]);
    }
  });
});
