import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { seedUpdate } from './document-content.js';
import { LocalBus, NoFanOut, type FanOut } from './fan-out.js';
import type { Limits } from './limits.js';
import type { MemoryStore } from './memory-store.js';
import { awarenessFrame, step1Frame, step2Frame } from './protocol.js';
import { Page } from './spec-page.js';
import { SpecServer, until } from './spec-server.js';

const most = 10;

/** One document, in which people may have ten client ids each. */
class Scene {
  readonly server: SpecServer;
  readonly anna: Session;
  readonly bo: Session;
  readonly row = { documentId: randomUUID(), itemId: randomUUID(), epoch: randomUUID() };

  constructor({ store, fanOut = new NoFanOut(), limits = {}, isRestored = false }: { store?: MemoryStore; fanOut?: FanOut; limits?: Partial<Limits>; isRestored?: boolean } = {}) {
    this.server = new SpecServer({ maxClientIdsPerPerson: most, ...limits }, store, fanOut);
    [this.anna, this.bo] = [this.server.signIn('Anna'), this.server.signIn('Bo')];
    this.server.store.create({ ...this.row, isRestored }, seedUpdate({ title: '', agendaParagraphs: [] }));
    for (const { personId } of [this.anna, this.bo]) this.server.readable.add(`${personId} ${this.row.itemId}`);
  }

  /** As on another process of the same store. */
  beside(fanOut: FanOut): SpecServer {
    const other = new SpecServer({ maxClientIdsPerPerson: most }, this.server.store, fanOut);
    for (const session of [this.anna, this.bo]) other.sessions.set(session.id, session);
    for (const readable of this.server.readable) other.readable.add(readable);
    return other;
  }

  async open(session: Session, { server = this.server, epoch = null as string | null, own = undefined as number | undefined } = {}): Promise<Page> {
    const page = new Page();
    const { documentId } = this.row;
    const { ticket, clientId } = own === undefined ? await this.server.ticket(session, documentId) : { ticket: null, clientId: own };
    page.doc.clientID = clientId;
    const admission = await server.hub.admit(page, { documentId, ticket, token: ticket === null ? session.id : null, acks: true, epoch });
    if (typeof admission === 'string') throw new Error(admission);
    page.admission = admission;
    page.receive(step1Frame(new Map()));
    await until('asked', () => page.asked === 1);
    page.receive(step2Frame(new Uint8Array([0, 0])));
    await until('answered', () => page.acknowledged === 1);
    return page;
  }

  leave(page: Page): void {
    this.server.hub.left(page.admission.connection);
  }

  async bindings({ personId }: Session): Promise<number[]> {
    return (await this.server.store.load(this.row.documentId))!.bindings.filter((one) => one.personId === personId).map(({ clientId }) => clientId);
  }

  async title(): Promise<string> {
    const doc = new Y.Doc();
    for (const update of (await this.server.store.load(this.row.documentId))!.updates) Y.applyUpdate(doc, update);
    return doc.getText('title').toString();
  }
}

