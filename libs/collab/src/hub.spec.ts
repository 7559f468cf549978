import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import type { Chance } from './hub.js';
import type { Limits } from './limits.js';
import { repairShape } from './document-repair.js';
import type { Connection } from './connection.js';
import { awarenessFrame, step1Frame, step2Frame, updateFrame, type DocumentState } from './protocol.js';
import { ByteReader } from './byte-reader.js';
import { Page } from './spec-page.js';
import { SpecServer, until } from './spec-server.js';

class Scene {
  readonly server: SpecServer;
  readonly anna: Session;
  readonly bo: Session;
  readonly documentId: string;
  readonly itemId: string;

  constructor(limits: Partial<Limits> = {}, chance?: Chance) {
    this.server = new SpecServer(limits, undefined, undefined, chance);
    this.anna = this.server.signIn('Anna');
    this.bo = this.server.signIn('Bo');
    ({ documentId: this.documentId, itemId: this.itemId } = this.server.document([this.anna, this.bo]));
  }

  async join(session: Session): Promise<Page> {
    const page = new Page();
    const { ticket, clientId } = await this.server.ticket(session, this.documentId);
    page.doc.clientID = clientId;
    const admission = await this.server.hub.admit(page, { documentId: this.documentId, ticket, token: null, acks: true, epoch: null });
    if (typeof admission === 'string') throw new Error(admission);
    page.admission = admission;
    page.receive(step1Frame(new Map()));
    await until('asked', () => page.asked === 1);
    page.receive(step2Frame(new Uint8Array([0, 0])));
    await until('claimed', () => page.acknowledged === 1);
    return page;
  }

  /** Holds commits back until the answer is called. */
  holdCommits(): { isHeld: () => boolean; letThrough: () => void } {
    let release: (() => void) | undefined;
    this.server.store.beforeCommit = () => new Promise((resolve) => (release = resolve));
    return {
      isHeld: () => release !== undefined,
      letThrough: () => {
        this.server.store.beforeCommit = () => undefined;
        release?.();
      },
    };
  }

  async document(): Promise<Y.Doc> {
    const doc = new Y.Doc();
    for (const update of (await this.server.store.load(this.documentId))?.updates ?? []) Y.applyUpdate(doc, update);
    expect(doc.store.pendingStructs).toBeNull();
    return doc;
  }

  async stored(): Promise<string> {
    return (await this.document()).getText('title').toString();
  }
}

