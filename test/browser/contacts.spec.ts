import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { inDays } from './support/staging.js';
import { hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

const police = 'policeDistrict:nordsjaelland';
const eksempelby = 'municipality:219';
const keyPerson = 'Fiktiva Mønster';
const substitute = 'Testine Prøvegaard';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let administrator: Visitor;

const arrive = async (who: { name: string }) => {
  const visitor = await Visitor.arrive(browser, product.origin, { script: axe });
  await visitor.beSignedIn(who);
  return visitor;
};
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, officer, administrator] = [await arrive(people.coordinator), await arrive(people.officer), await arrive({ name: 'Systema Adgangsen' })];
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const looksRight = async (visitor: Visitor, name: string) => {
  expect(await violations(visitor)).toEqual([]);
  for (const viewport of [narrow, { width: 1280, height: 900 }]) {
    await visitor.page.setViewportSize(viewport);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) await visitor.page.screenshot({ path: `${folder}/${name}-${viewport.width}.png`, fullPage: true });
  }
};
const members = async (authorityId: string) => (await coordinator.ask<{ people: { membershipId: string; name: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(authorityId)}/people`)).people;

/** Each begins where the one before it ended. */
describe('“Kontakter”', () => {
  it('[CO1] is kept by the keyboard alone, and an open page elsewhere sees it at once', async () => {
    await officer.open('/kontakter');
    await officer.page.getByText('Der står ingen i registret endnu.').waitFor();
    expect(await officer.page.getByRole('button', { name: 'Tilføj kontakt' }).count()).toBe(0);
    const { page } = coordinator;
    await coordinator.open('/');
    await coordinator.tabTo(page.getByRole('navigation').getByRole('link', { name: 'Kontakter' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Kontakter' }).waitFor();
    await page.getByRole('button', { name: 'Tilføj kontakt' }).waitFor();
    await coordinator.tabTo(page.getByRole('button', { name: 'Tilføj kontakt' }));
    await page.keyboard.press('Enter');
    const form = page.getByRole('form', { name: 'Tilføj kontakt' });
    expect(await hasFocus(form.getByLabel('Funktion'))).toBe(true);
    await form.getByLabel('Funktion').selectOption({ label: 'Nøgleperson' });
    await coordinator.tabTo(form.getByLabel(/^Område/));
    await page.keyboard.type('Vold og overgreb');
    await form.getByLabel('Person', { exact: true }).selectOption({ label: `${keyPerson}, nøgleperson` });
    await coordinator.tabTo(form.getByRole('button', { name: 'Tilføj stedfortræder' }));
    await page.keyboard.press('Enter');
    await form.getByLabel('Stedfortræder 1').selectOption({ label: `${substitute}, myndighedsrådgiver` });
    await coordinator.tabTo(form.getByLabel(/^Telefon/));
    await page.keyboard.type('00 12 34 56');
    await page.keyboard.press('Enter');
    await page.getByText('Nøgleperson, Vold og overgreb er gemt.').waitFor();
    await page.waitForFunction('document.activeElement?.textContent?.includes("Tilføj kontakt")');
    await officer.page.getByText(`Stedfortræder: ${substitute}`).waitFor();
    expect(await officer.page.getByRole('link', { name: '00 12 34 56' }).getAttribute('href')).toBe('tel:00123456');
    await looksRight(coordinator, 'contacts');
    await looksRight(officer, 'contacts-reader');
  });

  it('[CO4] says by way of whom substitutes go round in a ring, and keeps what was typed', async () => {
    const { page } = coordinator;
    await page.getByRole('button', { name: 'Tilføj kontakt' }).click();
    const form = page.getByRole('form', { name: 'Tilføj kontakt' });
    await form.getByLabel('Funktion').selectOption('keyPerson');
    await form.getByLabel(/^Område/).fill('Børn under tre');
    await form.getByLabel('Person', { exact: true }).selectOption({ label: `${substitute}, myndighedsrådgiver` });
    await form.getByRole('button', { name: 'Tilføj stedfortræder' }).click();
    await form.getByLabel('Stedfortræder 1').selectOption({ label: `${keyPerson}, nøgleperson` });
    await form.getByRole('button', { name: 'Gem kontakt' }).click();
    await form.getByRole('alert').getByText(`${substitute} → ${keyPerson} → ${substitute}`).waitFor();
    expect(await form.getByLabel(/^Område/).inputValue()).toBe('Børn under tre');
    await looksRight(coordinator, 'contacts-ring');
    await form.getByLabel('Stedfortræder 1').selectOption('');
    await form.getByRole('button', { name: 'Gem kontakt' }).click();
    await page.getByText('Nøgleperson, Børn under tre er gemt.').waitFor();
  });

  it('[CO5] shows both versions when a colleague was quicker, and stores the chosen one', async () => {
    const { page } = coordinator;
    await page.getByRole('button', { name: 'Ret Nøgleperson, Børn under tre' }).click();
    const form = page.getByRole('form', { name: 'Ret Nøgleperson, Børn under tre' });
    await form.getByLabel(/^Telefon/).fill('00 99 99 99');
    await administrator.open('/kontakter');
    await administrator.page.getByRole('button', { name: 'Ret Nøgleperson, Børn under tre' }).click();
    await administrator.page.getByLabel(/^Telefon/).fill('00 11 11 11');
    await administrator.page.getByRole('button', { name: 'Gem kontakt' }).click();
    await administrator.page.getByRole('link', { name: '00 11 11 11' }).waitFor();
    await form.getByRole('button', { name: 'Gem kontakt' }).click();
    const alert = form.getByRole('alert');
    await alert.getByRole('row', { name: 'Telefon 00 99 99 99 00 11 11 11' }).waitFor();
    await looksRight(coordinator, 'contacts-conflict');
    await alert.getByRole('button', { name: 'Gem mit' }).click();
    await administrator.page.getByRole('link', { name: '00 99 99 99' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Børn under tre' }).getByText('Historik').click();
    await page.getByText(/Udgave 2, Systema Adgangsen/).waitFor();
  });

  it('[CO7] takes one out, with a way back', async () => {
    const { page } = coordinator;
    await page.getByRole('button', { name: 'Fjern fra registret: Nøgleperson, Børn under tre' }).click();
    await page.getByText('Nøgleperson, Børn under tre er fjernet fra registret.').waitFor();
    await officer.page.getByText('Børn under tre').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Fortryd' }).click();
    await officer.page.getByText('Børn under tre').waitFor();
  });

  it('is found by name of person or authority', async () => {
    const { page } = officer;
    await page.getByLabel('Søg i alle myndigheder').fill('fiktiva');
    await page.getByText('Børn under tre').waitFor({ state: 'detached' });
    expect(await page.getByText('1 kontakt', { exact: true }).count()).toBe(1);
    await page.getByLabel('Søg i alle myndigheder').fill('findes ikke');
    await page.getByText('Ingen kontakter passer på søgningen.').waitFor();
    await page.getByLabel('Søg i alle myndigheder').fill('');
    await page.getByText('Børn under tre').waitFor();
  });

  it('[CO8] [FT13] suggests contact persons, and finds a time for one of them or her substitute', async () => {
    const { page } = coordinator;
    const ofPolice = await members(police);
    const boss = await arrive({ name: 'Kladde Patruljen' });
    const [contact, deputy] = ['Prøve Betjentsen', 'Eksempla Vagtlund'].map((name) => ofPolice.find((one) => one.name === name)!);
    await boss.ask('POST', '/api/v1/contacts', { function: 'contactPerson', kindId: 'section115HandoverMeeting', membershipId: contact!.membershipId, substituteMembershipIds: [deputy!.membershipId], validFrom: inDays(0) });
    await coordinator.open('/serier/ny');
    await page.getByRole('button', { name: 'Vælg kontaktpersonerne hos Nordsjællands Politi' }).click();
    expect(await page.getByRole('checkbox', { name: /^Prøve Betjentsen.*Kontaktperson/ }).isChecked()).toBe(true);
    await page.getByLabel('Én gang').check();
    await page.getByRole('button', { name: 'Find tid' }).click();
    await page.locator(`#find-time-${contact!.membershipId}`).selectOption({ label: 'Skal kunne, evt. ved stedfortræder' });
    await page.getByRole('button', { name: 'Find tider' }).click();
    await page.getByText('Se, hvem der kan hvornår').first().click();
    await page.getByText('eller Eksempla Vagtlund').first().waitFor();
    await looksRight(coordinator, 'contacts-find-time');
    // Where somebody is invited to a meeting that stands, too.
    const { id } = await coordinator.ask<{ id: string }>('POST', '/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: `${inDays(9)}T10:00`, durationMinutes: 60, authorityIds: [], participantMembershipIds: [] });
    await coordinator.open(`/moeder/${id}`);
    await page.getByRole('button', { name: 'Invitér flere' }).click();
    await page.getByLabel('Myndighed').selectOption(police);
    await page.locator('optgroup[label="Kontaktpersoner"] option', { hasText: 'Prøve Betjentsen' }).waitFor({ state: 'attached' });
  });

  it('[CO10] calls a key person to sparring at a time that she or her substitute has, and she is told', async () => {
    const { page } = coordinator;
    await coordinator.open('/kontakter');
    await page.getByRole('link', { name: `Book sparring med ${keyPerson}` }).click();
    await page.getByText('En nøgleperson rådgiver om en bekymring uden at få at vide, hvem barnet er.').waitFor();
    await page.getByText(/Ingen oplysninger, som barnet, familien eller andre kan genkendes på/).waitFor();
    expect(await page.getByRole('checkbox', { name: new RegExp(`^${keyPerson}`) }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Find tid' }).click();
    const { membershipId } = (await members(eksempelby)).find((one) => one.name === keyPerson)!;
    expect(await page.locator(`#find-time-${membershipId}`).inputValue()).toBe('orSubstitute');
    await page.getByRole('button', { name: 'Find tider' }).click();
    await page.getByRole('list', { name: 'Forslag, det bedste først' }).getByRole('button').first().click();
    await page.getByText(/^Tidspunktet er sat ind/).waitFor();
    await looksRight(coordinator, 'contacts-sparring');
    await page.getByRole('button', { name: 'Opret mødet' }).click();
    await page.getByText('Bekymringen, uden genkendelige oplysninger').first().waitFor();
    const advisor = await arrive({ name: keyPerson });
    const { notifications } = await advisor.ask<{ notifications: { kind: string }[] }>('GET', '/api/v1/notifications');
    expect(notifications.map(({ kind }) => kind)).toContain('meetingInvited');
    // Nobody but coordinators calls meetings.
    await officer.open('/kontakter');
    await officer.page.getByText(keyPerson).first().waitFor();
    expect(await officer.page.getByRole('link', { name: /^Book sparring/ }).count()).toBe(0);
  });

  it('[CO6] shows a place as vacant when whoever held it has gone', async () => {
    await officer.open('/kontakter');
    await officer.page.getByText(keyPerson).first().waitFor();
    const { people: found } = await administrator.ask<{ people: { id: string }[] }>('GET', `/api/v1/administration/people?search=${encodeURIComponent(keyPerson)}`);
    await administrator.ask('POST', `/api/v1/administration/people/${found[0]!.id}/deactivate`, {});
    await officer.page.getByText('Ubesat').waitFor();
    expect(await officer.page.getByText(keyPerson).count()).toBe(0);
    await looksRight(officer, 'contacts-vacant');
  });
});

it('“Contacts” in English', async () => {
  await officer.page.getByRole('button', { name: 'English' }).click();
  await officer.page.getByRole('heading', { level: 1, name: 'Contacts' }).waitFor();
  await officer.page.getByText('Vacant').waitFor();
  expect(await members(eksempelby)).not.toHaveLength(0);
});
