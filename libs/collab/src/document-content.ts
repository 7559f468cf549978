import * as Y from 'yjs';
import type { ItemContent } from '@lib/contracts/rich-text.js';
import { richText } from './rich-text.js';

/** Plain text of a document, for lists and search. Paragraphs are separated by line breaks. */
export interface DocumentText {
  title: string;
  agendaText: string;
  minutesText: string;
}

export interface DocumentSeed {
  title: string;
  agendaParagraphs: readonly string[];
}

/** Joins updates into one, without the words that were deleted. Costly: run it in the worker. */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const doc = build(updates);
  const merged = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return merged;
}

/** What somebody lacks who knows as much as the state vector says. Costly: run it in the worker. */
export function diffUpdate(update: Uint8Array, stateVector: Uint8Array): Uint8Array {
  return Y.diffUpdate(update, stateVector);
}

/** Costly: run it in the worker. */
export function projectText(update: Uint8Array): DocumentText {
  const doc = build([update]);
  const text = {
    title: plainText(doc.getText('title')),
    agendaText: fragmentText(doc.getXmlFragment('agenda')),
    minutesText: fragmentText(doc.getXmlFragment('minutes')),
  };
  doc.destroy();
  return text;
}

/** The words with their structure. Costly: run it in the worker. */
export function projectContent(update: Uint8Array): ItemContent {
  const doc = build([update]);
  const content = { title: plainText(doc.getText('title')), agenda: richText(doc.getXmlFragment('agenda')), minutes: richText(doc.getXmlFragment('minutes')) };
  doc.destroy();
  return content;
}

/** The first update of a document. Only the server makes it, and only once: two seeds would both stay. */
export function seedUpdate({ title, agendaParagraphs }: DocumentSeed): Uint8Array {
  const doc = new Y.Doc();
  doc.transact(() => {
    if (title !== '') doc.getText('title').insert(0, title);
    const paragraphs = agendaParagraphs.map((text) => {
      const paragraph = new Y.XmlElement('paragraph');
      if (text !== '') paragraph.insert(0, [new Y.XmlText(text)]);
      return paragraph;
    });
    doc.getXmlFragment('agenda').insert(0, paragraphs);
  });
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
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
    else if (node instanceof Y.XmlElement) {
      endLine();
      line = node.length === 0 ? '' : null;
      stack.push(endLine, ...node.toArray().reverse());
    }
  }
  endLine();
  return lines.join('\n').trimEnd();
}
