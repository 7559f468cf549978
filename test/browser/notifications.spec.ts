import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { inDays, narrow as narrowItem, stageMeeting, type StagedMeeting } from './support/staging.js';
import { hasFocus, launchChromium, people, Visitor } from './support/visitor.js';

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
describe('notifications', () => {
  it('[NO6] ring live, are read by the keyboard, and lead to the thing', async () => {
    const { page } = officer;
    await officer.open('/moeder');
    const bell = page.getByRole('link', { name: 'Beskeder' });
    await page.getByRole('link', { name: 'Beskeder 1 ulæst' }).waitFor();
    const { people: police } = await coordinator.ask<{ people: { id: string; name: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent('policeDistrict:nordsjaelland')}/people`);
    await coordinator.ask('POST', `/api/v1/items/${meeting.items[2]!.id}/follow-ups`, { text: 'Ring til skolen', ownerPersonId: police.find((one) => one.name === people.officer.name)!.id, deadline: inDays(14) });
    await page.getByRole('link', { name: 'Beskeder 2 ulæste' }).waitFor();
    await page.keyboard.press('Home');
    await officer.tabTo(bell);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Beskeder' }).waitFor();
    await page.getByText('Du har fået en opfølgning').first().waitFor();
    const read = page.getByRole('button', { name: /Markér som læst.*mødeserie/ });
    await officer.tabTo(read);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Beskeder 1 ulæst' }).waitFor();
    await page.getByRole('link', { name: 'Ring til skolen' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Opfølgning' }).waitFor();
    await page.getByRole('link', { name: 'Beskeder', exact: true }).waitFor();
    expect(await bell.locator('.bell-count').count()).toBe(0);
  });

  it('[NO2] go from the screen with the access', async () => {
    const { page } = officer;
    const itemId = meeting.items[3]!.id;
    await narrowItem(coordinator, itemId);
    await coordinator.ask('PUT', `/api/v1/items/${itemId}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
    await page.getByRole('link', { name: 'Beskeder 1 ulæst' }).click();
    await page.getByText('Du har fået adgang til et punkt').first().waitFor();
    await narrowItem(coordinator, itemId);
    await page.getByText('Du har fået adgang til et punkt').first().waitFor({ state: 'detached' });
    await page.getByText('Alt er læst.').waitFor();
  });

  it('[NO5] are chosen by kind, kept at once', async () => {
    const { page } = officer;
    const disclosure = page.getByRole('button', { name: 'Vælg, hvad du vil have besked om' });
    await disclosure.click();
    const moved = page.getByRole('checkbox', { name: 'et møde bliver flyttet' });
    await page.getByText('et møde bliver flyttet').click();
    await page.getByText('Valget er gemt.').waitFor();
    await coordinator.ask('POST', `/api/v1/meetings/${meeting.meetingId}/move`, { startLocal: `${inDays(8)}T13:00`, durationMinutes: 60, reason: null }).catch((error: Error) => {
      // An answer without a body is none that could be parsed.
      if (!/JSON/.test(error.message)) throw error;
    });
    await officer.open('/beskeder');
    await page.getByText('Alt er læst.').waitFor();
    expect(await page.getByText('Et møde er flyttet').count()).toBe(0);
    await disclosure.click();
    expect(await moved.isChecked()).toBe(false);
    expect([...officer.complaints, ...coordinator.complaints]).toEqual([]);
  });

  it('the overview of a coordinator says what is late', async () => {
    const { page } = coordinator;
    await coordinator.open('/');
    const rows = page.getByRole('region', { name: 'De næste fire uger' });
    await rows.getByRole('listitem').first().waitFor();
    await rows.getByText('under udarbejdelse').first().waitFor();
    await rows.getByText('ikke begyndt').first().waitFor();
    await officer.open('/');
    await officer.page.getByText('Dagsordenen er under udarbejdelse.').waitFor();
    expect(await hasFocus(officer.page.getByRole('heading', { level: 1 }))).toBe(false);
  });
});
