import assert from 'node:assert/strict';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import type { CollabStore } from './collab-store.js';
import { compactUpdates, projectContent } from './document-content.js';
import { repairShape } from './document-repair.js';
import { FanOut, type CommitHint } from './fan-out.js';
import { InlineHeavyWork } from './heavy-work.js';
import { Hub } from './hub.js';
import { defaultLimits } from './limits.js';
import { step1Frame, step2Frame } from './protocol.js';
import { Page } from './spec-page.js';
import { until } from './spec-server.js';

/** What may happen to a hint on its way. */
export const faults = ['none', 'duplicate', 'reorder', 'gap', 'silence'] as const;
export type Fault = (typeof faults)[number];

/** A way to others that does to hints what networks do. */
export class FaultyFanOut extends FanOut {
  private readonly late: (() => void)[] = [];

  constructor(
    private readonly inner: FanOut,
    private readonly fault: Fault,
    private readonly random: () => number,
  ) {
    super();
  }

  override get isShared(): boolean {
    return this.inner.isShared;
  }

  override ready(): Promise<void> {
    return this.inner.ready();
  }

  override publish(hints: readonly CommitHint[]): void {
    this.inner.publish(hints);
  }

  override onHint(hear: (hint: CommitHint) => void): () => void {
    return this.inner.onHint((hint) => {
      if (this.fault === 'silence' || (this.fault === 'gap' && this.random() < 0.5)) return;
      if (this.fault === 'reorder' && this.random() < 0.5) return void this.late.push(() => hear(hint));
      hear(hint);
      if (this.fault === 'duplicate') hear(hint);
      if (this.random() < 0.3) for (const deliver of this.late.splice(0).reverse()) deliver();
    });
  }
}

/** Two processes on one document. */
export interface TwoHubs {
  hubs: readonly [Hub, Hub];
  store: CollabStore;
  documentId: string;
  people: readonly [string, string];
  failures: string[];
}

/** A hub as a process has it, on its own end of the way to the others. Everybody named may come in. */
export function hubOn(store: CollabStore, fanOut: FanOut, sessionId: string, failures: string[]): Hub {
  const heavyWork = new InlineHeavyWork();
  const hub: Hub = new Hub(
    {
      store,
      fanOut,
      isCurrent: () => true,
      door: { byToken: async (token) => ({ id: sessionId, personId: token, personName: 'Test', authorityName: 'Testby', validUntilMs: Number.POSITIVE_INFINITY, unusedUntilMs: Number.POSITIVE_INFINITY }) as Session, bySession: async () => null, readsUntil: async () => Number.POSITIVE_INFINITY, record: async () => true },
      nowMs: Date.now,
      merge: (updates) => heavyWork.merge(updates),
      diff: (content, stateVector) => heavyWork.diff(content, stateVector),
      repair: (updates, clientId) => heavyWork.repair(updates, clientId),
      repaired: () => undefined,
      numbersGone: () => undefined,
      changed: () => undefined,
      changedElsewhere: () => undefined,
      grown: () => undefined,
      failed: (what, error) => failures.push(`${what}: ${error instanceof Error ? error.message : 'unknown'}`),
    },
    { ...defaultLimits, retryDelaysMs: [5, 20] },
  );
  fanOut.onHint((hint) => hub.heard(hint));
  return hub;
}

async function join({ hubs, documentId, people }: TwoHubs, on: 0 | 1, person: 0 | 1): Promise<Page> {
  const page = new Page();
  const admission = await hubs[on].admit(page, { documentId, ticket: null, token: people[person], acks: true, epoch: null });
  assert.notEqual(typeof admission, 'string', String(admission));
  page.admission = admission as Exclude<typeof admission, string>;
  page.receive(step1Frame(new Map()));
  await until('asked', () => page.asked === 1);
  page.receive(step2Frame(new Uint8Array([0, 0])));
  await until('answered', () => page.acknowledged === 1);
  return page;
}

async function stored({ store, documentId }: TwoHubs): Promise<string> {
  const doc = new Y.Doc();
  for (const update of (await store.load(documentId))!.updates) Y.applyUpdate(doc, update);
  assert.equal(doc.store.pendingStructs, null);
  return doc.getText('title').toString();
}

