import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser as Chromium, Locator } from 'playwright-core';
import { connectEmptyCalendar } from '../support/calendar-server.js';
import { section115 } from '../support/story.js';
import { nordsjaelland, TestServer, type Browser } from '../support/test-server.js';
import { axe, violations } from './support/axe.js';
import { eventually, hasFocus, launchChromium, narrow, Visitor, wide } from './support/visitor.js';

/** The product in this process, and the pages at its time: what can be moved where depends on the day. */
const now = '2026-11-23T08:00:00Z';
let server: TestServer;
let chromium: Chromium;
let coordinator: Visitor;
let officer: Visitor;
let police: Browser;
/** Monday 7 December at 13, weekly, in a series of its own for each test. */
let story: Awaited<ReturnType<typeof section115>>;

async function arrive(name: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(chromium, server.origin, { script: axe });
  await visitor.page.clock.setFixedTime(now);
  await visitor.beSignedIn({ name });
  return visitor;
}
beforeAll(async () => {
  server = await TestServer.start();
  chromium = await launchChromium();
  const first = await section115(server);
  await first.coordinator.post(`/api/v1/meetings/${first.meetingId}/cancel`, { reason: 'Ferie' });
  [coordinator, officer] = [await arrive(first.coordinator.person.name), await arrive(first.officer.person.name)];
  police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
  // The officer is taken on Tuesday 8 December, by something of which the municipality knows nothing.
  expect((await police.post('/api/v1/meetings', { kindId: 'section115HandoverMeeting', title: 'Razzia', startLocal: '2026-12-08T12:00', durationMinutes: 120, authorityIds: [], participantMembershipIds: [first.officer.person.membershipId] })).status).toBe(201);
  for (const one of [first.coordinator, first.caseworker, first.officer]) expect(await connectEmptyCalendar(one)).toBe(200);
  // What the first series still has would be in the way of the others.
  for (const { meetingId } of first.series.occurrences.slice(1)) if (meetingId) await first.coordinator.post(`/api/v1/meetings/${meetingId}/cancel`, { reason: 'Ferie' });
}, 90_000);
beforeEach(async () => {
  if (story) for (const { meetingId } of story.series.occurrences) if (meetingId) await story.coordinator.post(`/api/v1/meetings/${meetingId}/cancel`, { reason: 'Ferie' });
  story = await section115(server);
  await coordinator.page.setViewportSize(wide);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const shots = process.env.SCREENSHOT_DIR;
const shoot = async ({ page }: Visitor, name: string) => void (shots === undefined ? null : await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }));
const isFine = async (visitor: Visitor, name: string) => {
  for (const size of [narrow, wide]) {
    await visitor.page.setViewportSize(size);
    expect([size.width, await violations(visitor), await visitor.overflow()]).toEqual([size.width, [], 0]);
    await shoot(visitor, `${name}-${size.width}`);
  }
};
const startNow = async () => (await story.coordinator.get<{ startLocal: string }>(`/api/v1/meetings/${story.meetingId}`)).body.startLocal;

const form = ({ page }: Visitor) => page.getByRole('form', { name: /^Flyt mødet/ });
const who = (visitor: Visitor, part: string) => form(visitor).getByRole('listitem').filter({ hasText: part });
const dayOf = ({ page }: Visitor, date: string) => page.locator(`[data-date="${date}"]`);
/** By its button: titles are alike. */
const mover = ({ page }: Visitor) => page.locator(`[data-move="${story.meetingId}"]`);
const entry = (visitor: Visitor, id = story.meetingId) => visitor.page.locator('.calendar-meeting, .calendar-card').filter({ has: visitor.page.locator(`a[href="/moeder/${id}"]`) });
const takesFocus = (target: Locator) => eventually('it takes focus by itself', () => hasFocus(target), Boolean);

/** Takes hold of something and carries it over a day, without letting go. */
async function carry({ page }: Visitor, what: Locator, over: Locator): Promise<void> {
  await what.scrollIntoViewIfNeeded();
  const [from, to] = [(await what.boundingBox())!, (await over.boundingBox())!];
  await page.mouse.move(from.x + 12, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 30, from.y + 20);
  await page.mouse.move(to.x + to.width / 2, to.y + 20, { steps: 4 });
}
async function drag(visitor: Visitor, what: Locator, over: Locator): Promise<void> {
  await carry(visitor, what, over);
  await visitor.page.mouse.up();
}

