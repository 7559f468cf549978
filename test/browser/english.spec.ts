import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { textsOf } from '../i18n/dictionaries.js';
import { Product } from '../support/product.js';
import { ItemPage, textOf } from './support/item-page.js';
import { inDays, narrow as narrowItem, stageDecision, stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, keptNothing, launchChromium, narrow, people, Visitor } from './support/visitor.js';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const danish = textsOf('da');
const english = textsOf('en');

let product: Product;
let browser: Browser;
let meeting: StagedMeeting;
let decisionId: string;
/** A meeting that began at midnight, whose minutes wait for approval. */
let sentId: string;
/** What people and authorities are called, and what they wrote: Danish in any language. */
let content: string[];

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  const coordinator = await Visitor.arrive(browser, product.origin);
  await coordinator.beSignedIn(people.coordinator);
  meeting = await stageMeeting(coordinator, people.officer.name);
  await narrowItem(coordinator, meeting.items[3]!.id);
  decisionId = await stageDecision(coordinator, meeting.items[4]!.id);
  sentId = await stageSentMinutes(coordinator);
  content = await contentKnown(coordinator);
  await coordinator.context.close();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const administrator = { name: 'Systema Adgangsen' };
const auditor = { name: 'Kontrolla Sporby' };

interface Row {
  name: string;
  who: { name: string };
  path: () => string;
  /** Brings the page from its arrival into the state that is looked at. */
  until?: (page: Page) => Promise<unknown>;
}

const pages: Row[] = [
  { name: 'overview of a coordinator', who: people.coordinator, path: () => '/' },
  { name: 'overview of a leader', who: people.leader, path: () => '/' },
  { name: 'contacts', who: people.coordinator, path: () => '/kontakter' },
  { name: 'list of series', who: people.coordinator, path: () => '/serier' },
  { name: 'new series', who: people.coordinator, path: () => '/serier/ny' },
  { name: 'series', who: people.coordinator, path: () => `/serier/${meeting.seriesId}` },
  { name: 'calendar of a month', who: people.officer, path: () => `/kalender?dato=${inDays(7)}` },
  { name: 'calendar of a week', who: people.officer, path: () => `/kalender?vis=uge&dato=${inDays(7)}` },
  { name: 'calendar at Easter', who: people.officer, path: () => '/kalender?vis=liste&dato=2027-03-15' },
  { name: 'list of meetings', who: people.officer, path: () => '/moeder' },
  { name: 'meeting of a coordinator', who: people.coordinator, path: () => `/moeder/${meeting.meetingId}` },
  { name: 'meeting of a participant', who: people.officer, path: () => `/moeder/${meeting.meetingId}` },
  { name: 'item', who: people.coordinator, path: () => `/moeder/${meeting.meetingId}/punkt/${meeting.items[4]!.id}` },
  { name: 'closed item', who: people.officer, path: () => `/moeder/${meeting.meetingId}/punkt/${meeting.items[3]!.id}` },
  { name: 'decision log', who: people.leader, path: () => '/beslutninger' },
  { name: 'decision', who: people.leader, path: () => `/beslutninger/${decisionId}` },
  { name: 'follow-ups', who: people.leader, path: () => '/opfoelgning' },
  { name: 'overview of a participant', who: people.officer, path: () => '/', until: (page) => page.getByRole('region', { name: 'Referater, der venter på dig' }).waitFor() },
  { name: 'draft of minutes', who: people.coordinator, path: () => `/moeder/${meeting.meetingId}/referat`, until: (page) => page.getByRole('article').waitFor() },
  { name: 'minutes that wait for approval', who: people.officer, path: () => `/moeder/${sentId}/referat`, until: (page) => page.getByRole('button', { name: 'Godkend', exact: true }).waitFor() },
  {
    name: 'notifications',
    who: people.officer,
    path: () => '/beskeder',
    until: async (page) => {
      await page.getByText('Du er inviteret til en mødeserie').first().waitFor();
      await page.getByRole('button', { name: 'Vælg, hvad du vil have besked om' }).click();
      await page.getByText('et møde bliver flyttet').waitFor();
    },
  },
  {
    name: 'search with results',
    who: people.coordinator,
    path: () => '/soeg',
    until: async (page) => {
      await page.getByRole('searchbox').fill('familien');
      await page.getByRole('link', { name: /SSP-konsulenten/ }).first().waitFor();
    },
  },
  { name: 'own sessions', who: people.officer, path: () => '/mine-sessioner', until: (page) => page.getByText('Denne', { exact: true }).waitFor() },
  { name: 'list of persons', who: administrator, path: () => '/administration', until: (page) => page.getByRole('link', { name: people.coordinator.name }).waitFor() },
  {
    name: 'page of a person',
    who: administrator,
    path: () => '/administration',
    until: async (page) => {
      await page.getByRole('link', { name: people.coordinator.name }).click();
      await page.getByRole('heading', { level: 1, name: people.coordinator.name }).waitFor();
    },
  },
  { name: 'user management', who: administrator, path: () => '/administration/brugerstyring' },
  { name: 'legal bases', who: administrator, path: () => '/administration/hjemler' },
  { name: 'rules of retention', who: administrator, path: () => '/administration/opbevaring' },
  { name: 'deletions', who: administrator, path: () => '/administration/sletning' },
  { name: 'history of administration', who: administrator, path: () => '/administration/historik' },
  {
    name: 'access trail of a case',
    who: auditor,
    path: () => '/revision',
    until: async (page) => {
      await page.getByLabel('Sagsreference').fill('2026-014');
      await page.keyboard.press('Enter');
      await page.getByText(`${people.coordinator.name}, `).first().waitFor();
    },
  },
  {
    name: 'access trail of a person',
    who: auditor,
    path: () => '/revision',
    until: async (page) => {
      await page.getByRole('button', { name: 'Person', exact: true }).click();
      const option = page.getByRole('option', { name: new RegExp(people.coordinator.name) });
      await page.getByLabel('Medarbejder').selectOption({ label: (await option.textContent())! });
      await page.getByRole('heading', { name: `Det har ${people.coordinator.name} set` }).waitFor();
    },
  },
  { name: 'page that does not exist', who: people.officer, path: () => '/findes-ikke' },
];

