import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import type { Session } from '@lib/access/sessions.service.js';
import { compactUpdates } from './document-content.js';
import { repairShape } from './document-repair.js';
import { LocalBus } from './fan-out.js';
import { step1Frame, step2Frame, updateFrame } from './protocol.js';
import { Page } from './spec-page.js';
import { SpecServer, until } from './spec-server.js';

/** Two processes on one store that hear no hint of each other: what one has committed the other finds at its own commit. */
class Deaf {
  readonly one = new SpecServer({}, undefined, new LocalBus().join());
  readonly two = new SpecServer({}, this.one.store, new LocalBus().join());
  readonly store = this.one.store;
  readonly anna = this.one.signIn('Anna');
  readonly bo = this.one.signIn('Bo');
  readonly document = this.one.document([this.anna, this.bo]);

  constructor() {
    for (const session of [this.anna, this.bo]) {
      this.two.sessions.set(session.id, session);
      this.two.readable.add(`${session.personId} ${this.document.itemId}`);
    }
  }

  async join(server: SpecServer, session: Session): Promise<Page> {
    const page = new Page();
    const { documentId } = this.document;
    const admission = await server.hub.admit(page, { documentId, ticket: null, token: session.id, acks: true, epoch: null });
    if (typeof admission === 'string') throw new Error(admission);
    page.admission = admission;
    page.receive(step1Frame(new Map()));
    await until('asked', () => page.asked === 1);
    page.receive(step2Frame(new Uint8Array([0, 0])));
    await until('answered', () => page.acknowledged === 1);
    return page;
  }

  /** What is stored; nothing in it hangs on what is not. */
  async stored(): Promise<Y.Doc> {
    const doc = new Y.Doc();
    for (const update of (await this.store.load(this.document.documentId))!.updates) Y.applyUpdate(doc, update);
    expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null]);
    return doc;
  }
}

const minutes = ({ doc }: { doc: Y.Doc }) => doc.getXmlFragment('minutes').toString();

function element(name: string, ...inside: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(0, inside);
  return made;
}

function edited(doc: Y.Doc, edit: (doc: Y.Doc) => void): Uint8Array {
  const before = Y.encodeStateVector(doc);
  doc.transact(() => edit(doc));
  return Y.encodeStateAsUpdate(doc, before);
}

