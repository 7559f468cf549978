import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { inDays } from './support/staging.js';
import { launchChromium, narrow, Visitor } from './support/visitor.js';

const chair = { name: 'Øvelse Koordinatsen' };
const caseworker = { name: 'Testine Prøvegaard' };
const officer = { name: 'Eksempla Vagtlund' };
const doctor = { name: 'Model Lægebo' };

let product: Product;
let browser: Browser;
let atBarnahus: Visitor;
let atPolice: Visitor;
let atHospital: Visitor;
let meetingId: string;
let items: { id: string; title: string }[];

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [atBarnahus, atPolice, atHospital] = (await Promise.all([1, 2, 3].map(() => Visitor.arrive(browser, product.origin, { script: axe })))) as [Visitor, Visitor, Visitor];
  await atBarnahus.beSignedIn(chair);
  await atPolice.beSignedIn(officer);
  await atHospital.beSignedIn(doctor);
  const region = (await atHospital.ask<{ acting: { authority: { id: string } } }>('GET', '/api/v1/session')).acting.authority.id;
  const authorities = ['municipality:219', 'policeDistrict:nordsjaelland', region];
  const invited = await Promise.all(
    authorities.map(async (id) => (await atBarnahus.ask<{ people: { name: string; membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(id)}/people`)).people),
  );
  const names = [caseworker, officer, doctor].map((person) => person.name);
  const meeting = await atBarnahus.ask<{ id: string; outline: { item: { id: string; title: string } }[] }>('POST', '/api/v1/meetings', {
    kindId: 'caseConsultation',
    startLocal: `${inDays(2)}T10:00`,
    durationMinutes: 60,
    authorityIds: authorities,
    participantMembershipIds: invited.flat().filter((person) => names.includes(person.name)).map((person) => person.membershipId),
  });
  meetingId = meeting.id;
  items = meeting.outline.map(({ item }) => item);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const itemPath = (title: string) => `/moeder/${meetingId}/punkt/${items.find((item) => item.title.startsWith(title))!.id}`;
const steps = (visitor: Visitor, plan = 'Rækkefølgeplan'): Locator => visitor.page.getByRole('region', { name: plan, exact: true }).getByRole('listitem');

/** Each begins where the one before it ended. */
describe('a joint consultation of børnehus, municipality, police and health', () => {
  it('ends with a sequence plan, written by the keyboard alone and seen by the others at once', async () => {
    for (const visitor of [atBarnahus, atHospital]) await visitor.open(itemPath('Fælles rækkefølge'));
    const { page } = atBarnahus;
    const begin = page.getByRole('button', { name: 'Trin i rækkefølgeplanen' });
    await begin.waitFor();
    await atBarnahus.tabTo(begin);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Trin i rækkefølgeplanen' }).getByLabel('Hvad sker der').waitFor();
    // The form takes focus at its first question; a choice is made by the arrow keys.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Samtale på skolen uden forældre');
    await page.getByLabel('Hvilken dag').fill(inDays(3));
    await page.getByLabel('Tryghedsperson').fill('mormor');
    await atBarnahus.tabTo(page.getByRole('button', { name: 'Gem trin' }));
    await page.keyboard.press('Enter');
    await steps(atHospital).getByText('Samtale på skolen uden forældre', { exact: true }).waitFor();
    await steps(atHospital).getByText('Med mormor').waitFor();
  });

  it('says what is wrong with a step and keeps what was typed', async () => {
    await atPolice.open(itemPath('Fælles rækkefølge'));
    const { page } = atPolice;
    await page.getByRole('button', { name: 'Trin i rækkefølgeplanen' }).click();
    const form = page.getByRole('region', { name: 'Trin i rækkefølgeplanen' });
    await form.getByLabel('Hvad sker der').selectOption('Videoafhøring');
    await form.getByLabel('Beskriv trinnet').fill('Afhøring i børnehuset');
    await form.getByRole('button', { name: 'Gem trin' }).click();
    await form.getByRole('alert').getByText('Hvem gør det').waitFor();
    expect(await form.getByLabel('Beskriv trinnet').inputValue()).toBe('Afhøring i børnehuset');
    await form.getByLabel('Hvem gør det').selectOption({ label: 'Eksempla Vagtlund, Nordsjællands Politi' });
    await form.getByLabel('Hvilken dag').fill(inDays(2));
    await form.getByLabel('Klokken').fill('13:00');
    await form.getByRole('button', { name: 'Gem trin' }).click();
    await steps(atHospital).nth(1).getByText('Afhøring i børnehuset', { exact: true }).waitFor();
  });

  it('is put in order by two buttons, and the order is told', async () => {
    const { page } = atBarnahus;
    const up = page.getByRole('button', { name: 'Flyt trin 2 op' });
    await up.waitFor();
    await up.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Trinnet er nu nummer 1' }).waitFor();
    await steps(atHospital).first().getByText('Afhøring i børnehuset', { exact: true }).waitFor();
  });

  it('holds an informing plan that waits for the police, closed to whom it does not concern', async () => {
    await atBarnahus.open(itemPath('Hvem må vide hvad'));
    await atHospital.open(itemPath('Hvem må vide hvad'));
    const { page } = atBarnahus;
    await page.getByRole('button', { name: 'Trin i orienteringsplanen' }).click();
    const form = page.getByRole('region', { name: 'Trin i orienteringsplanen' });
    await form.getByLabel('Hvem orienteres').selectOption('Forældremyndighedens indehavere');
    await form.getByLabel('Hvem gør det').selectOption({ label: 'Testine Prøvegaard, Eksempelby Kommune' });
    await form.getByLabel('Hvad må de få at vide').fill('At der er en anmeldelse');
    await form.getByLabel('Hvilken dag').fill(inDays(4));
    await form.getByLabel('Venter på').selectOption('politiet');
    await form.getByRole('button', { name: 'Gem trin' }).click();
    await steps(atHospital, 'Orienteringsplan').getByText('Ikke før politiet har givet besked').waitFor();

    const closed = items.find((item) => item.title.startsWith('Hvem må vide hvad'))!.id;
    await atBarnahus.ask('PUT', `/api/v1/items/${closed}/audience`, { kind: 'restricted', authorityIds: ['barnahus:boernehus-hovedstaden', 'municipality:219', 'policeDistrict:nordsjaelland'], personIds: [] });
    await atHospital.page.getByRole('alert').getByText('Punktet kan ikke vises').waitFor();
    expect(await atHospital.page.getByText('At der er en anmeldelse').count()).toBe(0);
  });

  it('[PL8] stands in the minutes, a step in its plan and not once more', async () => {
    await atPolice.open(`/moeder/${meetingId}/referat`);
    const minutes = atPolice.page.getByRole('article', { name: 'Referat' });
    await minutes.getByRole('heading', { name: 'Rækkefølgeplan' }).waitFor();
    await minutes.getByText('Ikke før politiet har givet besked').waitFor();
    expect(await minutes.getByText('Afhøring i børnehuset').count()).toBe(1);
    expect(await violations(atPolice)).toEqual([]);
    await atPolice.page.setViewportSize(narrow);
    expect(await atPolice.overflow()).toBe(0);
    await atPolice.page.setViewportSize({ width: 1280, height: 900 });
  });

  it('is read by everybody: axe finds nothing, and a telephone is wide enough', async () => {
    await atPolice.open(itemPath('Fælles rækkefølge'));
    await steps(atPolice).first().waitFor();
    expect(await violations(atPolice)).toEqual([]);
    await atPolice.page.setViewportSize(narrow);
    expect(await atPolice.overflow()).toBe(0);
    expect(await violations(atPolice)).toEqual([]);
    // A refused form is written down by Chromium as well.
    for (const visitor of [atBarnahus, atPolice]) expect(visitor.complaints.filter((one) => !/400.*plan-steps/.test(one))).toEqual([]);
  });
});