describe('[I18N3] in English', () => {
  it.each(pages)('the $name keeps no Danish words, passes axe, and turns back', async ({ who, path, until }) => {
    const visitor = await Visitor.arrive(browser, product.origin, { script: axe });
    const { page } = visitor;
    try {
      await visitor.beSignedIn(who);
      await visitor.open(path());
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      await until?.(page);
      const before = await page.title();
      expect(await leftovers(visitor)).not.toEqual([]);

      await switchTo(visitor, 'English');
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      await eventually('no Danish is left', () => leftovers(visitor), (left) => left.length === 0);
      expect(await violations(visitor)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);

      await switchTo(visitor, 'Dansk');
      expect(await page.locator('html').getAttribute('lang')).toBe('da');
      expect(await page.title()).toBe(before);
      expect(visitor.loads).toBe(1);
      expect(await visitor.kept()).toEqual(keptNothing);
    } finally {
      await visitor.context.close();
    }
  }, 60_000);
});

describe('[I18N3] the page of a guest', () => {
  it('keeps no Danish words in English: at the code, inside and after her access has ended; passes axe, and turns back', async () => {
    const coordinator = await Visitor.arrive(browser, product.origin);
    await coordinator.beSignedIn(people.coordinator);
    const { id: itemId } = await coordinator.ask<{ id: string }>('POST', `/api/v1/meetings/${meeting.meetingId}/items`, { title: 'Sag 2026-014', plannedMinutes: 10, outputType: 'discussion', legalBasisId: 'rpl-115-1-1' });
    const { link, code, membershipId } = await coordinator.ask<{ link: string; code: string; membershipId: string }>('POST', `/api/v1/meetings/${meeting.meetingId}/guests`, {
      itemId,
      name: 'Tove Tolk',
      organisation: 'Eksempelby Skole',
      sector: 'school',
      purpose: 'school',
      mayWrite: false,
      to: new Date(Date.now() + 9 * 86_400_000).toISOString(),
      disclosureReason: 'Skolen kender barnet.',
    });
    const guest = await Visitor.arrive(browser, product.origin, { script: axe });
    const { page } = guest;
    const turn = async (seen: string) => {
      expect(await leftovers(guest)).not.toEqual([]);
      await page.getByRole('button', { name: 'English', exact: true }).click();
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      await page.getByText(seen).first().waitFor();
      await eventually('no Danish is left', () => leftovers(guest), (left) => left.length === 0);
      expect(await violations(guest)).toEqual([]);
      expect(await guest.overflow()).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: 'Dansk', exact: true }).click();
      expect(await page.locator('html').getAttribute('lang')).toBe('da');
    };
    await guest.open(`/gaest#${link.split('#')[1]}`);
    await page.getByLabel('Kode').fill(code);
    await turn('Guest in Samråd');
    await page.getByRole('button', { name: 'Åbn', exact: true }).click();
    await page.getByText('Du er her som gæst').waitFor();
    await page.getByRole('textbox', { name: 'Referat', exact: true }).waitFor();
    await turn('You are here as a guest');
    await coordinator.ask('POST', `/api/v1/guests/${membershipId}/revoke`);
    await page.getByText('Din adgang er ophørt').waitFor();
    await turn('Your access has ended');
    expect(guest.loads).toBe(1);
    expect(await guest.kept()).toEqual(keptNothing);
    await guest.context.close();
    await coordinator.context.close();
  }, 60_000);
});

