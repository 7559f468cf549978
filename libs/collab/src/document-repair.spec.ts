import { describe, expect, it } from '@jest/globals';
import { initProseMirrorDoc, updateYFragment } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { projectText } from './document-content.js';
import { repairShape } from './document-repair.js';
import { judgeOwn } from './gate.js';
import { defaultLimits } from './limits.js';
import { randomOf } from './spec-random.js';
import { randomDocument, schema, Server } from './spec-schema.js';

const serverId = 4_000_000_000;
/** Every letter: words that stood in two marks or texts may stand in one afterwards. */
const lettersOf = (doc: Y.Doc) => [...(['agenda', 'minutes'] as const).map((name) => doc.getXmlFragment(name).toString().replace(/<[^>]*>|\s/g, '')).join('')].sort().join('');

/** What a browser shows; it deletes whatever its editor does not know, so afterwards nothing may be missing. */
function shownIn(doc: Y.Doc): Y.Doc {
  const browser = new Y.Doc();
  Y.applyUpdate(browser, Y.encodeStateAsUpdate(doc));
  for (const name of ['agenda', 'minutes'] as const) initProseMirrorDoc(browser.getXmlFragment(name), schema);
  return browser;
}

/** Anything at all, put anywhere, by somebody who knows no schema. */
function vandalise(doc: Y.Doc, random: () => number): void {
  const pick = <One>(of: readonly One[]) => of[Math.floor(random() * of.length)] as One;
  const elements: (Y.XmlFragment | Y.XmlElement)[] = [doc.getXmlFragment('minutes')];
  for (let n = 0; n < elements.length; n++) for (const child of (elements[n] as Y.XmlElement).toArray()) if (child instanceof Y.XmlElement) elements.push(child);
  const parent = pick(elements);
  const kind = random();
  if (kind < 0.5 && parent.length > 0) parent.delete(Math.floor(random() * parent.length), 1);
  else if (kind < 0.9) {
    const element = random() < 0.3 ? new Y.XmlText(`ord${pick(['a', 'b', 'c'])}`) : new Y.XmlElement(pick(['paragraph', 'listItem', 'bulletList', 'blockquote', 'heading', 'record', 'hardBreak', 'script']));
    if (element instanceof Y.XmlElement && random() < 0.5) element.insert(0, [new Y.XmlText(`ord${pick(['d', 'e', 'f'])}`)]);
    parent.insert(Math.floor(random() * (parent.length + 1)), [element]);
  } else if (parent instanceof Y.XmlElement) parent.setAttribute(pick(['level', 'class', 'kind']), pick([1, 'x', 7]) as unknown as string);
}

