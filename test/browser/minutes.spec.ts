import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { converge, ItemPage } from './support/item-page.js';
import { inDays, narrow, stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, hasFocus, launchChromium, people, Visitor } from './support/visitor.js';

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

/** Each begins where the one before it ended. */
describe('what is recorded from the minutes', () => {
  const handover = 'Betjenten ringer til skolen.';
  const own = 'Koordinatoren skriver til familien.';
  const nextYear = Number(inDays(0).slice(0, 4)) + 1;
  let staged: StagedMeeting;
  let kommune: ItemPage;
  let politi: ItemPage;
  const cardOf = ({ minutes }: ItemPage, text: string): Locator => minutes.locator('.record-card').filter({ hasText: text });
  /** The card of `text`, read by both, with all its words. */
  const sameCard = async (text: string): Promise<string> => {
    await Promise.all([kommune, politi].map((one) => cardOf(one, text).waitFor()));
    const [one, other] = await eventually('both read one card', async () => [await cardOf(kommune, text).innerText(), await cardOf(politi, text).innerText()] as const, ([a, b]) => a === b && !a.includes('Henter'));
    expect(one).toBe(other);
    return one;
  };

  it('is a follow-up, by /opfølgning or Ctrl+Alt+O, that stands as a card in the text of both', async () => {
    staged = await stageMeeting(coordinator, people.officer.name);
    kommune = new ItemPage(coordinator.page);
    politi = new ItemPage(officer.page);
    await Promise.all([coordinator, officer].map((one) => one.open(`/moeder/${staged.meetingId}/punkt/${staged.items[4]!.id}`)));
    await Promise.all([kommune.loaded(), politi.loaded()]);
    const { page } = coordinator;
    const form = page.getByRole('region', { name: 'Ny opfølgning' });
    const promise = async (text: string, owner: string) => {
      await eventually('the form has focus', () => hasFocus(form.getByLabel('Hvad skal gøres')), Boolean);
      await page.keyboard.type(text);
      await coordinator.tabTo(form.getByLabel('Ansvarlig'));
      await page.keyboard.type(owner);
      await coordinator.tabTo(form.getByLabel('Frist'));
      // Day and month alike: which comes first is the machine's choice.
      await page.keyboard.type(`1212${nextYear}`);
      await coordinator.tabTo(form.getByRole('button', { name: 'Gem opfølgning' }));
      await page.keyboard.press('Enter');
      expect(await sameCard(text)).toContain('Åben');
      await eventually('back in the minutes', () => hasFocus(kommune.minutes), Boolean);
    };
    await coordinator.tabTo(kommune.minutes);
    await page.keyboard.type('Vi følger op.');
    await page.keyboard.press('Enter');
    await page.keyboard.type('/opfølgning');
    await page.keyboard.press('Enter');
    await promise(handover, 'Pr');
    await page.keyboard.press('Control+Alt+o');
    await promise(own, 'Skab');
    await page.keyboard.type('Videre.');
    const text = await converge(kommune.minutes, politi.minutes, (both) => both.includes('Videre.'));
    expect(text).not.toContain('/opfølgning');
    expect(await sameCard(handover)).toContain(`${people.officer.name}, ${people.officer.authority}`);
    await kommune.saved();
  }, 90_000);

  it('[DE18] is not written in: what is typed at a card of a follow-up or decision lands beside it, and the card stays', async () => {
    const { page } = coordinator;
    const decision = 'SSP-konsulenten kontakter familien.';
    await page.keyboard.press('Control+Alt+b');
    const form = page.getByRole('region', { name: 'Ny beslutning' });
    await form.getByLabel('Beslutning', { exact: true }).fill(decision);
    await form.getByLabel('Begrundelse').fill('Politiet har mødt den unge tre gange på en måned.');
    await form.getByLabel('Besluttende myndighed').selectOption({ label: people.coordinator.authority });
    await form.getByLabel('Ansvarlig').focus();
    await page.keyboard.type('Skab');
    await form.getByLabel('Frist').fill(inDays(14));
    await form.getByLabel('Hjemmel').selectOption({ index: 1 });
    await form.getByRole('button', { name: 'Gem beslutning' }).click();
    await sameCard(decision);

    for (const [n, text] of [handover, decision].entries()) {
      const before = await sameCard(text);
      const card = cardOf(kommune, text);
      expect(await card.getAttribute('contenteditable')).toBe('false');
      // Into its words by the mouse; onto it from the line below by the arrows; and put in as an input method does.
      await card.locator('.record-kind').click();
      await page.keyboard.type(`mus${n}`);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.type(`pil${n}`);
      await card.locator('.quiet').click();
      await page.keyboard.insertText(`flere${n}`);
      const lines = (await converge(kommune.minutes, politi.minutes, (both) => both.includes(`flere${n}`))).split('\n');
      const at = lines.findIndex((line) => line.includes(text));
      expect(lines.slice(at + 1, at + 4)).toEqual([`flere${n}`, `pil${n}`, `mus${n}`]);
      expect(await sameCard(text)).toBe(before);
    }
    await kommune.saved();
  }, 90_000);

  it('stands on “Opfølgning” of whom it was given to, and first at the next meeting of the series until it is done', async () => {
    const own_ = officer.page.getByRole('main');
    await officer.page.getByRole('button', { name: 'Menu' }).click();
    await officer.page.getByRole('navigation', { name: 'Hovedmenu' }).getByRole('link', { name: 'Opfølgning' }).click();
    await officer.page.getByRole('heading', { level: 1, name: 'Opfølgning' }).waitFor();
    await own_.getByText(handover, { exact: true }).waitFor();
    expect(await own_.getByText(own, { exact: true }).count()).toBe(0);

    const { occurrences } = await coordinator.ask<{ occurrences: { meetingId: string }[] }>('GET', `/api/v1/series/${staged.seriesId}`);
    const next = occurrences.find(({ meetingId: id }) => id !== staged.meetingId)!.meetingId;
    await Promise.all([coordinator, officer].map((one) => one.open(`/moeder/${next}`)));
    const carried = (one: Visitor) => one.page.getByRole('region', { name: 'Dagsorden' }).getByRole('region', { name: 'Åbne opfølgninger fra tidligere møder' });
    for (const one of [coordinator, officer]) {
      await carried(one).getByText(handover, { exact: true }).waitFor();
      await carried(one).getByText(own, { exact: true }).waitFor();
      await one.page.locator('.agenda').waitFor();
      // Before the first item, for the eye and for those who listen.
      expect(await one.page.evaluate<boolean>("Boolean(document.querySelector('.carried').compareDocumentPosition(document.querySelector('.agenda')) & Node.DOCUMENT_POSITION_FOLLOWING)")).toBe(true);
      expect(await violations(one)).toEqual([]);
    }
    await carried(officer).getByRole('button', { name: new RegExp(`^Svar ?: ${handover}`) }).click();
    await carried(officer).getByRole('radio', { name: 'Udført', exact: true }).check();
    await carried(officer).getByRole('button', { name: 'Gem svar' }).click();
    await carried(coordinator).getByText(handover, { exact: true }).waitFor({ state: 'detached' });
    await carried(officer).getByText(handover, { exact: true }).waitFor({ state: 'detached' });
    expect(await carried(coordinator).getByText(own, { exact: true }).count()).toBe(1);
  }, 90_000);
});
