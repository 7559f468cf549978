import * as Y from 'yjs';
import type { Block, Inline, RichText } from '@lib/contracts/rich-text.js';

/** Deeper than any editor of ours writes; what stands below is read as words of the block above. */
const maxDepth = 24;

/**
 * The structure of a fragment. Elements that the schema does not know are left out, but never the words in them: they
 * become paragraphs.
 */
export function richText(fragment: Y.XmlFragment): RichText {
  return blocksOf(fragment, 1);
}

function blocksOf(parent: Y.XmlFragment | Y.XmlElement, depth: number): Block[] {
  const blocks: Block[] = [];
  // Words directly in a container that holds blocks: a foreign client's, or the rest of a deleted paragraph.
  let loose: Inline[] = [];
  const endLoose = () => {
    if (loose.length > 0) blocks.push({ type: 'paragraph', content: loose });
    loose = [];
  };
  for (const node of parent.toArray()) {
    if (node instanceof Y.XmlText) loose.push(...inlinesOfText(node));
    else if (node instanceof Y.XmlElement && node.nodeName === 'hardBreak') loose.push({ type: 'hardBreak' });
    else if (node instanceof Y.XmlElement) {
      endLoose();
      blocks.push(...blockOf(node, depth));
    }
  }
  endLoose();
  return blocks;
}

function blockOf(element: Y.XmlElement, depth: number): Block[] {
  if (depth > maxDepth) return [{ type: 'paragraph', content: wordsOf(element) }];
  switch (element.nodeName) {
    case 'paragraph':
      return [{ type: 'paragraph', content: inlinesOf(element) }];
    case 'heading':
      return [{ type: 'heading', level: Number(element.getAttribute('level')) === 2 ? 2 : 1, content: inlinesOf(element) }];
    case 'bulletList':
      return [{ type: 'bulletList', items: itemsOf(element, depth) }];
    case 'orderedList': {
      const start = Number(element.getAttribute('start') ?? 1);
      return [{ type: 'orderedList', start: Number.isSafeInteger(start) ? start : 1, items: itemsOf(element, depth) }];
    }
    // What was recorded stands beside the words, with its state and in its own place.
    case 'record':
      return [];
    case 'blockquote':
      return [{ type: 'blockquote', blocks: blocksOf(element, depth + 1) }];
    default:
      return blocksOf(element, depth + 1);
  }
}

function itemsOf(list: Y.XmlElement, depth: number): RichText[] {
  return list.toArray().map((item) => {
    if (item instanceof Y.XmlElement) return blocksOf(item, depth + 1);
    return item instanceof Y.XmlText ? [{ type: 'paragraph', content: inlinesOfText(item) }] : [];
  });
}

function inlinesOf(element: Y.XmlElement): Inline[] {
  return element.toArray().flatMap((node): Inline[] => {
    if (node instanceof Y.XmlText) return inlinesOfText(node);
    if (!(node instanceof Y.XmlElement)) return [];
    return node.nodeName === 'hardBreak' ? [{ type: 'hardBreak' }] : wordsOf(node);
  });
}

function inlinesOfText(text: Y.XmlText): Inline[] {
  return (text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]).flatMap(({ insert, attributes = {} }): Inline[] => {
    if (typeof insert !== 'string' || insert === '') return [];
    const isOn = (mark: string) => mark in attributes && attributes[mark] !== null && attributes[mark] !== false;
    return [{ type: 'text', text: insert, ...(isOn('bold') ? { bold: true as const } : {}), ...(isOn('italic') ? { italic: true as const } : {}) }];
  });
}

/** Without recursion: only reached where things stand deeper than anybody means them to. */
function wordsOf(element: Y.XmlElement): Inline[] {
  const words: Inline[] = [];
  const stack: unknown[] = element.toArray().reverse();
  while (stack.length > 0) {
    const node = stack.pop();
    if (node instanceof Y.XmlText) words.push(...inlinesOfText(node));
    else if (node instanceof Y.XmlElement) stack.push(...node.toArray().reverse());
  }
  return words;
}
