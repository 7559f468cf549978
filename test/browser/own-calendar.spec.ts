import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { CalendarServer, icsOf, taken } from '../support/calendar-server.js';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { hasFocus, keptNothing, launchChromium, narrow, people, Visitor } from './support/visitor.js';

let product: Product;
let outside: CalendarServer;
let chromium: Browser;
beforeAll(async () => {
  outside = await CalendarServer.start();
  product = await Product.create();
  await product.start({ SAMRAAD_CALENDAR_HOSTS: outside.host });
  chromium = await launchChromium();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await product?.dispose();
  await outside?.stop();
});

const shots = process.env.SCREENSHOT_DIR;
const shoot = async (visitor: Visitor, name: string) => void (shots === undefined ? null : await visitor.page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }));

describe('one’s own calendar', () => {
  it('[BT2] [BT12] [BT13] is connected by keyboard alone by a link and by a file, read again, and ended', async () => {
    const visitor = await Visitor.arrive(chromium, product.origin, { script: axe });
    const { page } = visitor;
    await visitor.beSignedIn(people.officer);
    await visitor.open('/mine-sessioner');
    const part = page.getByRole('region', { name: 'Min kalender' });
    const heading = part.getByRole('heading', { name: 'Min kalender' });
    const press = async (name: string) => {
      const button = part.getByRole('button', { name, exact: true });
      await button.waitFor();
      await visitor.tabTo(button);
      await page.keyboard.press('Enter');
    };
    await part.getByText('Ingen kalender er forbundet.').waitFor();
    await press('Forbind en kalender');
    const link = part.getByRole('textbox', { name: 'Kalenderens hemmelige link' });
    await link.waitFor();
    // What is wrong is said at its field, and stays to be mended.
    await press('Forbind');
    expect(await hasFocus(link)).toBe(true);
    await page.keyboard.type(outside.link('secret.ics'));
    await page.keyboard.press('Enter');
    await part.getByText('Der er ingen kalender på adressen.').first().waitFor();
    expect(await link.inputValue()).toBe(outside.link('secret.ics'));
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'own-calendar-refused-1280');
    await page.setViewportSize(narrow);
    expect(await violations(visitor)).toEqual([]);
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    await shoot(visitor, 'own-calendar-refused-390');
    outside.gives(icsOf(taken('20261208T090000', '20261208T100000'), ['DTSTART:20261214T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=HOURLY;COUNT=2']));
    await press('Forbind');
    await part.getByText('Find tid kender din tid.').waitFor();
    await part.getByRole('status').filter({ hasText: 'Kalenderen er forbundet.' }).waitFor();
    expect(await hasFocus(heading)).toBe(true);
    await part.getByText('1 aftale kunne ikke forstås.').waitFor();
    outside.answer = (_, response) => response.writeHead(500).end();
    await press('Læs igen nu');
    await part.getByText('Kalenderens server svarede med en fejl.').waitFor();
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'own-calendar-failed-390');
    expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    await shoot(visitor, 'own-calendar-failed-1280');
    // A file in its place, in another language.
    await press('Forbind en anden');
    await part.getByRole('radio', { name: 'Med et hemmeligt link' }).waitFor();
    await visitor.tabTo(part.getByRole('radio', { name: 'Med et hemmeligt link' }));
    await page.keyboard.press('ArrowDown');
    await part.getByRole('textbox', { name: 'Brugernavn' }).waitFor();
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'own-calendar-caldav-1280');
    await page.keyboard.press('ArrowDown');
    const path = join(product.folder, 'calendar.ics');
    writeFileSync(path, icsOf(taken('20261208T090000', '20261208T100000')));
    await part.getByLabel('Kalenderfil (.ics)').setInputFiles(path);
    await press('Forbind');
    await part.getByText('En fil er indlæst').waitFor();
    expect(await part.getByRole('button', { name: 'Læs igen nu' }).count()).toBe(0);
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'own-calendar-file-1280');
    await press('Afbryd forbindelsen');
    await part.getByRole('status').filter({ hasText: 'alt, hvad der blev læst, er slettet' }).waitFor();
    expect(await hasFocus(heading)).toBe(true);
    await part.getByText('Ingen kalender er forbundet.').waitFor();
    expect(await visitor.kept()).toEqual(keptNothing);
    expect(visitor.complaints.filter((one) => !one.includes('400'))).toEqual([]);
  });
});
