import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { stageMeeting } from './support/staging.js';
import { hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let administrator: Visitor;
let coordinator: Visitor;
let officer: Visitor;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  administrator = await Visitor.arrive(browser, product.origin, { script: axe, viewport: narrow });
  [coordinator, officer] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin)))) as [Visitor, Visitor];
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  await stageMeeting(coordinator, people.officer.name);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const shot = async (name: string) => process.env.SHOTS && (await administrator.page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true }));

/** Each begins where the one before it ended. */
describe('an administrator', () => {
  it('[AC84] comes to her people, and to nothing else', async () => {
    const { page } = administrator;
    await administrator.open('/');
    await page.getByRole('button', { name: /^Log ind som administrator.*Rettine Brugerlund/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Personer i Nordsjællands Politi' }).waitFor();
    expect(await page.getByRole('link', { name: 'Mine møder', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: people.officer.name }).waitFor();
    expect(await violations(administrator)).toEqual([]);
    expect(await administrator.overflow()).toBe(0);
    await shot('people');
    await officer.open('/administration');
    await officer.page.getByRole('heading', { level: 1, name: 'Siden findes ikke' }).waitFor();
  });

  it('[PR3] adds a person by the keyboard, and keeps what was typed when it is refused', async () => {
    const { page } = administrator;
    const opener = page.getByRole('button', { name: 'Tilføj en person' });
    await administrator.tabTo(opener);
    await page.keyboard.press('Enter');
    await page.keyboard.type('Åbenlyst Prøvenavn 010190-1234');
    const role = page.getByLabel('Rolle', { exact: true });
    await administrator.tabTo(role);
    await role.selectOption('participant');
    const save = page.getByRole('button', { name: 'Gem personen' });
    await administrator.tabTo(save);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await violations(administrator)).toEqual([]);
    await shot('add-refused');
    await page.getByLabel('Navn', { exact: true }).fill('Åbenlyst Prøvenavn');
    await save.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Åbenlyst Prøvenavn' }).waitFor();
    await page.getByText('Rolle givet: deltager').waitFor();
    expect(await violations(administrator)).toEqual([]);
  });

  it('[PR8, AC13] reads what a change ends before it is done; it ends on the other’s screen at once', async () => {
    const { page } = administrator;
    await officer.open('/moeder');
    await officer.page.getByRole('heading', { level: 1, name: 'Mine møder' }).waitFor();
    await page.getByRole('link', { name: 'Personer', exact: true }).click();
    await page.getByLabel('Søg på navn eller brugernavn').fill('prøve bet');
    // A press on a list that is being replaced may meet nothing.
    await page.locator('.admin-people > li').nth(1).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: people.officer.name }).click();
    await page.getByRole('heading', { level: 1, name: people.officer.name }).waitFor();
    await page.getByRole('button', { name: 'Deaktivér personen' }).click();
    await page.getByText(/kommende møder? får brug for en stedfortræder/).waitFor();
    await page.getByText('Personen er logget ind og bliver logget ud med det samme.').waitFor();
    expect(await violations(administrator)).toEqual([]);
    expect(await administrator.overflow()).toBe(0);
    await shot('consequences');
    await page.getByRole('button', { name: 'Deaktivér nu' }).click();
    await page.getByText('sat på pause', { exact: true }).waitFor();
    await officer.page.getByRole('button', { name: /^Log ind som/ }).first().waitFor();
    await coordinator.open('/beskeder');
    await coordinator.page.getByText('En deltager er ikke længere med. Find en stedfortræder').first().waitFor();
    await page.getByRole('button', { name: 'Aktivér personen igen' }).click();
    await page.getByText('gælder', { exact: true }).waitFor();
    await page.getByText('Person aktiveret igen').waitFor();
    await shot('person');
  });

  it('[AC86] is kept from taking the last administrator’s role', async () => {
    const { page } = administrator;
    await administrator.open('/administration');
    await page.getByRole('link', { name: 'Rettine Brugerlund' }).click();
    await page.getByRole('button', { name: 'Afslut rollen' }).click();
    await page.getByText('Myndigheden skal have en administrator. Giv først en anden rollen.').waitFor();
    await page.getByRole('button', { name: 'Afslut nu' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByText('gælder', { exact: true }).waitFor();
  });

  it('[PR11] makes a key that is shown once, and takes it back', async () => {
    const { page } = administrator;
    await page.getByRole('link', { name: 'Brugerstyring' }).click();
    await page.getByLabel('Navn på systemet', { exact: true }).fill('Politiets IdM');
    await page.getByRole('button', { name: 'Lav nøglen' }).click();
    const made = page.getByRole('group', { name: 'Nøglen er lavet' });
    await made.waitFor();
    expect(await hasFocus(made)).toBe(true);
    const token = (await made.locator('code').textContent())!;
    expect(await violations(administrator)).toEqual([]);
    expect(await administrator.overflow()).toBe(0);
    await shot('key');
    const ask = () => fetch(`${product.origin}/scim/v2/Users?count=1`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);
    await page.getByRole('button', { name: 'Jeg har gemt nøglen' }).click();
    expect(await page.content()).not.toContain(token);
    await page.getByRole('button', { name: 'Træk nøglen tilbage' }).click();
    await page.getByText('Trukket tilbage').waitFor();
    expect((await ask()).status).toBe(401);
    await page.getByRole('link', { name: 'Historik' }).click();
    await page.getByText('Nøgle trukket tilbage: Politiets IdM').waitFor();
    expect(await violations(administrator)).toEqual([]);
    await shot('history');
    // The one refusal there was: the last administrator’s.
    expect(administrator.complaints.filter((one) => !/409|400/.test(one))).toEqual([]);
  });
});
