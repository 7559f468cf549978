import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { answerMail, calendarOf, lineOf, type Invited } from '../support/itip-samples.js';
import { SmtpSink } from '../support/mail-servers.js';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { inDays } from './support/staging.js';
import { eventually, hasFocus, keptNothing, launchChromium, narrow, people, Visitor } from './support/visitor.js';

const secret = randomBytes(32).toString('hex');

let sink: SmtpSink;
let product: Product;
let chromium: Browser;
beforeAll(async () => {
  sink = await SmtpSink.start();
  product = await Product.create();
  writeFileSync(join(product.folder, 'mail-secret'), secret);
  await product.start({ SAMRAAD_SMTP_URL: sink.url, SAMRAAD_MAIL_ADDRESS: 'samraad@mail.example', SAMRAAD_INBOUND_MAIL_SECRET_FILE: join(product.folder, 'mail-secret') });
  chromium = await launchChromium();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await product?.dispose();
  await sink?.stop();
});

const shots = process.env.SCREENSHOT_DIR;
const shoot = async (visitor: Visitor, name: string) => void (shots === undefined ? null : await visitor.page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }));
const wide = { width: 1280, height: 900 };

interface DemoPeople {
  clusters: { authorities: { authority: { id: string }; people: { membershipId: string; person: { name: string; role: string } }[] }[] }[];
}

/** Somebody of Eksempelby Kommune by her role. */
async function nameOf(visitor: Visitor, role: string): Promise<string> {
  const { clusters } = await visitor.ask<DemoPeople>('GET', '/api/v1/demo/people');
  return clusters.flatMap((one) => one.authorities).find((one) => one.authority.id === 'municipality:219')!.people.find((one) => one.person.role === role)!.person.name;
}

/** Somebody of the police who takes part. */
async function officerOf(visitor: Visitor): Promise<string> {
  const { clusters } = await visitor.ask<DemoPeople>('GET', '/api/v1/demo/people');
  return clusters.flatMap((one) => one.authorities).find((one) => one.authority.id === 'policeDistrict:nordsjaelland')!.people.find((one) => one.person.role === 'participant')!.membershipId;
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
    const administrator = await Visitor.arrive(chromium, product.origin);
    const [administratorName, caseworkerName] = [await nameOf(administrator, 'administrator'), await nameOf(administrator, 'participant')];
    await administrator.beSignedIn({ name: administratorName });
    await addressed(administrator, caseworkerName, 'sagsbehandler@eksempelby.example');

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
});
