import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { inDays, stageMeeting, type StagedMeeting } from './support/staging.js';
import { hasFocus, launchChromium, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let other: Visitor;
let meeting: StagedMeeting;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, officer, other] = (await Promise.all([1, 2, 3].map(() => Visitor.arrive(browser, product.origin)))) as [Visitor, Visitor, Visitor];
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  await other.beSignedIn(people.otherOfficer);
  meeting = await stageMeeting(coordinator, people.officer.name);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** Each begins where the one before it ended. */
describe('who comes to a meeting', () => {
  it('is asked in the overview, answered by the keyboard, and seen by the coordinator at once', async () => {
    await coordinator.open(`/moeder/${meeting.meetingId}`);
    const people = coordinator.page.getByRole('region', { name: 'Deltagere' });
    await people.getByText('Afventer politi').waitFor();

    await officer.open('/');
    const next = officer.page.getByRole('region', { name: 'Dit næste møde' });
    await next.getByText('Du mangler at svare').waitFor();
    const declines = next.getByRole('button', { name: 'Deltager ikke' });
    await officer.tabTo(declines);
    await officer.page.keyboard.press('Enter');
    await next.getByRole('button', { name: 'Deltager ikke', pressed: true }).waitFor();
    expect(await hasFocus(declines)).toBe(true);
    await people.getByText('Mangler politi').waitFor();
    await people.getByText('1 deltager · 1 deltager ikke').waitFor();
  });

  it('carries a message that the coordinator reads, and keeps what was typed when it is refused', async () => {
    const { page } = officer;
    await officer.open(`/moeder/${meeting.meetingId}`);
    await page.getByRole('button', { name: 'Skriv en besked til koordinatoren' }).click();
    const note = page.getByLabel('Besked', { exact: true });
    await note.fill('Vidne i sagen om 010101-1234');
    await page.getByRole('button', { name: 'Gem besked' }).click();
    await page.getByRole('alert').getByText('Skriv ikke CPR-numre her').first().waitFor();
    expect(await note.inputValue()).toBe('Vidne i sagen om 010101-1234');
    await note.fill('Jeg er i retten hele dagen');
    await page.getByRole('button', { name: 'Gem besked' }).click();
    await page.getByText('Din besked: “Jeg er i retten hele dagen”').waitFor();
    await coordinator.page.getByText('“Jeg er i retten hele dagen”').waitFor();
  });

  it('may be a substitute, who is let in and out as the sender decides, without a reload', async () => {
    await other.open('/moeder');
    await other.page.getByText('Ingen kommende møder.').waitFor();
    const own = officer.page.getByRole('region', { name: 'Dit svar' });
    await own.getByRole('button', { name: 'Send stedfortræder' }).click();
    await officer.page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ label: 'Eksempla Vagtlund, videoafhører' });
    // [MT71] What she will see is there at once, and the reason with it: one press sends her.
    await own.getByText(/^Det bliver synligt For: Eksempla Vagtlund, Nordsjællands Politi\.$/).waitFor();
    expect(await own.getByLabel('Hvorfor har de brug for det?').inputValue()).toBe('Stedfortræder for Prøve Betjentsen, som er forhindret. Hjemmel: Retsplejeloven § 115, stk. 1, nr. 1');
    await own.locator('form').getByRole('button', { name: 'Send stedfortræder' }).click();
    await own.getByText('Du har sendt Eksempla Vagtlund som stedfortræder.').waitFor();
    await coordinator.page.getByText('stedfortræder for Prøve Betjentsen').waitFor();

    await other.page.getByRole('link', { name: '§ 115-møde: overleveringsmøde' }).click();
    await other.page.getByText('Du deltager som stedfortræder for Prøve Betjentsen.').waitFor();
    expect(await other.page.getByRole('link', { name: 'Se serien' }).count()).toBe(0);
    await other.page.getByRole('region', { name: 'Du mangler at svare' }).getByRole('button', { name: 'Deltager', exact: true }).click();
    await coordinator.page.getByText('Alle, der er nødvendige, deltager').waitFor();

    await own.getByRole('button', { name: 'Tag pladsen tilbage' }).click();
    await other.page.getByRole('heading', { level: 1, name: 'Siden findes ikke' }).waitFor();
    await coordinator.page.getByText('stedfortræder for Prøve Betjentsen').waitFor({ state: 'detached' });
  });

  it('may be answered for the whole series', async () => {
    await officer.page.getByRole('button', { name: 'Svar det samme til alle kommende møder i serien' }).click();
    await officer.page.getByText(/^Svaret gælder nu \d+ kommende møder/).waitFor();
    await coordinator.open('/');
    const rows = coordinator.page.getByRole('region', { name: 'De næste fire uger' }).getByRole('listitem').filter({ has: coordinator.page.getByRole('link') });
    await rows.first().waitFor();
    expect((await rows.allTextContents()).every((row) => row.includes('Alle, der er nødvendige, deltager') && row.includes('2 deltager'))).toBe(true);
  });
});