describe('[CO2] a person who comes back for months', () => {
  /** So often that no more client ids are kept for her. */
  async function used(scene: Scene, session = scene.anna): Promise<void> {
    for (let n = 0; n < most; n++) scene.leave(await scene.open(session));
    expect(await scene.bindings(session)).toHaveLength(most);
  }

  it('is let in however often she opened the document, writes, and has no more client ids than a person may', async () => {
    const scene = new Scene();
    const keeper = await scene.open(scene.anna);
    keeper.type('a');
    await until('stored', () => keeper.acknowledged === 2);
    for (let n = 0; n < 3 * most; n++) {
      const page = await scene.open(scene.anna);
      expect([page.state, page.closed]).toEqual(['open', undefined]);
      scene.leave(page);
    }
    expect(await scene.bindings(scene.anna)).toHaveLength(most);
    const page = await scene.open(scene.anna);
    page.type('b');
    await until('stored', () => page.acknowledged === 2);
    keeper.type('c');
    await until('stored', () => keeper.acknowledged === 3);
    expect([[...(await scene.title())].sort().join(''), page.closed, keeper.closed, scene.server.failures]).toEqual(['abc', undefined, undefined, []]);
    expect(await scene.bindings(scene.anna)).toEqual(expect.arrayContaining([keeper.doc.clientID, page.doc.clientID]));
  });

  it('and has not written yet: nobody else writes, or comes, under the id that she is here with', async () => {
    const scene = new Scene();
    await used(scene);
    const anna = await scene.open(scene.anna);
    const bo = await scene.open(scene.bo);
    expect(await scene.bindings(scene.anna)).not.toContain(anna.doc.clientID);
    anna.receive(awarenessFrame([{ clientId: anna.doc.clientID, clock: 1, state: '{}' }]));
    bo.doc.clientID = anna.doc.clientID;
    bo.type('tyveri');
    expect([bo.refusals, bo.closed]).toEqual([['client-id-taken'], 'client-id-taken']);
    const named = new Page();
    await scene.server.hub.admit(named, { documentId: scene.row.documentId, ticket: null, token: scene.bo.id, acks: true, epoch: null, clientId: anna.doc.clientID });
    expect([named.closed, anna.closed]).toEqual(['client-id-taken', undefined]);
    anna.type('mit');
    await until('stored', () => anna.acknowledged === 2);
    expect(await scene.title()).toBe('mit');
  });

  it('and comes with what she typed without a network is told where somebody else has taken her id: none of it is taken for stored', async () => {
    const scene = new Scene();
    await used(scene);
    const early = await scene.open(scene.anna);
    scene.leave(early);
    const thief = await scene.open(scene.bo, { own: early.doc.clientID });
    thief.type('en lang tekst');
    await until('stored', () => thief.acknowledged === 2);
    // By her ticket, and by name when that has run out.
    const { ticket } = await scene.server.ticket(scene.anna, scene.row.documentId);
    const late = new Page();
    await scene.server.hub.admit(late, { documentId: scene.row.documentId, ticket, token: null, acks: true, epoch: null, clientId: early.doc.clientID });
    late.doc.clientID = early.doc.clientID;
    expect([late.closed, late.acknowledged]).toEqual(['client-id-taken', 0]);
    // Whose the words are is in no doubt.
    expect([await scene.bindings(scene.bo), await scene.title()]).toEqual([[early.doc.clientID], 'en lang tekst']);
  });

  it('is told also where somebody takes it on another process while she is here', async () => {
    const bus = new LocalBus();
    const scene = new Scene({ fanOut: bus.join() });
    await used(scene);
    const there = scene.beside(bus.join());
    const anna = await scene.open(scene.anna);
    const thief = await scene.open(scene.bo, { server: there, own: anna.doc.clientID });
    thief.type('en lang tekst');
    await until('told', () => anna.closed !== undefined);
    // On its way when she was told: it is shorter than what stands under her id by now.
    anna.type('mit');
    expect([anna.closed, anna.acknowledged, await scene.title()]).toEqual(['client-id-taken', 1, 'en lang tekst']);
  });

  it('and finds out at her first words is told that they are not stored', async () => {
    const scene = new Scene({ fanOut: new LocalBus().join() });
    await used(scene);
    const there = scene.beside(new LocalBus().join());
    const anna = await scene.open(scene.anna);
    const thief = await scene.open(scene.bo, { server: there, own: anna.doc.clientID });
    thief.type('en lang tekst');
    await until('stored', () => thief.acknowledged === 2);
    anna.type('mit');
    await until('told', () => anna.closed !== undefined);
    expect([anna.closed, anna.acknowledged, await scene.title()]).toEqual(['client-id-taken', 1, 'en lang tekst']);
  });

  it('on as many pages as a person may write on, reads, and is told before she types', async () => {
    const scene = new Scene();
    for (let n = 0; n < most; n++) {
      const page = await scene.open(scene.anna);
      page.type('x');
      await until('stored', () => page.acknowledged === 2);
      scene.leave(page);
    }
    const page = await scene.open(scene.anna);
    expect([page.title, page.state, page.closed]).toEqual(['x'.repeat(most), 'frozen', undefined]);
    page.type('for meget');
    expect([page.refusals, (await scene.bindings(scene.anna)).length]).toEqual([['update-refused'], most]);
    expect((await scene.open(scene.bo)).state).toBe('open');
  });

  it('however many ids she takes, has no more than twice as many as a person may write under', async () => {
    const scene = new Scene();
    await used(scene);
    let written = 0;
    for (let n = 0; n < 2 * most; n++) {
      const page = await scene.open(scene.anna, { own: 50_000 + n });
      page.type('x');
      await until('answered', () => page.acknowledged === 2 || page.closed !== undefined);
      if (page.closed === undefined) written++;
      scene.leave(page);
    }
    expect([written, (await scene.bindings(scene.anna)).length]).toEqual([most, 2 * most]);
  });
});

