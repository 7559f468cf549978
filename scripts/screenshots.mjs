// Writes the pictures of the README into docs/images: starts the built product on a folder of its own, lets demo
// people of one municipality and its police play a small scene, and photographs what they see.
// Needs Chromium (CHROMIUM_PATH, default /usr/bin/chromium).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(root, 'docs/images');
const municipality = 'municipality:219';
const police = 'policeDistrict:nordsjaelland';
const barnahus = 'barnahus:boernehus-hovedstaden';
const wide = { width: 1280, height: 900 };
const tall = { width: 1280, height: 1180 };
const phone = { width: 390, height: 844 };

await build({ ifStale: true });
mkdirSync(images, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'samraad-screenshots-'));
const port = await freePort();
const origin = `http://localhost:${port}`;
const { DATABASE_URL: _notHere, ...environment } = process.env;
const server = spawn(process.execPath, [join(root, 'dist/apps/server/apps/server/src/main.js')], {
  env: { ...environment, PORT: String(port), SAMRAAD_DATA_DIR: folder, SAMRAAD_ROOT: root, LOG_LEVEL: 'warn', SAMRAAD_DEMO_STORY: 'no' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let browser;
try {
  await started();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  await scene();
} finally {
  await browser?.close();
  server.kill();
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

async function scene() {
  const coordinator = await enter('Skabelon Demosen');
  const caseworker = await enter('Testine Prøvegaard');
  const officer = await enter('Prøve Betjentsen');
  const leader = await enter('Opdigt Larsnavn');
  const policeLeader = await enter('Tænkt Kredsgaard');

  const handover = await series(coordinator, {
    kindId: 'section115HandoverMeeting',
    startLocal: `${monday(1)}T13:00`,
    recurrence: { kind: 'weekly' },
    durationMinutes: 60,
    place: 'Rådhuset, lokale 2',
    authorityIds: [police],
    participantMembershipIds: [caseworker, leader, officer, policeLeader].map((one) => one.membershipId),
  });
  const husmann = await membershipOf(coordinator, barnahus, 'Demonika Husmann');
  await series(coordinator, {
    kindId: 'barnahusForum',
    startLocal: `${monday(2, 2)}T09:30`,
    recurrence: { kind: 'weekly', interval: 2 },
    durationMinutes: 90,
    place: 'Børnehus Hovedstaden, mødelokale 1',
    authorityIds: [police, barnahus],
    participantMembershipIds: [caseworker, leader, officer].map((one) => one.membershipId).concat(husmann),
  });
  const { outline } = await coordinator.ask('GET', `/api/v1/meetings/${handover}`);
  const items = outline.map(({ item }) => item);
  await coordinator.ask('PUT', `/api/v1/items/${items[5].id}/audience`, { kind: 'restricted', authorityIds: [municipality], personIds: [] });

  const decide = (changes) => ({
    decidingAuthorityId: municipality,
    responsiblePersonId: caseworker.personId,
    deadline: monday(3, 4),
    legalBasisId: 'rpl-115-1-1',
    ...changes,
  });
  const list = items[2];
  const decisions = [
    { item: list, text: 'SSP-konsulenten kontakter familien og tilbyder en samtale inden fredag.', reasons: 'Den unge er truffet tre gange sent om aftenen på stationen.', caseReference: 'Sag 2026-014', deadline: monday(1, 4) },
    { item: items[4], text: 'Forebyggelsesbetjenten deltager i skolens netværksmøde.', reasons: 'Skolen har bedt om en fast kontakt i politiet.', decidingAuthorityId: police, responsiblePersonId: officer.personId, caseReference: 'Sag 2026-011' },
    { item: items[4], text: 'Nøglepersonen afklarer, om sagen skal drøftes i børnehuset.', reasons: 'Bekymringen har ændret sig siden sidste møde.', caseReference: 'Sag 2026-009', legalBasisId: 'rpl-115-1-1' },
    { item: items[6], text: 'Der laves en fælles opgørelse over henvendelser fra stationsområdet.', reasons: 'Begge myndigheder ser flere unge samlet dér end før sommerferien.', legalBasisId: undefined, deadline: monday(8, 4) },
  ];
  const recorded = [];
  for (const { item, ...changes } of decisions) recorded.push(await coordinator.ask('POST', `/api/v1/items/${item.id}/decisions`, decide(changes)));
  await policeLeader.answer(recorded[1], 'confirm', 'Aftalt med vagthavende.');
  await leader.answer(recorded[2], 'return', 'Skriv, hvem der giver børnehuset besked.');

  // Three people in one item; the picture is the coordinator's, with the carets of the other two.
  const path = `/moeder/${handover}/punkt/${list.id}`;
  for (const one of [coordinator, leader, officer]) {
    await one.page.goto(origin + path);
    await one.field('Referat').waitFor();
  }
  await coordinator.field('Dagsordenstekst').click();
  await coordinator.toEnd();
  await coordinator.write('\nSag 2026-014: ung truffet på stationen tre gange siden sidste møde.\nSag 2026-017: nyt på listen. Kender kommunen barnet?');
  await coordinator.field('Referat').click();
  await coordinator.write('Politiet fortæller om tre kontakter på stationen, senest i lørdags. Den unge var rolig og bad selv om at blive kørt hjem.');
  const minutes = (one, text) => one.field('Referat').getByText(text).waitFor();
  await Promise.all([minutes(leader, 'kørt hjem'), minutes(officer, 'kørt hjem')]);
  await leader.field('Referat').click();
  await leader.toEnd();
  await leader.write('\nKommunen har en kontaktperson i familien. Hun spørger, om en samtale passer i denne uge.');
  await minutes(officer, 'denne uge');
  await officer.field('Referat').click();
  await officer.toEnd();
  await officer.write('\nSag 2026-017: første kontakt, ingen mistanke. Politiet nævner kun, hvad der er nødvendigt for at forebygge');
  await minutes(leader, 'for at forebygge');
  // Back into her own sentence, so that the two carets stand apart.
  const sentence = leader.field('Referat').getByText('Kommunen har en kontaktperson');
  await sentence.click({ position: { x: 4, y: (await sentence.boundingBox()).height - 6 } });
  await leader.page.keyboard.press('End');
  await coordinator.field('Referat').locator('.caret-label', { hasText: 'Prøve Betjentsen' }).waitFor();
  await coordinator.field('Referat').locator('.caret-label', { hasText: 'Opdigt Larsnavn' }).waitFor();
  await coordinator.page.getByText('Gemt', { exact: true }).waitFor();
  await coordinator.page.setViewportSize(tall);
  await coordinator.page.evaluate('document.activeElement.blur(), scrollTo(0, 0)');
  await coordinator.photograph('moede.png');

  await leader.page.goto(`${origin}/`);
  await leader.page.getByText('Børnehussamråd').first().waitFor();
  await leader.page.getByText('Sag 2026-014').waitFor();
  await leader.photograph('overblik.png');
  await leader.page.goto(`${origin}/beslutninger`);
  await leader.page.getByText('Sag 2026-011').waitFor();
  await leader.page.getByLabel('Besluttende myndighed').getByRole('option', { name: 'Nordsjællands Politi' }).waitFor({ state: 'attached' });
  await leader.photograph('beslutningslog.png');

  await officer.page.setViewportSize(phone);
  await officer.page.goto(`${origin}${path}`);
  await minutes(officer, 'for at forebygge');
  await officer.page.getByText('Gemt', { exact: true }).waitFor();
  await officer.photograph('moede-390.png');
}

/** Somebody with a browser of her own, signed in. */
async function enter(name) {
  const context = await browser.newContext({ viewport: wide, locale: 'da-DK', timezoneId: 'Europe/Copenhagen', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const ask = async (method, path, data, headers = {}) => {
    const answer = await context.request.fetch(origin + path, { method, headers: { origin, ...headers }, ...(data === undefined ? {} : { data }) });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const { clusters } = await ask('GET', '/api/v1/demo/people');
  const everybody = clusters.flatMap((cluster) => cluster.authorities.flatMap((authority) => authority.people));
  const { membershipId, person } = everybody.find((one) => one.person.name === name);
  await ask('POST', '/api/v1/demo/sign-in', { membershipId });
  return {
    page,
    membershipId,
    personId: person.id,
    ask,
    answer: (decision, kind, comment) => ask('POST', `/api/v1/decisions/${decision.id}/${kind}`, { comment }, { 'if-match': `"${decision.version}"` }),
    field: (label) => page.getByRole('textbox', { name: label, exact: true }),
    /** The editor learns of a moved caret a moment after the browser moved it. */
    toEnd: async () => {
      const told = page.evaluate("new Promise((done) => document.addEventListener('selectionchange', () => setTimeout(done, 50), { once: true }))");
      await page.keyboard.press('Control+End');
      await told;
    },
    /** Types; a line break begins a new paragraph. */
    write: async (text) => {
      for (const [n, line] of text.split('\n').entries()) {
        if (n > 0) await page.keyboard.press('Enter');
        await page.keyboard.type(line);
      }
    },
    photograph: async (file) => {
      await page.evaluate('document.fonts.ready');
      await page.screenshot({ path: join(images, file), animations: 'disabled', caret: 'hide' });
      console.log(`docs/images/${file}`);
    },
  };
}

/** @returns the id of its first meeting */
async function series(coordinator, body) {
  const { occurrences } = await coordinator.ask('POST', '/api/v1/series', body);
  return occurrences[0].meetingId;
}

async function membershipOf(coordinator, authorityId, name) {
  const { people } = await coordinator.ask('GET', `/api/v1/authorities/${encodeURIComponent(authorityId)}/people`);
  return people.find((one) => one.name === name).membershipId;
}

/** The Monday `weeks` from this week's, `days` later. */
function monday(weeks, days = 0) {
  const day = new Date();
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7) + weeks * 7 + days);
  return day.toISOString().slice(0, 10);
}

async function started() {
  let output = '';
  for await (const chunk of server.stdout) {
    output += chunk;
    if (output.includes('Samråd kører på')) break;
  }
  if (!output.includes('Samråd kører på')) throw new Error('the product did not start');
  server.stdout.resume();
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: found } = probe.address();
  probe.close();
  await once(probe, 'close');
  return found;
}
