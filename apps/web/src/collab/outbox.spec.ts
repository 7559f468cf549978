import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { beginningMs, Outbox } from './outbox.js';

/** A document with its outbox, and a server that keeps every byte that left. */
class Desk {
  readonly doc = new Y.Doc();
  readonly server = new Y.Doc();
  readonly left: Uint8Array[] = [];
  nowMs = 0;
  connected = true;
  readonly outbox = new Outbox(this.doc, () => this.nowMs);

  constructor(seed?: Uint8Array) {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') this.send(this.outbox.written(update, this.connected));
    });
    if (seed) {
      Y.applyUpdate(this.server, seed);
      this.hear(seed);
    }
  }

  get title(): Y.Text {
    return this.doc.getText('title');
  }

  get stored(): string {
    return this.server.getText('title').toString();
  }

  send(update: Uint8Array | null): void {
    if (update === null) return;
    this.left.push(update);
    Y.applyUpdate(this.server, update);
    expect(this.server.store.pendingStructs).toBe(null);
  }

  hear(update: Uint8Array): void {
    this.outbox.received(update);
    Y.applyUpdate(this.doc, update, 'server');
    this.send(this.outbox.release());
  }

  type(text: string, at = this.title.length): void {
    for (const [n, letter] of [...text].entries()) this.title.insert(at + n, letter);
  }

  /** Time passes, and what waited is looked at again. */
  rest(): void {
    this.nowMs += beginningMs;
    this.send(this.outbox.release());
  }

  hasLeft(text: string): boolean {
    return Buffer.concat(this.left).includes(text);
  }
}

/** What a colleague at another desk writes into the server's text. */
function colleague(server: Y.Doc, write: (text: Y.Text) => void): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = 2 + server.store.clients.size;
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server));
  const before = Y.encodeStateVector(doc);
  write(doc.getText('title'));
  const update = Y.encodeStateAsUpdate(doc, before);
  Y.applyUpdate(server, update);
  return update;
}