describe('a document whose shape our editor does not know', () => {
  it('[CO75] is repaired without losing a word, and a browser that opens it deletes nothing', () => {
    let repaired = 0;
    for (let seed = 0; seed < 80; seed++) {
      const random = randomOf(seed);
      const server = new Server();
      const doc = server.client(11);
      const { meta } = initProseMirrorDoc(doc.getXmlFragment('minutes'), schema);
      doc.transact(() => updateYFragment(doc, doc.getXmlFragment('minutes'), randomDocument(random), meta));
      server.receive(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(server.client(1))), 'person-11');
      expect([seed, repairShape(server.stored, serverId)]).toEqual([seed, null]);

      for (let n = 0; n < 6; n++) doc.transact(() => vandalise(doc, random));
      const before = lettersOf(doc);
      const repair = repairShape([Y.encodeStateAsUpdate(doc)], serverId);
      if (repair !== null) {
        repaired++;
        Y.applyUpdate(doc, repair.update);
        expect([seed, repairShape([Y.encodeStateAsUpdate(doc)], serverId + 1)]).toEqual([seed, null]);
      }
      expect([seed, repair?.faults, lettersOf(doc)]).toEqual([seed, repair?.faults, before]);
      const shown = shownIn(doc);
      expect([seed, repair?.faults, Y.encodeStateVector(shown), lettersOf(shown)]).toEqual([seed, repair?.faults, Y.encodeStateVector(doc), before]);
    }
    expect(repaired).toBeGreaterThan(40);
  });

  it('[CO75] nesting beyond the bound becomes words at the bound', () => {
    const doc = new Y.Doc();
    let parent: Y.XmlFragment = doc.getXmlFragment('minutes');
    doc.transact(() => {
      for (let depth = 0; depth < 600; depth++) {
        const inner = new Y.XmlElement('blockquote');
        const paragraph = new Y.XmlElement('paragraph');
        paragraph.insert(0, [new Y.XmlText(`ord${depth}`)]);
        parent.insert(0, [paragraph, inner]);
        parent = inner;
      }
    });
    const before = projectText(Y.encodeStateAsUpdate(doc));
    expect(before.faults).toContain('nested too deeply');
    const repair = repairShape([Y.encodeStateAsUpdate(doc)], serverId);
    Y.applyUpdate(doc, repair!.update);
    const after = projectText(Y.encodeStateAsUpdate(doc));
    expect(after.faults).toEqual([]);
    expect(after.minutesText.split('\n').filter((line) => line !== '')).toEqual(before.minutesText.split('\n').filter((line) => line !== ''));
  });

  it('[CO75] marks, attributes, embedded things and foreign roots that nobody knows go; words and known marks stay', () => {
    const doc = new Y.Doc();
    doc.getText('title').insert(0, 'Punkt', { bold: {} });
    doc.getText('hidden').insert(0, 'hemmeligt');
    const paragraph = new Y.XmlElement('paragraph');
    const text = new Y.XmlText();
    text.insert(0, 'fed', { bold: {}, evil: { a: 1 } });
    text.insertEmbed(3, { x: 1 });
    text.insert(4, ' mager', { bold: null, evil: null });
    paragraph.insert(0, [text]);
    doc.getXmlFragment('minutes').insert(0, [paragraph]);
    paragraph.setAttribute('onclick', 'x');
    Y.applyUpdate(doc, repairShape([Y.encodeStateAsUpdate(doc)], serverId)!.update);
    expect(doc.getText('title').toDelta()).toEqual([{ insert: 'Punkt' }]);
    expect(doc.getText('hidden').toString()).toBe('');
    expect(text.toDelta()).toEqual([{ insert: 'fed', attributes: { bold: {} } }, { insert: ' mager' }]);
    expect(paragraph.getAttributes()).toEqual({});
  });

  it('[CO75] the repair passes the gate as an edit of the server', () => {
    const server = new Server();
    server.edit(11, (doc) => {
      const [list, item, paragraph] = ['bulletList', 'listItem', 'paragraph'].map((name) => new Y.XmlElement(name)) as [Y.XmlElement, Y.XmlElement, Y.XmlElement];
      paragraph.insert(0, [new Y.XmlText('ord')]);
      item.insert(0, [paragraph]);
      list.insert(0, [item]);
      doc.getXmlFragment('minutes').insert(0, [list]);
    });
    const deleted = server.edit(12, (doc) => ((doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(0) as Y.XmlElement).delete(0, 1));
    expect(deleted).toMatchObject({ kind: 'store', addition: { mayLack: true } });
    const repair = repairShape(server.stored, serverId)!;
    expect(repair.faults).toEqual(['list item without its paragraph']);
    expect(judgeOwn(repair.update, server.known, defaultLimits)).toMatchObject({ kind: 'store', addition: { bindings: [] } });
  });
});

describe('[CO76] what the gate can tell from an update alone', () => {
  it('is right: where it sees no need to look, nothing is missing; typing and pressing Enter in a list needs no look', () => {
    let looked = 0;
    let stored = 0;
    for (let seed = 0; seed < 30; seed++) {
      const random = randomOf(seed);
      const server = new Server();
      for (let n = 0; n < 12; n++) {
        const verdict = server.edit(11 + (n % 3), (doc) => {
          const fragment = doc.getXmlFragment('minutes');
          if (random() < 0.6) return vandalise(doc, random);
          const { meta } = initProseMirrorDoc(fragment, schema);
          updateYFragment(doc, fragment, randomDocument(random), meta);
        });
        if (verdict.kind !== 'store') continue;
        stored++;
        const repair = repairShape(server.stored, serverId + n);
        // A card without a name is shown as such; no browser deletes it.
        const lacking = repair?.faults.filter((fault) => fault !== 'card that names nothing') ?? [];
        if (!verdict.addition.mayLack) expect([seed, n, lacking]).toEqual([seed, n, []]);
        else looked++;
        if (repair === null) continue;
        const own = judgeOwn(repair.update, server.known, defaultLimits);
        expect([seed, n, own.kind]).toEqual([seed, n, 'store']);
        if (own.kind !== 'store') continue;
        server.known.add(own.addition);
        server.stored.push(own.update);
      }
    }
    expect([stored > 100, looked > 30]).toEqual([true, true]);

    const server = new Server();
    const listed = server.edit(11, (doc) => {
      const list = new Y.XmlElement('bulletList');
      list.insert(0, [itemOf('en')]);
      doc.getXmlFragment('minutes').insert(0, [list]);
    });
    const entered = server.edit(12, (doc) => (doc.getXmlFragment('minutes').get(0) as Y.XmlElement).insert(1, [itemOf('to')]));
    const typed = server.edit(11, (doc) => (((doc.getXmlFragment('minutes').get(0) as Y.XmlElement).get(1) as Y.XmlElement).get(0) as Y.XmlElement).insert(1, [new Y.XmlText('tre')]));
    expect([listed, entered, typed].map((verdict) => verdict.kind === 'store' && verdict.addition.mayLack)).toEqual([false, false, false]);
  });
});

function itemOf(text: string): Y.XmlElement {
  const [item, paragraph] = [new Y.XmlElement('listItem'), new Y.XmlElement('paragraph')];
  paragraph.insert(0, [new Y.XmlText(text)]);
  item.insert(0, [paragraph]);
  return item;
}
