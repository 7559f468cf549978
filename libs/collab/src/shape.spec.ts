import { describe, expect, it } from '@jest/globals';
import { initProseMirrorDoc, updateYFragment } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { adding } from './gate.js';
import { finished } from './steps.js';
import { defaultLimits } from './limits.js';
import { randomOf } from './spec-random.js';
import { randomDocument, schema, Server, words } from './spec-schema.js';

describe('shape of a document', () => {
  it('[CO71] whatever two editors write, undo and redo is let in', () => {
    for (let seed = 0; seed < 25; seed++) {
      const random = randomOf(seed);
      const server = new Server();
      const docs = [11, 12].map((clientId) => server.client(clientId, random() < 0.5));
      const undos = docs.map((doc) => new Y.UndoManager([doc.getXmlFragment('minutes'), doc.getXmlFragment('agenda')], { captureTimeout: 0, trackedOrigins: new Set(['editor']) }));
      const queues: Uint8Array[][] = docs.map(() => []);
      docs.forEach((doc, i) => doc.on('update', (update: Uint8Array, origin: unknown) => origin !== 'remote' && queues[i]?.push(update)));
      for (let step = 0; step < 40; step++) {
        const i = step % 2;
        const doc = docs[i] as Y.Doc;
        const fragment = doc.getXmlFragment(random() < 0.7 ? 'minutes' : 'agenda');
        if (random() < 0.2) undos[i]?.undo();
        else if (random() < 0.1) undos[i]?.redo();
        else {
          const { meta } = initProseMirrorDoc(fragment, schema);
          doc.transact(() => updateYFragment(doc, fragment, randomDocument(random), meta), 'editor');
        }
        // Both write for a while before either hears of the other.
        if (random() < 0.5) continue;
        queues.forEach((queue, from) => {
          for (const update of queue.splice(0)) {
            const verdict = server.receive(update, `person-${from}`);
            expect([seed, step, verdict.kind, verdict.kind === 'refuse' && verdict.reason]).toEqual([seed, step, expect.stringMatching(/store|known/), false]);
            if (verdict.kind === 'store') docs.forEach((other, j) => j !== from && Y.applyUpdate(other, verdict.update, 'remote'));
          }
        });
      }
      // The same again from a server that begins with the merged content.
      const merged = Y.encodeStateAsUpdate(server.client(1));
      const later = new Server();
      later.known.add(finished(adding(merged, later.known, defaultLimits)));
      later.stored.push(merged);
      for (const clientId of [21, 22]) {
        const doc = later.client(clientId);
        const before = Y.encodeStateVector(doc);
        const fragment = doc.getXmlFragment('minutes');
        const { meta } = initProseMirrorDoc(fragment, schema);
        doc.transact(() => updateYFragment(doc, fragment, randomDocument(random), meta));
        expect(later.receive(Y.encodeStateAsUpdate(doc, before), `person-${clientId}`)).toMatchObject({ kind: expect.stringMatching(/store|known/) });
      }
    }
  });

  it('[CO72] whoever hears of everything before writing hardly races with anybody, whatever is written, undone and redone', () => {
    for (let seed = 0; seed < 15; seed++) {
      const random = randomOf(seed);
      const server = new Server();
      const docs = [11, 12].map((clientId) => server.client(clientId, seed % 2 === 0));
      const undos = docs.map((doc) => new Y.UndoManager([doc.getText('title'), doc.getXmlFragment('minutes')], { captureTimeout: 0, trackedOrigins: new Set(['editor']) }));
      docs.forEach((doc, i) =>
        doc.on('update', (update: Uint8Array, origin: unknown) => {
          if (origin === 'remote') return;
          expect(server.receive(update, `person-${i}`).kind).toBe('store');
          Y.applyUpdate(docs[1 - i] as Y.Doc, update, 'remote');
        }),
      );
      for (let step = 0; step < 60; step++) {
        const i = Math.floor(random() * 2);
        const doc = docs[i] as Y.Doc;
        const title = doc.getText('title');
        const fragment = doc.getXmlFragment('minutes');
        const kind = random();
        if (kind < 0.2) undos[i]?.undo();
        else if (kind < 0.3) undos[i]?.redo();
        else if (kind < 0.5) doc.transact(() => title.insert(Math.floor(random() * (title.length + 1)), words[step % words.length] as string), 'editor');
        else if (kind < 0.6) doc.transact(() => title.delete(0, Math.floor(random() * (title.length + 1))), 'editor');
        else {
          const { meta } = initProseMirrorDoc(fragment, schema);
          doc.transact(() => updateYFragment(doc, fragment, randomDocument(random), meta), 'editor');
        }
      }
      // Undo now and then brings something back a little beside its place; it costs next to nothing.
      expect(server.known.racePrice).toBeLessThan(defaultLimits.maxRacePrice / 200);
    }
  });

  const attacks: Record<string, (minutes: Y.XmlFragment, doc: Y.Doc) => void> = {
    'a mark nobody knows': (minutes) => textOf(minutes).format(0, 1, { evil: { a: 1 } }),
    'a mark with something in it': (minutes) => textOf(minutes).format(0, 1, { bold: { style: 'x' } }),
    'a mark of the prototype': (minutes) => textOf(minutes).format(0, 1, JSON.parse('{"constructor":{}}') as object),
    'a paragraph inside a paragraph': (minutes) => paragraphOf(minutes).insert(1, [new Y.XmlElement('paragraph')]),
    'an element nobody knows': (minutes) => paragraphOf(minutes).insert(1, [new Y.XmlElement('script')]),
    'an element named like a kind of list': (minutes) => minutes.insert(0, [new Y.XmlElement('body')]),
    'a list item outside a list': (minutes) => minutes.insert(0, [new Y.XmlElement('listItem')]),
    'a text in a list': (minutes) => {
      const list = new Y.XmlElement('bulletList');
      list.insert(0, [new Y.XmlText('x')]);
      minutes.insert(0, [list]);
    },
    'an attribute nobody knows': (minutes) => paragraphOf(minutes).setAttribute('onclick', 'x'),
    'a level nobody knows': (minutes) => {
      const heading = new Y.XmlElement('heading');
      heading.setAttribute('level', 3 as unknown as string);
      minutes.insert(0, [heading]);
    },
    'a card of something that is not recorded': (minutes) => minutes.insert(0, [cardOf('script', '01890000-0000-7000-8000-000000000000')]),
    'a card with words in its id': (minutes) => minutes.insert(0, [cardOf('decision', 'Barnets ord')]),
    'a card inside a quotation': (minutes) => {
      const quote = new Y.XmlElement('blockquote');
      quote.insert(0, [cardOf('decision', '01890000-0000-7000-8000-000000000000')]);
      minutes.insert(0, [quote]);
    },
    'words inside a card': (minutes) => {
      const card = cardOf('decision', '01890000-0000-7000-8000-000000000000');
      card.insert(0, [new Y.XmlText('x')]);
      minutes.insert(0, [card]);
    },
    'an attribute on a text': (minutes) => textOf(minutes).setAttribute('class', 'x'),
    'something embedded': (minutes) => textOf(minutes).insertEmbed(1, { x: 1 }),
    'a mark in the title': (_, doc) => doc.getText('title').format(0, 1, { bold: {} }),
    'something embedded in the title': (_, doc) => doc.getText('title').insertEmbed(0, { x: 1 }),
  };

  it.each(Object.entries(attacks))('[CO70] %s is kept out, so that no editor deletes a colleague’s words for it', (_name, attack) => {
    const server = new Server();
    const write = (doc: Y.Doc) => {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText('Barnets ord')]);
      doc.getXmlFragment('minutes').insert(0, [paragraph]);
    };
    expect(server.edit(11, write).kind).toBe('store');
    expect(server.edit(12, (doc) => attack(doc.getXmlFragment('minutes'), doc))).toMatchObject({ kind: 'refuse', code: 'update-refused' });
  });

  it('[CO70] a second version of an attribute is looked at like the first', () => {
    const server = new Server();
    const heading = (level: unknown) => (doc: Y.Doc) => (doc.getXmlFragment('minutes').get(0) as Y.XmlElement).setAttribute('level', level as string);
    server.edit(11, (doc) => doc.getXmlFragment('minutes').insert(0, [new Y.XmlElement('heading')]));
    expect(server.edit(12, heading(1)).kind).toBe('store');
    expect(server.edit(13, heading(2)).kind).toBe('store');
    expect(server.edit(14, heading('x')).kind).toBe('refuse');
  });

  it('[CO70] neighbours must stand in one and the same list', () => {
    const server = new Server();
    const paragraphs = () => [0, 1].map(() => {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText('x')]);
      return paragraph;
    });
    server.edit(11, (doc) => doc.getXmlFragment('minutes').insert(0, paragraphs()));
    const minutes = server.client(1).getXmlFragment('minutes');
    const idOf = (index: number) => (((minutes.get(index) as Y.XmlElement).get(0) as Y.XmlText)._start as Y.Item).id;
    const [left, right] = [idOf(0), idOf(1)];
    const update = new Uint8Array([1, 1, 12, 0, 0xc4, left.client, left.clock, right.client, right.clock, 1, 0x79, 0]);
    expect(server.receive(update, 'person-12')).toMatchObject({ kind: 'refuse', reason: 'neighbours that do not stand together' });
  });
});

const paragraphOf = (minutes: Y.XmlFragment) => minutes.get(0) as Y.XmlElement;
const textOf = (minutes: Y.XmlFragment) => paragraphOf(minutes).get(0) as Y.XmlText;

function cardOf(kind: string, id: string): Y.XmlElement {
  const card = new Y.XmlElement('record');
  card.setAttribute('kind', kind);
  card.setAttribute('id', id);
  return card;
}