describe('[I18N7] switching', () => {
  it('keeps what was typed in a form, and asks the server to say its part again', async () => {
    const visitor = await Visitor.arrive(browser, product.origin);
    const { page } = visitor;
    await visitor.beSignedIn(people.coordinator);
    await visitor.open('/serier/ny');
    await page.getByText('Prøve Betjentsen').waitFor();
    await page.getByLabel('Titel').fill('Møde om æbler');
    await page.getByLabel('Første møde').fill('2020-01-06');
    await page.getByRole('button', { name: 'Opret serien' }).click();
    await page.getByRole('alert').getByText('Det første møde kan ikke ligge før i dag.').waitFor();
    await switchTo(visitor, 'English');
    expect(await page.getByLabel('Title').inputValue()).toBe('Møde om æbler');
    expect(await page.getByLabel('First meeting').inputValue()).toBe('2020-01-06');
    await page.getByRole('button', { name: 'Set up the series' }).click();
    await page.getByRole('alert').getByText('The first meeting cannot be before today.').waitFor();
    await page.getByLabel('First meeting').fill('2027-03-22');
    await page.getByText(/^Every Monday, 13:00–14:00/).waitFor();
    await page.getByText('Moved from Easter Monday').first().waitFor();
    await switchTo(visitor, 'Dansk');
    await visitor.context.close();
  }, 60_000);

  it('leaves the editor as it is: text, undo and connection, with its words in English', async () => {
    const visitor = await Visitor.arrive(browser, product.origin);
    const { page } = visitor;
    await visitor.beSignedIn(people.coordinator);
    await visitor.open(`/moeder/${meeting.meetingId}/punkt/${meeting.items[5]!.id}`);
    const item = new ItemPage(page);
    await item.loaded();
    await item.minutes.click();
    await page.keyboard.type('Skrevet før skiftet');
    await item.saved();
    await switchTo(visitor, 'English');
    const minutes = page.getByRole('textbox', { name: 'Minutes', exact: true });
    expect(await textOf(minutes)).toBe('Skrevet før skiftet');
    expect(await minutes.getAttribute('lang')).toBe('da');
    await page.locator('.save-status').filter({ hasText: /^\s*Saved$/ }).waitFor();
    await minutes.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('/decision');
    await page.keyboard.press('Enter');
    await page.getByLabel('Deciding authority').waitFor();
    await page.keyboard.press('Escape');
    expect(await textOf(minutes)).toContain('Skrevet før skiftet');
    await switchTo(visitor, 'Dansk');
    await visitor.context.close();
  }, 60_000);

  it('is found on a narrow page, and by its name in its own language', async () => {
    const visitor = await Visitor.arrive(browser, product.origin, { viewport: narrow, script: axe });
    await visitor.beSignedIn(people.otherOfficer);
    await visitor.open('/');
    await visitor.page.getByRole('button', { name: 'Menu' }).click();
    await switchTo(visitor, 'English');
    const button = visitor.page.getByRole('button', { name: 'English' });
    expect([await button.getAttribute('lang'), await button.getAttribute('aria-pressed')]).toEqual(['en', 'true']);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    expect(await violations(visitor)).toEqual([]);
    await switchTo(visitor, 'Dansk');
    await visitor.context.close();
  }, 60_000);

  it('follows the browser first, then the choice at the sign-in page, and then the person everywhere', async () => {
    const earlier = await Visitor.arrive(browser, product.origin);
    await earlier.beSignedIn(people.coordinator);
    await earlier.ask('PUT', '/api/v1/session/language', { language: 'en' });
    await earlier.context.close();

    const first = await Visitor.arrive(browser, product.origin, { locale: 'en-GB', script: axe });
    await first.open('/log-ind');
    await first.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await first.page.getByRole('heading', { level: 3 }).first().waitFor();
    expect(await leftovers(first)).toEqual([]);
    expect(await violations(first)).toEqual([]);
    await first.page.getByRole('button', { name: 'Dansk' }).click();
    const kept = first.page.waitForResponse((response) => response.url().endsWith('/api/v1/session/language') && response.ok());
    await first.page.getByRole('button', { name: /^Log ind som koordinator.*Skabelon Demosen/ }).click();
    await first.page.getByRole('heading', { level: 1, name: 'Overblik' }).waitFor();
    await kept;
    await first.page.reload();
    await first.page.getByRole('heading', { level: 1, name: 'Overblik' }).waitFor();
    expect(await first.page.locator('html').getAttribute('lang')).toBe('da');
    await switchTo(first, 'English');
    expect(await first.kept()).toEqual(keptNothing);
    await first.context.close();

    const elsewhere = await Visitor.arrive(browser, product.origin);
    await elsewhere.beSignedIn(people.coordinator);
    await elsewhere.open('/');
    await elsewhere.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await switchTo(elsewhere, 'Dansk');
    await elsewhere.context.close();
  }, 60_000);
});