describe('“Mine møder” of a participant', () => {
  it('stands in the menu and lists her own: each is accepted, perhaps, declined by one press, and a substitute is named from there', async () => {
    const { participants } = await coordinator.ask<{ participants: { name: string; membershipId: string }[] }>('GET', `/api/v1/meetings/${meeting.meetingId}`);
    const place = 'Rådhuset, kun denne gang';
    await coordinator.ask('POST', '/api/v1/meetings', {
      kindId: 'section115HandoverMeeting',
      startLocal: `${inDays(9)}T10:00`,
      durationMinutes: 60,
      place,
      authorityIds: ['policeDistrict:nordsjaelland'],
      participantMembershipIds: [participants.find(({ name }) => name === people.officer.name)!.membershipId],
    });
    const before = [officer, other].map(({ complaints }) => complaints.length);
    const { page } = officer;
    await officer.open('/');
    await page.getByRole('navigation', { name: 'Hovedmenu' }).getByRole('link', { name: 'Mine møder' }).click();
    await page.getByRole('heading', { level: 1, name: 'Mine møder' }).waitFor();
    expect(await page.title()).toBe('Mine møder – Samråd');
    const row = page.getByRole('main').getByRole('listitem').filter({ hasText: place });
    await row.getByText('Du mangler at svare').waitFor();
    for (const [answer, seen] of [['Deltager', '2 deltager'], ['Måske', '1 deltager · 1 måske'], ['Deltager ikke', '1 deltager · 1 deltager ikke']] as const) {
      await row.getByRole('button', { name: answer, exact: true }).click();
      await row.getByRole('button', { name: answer, exact: true, pressed: true }).waitFor();
      await row.getByText('Du mangler at svare').waitFor({ state: 'detached' });
      await coordinator.open('/moeder');
      await coordinator.page.getByRole('main').getByRole('listitem').filter({ hasText: place }).getByText(seen, { exact: true }).waitFor();
    }
    // A colleague who is not asked has no such row.
    await other.open('/moeder');
    await other.page.getByText('Ingen kommende møder.').waitFor();

    await row.getByRole('link').click();
    const own = page.getByRole('region', { name: 'Dit svar' });
    await own.getByRole('button', { name: 'Send stedfortræder' }).click();
    await page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ label: 'Eksempla Vagtlund, videoafhører' });
    await own.locator('form').getByRole('button', { name: 'Send stedfortræder' }).click();
    await own.getByText('Du har sendt Eksempla Vagtlund som stedfortræder.').waitFor();
    await page.goBack();
    await row.getByText('Du har sendt en stedfortræder.').waitFor();
    await other.page.getByRole('listitem').filter({ hasText: place }).getByText('Du er stedfortræder.').waitFor();
    expect([officer, other].flatMap(({ complaints }, n) => complaints.slice(before[n]))).toEqual([]);
  });
});