function element(name: string, ...inside: Y.XmlElement[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(0, inside);
  return made;
}

const sweep = ({ hubs }: TwoHubs) => Promise.all(hubs.map((hub) => hub.sweep()));

/** What holds of every way between processes, whatever happens to hints. */
export const fanOutContract: Readonly<Record<string, (two: TwoHubs) => Promise<void>>> = {
  '[CO100, CO101] what one commits reaches the others in order and without loss': async (two) => {
    const pages = [await join(two, 0, 0), await join(two, 1, 1), await join(two, 1, 0)];
    for (let n = 0; n < 25; n++) {
      pages.forEach((page, p) => page.type(`${'abc'[p]}${n} `));
      if (n % 5 === 0) await until('some stored', () => pages[0]!.acknowledged > n / 2);
    }
    await until('all stored', () => pages.every((page) => page.acknowledged === 26));
    await sweep(two);
    const text = await stored(two);
    for (const page of pages) assert.equal(page.title, text);
    for (const side of 'abc') assert.deepEqual(text.split(' ').filter((word) => word.startsWith(side)), Array.from({ length: 25 }, (_, n) => `${side}${n}`));
    assert.deepEqual([pages.flatMap(({ refusals }) => refusals), pages.map(({ closed }) => closed), two.failures], [[], [undefined, undefined, undefined], []]);
  },

  '[CO102] nobody writes under an id that is somebody’s elsewhere': async (two) => {
    const [own, foreign] = [await join(two, 0, 0), await join(two, 1, 1)];
    own.doc.clientID = 77;
    own.type('mit');
    await until('stored', () => own.acknowledged === 2);
    foreign.doc.clientID = 77;
    // More than was written under it: what is known already is not asked about, nor stored (CO4).
    foreign.type('noget ganske andet');
    await until('refused', () => foreign.closed !== undefined);
    assert.deepEqual([foreign.refusals, await stored(two), two.failures], [['client-id-taken'], 'mit', []]);
  },

  '[CO102] what a person goes on to write elsewhere is judged by all that she has written': async (two) => {
    const here = await join(two, 0, 0);
    here.doc.clientID = 78;
    here.type('en ');
    await until('stored', () => here.acknowledged === 2);
    const there = await join(two, 1, 0);
    there.doc.clientID = 78;
    assert.equal(there.title, 'en ');
    there.type('to');
    await until('stored there', () => there.acknowledged === 2);
    // The page of before says what it has already said, and something else under a clock that is taken: nobody is shown it.
    here.type('usandt');
    await until('answered', () => here.acknowledged === 3 || here.closed !== undefined);
    await sweep(two);
    assert.equal((await stored(two)).slice(0, 5), 'en to');
    assert.equal(there.title, await stored(two));
    assert.deepEqual(two.failures, []);
  },

  '[CO103] nothing is stored after a freeze, whoever has heard of it': async (two) => {
    const [here, there] = [await join(two, 0, 0), await join(two, 1, 1)];
    here.type('forud');
    await until('stored', () => here.acknowledged === 2);
    await two.store.setState(two.documentId, 'frozen');
    there.type('efter');
    await until('refused', () => there.closed !== undefined);
    assert.deepEqual([there.refusals, await stored(two)], [['document-frozen'], 'forud']);
  },

  '[CO76, CO102] what a deletion leaves incomplete is completed with it, also when others have committed since it was judged': async (two) => {
    const [here, there] = [await join(two, 0, 0), await join(two, 1, 1)];
    const paragraph = () => new Y.XmlElement('paragraph');
    here.change((minutes) => minutes.insert(0, [element('bulletList', element('listItem', paragraph(), element('bulletList', element('listItem', paragraph()))))]));
    await until('stored', () => here.acknowledged === 2);
    await sweep(two);
    const seen: unknown[] = [];
    here.doc.on('update', () => seen.push(repairShape([Y.encodeStateAsUpdate(here.doc)], 1)));
    // Where no hint comes, the other finds this one at its commit, when what it lacks is in it already.
    here.type('her');
    await until('stored', () => here.acknowledged === 3);
    there.change((minutes) => ((minutes.get(0) as Y.XmlElement).get(0) as Y.XmlElement).delete(0, 1));
    await until('stored there', () => there.acknowledged === 2);
    await sweep(two);
    const { updates } = (await two.store.load(two.documentId))!;
    assert.deepEqual([repairShape(updates, 1), seen.filter((faults) => faults !== null), two.failures], [null, [], []]);
    const words = projectContent(compactUpdates(updates));
    for (const { doc } of [here, there]) assert.deepEqual(projectContent(Y.encodeStateAsUpdate(doc)), words);
    assert.equal(words.title, 'her');
  },

  '[CO105] a snapshot that was made elsewhere meanwhile brings what was missed, once': async (two) => {
    const [here, there] = [await join(two, 0, 0), await join(two, 1, 1)];
    here.type('et ord');
    await until('stored', () => here.acknowledged === 2);
    await two.store.compact(two.documentId, async (updates) => compactUpdates(updates), false);
    await sweep(two);
    assert.equal(there.title, 'et ord');
    there.type('!');
    await until('stored there', () => there.acknowledged === 2);
    await sweep(two);
    assert.deepEqual([here.title, there.title, await stored(two), two.failures], ['et ord!', 'et ord!', 'et ord!', []]);
  },
};
