import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import type { Browser } from 'playwright-core';
import { answerMail, calendarOf, lineOf, type Invited } from '../support/itip-samples.js';
import { SmtpSink } from '../support/mail-servers.js';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { inDays } from './support/staging.js';
import { eventually, hasFocus, keptNothing, launchChromium, narrow, people, Visitor, wide } from './support/visitor.js';

const secret = randomBytes(32).toString('hex');

let sink: SmtpSink;
let product: Product;
let chromium: Browser;
/** Of Eksempelby, and reads mail. */
let caseworkerName: string;
beforeAll(async () => {
  sink = await SmtpSink.start();
  product = await Product.create();
  writeFileSync(join(product.folder, 'mail-secret'), secret);
  await product.start({ SAMRAAD_SMTP_URL: sink.url, SAMRAAD_MAIL_ADDRESS: 'samraad@mail.example', SAMRAAD_INBOUND_MAIL_SECRET_FILE: join(product.folder, 'mail-secret') });
  chromium = await launchChromium();
  const administrator = await Visitor.arrive(chromium, product.origin);
  caseworkerName = await nameOf(administrator, 'participant');
  await administrator.beSignedIn({ name: await nameOf(administrator, 'administrator') });
  await addressed(administrator, caseworkerName, 'sagsbehandler@eksempelby.example');
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await product?.dispose();
  await sink?.stop();
});

const shots = process.env.SCREENSHOT_DIR;
const shoot = async (visitor: Visitor, name: string) => void (shots === undefined ? null : await visitor.page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }));

interface DemoPeople {
  clusters: { authorities: { authority: { id: string }; people: { membershipId: string; person: { name: string; role: string } }[] }[] }[];
}

/** Somebody of Eksempelby Kommune by her role. */
async function nameOf(visitor: Visitor, role: string): Promise<string> {
  const { clusters } = await visitor.ask<DemoPeople>('GET', '/api/v1/demo/people');
  return clusters.flatMap((one) => one.authorities).find((one) => one.authority.id === 'municipality:219')!.people.find((one) => one.person.role === role)!.person.name;
}

/** The officer of the police who takes part. */
async function officerOf(visitor: Visitor): Promise<string> {
  const { clusters } = await visitor.ask<DemoPeople>('GET', '/api/v1/demo/people');
  return clusters.flatMap((one) => one.authorities).find((one) => one.authority.id === 'policeDistrict:nordsjaelland')!.people.find((one) => one.person.name === people.officer.name)!.membershipId;
}

/** As the user management of the municipality says where somebody reads mail. */
async function addressed(administrator: Visitor, name: string, address: string): Promise<void> {
  const { token } = await administrator.ask<{ token: string }>('POST', '/api/v1/administration/provisioning/tokens', { name: 'Prøve', days: 1 }, { 'idempotency-key': crypto.randomUUID() });
  const scim = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${product.origin}/scim/v2${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { Resources: { id: string }[] };
  };
  const { Resources } = await scim('GET', `/Users?filter=${encodeURIComponent(`displayName eq "${name}"`)}`);
  await scim('PATCH', `/Users/${Resources[0]!.id}`, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'add', path: 'emails[type eq "work"].value', value: address }] });
}

