import * as Y from 'yjs';
import { defaultLimits } from './limits.js';
import { rootContainer, type Container } from './shape.js';
import { contentKind, typeKind, type Struct } from './update-scan.js';

export interface Repair {
  update: Uint8Array;
  /** What was wrong, each reason once; never a word of the document. */
  faults: string[];
}

/** An item of a list with a paragraph and words in it takes so many levels. */
const smallestBlock = 4;

/**
 * An edit that makes a document one that our editor knows (CO70), without losing a word: what stands where it may not is
 * replaced by its words, and what lacks something gets it. Left alone, the first browser that meets such a thing deletes
 * it with all words in it, in the name of whoever sits there. Costly: run it in the worker.
 *
 * @param updates  all that is stored, in order
 * @param clientId unused in the document; the edit is written under it
 * @returns null when there is nothing to repair
 */
export function repairShape(updates: readonly Uint8Array[], clientId: number, maxDepth = defaultLimits.maxElementDepth): Repair | null {
  const doc = new Y.Doc();
  doc.transact(() => updates.forEach((update) => Y.applyUpdate(doc, update)));
  const before = Y.encodeStateVector(doc);
  doc.clientID = clientId;
  const faults = mend(doc, maxDepth);
  const update = faults.length === 0 ? null : Y.encodeStateAsUpdate(doc, before);
  doc.destroy();
  return update === null ? null : { update, faults };
}

/** Repairs a document in place; @returns what was wrong, each reason once. */
export function mend(doc: Y.Doc, maxDepth = defaultLimits.maxElementDepth): string[] {
  const faults = new Set<string>();
  doc.transact((transaction) => {
    for (const [name, root] of doc.share) {
      if (rootContainer(name) !== undefined || (root._start === null && root._map.size === 0)) continue;
      if (empty(root, transaction)) faults.add('unknown root');
    }
    mendText(doc.getText('title'), rootContainer('title') as Container, transaction, faults);
    const open: { type: Y.XmlFragment; container: Container }[] = (['agenda', 'minutes'] as const).map((name) => ({ type: doc.getXmlFragment(name), container: rootContainer(name) as Container }));
    // Without recursion: how deep things stand is one of the questions.
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { type, container } = next;
      if (type instanceof Y.XmlElement) mendAttributes(type, container, faults);
      mendChildren(type, container, maxDepth, faults);
      complete(type, container, faults);
      for (const child of type.toArray() as unknown[]) {
        const inner = container.opens(structOf(child));
        if (inner === undefined) continue;
        if (child instanceof Y.XmlText) mendText(child, inner, transaction, faults);
        else if (child instanceof Y.XmlElement) open.push({ type: child, container: inner });
      }
    }
  });
  return [...faults];
}

function mendChildren(type: Y.XmlFragment, container: Container, maxDepth: number, faults: Set<string>): void {
  const children = type.toArray() as unknown[];
  // From behind, so that what stands before keeps its place.
  for (let index = children.length - 1; index >= 0; index--) {
    const child = children[index];
    const isTooDeep = container.depth === maxDepth - smallestBlock && child instanceof Y.XmlElement && isDeeper(child, smallestBlock - 1);
    const fault = isTooDeep ? 'nested too deeply' : container.fault(structOf(child));
    if (fault !== undefined) {
      faults.add(fault);
      const words = wordsIn([child]);
      type.delete(index, 1);
      insertWords(type, index, container, words);
    } else if (child instanceof Y.XmlElement && (child.nodeName === 'record' || child.nodeName === 'hardBreak')) {
      mendLeaf(type, index, child, container, faults);
    }
  }
}

/** A card or a line break holds no words; a card that names nothing is none. */
function mendLeaf(type: Y.XmlFragment, index: number, leaf: Y.XmlElement, container: Container, faults: Set<string>): void {
  if (leaf.length > 0) {
    faults.add('content that does not belong here');
    insertWords(type, index + 1, container, wordsIn(leaf.toArray()));
    leaf.delete(0, leaf.length);
  }
  mendAttributes(leaf, container.opens(structOf(leaf)) as Container, faults);
  if (leaf.nodeName === 'record' && Object.keys(leaf.getAttributes()).length < 2) {
    faults.add('card that names nothing');
    type.delete(index, 1);
  }
}