describe('[CO3] what waits for the answer to a resync', () => {
  /** Something was lost on the way; what comes behind it waits. */
  async function parked(limits: Partial<Limits> = {}) {
    const scene = new Scene({ limits: { resyncMs: 30, ...limits } });
    const page = await scene.open(scene.anna);
    page.edit('tabt ');
    page.type('1');
    expect([page.asked, page.closed]).toEqual([2, undefined]);
    return { scene, page };
  }

  it('waits no longer than the deadline: who never answers is told, closed, and keeps nothing there', async () => {
    const { scene, page } = await parked();
    await until('closed', () => page.closed !== undefined);
    expect([page.closed, page.refusals, page.admission.connection.parked, await scene.title()]).toEqual(['clock-gap', ['clock-gap'], [], '']);
  });

  it('is stored when the answer comes, and nobody is closed for it later', async () => {
    const { scene, page } = await parked();
    page.receive(step2Frame(Y.encodeStateAsUpdate(page.doc)));
    await until('stored', () => page.acknowledged === 3);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect([page.closed, await scene.title()]).toEqual([undefined, 'tabt 1']);
  });

  it('waits longer where the answer has come and its commit takes long, and where nothing is read', async () => {
    const { scene, page } = await parked();
    page.pause();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(page.closed).toBeUndefined();
    page.resume();
    let letThrough = () => {};
    scene.server.store.beforeCommit = () => new Promise((resolve) => (letThrough = resolve));
    page.receive(step2Frame(Y.encodeStateAsUpdate(page.doc)));
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(page.closed).toBeUndefined();
    letThrough();
    await until('stored', () => page.acknowledged === 3);
    expect(await scene.title()).toBe('tabt 1');
  });

  it('also of whoever never asked for the content', async () => {
    const scene = new Scene({ limits: { resyncMs: 30 } });
    const page = new Page();
    const { documentId } = scene.row;
    const { ticket, clientId } = await scene.server.ticket(scene.anna, documentId);
    page.doc.clientID = clientId;
    page.admission = (await scene.server.hub.admit(page, { documentId, ticket, token: null, acks: true, epoch: null })) as Page['admission'];
    page.edit('tabt ');
    page.type('1');
    await until('closed', () => page.closed !== undefined);
    expect([page.closed, page.asked, page.admission.connection.parked]).toEqual(['clock-gap', 0, []]);
  });
});

describe('[CO2, CO67] who comes after a restore without an epoch, with words of a colleague that the store lost', () => {
  /** Bo has seen what Anna wrote; the store has not. */
  async function lost(isRestored: boolean) {
    const scene = new Scene({ isRestored });
    const before = new Y.Doc();
    before.clientID = 77;
    before.getText('title').insert(0, 'Annas ord ');
    return { scene, words: Y.encodeStateAsUpdate(before) };
  }

  it('does not get her client id for his own, and is told', async () => {
    const { scene, words } = await lost(true);
    const bo = await scene.open(scene.bo, { own: 78 });
    bo.receive(awarenessFrame([{ clientId: 78, clock: 1, state: '{}' }]));
    Y.applyUpdate(bo.doc, words);
    bo.receive(step2Frame(Y.encodeStateAsUpdate(bo.doc)));
    expect([bo.refusals, bo.closed, await scene.title()]).toEqual([['client-id-taken'], 'client-id-taken', '']);
    // She is who she was.
    const anna = await scene.open(scene.anna, { own: 77 });
    anna.receive(awarenessFrame([{ clientId: 77, clock: 1, state: '{}' }]));
    anna.type('igen');
    await until('stored', () => anna.acknowledged === 2);
    expect([anna.closed, await scene.title()]).toEqual([undefined, 'igen']);
  });

  it('writes under his own, whether his client said which it is or got it with a ticket', async () => {
    const { scene } = await lost(true);
    const own = await scene.open(scene.bo, { own: 78 });
    own.receive(awarenessFrame([{ clientId: 78, clock: 1, state: '{}' }]));
    const given = await scene.open(scene.bo);
    own.type('et ');
    given.type('to ');
    await until('stored', () => own.acknowledged === 2 && given.acknowledged === 2);
    expect([own.closed, given.closed]).toEqual([undefined, undefined]);
  });

  it('a page that names the epoch of after, and everybody where the store was never put back, brings the words of several tabs', async () => {
    for (const isRestored of [true, false]) {
      const { scene, words } = await lost(isRestored);
      const bo = await scene.open(scene.bo, { own: 78, ...(isRestored ? { epoch: scene.row.epoch } : {}) });
      Y.applyUpdate(bo.doc, words);
      bo.receive(step2Frame(Y.encodeStateAsUpdate(bo.doc)));
      await until('stored', () => bo.acknowledged === 2);
      expect(await scene.title()).toBe('Annas ord ');
    }
  });
});
