import * as Y from 'yjs';
import { cprBeginnings } from '@lib/contracts/cpr.js';
import { textBlocks, writtenCpr, type TextBlock, type WrittenCpr } from '@lib/contracts/document-cpr.js';

/** How long a date of six digits may wait for what becomes of it, counted from its last digit. */
export const beginningMs = 2_000;

export type DocumentField = 'title' | 'agenda' | 'minutes';

/** A number that is kept back. */
export interface HeldNumber {
  digits: string;
  /** As it is written. */
  written: string;
  field: DocumentField;
}

/**
 * What of a document may leave this browser. While something stands in it that looks like a CPR number and that the
 * server does not have, nothing that was written here since leaves; what colleagues write still arrives. Yjs numbers
 * what somebody writes without gaps, so later words cannot overtake the number, and nothing that is typed is touched:
 * whatever composed, corrected, pasted or dragged it there.
 *
 * A number that is being typed waits from its sixth digit on, so that the first nine do not leave before the tenth. What
 * was deleted before it left never leaves, also when the history of the editor still holds it.
 */
export class Outbox {
  /** What the server told and what was sent to it, as one document. */
  private readonly shared = new Y.Doc();
  private readonly dismissed = new Set<string>();
  /** Numbers and beginnings that the shared document held when they were last looked at. */
  private known = new Set<string>();
  private readonly beginnings = new Map<string, number>();
  private numbers: (WrittenCpr<Y.Text> & { field: DocumentField; written: string })[] = [];
  private behind = false;
  private waitsUntil: number | null = null;

  constructor(
    private readonly doc: Y.Doc,
    private readonly now: () => number = Date.now,
  ) {}

  /** Numbers kept back, each once. */
  get held(): HeldNumber[] {
    const seen = new Set<string>();
    return this.numbers.flatMap(({ digits, written, field }) => (seen.has(digits) ? [] : (seen.add(digits), [{ digits, written, field }])));
  }

  /** Something written here has not been handed out. */
  get isBehind(): boolean {
    return this.behind;
  }

  /** When to ask `release` again although nothing was written; null when there is nothing to wait for. */
  get nextLookAt(): number | null {
    return this.waitsUntil;
  }

  /** An update came from the server; before it is applied to the document. */
  received(update: Uint8Array): void {
    const before = this.known.size === 0 ? [] : this.inShared();
    Y.applyUpdate(this.shared, update);
    if (before.length === 0) return;
    // What the server or a colleague took out is not known any more: it would have to be dismissed.
    const after = new Set(this.inShared());
    for (const number of before) if (!after.has(number)) this.known.delete(number);
  }

  /**
   * Something was written here.
   *
   * @param mayLeave whether a connection is there that has answered the server's question
   * @returns what is to be sent now
   */
  written(update: Uint8Array, mayLeave: boolean): Uint8Array | null {
    const wasBehind = this.behind;
    this.behind = true;
    if (!this.look() || !mayLeave) return null;
    if (wasBehind) return this.handOut(Y.encodeStateVector(this.shared));
    this.behind = false;
    Y.applyUpdate(this.shared, update);
    return update;
  }

  /** What has been kept back, when nothing stands against it any more. */
  release(): Uint8Array | null {
    if (!this.behind) return null;
    return this.look() ? this.handOut(Y.encodeStateVector(this.shared)) : null;
  }

  /** What the server lacks, of what may leave. @param stateVector what the server says that it has */
  answer(stateVector: Uint8Array): Uint8Array {
    return this.look() ? this.handOut(stateVector) : Y.encodeStateAsUpdate(this.shared, stateVector);
  }

  /** A person has said, and the server has noted, that this is no CPR number. */
  dismiss(digits: string): void {
    this.dismissed.add(digits);
  }

  /** Takes numbers out of the document, wherever they stand and are kept back. */
  remove(digits: readonly string[]): void {
    this.doc.transact(() => {
      for (const { pieces } of this.numbers.filter((number) => digits.includes(number.digits)).toReversed()) {
        for (const { text, index, length } of pieces.toReversed()) text.delete(index, length);
      }
    }, this);
  }

  destroy(): void {
    this.shared.destroy();
  }

  private handOut(stateVector: Uint8Array): Uint8Array {
    // Through a document of its own, which keeps no deleted words.
    const clean = new Y.Doc();
    Y.applyUpdate(clean, Y.encodeStateAsUpdate(this.doc));
    const update = Y.encodeStateAsUpdate(clean, stateVector);
    clean.destroy();
    Y.applyUpdate(this.shared, update);
    this.behind = false;
    return update;
  }

  /** Whether everything written here may leave at this moment. */
  private look(): boolean {
    const blocks = blocksOf(this.doc);
    const written = blocks.flatMap(({ field, block }) =>
      writtenCpr([block]).map((number) => ({ ...number, field, written: number.pieces.map(({ text, index, length }) => slice(text, index, length)).join('') })),
    );
    const begun = [...new Set(blocks.flatMap(({ block }) => cprBeginnings(block.text)))];
    const isNew = (key: string) => !this.known.has(key) && !this.dismissed.has(key);
    if (written.some(({ digits }) => isNew(digits)) || begun.some(isNew)) for (const key of this.inShared()) this.known.add(key);

    this.numbers = written.filter(({ digits }) => isNew(digits));
    const now = this.now();
    const fresh = begun.filter(isNew);
    for (const run of this.beginnings.keys()) if (!fresh.includes(run)) this.beginnings.delete(run);
    for (const run of fresh) if (!this.beginnings.has(run)) this.beginnings.set(run, now);
    const youngest = Math.max(...this.beginnings.values());
    this.waitsUntil = this.beginnings.size > 0 && youngest + beginningMs > now ? youngest + beginningMs : null;
    return this.numbers.length === 0 && this.waitsUntil === null;
  }

  private inShared(): string[] {
    return blocksOf(this.shared).flatMap(({ block }) => [...writtenCpr([block]).map(({ digits }) => digits), ...cprBeginnings(block.text)]);
  }
}

function blocksOf(doc: Y.Doc): { field: DocumentField; block: TextBlock<Y.Text> }[] {
  const roots = [
    { field: 'title', nodes: [doc.getText('title')] },
    { field: 'agenda', nodes: doc.getXmlFragment('agenda').toArray() },
    { field: 'minutes', nodes: doc.getXmlFragment('minutes').toArray() },
  ] as const;
  return roots.flatMap(({ field, nodes }) => textBlocks(nodes, isText).map((block) => ({ field, block })));
}

function isText(node: unknown): node is Y.Text {
  return node instanceof Y.Text;
}

function slice(text: Y.Text, index: number, length: number): string {
  return (text.toDelta() as { insert: unknown }[])
    .map(({ insert }) => (typeof insert === 'string' ? insert : '\ufffc'))
    .join('')
    .slice(index, index + length);
}
