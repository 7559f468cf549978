import { isBlank, plainText, type Block, type RichText } from '@lib/contracts/rich-text.js';
import type { Words } from './sheet.js';

/** Deeper than this the page has no room left; what stands deeper is set on the last level, in its order. */
const deepest = 6;

/**
 * What people wrote, fit to be set: headings go on from the item's own without a gap in their levels (PDF/UA), stand
 * nowhere but on the first level, and lists end at a depth that a page can hold. No word is left out.
 */
export function wordsOfRichText(text: RichText): Words[] {
  const base = 2;
  let last = base;
  return text.flatMap((block): Words[] => {
    if (block.type !== 'heading') return wordsOfBlock(block, 1);
    if (isBlank([block])) return [];
    const level = Math.min(base + block.level, last + 1) as 3 | 4;
    last = level;
    return [{ type: 'heading', level, text: plainText([block]).replaceAll('\n', ' ') }];
  });
}

function wordsOfBlock(block: Block, depth: number): Words[] {
  switch (block.type) {
    case 'paragraph':
      return [{ type: 'paragraph', content: block.content }];
    case 'heading':
      return [{ type: 'paragraph', content: block.content.map((inline) => (inline.type === 'text' ? { ...inline, bold: true } : inline)) }];
    case 'bulletList':
    case 'orderedList': {
      const items = block.items.map((item) => item.flatMap((inner) => wordsOfBlock(inner, depth + 1)));
      if (depth > deepest) return items.flat();
      return [{ type: 'list', start: block.type === 'orderedList' ? block.start : null, items }];
    }
    case 'blockquote': {
      const words = block.blocks.flatMap((inner) => wordsOfBlock(inner, depth + 1));
      return depth > deepest ? words : [{ type: 'quote', words }];
    }
  }
}
