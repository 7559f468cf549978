import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { ItemPage } from './support/item-page.js';
import { inDays } from './support/staging.js';
import { eventually, keptNothing, launchChromium, narrow, people, Visitor, wide } from './support/visitor.js';

const police = 'policeDistrict:nordsjaelland';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let guest: Visitor;
let meetingId: string;
let itemId: string;
let link: string;
let code: string;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  coordinator = await Visitor.arrive(browser, product.origin, { script: axe });
  await coordinator.beSignedIn(people.coordinator);
  const { people: officers } = await coordinator.ask<{ people: { membershipId: string; name: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const officer = officers.find((one) => one.name === people.officer.name)!.membershipId;
  meetingId = (await coordinator.ask<{ id: string }>('POST', '/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: `${inDays(5)}T13:00`, durationMinutes: 60, place: 'Lokale 2', authorityIds: [police], participantMembershipIds: [officer] })).id;
  itemId = (await coordinator.ask<{ id: string }>('POST', `/api/v1/meetings/${meetingId}/items`, { title: 'Sag 2026-014', plannedMinutes: 10, outputType: 'discussion', legalBasisId: 'rpl-115-1-1' })).id;
  guest = await Visitor.arrive(browser, product.origin, { script: axe, viewport: narrow });
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** Pictures for whoever looks: SCREENSHOTS=folder. */
const looksRight = async (who: Visitor, name: string) => {
  const before = who.page.viewportSize()!;
  for (const viewport of [wide, narrow]) {
    await who.page.setViewportSize(viewport);
    expect([name, viewport.width, await violations(who)]).toEqual([name, viewport.width, []]);
    expect([name, viewport.width, (await who.overflow()) <= 0]).toEqual([name, viewport.width, true]);
    if (process.env.SCREENSHOTS !== undefined) await who.page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}-${viewport.width}.png`, fullPage: true });
  }
  await who.page.setViewportSize(before);
};

/** Each begins where the one before it ended. */
describe('a guest', () => {
  it('[GU1] [GU2] is invited to an item, after it is shown what becomes visible', async () => {
    const { page } = coordinator;
    await coordinator.open(`/moeder/${meetingId}/punkt/${itemId}`);
    await page.getByRole('button', { name: 'Invitér en gæst til punktet' }).click();
    const form = page.getByRole('form', { name: 'Invitér en gæst' });
    // Refused, it says what is missing and keeps what was typed.
    await form.getByLabel('Gæstens navn').fill('Tove Tolk');
    await form.getByRole('button', { name: 'Se, hvad der bliver synligt' }).click();
    await form.getByRole('alert').waitFor();
    expect(await form.getByLabel('Gæstens navn').inputValue()).toBe('Tove Tolk');
    await form.getByLabel('Organisation').fill('Eksempelby Skole');
    await coordinator.ask('POST', `/api/v1/items/${itemId}/embargoes`, { parties: ['parentOne', 'parentTwo'], reason: 'Barnet er ikke afhørt endnu.', reviewAt: new Date(Date.now() + 86_400_000).toISOString() });
    await looksRight(coordinator, 'guest-form');
    await form.getByRole('button', { name: 'Se, hvad der bliver synligt' }).click();
    const confirm = page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' });
    await confirm.getByText('Gæst: Tove Tolk, Eksempelby Skole').waitFor();
    await confirm.getByText('Mødets art, titel, tid og sted').waitFor();
    await confirm.getByText('Orienteringsspærre: begge forældre').waitFor();
    await confirm.getByLabel('Hvorfor har de brug for det?').fill('Skolen kender barnet.');
    await looksRight(coordinator, 'guest-disclosure');
    await confirm.getByRole('button', { name: 'Invitér gæsten' }).click();
    const keys = page.getByRole('region', { name: 'Link og kode til gæsten' });
    await keys.waitFor();
    const letter = await keys.getByRole('textbox').inputValue();
    link = /\/gaest#[\w-]+/.exec(letter)![0];
    // What is sent names nobody and says nothing of the item.
    for (const word of ['Tove', 'Eksempelby', 'Sag 2026-014']) expect(letter).not.toContain(word);
    code = (await keys.locator('.guest-code').innerText()).replace(' ', '');
    expect(letter).not.toContain(code);
    await looksRight(coordinator, 'guest-keys');
    await keys.getByRole('button', { name: 'Jeg har noteret begge dele' }).click();
    await page.getByText('Inviteret, ikke åbnet endnu').first().waitFor();
    await looksRight(coordinator, 'guest-listed');
  }, 120_000);

  it('[AC102] comes in by link and code, and the link leaves the address', async () => {
    const { page } = guest;
    await guest.open(link);
    await page.getByRole('heading', { level: 1, name: 'Gæst i Samråd' }).waitFor();
    expect(new URL(page.url()).hash).toBe('');
    await looksRight(guest, 'guest-code');
    await page.getByLabel('Kode').fill(code === '000000' ? '000001' : '000000');
    await page.keyboard.press('Enter');
    await page.getByText('Du kan prøve 4 gange mere').waitFor();
    await page.getByLabel('Kode').fill(code);
    await page.keyboard.press('Enter');
    await page.getByText('Du er her som gæst: Tove Tolk, Eksempelby Skole.').waitFor();
  }, 60_000);

  it('[GU4] reads her item live, and has no way to anything else', async () => {
    const words = new ItemPage(coordinator.page);
    await words.loaded();
    await words.minutes.click();
    await coordinator.page.keyboard.type('Skolen deltog.');
    const hers = new ItemPage(guest.page);
    await hers.minutes.getByText('Skolen deltog.').waitFor();
    expect(await hers.minutes.getAttribute('contenteditable')).toBe('false');
    await guest.page.getByText('Lokale 2').waitFor();
    expect(await guest.page.getByRole('navigation').count()).toBe(0);
    await looksRight(guest, 'guest-visit');
    await coordinator.page.getByText('Har åbnet linket').first().waitFor();
    expect(await guest.kept()).toEqual(keptNothing);
    // Every other address leads back to the one page that she has.
    await guest.open(`/moeder/${meetingId}`);
    await guest.page.getByText('Du er her som gæst').waitFor();
    expect(new URL(guest.page.url()).pathname).toBe('/gaest');
    await guest.page.getByRole('button', { name: 'English' }).click();
    await guest.page.getByText('You are here as a guest').waitFor();
    await guest.page.getByRole('button', { name: 'Dansk' }).click();
    await hers.minutes.getByText('Skolen deltog.').waitFor();
  }, 60_000);

  it('[GU10] is invited anew when the meeting is moved out of her time, and her former link closes', async () => {
    const { page } = coordinator;
    await coordinator.ask('POST', `/api/v1/meetings/${meetingId}/move`, { startLocal: `${inDays(20)}T13:00`, durationMinutes: 60 });
    await page.getByText(/Mødet ligger uden for gæstens tid, som er fra/).first().waitFor();
    await looksRight(coordinator, 'guest-outside');
    const name = 'Invitér igen til mødets tid: Tove Tolk';
    await page.getByRole('button', { name }).first().press('Enter');
    const form = page.getByRole('form', { name });
    expect([await form.getByLabel('Gæstens navn').inputValue(), await form.getByLabel('Organisation').inputValue(), await form.getByLabel('Sidste dag med adgang').inputValue()]).toEqual(['Tove Tolk', 'Eksempelby Skole', inDays(21)]);
    await looksRight(coordinator, 'guest-anew');
    await form.getByRole('button', { name: 'Se, hvad der bliver synligt' }).press('Enter');
    const confirm = page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' });
    await confirm.getByLabel('Hvorfor har de brug for det?').fill('Mødet er flyttet.');
    await confirm.getByRole('button', { name: 'Invitér gæsten' }).press('Enter');
    const keys = page.getByRole('region', { name: 'Link og kode til gæsten' });
    link = /\/gaest#[\w-]+/.exec(await keys.getByRole('textbox').inputValue())![0];
    code = (await keys.locator('.guest-code').innerText()).replace(' ', '');
    await keys.getByRole('button', { name: 'Jeg har noteret begge dele' }).click();
    await page.getByText(/Mødet ligger uden for gæstens tid/).first().waitFor({ state: 'detached' });
    await guest.page.getByText('Din adgang er ophørt').waitFor();
    await guest.page.goto('about:blank');
    await guest.open(link);
    await guest.page.getByLabel('Kode').fill(code);
    await guest.page.keyboard.press('Enter');
    await guest.page.getByText('Du er her som gæst: Tove Tolk, Eksempelby Skole.').waitFor();
  }, 60_000);

  it('[GU7] is told at once that her access has ended, and nothing stays on the page', async () => {
    await coordinator.page.getByRole('button', { name: 'Tag adgangen tilbage fra Tove Tolk' }).first().click();
    await guest.page.getByText('Din adgang er ophørt').waitFor();
    await eventually('the words are gone', () => guest.page.getByText('Skolen deltog.').count(), (count) => count === 0);
    await looksRight(guest, 'guest-ended');
    await coordinator.page.getByText('Adgangen er taget tilbage').first().waitFor();
    await guest.open('/gaest');
    await guest.page.getByText('Du er ikke inde').waitFor();
    await guest.page.goto('about:blank');
    await guest.open(link);
    await guest.page.getByLabel('Kode').fill(code);
    await guest.page.keyboard.press('Enter');
    await guest.page.getByText('Linket gælder ikke').waitFor();
    // Refusals alone, and each asked for once: nothing asks again and again.
    expect(coordinator.complaints.filter((one) => !one.includes('400'))).toEqual([]);
    expect(guest.complaints.filter((one) => !/ 40[014] /.test(one))).toEqual([]);
    expect(guest.complaints.filter((one) => one.includes(' 401 ')).length).toBeLessThan(8);
  }, 60_000);
});
