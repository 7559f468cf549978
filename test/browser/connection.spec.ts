import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { ItemPage, textOf } from './support/item-page.js';
import { inDays, stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, launchChromium, people, Visitor } from './support/visitor.js';

let product: Product;
let browser: Browser;
let writer: Visitor;
let meeting: StagedMeeting;
let item: ItemPage;
/** Each test writes in an agenda item of its own. */
let next = 0;
let path = '';

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
}, 90_000);
beforeEach(async () => {
  writer = await Visitor.arrive(browser, product.origin);
  await writer.beSignedIn(people.coordinator);
  meeting ??= await stageMeeting(writer, people.officer.name);
  path = `/moeder/${meeting.meetingId}/punkt/${meeting.items[next++]!.id}`;
  item = new ItemPage(writer.page);
  await writer.open(path);
  await item.loaded();
});
afterEach(async () => {
  product.resume();
  await writer.context.close();
});
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** What a colleague reads who comes now, in a browser that never held the text. */
async function stored(): Promise<string> {
  const reader = await Visitor.arrive(browser, product.origin);
  try {
    await reader.beSignedIn(people.officer);
    await reader.open(path);
    const page = new ItemPage(reader.page);
    await page.loaded();
    return await textOf(page.minutes);
  } finally {
    await reader.context.close();
  }
}

describe('a server that does not answer while somebody types', () => {
  it('is told after 5 seconds; after 15 typing stops and the text is offered; all is stored when it answers', async () => {
    const { page } = writer;
    await item.minutes.click();
    await page.keyboard.type('Før. ');
    await item.saved();
    product.pause();
    const silent = Date.now();
    await page.keyboard.type('Under. ');
    await item.status('Gemmer').waitFor();
    await item.status('Ikke gemt – serveren har ikke svaret i 5 sekunder').waitFor();
    expect(Date.now() - silent).toBeGreaterThanOrEqual(4_900);
    // Until it is stopped, typing goes on.
    await page.keyboard.type('Mens den tier. ');

    await item.status('Ikke gemt – der kan ikke skrives, før forbindelsen er tilbage').waitFor();
    expect(Date.now() - silent).toBeGreaterThanOrEqual(14_900);
    expect(await item.minutes.getAttribute('contenteditable')).toBe('false');
    expect(await item.title.isEditable()).toBe(false);
    await page.keyboard.type('Forgæves.');
    const offered = await page.getByLabel('Teksten, som den står hos dig').inputValue();
    expect(offered).toContain('Før. Under. Mens den tier. ');
    expect(offered).not.toContain('Forgæves');

    product.resume();
    await item.saved();
    await page.getByLabel('Teksten, som den står hos dig').waitFor({ state: 'detached' });
    expect(await item.minutes.getAttribute('contenteditable')).toBe('true');
    expect(await stored()).toBe('Før. Under. Mens den tier. ');
    await item.minutes.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('Efter.');
    await item.saved();
    expect(await stored()).toBe('Før. Under. Mens den tier. Efter.');
  });
});

describe('a server that is killed while somebody types', () => {
  it('gets what was typed meanwhile when it runs again, beside what it had stored', async () => {
    const { page } = writer;
    await item.minutes.click();
    await page.keyboard.type('Gemt før. ');
    await item.saved();
    await product.stop('SIGKILL');
    await item.status('Ingen forbindelse – alt herover er gemt').waitFor();
    await page.keyboard.type('Skrevet uden server. ');
    await item.status('Ikke gemt – ingen forbindelse').waitFor();
    await page.getByText('Gemt', { exact: true }).waitFor({ state: 'detached' });
    await product.start();
    await item.saved();
    expect(await stored()).toBe('Gemt før. Skrevet uden server. ');
    expect(writer.loads).toBe(1);
  });
});

describe('[CO94] a text that is locked while the line is cut', () => {
  it('is not typed into, and says so beside what else is told', async () => {
    const { page } = writer;
    const police = 'policeDistrict:nordsjaelland';
    const { people: found } = await writer.ask<{ people: { name: string; membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
    // Minutes are sent of a meeting that has begun: the product runs on the real clock here.
    const { id, outline } = await writer.ask<{ id: string; outline: { item: { id: string } }[] }>('POST', '/api/v1/meetings', {
      kindId: 'section115HandoverMeeting',
      startLocal: `${inDays(0)}T00:00`,
      durationMinutes: 60,
      authorityIds: [police],
      participantMembershipIds: [found.find(({ name }) => name === people.officer.name)!.membershipId],
    });
    await writer.open(`/moeder/${id}/punkt/${outline[0]!.item.id}`);
    await item.loaded();
    await item.minutes.click();
    await page.keyboard.type('Før. ');
    await item.saved();
    // Only the text itself tells: the page around it goes on as if everything could be written.
    await page.route('**/api/v1/**', (route) => route.abort());
    await writer.ask('POST', `/api/v1/meetings/${id}/minutes/send`);
    await item.status('Gemt – teksten er låst').waitFor();
    await page.keyboard.type('Forgæves.');
    await product.stop('SIGKILL');
    await item.status('Ingen forbindelse – alt herover er gemt').waitFor();
    await item.status(/^\s*Teksten er låst$/).waitFor();
    expect([await item.minutes.getAttribute('contenteditable'), await item.title.isEditable()]).toEqual(['false', false]);
    await page.keyboard.type('Forgæves.');
    expect(await textOf(item.minutes)).toBe('Før. ');
    await product.start();
  });
});

describe('[CO93] a proxy that answers for a server that is being started again', () => {
  it('takes nothing away: what was typed stays, and is stored when the server answers', async () => {
    const { page } = writer;
    await item.minutes.click();
    await page.keyboard.type('Gemt før. ');
    await item.saved();
    const answers: string[] = [];
    await page.route('**/api/v1/**', async (route) => {
      const status = answers.length % 2 === 0 ? 404 : 403;
      if (route.request().url().endsWith('/ticket')) answers.push('ticket');
      await route.fulfill({ status, contentType: 'text/html', body: '<h1>Not here</h1>' });
    });
    await product.stop('SIGKILL');
    await item.status('Ingen forbindelse').waitFor();
    await page.keyboard.type('Skrevet imens. ');
    await eventually('tickets are asked for in vain', async () => answers, (all) => all.length >= 2, 30_000);
    expect(await textOf(item.minutes)).toBe('Gemt før. Skrevet imens. ');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await product.start();
    await item.saved();
    expect(await stored()).toBe('Gemt før. Skrevet imens. ');
  });
});

describe('closing the tab', () => {
  it('is asked about while text is not stored, and only then', async () => {
    const { page } = writer;
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await item.minutes.click();
    product.pause();
    await page.keyboard.type('Ikke gemt endnu. ');
    await item.status('Gemmer').waitFor();
    await page.close({ runBeforeUnload: true });
    await eventually('the browser asks', async () => asked, (types) => types.length > 0);
    expect(asked).toEqual(['beforeunload']);
    expect(page.isClosed()).toBe(false);

    product.resume();
    await item.saved();
    await page.close({ runBeforeUnload: true });
    await eventually('the tab closes', async () => page.isClosed(), (closed) => closed);
    expect(asked).toEqual(['beforeunload']);
    expect(await stored()).toBe('Ikke gemt endnu. ');
  });
});
