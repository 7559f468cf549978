import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import type { RichText } from '@lib/contracts/rich-text.js';
import { mergeUpdates, projectContent, projectText, seedUpdate } from './document-content.js';

describe('document content', () => {
  it('[CO51] the seed reads as it was given, and the minutes are empty', () => {
    const seed = seedUpdate({ title: 'Sag 2026-014', agendaParagraphs: ['Baggrund', '', 'Spørgsmål'] });
    expect(projectText(seed)).toEqual({ title: 'Sag 2026-014', agendaText: 'Baggrund\n\nSpørgsmål', minutesText: '', cprNumbers: [], faults: [] });
  });

  it('[CO51] a seed with lists, headings and marks reads as it was given, and again', () => {
    const agenda: RichText = [
      { type: 'heading', level: 2, content: [{ type: 'text', text: 'Indsats' }] },
      { type: 'paragraph', content: [{ type: 'text', text: 'Aftalt: ', bold: true }, { type: 'text', text: 'fredag', bold: true, italic: true }, { type: 'text', text: ' eller' }, { type: 'hardBreak' }, { type: 'text', text: 'mandag', italic: true }] },
      { type: 'bulletList', items: [[{ type: 'paragraph', content: [{ type: 'text', text: 'Skolen' }] }, { type: 'orderedList', start: 3, items: [[{ type: 'paragraph', content: [{ type: 'text', text: 'Ring' }] }]] }]] },
      { type: 'blockquote', blocks: [{ type: 'paragraph', content: [{ type: 'text', text: 'Det er træningen.' }] }] },
      { type: 'paragraph', content: [] },
    ];
    const once = projectContent(seedUpdate({ title: 'Punkt', agendaParagraphs: agenda })).agenda;
    expect(once).toEqual(agenda);
    expect(projectContent(seedUpdate({ title: 'Punkt', agendaParagraphs: once })).agenda).toEqual(agenda);
  });

  it('[CO51] lists, marks and line breaks become plain lines', () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, seedUpdate({ title: '', agendaParagraphs: [] }));
    const list = new Y.XmlElement('bulletList');
    const items = ['Kontakt til børnehus', 'Samtale'].map((text) => {
      const item = new Y.XmlElement('listItem');
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(text)]);
      item.insert(0, [paragraph]);
      return item;
    });
    list.insert(0, items);
    const paragraph = new Y.XmlElement('paragraph');
    const text = new Y.XmlText('fed og mager');
    paragraph.insert(0, [text, new Y.XmlElement('hardBreak'), new Y.XmlText('ny linje')]);
    doc.getXmlFragment('minutes').insert(0, [list, paragraph]);
    text.format(0, 3, { bold: true });
    expect(projectText(Y.encodeStateAsUpdate(doc)).minutesText).toBe('Kontakt til børnehus\nSamtale\nfed og mager\nny linje');
  });

  it('[CO52] a newcomer never receives deleted words', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    doc.getText('title').insert(0, 'skrevet ved en fejl');
    doc.getText('title').delete(0, 19);
    doc.getText('title').insert(0, 'rettet');
    expect(Buffer.concat(updates).includes('fejl')).toBe(true);
    const merged = mergeUpdates(updates);
    expect(Buffer.from(merged).includes('fejl')).toBe(false);
    expect(projectText(merged).title).toBe('rettet');
  });

  it('[CO51] nesting beyond all bounds does not overflow the stack', () => {
    const doc = new Y.Doc();
    let parent: Y.XmlFragment = doc.getXmlFragment('minutes');
    doc.transact(() => {
      for (let depth = 0; depth < 3_000; depth++) {
        const inner = new Y.XmlElement('blockquote');
        parent.insert(0, [inner]);
        parent = inner;
      }
      parent.insert(0, [new Y.XmlText('dybt')]);
    });
    expect(projectText(Y.encodeStateAsUpdate(doc)).minutesText.trim()).toBe('dybt');
  });
});