describe('Hub', () => {
  it('[CO33] what a person had sent, and nobody had begun to store, is not stored after access is taken away', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    const b = await scene.join(scene.bo);
    const commits = scene.holdCommits();
    a.type('1');
    await until('under way', commits.isHeld);
    b.type('B');
    a.type('2');
    scene.server.readable.delete(`${scene.bo.personId} ${scene.itemId}`);
    await scene.server.hub.audienceChanged(scene.itemId);
    expect(b.closed).toBe('access-ended');
    commits.letThrough();
    await until('acknowledged', () => a.acknowledged === 3);
    expect(await scene.stored()).toBe('12');
    expect(b.title).toBe('B');
    expect(a.closed).toBeUndefined();
  });

  it('[CO33] [CO3] what leans on something that was dropped is asked for again, and nothing dangles', async () => {
    const scene = new Scene();
    const first = await scene.join(scene.anna);
    // The same person elsewhere, by another session; both tabs share what they write.
    const again = scene.server.signIn('Anna');
    const other: Session = { ...again, personId: scene.anna.personId };
    scene.server.sessions.set(again.id, other);
    const second = await scene.join(other);
    const bo = await scene.join(scene.bo);
    const commits = scene.holdCommits();
    bo.type('x');
    await until('under way', commits.isHeld);
    const words = first.edit('from the first tab');
    first.receive(updateFrame(words));
    Y.applyUpdate(second.doc, words, 'tab');
    second.type(', from the second');
    scene.server.hub.sessionEnded(scene.anna.id);
    expect(first.closed).toBe('not-signed-in');
    await until('asked again', () => second.asked === 2);
    commits.letThrough();
    second.receive(step2Frame(Y.encodeStateAsUpdate(second.doc)));
    await until('acknowledged', () => second.acknowledged === 3);
    // The tab that may still write had the words, too, so they are stored: by whom they may be.
    expect(await scene.stored()).toContain('from the first tab, from the second');
    await until('Bo sees them', () => bo.title.includes('from the second'));
  });

  it('[CO12] [CO33] a socket that lingers after a lost commit takes nothing from those who came back', async () => {
    const scene = new Scene({ retryDelaysMs: [] });
    const lingering = await scene.join(scene.bo);
    const a = await scene.join(scene.anna);
    scene.server.store.beforeCommit = () => {
      throw new Error('database away');
    };
    a.type('lost');
    await until('everybody is sent away', () => a.closed !== undefined && lingering.closed !== undefined);
    expect(scene.server.hub.connectionCount).toBe(0);
    scene.server.store.beforeCommit = () => undefined;
    const carl = scene.server.signIn('Carl');
    scene.server.readable.add(`${carl.personId} ${scene.itemId}`);
    const [one, two] = [await scene.join(scene.anna), await scene.join(carl)];
    const commits = scene.holdCommits();
    one.type('1');
    await until('under way', commits.isHeld);
    one.type('2');
    // Bo's machine sleeps, so that the closed socket is still there when his session ends.
    scene.server.hub.sessionEnded(scene.bo.id);
    lingering.admission.room.revoke(lingering.admission.connection, 'not-signed-in');
    commits.letThrough();
    one.type('3');
    await until('acknowledged', () => one.acknowledged === 4);
    await until('seen', () => two.title === '123');
    expect(await scene.stored()).toBe('123');
    expect(scene.server.failures.filter((failure) => !failure.startsWith('commit'))).toEqual([]);
  });

  it('[CO33] what could not be stored is not tried again when its sender’s access was taken meanwhile; what others wrote is', async () => {
    const scene = new Scene({ retryDelaysMs: [1] });
    const a = await scene.join(scene.anna);
    const b = await scene.join(scene.bo);
    scene.server.store.beforeCommit = () => {
      scene.server.store.beforeCommit = () => undefined;
      scene.server.hub.sessionEnded(scene.anna.id);
      throw new Error('database away');
    };
    a.type('from Anna');
    b.type('from Bo');
    await until('stored', () => b.acknowledged === 2);
    expect([a.closed, await scene.stored(), b.title]).toEqual(['not-signed-in', 'from Bo', 'from Bo']);
    b.type(', and on');
    await until('stored', () => b.acknowledged === 3);
    expect(await scene.stored()).toBe('from Bo, and on');
  });

  describe('[CO33] what could not be stored at the first try, of somebody who has closed her page since,', () => {
    const setUp = () => {
      const retries: (() => void)[] = [];
      const scene = new Scene({ retryDelaysMs: [1] }, { clientId: () => Math.floor(Math.random() * 2 ** 32), later: (work) => void retries.push(work) });
      return { scene, retries };
    };
    const failed = async ({ scene, retries }: ReturnType<typeof setUp>, leave = (connection: Connection) => scene.server.hub.left(connection)) => {
      const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
      scene.server.store.beforeCommit = () => {
        scene.server.store.beforeCommit = () => undefined;
        throw new Error('database away');
      };
      a.type('from Anna');
      b.type('from Bo');
      await until('failed', () => retries.length === 1);
      leave(a.admission.connection);
      const retried = async () => {
        retries[0]!();
        b.type(', and on');
        await until('stored', () => b.acknowledged === 3);
        return scene.stored();
      };
      return { a, retried };
    };

    it.each<[string, (scene: Scene) => unknown]>([
      ['her session ends', (scene) => scene.server.hub.sessionEnded(scene.anna.id)],
      [
        'her access is taken',
        (scene) => {
          scene.server.readable.delete(`${scene.anna.personId} ${scene.itemId}`);
          return scene.server.hub.audienceChanged(scene.itemId);
        },
      ],
      [
        'her access is taken while this process is cut off from the others',
        async (scene) => {
          const { hub, readable } = scene.server;
          hub.cut();
          readable.delete(`${scene.anna.personId} ${scene.itemId}`);
          await hub.restore(false);
          hub.current();
        },
      ],
    ])('is not stored when %s before the next', async (_what, takeAway) => {
      const setting = setUp();
      const { retried } = await failed(setting);
      await takeAway(setting.scene);
      expect(await retried()).toBe('from Bo, and on');
      expect(setting.scene.server.failures).toEqual([]);
    });

    it('is not stored when the server had sent her away first, and her socket closed behind that', async () => {
      const setting = setUp();
      const { scene } = setting;
      const { a, retried } = await failed(setting, () => scene.server.hub.bar(scene.documentId, scene.anna.personId, 1_000));
      scene.server.hub.left(a.admission.connection);
      await scene.server.hub.sessionEnded(scene.anna.id);
      expect(await retried()).toBe('from Bo, and on');
    });

    it('is not stored when her time ends before the next', async () => {
      const setting = setUp();
      const { scene } = setting;
      let nowMs = 1_000_000;
      scene.server.nowMs = () => nowMs;
      scene.anna.validUntilMs = nowMs + 20;
      const { retried } = await failed(setting);
      let asked = 0;
      nowMs += 20;
      const bySession = scene.server.sessions.get.bind(scene.server.sessions);
      scene.server.sessions.get = (id) => {
        if (id === scene.anna.id) asked++;
        return bySession(id);
      };
      await until('looked up', () => asked > 0);
      expect(await retried()).toBe('from Bo, and on');
    });

    it('is stored when her access stands, and she is forgotten then', async () => {
      const setting = setUp();
      const { a, retried } = await failed(setting);
      await setting.scene.server.hub.audienceChanged(setting.scene.itemId);
      expect(await retried()).toBe('from Annafrom Bo, and on');
      expect([a.closed, setting.scene.server.hub.connectionCount]).toEqual([undefined, 1]);
    });
  });

  it('a destruction of which nobody can say whether it was committed sends everybody away to come back, with what is not stored yet', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    a.type('stands');
    await until('stored', () => a.acknowledged === 2);
    scene.server.hub.perhapsShredded(scene.documentId);
    // `access-ended` would have the page throw away what was typed.
    expect(a.closed).toBe('not-ready');
    const again = await scene.join(scene.anna);
    expect(again.title).toBe('stands');
    scene.server.hub.shredded(scene.documentId);
    expect(again.closed).toBe('access-ended');
  });

  it('[CO47] whoever comes while others write gets the snapshot, and with the answer what was added since; nothing is joined for it', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    a.type('abc');
    a.type('def');
    await until('stored', () => a.acknowledged === 3);
    const before = scene.server.merges;
    const b = await scene.join(scene.bo);
    expect([b.title, scene.server.merges - before]).toEqual(['abcdef', 0]);
    const known = Y.encodeStateVector(a.doc);
    a.doc.getText('title').delete(1, 2);
    a.receive(updateFrame(Y.encodeStateAsUpdate(a.doc, known)));
    await until('deleted', () => a.acknowledged === 4);
    const c = await scene.join(scene.bo);
    expect([c.title, scene.server.merges - before]).toEqual(['adef', 1]);
  });

  it('[CO55] who lacks nothing is answered without the content, who lacks something by the worker', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    const b = await scene.join(scene.bo);
    a.type('abc');
    await until('seen', () => b.title === 'abc');
    const older = Y.decodeStateVector(Y.encodeStateVector(b.doc));
    const before = Y.encodeStateVector(a.doc);
    a.doc.getText('title').delete(0, 1);
    a.receive(updateFrame(Y.encodeStateAsUpdate(a.doc, before)));
    await until('deleted', () => a.acknowledged === 3);
    expect(scene.server.diffs).toBe(0);
    // A copy that knows all words and not what was deleted.
    const answers: Uint8Array[] = [];
    b.send = (frame) => void answers.push(frame);
    for (let i = 0; i < 200; i++) b.receive(step1Frame(older));
    await until('answered', () => answers.length > 0);
    expect(scene.server.diffs).toBe(0);
    const copy = new Y.Doc();
    for (const update of (await scene.server.store.load(scene.documentId))?.updates.slice(0, 2) ?? []) Y.applyUpdate(copy, update);
    expect(copy.getText('title').toString()).toBe('abc');
    const reader = new ByteReader(answers.at(-1) as Uint8Array);
    expect([reader.uint(), reader.uint()]).toEqual([0, 1]);
    Y.applyUpdate(copy, reader.block());
    expect(copy.getText('title').toString()).toBe('bc');
    // Asking again costs as much as the content; opening did not.
    const cost = b.admission.room.receive(b.admission.connection, step1Frame(new Map([[1, 1]])));
    expect(cost).toBeGreaterThan(10);
    await until('compared', () => scene.server.diffs === 1);
  });

  it('[CO33] at the instant when session or membership end the socket is closed, and nothing passes after it', async () => {
    const scene = new Scene();
    // A clock far from the machine's: only the difference counts.
    const begin = Date.now();
    scene.server.nowMs = () => 1_000_000 + Date.now() - begin;
    scene.anna.validUntilMs = scene.server.nowMs() + 150;
    const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
    // Whether it goes on after all is not known for a while.
    let answer = () => undefined as void;
    scene.server.beforeAccess = () => new Promise((resolve) => (answer = resolve));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(a.closed).toBeUndefined();
    const commits = scene.holdCommits();
    await until('closed', () => a.closed !== undefined, 2_000);
    expect(a.closed).toBe('not-signed-in');
    a.type('late');
    b.type('x');
    commits.letThrough();
    await until('stored', () => b.acknowledged === 2);
    expect(a.title).toBe('late');
    expect(await scene.stored()).toBe('x');
    answer();
  });

  it('[CO33] a session that was prolonged stays, silent only until that is known', async () => {
    const scene = new Scene();
    scene.anna.validUntilMs = Date.now() + 100;
    const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
    let answer: (() => void) | undefined;
    scene.server.beforeAccess = () => new Promise((resolve) => (answer = resolve));
    scene.anna.validUntilMs = Date.now() + 400;
    await until('looked up', () => answer !== undefined);
    b.type('x');
    expect(a.title).toBe('');
    scene.server.beforeAccess = async () => undefined;
    answer?.();
    await until('seen', () => a.title === 'x');
    expect(a.closed).toBeUndefined();
    await until('the new end', () => a.closed === 'not-signed-in', 2_000);
  });

  it('[CO33] a check that cannot be made sends people away to come back', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    scene.server.beforeAccess = async () => {
      throw new Error('database is down');
    };
    await scene.server.hub.audienceChanged(scene.itemId);
    expect(a.closed).toBe('internal');
  });

  it('[CO33] below the events every connection is looked up again', async () => {
    const scene = new Scene();
    const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
    scene.server.readable.delete(`${scene.anna.personId} ${scene.itemId}`);
    scene.server.sessions.delete(scene.bo.id);
    await scene.server.hub.recheckAll();
    expect([a.closed, b.closed]).toEqual(['access-ended', 'not-signed-in']);
    expect(scene.server.hub.connectionCount).toBe(0);
  });

  it('[CO33] what had left for a slow reader and not yet arrived never does', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    a.unreadBytes = 1;
    scene.server.readable.delete(`${scene.anna.personId} ${scene.itemId}`);
    await scene.server.hub.audienceChanged(scene.itemId);
    expect(a.closed).toBe('cut');
  });

  it('[CO15] when too much waits nobody is read, newcomers included; then everybody again', async () => {
    const scene = new Scene({ maxQueuedBytes: 100, resumeQueuedBytes: 50, queuedEntryBytes: 0 });
    const a = await scene.join(scene.anna);
    const commits = scene.holdCommits();
    a.type('x'.repeat(200));
    await until('under way', commits.isHeld);
    expect(a.pauses).toBe(1);
    const b = new Page();
    const { ticket } = await scene.server.ticket(scene.bo, scene.documentId);
    await scene.server.hub.admit(b, { documentId: scene.documentId, ticket, token: null, acks: true, epoch: null });
    expect(b.pauses).toBe(1);
    commits.letThrough();
    await until('acknowledged', () => a.acknowledged === 2);
    expect([a.pauses, b.pauses]).toEqual([0, 0]);
  });

  it('[CO15] what repeats what waits, and the smallest letter, count with the room that they take', async () => {
    const scene = new Scene({ maxQueuedBytes: 10_000, resumeQueuedBytes: 5_000, maxTitleLength: 10_000 });
    const a = await scene.join(scene.anna);
    const commits = scene.holdCommits();
    a.type('x');
    await until('under way', commits.isHeld);
    for (let n = 0; n < 20 && a.pauses === 0; n++) a.type('y');
    expect([a.pauses, a.title.length]).toEqual([1, 10]);
    commits.letThrough();
    await until('read again', () => a.pauses === 0);
    const again = scene.holdCommits();
    a.type('z'.repeat(4_000));
    await until('under way', again.isHeld);
    for (let n = 0; n < 20 && a.pauses === 0; n++) a.receive(updateFrame(Y.encodeStateAsUpdate(a.doc)));
    expect(a.pauses).toBe(1);
    again.letThrough();
    await until('read again', () => a.pauses === 0);
  });

  it('[CO65] two who come at once do not both take the last place', async () => {
    const scene = new Scene({ maxConnectionsPerPerson: 1 });
    const { store, hub } = scene.server;
    const load = store.load.bind(store);
    let open: (() => void) | undefined;
    store.load = (id) => new Promise((resolve) => (open = () => resolve(load(id))));
    const come = () => hub.admit(new Page(), { documentId: scene.documentId, ticket: null, token: scene.anna.id, acks: true, epoch: null });
    const first = come();
    await until('being let in', () => open !== undefined);
    expect(await come()).toBe('too-many-requests');
    open!();
    expect([typeof (await first), await come()]).toEqual(['object', 'too-many-requests']);
  });

  it('[CO3] what waits for a resync names a bounded number of ranges', async () => {
    const scene = new Scene({ maxParkedRanges: 2 });
    const a = await scene.join(scene.anna);
    a.edit('lost on the way ');
    a.type('1');
    a.type('2');
    expect(a.closed).toBeUndefined();
    a.type('3');
    expect([a.closed, a.refusals]).toEqual(['clock-gap', ['clock-gap']]);
  });

  it('[CO22] presence costs its sender what it makes: to everybody whom it is told, and as often as it is asked for', async () => {
    const scene = new Scene();
    const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
    const send = (frame: Uint8Array) => a.admission.room.receive(a.admission.connection, frame);
    const alone = send(awarenessFrame([{ clientId: a.doc.clientID, clock: 1, state: '{}' }]));
    await scene.join(scene.bo);
    expect(send(awarenessFrame([{ clientId: a.doc.clientID, clock: 2, state: '{}' }]))).toBeGreaterThan(alone);
    expect([alone > 0, send(awarenessFrame([{ clientId: b.doc.clientID, clock: 1, state: '{}' }])), send(new Uint8Array([3])) > 50]).toEqual([true, 0, true]);
  });

  it('[CO5] what brings nothing new is acknowledged no earlier than what it repeats', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    const commits = scene.holdCommits();
    a.type('x');
    await until('under way', commits.isHeld);
    a.receive(step2Frame(Y.encodeStateAsUpdate(a.doc)));
    expect(a.acknowledged).toBe(1);
    commits.letThrough();
    await until('both acknowledged', () => a.acknowledged === 3);
    a.receive(updateFrame(Y.encodeStateAsUpdate(a.doc)));
    expect(a.acknowledged).toBe(4);
  });

  it('[CO3] updates that wait for a resync are acknowledged in their turn, and their number is bounded', async () => {
    const scene = new Scene({ maxParkedUpdates: 2 });
    const a = await scene.join(scene.anna);
    a.edit('lost on the way ');
    a.type('1');
    a.type('2');
    expect([a.asked, a.acknowledged]).toEqual([2, 1]);
    a.receive(step2Frame(Y.encodeStateAsUpdate(a.doc)));
    await until('all acknowledged', () => a.acknowledged === 4);
    expect(await scene.stored()).toBe('lost on the way 12');
    a.edit('again ');
    for (const text of ['3', '4', '5']) a.type(text);
    expect([a.closed, a.refusals]).toEqual(['clock-gap', ['clock-gap']]);
  });

  it('[CO12] after a lost commit the document is read anew, also what had been stored without an answer', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    const append = scene.server.store.append.bind(scene.server.store);
    // Stored, but the answer never came.
    scene.server.store.append = async (rows) => {
      await append(rows);
      throw new Error('connection reset');
    };
    a.type('stored');
    await until('sent away', () => a.closed !== undefined);
    expect([a.closed, a.acknowledged]).toEqual(['store-unavailable', 1]);
    scene.server.store.append = append;
    const b = await scene.join(scene.bo);
    expect(b.title).toBe('stored');
    expect((await scene.server.store.load(scene.documentId))?.updates).toHaveLength(2);
  });

  it('[CO13] a freeze in the middle refuses what comes behind it, and what came behind that', async () => {
    const scene = new Scene();
    const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
    await scene.server.store.setState(scene.documentId, 'frozen');
    a.type('late');
    b.type('later');
    await until('both told', () => a.closed !== undefined && b.closed !== undefined);
    expect([a.refusals, b.refusals]).toEqual([['document-frozen'], ['document-frozen']]);
    expect(await scene.stored()).toBe('');
    for (const page of [a, b]) scene.server.hub.left(page.admission.connection);
    await scene.server.store.setState(scene.documentId, 'open');
    const again = await scene.join(scene.anna);
    again.type('open again');
    await until('stored', () => again.acknowledged === 2);
  });

  describe('[CO13] a document that is opened again while it is asked why it took nothing', () => {
    /** Something was refused; the answer to the question why is held back. */
    const refused = async (answer: (state: DocumentState) => Promise<DocumentState>) => {
      const scene = new Scene();
      const { store, hub } = scene.server;
      const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
      await store.setState(scene.documentId, 'frozen');
      const find = store.find.bind(store);
      store.find = async (documentId) => {
        store.find = find;
        const found = (await find(documentId))!;
        return { ...found, state: await answer(found.state) };
      };
      const open = async () => {
        await store.setState(scene.documentId, 'open');
        hub.stateChanged(scene.documentId, 'open');
        await Promise.resolve();
      };
      return { scene, a, b, open };
    };

    it.each(['read before', 'read after'])('takes it after all; %s', async (when) => {
      const { scene, a, b, open } = await refused(async (state) => {
        await open();
        return when === 'read before' ? state : 'open';
      });
      a.type('first ');
      await until('stored', () => a.acknowledged === 2);
      b.type('second');
      await until('stored', () => b.acknowledged === 2);
      expect([await scene.stored(), a.title, a.refusals, b.closed]).toEqual([a.title, b.title, [], undefined]);
    });

    it('sends everybody away to come back where nobody can say', async () => {
      const { scene, a, b, open } = await refused(() => Promise.reject(new Error('database is down')));
      await open();
      await scene.server.store.setState(scene.documentId, 'frozen');
      a.type('not stored');
      await until('sent away', () => a.closed !== undefined && b.closed !== undefined);
      expect([a.closed, a.acknowledged, scene.server.failures]).toEqual(['not-ready', 1, ['document state: database is down']]);
      await open();
      expect((await scene.join(scene.bo)).closed).toBeUndefined();
    });
  });

  it('[CO13] what only repeats something that is refused with it is refused, too', async () => {
    const scene = new Scene();
    const [first, second] = [await scene.join(scene.anna), await scene.join(scene.anna)];
    await scene.server.store.setState(scene.documentId, 'frozen');
    // Both tabs send the same words, which one of them wrote.
    const words = first.edit('late');
    first.receive(updateFrame(words));
    second.receive(updateFrame(words));
    await until('both told', () => first.closed !== undefined && second.closed !== undefined);
    expect([first.refusals, second.refusals]).toEqual([['document-frozen'], ['document-frozen']]);
  });

  it('[CO76] a deletion that leaves a list item without its paragraph reaches nobody without a new one', async () => {
    const scene = new Scene();
    const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
    a.change((minutes) => minutes.insert(0, [listOf('Barnets ord', [listOf('og mere')])]));
    await until('there', () => b.doc.getXmlFragment('minutes').toString().includes('og mere'));
    const faults: unknown[] = [];
    a.doc.on('update', () => faults.push(repairShape([Y.encodeStateAsUpdate(a.doc)], 1)));
    const item = (page: Page) => (page.doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlElement;
    b.change(() => item(b).delete(0, 1));
    // Meanwhile others write, and hold up nothing.
    a.type('titel');
    await until('stored', () => b.acknowledged === 2 && a.acknowledged === 3);
    await until('the author has the new one, too', () => item(b).length === 2);
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
    for (const page of [a, b]) expect(page.doc.getXmlFragment('minutes').toString()).toMatch(/<listitem><paragraph><\/paragraph><bulletlist>.*og mere/);
    const { updates } = (await scene.server.store.load(scene.documentId))!;
    expect(repairShape(updates, 1)).toBeNull();
    expect([scene.server.repairs, scene.server.failures, a.closed, b.closed]).toEqual([['list item without its paragraph'], [], undefined, undefined]);

    // Taken out with the whole item, nothing is missing and nobody looks.
    b.change((minutes) => minutes.delete(0, 1));
    await until('gone', () => !a.doc.getXmlFragment('minutes').toString().includes('og mere'));
    expect(scene.server.repairs).toHaveLength(1);
  });

  it('[CO76] where the look fails, the update is stored as it is', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    a.change((minutes) => minutes.insert(0, [listOf('Barnets ord')]));
    scene.server.repair = async () => Promise.reject(new Error('took too long'));
    a.change((minutes) => ((minutes.get(0) as Y.XmlElement).get(0) as Y.XmlElement).delete(0, 1));
    await until('stored', () => a.acknowledged === 3);
    expect([scene.server.failures, scene.server.repairs]).toEqual([['document: took too long'], []]);
  });

  it('[CO77] while the server edits, what people write waits, and nobody is sent away', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    const seen: string[] = [];
    const edited = scene.server.hub.edit(scene.documentId, async (content, clientId) => {
      a.type('meanwhile');
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(await scene.stored());
      const doc = new Y.Doc();
      Y.applyUpdate(doc, content);
      const before = Y.encodeStateVector(doc);
      doc.clientID = clientId;
      doc.getText('title').insert(0, 'server ');
      return Y.encodeStateAsUpdate(doc, before);
    });
    expect(await edited).toBe(true);
    await until('stored', () => a.acknowledged === 2);
    expect([seen, a.closed, (await scene.stored()).length, a.title.length]).toEqual([[''], undefined, 'meanwhile'.length + 'server '.length, 'meanwhile'.length + 'server '.length]);
  });

  it('[CO75, CO77] the server edits what was under way and what waited, too, and takes nothing away that somebody wrote meanwhile', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    const write = (text: string) => a.change((minutes) => paragraphs(minutes)[0]!.insert(paragraphs(minutes)[0]!.length, text));
    const commits = scene.holdCommits();
    write('under way ');
    await until('under way', commits.isHeld);
    write('waiting ');
    const seen: string[] = [];
    // Makes everything anew that it was shown, as a repair does with what stands where it may not.
    const remake = (whileMade: () => void) =>
      scene.server.hub.edit(
        scene.documentId,
        async (content, clientId) => {
          const doc = new Y.Doc();
          Y.applyUpdate(doc, content);
          const [before, minutes] = [Y.encodeStateVector(doc), doc.getXmlFragment('minutes')];
          seen.push(wordsIn(doc));
          doc.clientID = clientId;
          const made = new Y.XmlElement('paragraph');
          made.insert(0, [new Y.XmlText(wordsIn(doc))]);
          minutes.insert(1, [made]);
          minutes.delete(0, 1);
          whileMade();
          return Y.encodeStateAsUpdate(doc, before);
        },
        { spares: true },
      );
    const refused = remake(() => write('meanwhile '));
    commits.letThrough();
    expect(await refused).toBe(false);
    await until('stored', () => a.acknowledged === 4);
    expect(wordsIn(a.doc)).toBe('under way waiting meanwhile ');
    // What is written elsewhere is nothing that it takes away.
    expect(await remake(() => a.type('title'))).toBe(true);
    const stored = await scene.document();
    expect([seen, wordsIn(a.doc), wordsIn(stored), stored.getText('title').toString()]).toEqual([['under way waiting ', 'under way waiting meanwhile '], wordsIn(stored), 'under way waiting meanwhile ', 'title']);
    // A deletion that came meanwhile is not undone.
    expect(await remake(() => a.change((minutes) => paragraphs(minutes)[0]!.delete(0, 6)))).toBe(false);
  });

  it('[CO31] who asks twice is answered twice, with everything', async () => {
    const scene = new Scene();
    const [a, b] = [await scene.join(scene.anna), await scene.join(scene.bo)];
    a.type('x');
    await until('stored', () => a.acknowledged === 2);
    b.doc.destroy();
    const fresh = new Page();
    fresh.admission = b.admission;
    b.send = fresh.send.bind(fresh);
    for (let i = 0; i < 3; i++) b.receive(step1Frame(new Map()));
    await until('answered', () => fresh.title === 'x');
    expect(fresh.asked).toBe(0);
  });

  it('a document that nobody has open any more is forgotten', async () => {
    const scene = new Scene();
    const a = await scene.join(scene.anna);
    const before = a.admission.room;
    scene.server.hub.left(a.admission.connection);
    await until('nothing waits', () => before.isIdle);
    const b = await scene.join(scene.anna);
    expect(b.admission.room).not.toBe(before);
  });
});

function listOf(text: string, blocks: Y.XmlElement[] = []): Y.XmlElement {
  const [list, item, paragraph] = ['bulletList', 'listItem', 'paragraph'].map((name) => new Y.XmlElement(name)) as [Y.XmlElement, Y.XmlElement, Y.XmlElement];
  paragraph.insert(0, [new Y.XmlText(text)]);
  item.insert(0, [paragraph, ...blocks]);
  list.insert(0, [item]);
  return list;
}

const paragraphs = (minutes: Y.XmlFragment) => minutes.toArray().map((paragraph) => (paragraph as Y.XmlElement).get(0) as Y.XmlText);
const wordsIn = (doc: Y.Doc) => paragraphs(doc.getXmlFragment('minutes')).join('');
