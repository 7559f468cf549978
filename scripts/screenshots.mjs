// Writes the pictures of the README into docs/images: starts the built product on a folder of its own, waits until it has
// told its demo story, and photographs what people of that story see. Writes nothing into it.
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
const wide = { width: 1280, height: 900 };
const tall = { width: 1280, height: 1040 };
const phone = { width: 390, height: 844 };

await build({ ifStale: true });
mkdirSync(images, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'samraad-screenshots-'));
const port = await freePort();
const origin = `http://localhost:${port}`;
const { DATABASE_URL: _notHere, ...environment } = process.env;
const server = spawn(process.execPath, [join(root, 'dist/apps/server/apps/server/src/main.js')], {
  env: { ...environment, PORT: String(port), SAMRAAD_DATA_DIR: folder, SAMRAAD_ROOT: root, LOG_LEVEL: 'warn' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let browser;
try {
  await started();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  await photographs();
} finally {
  await browser?.close();
  server.kill();
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

async function photographs() {
  const coordinator = await enter('Skabelon Demosen');
  const leader = await enter('Opdigt Larsnavn');
  const officer = await enter('Prøve Betjentsen');
  await told();

  // Three people in one item; the picture is the coordinator's, with the carets of the other two.
  const { meetings } = await coordinator.ask('/api/v1/meetings?limit=100&from=2000-01-01T00:00:00Z');
  const meeting = meetings.findLast((one) => one.kindId === 'section115HandoverMeeting' && one.state === 'held');
  const { outline } = await coordinator.ask(`/api/v1/meetings/${meeting.id}`);
  const path = `/moeder/${meeting.id}/punkt/${outline.find((entry) => entry.number === '3.1').item.id}`;
  for (const one of [coordinator, leader, officer]) {
    await one.page.goto(origin + path);
    await one.minutes.getByText('Den unge var rolig').waitFor();
  }
  await standAt(leader, 'Den unge var rolig');
  await standAt(officer, 'Kommunen har en kontaktperson');
  for (const name of ['Opdigt Larsnavn', 'Prøve Betjentsen']) await coordinator.minutes.locator('.caret-label', { hasText: name }).waitFor();
  await coordinator.page.getByText('Gemt', { exact: true }).waitFor();
  await coordinator.page.setViewportSize(tall);
  await coordinator.photograph('moede.png');
  await officer.page.setViewportSize(phone);
  await officer.page.evaluate('document.activeElement.blur(), scrollTo(0, 0)');
  await officer.photograph('moede-390.png');

  await leader.page.goto(`${origin}/beslutninger`);
  await leader.page.getByText('Sag 2026-014').waitFor();
  await leader.photograph('beslutningslog.png');

  await coordinator.page.goto(`${origin}/`);
  await coordinator.page.getByRole('heading', { name: 'Referater, der mangler' }).waitFor();
  await coordinator.page.locator('.loading').first().waitFor({ state: 'detached' });
  await coordinator.photograph('overblik.png');
}

/** Somebody with a browser of her own, signed in. */
async function enter(name) {
  const context = await browser.newContext({ viewport: wide, locale: 'da-DK', timezoneId: 'Europe/Copenhagen', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const ask = async (path, data) => {
    const answer = await context.request.fetch(origin + path, { headers: { origin }, ...(data === undefined ? {} : { method: 'POST', data }) });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const { clusters } = await ask('/api/v1/demo/people');
  const everybody = clusters.flatMap((cluster) => cluster.authorities.flatMap((authority) => authority.people));
  const { membershipId } = everybody.find((one) => one.person.name === name);
  await ask('/api/v1/demo/sign-in', { membershipId });
  return {
    page,
    ask,
    minutes: page.getByRole('textbox', { name: 'Referat', exact: true }),
    photograph: async (file) => {
      await page.evaluate('document.fonts.ready');
      await page.screenshot({ path: join(images, file), animations: 'disabled', caret: 'hide' });
      console.log(`docs/images/${file}`);
    },
  };
}

/** Puts the caret at the end of a line, and writes nothing. */
async function standAt({ page, minutes }, text) {
  const line = minutes.getByText(text);
  await line.click({ position: { x: 4, y: (await line.boundingBox()).height - 6 } });
  await page.keyboard.press('End');
}

/** The last step of the story reminds of what is overdue. */
async function told() {
  const owner = await enter('Fiktiva Mønster');
  for (;;) {
    const { notifications } = await owner.ask('/api/v1/notifications');
    if (notifications.some((one) => one.kind === 'followUpOverdue')) return;
    await new Promise((done) => setTimeout(done, 500));
  }
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
