import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { ItemPage, textOf } from './support/item-page.js';
import { stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

let product: Product;
let browser: Browser;
let writer: Visitor;
let colleague: Visitor;
let meeting: StagedMeeting;
let item: ItemPage;
let other: ItemPage;
/** Everything that left the writer's browser on a socket. */
let sent: Buffer[];
let next = 0;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
}, 90_000);
beforeEach(async () => {
  writer = await Visitor.arrive(browser, product.origin, { script: axe });
  colleague = await Visitor.arrive(browser, product.origin);
  await Promise.all([writer.beSignedIn(people.coordinator), colleague.beSignedIn(people.officer)]);
  meeting ??= await stageMeeting(writer, people.officer.name);
  const path = `/moeder/${meeting.meetingId}/punkt/${meeting.items[next++]!.id}`;
  sent = [];
  writer.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => void sent.push(Buffer.from(payload))));
  [item, other] = [new ItemPage(writer.page), new ItemPage(colleague.page)];
  await Promise.all([writer.open(path), colleague.open(path)]);
  await Promise.all([item.loaded(), other.loaded()]);
});
afterEach(async () => {
  expect(writer.complaints).toEqual([]);
  await Promise.all([writer.context.close(), colleague.context.close()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const held = () => writer.page.getByRole('heading', { name: 'CPR-nummer holdes tilbage – det sendes ikke' });
const hasLeft = (text: string) => Buffer.concat(sent).includes(text);
const faults = () => writer.page.evaluate<string[]>("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id }) => id))");
const seenBy = (page: ItemPage, text: string) => eventually(`${text} arrives`, () => textOf(page.minutes), (now) => now === text);

describe('a CPR number in the editor', () => {
  it('does not leave the browser, and neither does what follows, until it is removed by keyboard alone', async () => {
    const { page } = writer;
    await item.minutes.click();
    await page.keyboard.type('Vi talte om barnet. ');
    await item.saved();
    await page.keyboard.type('Barnet 010190-1234 bor hos moren.');
    await held().waitFor();
    await item.status(/^\s*Ikke gemt: CPR-nummer holdes tilbage$/).waitFor();
    expect(await item.minutes.getAttribute('contenteditable')).toBe('true');
    expect(await textOf(item.minutes)).toBe('Vi talte om barnet. Barnet 010190-1234 bor hos moren.');
    // What the colleague writes meanwhile arrives, and shows that hers is not held up.
    await other.agenda.click();
    await colleague.page.keyboard.press('Control+End');
    await colleague.page.keyboard.type(' Fra politiet.');
    await eventually('the colleague is heard', () => textOf(item.agenda), (text) => text.includes('Fra politiet.'));
    expect(await textOf(other.minutes)).not.toContain('bor hos');
    expect(await faults()).toEqual([]);

    await writer.tabTo(page.getByRole('button', { name: 'Fjern nummeret 010190-1234' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await item.saved();
    await held().waitFor({ state: 'detached' });
    expect(await hasFocus(item.minutes)).toBe(true);
    await seenBy(other, 'Vi talte om barnet. Barnet  bor hos moren.');
    for (const digits of ['010190-1234', '1234', '010190']) expect([digits, hasLeft(digits)]).toEqual([digits, false]);
    // Undo does not bring it out either.
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+y');
    await item.saved();
    expect(hasLeft('1234')).toBe(false);
  });

  it('leaves when a person says that it is none, and is not asked about again', async () => {
    const { page } = writer;
    await item.minutes.click();
    await page.keyboard.type('Journal 010190-1234.');
    await held().waitFor();
    await page.getByRole('button', { name: '010190-1234 – det er ikke et CPR-nummer' }).click();
    await item.saved();
    await seenBy(other, 'Journal 010190-1234.');
    await page.keyboard.type(' Igen: 0101901234.');
    await item.saved();
    await seenBy(other, 'Journal 010190-1234. Igen: 0101901234.');
    expect(await held().count()).toBe(0);
  });

  it('keeps both buttons and says so when the server cannot be asked', async () => {
    const { page } = writer;
    await item.minutes.click();
    await page.keyboard.type('Journal 010190-1234.');
    await held().waitFor();
    await writer.context.setOffline(true);
    await page.getByRole('button', { name: '010190-1234 – det er ikke et CPR-nummer' }).click();
    await page.locator('.cpr-notice .alert-error').waitFor();
    await held().waitFor();
    await writer.context.setOffline(false);
    writer.complaints.splice(0);
    await page.getByRole('button', { name: '010190-1234 – det er ikke et CPR-nummer' }).click();
    await seenBy(other, 'Journal 010190-1234.');
  });

  it('is kept back when it is pasted, in the title, by a phone’s width, several at once', async () => {
    const { page } = writer;
    await page.setViewportSize(narrow);
    await item.title.click();
    await page.keyboard.press('End');
    await page.keyboard.insertText(' 010190-1234');
    await held().waitFor();
    await item.minutes.click();
    await page.keyboard.insertText('To: 020290-1234 og 030390 1234. Slut');
    await page.getByRole('button', { name: 'Fjern alle 3 numre' }).waitFor();
    expect(await writer.overflow()).toBeLessThanOrEqual(0);
    expect(await faults()).toEqual([]);
    const before = await textOf(other.title);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/cpr-390.png` });
    await page.getByRole('button', { name: 'Fjern alle 3 numre' }).click();
    await item.saved();
    await seenBy(other, 'To:  og . Slut');
    expect((await textOf(other.title)).trim()).toBe(before.trim());
    expect(hasLeft('1234')).toBe(false);
  });

  it('asks before the tab is closed', async () => {
    const { page } = writer;
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await item.minutes.click();
    await page.keyboard.type('Barn 010190-1234 her.');
    await held().waitFor();
    await page.close({ runBeforeUnload: true });
    await eventually('the browser asks', async () => asked, (types) => types.length > 0);
    expect(asked).toEqual(['beforeunload']);
    expect(page.isClosed()).toBe(false);
  });
});
