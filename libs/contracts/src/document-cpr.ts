import { cprDigits, cprRanges } from './cpr.js';

/** A text type of Yjs, as far as reading it goes; structural, so that browser and server share this without Yjs here. */
export interface TextNode {
  toDelta(): unknown;
}

/** Part of a text type: UTF-16 units from `index` on. */
export interface TextPiece<Text> {
  text: Text;
  index: number;
  length: number;
}

/** What is read as one run of words: a title, a paragraph, a heading, whatever marks divide it into. */
export interface TextBlock<Text> {
  text: string;
  pieces: (TextPiece<Text> & { at: number })[];
}

/** A number that looks like a CPR number, and where its characters stand. */
export interface WrittenCpr<Text> {
  /** Ten digits. */
  digits: string;
  pieces: TextPiece<Text>[];
}

/**
 * The blocks of an element: text nodes that stand side by side in one element are one block, also across a line break
 * within it. Without recursion: how deep things stand need not be trusted here.
 *
 * @param isText tells text types from elements
 */
export function textBlocks<Text extends TextNode>(nodes: readonly unknown[], isText: (node: unknown) => node is Text): TextBlock<Text>[] {
  const blocks: TextBlock<Text>[] = [];
  let block: TextBlock<Text> | null = null;
  const endBlock = () => {
    if (block !== null && block.text !== '') blocks.push(block);
    block = null;
  };
  const stack = [...nodes].reverse();
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === endBlock) endBlock();
    else if (isText(node)) {
      const words = wordsOf(node);
      block ??= { text: '', pieces: [] };
      block.pieces.push({ text: node, index: 0, length: words.length, at: block.text.length });
      block.text += words;
    } else if (isElement(node) && node.nodeName === 'hardBreak') {
      block ??= { text: '', pieces: [] };
      block.text += '\n';
    } else if (isElement(node)) {
      endBlock();
      stack.push(endBlock, ...node.toArray().reverse());
    }
  }
  endBlock();
  return blocks;
}

/** What looks like a CPR number in the blocks, in order. */
export function writtenCpr<Text>(blocks: readonly TextBlock<Text>[]): WrittenCpr<Text>[] {
  return blocks.flatMap((block) =>
    cprRanges(block.text).map(({ start, end }) => ({
      digits: cprDigits(block.text.slice(start, end)),
      pieces: block.pieces.flatMap(({ text, at, length }) => {
        const [from, to] = [Math.max(start, at), Math.min(end, at + length)];
        return from < to ? [{ text, index: from - at, length: to - from }] : [];
      }),
    })),
  );
}

function wordsOf(text: TextNode): string {
  let words = '';
  // An embedded thing is one unit long in Yjs; ours hold none, but offsets must be right whatever somebody stored.
  for (const { insert } of text.toDelta() as { insert: unknown }[]) words += typeof insert === 'string' ? insert : '\ufffc';
  return words;
}

function isElement(node: unknown): node is { nodeName: string; toArray(): unknown[] } {
  return typeof node === 'object' && node !== null && 'nodeName' in node && 'toArray' in node;
}
