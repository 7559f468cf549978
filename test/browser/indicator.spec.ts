import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import * as Y from 'yjs';
import { CollabStore } from '@lib/collab/collab-store.js';
import { meetingOf, openItems, section115 } from '../support/story.js';
import { TestServer } from '../support/test-server.js';
import { converge, ItemPage, textOf } from './support/item-page.js';
import { eventually, launchChromium, Visitor } from './support/visitor.js';

/** The product in this process: what it commits is seen here, held back and made to fail, and both go by one clock. */
let server: TestServer;
let browser: Browser;
let path = '';
let documentId = '';
let coordinator = '';
let officer = '';

/** Letters that stand in nobody's name: one for each of the two. */
const letters = { writer: 'x', colleague: 'z' } as const;
type Who = keyof typeof letters;

/** What stood in the database after each commit, before anybody was told of it. */
const commits: { at: number; text: string }[] = [];
const fault = { held: null as Promise<void> | null, failures: 0, failed: 0 };

async function storedText(): Promise<string> {
  const doc = new Y.Doc();
  for (const update of (await server.running.app.get(CollabStore).load(documentId))!.updates) Y.applyUpdate(doc, update);
  return doc.getXmlFragment('minutes').toArray().map((block) => block.toString().replace(/<[^>]*>/g, '')).join('\n');
}