describe('moving a meeting in the calendar', () => {
  it('[GU10] says which guest could not be there', async () => {
    const guest = { name: 'Tove Tolk', organisation: 'Eksempelby Skole', sector: 'school', purpose: 'school', mayWrite: false, to: '2026-12-08T00:00:00Z', disclosureReason: 'Skolen kender barnet.' };
    expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/guests`, guest)).status).toBe(201);
    await coordinator.open('/kalender?dato=2026-12-07');
    await drag(coordinator, entry(coordinator), dayOf(coordinator, '2026-12-09'));
    await form(coordinator).getByText(/Gæst: Tove Tolk, Eksempelby Skole, kan ikke være med: adgangen gælder fra .* til tirsdag\s8\.\sdecember\s2026\skl\.\s01\.00\./).waitFor();
    await isFine(coordinator, 'calendar-guest');
    await coordinator.page.keyboard.press('Escape');
  });

  it('[FT9] by the mouse: shows who can before anything moves, is put back by Escape, and saves when told to', async () => {
    const { page } = coordinator;
    await coordinator.open('/kalender?dato=2026-12-07');
    await drag(coordinator, entry(coordinator), dayOf(coordinator, '2026-12-08'));
    await takesFocus(form(coordinator).getByRole('heading', { level: 3 }));
    await form(coordinator).getByText('Fra mandag 7. december 2026 kl. 13.00–14.00 (uge 50)').waitFor();
    await form(coordinator).getByText('Til tirsdag 8. december 2026 kl. 13.00–14.00 (uge 50)').waitFor();
    await form(coordinator).getByText('På det nye tidspunkt: 1 kan ikke og 2 kan.').waitFor();
    await form(coordinator).getByText('For få kan: mangler politi.').waitFor();
    expect(await who(coordinator, 'Kan ikke:').textContent()).toContain(`${story.officer.person.name}, Nordsjællands Politi`);
    expect(await form(coordinator).textContent()).not.toContain('Razzia');
    // The series is not touched, and where it is changed is said.
    await form(coordinator).getByText('Det er kun dette møde, der flyttes.').waitFor();
    expect(await form(coordinator).getByRole('link').getAttribute('href')).toBe(`/serier/${story.series.id}/ret?fra=${story.meetingId}`);
    expect(await dayOf(coordinator, '2026-12-08').getAttribute('class')).toContain('calendar-target');
    await isFine(coordinator, 'calendar-conflict');

    await page.keyboard.press('Escape');
    await form(coordinator).waitFor({ state: 'detached' });
    await takesFocus(mover(coordinator));
    expect([await startNow(), await dayOf(coordinator, '2026-12-07').locator(`[data-move="${story.meetingId}"]`).count()]).toEqual(['2026-12-07T13:00', 1]);

    // In hand it is put back by the same key, and the press is no press.
    await carry(coordinator, entry(coordinator), dayOf(coordinator, '2026-12-10'));
    await page.locator('.calendar-hand').getByText('torsdag 10. december 2026').waitFor();
    await shoot(coordinator, 'calendar-in-hand');
    await page.keyboard.press('Escape');
    await page.locator('.calendar-hand').waitFor({ state: 'detached' });
    await page.mouse.up();
    // Let go where there is no day it stays.
    await drag(coordinator, entry(coordinator), page.getByRole('heading', { level: 1 }));
    expect([await form(coordinator).count(), new URL(page.url()).pathname]).toEqual([0, '/kalender']);

    await drag(coordinator, entry(coordinator), dayOf(coordinator, '2026-12-09'));
    await form(coordinator).getByText('Så mange kan, som mødet kræver.').waitFor();
    await form(coordinator).getByText('På det nye tidspunkt: 3 kan.').waitFor();
    expect(await startNow()).toBe('2026-12-07T13:00');
    await form(coordinator).getByRole('button', { name: 'Flyt mødet' }).click();
    await page.getByRole('status').getByText('Mødet er flyttet til onsdag 9. december 2026 kl. 13.00.').waitFor();
    await dayOf(coordinator, '2026-12-09').locator(`[data-move="${story.meetingId}"]`).waitFor();
    await takesFocus(mover(coordinator));
    expect(await startNow()).toBe('2026-12-09T13:00');
    // Pressed and not dragged it is the link that it was.
    await entry(coordinator).getByRole('link').click();
    await page.waitForURL(`**/moeder/${story.meetingId}`);
    expect(coordinator.complaints).toEqual([]);
  });

  it('[FT9] by the keyboard, in a week: says what stands when somebody else was quicker, and leaves the choice', async () => {
    const { page } = coordinator;
    await coordinator.open('/kalender?vis=uge&dato=2026-12-07');
    await mover(coordinator).waitFor();
    await coordinator.tabTo(mover(coordinator));
    await page.keyboard.press('Enter');
    const date = form(coordinator).getByLabel('Ny dato');
    await takesFocus(date);
    await form(coordinator).getByText('Vælg en anden tid, så ser du, hvem der kan.').waitFor();
    // By arrows alone: the first part of the date.
    await page.keyboard.press('ArrowUp');
    await eventually('another date', () => date.inputValue(), (value) => value !== '2026-12-07');
    await date.fill('2026-12-10');
    await form(coordinator).getByText('Til torsdag 10. december 2026 kl. 13.00–14.00 (uge 50)').waitFor();
    await coordinator.tabTo(form(coordinator).getByLabel('Klokkeslæt'));
    await form(coordinator).getByLabel('Klokkeslæt').fill('10:15');
    await form(coordinator).getByText('Til torsdag 10. december 2026 kl. 10.15–11.15 (uge 50)').waitFor();
    expect(await dayOf(coordinator, '2026-12-10').getAttribute('class')).toContain('calendar-target');

    expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/move`, { startLocal: '2026-12-11T09:00', durationMinutes: 60 })).status).toBe(200);
    await coordinator.tabTo(form(coordinator).getByRole('button', { name: 'Flyt mødet' }));
    await page.keyboard.press('Enter');
    const choice = form(coordinator).getByRole('alert');
    await choice.getByText('Mødet er ændret, mens du skrev').waitFor();
    await takesFocus(choice);
    await choice.getByText('Nu er det fredag 11. december 2026 kl. 09.00–10.00 (uge 50).').waitFor();
    await form(coordinator).getByText('Fra fredag 11. december 2026 kl. 09.00–10.00 (uge 50)').waitFor();
    expect([await startNow(), await date.inputValue()]).toEqual(['2026-12-11T09:00', '2026-12-10']);
    await isFine(coordinator, 'calendar-quicker');
    await coordinator.tabTo(choice.getByRole('button', { name: 'Gennemfør min ændring alligevel' }));
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Mødet er flyttet til torsdag 10. december 2026 kl. 10.15.').waitFor();
    await takesFocus(mover(coordinator));
    expect(await startNow()).toBe('2026-12-10T10:15');
  });

  it('[FT9, MT28] does not write over what a colleague moved between the drop and the preview; what is typed next is asked about anew', async () => {
    const { page } = coordinator;
    await coordinator.open('/kalender?dato=2026-12-07');
    await page.route(
      '**/move-preview',
      async (route) => {
        expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/move`, { startLocal: '2026-12-11T09:00', durationMinutes: 90 })).status).toBe(200);
        await route.continue();
      },
      { times: 1 },
    );
    await drag(coordinator, entry(coordinator), dayOf(coordinator, '2026-12-09'));
    await form(coordinator).getByText('Fra fredag 11. december 2026 kl. 09.00–10.30 (uge 50)').waitFor();
    await form(coordinator).getByText('Til onsdag 9. december 2026 kl. 13.00–14.00 (uge 50)').waitFor();
    const send = form(coordinator).getByRole('button', { name: 'Flyt mødet' });
    const choice = form(coordinator).getByRole('alert');
    await send.click();
    await choice.getByText('Nu er det fredag 11. december 2026 kl. 09.00–10.30 (uge 50).').waitFor();
    await takesFocus(choice);
    expect([await send.getAttribute('aria-disabled'), await startNow()]).toEqual(['true', '2026-12-11T09:00']);
    // “Anyway” is of the time that is shown, not of one that has not been asked about.
    await form(coordinator).getByLabel('Ny dato').fill('2026-12-10');
    expect(await choice.count()).toBe(0);
    await form(coordinator).getByText('Til torsdag 10. december 2026 kl. 13.00–14.00 (uge 50)').waitFor();
    expect(await hasFocus(form(coordinator).getByLabel('Ny dato'))).toBe(true);
    await send.click();
    await choice.getByRole('button', { name: 'Gennemfør min ændring alligevel' }).click();
    await page.getByRole('status').getByText('Mødet er flyttet til torsdag 10. december 2026 kl. 13.00.').waitFor();
    expect(await startNow()).toBe('2026-12-10T13:00');
  });

  it('[FT10] says of a holiday what it is and that it does not know who can; unanswered, it says so, and asks again', async () => {
    const { page } = coordinator;
    await coordinator.page.setViewportSize(narrow);
    await coordinator.open('/kalender?dato=2026-12-07');
    await mover(coordinator).click();
    await page.route('**/move-preview', (route) => route.abort('connectionrefused'), { times: 1 });
    await form(coordinator).getByLabel('Ny dato').fill('2026-12-25');
    await form(coordinator).getByText('Serveren svarer ikke').waitFor();
    expect(await form(coordinator).getByRole('button', { name: 'Flyt mødet' }).getAttribute('aria-disabled')).toBe('true');
    await form(coordinator).getByRole('button', { name: 'Prøv igen' }).click();
    await form(coordinator).getByText('Det er Juledag.').waitFor();
    await form(coordinator).getByText('Samråd ved ikke, hvem der kan.').waitFor();
    await isFine(coordinator, 'calendar-holiday');
    // To another month, which is then the one that is shown.
    await coordinator.page.setViewportSize(wide);
    await form(coordinator).getByLabel('Ny dato').fill('2027-01-12');
    await form(coordinator).getByText('Så mange kan, som mødet kræver.').waitFor();
    await form(coordinator).getByRole('button', { name: 'Flyt mødet' }).click();
    await page.getByRole('heading', { name: 'januar 2027' }).waitFor();
    await dayOf(coordinator, '2027-01-12').locator(`[data-move="${story.meetingId}"]`).waitFor();
  });

  it('by a finger on the handle, and by nobody who may not', async () => {
    const { page, context } = coordinator;
    await coordinator.open('/kalender?vis=uge&dato=2026-12-07');
    await mover(coordinator).scrollIntoViewIfNeeded();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    const [from, to] = [(await mover(coordinator).boundingBox())!, (await dayOf(coordinator, '2026-12-08').boundingBox())!];
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
    await touch('touchStart', from.x + 10, from.y + 10);
    for (const share of [0.3, 0.6, 1]) await touch('touchMove', from.x + 10 + (to.x + 40 - from.x) * share, from.y + 12);
    await touch('touchEnd');
    await form(coordinator).getByText('For få kan: mangler politi.').waitFor();
    await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: false });
    await form(coordinator).getByRole('button', { name: 'Lad mødet blive' }).click();
    expect(await startNow()).toBe('2026-12-07T13:00');

    await officer.open('/kalender?dato=2026-12-07');
    await entry(officer).waitFor();
    expect(await officer.page.locator('[data-move], .calendar-movable').count()).toBe(0);
    await drag(officer, entry(officer), dayOf(officer, '2026-12-09'));
    expect(await form(officer).count()).toBe(0);
  });
});

describe('place and link of a meeting', () => {
  it('[MT27] sends what is another one, so that a link from before a rule goes on standing; focus goes back to where it was', async () => {
    const { page } = coordinator;
    await story.coordinator.put(`/api/v1/meetings/${story.meetingId}/place`, { place: 'Lokale 2', videoLink: 'https://video.example.dk/rum' });
    await coordinator.open(`/moeder/${story.meetingId}`);
    const open = page.getByRole('button', { name: 'Ret sted og videolink' });
    await open.click();
    await page.keyboard.press('Escape');
    await takesFocus(open);
    await open.click();
    await page.getByLabel(/^Sted \(/).fill('Lokale 3');
    const sent = page.waitForRequest(/\/place$/);
    await page.getByRole('button', { name: 'Gem sted og videolink' }).click();
    expect((await sent).postDataJSON()).toEqual({ place: 'Lokale 3' });
    await page.getByText('Sted og videolink er gemt').waitFor();
    expect((await story.officer.get<{ videoLink: string }>(`/api/v1/meetings/${story.meetingId}`)).body.videoLink).toBe('https://video.example.dk/rum');
  });
});
