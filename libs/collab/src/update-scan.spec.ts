import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { MalformedBytes } from './byte-reader.js';
import { defaultLimits } from './limits.js';
import { randomEdit, randomOf } from './spec-random.js';
import { scanUpdate } from './update-scan.js';

const scan = (update: Uint8Array) => scanUpdate(update, defaultLimits);
const bytes = (...values: (number | string)[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  for (const value of values) {
    if (typeof value === 'string') encoding.writeVarString(encoder, value);
    else encoding.writeVarUint(encoder, value);
  }
  return encoding.toUint8Array(encoder);
};

/** Every update that some documents exchange while several people write at once, and their merged states. */
function realUpdates(seed: number): Uint8Array[] {
  const random = randomOf(seed);
  const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
  const updates: Uint8Array[] = [];
  for (const doc of docs) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'remote') return;
      updates.push(update);
      for (const other of docs) if (other !== doc && random() < 0.5) Y.applyUpdate(other, update, 'remote');
    });
  }
  for (let i = 0; i < 40; i++) {
    randomEdit(docs[Math.floor(random() * docs.length)] as Y.Doc, random);
    if (i % 10 === 9) {
      for (const a of docs) for (const b of docs) Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a)), 'remote');
    }
  }
  return [...updates, ...docs.map((doc) => Y.encodeStateAsUpdate(doc)), Y.mergeUpdates(updates)];
}

describe('scanUpdate', () => {
  it('[CO1] reads what Yjs writes exactly as Yjs reads it', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        for (const update of realUpdates(seed)) {
          const scanned = scan(update);
          const { from, to } = Y.parseUpdateMeta(update);
          expect(new Map(scanned.ranges.map((range) => [range.client, range.from]))).toEqual(from);
          expect(new Map(scanned.ranges.map((range) => [range.client, range.to]))).toEqual(to);
          const { structs, ds } = Y.decodeUpdate(update);
          const real = structs.filter((struct) => !(struct instanceof Y.Skip));
          expect(scanned.structs.map(({ client, clock, length }) => [client, clock, length])).toEqual(real.map(({ id, length }) => [id.client, id.clock, length]));
          expect(scanned.skips).toBe(real.length < structs.length);
          const deletes = [...ds.clients].flatMap(([client, items]) => items.map(({ clock, len }) => ({ client, from: clock, to: clock + len })));
          expect(scanned.deletes).toEqual(deletes);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('[CO1] refuses every truncation and every longer form of a real update', () => {
    for (const update of realUpdates(7).slice(-4)) {
      for (let length = 0; length < update.length; length++) expect(() => scan(update.subarray(0, length))).toThrow(MalformedBytes);
      expect(() => scan(new Uint8Array([...update, 0]))).toThrow('trailing bytes');
    }
  });

  it('[CO1] whatever it lets through, Yjs can apply and merge without throwing', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }), (seed, changes) => {
        const original = realUpdates(seed % 50).at(-1) as Uint8Array;
        const update = original.slice();
        for (const [at, value] of changes) update[at % update.length] = value;
        try {
          scan(update);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytes);
          return;
        }
        Y.applyUpdate(new Y.Doc(), update);
        Y.mergeUpdates([update, original]);
      }),
      { numRuns: 400 },
    );
  });

  it('[CO1] refuses declared counts that the bytes cannot hold, at once', () => {
    const begin = performance.now();
    // 33 million structs in seven bytes; the same for clients, deletions, values and string lengths.
    expect(() => scan(bytes(1, 33_554_432, 1, 0))).toThrow('count exceeds');
    expect(() => scan(bytes(33_554_432, 1))).toThrow('count exceeds');
    expect(() => scan(bytes(0, 33_554_432))).toThrow('count exceeds');
    expect(() => scan(bytes(0, 1, 5, 33_554_432, 0, 1))).toThrow('count exceeds');
    expect(() => scan(bytes(1, 1, 5, 0, 8, 1, 'title', 33_554_432))).toThrow('count exceeds');
    expect(() => scan(bytes(1, 1, 5, 0, 4, 1, 33_554_432, 0))).toThrow('count exceeds');
    expect(performance.now() - begin).toBeLessThan(1_000);
  });

  it.each([
    ['a collected struct that claims 2^50 clocks', bytes(1, 1, 5, 0, 0, 2 ** 50, 0), 'claims more'],
    ['a clock overflow', bytes(1, 1, 5, Number.MAX_SAFE_INTEGER, 0, 9, 0), 'clock overflow'],
    ['an empty string', bytes(1, 1, 5, 0, 4, 1, 'title', '', 0), 'empty struct'],
    ['an empty deletion', bytes(0, 1, 5, 1, 3, 0), 'empty deletion'],
    ['clients in ascending order', bytes(2, 1, 5, 0, 0, 1, 1, 6, 0, 0, 1, 0), 'clients out of order'],
    ['the same client twice', bytes(2, 1, 5, 0, 0, 1, 1, 5, 1, 0, 1, 0), 'clients out of order'],
    ['a client id beyond 32 bits', bytes(1, 1, 2 ** 32, 0, 0, 1, 0), 'client id too large'],
    ['a reference to the own future', new Uint8Array([1, 1, 5, 0, 0x84, 5, 3, 1, 120, 0]), 'own future'],
    ['a sub-document', bytes(1, 1, 5, 0, 9, 1, 'title', 'guid', 0), 'unknown kind'],
    ['a mark whose value is no JSON', bytes(1, 1, 5, 0, 6, 1, 'title', 'bold', '{', 0), 'invalid JSON'],
    ['a mark nested 20,000 deep', bytes(1, 1, 5, 0, 6, 1, 'title', 'bold', '['.repeat(20_000) + ']'.repeat(20_000), 0), 'nested too deeply'],
    ['a number with padding', new Uint8Array([0, 0x80, 0]), 'shortest form'],
  ])('[CO1] refuses %s', (_what, update, reason) => {
    expect(() => scan(update)).toThrow(reason);
  });

  it('[CO1] refuses nested values beyond the limit and text that is not UTF-8', () => {
    const nested = new Uint8Array([...bytes(1, 1, 5, 0, 8, 1, 'title', 1), ...Array.from({ length: 300 }, () => [117, 1]).flat(), 126, 0]);
    expect(() => scan(nested)).toThrow('nested too deeply');
    const broken = new Uint8Array([...bytes(1, 1, 5, 0, 4, 1, 'title'), 2, 0xc3, 0x28, 0]);
    expect(() => scan(broken)).toThrow('invalid UTF-8');
  });

  it('[CO1] counts text in UTF-16 units, as Yjs does', () => {
    const doc = new Y.Doc();
    doc.getText('title').insert(0, 'å🙂');
    expect(scan(Y.encodeStateAsUpdate(doc)).structs[0]?.length).toBe(3);
  });

  it('[CO1] random bytes never pass unless Yjs reads them too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (update) => {
        try {
          scan(update);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytes);
          return;
        }
        Y.applyUpdate(new Y.Doc(), update);
      }),
      { numRuns: 3_000 },
    );
  });
});
