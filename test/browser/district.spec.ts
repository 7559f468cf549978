import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser as Chromium } from 'playwright-core';
import { pdfBytes, readPdf, squeezed } from '../../libs/documents/src/spec-pdf.js';
import { Product } from '../support/product.js';
import { Browser, type Person } from '../support/test-server.js';
import { axe, violations } from './support/axe.js';
import { inDays } from './support/staging.js';
import { launchChromium, narrow, Visitor } from './support/visitor.js';

const district = 'policeDistrict:nordsjaelland';
const barnahus = 'barnahus:boernehus-hovedstaden';

interface Listed {
  authority: { id: string; name: string };
  people: { membershipId: string; person: Person }[];
}

let product: Product;
let chromium: Chromium;
let coordinator: Visitor;
let keyPerson: Visitor;
/** One person of each municipality of the district, and the leader of the børnehus, without a page of their own. */
let municipalities: Browser[];
let house: Browser;
let invited: { authorityIds: string[]; participantMembershipIds: string[] };

async function signIn(listed: Listed, role: string): Promise<Browser> {
  const found = listed.people.find((one) => one.person.role === role)!;
  const browser = new Browser(product.origin);
  await browser.post('/api/v1/demo/sign-in', { membershipId: found.membershipId });
  browser.person = found.person;
  return browser;
}

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  chromium = await launchChromium();
  coordinator = await Visitor.arrive(chromium, product.origin, { script: axe });
  keyPerson = await Visitor.arrive(chromium, product.origin, { script: axe, viewport: narrow });
  await coordinator.beSignedIn({ name: 'Kladde Patruljen' });
  await keyPerson.beSignedIn({ name: 'Testine Prøvegaard' });
  const { body } = await new Browser(product.origin).get<{ clusters: Record<'authorities' | 'others', Listed[]>[] }>('/api/v1/demo/people');
  const { authorities, others } = body.clusters[0]!;
  const eksempelby = authorities.find((one) => one.authority.id === 'municipality:219')!;
  municipalities = await Promise.all([...others, eksempelby].map((one) => signIn(one, 'participant')));
  house = await signIn(authorities.find((one) => one.authority.id === barnahus)!, 'leader');
  invited = {
    authorityIds: [...municipalities, house].map((one) => one.person.authority.id),
    participantMembershipIds: [...municipalities.map((one) => (one.person.authority.id === eksempelby.authority.id ? eksempelby.people.find(({ person }) => person.name === 'Testine Prøvegaard')!.membershipId : one.person.membershipId)), house.person.membershipId],
  };
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await product?.dispose();
});

const callMeeting = (startLocal: string) => coordinator.ask<{ id: string; outline: { item: { id: string; title: string } }[] }>('POST', '/api/v1/meetings', { kindId: 'policeDistrictMeeting', startLocal, durationMinutes: 180, ...invited });
const coming = (browser: Browser, meetingId: string) => browser.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'accepted' });

/** Each begins where the one before it ended. */
describe('a meeting of a police district with all its municipalities', () => {
  it('is of every municipality that the directory gives the district', async () => {
    const { authorities } = await coordinator.ask<{ authorities: { id: string; kind: string }[] }>('GET', '/api/v1/authorities?related=true');
    expect(municipalities.map((one) => one.person.authority.id).sort()).toEqual(authorities.filter((one) => one.kind === 'municipality').map((one) => one.id).sort());
    expect(municipalities).toHaveLength(13);
  });

  it('counts municipalities, not their people, and says live what is missing', async () => {
    const { id } = await callMeeting(`${inDays(60)}T09:00`);
    await coordinator.open(`/moeder/${id}`);
    const people = coordinator.page.getByRole('region', { name: 'Deltagere' });
    await people.getByText('7 kommuner mere').first().waitFor();
    for (const one of municipalities.slice(0, 6)) expect((await coming(one, id)).status).toBe(200);
    await people.getByText('1 kommune mere').first().waitFor();
    await coming(house, id);
    await coming(municipalities[6]!, id);
    await people.getByText('kommune mere').first().waitFor({ state: 'detached' });
    for (const one of municipalities) await people.getByText(one.person.authority.name, { exact: true }).first().waitFor();
    expect(await violations(coordinator)).toEqual([]);

    await coordinator.page.getByRole('button', { name: 'Udsend dagsordenen' }).click();
    await coordinator.page.getByRole('status').getByText('Dagsordenen er udsendt').waitFor();
    await keyPerson.open('/beskeder');
    await keyPerson.page.getByText('En dagsorden er sendt ud').first().waitFor();
    expect(await keyPerson.overflow()).toBe(0);
  }, 120_000);

  it('is approved by all fifteen, closed items only by those who read them, and leaves as PDF', async () => {
    const { id, outline } = await callMeeting(`${inDays(0)}T00:00`);
    const closed = outline[1]!.item;
    await coordinator.ask('PUT', `/api/v1/items/${closed.id}/audience`, { kind: 'restricted', authorityIds: [district, barnahus] });
    await coordinator.open(`/moeder/${id}/referat`);
    const { page } = coordinator;
    await page.getByRole('button', { name: 'Send til godkendelse' }).click();
    await page.getByRole('button', { name: 'Send nu' }).click();
    await page.getByRole('status').getByText('Til godkendelse').waitFor();
    expect(await violations(coordinator)).toEqual([]);

    await keyPerson.open(`/moeder/${id}/referat`);
    await keyPerson.page.getByRole('article').getByText(/Lukket punkt, /).waitFor();
    expect(await keyPerson.page.getByText(closed.title).count()).toBe(0);
    expect(await keyPerson.overflow()).toBe(0);
    expect(await violations(keyPerson)).toEqual([]);
    const own = keyPerson.page.getByRole('button', { name: 'Godkend', exact: true });
    await own.click();
    await own.waitFor({ state: 'detached' });

    const approve = async (browser: Browser) => {
      const { body } = await browser.get<{ digest: string }>(`/api/v1/meetings/${id}/minutes`);
      return (await browser.post(`/api/v1/meetings/${id}/minutes/approve`, { digest: body.digest })).status;
    };
    for (const one of [...municipalities.filter((other) => other.person.authority.id !== 'municipality:219'), house]) expect([one.person.authority.name, await approve(one)]).toEqual([one.person.authority.name, 200]);
    await page.getByRole('button', { name: 'Godkend', exact: true }).click();
    await page.getByRole('status').getByText('Godkendt').waitFor();

    await keyPerson.open(`/moeder/${id}`);
    await keyPerson.page.getByRole('button', { name: 'Dokumenter' }).click();
    const press = keyPerson.page.getByRole('group', { name: 'Referat' }).getByRole('button', { name: 'Til arkiv' });
    const [file] = await Promise.all([keyPerson.page.waitForEvent('download'), press.click()]);
    const bytes = readFileSync((await file.path())!);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    // The words stand compressed in the file: what is not found in them says something only when what is open is found.
    const read = await readPdf(bytes);
    const everything = squeezed(`${read.text}${read.title}${read.metadata}${read.attachment}${pdfBytes(bytes)}`);
    const open = outline.map((entry) => entry.item.title).filter((title) => title !== closed.title);
    for (const title of open) expect([title, squeezed(read.text).includes(squeezed(title)), everything.includes(squeezed(title))]).toEqual([title, true, true]);
    expect(read.text).toContain('Lukket punkt, ');
    expect([closed.title, everything.includes(squeezed(closed.title))]).toEqual([closed.title, false]);
    for (const visitor of [coordinator, keyPerson]) expect(visitor.complaints).toEqual([]);
  }, 180_000);
});
