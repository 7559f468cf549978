import * as Y from 'yjs';
import { cprMask } from '@lib/contracts/cpr.js';
import { textBlocks, writtenCpr, type WrittenCpr } from '@lib/contracts/document-cpr.js';
import type { Block, ItemContent } from '@lib/contracts/rich-text.js';
import { mend } from './document-repair.js';
import { richText } from './rich-text.js';
import { elementsOf } from './seed-blocks.js';

/** Plain text of a document, for lists and search. Paragraphs are separated by line breaks. */
export interface DocumentText {
  title: string;
  agendaText: string;
  minutesText: string;
}

/** For the projector alone. */
export interface ProjectedText extends DocumentText {
  /** Ten digits each, once: what looks like a CPR number anywhere in the document. */
  cprNumbers: string[];
  /** Why our editor would not know the document; empty for every one that it wrote. */
  faults: string[];
}

/** A number that was taken out, and how many of its characters each client had written. */
export interface MaskedCpr {
  digits: string;
  writers: { clientId: number; characters: number }[];
}

export interface DocumentSeed {
  title: string;
  /** A string is a paragraph of plain words. */
  agendaParagraphs: readonly (string | Block)[];
}

/** Joins updates into one, without the words that were deleted. Costly: run it in the worker. */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const doc = build(updates);
  const merged = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return merged;
}

/**
 * The same for storage, where what was merged goes away afterwards. Costly: run it in the worker.
 *
 * @throws Error unless a document opened from the outcome has every word, mark, attribute, clock and deletion of one
 * opened from the updates, and nothing in them waits for something that is not there
 */
export function compactUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const doc = build(updates);
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw new Error('the stored updates are not complete');
  const compacted = Y.encodeStateAsUpdate(doc);
  const reopened = build([compacted]);
  const isSame =
    reopened.store.pendingStructs === null &&
    Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(reopened)) &&
    JSON.stringify(doc.getText('title').toDelta()) === JSON.stringify(reopened.getText('title').toDelta()) &&
    (['agenda', 'minutes'] as const).every((field) => doc.getXmlFragment(field).toString() === reopened.getXmlFragment(field).toString());
  doc.destroy();
  reopened.destroy();
  if (!isSame) throw new Error('the compacted document differs');
  return compacted;
}

/** What somebody lacks who knows as much as the state vector says. Costly: run it in the worker. */
export function diffUpdate(update: Uint8Array, stateVector: Uint8Array): Uint8Array {
  return Y.diffUpdate(update, stateVector);
}

/** Costly: run it in the worker. */
export function projectText(update: Uint8Array): ProjectedText {
  const doc = build([update]);
  const text = {
    title: plainText(doc.getText('title')),
    agendaText: fragmentText(doc.getXmlFragment('agenda')),
    minutesText: fragmentText(doc.getXmlFragment('minutes')),
    cprNumbers: [...new Set(cprIn(doc).map(({ digits }) => digits))],
    // Last, because it mends what it finds; the document is thrown away.
    faults: mend(doc),
  };
  doc.destroy();
  return text;
}

/**
 * An update that puts the mask in the place of numbers and touches nothing else: what others write beside them meanwhile
 * stays. Costly: run it in the worker.
 *
 * @param numbers  the digits to be taken out; others stay
 * @param clientId unused in the document; the update is written under it
 * @returns null when none of the numbers stands in the document
 */
export function maskNumbers(content: Uint8Array, numbers: readonly string[], clientId: number): { update: Uint8Array; masked: MaskedCpr[] } | null {
  const doc = build([content]);
  const wanted = new Set(numbers);
  const found = cprIn(doc).filter(({ digits }) => wanted.has(digits));
  if (found.length === 0) return null;
  const masked = found.map(({ digits, pieces }) => ({ digits, writers: writersOf(pieces) }));
  const before = Y.encodeStateVector(doc);
  doc.clientID = clientId;
  doc.transact(() => {
    // From behind, so that what stands before keeps its place.
    for (const { pieces } of found.reverse()) {
      for (const { text, index, length } of [...pieces].reverse()) text.delete(index, length);
      pieces[0]?.text.insert(pieces[0].index, cprMask);
    }
  });
  const update = Y.encodeStateAsUpdate(doc, before);
  doc.destroy();
  return { update, masked };
}

/** The words with their structure. Costly: run it in the worker. */
export function projectContent(update: Uint8Array): ItemContent {
  const doc = build([update]);
  const content = { title: plainText(doc.getText('title')), agenda: richText(doc.getXmlFragment('agenda')), minutes: richText(doc.getXmlFragment('minutes')) };
  doc.destroy();
  return content;
}