/** What an element must have: an item begins with a paragraph, a list has an item, a quotation a block. */
function complete(type: Y.XmlFragment, { kind }: Container, faults: Set<string>): void {
  const first: unknown = type.length === 0 ? undefined : type.get(0);
  if (kind === 'listItem' && !(first instanceof Y.XmlElement && first.nodeName === 'paragraph')) {
    faults.add('list item without its paragraph');
    type.insert(0, [paragraphOf('')]);
  } else if (first === undefined && (kind === 'bulletList' || kind === 'orderedList')) {
    faults.add('list without an item');
    type.insert(0, [itemOf([''])]);
  } else if (first === undefined && kind === 'blockquote') {
    faults.add('quotation without a block');
    type.insert(0, [paragraphOf('')]);
  }
}

function mendAttributes(element: Y.XmlElement | Y.XmlText, inner: Container, faults: Set<string>): void {
  for (const [key, value] of Object.entries(element.getAttributes() as Record<string, unknown>)) {
    const isKnown = typeof value === 'string' || typeof value === 'number';
    const attribute = inner.attribute(key);
    if (isKnown && attribute?.fault({ client: 0, clock: 0, kind: contentKind.any, length: 1, value }) === undefined && attribute !== undefined) continue;
    faults.add('attribute that the editor does not know');
    element.removeAttribute(key);
  }
}

/** Marks nobody knows and whatever is embedded go; the words stay as they are. */
function mendText(text: Y.Text, container: Container, transaction: Y.Transaction, faults: Set<string>): void {
  if (text instanceof Y.XmlText) mendAttributes(text, container, faults);
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted) continue;
    const { content } = item;
    const struct: Struct = { client: 0, clock: 0, length: item.length, kind: content.getRef() };
    if (content instanceof Y.ContentFormat) struct.mark = { key: content.key, value: JSON.stringify(content.value) };
    const fault = container.fault(struct);
    if (fault === undefined) continue;
    faults.add(fault);
    item.delete(transaction);
  }
}

/** @returns whether anything was in it */
function empty(root: { _start: Y.Item | null; _map: Map<string, Y.Item> }, transaction: Y.Transaction): boolean {
  let was = false;
  const remove = (item: Y.Item) => {
    if (item.deleted) return;
    was = true;
    item.delete(transaction);
  };
  for (let item = root._start; item !== null; item = item.right) remove(item);
  for (const item of root._map.values()) remove(item);
  return was;
}

/** What the gate would have read of it. */
function structOf(node: unknown): Struct {
  const struct: Struct = { client: 0, clock: 0, length: 1, kind: contentKind.type };
  if (node instanceof Y.XmlText) return { ...struct, type: typeKind.xmlText };
  if (node instanceof Y.XmlElement) return { ...struct, type: typeKind.xmlElement, name: node.nodeName };
  return { ...struct, kind: node instanceof Y.AbstractType ? contentKind.type : contentKind.any };
}

function isDeeper(element: Y.XmlElement, levels: number): boolean {
  const open: { element: Y.XmlElement; level: number }[] = [{ element, level: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.level > levels) return true;
    for (const child of next.element.toArray()) if (child instanceof Y.XmlElement) open.push({ element: child, level: next.level + 1 });
  }
  return false;
}

/** A line for each block of words, whatever holds them. Without recursion. */
function wordsIn(nodes: readonly unknown[]): string[] {
  const lines = [''];
  const open = [...nodes].reverse();
  while (open.length > 0) {
    const node = open.pop();
    if (node === endLine) lines.push('');
    else if (typeof node === 'string') lines.push(node, '');
    else if (node instanceof Y.Text) lines.push(lines.pop() + (node.toDelta() as { insert: unknown }[]).map(({ insert }) => (typeof insert === 'string' ? insert : '')).join(''));
    else if (node instanceof Y.XmlElement) open.push(endLine, ...node.toArray().reverse(), endLine);
  }
  return lines.filter((line) => line.trim() !== '');
}

const endLine = Symbol('end of a line');

function insertWords(type: Y.XmlFragment, index: number, { kind }: Container, lines: readonly string[]): void {
  if (lines.length === 0) return;
  if (kind === 'bulletList' || kind === 'orderedList') type.insert(index, [itemOf(lines)]);
  else if (kind === 'paragraph' || kind === 'heading') type.insert(index, [new Y.XmlText(lines.join(' '))]);
  else type.insert(index, lines.map(paragraphOf));
}

function itemOf(lines: readonly string[]): Y.XmlElement {
  const item = new Y.XmlElement('listItem');
  item.insert(0, lines.map(paragraphOf));
  return item;
}

function paragraphOf(text: string): Y.XmlElement {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  return paragraph;
}
