import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { Product } from '../support/product.js';
import { narrow as narrowItem, stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let meeting: StagedMeeting;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  coordinator = await Visitor.arrive(browser, product.origin, { script: axe });
  officer = await Visitor.arrive(browser, product.origin, { script: axe, viewport: narrow });
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  meeting = await stageMeeting(coordinator, people.officer.name);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const faults = ({ page }: Visitor) => page.evaluate<string[]>("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))");
const overview = () => `/moeder/${meeting.meetingId}`;
const rows = ({ page }: Visitor) => page.locator('.agenda > .agenda-row');
const titlesOf = async (visitor: Visitor) => (await rows(visitor).locator('> .agenda-entry .row-title').allTextContents()).map((text) => text.replace(/^[\d.]+ /, ''));
const shows = (visitor: Visitor, order: readonly number[]) => eventually('the order', () => titlesOf(visitor), (titles) => titles.join() === order.map((n) => meeting.items[n]!.title).join());

/** Each begins where the one before it ended. */
describe('the agenda', () => {
  it('is put in another order by the keyboard, told politely, and seen by the others at once', async () => {
    await coordinator.open(overview());
    await officer.open(overview());
    await rows(officer).first().waitFor();
    const down = coordinator.page.getByRole('button', { name: 'Flyt Punkt 1 ned' });
    await coordinator.tabTo(down);
    await coordinator.page.keyboard.press('Enter');
    await coordinator.page.getByRole('status').getByText('Punkt 1 er nu nr. 2').waitFor();
    await shows(officer, [1, 0, 2, 3, 4, 5, 6]);
    // The focus goes along, and the arrows do the same.
    await eventually('the focus is on the moved item', () => hasFocus(coordinator.page.getByRole('button', { name: 'Flyt Punkt 2 ned' })), Boolean);
    await coordinator.page.keyboard.press('Alt+ArrowUp');
    await shows(officer, [0, 1, 2, 3, 4, 5, 6]);
    expect(await officer.page.getByRole('button', { name: /^Flyt Punkt/ }).count()).toBe(0);
  });

  it('is put in another order by the mouse, over a closed item', async () => {
    await narrowItem(coordinator, meeting.items[2]!.id);
    await officer.page.getByText('Lukket punkt,').waitFor();
    // Her own page shows it too, before anything is measured on it.
    await rows(coordinator).nth(2).locator('.restricted').first().waitFor();
    const handle = rows(coordinator).nth(6).locator('.agenda-handle').first();
    await handle.scrollIntoViewIfNeeded();
    const from = (await handle.boundingBox())!;
    await coordinator.page.mouse.move(from.x + 10, from.y + 10);
    await coordinator.page.mouse.down();
    await rows(coordinator).nth(1).scrollIntoViewIfNeeded();
    const to = (await rows(coordinator).nth(1).boundingBox())!;
    await coordinator.page.mouse.move(to.x + 40, to.y + 4, { steps: 8 });
    await coordinator.page.mouse.up();
    await shows(coordinator, [0, 6, 1, 2, 3, 4, 5]);
    await shows(officer, [0, 6, 1, 3, 4, 5]);
  });

  it('takes children onto a list by reference and Enter, and keeps what is refused', async () => {
    const field = coordinator.page.getByRole('form', { name: `Tilføj et barn under ${meeting.items[3]!.title}` }).getByLabel('Sagsreference');
    await field.fill('Lille Peter');
    await field.press('Enter');
    await coordinator.page.getByText('Skriv en sagsreference').first().waitFor();
    expect(await field.inputValue()).toBe('Lille Peter');
    await field.fill('2026-14');
    await field.press('Enter');
    await coordinator.page.getByRole('status').getByText('Sag 2026-014 er tilføjet').waitFor();
    expect([await field.inputValue(), await hasFocus(field)]).toEqual(['', true]);
    await field.fill('2026-15');
    await field.press('Enter');
    await officer.page.getByRole('link', { name: '5.2 Sag 2026-015' }).waitFor();
    expect([await faults(coordinator), await faults(officer), await officer.overflow()]).toEqual([[], [], 0]);
  });

  it('shows both versions when two change one item, field by field, and loses neither', async () => {
    const item = meeting.items[4]!;
    await coordinator.page.getByRole('link', { name: item.title }).click();
    const { page } = coordinator;
    const panel = page.getByRole('region', { name: 'Om punktet' });
    await panel.getByRole('button', { name: 'Ret' }).click();
    const form = panel.getByRole('form');
    await form.getByLabel('Rolle eller andre').fill('SSP-konsulenten');
    await form.getByLabel('Minutter').fill('0');
    await form.getByRole('button', { name: 'Gem' }).click();
    await form.getByText('Skal være mindst 1').first().waitFor();
    expect(await form.getByLabel('Rolle eller andre').inputValue()).toBe('SSP-konsulenten');
    await form.getByLabel('Minutter').fill('20');
    // Meanwhile, from elsewhere.
    await coordinator.ask('PUT', `/api/v1/items/${item.id}/frame`, { ledBy: 'mødeleder', leadMembershipId: null, plannedMinutes: 12, outputType: 'decision', section: 'Aftaler', mandatory: true, legalBasisId: 'rpl-115-1-1' });
    await form.getByRole('button', { name: 'Gem' }).click();
    const choice = form.getByRole('group', { name: 'Minutter' });
    await choice.getByLabel('Dit: 20').waitFor();
    expect(await choice.getByLabel(/Det, der står nu: 12 – skrevet af Skabelon Demosen/).count()).toBe(1);
    expect(await faults(coordinator)).toEqual([]);
    await choice.getByLabel('Dit: 20').check();
    await form.getByRole('button', { name: 'Brug det valgte' }).click();
    await form.getByRole('button', { name: 'Gem' }).click();
    await panel.getByText('20', { exact: true }).waitFor();
    // What only the other one wrote stands too.
    await panel.getByText('Aftaler').waitFor();
    await panel.getByText('SSP-konsulenten').waitFor();
  });

  it('takes an added item off and puts it back, and asks why where the template demands it', async () => {
    const { page } = coordinator;
    await page.getByRole('link', { name: 'Hele dagsordenen' }).click();
    await page.getByRole('heading', { name: 'Aftaler' }).waitFor();
    await page.getByRole('button', { name: 'Tilføj punkt' }).click();
    await page.getByLabel('Titel').fill('Et ekstra punkt');
    expect(await page.getByLabel('Hjemmel').last().inputValue()).toBe('rpl-115-1-1');
    await page.getByRole('button', { name: 'Tilføj punkt' }).click();
    await page.getByRole('button', { name: 'Tag af dagsordenen' }).click();
    const withdrawn = page.getByRole('region', { name: 'Taget af dagsordenen' });
    await withdrawn.getByRole('button', { name: 'Sæt tilbage' }).click();
    await page.getByRole('link', { name: 'Et ekstra punkt' }).waitFor();

    await page.getByRole('link', { name: meeting.items[0]!.title }).click();
    await page.getByRole('button', { name: 'Behandles ikke' }).click();
    await page.getByRole('button', { name: 'Behandles ikke' }).click();
    await page.getByText('Skriv, hvorfor punktet ikke behandles.').first().waitFor();
    await page.getByLabel('Hvorfor behandles punktet ikke?').fill('Alle kender hinanden.');
    await page.getByRole('button', { name: 'Behandles ikke' }).click();
    await page.getByText('Behandles ikke: Alle kender hinanden.').waitFor();
    await page.getByRole('button', { name: 'Åbn igen' }).click();
    await page.getByRole('button', { name: 'Markér som behandlet' }).waitFor();
  });

  it('is sent out, says by whom, how much it takes, and what was changed afterwards', async () => {
    const { page } = coordinator;
    await page.getByRole('link', { name: 'Hele dagsordenen' }).click();
    await page.getByText(/min\. for meget\./).waitFor();
    await page.getByRole('button', { name: 'Udsend dagsordenen' }).click();
    await officer.page.getByText(/Udsendt .* af Skabelon Demosen, Eksempelby Kommune/).waitFor();
    expect(await officer.page.getByText('Ændret efter udsendelse').count()).toBe(0);
    await page.getByRole('button', { name: 'Flyt Punkt 7 op' }).click();
    await officer.page.getByText('Ændret efter udsendelse').waitFor();
    expect([await faults(coordinator), await faults(officer), await officer.overflow(), coordinator.complaints.filter((one) => !/40[09]|412/.test(one))]).toEqual([[], [], 0, []]);
  });
});

describe('the life of an agenda', () => {
  it('is led through by the keyboard alone: proposed, taken in, sent out, begun, closed, and what is left carried on', async () => {
    const { page } = coordinator;
    const reach = async (visitor: Visitor, target: Locator) => {
      await target.waitFor();
      if (!(await hasFocus(target))) await visitor.tabTo(target);
      await visitor.page.keyboard.press('Enter');
    };
    const press = (name: string) => reach(coordinator, page.getByRole('button', { name, exact: true }));
    const step = page.getByRole('list', { name: 'Mødets forløb' }).locator('[aria-current="step"]');
    // The first meeting of a series, moved to where it may begin: a series cannot begin at any hour of the night.
    const { meetingId: first, seriesId } = await stageMeeting(coordinator, people.officer.name);
    const soon = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen', dateStyle: 'short', timeStyle: 'short' }).format(Date.now() + 20 * 60_000);
    await coordinator.ask('POST', `/api/v1/meetings/${first}/move`, { startLocal: soon.replace(' ', 'T'), durationMinutes: 60, reason: null });
    const { occurrences } = await coordinator.ask<{ occurrences: { meetingId: string | null }[] }>('GET', `/api/v1/series/${seriesId}`);
    const second = occurrences.find(({ meetingId }) => meetingId !== null && meetingId !== first)!.meetingId;
    await coordinator.open(`/moeder/${first}`);
    await officer.open(`/moeder/${first}`);
    await reach(officer, officer.page.getByRole('button', { name: 'Foreslå et punkt' }));
    await officer.page.getByLabel('Titel').and(officer.page.locator(':focus')).waitFor();
    await officer.page.keyboard.type('Aftenerne ved hallen');
    await officer.page.keyboard.press('Enter');
    await officer.page.getByText('venter på svar', { exact: true }).waitFor();
    await officer.page.getByRole('button', { name: 'Foreslå et punkt' }).and(officer.page.locator(':focus')).waitFor();
    // The coordinator is told where the agenda begins, and is led to it; when it is answered she is still there.
    await reach(coordinator, page.getByRole('link', { name: '1 forslag fra en deltager venter på svar' }));
    await page.getByRole('heading', { name: 'Forslag fra deltagerne' }).and(page.locator(':focus')).waitFor();
    await reach(coordinator, page.getByRole('button', { name: /^Tag med ?: Aftenerne/ }));
    await page.getByLabel('Plads på dagsordenen').and(page.locator(':focus')).waitFor();
    await press('Tag med på dagsordenen');
    await officer.page.getByRole('link', { name: /^\d+\. Aftenerne ved hallen$/ }).waitFor();
    await page.locator('.proposals-part').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Shift+Tab');
    expect(await hasFocus(page.getByRole('button', { name: 'Tilføj punkt' }))).toBe(true);

    await coordinator.open(`/moeder/${first}`);
    await press('Udsend dagsordenen');
    // Focus goes on to the next step, so that the keyboard need not begin at the top again.
    await page.getByRole('button', { name: 'Start mødet' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Afslut dagsordenen' }).and(page.locator(':focus')).waitFor();
    expect(await step.textContent()).toContain('I gang');
    await page.keyboard.press('Enter');
    await page.locator('.agenda-status').and(page.locator(':focus')).waitFor();
    expect(await faults(coordinator)).toEqual([]);

    const carry = page.getByRole('region', { name: 'Uafsluttede punkter' });
    const item = carry.getByRole('checkbox').nth(1);
    await coordinator.tabTo(item);
    const was = await item.isChecked();
    await page.keyboard.press('Space');
    expect(await item.isChecked()).toBe(!was);
    const chosen = await carry.getByRole('checkbox', { checked: true }).count();
    await press('Overfør valgte punkter');
    await carry.getByRole('status').getByText(chosen === 1 ? '1 punkt er overført.' : `${chosen} punkter er overført.`).waitFor();
    const next = await coordinator.ask<{ outline: { item: { carriedFrom: { meetingId: string } | null } }[] }>('GET', `/api/v1/meetings/${second}`);
    expect(next.outline.filter(({ item: one }) => one.carriedFrom?.meetingId === first)).toHaveLength(chosen);
  });
});
