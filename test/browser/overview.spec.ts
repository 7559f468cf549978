import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { storyTold, withStory } from './support/demo-story.js';
import { inDays } from './support/staging.js';
import { eventually, launchChromium, narrow, Visitor, wide } from './support/visitor.js';

/** A municipality and its police of whom the story tells nothing: what they see is what is staged here. */
const police = 'policeDistrict:oestjylland';
const planner = { name: 'Modella Planstrup' };
const officer = { name: 'Attrap Betjentby' };

let product: Product;
let browser: Browser;

beforeAll(async () => {
  product = await Product.create();
  await product.start(withStory);
  browser = await launchChromium();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

interface Staged {
  id: string;
  place: string;
  items: string[];
}

async function arrive(who: { name: string }): Promise<Visitor> {
  const visitor = await Visitor.arrive(browser, product.origin, { script: axe });
  await visitor.beSignedIn(who);
  return visitor;
}
/** A single § 115 meeting that the municipality calls, with an officer of its police. */
async function call(by: Visitor, startLocal: string, place: string): Promise<Staged> {
  const { people } = await by.ask<{ people: { name: string; membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const participantMembershipIds = [people.find(({ name }) => name === officer.name)!.membershipId];
  const frame = { kindId: 'section115HandoverMeeting', startLocal, durationMinutes: 60, place, authorityIds: [police], participantMembershipIds };
  const { id, outline } = await by.ask<{ id: string; outline: { item: { id: string } }[] }>('POST', '/api/v1/meetings', frame);
  return { id, place, items: outline.map(({ item }) => item.id) };
}
const reply = (by: Visitor, { id }: Staged, partStat: string) => by.ask('PUT', `/api/v1/meetings/${id}/reply`, { partStat });
async function sendOutAgenda(by: Visitor, { id }: Staged): Promise<void> {
  const { version } = await by.ask<{ version: number }>('GET', `/api/v1/meetings/${id}`);
  await by.ask('POST', `/api/v1/meetings/${id}/agenda/publish`, undefined, { 'If-Match': `"${version}"` });
}
const sendMinutes = (by: Visitor, { id }: Staged) => by.ask('POST', `/api/v1/meetings/${id}/minutes/send`, { due: null }, { 'If-Match': '"0"' });
async function approveMinutes(by: Visitor, { id }: Staged): Promise<void> {
  const minutes = () => by.ask<{ isFreezing: boolean; digest: string | null }>('GET', `/api/v1/meetings/${id}/minutes`);
  const { digest } = await eventually('the minutes are frozen', minutes, ({ isFreezing, digest: now }) => !isFreezing && now !== null);
  await by.ask('POST', `/api/v1/meetings/${id}/minutes/approve`, { digest });
}
/** Fits and passes axe on a desk and in a hand, as it stands now. */
async function standsOnBoth(visitor: Visitor): Promise<void> {
  for (const viewport of [wide, narrow]) {
    await visitor.page.setViewportSize(viewport);
    expect({ width: viewport.width, overflow: Math.max(0, await visitor.overflow()), violations: await violations(visitor) }).toEqual({ width: viewport.width, overflow: 0, violations: [] });
  }
  await visitor.page.setViewportSize(wide);
}
const row = ({ page }: Visitor, { place }: Staged) => page.locator('.row-item').filter({ hasText: place });

describe('the overview of a coordinator', () => {
  it('says what is urgent of a meeting within a week, who is needed and does not come first, until each is mended; live', async () => {
    const [coordinator, guest] = [await arrive(planner), await arrive(officer)];
    const near = await call(coordinator, `${inDays(3)}T10:00`, 'Rådhuset, lokale 11');
    const later = await call(coordinator, `${inDays(20)}T10:00`, 'Rådhuset, lokale 12');
    const { page } = coordinator;
    await coordinator.open('/');
    const weeks = page.getByRole('region', { name: 'De næste fire uger' });
    const urgent = row(coordinator, near).getByRole('list', { name: 'Det haster' });
    const urgencies = (expected: string[]) => eventually('what is urgent', () => urgent.getByRole('listitem').allTextContents(), (found) => JSON.stringify(found.map((one) => one.trim())) === JSON.stringify(expected));
    await urgencies(['Dagsordenen er ikke sendt ud', '1 har ikke svaret']);
    await weeks.getByText('1 møde kræver noget af dig nu.').waitFor();
    await row(coordinator, near).getByText('Afventer politi').waitFor();
    // Far away lacks the same and is not urgent.
    await row(coordinator, later).getByText('Afventer politi').waitFor();
    expect(await row(coordinator, later).getByRole('list', { name: 'Det haster' }).count()).toBe(0);
    await standsOnBoth(coordinator);

    await reply(guest, near, 'declined');
    await urgencies(['Nogen, der er nødvendig, kommer ikke', 'Dagsordenen er ikke sendt ud']);
    await row(coordinator, near).getByText('Mangler politi').waitFor();
    await standsOnBoth(coordinator);
    await reply(guest, near, 'accepted');
    await urgencies(['Dagsordenen er ikke sendt ud']);
    await row(coordinator, near).getByText('Alle, der er nødvendige, deltager').waitFor();

    await sendOutAgenda(coordinator, near);
    await urgent.waitFor({ state: 'detached' });
    await weeks.getByText('Intet haster.').waitFor();
    expect(coordinator.loads).toBe(1);
    for (const one of [coordinator, guest]) {
      expect(one.complaints).toEqual([]);
      await one.context.close();
    }
  }, 120_000);

  it('tells of minutes more than a week under way, until they are approved; live', async () => {
    const [coordinator, guest, later] = [await arrive(planner), await arrive(officer), await arrive(planner)];
    const held = await call(coordinator, `${inDays(0)}T00:00`, 'Rådhuset, lokale 13');
    // The product runs on the real clock; who looks does so nine days from now.
    await later.page.clock.setFixedTime(Date.now() + 9 * 86_400_000);
    await later.open('/');
    const missing = later.page.getByRole('region', { name: 'Referater, der mangler' });
    const found = missing.locator('.row-item').filter({ hasText: held.place });
    await found.getByRole('list', { name: 'Det haster' }).getByText('Referatet er mere end en uge undervejs').waitFor();
    await found.getByText('Udkast').waitFor();
    await standsOnBoth(later);
    await sendMinutes(coordinator, held);
    await found.getByText('Til godkendelse').waitFor();
    for (const one of [coordinator, guest]) await approveMinutes(one, held);
    await found.waitFor({ state: 'detached' });
    expect(later.loads).toBe(1);
    for (const one of [coordinator, guest, later]) {
      expect(one.complaints).toEqual([]);
      await one.context.close();
    }
  }, 120_000);
});

describe('the overview of a participant', () => {
  it('begins with the next meeting and what it still needs from her, and with what else waits, until each is done; live', async () => {
    const [coordinator, visitor] = [await arrive(planner), await arrive(officer)];
    const over = await call(coordinator, `${inDays(0)}T00:00`, 'Rådhuset, lokale 14');
    const next = await call(coordinator, `${inDays(1)}T10:00`, 'Rådhuset, lokale 15');
    const { page } = visitor;
    await visitor.open('/');
    const region = page.getByRole('region', { name: 'Dit næste møde' });
    await region.getByText(next.place).waitFor();
    await region.getByText('Du mangler at svare').waitFor();
    await region.getByText('Dagsordenen er under udarbejdelse.').waitFor();
    await region.getByRole('link', { name: /^Forberedelse mangler: \d+ punkt/ }).waitFor();
    await standsOnBoth(visitor);

    await region.getByRole('button', { name: 'Deltager', exact: true }).click();
    await region.getByText('Du mangler at svare').waitFor({ state: 'detached' });
    await sendOutAgenda(coordinator, next);
    await region.getByRole('link', { name: 'Dagsordenen er klar. Læs den, før du kommer' }).waitFor();
    for (const item of next.items) {
      const { own } = await visitor.ask<{ own: { canAnswer: boolean } }>('GET', `/api/v1/items/${item}/preparations`);
      if (own.canAnswer) await visitor.ask('POST', `/api/v1/items/${item}/preparations/own/answer`, { answer: 'nothing' });
    }
    await region.getByText('Forberedelsen er svaret på alle punkter').waitFor();

    const waiting = page.getByRole('region', { name: 'Referater, der venter på dig' });
    const promised = page.getByRole('region', { name: 'Dine opfølgninger' });
    expect([await waiting.count(), await promised.count()]).toEqual([0, 0]);
    const { person } = await visitor.ask<{ person: { id: string } }>('GET', '/api/v1/session');
    const { id } = await coordinator.ask<{ id: string }>('POST', `/api/v1/items/${over.items[1]}/follow-ups`, { text: 'Taler med klubbens leder', ownerPersonId: person.id, deadline: inDays(6) });
    await promised.getByText('Taler med klubbens leder', { exact: true }).waitFor();
    await sendMinutes(coordinator, over);
    await waiting.getByText('Venter på din myndigheds godkendelse.').waitFor();
    await standsOnBoth(visitor);
    await approveMinutes(visitor, over);
    await waiting.waitFor({ state: 'detached' });
    await visitor.ask('POST', `/api/v1/follow-ups/${id}/state`, { state: 'done' });
    await promised.waitFor({ state: 'detached' });
    expect(visitor.loads).toBe(1);
    for (const one of [coordinator, visitor]) {
      expect(one.complaints).toEqual([]);
      await one.context.close();
    }
  }, 120_000);
});

describe('the overview of a participant, in the evening after a meeting', () => {
  it('no longer calls it the next one', async () => {
    const [coordinator, visitor] = [await arrive(planner), await arrive(officer)];
    const over = await call(coordinator, `${inDays(1)}T08:00`, 'Rådhuset, lokale 16');
    const next = await call(coordinator, `${inDays(2)}T08:00`, 'Rådhuset, lokale 17');
    await visitor.page.clock.setFixedTime(`${inDays(1)}T19:00:00Z`);
    await visitor.open('/');
    await visitor.page.getByRole('region', { name: 'Dit næste møde' }).getByText(next.place).waitFor();
    expect(await visitor.page.getByText(over.place).count()).toBe(0);
    for (const one of [coordinator, visitor]) await one.context.close();
  }, 60_000);
});

describe('the overview of a leader', () => {
  it('shows what waits, what was handed to her first, though others are due before it; live', async () => {
    const owner = await Visitor.arrive(browser, product.origin);
    await storyTold(owner);
    await owner.context.close();
    const [coordinator, chief] = [await arrive({ name: 'Kladde Patruljen' }), await arrive({ name: 'Åben Chefpolitsen' })];
    const { page } = chief;
    await chief.open('/');
    const rows = page.getByRole('region', { name: 'Beslutninger, der venter på dig' }).locator('tbody tr');
    await rows.first().getByText('til Åben Chefpolitsen').waitFor();

    const { meetings } = await coordinator.ask<{ meetings: { id: string; kindId: string; minutesState: string; state: string }[] }>('GET', '/api/v1/meetings?limit=100&from=2000-01-01T00:00:00Z');
    const { id } = meetings.find((one) => one.kindId === 'section115HandoverMeeting' && one.state === 'held' && one.minutesState === 'draft')!;
    const { outline } = await coordinator.ask<{ outline: { item?: { id: string } }[] }>('GET', `/api/v1/meetings/${id}`);
    const { person } = await coordinator.ask<{ person: { id: string } }>('GET', '/api/v1/session');
    const text = 'Patruljen kører forbi hallen i aften.';
    await coordinator.ask('POST', `/api/v1/items/${outline.at(-1)!.item!.id}/decisions`, { text, reasons: 'Det kan ikke vente.', decidingAuthorityId: 'policeDistrict:nordsjaelland', responsiblePersonId: person.id, deadline: inDays(0) });
    await rows.filter({ hasText: text }).waitFor();
    const inTurn = await rows.allTextContents();
    expect(inTurn[0]).toContain('Eskaleret');
    expect(inTurn[1]).toContain(text);
    await standsOnBoth(chief);

    // Answered, it waits no longer.
    const { decisions } = await chief.ask<{ decisions: { id: string; text: string }[] }>('GET', '/api/v1/decisions?waiting=true&limit=50');
    await chief.ask('POST', `/api/v1/decisions/${decisions.find((one) => one.text === text)!.id}/confirm`, { comment: null });
    await rows.filter({ hasText: text }).waitFor({ state: 'detached' });
    expect(chief.loads).toBe(1);
    for (const one of [coordinator, chief]) {
      expect(one.complaints).toEqual([]);
      await one.context.close();
    }
  }, 240_000);

  it('counts what is overdue by authority, leads to it, and gives three indicators with definition and numbers', async () => {
    const [leader, owner] = [await arrive({ name: 'Opdigt Larsnavn' }), await arrive({ name: 'Fiktiva Mønster' })];
    const { page } = leader;
    await leader.open('/');
    const overdue = page.getByRole('region', { name: 'Over fristen' });
    const followUps = overdue.getByRole('link', { name: /^\d+ opfølgning(er)? hos jeres egne$/ });
    await followUps.waitFor();
    const counted = async () => ((await followUps.count()) === 0 ? 0 : Number.parseInt((await followUps.textContent())!, 10));
    const before = await counted();
    await standsOnBoth(leader);

    const indicators = page.getByRole('region', { name: 'Eksempelby Kommune i tal, de seneste tolv måneder' }).getByRole('article');
    for (const [n, title] of ['Beslutninger bekræftet inden syv dage', 'Opfølgninger udført til tiden', 'Møder med alle nødvendige sektorer'].entries()) {
      const one = indicators.nth(n);
      await one.getByRole('heading', { name: title }).waitFor();
      expect((await one.locator('.indicator-definition').textContent())!.length).toBeGreaterThan(50);
      await one.getByText('Tallene måned for måned').click();
      expect(await one.getByRole('row').count()).toBe(13);
    }
    expect(await indicators.count()).toBe(3);

    // Live: what is done is no longer counted.
    const { followUps: open } = await owner.ask<{ followUps: { id: string; overdue: boolean }[] }>('GET', '/api/v1/follow-ups?scope=mine&open=true&limit=50');
    await owner.ask('POST', `/api/v1/follow-ups/${open.find((one) => one.overdue)!.id}/state`, { state: 'done' });
    await eventually('one less is overdue', counted, (now) => now === before - 1);
    expect(leader.loads).toBe(1);

    const decisions = overdue.getByRole('link', { name: /^\d+ beslutning(er)? hos Eksempelby Kommune$/ });
    const said = Number.parseInt((await decisions.textContent())!, 10);
    await decisions.click();
    await page.getByRole('heading', { level: 1, name: 'Beslutningslog' }).waitFor();
    const listed = page.locator('tbody tr');
    await eventually('as many as were said', () => listed.count(), (now) => now === said);
    for (const text of await listed.allTextContents()) expect(text).toContain('over fristen');
    for (const one of [leader, owner]) {
      expect(one.complaints).toEqual([]);
      await one.context.close();
    }
  }, 120_000);
});
