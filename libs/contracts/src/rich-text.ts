/**
 * Words with their structure, as the editor keeps them: the JSON of a ProseMirror document, narrowed to the elements of
 * our schema (libs/collab/src/shape.ts). What minutes, documents and exports are made from.
 */
export type RichText = readonly Block[];

export type Block =
  | { type: 'paragraph'; content: readonly Inline[] }
  | { type: 'heading'; level: 1 | 2; content: readonly Inline[] }
  | { type: 'bulletList'; items: readonly RichText[] }
  | { type: 'orderedList'; start: number; items: readonly RichText[] }
  | { type: 'blockquote'; blocks: RichText };

export type Inline = { type: 'text'; text: string; bold?: true; italic?: true } | { type: 'hardBreak' };

/** The words of one item. */
export interface ItemContent {
  title: string;
  agenda: RichText;
  minutes: RichText;
}

/** The words without their structure, a line for each block; what canaries and comparisons look at. */
export function plainText(text: RichText): string {
  return text.map(blockText).join('\n');
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return block.content.map((inline) => (inline.type === 'text' ? inline.text : '\n')).join('');
    case 'bulletList':
    case 'orderedList':
      return block.items.map(plainText).join('\n');
    case 'blockquote':
      return plainText(block.blocks);
  }
}

/** Whether there is nothing to read in it. */
export const isBlank = (text: RichText): boolean => plainText(text).trim() === '';
