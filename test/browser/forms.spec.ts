import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe } from './support/axe.js';
import type { Stage } from './support/form-row.js';
import { forms, untried } from './support/forms.js';
import { inDays, stageMeeting, type StagedMeeting } from './support/staging.js';
import { attempt } from './support/trial.js';
import { eventually, launchChromium, people, Visitor } from './support/visitor.js';

const police = 'policeDistrict:nordsjaelland';

let product: Product;
let browser: Browser;
let stage: Stage;
const visitors = new Map<string, Visitor>();

interface Created {
  id: string;
  outline: { item: { id: string; title: string } }[];
}

/** “2026-11-22T13:05” on a Danish wall. */
const danishTime = (instant: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen', dateStyle: 'short', timeStyle: 'short' }).format(instant).replace(' ', 'T');

async function staged(coordinator: Visitor): Promise<Stage> {
  const { people: officers } = await coordinator.ask<{ people: { name: string; membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const participantMembershipIds = [officers.find((one) => one.name === people.officer.name)!.membershipId];
  // Begun at midnight: the product runs on the real clock here.
  const frame = { kindId: 'section115HandoverMeeting', startLocal: `${inDays(0)}T00:00`, durationMinutes: 60, authorityIds: [police], participantMembershipIds };
  const asStaged = ({ id, outline }: Created): StagedMeeting => ({ seriesId: '', meetingId: id, items: outline.map(({ item }) => item) });
  const single = async () => asStaged(await coordinator.ask<Created>('POST', '/api/v1/meetings', frame));
  const series = await coordinator.ask<{ id: string; occurrences: { meetingId: string }[] }>('POST', '/api/v1/series', { ...frame, startLocal: danishTime(Date.now() + 30 * 60_000), recurrence: { kind: 'weekly' } });
  const begun = asStaged(await coordinator.ask<Created>('GET', `/api/v1/meetings/${series.occurrences[0]!.meetingId}`));
  const [held, sent, approved] = [await single(), await single(), await single()];
  const officer = await visitor(people.officer);
  for (const { meetingId } of [sent, approved]) await coordinator.ask('POST', `/api/v1/meetings/${meetingId}/minutes/send`, { due: null }, { 'If-Match': '"0"' });
  for (const one of [coordinator, officer]) {
    const minutes = () => one.ask<{ isFreezing: boolean; digest: string | null }>('GET', `/api/v1/meetings/${approved.meetingId}/minutes`);
    const { digest } = await eventually('the minutes are frozen', minutes, ({ isFreezing, digest: now }) => !isFreezing && now !== null);
    await one.ask('POST', `/api/v1/meetings/${approved.meetingId}/minutes/approve`, { digest });
  }
  const ahead = await stageMeeting(coordinator, people.officer.name);
  await officer.ask('PUT', `/api/v1/meetings/${ahead.meetingId}/reply`, { partStat: 'accepted' });
  for (const title of ['Aftenerne ved hallen', 'Parkering ved rådhuset']) await officer.ask('POST', `/api/v1/meetings/${ahead.meetingId}/proposals`, { title, plannedMinutes: 10, outputType: 'discussion' });
  const chair = await visitor({ name: 'Øvelse Koordinatsen' });
  const { people: caseworkers } = await chair.ask<{ people: { membershipId: string }[] }>('GET', '/api/v1/authorities/municipality%3A219/people');
  const consultation = asStaged(
    await chair.ask<Created>('POST', '/api/v1/meetings', {
      ...frame,
      kindId: 'caseConsultation',
      startLocal: `${inDays(2)}T10:00`,
      authorityIds: ['municipality:219', police],
      participantMembershipIds: [...participantMembershipIds, caseworkers[0]!.membershipId],
    }),
  );
  return { coordinator, ahead, begun: { ...begun, seriesId: series.id }, held, sent, approved, consultation };
}

async function visitor(who: { name: string }): Promise<Visitor> {
  const known = visitors.get(who.name);
  if (known) return known;
  const arrived = await Visitor.arrive(browser, product.origin, { script: axe });
  await arrived.beSignedIn(who);
  visitors.set(who.name, arrived);
  return arrived;
}

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  stage = await staged(await visitor(people.coordinator));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

describe('whatever is sent', () => {
  it.each(forms)('$name: refused or unanswered, it says so and keeps what was typed; pressed again it is done', async (row) => {
    await attempt(row, await visitor(row.who), stage);
  });
});

describe('the rows above', () => {
  it('hold every form and every command in the source', () => {
    const root = 'apps/web/src/';
    const missing = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file)).flatMap((file) => {
      const source = readFileSync(root + file, 'utf8');
      const asked = (source.match(/<form\b|<TextForm\b/g) ?? []).length || Number(/\buseMutation\(/.test(source) || (file.endsWith('.tsx') && /\bawait api\./.test(source)));
      const rows = forms.filter(({ of }) => of.includes(file)).length;
      return asked > 0 && rows < asked && untried[file] === undefined ? [`${file}: ${asked} forms, ${rows} rows`] : [];
    });
    expect(missing).toEqual([]);
  });
});
