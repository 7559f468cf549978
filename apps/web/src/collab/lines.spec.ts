import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { linesOf, missingLines } from './lines.js';

function docWith(title: string, minutes: readonly string[]): Y.Doc {
  const doc = new Y.Doc();
  doc.getText('title').insert(0, title);
  doc.getXmlFragment('minutes').insert(
    0,
    minutes.map((line) => {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(line)]);
      return paragraph;
    }),
  );
  return doc;
}

describe('what a restored store does not have', () => {
  it('[CO92] is named line by line, in order; what stands there already is not', () => {
    const mine = linesOf(docWith('Titel', ['Før kopien', 'Efter', '', 'Ens', 'Ens', 'Sidst']));
    const stored = linesOf(docWith('Titel', ['Ens', 'Før kopien. Og videre', 'En kollega skrev']));
    expect(missingLines(mine, stored)).toEqual({ title: [], agenda: [], minutes: ['Efter', 'Ens', 'Sidst'] });
    expect(missingLines(stored, stored)).toEqual({ title: [], agenda: [], minutes: [] });
    expect(missingLines(mine, linesOf(docWith('Andet', [])))).toMatchObject({ title: ['Titel'] });
  });
});