async function handedOn(message: Buffer): Promise<string | undefined> {
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${at}.`).update(message).digest('hex');
  const answer = await fetch(`${product.origin}/inbound-mail`, { method: 'POST', headers: { 'x-samraad-signature': `t=${at},v1=${signature}` }, body: new Uint8Array(message) });
  return ((await answer.json()) as { outcome?: string }).outcome;
}

describe('invitations by mail', () => {
  it('[MA4] [MA8] [MA14] are chosen on one’s own page; another time is taken by the coordinator with the keyboard alone', async () => {
    const caseworker = await Visitor.arrive(chromium, product.origin, { script: axe, viewport: wide });
    await caseworker.beSignedIn({ name: caseworkerName });
    await caseworker.open('/mine-sessioner');
    await caseworker.page.getByText('Mailen sendes til sagsbehandler@eksempelby.example.').waitFor();
    const wanted = caseworker.page.getByRole('checkbox', { name: 'Send mig indkaldelser på mail' });
    expect(await wanted.isChecked()).toBe(true);
    await caseworker.tabTo(wanted);
    await caseworker.page.keyboard.press('Space');
    await caseworker.page.getByRole('status').filter({ hasText: 'Du får ikke nye indkaldelser på mail.' }).waitFor();
    await caseworker.page.keyboard.press('Space');
    await caseworker.page.getByRole('status').filter({ hasText: 'Du får indkaldelser på mail.' }).waitFor();
    expect(await violations(caseworker)).toEqual([]);
    await shoot(caseworker, 'mail-choice-1280');
    await caseworker.page.setViewportSize(narrow);
    expect(await violations(caseworker)).toEqual([]);
    await shoot(caseworker, 'mail-choice-390');

    const coordinator = await Visitor.arrive(chromium, product.origin, { script: axe, viewport: wide });
    const { page } = coordinator;
    await coordinator.beSignedIn(people.coordinator);
    const { acting } = await caseworker.ask<{ acting: { id: string } }>('GET', '/api/v1/session');
    const { id } = await coordinator.ask<{ id: string }>('POST', '/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: `${inDays(9)}T13:00`, durationMinutes: 60, authorityIds: ['policeDistrict:nordsjaelland'], participantMembershipIds: [acting.id, await officerOf(coordinator)] }, { 'idempotency-key': crypto.randomUUID() });
    const [mail] = await eventually('the invitation is mailed', async () => sink.delivered, (all) => all.length > 0, 60_000);
    const calendar = calendarOf(mail!);
    const start = new Date(Date.now() + 12 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    const one: Invited = { uid: id, sequence: Number(lineOf(calendar, 'SEQUENCE').slice(9)), organizer: mail!.from, attendee: 'sagsbehandler@eksempelby.example', start: `${start}T090000Z`, end: `${start}T100000Z` };
    await coordinator.open(`/moeder/${id}`);
    await page.getByRole('button', { name: 'Flyt mødet' }).waitFor();
    // Read by the thread that the built product reads mail in; the page hears of it by itself.
    expect(await handedOn(answerMail('outlook', one, { method: 'COUNTER', partStat: 'TENTATIVE', at: new Date().toISOString() }))).toBe('proposed');
    expect(await handedOn(answerMail('google', { ...one, attendee: 'en.anden@eksempelby.example' }, { at: new Date().toISOString() }))).toBe('otherAttendee');
    const take = page.getByRole('button', { name: /^Flyt hertil/ });
    await take.waitFor();
    await page.getByText(/Det var sendt fra en anden adresse/).waitFor();
    expect(await violations(coordinator)).toEqual([]);
    await shoot(coordinator, 'meeting-mail-1280');
    await page.setViewportSize(narrow);
    expect(await violations(coordinator)).toEqual([]);
    await shoot(coordinator, 'meeting-mail-390');
    await coordinator.tabTo(take);
    await page.keyboard.press('Enter');
    const section = page.getByRole('region', { name: 'Mail om mødet' });
    await section.getByRole('status').filter({ hasText: 'Mødet er flyttet.' }).waitFor();
    expect(await hasFocus(section.getByRole('heading', { name: 'Mail om mødet' }))).toBe(true);
    const { startInstant } = await coordinator.ask<{ startInstant: string }>('GET', `/api/v1/meetings/${id}`);
    expect(new Date(startInstant).toISOString().slice(11, 16)).toBe('09:00');
    await take.waitFor({ state: 'detached' });
    await coordinator.tabTo(section.getByRole('button', { name: /^Fjern/ }));
    await page.keyboard.press('Enter');
    await section.getByRole('status').filter({ hasText: 'Linjen er fjernet.' }).waitFor();
    expect(await coordinator.kept()).toEqual(keptNothing);
    expect([...coordinator.complaints, ...caseworker.complaints]).toEqual([]);
  }, 180_000);

  it('[PO8] [MA1] [MA8] [CF5] finds the time of a meeting of three, and follows it: poll, invitation, answer by mail, substitute, move, calendar', async () => {
    const address = 'sagsbehandler@eksempelby.example';
    const arrive = async (person: { name: string }, viewport = wide) => {
      const visitor = await Visitor.arrive(chromium, product.origin, { viewport });
      await visitor.beSignedIn(person);
      return visitor;
    };
    const coordinator = await arrive(people.coordinator);
    const caseworker = await arrive({ name: caseworkerName }, narrow);
    const officer = await arrive(people.officer);
    const { acting } = await caseworker.ask<{ acting: { id: string } }>('GET', '/api/v1/session');
    const series = await coordinator.ask<{ occurrences: { meetingId: string }[] }>('POST', '/api/v1/series', {
      kindId: 'section115HandoverMeeting',
      startLocal: `${inDays(14)}T13:00`,
      recurrence: { kind: 'weekly' },
      durationMinutes: 60,
      authorityIds: ['policeDistrict:nordsjaelland'],
      participantMembershipIds: [acting.id, await officerOf(coordinator)],
    }, { 'idempotency-key': crypto.randomUUID() });
    const [id, next] = series.occurrences.map(({ meetingId }) => meetingId) as [string, string];

    // Asked of both authorities, and of a school by link.
    await coordinator.open(`/moeder/${id}/afstemning`);
    const { page } = coordinator;
    for (const days of [15, 16]) {
      await page.getByLabel('Dato').fill(inDays(days));
      await page.getByLabel('Klokkeslæt').fill('09:00');
      await page.getByRole('button', { name: 'Tilføj tid' }).click();
    }
    await page.getByRole('button', { name: 'Begynd afstemningen' }).click();
    await page.getByRole('button', { name: 'Giv et link til at svare' }).click();
    await page.getByLabel('Hvem er linket til').fill('Skoleleder, Prøveskolen');
    await page.getByRole('button', { name: 'Lav linket' }).click();
    const link = /https?:\/\/[^/\s]+(\/\S*afstemning#\S+)/.exec(await page.getByLabel('Tekst til at sende').inputValue())![1]!;
    await page.getByRole('button', { name: 'Jeg har sendt linket' }).click();
    const school = await Visitor.arrive(chromium, product.origin, { viewport: narrow });
    for (const [who, at, choices] of [[officer, `/moeder/${id}/afstemning`, ['Hvis nødvendigt', 'Ja']], [caseworker, `/moeder/${id}/afstemning`, ['Nej', 'Ja']], [school, link, ['Ja', 'Ja']]] as const) {
      await who.open(at);
      const ballot = who.page.getByRole('form', { name: 'Dit svar' });
      for (const [n, choice] of choices.entries()) await ballot.getByRole('group').nth(n).getByText(choice, { exact: true }).click();
      await ballot.getByRole('button', { name: 'Gem svar' }).click();
      await ballot.getByText('Dit svar er gemt.').waitFor();
    }
    await page.getByText('3 af 4 har svaret').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Passer flest' }).getByRole('button', { name: /^Vælg denne tid/ }).click();
    await page.getByRole('textbox', { name: 'Begrundelse' }).fill('Alle tre kan');
    await page.getByRole('button', { name: 'Flyt mødet hertil' }).click();
    await page.getByRole('status').filter({ hasText: /Afstemningen er slut\. Valgt: / }).waitFor();

    // The invitation comes by mail with that time, and is answered in her mail program.
    const wall = (start: InstanceType<typeof ICAL.Time>) => start.toString().slice(0, 16);
    const eventIn = (calendar: string, uid: string) => {
      const found = new ICAL.Component(ICAL.parse(calendar)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one)).find((one) => one.uid === uid);
      return found === undefined ? null : { start: wall(found.startDate), sequence: found.sequence };
    };
    const mailed = (start: string) => eventually(`an invitation to ${start}`, async () => sink.delivered.filter((mail) => eventIn(calendarOf(mail), id)?.start === start).at(-1), (mail) => mail !== undefined, 60_000);
    const invitation = (await mailed(`${inDays(16)}T09:00`))!;
    expect(invitation.to).toEqual([address]);
    const asked = eventIn(calendarOf(invitation), id)!;
    const instant = new Date((await coordinator.ask<{ startInstant: string }>('GET', `/api/v1/meetings/${id}`)).startInstant);
    const utc = (at: Date) => `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
    await coordinator.open(`/moeder/${id}`);
    expect(await handedOn(answerMail('google', { uid: id, sequence: asked.sequence, organizer: invitation.from, attendee: address, start: utc(instant), end: utc(new Date(instant.getTime() + 3_600_000)) }, { at: new Date().toISOString() }))).toBe('taken');
    const row = page.getByRole('region', { name: 'Deltagere' }).locator('dd').filter({ hasText: caseworkerName });
    await row.locator('.person-reply-accepted').waitFor();

    // The officer cannot come after all.
    await officer.open(`/moeder/${id}`);
    await officer.page.getByRole('button', { name: 'Send stedfortræder' }).click();
    await officer.page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ label: 'Eksempla Vagtlund, videoafhører' });
    await officer.page.locator('form').getByRole('button', { name: 'Send stedfortræder' }).click();
    await page.getByText('stedfortræder for Prøve Betjentsen').first().waitFor();

    // Moved once more; the others of the series stay where they are.
    await page.getByRole('button', { name: 'Flyt mødet' }).click();
    await page.getByLabel('Ny dato').fill(inDays(17));
    await page.getByLabel('Klokkeslæt').fill('11:30');
    await page.getByLabel('Begrundelse').fill('Lokalet er optaget');
    await page.locator('form').getByRole('button', { name: 'Flyt mødet' }).click();
    await page.getByRole('status').filter({ hasText: 'Mødet er flyttet' }).waitFor();
    const moved = eventIn(calendarOf((await mailed(`${inDays(17)}T11:30`))!), id)!;
    expect(moved.sequence).toBeGreaterThan(asked.sequence);

    // What her calendar program fetches shows it, and the substitute's does.
    for (const who of [caseworker, await arrive(people.otherOfficer)]) {
      await who.open('/mine-sessioner');
      await who.page.getByRole('button', { name: 'Lav et link', exact: true }).click();
      const feed = await (await fetch(await who.page.getByRole('textbox', { name: 'Hemmeligt link' }).inputValue())).text();
      expect([eventIn(feed, id)?.start, /Prøve|Skoleleder|overlevering(?!smøde)/.test(feed.replaceAll(/\r\n[ \t]/g, ''))]).toEqual([`${inDays(17)}T11:30`, false]);
      expect(eventIn(feed, next)?.start).toBe(who === caseworker ? `${inDays(21)}T13:00` : undefined);
    }
    expect([coordinator, caseworker, officer, school].flatMap(({ complaints }) => complaints)).toEqual([]);
  }, 180_000);
});
