import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { cprBeginnings, cprRanges, maskCpr } from './cpr.js';
import { textBlocks, writtenCpr } from './document-cpr.js';

const isText = (node: unknown): node is Y.Text => node instanceof Y.Text;

function paragraph(...parts: (string | Y.XmlElement)[]): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  element.insert(0, parts.map((part) => (typeof part === 'string' ? new Y.XmlText(part) : part)));
  return element;
}

function found(build: (fragment: Y.XmlFragment) => void) {
  const fragment = new Y.Doc().getXmlFragment('minutes');
  build(fragment);
  const blocks = textBlocks(fragment.toArray(), isText);
  return writtenCpr(blocks).map(({ digits, pieces }) => [digits, ...pieces.map(({ text, index, length }) => (text.toDelta() as { insert: string }[]).map((part) => part.insert).join('').slice(index, index + length))]);
}

describe('CPR numbers in a document', () => {
  it('are seen across marks, in the text that they stand in', () => {
    expect(
      found((fragment) => {
        fragment.insert(0, [paragraph('Barn 010190-1234 er nævnt')]);
        ((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText).format(8, 3, { bold: {} });
      }),
    ).toEqual([['0101901234', '010190-1234']]);
  });

  it('are seen across two texts of one paragraph, and a line break in it', () => {
    expect(found((fragment) => fragment.insert(0, [paragraph('x 0101', '90-12', '34 y')]))).toEqual([['0101901234', '0101', '90-12', '34']]);
    expect(found((fragment) => fragment.insert(0, [paragraph('010190', new Y.XmlElement('hardBreak'), '1234')]))).toEqual([['0101901234', '010190', '1234']]);
  });

  it('are seen in lists, and not across two paragraphs', () => {
    expect(
      found((fragment) => {
        const item = new Y.XmlElement('listItem');
        item.insert(0, [paragraph('nr. 0101901234')]);
        const list = new Y.XmlElement('bulletList');
        list.insert(0, [item]);
        fragment.insert(0, [paragraph('010190'), paragraph('1234'), list]);
      }),
    ).toEqual([['0101901234', '0101901234']]);
  });
});

describe('CPR numbers in a line', () => {
  it.each(['010190 - 1234', '010190\u00ad1234', '010190\u200b-\u200b1234', '010190\u2212​1234'])('are seen with blanks and invisible characters between: %j', (text) => {
    expect(cprRanges(text)).toHaveLength(1);
    expect(maskCpr(`a ${text} b`)).toBe('a [CPR-nummer fjernet] b');
  });

  it.each([
    ['mødt 010190', ['010190']],
    ['mødt 010190-', ['010190-']],
    ['mødt 010190 12 x', ['010190 12']],
    ['010190-1234', []],
    ['Sag 2026-014, 320190', []],
    ['0101901', ['0101901']],
    ['01019012345', []],
  ])('are known by their beginning: %j', (text, beginnings) => {
    expect(cprBeginnings(text)).toEqual(beginnings);
  });
});
