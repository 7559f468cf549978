import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { plainText } from '@lib/contracts/rich-text.js';
import { projectContent } from './document-content.js';

function element(name: string, children: (Y.XmlElement | Y.XmlText)[], attributes: Record<string, string> = {}): Y.XmlElement {
  const made = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.insert(0, children);
  return made;
}

function contentOf(build: (minutes: Y.XmlFragment, doc: Y.Doc) => void) {
  const doc = new Y.Doc();
  doc.transact(() => build(doc.getXmlFragment('minutes'), doc));
  return projectContent(Y.encodeStateAsUpdate(doc));
}

describe('words with their structure', () => {
  it('keeps headings, lists, marks and breaks', () => {
    const { minutes, title } = contentOf((fragment, doc) => {
      doc.getText('title').insert(0, 'Status');
      const bold = new Y.XmlText();
      bold.insert(0, 'Aftalt: ', { bold: {} });
      bold.insert(8, 'møde fredag', { bold: null });
      fragment.insert(0, [
        element('heading', [new Y.XmlText('Indsats')], { level: 2 as unknown as string }),
        element('paragraph', [bold, element('hardBreak', []), new Y.XmlText('kl. 9')]),
        element('orderedList', [element('listItem', [element('paragraph', [new Y.XmlText('Ring')])])], { start: 3 as unknown as string }),
      ]);
    });
    expect(title).toBe('Status');
    expect(minutes).toEqual([
      { type: 'heading', level: 2, content: [{ type: 'text', text: 'Indsats' }] },
      { type: 'paragraph', content: [{ type: 'text', text: 'Aftalt: ', bold: true }, { type: 'text', text: 'møde fredag' }, { type: 'hardBreak' }, { type: 'text', text: 'kl. 9' }] },
      { type: 'orderedList', start: 3, items: [[{ type: 'paragraph', content: [{ type: 'text', text: 'Ring' }] }]] },
    ]);
    expect(plainText(minutes)).toBe('Indsats\nAftalt: møde fredag\nkl. 9\nRing');
  });

  it('loses no words in elements that it does not know', () => {
    const { minutes } = contentOf((fragment) => fragment.insert(0, [element('table', [element('paragraph', [new Y.XmlText('celle')])]), new Y.XmlText('løst')]));
    expect(plainText(minutes)).toBe('celle\nløst');
  });

  it('reads what is nested without end', () => {
    const { minutes } = contentOf((fragment) => {
      let inner = element('paragraph', [new Y.XmlText('dybt')]);
      for (let depth = 0; depth < 500; depth++) inner = element('blockquote', [inner]);
      fragment.insert(0, [inner]);
    });
    expect(plainText(minutes)).toBe('dybt');
  });
});