const paragraph = (text: string) => element('paragraph', new Y.XmlText(text));
const item = (page: Page) => (page.doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlElement;

describe('a store that goes back under running processes', () => {
  const lost = async () => {
    const deaf = new Deaf();
    const [a, b] = [await deaf.join(deaf.one, deaf.anna), await deaf.join(deaf.one, deaf.bo)];
    a.type('kept ');
    await until('stored', () => a.acknowledged === 2);
    a.type('lost ');
    await until('stored', () => a.acknowledged === 3);
    deaf.store.forgetLast(deaf.document.documentId);
    return { deaf, a, b };
  };
  const again = async ({ deaf }: { deaf: Deaf }) => (await deaf.join(deaf.one, deaf.bo)).title;

  it('[CO90, CO102] takes nothing that hangs on what was lost, and nobody is told that it did', async () => {
    const { deaf, a, b } = await lost();
    a.type('upon it');
    await until('sent away', () => a.closed !== undefined && b.closed !== undefined);
    expect([a.closed, a.acknowledged, (await deaf.stored()).getText('title').toString(), await again({ deaf })]).toEqual(['not-ready', 3, 'kept ', 'kept ']);
    expect(deaf.one.failures).toEqual(['commits of others: the store went back']);
  });

  it.each([
    ['the look once a second', ({ deaf }: { deaf: Deaf }) => deaf.one.hub.sweep()],
    ['a hint', async ({ deaf }: { deaf: Deaf }) => deaf.one.hub.heard({ ...deaf.document, seq: 1e9 })],
  ])('[CO90] is noticed by %s, also where nobody writes', async (_how, look) => {
    const { deaf, a, b } = await lost();
    await look({ deaf });
    await until('sent away', () => a.closed !== undefined && b.closed !== undefined);
    expect([a.closed, await again({ deaf })]).toEqual(['not-ready', 'kept ']);
  });

  describe.each([
    ['counted up to the very same number', 1],
    ['counted past it', 3],
  ])('[CO90] and has by then, through another process, %s', (_how, commits) => {
    /** Carl writes on the copy by the other process, which knows no more than that. */
    const overtaken = async () => {
      const scene = await lost();
      const { deaf } = scene;
      const c = await deaf.join(deaf.two, deaf.bo);
      const known = c.acknowledged;
      for (let n = 0; n < commits; n += 1) {
        c.type(`copy ${n} `);
        await until('stored', () => c.acknowledged === known + n + 1);
      }
      return scene;
    };

    it('is noticed by the look once a second, and what was lost comes into nothing', async () => {
      const { deaf, a, b } = await overtaken();
      await deaf.one.hub.sweep();
      await until('sent away', () => a.closed !== undefined && b.closed !== undefined);
      expect([a.closed, b.closed, (await deaf.join(deaf.one, deaf.bo)).title.includes('lost')]).toEqual(['not-ready', 'not-ready', false]);
      expect(deaf.one.failures).toEqual(['commits of others: the store went back']);
    });

    it('is no ordinary news to whoever commits', async () => {
      const { deaf, a, b } = await overtaken();
      a.type('upon it');
      await until('sent away', () => a.closed !== undefined && b.closed !== undefined);
      expect([a.closed, a.acknowledged, (await deaf.stored()).getText('title').toString().includes('upon it')]).toEqual(['not-ready', 3, false]);
    });
  });

  describe('[CO90] and was written to past what this one knows, and compacted,', () => {
    const compacted = async () => {
      const scene = await lost();
      const { deaf } = scene;
      const c = await deaf.join(deaf.two, deaf.bo);
      const known = c.acknowledged;
      for (let n = 0; n < 3; n += 1) c.type(`copy ${n} `);
      await until('stored', () => c.acknowledged === known + 3);
      await deaf.store.compact(deaf.document.documentId, async (updates) => compactUpdates(updates), false);
      return scene;
    };

    it('is noticed by the look once a second: the snapshot lacks what is known here', async () => {
      const { deaf, a, b } = await compacted();
      await deaf.one.hub.sweep();
      await until('sent away', () => a.closed !== undefined && b.closed !== undefined);
      expect([a.closed, deaf.one.failures, (await again({ deaf })).includes('lost')]).toEqual(['not-ready', ['commits of others: the store went back'], false]);
    });

    it('also where what was lost is a deletion', async () => {
      const deaf = new Deaf();
      const [a, c] = [await deaf.join(deaf.one, deaf.anna), await deaf.join(deaf.two, deaf.bo)];
      a.type('kept, wrong');
      await until('stored', () => a.acknowledged === 2);
      await deaf.two.hub.sweep();
      a.receive(updateFrame(edited(a.doc, (doc) => doc.getText('title').delete(4, 7))));
      await until('stored', () => a.acknowledged === 3);
      deaf.store.forgetLast(deaf.document.documentId);
      const known = c.acknowledged;
      for (let n = 0; n < 2; n += 1) c.type(` copy ${n}`);
      await until('stored', () => c.acknowledged === known + 2);
      await deaf.store.compact(deaf.document.documentId, async (updates) => compactUpdates(updates), false);
      await deaf.one.hub.sweep();
      await until('sent away', () => a.closed !== undefined);
      expect(deaf.one.failures).toEqual(['commits of others: the store went back']);
    });

    it('is no ordinary news to whoever commits', async () => {
      const { deaf, a, b } = await compacted();
      a.type('upon it');
      await until('sent away', () => a.closed !== undefined && b.closed !== undefined);
      expect([a.closed, a.acknowledged, (await deaf.stored()).getText('title').toString().includes('upon it')]).toEqual(['not-ready', 3, false]);
    });

    it('is not suspected where the snapshot has all that is known here', async () => {
      const deaf = new Deaf();
      const [a, c] = [await deaf.join(deaf.one, deaf.anna), await deaf.join(deaf.two, deaf.bo)];
      a.type('one ');
      await until('stored', () => a.acknowledged === 2);
      a.receive(updateFrame(edited(a.doc, (doc) => doc.getText('title').delete(0, 1))));
      await until('stored', () => a.acknowledged === 3);
      await deaf.two.hub.sweep();
      c.type('two ');
      await until('stored', () => c.acknowledged === 2);
      await deaf.store.compact(deaf.document.documentId, async (updates) => compactUpdates(updates), false);
      await deaf.one.hub.sweep();
      expect([a.title, a.closed, deaf.one.failures]).toEqual(['ne two ', undefined, []]);
    });
  });

  it('[CO102, CO104] is noticed by whoever asks for the words of a document that nobody has open, also at the very same number', async () => {
    const { deaf, a, b } = await lost();
    for (const page of [a, b]) deaf.one.hub.left(page.admission.connection);
    const c = await deaf.join(deaf.two, deaf.bo);
    const known = c.acknowledged;
    c.type('copy');
    await until('stored', () => c.acknowledged === known + 1);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, (await deaf.one.hub.contentNow(deaf.document.documentId))!);
    expect(doc.getText('title').toString()).toBe('kept copy');
  });

  it('[CO104] is noticed by whoever asks for the words of a document that nobody has open', async () => {
    const { deaf, a, b } = await lost();
    for (const page of [a, b]) deaf.one.hub.left(page.admission.connection);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, (await deaf.one.hub.contentNow(deaf.document.documentId))!);
    expect(doc.getText('title').toString()).toBe('kept ');
  });

  it('[CO100] is not suspected where somebody commits while it is asked', async () => {
    const deaf = new Deaf();
    const a = await deaf.join(deaf.one, deaf.anna);
    const heads = deaf.store.heads.bind(deaf.store);
    deaf.store.heads = async (ids) => {
      const found = await heads(ids);
      a.type('meanwhile');
      await until('stored', () => a.acknowledged === 2);
      return found;
    };
    await deaf.one.hub.sweep();
    expect([a.closed, deaf.one.failures]).toEqual([undefined, []]);
  });
});

