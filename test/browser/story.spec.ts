import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { converge, ItemPage, textOf } from './support/item-page.js';
import { clockChanges, dayAfter } from './support/staging.js';
import { eventually, hasFocus, keptNothing, launchChromium, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let leader: Visitor;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, officer, leader] = await Promise.all([1, 2, 3].map(() => Visitor.arrive(browser, product.origin))) as [Visitor, Visitor, Visitor];
}, 90_000);
afterEach(() => product.resume());
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** From the first step to the last: each begins where the one before it ended. */
describe('a § 115 meeting, from its series to a confirmed decision', () => {
  const changes = clockChanges(28);
  /** A Monday; the clocks are set before the fourth meeting. */
  const firstDate = dayAfter(changes[0], -20);
  const nextYear = Number(firstDate.slice(0, 4)) + 1;
  const sharedTitle = 'Nye børn og unge på politiets liste';
  let meetingPath = '';
  let sharedPath = '';
  let kommune: ItemPage;
  let politi: ItemPage;

  it('begins with a choice of coordinator, participant and leader of municipality, police and børnehus', async () => {
    await coordinator.open('/');
    const { page } = coordinator;
    const cluster = page.getByRole('region', { name: 'Samarbejdet omkring Eksempelby Kommune' });
    for (const authority of ['Eksempelby Kommune', 'Nordsjællands Politi', 'Børnehus Hovedstaden']) {
      const here = cluster.locator('div', { has: page.getByRole('heading', { level: 3, name: authority }) }).last();
      for (const role of ['koordinator', 'deltager', 'leder']) await here.getByRole('button', { name: `Log ind som ${role}` }).first().waitFor();
    }
    await Promise.all([coordinator.signIn(people.coordinator), officer.signIn(people.officer), leader.signIn(people.leader)]);
    await page.getByText('Du handler som Eksempelby Kommune').waitFor();
    await officer.page.getByText('Du handler som Nordsjællands Politi').waitFor();
  });

  it('gets its series from the template, at one wall time on both sides of either clock change', async () => {
    const { page } = coordinator;
    await page.getByRole('link', { name: 'Nyt møde eller ny serie' }).click();
    expect(await page.getByLabel('Mødetype').locator('option:checked').textContent()).toBe('§ 115-møde: overleveringsmøde');
    expect(await page.getByRole('checkbox', { name: 'Nordsjællands Politi' }).isChecked()).toBe(true);
    await page.getByRole('radio', { name: 'Hver uge' }).check();
    // Easter Monday may lie beside the clock change, and this is about the clock.
    await page.getByRole('radio', { name: 'Hold det alligevel' }).check();
    await page.getByLabel('Klokkeslæt').fill('13:00');
    await page.getByRole('checkbox', { name: people.officer.name }).check();
    await page.getByLabel('Sted').fill('Rådhuset, lokale 2');

    const preview = page.getByRole('region', { name: 'Næste møder' }).getByRole('listitem');
    for (const change of [changes[1], changes[0]]) {
      await page.getByLabel('Første møde').fill(dayAfter(change, -20));
      const turned = await eventually('the change is told', () => preview.allTextContents(), (rows) => /Derimellem stilles urene (frem|tilbage)/.test(rows[3] ?? ''));
      for (const row of turned) expect(row).toMatch(/^mandag \d+\. \p{L}+ \d{4} kl\.\s13\.00–14\.00 \(uge\s\d+\)/u);
    }

    await page.getByRole('button', { name: 'Opret serien' }).click();
    await page.getByRole('heading', { level: 1, name: '§ 115-møde: overleveringsmøde' }).waitFor();
    const rows = await page.getByRole('region', { name: 'Næste møder' }).getByRole('link').allTextContents();
    expect(rows).toHaveLength(12);
    for (const row of rows) expect(row).toMatch(/^mandag .* kl\.\s13\.00–14\.00 \(uge\s\d+\)$/);
    const series = await coordinator.ask<{ occurrences: { startInstant: string }[] }>('GET', `/api/v1${new URL(page.url()).pathname.replace('serier', 'series')}`);
    const starts = series.occurrences.map(({ startInstant }) => startInstant);
    expect(starts[0]).toContain(firstDate);
    // One hour of the sun lies between them, none of the clock on the wall.
    expect(new Set(starts.map((instant) => instant.slice(11, 16)))).toEqual(new Set(['11:00', '12:00']));
  });

  it('has its agenda from the template, for the officer too, who finds the meeting in the overview', async () => {
    const { page } = coordinator;
    await page.getByRole('region', { name: 'Næste møder' }).getByRole('link').first().click();
    const agenda = page.getByRole('region', { name: 'Dagsorden' }).getByRole('listitem');
    const titles = await eventually('the agenda', () => agenda.getByRole('link').allTextContents(), (links) => links.length > 0);
    expect(titles).toContain('1. Velkomst, deltagere og hjemmel');
    expect(titles).toContain(`3. ${sharedTitle}`);
    expect(await agenda.first().textContent()).toContain('13.00–13.03');
    meetingPath = new URL(page.url()).pathname;

    await officer.page.reload();
    await officer.page.getByRole('link', { name: '§ 115-møde: overleveringsmøde' }).first().click();
    await Promise.all([coordinator, officer].map(async (one) => one.page.getByRole('link', { name: sharedTitle }).click()));
    kommune = new ItemPage(coordinator.page);
    politi = new ItemPage(officer.page);
    await Promise.all([kommune.loaded(), politi.loaded()]);
    expect(await textOf(politi.agenda)).toContain('Ét barn ad gangen');
    sharedPath = new URL(page.url()).pathname;
    expect(new URL(officer.page.url()).pathname).toBe(sharedPath);
  });

  it('lets two people write in title, agenda text and minutes at once, names at the carets, and loses no key', async () => {
    await coordinator.page.getByText('Her nu: Prøve Betjentsen, Nordsjællands Politi').waitFor();
    await officer.page.getByText('Her nu: Skabelon Demosen, Eksempelby Kommune').waitFor();
    const fields = ['title', 'agenda', 'minutes'] as const;
    for (const field of fields) {
      await kommune[field].click();
      await coordinator.page.keyboard.press('Control+End');
      await coordinator.page.keyboard.type(' (fælles)');
      const before = await converge(kommune[field], politi[field], (text) => text.endsWith('(fælles)'));
      await politi[field].click();
      await officer.page.keyboard.press('Control+End');
      const one = '01234567890123456789';
      const other = 'QWXZQWXZQWXZQWXZQWXZ';
      await Promise.all([coordinator.page.keyboard.type(one, { delay: 25 }), officer.page.keyboard.type(other, { delay: 30 })]);
      const together = await converge(kommune[field], politi[field], (text) => text.length === before.length + one.length + other.length);
      expect(together.startsWith(before)).toBe(true);
      const added = together.slice(before.length);
      // Each reads her own words in the order she wrote them.
      expect(added.replace(/\D/g, '')).toBe(one);
      expect(added.replace(/\d/g, '')).toBe(other);
      if (field === 'title') continue;
      const name = field === 'agenda' ? 'Dagsordenstekst' : 'Referat';
      await kommune.carets(name).getByText('Prøve Betjentsen').waitFor();
      await politi.carets(name).getByText('Skabelon Demosen').waitFor();
    }
    await Promise.all([kommune.saved(), politi.saved()]);
    // The title goes on to the list beside the item.
    await officer.page.getByRole('navigation', { name: 'Dagsorden' }).getByRole('link', { name: /Nye børn.*0.*Q|Nye børn.*Q.*0/s }).waitFor();
  });

  it('says “Gemt” only when the server has the text, and nobody reads it before', async () => {
    await kommune.minutes.click();
    await coordinator.page.keyboard.press('Control+End');
    product.pause();
    await coordinator.page.keyboard.type(' Aftalt i dag');
    // Seconds pass without an answer: neither may it be called saved nor may the colleague see it.
    await kommune.status('Ikke gemt – serveren har ikke svaret i 5 sekunder').waitFor();
    expect(await textOf(politi.minutes)).not.toContain('Aftalt');
    expect(await coordinator.page.getByText('Gemt', { exact: true }).count()).toBe(0);
    product.resume();
    await kommune.saved();
    await officer.page.getByText('Aftalt i dag').waitFor();
  });

  it('closes an item to the police as soon as it is narrowed: lock and time stay, words go', async () => {
    await officer.page.getByText('Aftalt i dag').waitFor();
    const { page } = coordinator;
    await page.getByRole('button', { name: 'Begræns adgang' }).click();
    await page.getByRole('checkbox', { name: 'Alle fra Nordsjællands Politi' }).uncheck();
    await page.getByText('Kan ikke længere se punktet: Prøve Betjentsen, Nordsjællands Politi.').waitFor();
    const loads = officer.loads;
    await page.getByRole('button', { name: 'Gem adgang' }).click();
    await Promise.all([
      officer.page.getByRole('navigation', { name: 'Dagsorden' }).getByText('Lukket punkt, 13.13–13.38').waitFor(),
      politi.minutes.waitFor({ state: 'detached' }),
      politi.title.waitFor({ state: 'detached' }),
    ]);
    await officer.page.getByText('Punktet kan ikke vises').waitFor();
    for (const word of ['Nye børn og unge', 'Aftalt i dag', '0123']) expect(await officer.page.content()).not.toContain(word);
    expect(officer.loads).toBe(loads);

    await officer.open(sharedPath);
    await officer.page.getByText('Punktet findes ikke, eller du har ikke adgang til det.').waitFor();
    const closed = await officer.page.getByRole('main').innerText();
    await officer.open(`${meetingPath}/punkt/01890000-0000-7000-8000-000000000000`);
    await officer.page.getByText('Punktet findes ikke, eller du har ikke adgang til det.').waitFor();
    // Nothing tells a closed item from one that never was.
    expect(await officer.page.getByRole('main').innerText()).toBe(closed);
    await kommune.saved();
  });

  it('takes a decision from the minutes by the keyboard alone, by Ctrl+Alt+B and by /beslutning', async () => {
    const { page } = coordinator;
    await Promise.all([coordinator, officer].map(async (one) => one.open(meetingPath)));
    await officer.page.getByRole('link', { name: 'Hvem gør hvad' }).click();
    await politi.loaded();
    await coordinator.tabTo(page.getByRole('link', { name: 'Hvem gør hvad' }));
    await page.keyboard.press('Enter');
    await kommune.loaded();
    await coordinator.tabTo(kommune.minutes);

    const form = page.getByRole('region', { name: 'Ny beslutning' });
    const decide = async (text: string) => {
      await eventually('the form has focus', () => hasFocus(form.getByLabel('Beslutning', { exact: true })), (yes) => yes);
      await page.keyboard.type(text);
      await coordinator.tabTo(form.getByLabel('Begrundelse'));
      await page.keyboard.type('Politiet har mødt den unge tre gange på en måned.');
      await coordinator.tabTo(form.getByLabel('Besluttende myndighed'));
      await page.keyboard.type('Eks');
      await coordinator.tabTo(form.getByLabel('Ansvarlig'));
      await page.keyboard.type('Ska');
      await coordinator.tabTo(form.getByLabel('Frist'));
      // Day and month alike: which comes first is the machine's choice.
      await page.keyboard.type(`1212${nextYear}`);
      await coordinator.tabTo(form.getByLabel('Hjemmel'));
      await page.keyboard.type('Ret');
      await coordinator.tabTo(form.getByLabel('Sagsreference'));
      await page.keyboard.type('Sag 2026-014');
      await coordinator.tabTo(form.getByRole('button', { name: 'Gem beslutning' }));
      await page.keyboard.press('Enter');
      // Beside the item, and as a card in the text at the colleague's too.
      await page.getByRole('region', { name: 'Beslutninger i punktet' }).getByRole('link', { name: text }).waitFor();
      for (const { minutes } of [kommune, politi]) await minutes.locator('.record-card').filter({ hasText: text }).getByText('Venter på bekræftelse').waitFor();
      await eventually('back in the minutes', () => hasFocus(kommune.minutes), (yes) => yes);
      expect(await form.count()).toBe(0);
    };

    await page.keyboard.type('Vi er enige.');
    await page.keyboard.press('Control+Alt+b');
    await decide('SSP-konsulenten kontakter familien.');
    await page.keyboard.press('Enter');
    await page.keyboard.type('/beslutning');
    await page.keyboard.press('Enter');
    await decide('Skolen holder netværksmøde.');
    await page.keyboard.type('Videre til næste punkt.');
    await converge(kommune.minutes, politi.minutes, (text) => text.includes('Vi er enige.') && text.includes('Videre til næste punkt.') && !text.includes('/beslutning'));
    await kommune.saved();
  });

  it('is answered by the leader in the log, and the officer follows it without loading the page again', async () => {
    const watching = officer.page;
    await politi.minutes.getByRole('link', { name: 'SSP-konsulenten kontakter familien.' }).click();
    await watching.getByRole('heading', { level: 1, name: 'SSP-konsulenten kontakter familien.' }).waitFor();
    const badge = watching.getByRole('status').filter({ has: watching.locator('.badge') });
    await badge.getByText('Venter på bekræftelse').waitFor();
    const loads = officer.loads;

    const { page } = leader;
    await page.getByRole('navigation', { name: 'Hovedmenu' }).getByRole('link', { name: 'Beslutningslog' }).click();
    const row = page.getByRole('row', { name: /SSP-konsulenten kontakter familien/ });
    await row.getByText('Venter på bekræftelse').waitFor();
    expect(await row.innerText()).toContain('Sag 2026-014');
    await row.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'SSP-konsulenten kontakter familien.' }).waitFor();
    await page.getByText(new RegExp(`^\\p{L}+dag 12\\. december ${nextYear}$`, 'u')).waitFor();
    await page.getByText('Skabelon Demosen, Eksempelby Kommune').first().waitFor();

    await page.getByRole('button', { name: 'Returnér med kommentar' }).click();
    await page.getByText('Skriv, hvad der mangler, før du returnerer').waitFor();
    await page.keyboard.type('Hvem taler med skolen?');
    await page.getByRole('button', { name: 'Returnér med kommentar' }).click();
    await badge.getByText('Returneret').waitFor();
    await watching.getByText('Hvem taler med skolen?').waitFor();

    await page.getByRole('button', { name: 'Bekræft' }).click();
    await badge.getByText('Bekræftet').waitFor();
    await watching.getByRole('region', { name: 'Forløb' }).getByText('Bekræftet af Opdigt Larsnavn, Eksempelby Kommune').waitFor();
    expect(officer.loads).toBe(loads);
  });

  it('leaves nothing in anybody’s browser, and no browser complained', async () => {
    for (const visitor of [coordinator, officer, leader]) {
      expect(await visitor.kept()).toEqual(keptNothing);
      expect(visitor.complaints).toEqual([]);
    }
  });
});
