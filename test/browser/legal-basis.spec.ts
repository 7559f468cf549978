import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { inDays } from './support/staging.js';
import { eventually, hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

const police = 'policeDistrict:nordsjaelland';
const barnahus = 'barnahus:boernehus-hovedstaden';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let meetingId: string;
let itemId: string;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  coordinator = await Visitor.arrive(browser, product.origin, { script: axe });
  await coordinator.beSignedIn(people.coordinator);
  const members = async (authorityId: string) => (await coordinator.ask<{ people: { membershipId: string; name: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(authorityId)}/people`)).people;
  const officer = (await members(police)).find((one) => one.name === people.officer.name)!.membershipId;
  const psychologist = (await members(barnahus)).find((one) => one.name === 'Påhit Psykeberg')!.membershipId;
  const call = (kindId: string, days: number) =>
    coordinator.ask<{ id: string }>('POST', '/api/v1/meetings', { kindId, startLocal: `${inDays(days)}T13:00`, durationMinutes: 60, place: null, authorityIds: [police, barnahus], participantMembershipIds: [officer, psychologist] });
  meetingId = (await call('section115HandoverMeeting', 5)).id;
  await call('caseConsultation', 8);
  const { outline } = await coordinator.ask<{ outline: { item: { id: string; legalBasis: object | null; perPerson: boolean } }[] }>('GET', `/api/v1/meetings/${meetingId}`);
  itemId = outline.map(({ item }) => item).find((item) => item.legalBasis !== null && !item.perPerson)!.id;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** Pictures for whoever looks: SCREENSHOTS=folder. */
const picture = async (name: string) => {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  for (const viewport of [{ width: 1280, height: 1400 }, { ...narrow, height: 1800 }]) {
    await coordinator.page.setViewportSize(viewport);
    await coordinator.page.screenshot({ path: `${folder}/${name}-${viewport.width}.png`, fullPage: true });
  }
  await coordinator.page.setViewportSize({ width: 1280, height: 900 });
};
const looksRight = async (name: string) => {
  expect(await violations(coordinator)).toEqual([]);
  await coordinator.page.setViewportSize(narrow);
  expect(await coordinator.overflow()).toBeLessThanOrEqual(0);
  await coordinator.page.setViewportSize({ width: 1280, height: 900 });
  await picture(name);
};

/** Each begins where the one before it ended. */
describe('the basis of an item', () => {
  it('[AC60] says whom it admits and whom it does not', async () => {
    const { page } = coordinator;
    await coordinator.open(`/moeder/${meetingId}/punkt/${itemId}`);
    await page.getByText('Kan ses af alle deltagere, som hjemlen omfatter.').waitFor();
    await page.getByText(/Hjemlen omfatter ikke: Børnehus/).waitFor();
    await page.getByText('Udgave 2026-11-21. Omfatter kommune, politi, skole, sundhedsvæsen.').waitFor();
  });

  it('[MT71] [MT72] shows what becomes visible to whom before it is opened, and asks why', async () => {
    const { page } = coordinator;
    await page.getByRole('button', { name: 'Begræns adgang' }).click();
    const form = page.getByRole('form', { name: 'Hvem kan se punktet' });
    expect(await form.getByRole('checkbox', { name: /Børnehus/ }).count()).toBe(0);
    await form.getByRole('checkbox', { name: 'Alle fra Nordsjællands Politi' }).uncheck();
    await form.getByRole('button', { name: 'Gem adgang' }).click();
    await page.getByText('Adgangen er ændret.').waitFor();

    await page.getByRole('button', { name: 'Ændr adgang' }).click();
    await form.getByRole('checkbox', { name: 'Alle fra Nordsjællands Politi' }).check();
    await form.getByText('Adgang i en periode').click();
    await form.getByLabel('Hvem', { exact: true }).selectOption({ label: 'Nordsjællands Politi' });
    await form.getByLabel('Til og med').fill(inDays(20));
    await form.getByRole('button', { name: 'Tilføj periode' }).click();
    await looksRight('audience');
    await form.getByRole('button', { name: 'Gem adgang' }).press('Enter');
    const confirm = page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' });
    await confirm.getByText(/^Det bliver synligt For: Prøve Betjentsen, Nordsjællands Politi\.$/).waitFor();
    const reason = confirm.getByLabel('Hvorfor har de brug for det?');
    expect(await hasFocus(reason)).toBe(true);
    await confirm.getByRole('button', { name: 'Giv adgang' }).click();
    await confirm.getByRole('alert').waitFor();
    await looksRight('disclosure');
    await reason.fill('Politiet skal kende aftalen.');
    await confirm.getByRole('button', { name: 'Giv adgang' }).click();
    await confirm.waitFor({ state: 'detached' });
    await page.getByText(/Nordsjællands Politi: til/).waitFor();
  });

  it('[AC66] tells its coordinator to whom it was disclosed, by whom, on which basis and why, by the keyboard', async () => {
    const { page } = coordinator;
    const opener = page.getByRole('button', { name: 'Videregivelser' });
    await opener.focus();
    await page.keyboard.press('Enter');
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    const part = page.getByRole('region', { name: 'Videregivelser' });
    await part.getByText('Til: Prøve Betjentsen, Nordsjællands Politi').waitFor();
    await part.getByText(/Adgangen til punktet blev udvidet · af .*, Eksempelby Kommune$/).waitFor();
    await part.getByText('Hjemmel: Retsplejeloven § 115, stk. 1, nr. 1').waitFor();
    await part.getByText('Politiet skal kende aftalen.').waitFor();
    await looksRight('disclosed');
  });

  it('[MT71] shows whoever is invited what she comes to see', async () => {
    const { page } = coordinator;
    await page.getByRole('link', { name: 'Hele dagsordenen' }).click();
    await page.getByRole('button', { name: 'Invitér flere' }).click();
    const form = page.getByRole('form', { name: 'Invitér flere til mødet' });
    await form.getByLabel('Myndighed').selectOption({ label: 'Nordsjællands Politi' });
    await form.getByLabel('Person').selectOption({ label: 'Eksempla Vagtlund, videoafhører' });
    await form.getByRole('button', { name: 'Se, hvad der bliver synligt' }).click();
    const confirm = page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' });
    await confirm.getByText('Mødets tid, sted, deltagere og dagsordenens tider').waitFor();
    await confirm.getByRole('button', { name: 'Invitér' }).click();
    await confirm.getByRole('alert').waitFor();
    await looksRight('invite');
    await confirm.getByLabel('Hvorfor har de brug for det?').fill('Hun afhører børn i området.');
    await confirm.getByRole('button', { name: 'Invitér' }).click();
    await confirm.waitFor({ state: 'detached' });
    await page.getByText(/Eksempla Vagtlund · videoafhører|Eksempla Vagtlund/).first().waitFor();
  });

  it('[MT75] [MT76] [MT77] moves suspicion of abuse out of a § 115 meeting, to a joint consultation', async () => {
    const { page } = coordinator;
    await coordinator.open(`/moeder/${meetingId}/punkt/${itemId}`);
    await page.getByRole('button', { name: 'Flyt til andet spor' }).click();
    const form = page.getByRole('form', { name: 'Flyt punktet til andet spor' });
    await form.getByText('Intet skrevet følger med', { exact: false }).waitFor();
    expect(await form.getByLabel('Ny hjemmel').locator('option').allTextContents()).toEqual(['Barnets lov §§ 125-126']);
    await form.getByRole('button', { name: 'Flyt punktet' }).click();
    await form.getByRole('alert').waitFor();
    await form.getByLabel('Titel på det nye punkt').fill('Bekymring om vold i hjemmet');
    await form.getByLabel('Sagsreference').fill('Sag 2026-014');
    await form.getByLabel('Hvorfor flyttes punktet?').fill('Mistanke om overgreb hører til under barnets lov.');
    await looksRight('track');
    await form.getByRole('button', { name: 'Flyt punktet' }).click();
    await page.getByRole('link', { name: /^Kommer fra mødet/ }).waitFor();
    await page.getByText('Hjemmel: Barnets lov §§ 125-126').waitFor();
    await page.getByText(/Kan ses af: Eksempelby Kommune\./).waitFor();
    await looksRight('moved');
    await page.getByRole('link', { name: /^Kommer fra mødet/ }).click();
    await page.getByText('Flyttet til andet spor: Mistanke om overgreb hører til under barnets lov.').waitFor();
    await page.getByRole('link', { name: /^Går videre til mødet/ }).waitFor();
  });

  it('[AC63] is narrowed by an administrator for the authority’s own meetings', async () => {
    const { page } = coordinator;
    // An open item would ask for its document anew, as somebody for whom it is not there.
    await coordinator.open('/serier');
    await coordinator.beSignedIn({ name: 'Systema Adgangsen' });
    await coordinator.open('/administration/hjemler');
    await page.getByRole('button', { name: 'Ændr, hvad Barnets lov §§ 125-126 omfatter' }).click();
    const form = page.getByRole('form', { name: 'Ændr, hvad Barnets lov §§ 125-126 omfatter' });
    expect(await form.getByRole('checkbox', { name: 'skole' }).count()).toBe(0);
    await form.getByRole('checkbox', { name: 'retsmedicin' }).uncheck();
    await form.getByLabel('Grundlag for ændringen').fill('Direktionens beslutning');
    await looksRight('bases');
    await form.getByRole('button', { name: 'Gem ny udgave' }).press('Enter');
    await page.getByText('Barnets lov §§ 125-126 er gemt i en ny udgave.').waitFor();
    await page.getByText('Udgave 2026-11-21+1', { exact: false }).waitFor();
  });

  it('[AC64] is added by an administrator, who says whether it admits an investigation, with the keyboard alone', async () => {
    const { page } = coordinator;
    await coordinator.tabTo(page.getByRole('button', { name: 'Tilføj egen hjemmel' }));
    await page.keyboard.press('Enter');
    const form = page.getByRole('form', { name: 'Tilføj egen hjemmel' });
    await eventually('the name has focus', () => hasFocus(form.getByLabel('Navn')), Boolean);
    await page.keyboard.type('Lokal samarbejdsaftale');
    const choice = form.getByRole('checkbox', { name: /efterforskning/ });
    await coordinator.tabTo(choice);
    expect(await choice.isChecked()).toBe(false);
    await page.keyboard.press('Space');
    await coordinator.tabTo(form.getByLabel('Grundlag for ændringen'));
    await page.keyboard.type('Aftale af 1. december');
    // Refused, it says what is missing and keeps what was typed and chosen.
    await page.keyboard.press('Enter');
    await form.getByRole('alert').waitFor();
    expect([await choice.isChecked(), await form.getByLabel('Navn').inputValue()]).toEqual([true, 'Lokal samarbejdsaftale']);
    await looksRight('basis-new');
    await form.getByRole('textbox', { name: /^Grænser/ }).fill('Kun mellem kommune og politi.');
    for (const sector of ['kommune', 'politi']) await form.getByRole('checkbox', { name: sector, exact: true }).check();
    await form.getByRole('button', { name: 'Gem ny udgave' }).press('Enter');
    await page.getByText('Lokal samarbejdsaftale er gemt i en ny udgave.').waitFor();
    const made = page.getByRole('region', { name: 'Lokal samarbejdsaftale' });
    expect(await made.getByText('efterforskning', { exact: false }).count()).toBe(0);
    await made.getByRole('button').click();
    await made.getByRole('checkbox', { name: /efterforskning/, checked: true }).uncheck();
    await made.getByLabel('Grundlag for ændringen').fill('Direktionens beslutning');
    await made.getByRole('button', { name: 'Gem ny udgave' }).press('Enter');
    await made.getByText('efterforskning', { exact: false }).first().waitFor();
    await looksRight('basis-own');
    // Chromium writes down the two refusals that were asked for, and what a page still asked when its person had signed out.
    expect(coordinator.complaints.filter((one) => !/status of 40[01]|handshake: Unexpected response code: 400/.test(one))).toEqual([]);
  });
});