describe('what was committed elsewhere', () => {
  it('[CO75, CO77] is not taken away by an edit of the server that has not looked at it, also when it is found out within its commit', async () => {
    const deaf = new Deaf();
    const [a, c] = [await deaf.join(deaf.one, deaf.anna), await deaf.join(deaf.two, deaf.bo)];
    a.change((fragment) => fragment.insert(0, [paragraph('place')]));
    await until('stored', () => a.acknowledged === 2);
    await deaf.two.hub.sweep();
    const known = c.acknowledged;
    /** Takes the first paragraph away, and somebody writes by the other process meanwhile. */
    const take = (write: () => void) =>
      deaf.one.hub.edit(
        deaf.document.documentId,
        async (content, clientId) => {
          const doc = new Y.Doc();
          Y.applyUpdate(doc, content);
          doc.clientID = clientId;
          write();
          await until('stored', () => c.acknowledged > known);
          return edited(doc, () => doc.getXmlFragment('minutes').delete(0, 1));
        },
        { spares: true },
      );
    expect(await take(() => c.change((fragment) => ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(0, 'their ')))).toBe(false);
    expect([minutes(a), minutes({ doc: await deaf.stored() })]).toEqual([minutes(c), minutes(c)]);
    expect(minutes(a)).toContain('their place');
    // Elsewhere in the document it is in nobody's way.
    expect(await take(() => c.type('title'))).toBe(true);
    await deaf.two.hub.sweep();
    expect([minutes(c).includes('place'), a.title, deaf.one.failures, deaf.two.failures]).toEqual([false, 'title', [], []]);
  });

  describe('[CO12, CO76] is one’s own where the answer was lost', () => {
    /** Somebody leaves an item without its paragraph; it is stored complete, and nobody hears so. */
    const unanswered = async (meanwhile: (deaf: Deaf) => Promise<void> = async () => undefined) => {
      const deaf = new Deaf();
      const [a, b] = [await deaf.join(deaf.one, deaf.anna), await deaf.join(deaf.one, deaf.bo)];
      a.change((fragment) => fragment.insert(0, [element('bulletList', element('listItem', paragraph('en'), element('bulletList', element('listItem', paragraph('Barnets ord')))))]));
      await until('stored', () => a.acknowledged === 2);
      deaf.store.beforeAnswer = async () => {
        deaf.store.beforeAnswer = () => undefined;
        await meanwhile(deaf);
        throw new Error('connection reset');
      };
      a.change(() => item(a).delete(0, 1));
      await until('stored', () => a.acknowledged === 3);
      const stored = await deaf.stored();
      expect(repairShape([Y.encodeStateAsUpdate(stored)], 1)).toBeNull();
      expect([minutes(a), minutes(b), a.title, b.title]).toEqual([minutes({ doc: stored }), minutes({ doc: stored }), stored.getText('title').toString(), stored.getText('title').toString()]);
    };

    it('its sender has what the server had put in', () => unanswered());

    it('also where it stands in a snapshot by now', async () => {
      await unanswered(async ({ store, document }) => void (await store.compact(document.documentId, async (updates) => Y.mergeUpdates([...updates]), false)));
    });
  });

  it('[CO103] brings no state that was changed here since it was read', async () => {
    const deaf = new Deaf();
    const { store, document, one } = deaf;
    const a = await deaf.join(one, deaf.anna);
    const since = store.since.bind(store);
    const change = async (state: 'open' | 'frozen') => {
      await store.setState(document.documentId, state);
      one.hub.stateChanged(document.documentId, state);
    };
    await change('frozen');
    store.since = async (documentId, seq) => {
      store.since = since;
      const news = await since(documentId, seq);
      await change('open');
      return news;
    };
    one.hub.stateChangedElsewhere(document.documentId);
    await until('read', () => store.since === since);
    await new Promise((done) => setTimeout(done, 5));
    a.type('open again');
    await until('stored', () => a.acknowledged === 2 || a.closed !== undefined);
    expect([a.acknowledged, a.refusals]).toEqual([2, []]);
  });

  /** Two colleagues each delete one of two paragraphs of an item, and the second finds out within its commit. */
  const each = async (deaf: Deaf) => {
    const here = await deaf.join(deaf.one, deaf.anna);
    here.change((fragment) => fragment.insert(0, [element('bulletList', element('listItem', paragraph('en'), paragraph('to'), element('bulletList', element('listItem', paragraph('Barnets ord')))))]));
    await until('stored', () => here.acknowledged === 2);
    const [there, beside] = [await deaf.join(deaf.two, deaf.bo), await deaf.join(deaf.two, deaf.anna)];
    here.change(() => item(here).delete(0, 1));
    await until('stored', () => here.acknowledged === 3);
    return { here, there, beside };
  };

  it('[CO11, CO76] what an update turns out to lack within its commit is stored before it is shown, also when it is found before the answer', async () => {
    const deaf = new Deaf();
    const { there, beside } = await each(deaf);
    const looks: (number | undefined)[] = [];
    const look = deaf.two.repair;
    deaf.two.repair = async (updates, clientId) => {
      const found = await look(updates, clientId);
      looks.push(found?.faults.length);
      return found;
    };
    let answer: (() => void) | undefined;
    deaf.store.beforeAnswer = () => new Promise((resolve) => (answer = resolve));
    const lacking: unknown[] = [];
    beside.doc.on('update', () => lacking.push(repairShape([Y.encodeStateAsUpdate(beside.doc)], 1)));
    there.change(() => item(there).delete(1, 1));
    await until('looked again, and not answered', () => looks.length === 2 && answer !== undefined);
    await new Promise((done) => setTimeout(done, 10));
    deaf.store.beforeAnswer = () => undefined;
    answer!();
    await until('stored', () => there.acknowledged === 2);
    const stored = await deaf.stored();
    expect([looks, repairShape([Y.encodeStateAsUpdate(stored)], 1)]).toEqual([[undefined, 1], null]);
    expect([minutes(there), minutes(beside)]).toEqual([minutes({ doc: stored }), minutes({ doc: stored })]);
    // Whoever only looked on never had an item without its paragraph.
    expect(lacking.filter((one) => one !== null)).toEqual([]);
    // What somebody writes in what was put in is stored with what it hangs on.
    there.change(() => (item(there).get(0) as Y.XmlElement).insert(0, [new Y.XmlText('nyt')]));
    await until('stored', () => there.acknowledged === 3);
    expect(minutes({ doc: await deaf.stored() })).toContain('nyt');
    expect([deaf.two.repairs, deaf.two.failures, deaf.one.failures]).toEqual([['list item without its paragraph'], [], []]);
  });
});
