import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser as Chromium, Locator } from 'playwright-core';
import { newSeries } from '../support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from '../support/test-server.js';
import { axe, violations } from './support/axe.js';
import { eventually, hasFocus, launchChromium, narrow, Visitor, wide } from './support/visitor.js';

const now = '2026-11-23T08:00:00Z';
let server: TestServer;
let chromium: Chromium;
let coordinator: Visitor;
let colleague: Visitor;

async function arrive(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(chromium, server.origin, { script: axe });
  await visitor.page.clock.setFixedTime(now);
  await visitor.beSignedIn({ name });
  return visitor;
}
beforeAll(async () => {
  server = await TestServer.start();
  chromium = await launchChromium();
  const [own, police, officer] = [await server.signIn({ authorityId: eksempelby, role: 'coordinator' }), await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' }), await server.signIn({ authorityId: nordsjaelland, role: 'participant' })];
  const set = async (who: Browser, participants: Browser[], changes: object) => expect((await who.post('/api/v1/series', newSeries(participants.map(({ person }) => person.membershipId), changes))).status).toBe(201);
  await set(own, [officer], { recurrence: { kind: 'weekly', interval: 2 } });
  await set(own, [officer], { kindId: 'municipalityRound', startLocal: '2026-12-08T13:00', recurrence: { kind: 'monthly', ordinal: 2, day: 'TU' } });
  await set(police, [own], { kindId: 'policeDistrictMeeting', authorityIds: [eksempelby], startLocal: '2026-12-09T10:00', recurrence: { kind: 'weekly' } });
  // Demo mode has one coordinator of the municipality: the other page is hers, too.
  [coordinator, colleague] = [await arrive(own.person.name), await arrive(own.person.name)];
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const shots = process.env.SCREENSHOT_DIR;
/** Page and form at once: looking costs as much as all that is done. */
const isFine = async (visitor: Visitor, name: string) => {
  for (const size of [narrow, wide]) {
    await visitor.page.setViewportSize(size);
    expect([size.width, await violations(visitor), await visitor.overflow()]).toEqual([size.width, [], 0]);
    if (shots !== undefined) await visitor.page.screenshot({ path: `${shots}/${name}-${size.width}.png`, fullPage: true });
  }
};
const drag = async ({ page }: Visitor, what: Locator, over: Locator) => {
  await what.scrollIntoViewIfNeeded();
  const [from, to] = [(await what.boundingBox())!, (await over.boundingBox())!];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
};

it('[YP13] [YP16] [YP19] [YP20] is made, changed by drag and by the keyboard alone after a preview, and carried out by the series’ own command, while a colleague looks on', async () => {
  const { page } = coordinator;
  await coordinator.open('/serier');
  await page.getByRole('link', { name: 'Årsplan' }).click();
  await page.getByText('Der er ingen planer endnu.').waitFor();
  await page.getByLabel('År').selectOption('2027');
  await page.getByRole('button', { name: 'Læg en plan' }).click();
  await page.getByRole('heading', { level: 1, name: 'Årsplan 2027' }).waitFor();
  await page.getByText(/^Ingen plan kan/).waitFor();
  await page.getByText('Holdes, hvor den er. Den ejes af Nordsjællands Politi.').waitFor();
  await colleague.open(new URL(page.url()).pathname);
  await colleague.page.getByRole('heading', { level: 2, name: 'Planen i ord' }).waitFor();

  // By the mouse, to another weekday; nothing is stored before it is seen.
  const row = page.getByRole('row').filter({ hasText: 'Nordsjællands Politi' }).nth(1);
  const marked = row.locator('td[data-weekday] .year-plan-mark');
  await drag(coordinator, marked, row.locator('td[data-weekday="4"]'));
  const form = page.getByRole('form', { name: /^Flyt eller lås/ });
  await eventually('the form takes focus', () => hasFocus(form.getByRole('heading', { level: 2 })), Boolean);
  expect(await form.getByLabel('Ugedag').inputValue()).toBe('4');
  await form.getByText(/flyttes til .*torsdag.*\(før: /).first().waitFor();
  await isFine(coordinator, 'year-plan-move');
  await page.keyboard.press('Escape');
  await form.waitFor({ state: 'detached' });

  // By the keyboard alone.
  const opener = page.getByRole('button', { name: /^Flyt eller lås\s?: Nordsjællands Politi, .*overleveringsmøde/ });
  await coordinator.tabTo(opener);
  await page.keyboard.press('Enter');
  await form.getByLabel('Ugedag').selectOption({ label: 'fredag' });
  await form.getByLabel('Klokkeslæt').fill('10:00');
  await form.getByText(/flyttes til hver 2\. uge, fredag kl\. 10\.00/).first().waitFor();
  await coordinator.tabTo(form.getByRole('button', { name: 'Gem i planen' }));
  await page.keyboard.press('Enter');
  await page.getByText('Planen er ændret. Ingen møder er flyttet.').waitFor();
  await colleague.page.getByText(/^Flyttes til hver 2\. uge, fredag kl\. 10\.00/).waitFor();

  // The series itself moves by its own command, meeting by meeting.
  await page.getByRole('button', { name: /^Gennemfør\s?: Nordsjællands Politi, .*overleveringsmøde/ }).click();
  const apply = page.getByRole('form', { name: /^Gennemfør/ });
  await apply.getByText(/fredag 8\. januar 2027|fredag 15\. januar 2027/).first().waitFor();
  await isFine(coordinator, 'year-plan-apply');
  await apply.getByRole('button', { name: 'Flyt serien' }).click();
  await page.getByText('Serien er flyttet.').waitFor();
  await page.getByText(/^Bliver, hvor den er: hver 2\. uge, fredag kl\. 10\.00/).waitFor();

  // Somebody is away in March.
  await page.getByRole('button', { name: 'Tilføj fravær' }).click();
  await page.getByLabel('Person').selectOption({ index: 1 });
  await page.getByLabel('Første dag').fill('2027-03-01');
  await page.getByLabel('Sidste dag').fill('2027-03-31');
  await page.getByText(/er fraværende\)/).first().waitFor();
  await page.getByRole('button', { name: 'Gem i planen' }).click();
  await page.getByText(/mandag 1\. marts 2027 – onsdag 31\. marts 2027/).first().waitFor();

  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { level: 1, name: 'Year plan 2027' }).waitFor();
  await page.getByText(/^Stays where it is: every second Friday at 10:00/).waitFor();
}, 120_000);