describe('[CO80] what leaves a browser', () => {
  it('is each word at once', () => {
    const desk = new Desk();
    desk.type('Hej 2026');
    expect(desk.stored).toBe('Hej 2026');
    expect(desk.left).toHaveLength(8);
  });

  it.each(['010190-1234', '0101901234', '010190 1234', '010190 – 1234'])('is nothing of %s from its sixth digit on, and all else once it is removed', (number) => {
    const desk = new Desk();
    desk.type(`Barn ${number} og mor`);
    desk.rest();
    expect(desk.outbox.held).toEqual([{ digits: '0101901234', written: number, field: 'title' }]);
    expect(desk.stored).toBe('Barn 01019');
    desk.outbox.remove(['0101901234']);
    expect(desk.stored).toBe('Barn  og mor');
    expect(desk.outbox.held).toEqual([]);
    expect(desk.hasLeft('1234')).toBe(false);
    desk.type('!');
    expect(desk.stored).toBe('Barn  og mor!');
  });

  it('is a date, after a short rest', () => {
    const desk = new Desk();
    desk.type('Mødt 010190');
    expect(desk.stored).toBe('Mødt 01019');
    expect(desk.outbox.nextLookAt).toBe(beginningMs);
    desk.rest();
    expect(desk.stored).toBe('Mødt 010190');
    expect(desk.outbox.nextLookAt).toBe(null);
    desk.type(' kl. 12');
    desk.rest();
    expect(desk.stored).toBe('Mødt 010190 kl. 12');
  });

  it('[CO82] is the number when it is none', () => {
    const desk = new Desk();
    desk.type('Journal 010190-1234');
    desk.outbox.dismiss('0101901234');
    desk.send(desk.outbox.release());
    expect(desk.stored).toBe('Journal 010190-1234');
    desk.type(' igen 0101901234.');
    desk.rest();
    expect(desk.stored).toBe('Journal 010190-1234 igen 0101901234.');
  });

  it('is nothing that was deleted before, although an undo could bring it back', () => {
    const desk = new Desk();
    const history = new Y.UndoManager(desk.title, { captureTimeout: 0 });
    desk.title.insert(0, '010190-1234');
    history.undo();
    expect(desk.stored).toBe('');
    expect(desk.left.length).toBeGreaterThan(0);
    expect(desk.hasLeft('1234')).toBe(false);
    history.redo();
    expect(desk.title.toString()).toBe('010190-1234');
    expect(desk.outbox.held).toHaveLength(1);
    expect(desk.hasLeft('1234')).toBe(false);
  });

  it('is not the half that a colleague completes, and is when the colleague takes hers away again', () => {
    const desk = new Desk();
    // Of two who write at one place, Yjs puts the smaller id first.
    desk.doc.clientID = 1;
    desk.type('Barn ');
    desk.title.insert(5, '010190-');
    desk.hear(colleague(desk.server, (text) => text.insert(5, '1234')));
    expect(desk.title.toString()).toBe('Barn 010190-1234');
    desk.rest();
    expect(desk.outbox.held.map(({ written }) => written)).toEqual(['010190-1234']);
    expect(desk.hasLeft('010190')).toBe(false);
    desk.hear(colleague(desk.server, (text) => text.delete(5, 4)));
    expect(desk.outbox.held).toEqual([]);
    desk.rest();
    expect(desk.stored).toBe('Barn 010190-');
  });

  it('asks nobody about a number that the server has, also after it was cut and pasted', () => {
    const seed = new Y.Doc();
    seed.getText('title').insert(0, 'Journal 010190-1234 ');
    const desk = new Desk(Y.encodeStateAsUpdate(seed));
    desk.type('a');
    expect(desk.stored).toBe('Journal 010190-1234 a');
    desk.title.delete(8, 11);
    desk.title.insert(8, '010190-1234');
    expect(desk.outbox.held).toEqual([]);
    expect(desk.stored).toBe('Journal 010190-1234 a');
  });

  it('asks again when the server took it out', () => {
    const seed = new Y.Doc();
    seed.getText('title').insert(0, '010190-1234');
    const desk = new Desk(Y.encodeStateAsUpdate(seed));
    desk.type('a');
    desk.hear(colleague(desk.server, (text) => text.delete(0, 11)));
    desk.type(' 010190-1234');
    expect(desk.outbox.held).toHaveLength(1);
    expect(desk.stored).toBe('a 01019');
  });

  it('is, to a server that asks while something is kept back, what it had been sent before', () => {
    const desk = new Desk();
    desk.type('Før. ');
    desk.title.insert(5, '010190-1234');
    desk.type(' Efter.');
    const fresh = new Y.Doc();
    Y.applyUpdate(fresh, desk.outbox.answer(Y.encodeStateVector(fresh)));
    expect(fresh.getText('title').toString()).toBe('Før. ');
    expect(desk.outbox.isBehind).toBe(true);
    desk.outbox.remove(['0101901234']);
    expect(desk.stored).toBe('Før.  Efter.');
  });

  it('waits without a connection, and is all of it in the next answer', () => {
    const desk = new Desk();
    desk.connected = false;
    desk.type('Offline');
    expect(desk.left).toEqual([]);
    desk.send(desk.outbox.answer(Y.encodeStateVector(desk.server)));
    desk.connected = true;
    desk.type('!');
    expect(desk.stored).toBe('Offline!');
  });

  it('takes several numbers out at their places at once, in lists and across marks', () => {
    const desk = new Desk();
    desk.doc.transact(() => {
      const text = new Y.XmlText('a 010190-1234 b 020290-1234 c');
      const paragraph = new Y.XmlElement('paragraph');
      const item = new Y.XmlElement('listItem');
      const list = new Y.XmlElement('bulletList');
      paragraph.insert(0, [text]);
      item.insert(0, [paragraph]);
      list.insert(0, [item]);
      desk.doc.getXmlFragment('minutes').insert(0, [list]);
      text.format(5, 3, { bold: {} });
    });
    expect(desk.outbox.held.map(({ written, field }) => [written, field])).toEqual([
      ['010190-1234', 'minutes'],
      ['020290-1234', 'minutes'],
    ]);
    desk.outbox.remove(desk.outbox.held.map(({ digits }) => digits));
    expect(desk.server.getXmlFragment('minutes').toString().replace(/<[^>]*>/g, '')).toBe('a  b  c');
  });
});
