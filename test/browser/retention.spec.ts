import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser as Chromium } from 'playwright-core';
import { Sessions } from '@lib/access/sessions.service.js';
import { sessionCookie } from '@lib/access/session-cookie.js';
import { newId } from '@lib/platform/ids.js';
import { RetentionRuns } from '@lib/retention/retention-runs.service.js';
import { approve, consultation, send } from '../support/minutes-story.js';
import { eksempelby, TestServer, type Browser } from '../support/test-server.js';
import { axe, violations } from './support/axe.js';
import { launchChromium, narrow, Visitor, wide } from './support/visitor.js';

/** The product in this process, so that its clock can be moved over weeks. */
let server: TestServer;
let chromium: Chromium;
let coordinator: Visitor;
let administrator: Visitor;
let story: Awaited<ReturnType<typeof consultation>>;
const administers = { personId: newId(), membershipId: newId() };

beforeAll(async () => {
  server = await TestServer.start();
  story = await consultation(server);
  await send(story.coordinator, story.meetingId);
  for (const one of [story.coordinator, story.police, story.psychologist]) await approve(one, story.meetingId);
  await server.unitOfWork.run(async (tx) => {
    await tx.query(`INSERT INTO person (id, name) VALUES ($1, 'Arkivia Prøvesen')`, [administers.personId]);
    await tx.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, 'administrator', '', $4)`, [administers.membershipId, administers.personId, eksempelby, server.clock.now().toString()]);
  });
  chromium = await launchChromium();
  coordinator = await Visitor.arrive(chromium, server.origin, { script: axe, viewport: narrow });
  administrator = await Visitor.arrive(chromium, server.origin, { script: axe, viewport: narrow });
  await signedIn();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const cookieOf = async (membershipId: string) => sessionCookie(await server.running.app.get(Sessions).create(membershipId), false).split(';')[0]!;
/** Sessions end while weeks pass. */
async function signedIn(): Promise<void> {
  for (const one of [story.coordinator, story.police, story.psychologist]) one.cookie = await cookieOf(one.person.membershipId);
  for (const [visitor, membershipId] of [[coordinator, story.coordinator.person.membershipId], [administrator, administers.membershipId]] as const) {
    const [name, value] = (await cookieOf(membershipId)).split('=') as [string, string];
    await visitor.context.addCookies([{ name, value, url: server.origin }]);
  }
}
const shot = async ({ page }: Visitor, name: string) => {
  if (!process.env.SHOTS) return;
  for (const viewport of [narrow, wide]) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${viewport.width}.png`, fullPage: true });
  }
  await page.setViewportSize(narrow);
};
const isFine = async (visitor: Visitor) => {
  expect(await violations(visitor)).toEqual([]);
  expect(await visitor.overflow()).toBe(0);
};
const file = async (who: Browser) => expect((await who.post(`/api/v1/meetings/${story.meetingId}/filings`, { reference: 'ESDH 2026-4711', filedOn: '2026-11-23' })).status).toBe(201);
const status = (visitor: Visitor, text: string) => visitor.page.getByRole('status').filter({ hasText: text }).waitFor();

