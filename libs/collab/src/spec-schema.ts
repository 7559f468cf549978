import { getSchema, Node } from '@tiptap/core';
import type { Node as PmNode, Schema } from '@tiptap/pm/model';
import StarterKit from '@tiptap/starter-kit';
import * as Y from 'yjs';
import { seedUpdate } from './document-content.js';
import { adding, judge, type Verdict } from './gate.js';
import { finished } from './steps.js';
import { Knowledge } from './knowledge.js';
import { defaultLimits } from './limits.js';

// As apps/web/src/collab/extensions.ts has it.
const Heading = Node.create({ name: 'heading', group: 'block', content: 'inline*', addAttributes: () => ({ level: { default: 1, rendered: false } }) });
const Body = Node.create({ name: 'doc', topNode: true, content: '(block | record)+' });
const Record = Node.create({ name: 'record', group: 'record', atom: true, addAttributes: () => ({ kind: { default: 'decision' }, id: { default: '' } }) });
const off = { document: false, heading: false, link: false, code: false, codeBlock: false, strike: false, underline: false, horizontalRule: false, undoRedo: false } as const;
export const schema: Schema = getSchema([StarterKit.configure(off), Body, Record, Heading]);

/** What a server that stores what the gate lets in has of one document. */
export class Server {
  readonly known = new Knowledge();
  readonly stored: Uint8Array[] = [];

  constructor() {
    const seed = seedUpdate({ title: 'Punkt', agendaParagraphs: ['Baggrund'] });
    this.known.add(finished(adding(seed, this.known, defaultLimits)));
    this.stored.push(seed);
  }

  receive(update: Uint8Array, personId: string): Verdict {
    const verdict = judge(update, this.known, personId, defaultLimits);
    if (verdict.kind === 'store') {
      this.known.add(verdict.addition);
      this.stored.push(verdict.update);
    }
    return verdict;
  }

  client(clientId: number, gc = true): Y.Doc {
    const doc = new Y.Doc({ gc });
    for (const update of this.stored) Y.applyUpdate(doc, update, 'remote');
    doc.clientID = clientId;
    return doc;
  }

  edit(clientId: number, edit: (doc: Y.Doc) => void): Verdict {
    const doc = this.client(clientId);
    const before = Y.encodeStateVector(doc);
    doc.transact(() => edit(doc));
    return this.receive(Y.encodeStateAsUpdate(doc, before), `person-${clientId}`);
  }
}

export const words = ['samråd', 'aftale', 'barnet', 'æøå'];

/** Any document that the editor may hold. */
export function randomDocument(random: () => number): PmNode {
  const pick = (below: number) => Math.floor(random() * below);
  const inline = () =>
    Array.from({ length: pick(4) }, () => {
      if (random() < 0.15) return { type: 'hardBreak' };
      const marks = ['bold', 'italic'].filter(() => random() < 0.3).map((type) => ({ type }));
      return { type: 'text', text: words[pick(words.length)] as string, marks };
    });
  const paragraph = () => ({ type: 'paragraph', content: inline() });
  const record = () => ({ type: 'record', attrs: { kind: ['decision', 'followUp'][pick(2)], id: `01890000-0000-7000-8000-00000000000${pick(10)}` } });
  const block = (depth: number): object => {
    const list = (type: string, attrs: object = {}) => ({
      type,
      attrs,
      content: Array.from({ length: 1 + pick(3) }, () => ({ type: 'listItem', content: [paragraph(), ...(random() < 0.4 ? [block(depth + 1)] : [])] })),
    });
    switch (depth > 5 ? 0 : pick(6)) {
      case 1:
        return { type: 'heading', attrs: { level: 1 + pick(2) }, content: inline() };
      case 2:
        return list('bulletList');
      case 3:
        return list('orderedList', { start: [1, 7, -3, 1.5, Number.NaN][pick(5)], type: [null, 'a', 'I', 'disc', 'noget fra en hjemmeside'][pick(5)] });
      case 4:
        return { type: 'blockquote', content: [block(depth + 1)] };
      default:
        return paragraph();
    }
  };
  const node = schema.nodeFromJSON({ type: 'doc', content: Array.from({ length: 1 + pick(6) }, () => (random() < 0.15 ? record() : block(0))) });
  node.check();
  return node;
}