/** Presses the switch and waits until the server has kept the choice. */
async function switchTo({ page }: Visitor, name: 'Dansk' | 'English'): Promise<void> {
  const kept = page.waitForResponse((response) => response.url().endsWith('/api/v1/session/language') && response.ok());
  await page.getByRole('button', { name, exact: true }).click();
  await kept;
}

async function stageSentMinutes(coordinator: Visitor): Promise<string> {
  const police = 'policeDistrict:nordsjaelland';
  const { people: officers } = await coordinator.ask<{ people: { name: string; membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const participantMembershipIds = [officers.find(({ name }) => name === people.officer.name)!.membershipId];
  const frame = { kindId: 'section115HandoverMeeting', startLocal: `${inDays(0)}T00:00`, durationMinutes: 60, authorityIds: [police], participantMembershipIds };
  const { id } = await coordinator.ask<{ id: string }>('POST', '/api/v1/meetings', frame);
  await coordinator.ask('POST', `/api/v1/meetings/${id}/minutes/send`, { due: inDays(6) }, { 'If-Match': '"0"' });
  const minutes = () => coordinator.ask<{ isFreezing: boolean }>('GET', `/api/v1/meetings/${id}/minutes`);
  await eventually('the minutes are frozen', minutes, ({ isFreezing }) => !isFreezing);
  return id;
}

async function contentKnown(coordinator: Visitor): Promise<string[]> {
  const { clusters } = await coordinator.ask<{ clusters: { authorities: { authority: { name: string }; people: { person: { name: string; functionTitle: string } }[] }[] }[] }>('GET', '/api/v1/demo/people');
  const authorities = clusters.flatMap((cluster) => cluster.authorities);
  const all = await coordinator.ask<{ authorities: { name: string }[] }>('GET', '/api/v1/authorities');
  const { outline } = await coordinator.ask<{ outline: { item: { title: string; ledBy: string } }[] }>('GET', `/api/v1/meetings/${meeting.meetingId}`);
  const { kinds } = await coordinator.ask<{ kinds: { title: string }[] }>('GET', '/api/v1/meeting-kinds');
  return [
    'Samråd',
    'Tove Tolk',
    'Eksempelby Skole',
    ...kinds.map(({ title }) => title),
    'Rådhuset, lokale 2',
    'Sag 2026-014',
    '§ 115-møde: overleveringsmøde',
    ...all.authorities.map(({ name }) => name),
    ...authorities.flatMap(({ authority, people: own }) => [authority.name, ...own.flatMap(({ person }) => [person.name, person.functionTitle])]),
    ...outline.flatMap(({ item }) => [item.title, item.ledBy]),
  ]
    .filter((text) => text !== '')
    .toSorted((a, b) => b.length - a.length);
}

/** A text of the dictionary; one with holes matches whatever stands there, and says as much as stands around them. */
const patternOf = (text: string) => {
  const said = text.split(/\{\{\w+\}\}/);
  return { pattern: new RegExp(`^${said.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's'), length: said.join('').length };
};
/** Danish texts that would be wrong in English. */
const wrong = [...danish].filter(([key, text]) => english.get(key) !== text && ![...english.values()].includes(text)).map(([, text]) => patternOf(text));
const right = [...english.values()].map(patternOf);
/** How much of a text the dictionary says; -1 where it does not know it. “{{minutes}} min.” says less than a whole sentence. */
const known = (texts: typeof right, text: string) => Math.max(-1, ...texts.filter(({ pattern }) => pattern.test(text)).map(({ length }) => length));

/** A day, a month or a time as Danish writes it; none of these words is English. */
const danishDate = /\b(mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|januar|februar|marts|maj|juni|juli|oktober)\b|\bkl\.\s?\d|\b\d{1,2}\.\d{2}–|\b\d{1,2}\. [a-z]+ \d{4}/i;

/** What a reader of English would stumble over: Danish of the dictionary or of the calendar, or Danish letters outside of what people wrote. */
async function leftovers({ page }: Visitor): Promise<string[]> {
  const said: string[] = await page.evaluate(`(() => {
    const found = [];
    // Marked as Danish within the page; the page as a whole does not count.
    const isDanish = (element) => element.closest('body [lang]')?.lang === 'da';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element.closest('script, style') || isDanish(element) || element.checkVisibility?.() === false) continue;
      if (node.textContent.trim()) found.push(node.textContent.trim());
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt], [data-placeholder], [data-title]')) {
      if (isDanish(element)) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-placeholder', 'data-title']) if (element.getAttribute(name)) found.push(element.getAttribute(name));
    }
    found.push(document.title);
    return found;
  })()`);
  return said.filter((text) => {
    const without = (part: string) => content.reduce((left, one) => left.replaceAll(one, ''), part);
    return /[æøåÆØÅ]/.test(without(text)) || danishDate.test(without(text)) || text.split(' · ').some((part) => /\p{L}/u.test(without(part)) && known(wrong, part) > known(right, part));
  });
}

async function violations({ page }: Visitor): Promise<string[]> {
  return page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ target }) => target).join(', ')))",
  );
}
