import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encrypt, isOfOldLayout, Sealer } from './sealing.js';

const at = { table: 'agenda_item', rowId: 'row-1', column: 'title' };

describe('seal and open', () => {
  it('gives back what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), (bytes, text) => {
        const sealer = new Sealer('item-1', randomBytes(32));
        expect(new Uint8Array(sealer.open(sealer.seal(bytes, at), at))).toEqual(bytes);
        expect(sealer.openText(sealer.sealText(text, at), at)).toBe(text);
      }),
    );
  });

  it('does not open in another column, row, table or scope, under another key, or changed', () => {
    const key = randomBytes(32);
    const sealer = new Sealer('item-1', key);
    const sealed = sealer.sealText('Lukket punkt', at);
    expect(() => sealer.open(sealed, { ...at, column: 'led_by' })).toThrow();
    expect(() => sealer.open(sealed, { ...at, rowId: 'row-2' })).toThrow();
    expect(() => sealer.open(sealed, { ...at, table: 'meeting' })).toThrow();
    expect(() => new Sealer('item-2', key).open(sealed, at)).toThrow();
    expect(() => new Sealer('item-1', randomBytes(32)).open(sealed, at)).toThrow();
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => sealer.open(changed, at)).toThrow();
    }
    for (let length = 0; length < sealed.length; length += 1) expect(() => sealer.open(sealed.subarray(0, length), at)).toThrow();
  });

  it('[KE5] opens what was sealed before columns were bound, in its row, and takes nothing new for it', () => {
    const key = randomBytes(32);
    const sealer = new Sealer('item-1', key);
    const old = encrypt(key, Buffer.from('Lukket punkt'), Buffer.from(JSON.stringify([1, 'agenda_item', 'row-1', 'item-1'])));
    const fresh = sealer.sealText('Lukket punkt', at);
    expect([old, fresh].map(isOfOldLayout)).toEqual([true, false]);
    expect(sealer.openText(old, at)).toBe('Lukket punkt');
    expect(() => sealer.open(old, { ...at, rowId: 'row-2' })).toThrow();
    // Neither is taken for the other.
    for (const [sealed, layout] of [[old, 2], [fresh, 1]] as const) expect(() => sealer.open(Buffer.concat([Buffer.of(layout), sealed.subarray(1)]), at)).toThrow();
  });

  it('never gives the same bytes twice', () => {
    const sealer = new Sealer('item-1', randomBytes(32));
    expect(sealer.sealText('samme', at).equals(sealer.sealText('samme', at))).toBe(false);
  });
});