/**
 * The first update of a document. Only the server makes it, and only once: two seeds would both stay.
 *
 * @param clientId drawn by Yjs unless it is given
 */
export function seedUpdate({ title, agendaParagraphs }: DocumentSeed, clientId?: number): Uint8Array {
  const doc = new Y.Doc();
  if (clientId !== undefined) doc.clientID = clientId;
  doc.transact(() => {
    if (title !== '') doc.getText('title').insert(0, title);
    // Two who begin at once in an empty field would make a paragraph each; so there is one, with a text in it that both
    // write into.
    doc.getXmlFragment('agenda').insert(0, (agendaParagraphs.length === 0 ? [''] : agendaParagraphs).flatMap((one) => (typeof one === 'string' ? paragraphOf(one) : elementsOf([one]))));
    doc.getXmlFragment('minutes').insert(0, [paragraphOf('')]);
  });
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}

/**
 * An update that adds paragraphs at the end of the fields; an empty last paragraph is written into. Costly: only for
 * documents that the server knows to be small.
 *
 * @param clientId unused in the document
 * @returns null when the paragraphs stand there already
 */
export function addParagraphs(content: Uint8Array, words: { agenda: readonly string[]; minutes: readonly string[] }, clientId: number): Uint8Array | null {
  const doc = build([content]);
  const before = Y.encodeStateVector(doc);
  let isChanged = false;
  doc.clientID = clientId;
  doc.transact(() => {
    for (const field of ['agenda', 'minutes'] as const) {
      const fragment = doc.getXmlFragment(field);
      const standing = new Set(fragmentText(fragment).split('\n'));
      for (const text of words[field].filter((one) => !standing.has(one))) {
        isChanged = true;
        const last = fragment.length === 0 ? undefined : fragment.get(fragment.length - 1);
        const empty = last instanceof Y.XmlElement && last.nodeName === 'paragraph' && last.length === 1 ? last.get(0) : undefined;
        if (empty instanceof Y.XmlText && empty.length === 0) empty.insert(0, text);
        else fragment.insert(fragment.length, [paragraphOf(text)]);
      }
    }
  });
  const update = isChanged ? Y.encodeStateAsUpdate(doc, before) : null;
  doc.destroy();
  return update;
}

function paragraphOf(text: string): Y.XmlElement {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  return paragraph;
}

function cprIn(doc: Y.Doc): WrittenCpr<Y.Text>[] {
  const blocks = [doc.getText('title'), doc.getXmlFragment('agenda'), doc.getXmlFragment('minutes')].flatMap((root) =>
    textBlocks(root instanceof Y.Text ? [root] : root.toArray(), isText),
  );
  return writtenCpr(blocks);
}

function isText(node: unknown): node is Y.Text {
  return node instanceof Y.Text;
}

function writersOf(pieces: WrittenCpr<Y.Text>['pieces']): MaskedCpr['writers'] {
  const characters = new Map<number, number>();
  for (const { text, index, length } of pieces) {
    let at = 0;
    for (let item = text._start; item !== null && at < index + length; item = item.right) {
      if (item.deleted || !item.countable) continue;
      const own = Math.min(at + item.length, index + length) - Math.max(at, index);
      if (own > 0) characters.set(item.id.client, (characters.get(item.id.client) ?? 0) + own);
      at += item.length;
    }
  }
  return [...characters].map(([clientId, count]) => ({ clientId, characters: count }));
}

function build(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}

function plainText(text: Y.Text): string {
  let plain = '';
  for (const { insert } of text.toDelta() as { insert: unknown }[]) if (typeof insert === 'string') plain += insert;
  return plain;
}

const inline = new Set(['hardBreak', 'mention']);

/** Without recursion: how deep things may stand is bounded elsewhere, and need not be trusted here. */
function fragmentText(fragment: Y.XmlFragment): string {
  const lines: string[] = [];
  let line: string | null = null;
  const endLine = () => {
    if (line !== null) lines.push(line);
    line = null;
  };
  const stack: unknown[] = fragment.toArray().reverse();
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === endLine) endLine();
    else if (node instanceof Y.XmlText) line = (line ?? '') + plainText(node);
    else if (node instanceof Y.XmlElement && inline.has(node.nodeName)) line = (line ?? '') + (node.nodeName === 'hardBreak' ? '\n' : '');
    else if (node instanceof Y.XmlElement && node.nodeName === 'record') endLine();
    else if (node instanceof Y.XmlElement) {
      endLine();
      line = node.length === 0 ? '' : null;
      stack.push(endLine, ...node.toArray().reverse());
    }
  }
  endLine();
  return lines.join('\n').trimEnd();
}
