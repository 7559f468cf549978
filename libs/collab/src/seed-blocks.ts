import * as Y from 'yjs';
import type { Block, Inline, RichText } from '@lib/contracts/rich-text.js';

/** Words with their structure as elements of a new document: what {@link richText} reads from them is the same again. */
export function elementsOf(text: RichText): Y.XmlElement[] {
  return text.map(elementOf);
}

function elementOf(block: Block): Y.XmlElement {
  const element = new Y.XmlElement(block.type);
  switch (block.type) {
    case 'paragraph':
      element.insert(0, inlinesOf(block.content));
      return element;
    case 'heading':
      element.setAttribute('level', block.level as unknown as string);
      element.insert(0, inlinesOf(block.content));
      return element;
    case 'orderedList':
      if (block.start !== 1) element.setAttribute('start', block.start as unknown as string);
      element.insert(0, block.items.map(itemOf));
      return element;
    case 'bulletList':
      element.insert(0, block.items.map(itemOf));
      return element;
    case 'blockquote':
      element.insert(0, elementsOf(block.blocks.length === 0 ? empty : block.blocks));
      return element;
  }
}

const empty: RichText = [{ type: 'paragraph', content: [] }];

function itemOf(blocks: RichText): Y.XmlElement {
  const item = new Y.XmlElement('listItem');
  item.insert(0, elementsOf(blocks.length === 0 ? empty : blocks));
  return item;
}

/** One text for the words between two line breaks; an empty block has one too, that two may begin in at once. */
function inlinesOf(inlines: readonly Inline[]): (Y.XmlText | Y.XmlElement)[] {
  const nodes: (Y.XmlText | Y.XmlElement)[] = [];
  let words: Y.XmlText | null = null;
  let length = 0;
  for (const inline of inlines) {
    if (inline.type === 'hardBreak') {
      nodes.push(new Y.XmlElement('hardBreak'));
      words = null;
      continue;
    }
    if (words === null) {
      nodes.push((words = new Y.XmlText()));
      length = 0;
    }
    // null ends a mark of the words before.
    words.insert(length, inline.text, { bold: inline.bold ? {} : null, italic: inline.italic ? {} : null });
    length += inline.text.length;
  }
  return nodes.length === 0 ? [new Y.XmlText('')] : nodes;
}