describe('who is there', () => {
  it('is marked by the coordinator and corrected by the person, seen live with what stood before', async () => {
    const soon = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen', dateStyle: 'short', timeStyle: 'short' }).format(Date.now() + 20 * 60_000);
    const { participants } = await coordinator.ask<{ participants: { name: string; membershipId: string }[] }>('GET', `/api/v1/meetings/${meeting.meetingId}`);
    // A single meeting: a series may not begin between 02 and 03, and this runs at any hour.
    const { id } = await coordinator.ask<{ id: string }>('POST', '/api/v1/meetings', {
      kindId: 'section115HandoverMeeting',
      startLocal: soon.replace(' ', 'T'),
      durationMinutes: 60,
      authorityIds: ['policeDistrict:nordsjaelland'],
      participantMembershipIds: [participants.find(({ name }) => name === people.officer.name)!.membershipId],
    });
    const path = `/moeder/${id}`;
    await Promise.all([coordinator.open(path), officer.open(path)]);
    await coordinator.page.getByRole('group', { name: 'Fremmøde for Prøve Betjentsen' }).getByRole('button', { name: 'Udeblevet' }).click();
    await officer.page.getByText('Udeblevet, noteret af Skabelon Demosen').waitFor();
    await officer.page.getByText('Mangler politi').waitFor();
    await coordinator.page.getByRole('button', { name: 'Notér resten som til stede' }).click();
    await coordinator.page.getByText('1 til stede · 1 udeblevet').waitFor();

    expect(await officer.page.getByRole('button', { name: 'Ret fremmøde for Skabelon Demosen' }).count()).toBe(0);
    await officer.page.getByRole('button', { name: 'Ret fremmøde for Prøve Betjentsen' }).click();
    await officer.page.getByRole('group', { name: 'Fremmøde for Prøve Betjentsen' }).getByRole('button', { name: 'Kom senere' }).click();
    await officer.page.getByRole('button', { name: 'Ret fremmøde for Prøve Betjentsen' }).and(officer.page.locator(':focus')).waitFor();
    await coordinator.page.getByText('Kom senere, noteret af Prøve Betjentsen').waitFor();
    await coordinator.page.getByText('Før: Udeblevet, noteret af Skabelon Demosen').waitFor();
    for (const { complaints } of [officer, coordinator]) expect(complaints.filter((one) => !/api\/v1\/meetings\/[^/]+\/reply$/.test(one))).toEqual([]);
  });

  it('is marked by the keyboard alone: every state, and a correction, with the focus staying at the person', async () => {
    const soon = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen', dateStyle: 'short', timeStyle: 'short' }).format(Date.now() + 20 * 60_000);
    const { participants } = await coordinator.ask<{ participants: { name: string; membershipId: string }[] }>('GET', `/api/v1/meetings/${meeting.meetingId}`);
    const { id } = await coordinator.ask<{ id: string }>('POST', '/api/v1/meetings', {
      kindId: 'section115HandoverMeeting',
      startLocal: soon.replace(' ', 'T'),
      durationMinutes: 60,
      authorityIds: ['policeDistrict:nordsjaelland'],
      participantMembershipIds: [participants.find(({ name }) => name === people.officer.name)!.membershipId],
    });
    const { page } = coordinator;
    await coordinator.open(`/moeder/${id}`);
    const group = page.getByRole('group', { name: 'Fremmøde for Prøve Betjentsen' });
    const correct = page.getByRole('button', { name: 'Ret fremmøde for Prøve Betjentsen' });
    await group.waitFor();
    const states = ['Til stede', 'Kom senere', 'Afbud', 'Udeblevet'];
    expect(await group.getByRole('button').allTextContents()).toEqual(states);
    for (const [n, state] of states.entries()) {
      await coordinator.tabTo(group.getByRole('button', { name: state }));
      await page.keyboard.press(n % 2 === 0 ? 'Enter' : 'Space');
      await page.getByText(new RegExp(`^\\s*${state}, noteret af Skabelon Demosen`)).waitFor();
      await correct.and(page.locator(':focus')).waitFor();
      if (n < states.length - 1) {
        await page.keyboard.press('Enter');
        await group.getByRole('button', { name: state }).and(page.locator(':focus')).waitFor();
      }
    }
    await page.getByText('1 udeblevet').waitFor();
    const seen = await coordinator.ask<{ participants: { name: string; attendance: { state: string }[] }[] }>('GET', `/api/v1/meetings/${id}`);
    expect(seen.participants.find(({ name }) => name === people.officer.name)!.attendance.map(({ state }) => state)).toEqual(['absent', 'excused', 'late', 'present']);
  });
});