beforeAll(async () => {
  server = await TestServer.start();
  browser = await launchChromium();
  const store = server.running.app.get(CollabStore);
  const append = store.append.bind(store);
  store.append = async (rows, known) => {
    await fault.held;
    if (fault.failures > 0) {
      fault.failures -= 1;
      fault.failed += 1;
      throw new Error('the disk is full');
    }
    const appended = await append(rows, known);
    const text = await storedText();
    commits.push({ at: Date.now(), text });
    return appended;
  };
}, 90_000);
beforeEach(async () => {
  const story = await section115(server);
  const { item } = openItems(await meetingOf(story.coordinator, story.meetingId))[2]!;
  documentId = item.documentId;
  path = `/moeder/${story.meetingId}/punkt/${item.id}`;
  [coordinator, officer] = [story.coordinator.person.name, story.officer.person.name];
  commits.splice(0, commits.length, { at: Date.now(), text: '' });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface Told {
  /** By the machine's clock, which the server goes by. */
  at: number;
  /** By the clock of the page. */
  pageAt: number;
  /** What the page says about saving. */
  said: string;
  /** How many letters of her own stand in the text. */
  written: number;
}

/** Writes down what the page says beside what stands in it, at each change and at each picture that is drawn. */
const watch = `(() => {
  // Before a test takes over the clock of the page.
  const now = Date.now.bind(Date);
  const nextPicture = requestAnimationFrame.bind(window);
  window.watch = (letter) => {
    const told = (window.told = []);
    const look = () => {
      const said = document.querySelector('.save-status').textContent.trim();
      const written = document.querySelector('[role=textbox][aria-label=Referat]').textContent.split(letter).length - 1;
      const last = told.at(-1);
      if (last?.said !== said || last.written !== written) told.push({ at: now(), pageAt: Date.now(), said, written });
    };
    new MutationObserver(look).observe(document.querySelector('.document-line'), { subtree: true, childList: true, characterData: true });
    const eachPicture = () => {
      look();
      nextPicture(eachPicture);
    };
    eachPicture();
  };
})()`;

const count = (text: string, letter: string) => text.split(letter).length - 1;
/** All that this page has is stored, it says. */
const saysAllIsStored = ({ said }: Told) => /^Gemt$|alt herover er gemt$|^Gemt –/.test(said);
const lies = (told: readonly Told[], who: Who) =>
  told.filter((one) => saysAllIsStored(one) && one.written > count(commits.findLast(({ at }) => at <= one.at)?.text ?? '', letters[who]));
/** By the clock of the page. */
const longestSaving = (told: readonly Told[]) =>
  Math.max(...told.map(({ said, pageAt }, n) => (said.startsWith('Gemmer') ? (told.slice(n).find((later) => !later.said.startsWith('Gemmer'))?.pageAt ?? Infinity) - pageAt : 0)));

interface Watched {
  visitor: Visitor;
  item: ItemPage;
  told: () => Promise<Told[]>;
}
async function watched(name: string, who: Who, controlsClock = false): Promise<Watched> {
  const visitor = await Visitor.arrive(browser, server.origin, { script: watch });
  if (controlsClock) await visitor.page.clock.install();
  await visitor.beSignedIn({ name });
  await visitor.open(path);
  const item = new ItemPage(visitor.page);
  await item.loaded();
  await visitor.page.evaluate(`watch('${letters[who]}')`);
  return { visitor, item, told: () => visitor.page.evaluate<Told[]>('told') };
}

/** Holds commits back. @returns lets them go */
function hold(): () => void {
  let letGo = () => {};
  fault.held = new Promise((done) => (letGo = done));
  return () => {
    fault.held = null;
    letGo();
  };
}

describe('what two pages say about saving', () => {
  it('is true at every moment, while one is a minute without a network, commits wait and commits fail; in the end everybody has all words, each once', async () => {
    // Her minute passes when the test says so; the network is really gone, without a word to the socket.
    const { visitor: writer, item, told } = await watched(coordinator, 'writer', true);
    const { page } = writer;
    const { visitor: colleague, item: there, told: toldThere } = await watched(officer, 'colleague');
    const type = async (one: Visitor, text: string) => {
      await one.page.keyboard.press('Control+End');
      await one.page.keyboard.type(text);
    };
    await item.minutes.click();
    await type(writer, 'xxx før. ');
    await item.saved();
    await eventually('the colleague has it', () => textOf(there.minutes), (text) => text === 'xxx før. ');
    await there.minutes.click();

    await writer.context.setOffline(true);
    await type(writer, 'xx uden net. ');
    await item.status('Gemmer').waitFor();
    await type(colleague, 'zz imens. ');
    await there.saved();
    await page.clock.fastForward(5_000);
    await item.status('Ikke gemt – serveren har ikke svaret i 5 sekunder').waitFor();
    await type(writer, 'xx lidt endnu. ');
    await page.clock.fastForward(10_000);
    await item.status('Ikke gemt – der kan ikke skrives, før forbindelsen er tilbage').waitFor();
    expect(await item.minutes.getAttribute('contenteditable')).toBe('false');
    await page.keyboard.type('xx forgæves.');
    expect(await page.getByLabel('Teksten, som den står hos dig').inputValue()).toContain('xxx før. xx uden net. xx lidt endnu. ');

    // Meanwhile the database is slow for the colleague, and then it fails: once for good, so that she is cut off and sends again.
    let letGo = hold();
    await type(colleague, 'zz langsomt. ');
    await there.status('Gemmer').waitFor();
    expect(count(commits.at(-1)!.text, 'z')).toBe(2);
    letGo();
    await there.saved();
    fault.failures = 5;
    await type(colleague, 'zz forgæves først. ');
    await there.status(/^\s*(Gemmer|Ikke gemt)/).waitFor();
    await eventually('commits have failed', async () => fault.failed, (failed) => failed === 5);
    await there.saved();

    for (let seconds = 15; seconds < 60; seconds += 5) await page.clock.fastForward(5_000);
    await item.status('Ikke gemt – der kan ikke skrives, før forbindelsen er tilbage').waitFor();
    expect(await textOf(there.minutes)).toBe('xxx før. zz imens. zz langsomt. zz forgæves først. ');

    // Back on the network her words have arrived, and are not stored yet.
    letGo = hold();
    await writer.context.setOffline(false);
    await eventually('she has what the colleague wrote', () => textOf(item.minutes), (text) => count(text, 'z') === 6);
    await item.status('Ikke gemt – der kan ikke skrives, før forbindelsen er tilbage').waitFor();
    letGo();
    await item.saved();
    letGo = hold();
    // What could not be written in let go of the focus.
    await item.minutes.click();
    await type(writer, 'x til sidst. ');
    await page.clock.fastForward(5_000);
    await item.status('Ikke gemt – serveren har ikke svaret i 5 sekunder').waitFor();
    letGo();
    await item.saved();

    const text = await converge(item.minutes, there.minutes, (now) => count(now, 'x') === 8 && count(now, 'z') === 6);
    for (const words of ['xxx før. ', 'xx uden net. ', 'xx lidt endnu. ', 'zz imens. ', 'zz langsomt. ', 'zz forgæves først. ', 'x til sidst. ']) expect([words, count(text, words)]).toEqual([words, 1]);
    expect(await storedText()).toBe(text);
    expect(commits.at(-1)!.text).toBe(text);

    const [here, elsewhere] = [await told(), await toldThere()];
    expect([lies(here, 'writer'), lies(elsewhere, 'colleague')]).toEqual([[], []]);
    // Words that wait are told of as waiting for as long as that holds, and no longer.
    for (const one of [here, elsewhere]) {
      expect(longestSaving(one)).toBeLessThan(10_000);
      expect(one.at(-1)!.said).toBe('Gemt');
      expect(one.filter(({ said }) => said.startsWith('Gemmer')).length).toBeGreaterThan(2);
    }
    expect([here.at(-1)!.written, elsewhere.at(-1)!.written]).toEqual([8, 6]);
    for (const { context } of [writer, colleague]) await context.close();
  });
});
