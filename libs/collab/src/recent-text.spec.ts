import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { Knowledge } from './knowledge.js';
import { adding, judge } from './gate.js';
import { finished } from './steps.js';
import { defaultLimits } from './limits.js';
import { RecentText } from './recent-text.js';
import { seedUpdate } from './document-content.js';

const seed = seedUpdate({ title: 'Punkt', agendaParagraphs: [] });

/** People who write one document, and whoever looks at each update as it is committed. */
class Scene {
  readonly known = new Knowledge();
  readonly recent = new RecentText();
  readonly docs = [11, 12].map((clientId) => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, seed);
    doc.clientID = clientId;
    if (clientId === 11) this.known.add(finished(adding(seed, this.known, defaultLimits)));
    return doc;
  });
  readonly gone: unknown[] = [];
  /** Numbers, and who made them whole. */
  readonly made: [number, string][] = [];

  constructor() {
    this.docs.forEach((doc, i) =>
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin === 'remote') return;
        const verdict = judge(update, this.known, `person-${i}`, defaultLimits);
        if (verdict.kind !== 'store') throw new Error(verdict.kind);
        this.known.add(verdict.addition);
        const taken = this.recent.take(verdict.addition.written, verdict.addition.deletes);
        this.gone.push(...taken.gone);
        for (const digits of taken.made) this.made.push([i, digits]);
        Y.applyUpdate(this.docs[1 - i] as Y.Doc, verdict.update, 'remote');
      }),
    );
  }

  text(who = 0): Y.XmlText {
    return ((this.docs[who] as Y.Doc).getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlText;
  }

  type(words: string, who = 0, at = this.text(who).length): void {
    [...words].forEach((letter, n) => this.text(who).insert(at + n, letter));
  }
}

const number = '010190-1234';
const gone = [{ digits: '0101901234', clientId: 11 }];

describe('[CO84] a CPR number', () => {
  it('is made whole by whoever writes its last digit, or deletes what stands in it', () => {
    const scene = new Scene();
    scene.type('010190-123');
    scene.type('4', 1);
    scene.type(' og 020290-x5678');
    scene.text(1).delete(scene.text(1).toString().indexOf('x'), 1);
    scene.type(' 030390-9012');
    expect(scene.made).toEqual([[1, '0101901234'], [1, '0202905678'], [0, '0303909012']]);
  });
});

describe('[CO87] a CPR number that is deleted before anybody looks', () => {
  const ways: Record<string, (scene: Scene) => void> = {
    'typed and deleted at once': (scene) => {
      scene.type(`Barnet ${number} bor`);
      scene.text().delete(7, number.length);
    },
    'typed and taken back letter by letter': (scene) => {
      scene.type(number);
      for (let n = number.length; n > 0; n--) scene.text().delete(n - 1, 1);
    },
    'pasted in the middle of a long text, of which a part is deleted': (scene) => {
      scene.text().insert(0, `${'ord '.repeat(50)}${number}${' ord'.repeat(50)}`);
      scene.text().delete(203, 3);
    },
    'pasted at the end of a text': (scene) => {
      scene.text().insert(0, `${'ord '.repeat(12)}${number}`);
      scene.text().delete(48, number.length);
    },
    'typed with a slip in it': (scene) => {
      scene.type('01019x');
      scene.text().delete(5, 1);
      scene.type('0-1234');
      scene.text().delete(0, 4);
    },
    'across a mark': (scene) => {
      scene.type('010190');
      scene.text().format(0, 6, { bold: {} });
      scene.text().insert(6, '-', { bold: null });
      scene.type('1234');
      scene.text().delete(0, number.length);
    },
    'typed from behind': (scene) => {
      for (const letter of [...number].reverse()) scene.text().insert(0, letter);
      scene.text().delete(0, number.length);
    },
    'begun by one and ended by another': (scene) => {
      scene.type('010190-1');
      scene.type('234', 1);
      scene.text(1).delete(0, 2);
    },
    'typed and deleted by one update': (scene) => {
      const doc = new Y.Doc({ gc: false });
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(scene.docs[0] as Y.Doc));
      doc.clientID = 11;
      const before = Y.encodeStateVector(doc);
      const text = (doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlText;
      text.insert(0, number);
      text.delete(0, number.length);
      const verdict = judge(Y.encodeStateAsUpdate(doc, before), scene.known, 'person-0', defaultLimits);
      if (verdict.kind === 'store') scene.gone.push(...scene.recent.take(verdict.addition.written, verdict.addition.deletes).gone);
    },
  };

  it.each(Object.entries(ways))('is seen: %s', (_how, act) => {
    const scene = new Scene();
    act(scene);
    expect(scene.gone).toEqual(gone);
  });

  it('is told once, however much else is deleted; other digits never are', () => {
    const scene = new Scene();
    scene.type('Journal 2026-014, tlf. 12345678, ');
    for (let n = 0; n < 12; n++) scene.text().delete(0, 1);
    scene.type('01019012345');
    scene.text().delete(scene.text().length - 3, 3);
    expect(scene.gone).toEqual([]);
    scene.type(` ${number} `);
    scene.text().delete(scene.text().length - 3, 1);
    scene.text().delete(0, scene.text().length);
    expect(scene.gone).toEqual(gone);
  });

  it('is seen while others type elsewhere', () => {
    const scene = new Scene();
    [...number].forEach((letter, n) => {
      scene.text().insert(n, letter);
      scene.docs[1]?.getText('title').insert(0, 'x');
    });
    scene.text().delete(0, number.length);
    expect(scene.gone).toEqual(gone);
  });
});
