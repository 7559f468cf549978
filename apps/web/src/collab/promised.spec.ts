import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { Promised } from './promised.js';

/** A store of updates with copies of itself, and a page that was promised what it stored. */
function setUp() {
  const doc = new Y.Doc();
  const promised = new Promised();
  let rows: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => {
    rows.push(update);
    promised.add(update);
  });
  const opened = () => {
    const store = new Y.Doc();
    for (const row of rows) Y.applyUpdate(store, row);
    return store;
  };
  const knowsAll = () => {
    const store = opened();
    return promised.areDeletionsIn(Y.encodeStateAsUpdate(store, Y.encodeStateVector(doc))) && promised.areWordsIn(Y.encodeStateVector(store));
  };
  return { text: doc.getText('title'), copy: () => [...rows], restore: (copy: Uint8Array[]) => (rows = copy), opened, knowsAll };
}

describe('what was promised', () => {
  it('[CO90] is kept by a store that has everything, compacted or not, and more than everything', () => {
    const { text, restore, opened, knowsAll } = setUp();
    expect(knowsAll()).toBe(true);
    text.insert(0, 'Barnet bor hos sin mor');
    text.delete(7, 4);
    text.insert(3, '!');
    text.delete(0, 2);
    expect(knowsAll()).toBe(true);
    const compacted = opened();
    compacted.getText('title').insert(0, 'En anden skrev. ');
    compacted.getText('title').delete(3, 5);
    restore([Y.encodeStateAsUpdate(compacted)]);
    expect(knowsAll()).toBe(true);
  });

  it('[CO90] is missed in a store that was put back, also when somebody has gone on writing in it', () => {
    const { text, copy, restore, opened, knowsAll } = setUp();
    text.insert(0, 'Før. ');
    const backup = copy();
    text.insert(text.length, 'Efter. ');
    restore(backup);
    expect(knowsAll()).toBe(false);
    const later = opened();
    later.getText('title').insert(0, 'Meget mere end det, der blev tabt. ');
    restore([Y.encodeStateAsUpdate(later)]);
    expect(knowsAll()).toBe(false);
  });

  it('[CO90] is missed where only a deletion was lost', () => {
    const { text, copy, restore, knowsAll } = setUp();
    text.insert(0, 'Det hele ord');
    text.delete(0, 2);
    const backup = copy();
    text.delete(3, 4);
    expect(knowsAll()).toBe(true);
    restore(backup);
    expect(knowsAll()).toBe(false);
  });

  it('[CO90] is the same after very many deletions', () => {
    const { text, copy, restore, knowsAll } = setUp();
    text.insert(0, 'x'.repeat(2_000));
    for (let n = 0; n < 900; n++) text.delete((n * 7) % text.length, 1);
    const backup = copy().slice(0, -1);
    expect(knowsAll()).toBe(true);
    restore(backup);
    expect(knowsAll()).toBe(false);
  });
});