/** Each begins where the one before it ended. */
describe('filing and deletion', () => {
  it('[FI2, FI4] a coordinator finds what is to be filed on her overview, and says by the keyboard that it was', async () => {
    const { page } = coordinator;
    await coordinator.open('/');
    const waiting = page.getByRole('region', { name: 'Skal journaliseres hos jer' });
    await waiting.waitFor();
    await shot(coordinator, 'overview');
    await waiting.getByRole('link').click();
    const opener = page.getByRole('button', { name: 'Bekræft journalisering' });
    await opener.waitFor();
    await coordinator.tabTo(opener);
    await page.keyboard.press('Enter');
    await page.keyboard.type('Barnet 010190-1234');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await isFine(coordinator);
    const field = page.getByLabel('Sag eller dokument i jeres system');
    expect(await field.inputValue()).toBe('Barnet 010190-1234');
    await field.fill('ESDH 2026-4711, dokument 3');
    // The clock of this product is behind that of the browser.
    await page.getByLabel('Journaliseret den').fill('2026-11-23');
    await page.keyboard.press('Enter');
    await page.getByText('Journalnummer: ESDH 2026-4711, dokument 3').waitFor();
    await status(coordinator, 'Journaliseringen er bekræftet.');
    await shot(coordinator, 'filed');
    for (const one of [story.police, story.psychologist]) await file(one);
    await page.getByRole('listitem').filter({ has: page.getByText('Journaliseret', { exact: true }) }).and(page.locator('[aria-current=step]')).waitFor();
  });

  it('[RE6, AC114] an administrator sets how long a kind of meeting is kept, and keeps what she typed when it is refused', async () => {
    const { page } = administrator;
    await administrator.open('/administration/opbevaring');
    await page.getByRole('heading', { level: 1, name: 'Opbevaring' }).waitFor();
    await page.getByRole('button', { name: `Ændr opbevaring for ${await kindTitle()}` }).waitFor();
    await isFine(administrator);
    await shot(administrator, 'rules');
    await page.getByRole('button', { name: `Ændr opbevaring for ${await kindTitle()}` }).click();
    const months = page.getByLabel('Måneder efter godkendelsen');
    await months.fill('0');
    await page.getByLabel('Dage mellem varsel og sletning').fill('14');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await isFine(administrator);
    await shot(administrator, 'rule-refused');
    expect(await page.getByLabel('Dage mellem varsel og sletning').inputValue()).toBe('14');
    await months.fill('1');
    await page.keyboard.press('Enter');
    await status(administrator, 'er gemt i en ny udgave');
  });

  it('[RE8, RE9, LH1–LH3, AC113] what is announced is stopped and let go on by the coordinator, and confirmed by two', async () => {
    server.clock.advance({ hours: 24 * 20 });
    await server.running.app.get(RetentionRuns).run();
    await signedIn();
    const { page } = coordinator;
    await coordinator.open(`/moeder/${story.meetingId}`);
    await page.getByText(/Indholdet (slettes|er varslet slettet)/).first().waitFor();
    await isFine(coordinator);
    await shot(coordinator, 'announced');
    await page.getByRole('link', { name: 'Se journalisering og sletning' }).click();
    await page.getByRole('button', { name: 'Stop sletningen' }).click();
    await page.getByLabel('Hvorfor skal indholdet bevares?').fill('Der er en klagesag.');
    await isFine(coordinator);
    await shot(coordinator, 'hold');
    await page.getByRole('button', { name: 'Stop sletningen' }).click();
    await status(coordinator, 'Sletningen er stoppet.');
    await page.getByText('Der er en klagesag.').waitFor();
    await page.getByText(/men sletningen er stoppet/).first().waitFor();
    await page.getByRole('button', { name: 'Bekræft sletningen' }).click();
    await status(coordinator, 'Din bekræftelse er gemt.');
    await isFine(coordinator);
    await shot(coordinator, 'panel');

    const other = administrator.page;
    await administrator.open('/administration/sletning');
    await other.getByText(/^Stoppet af: /).waitFor();
    await isFine(administrator);
    await shot(administrator, 'deletions');
    expect(await other.getByText('klagesag').count()).toBe(0);
    await other.getByRole('button', { name: /^Bekræft sletningen af / }).click();
    await status(administrator, 'Din bekræftelse er gemt.');
    await other.getByText('Bekræftet', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Ophæv stoppet' }).click();
    await page.getByLabel('Hvorfor er der ikke længere brug for det?').fill('Klagesagen er afgjort.');
    await page.getByRole('button', { name: 'Ophæv stoppet' }).click();
    await status(coordinator, 'Stoppet er ophævet.');
    server.clock.advance({ hours: 24 * 30 });
    await server.running.app.get(RetentionRuns).run();
    await signedIn();
    await coordinator.open(`/moeder/${story.meetingId}/referat`);
    await page.getByText(/Indholdet blev slettet /).first().waitFor();
    await isFine(coordinator);
    await shot(coordinator, 'deleted');
    expect([...coordinator.complaints, ...administrator.complaints].filter((one) => !/ 4\d\d |status of 4\d\d/.test(one))).toEqual([]);
  });
});

async function kindTitle(): Promise<string> {
  const { body } = await story.coordinator.get<{ kindTitle: string }>(`/api/v1/meetings/${story.meetingId}`);
  return body.kindTitle;
}
