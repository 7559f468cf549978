import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical.js';
import { commitmentOf, leavesOf, newSalt, pathOf, rootOf } from './commitment.js';

describe('canonical JSON', () => {
  it('[MI11] is the form of RFC 8785: keys by code units, numbers and strings as ECMAScript writes them', () => {
    // §3.2.3 and §3.2.2 of the RFC.
    const sorted = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', '1': 'One', '\ud83d\ude00': 'Emoji: Grinning Face', '\u0080': 'Control', '\u00f6': 'Latin Small Letter O With Diaeresis' };
    expect(canonicalJson(sorted)).toBe('{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}');
    expect(canonicalJson({ numbers: JSON.parse('[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]') as number[], string: '€$\u000f\nA\'B"\\\\"/', literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(canonicalJson(-0)).toBe('0');
  });

  it('says the same of the same value, in whatever order it was made, and refuses what JSON cannot hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!/\\ud[89a-f]/i.test(JSON.stringify(value)));
        const text = canonicalJson(value);
        // Keys of the same object come back in any order.
        const turned = (one: unknown): unknown => (Array.isArray(one) ? one.map(turned) : one !== null && typeof one === 'object' ? Object.fromEntries(Object.entries(one).reverse().map(([key, of]) => [key, turned(of)])) : one);
        expect(canonicalJson(turned(JSON.parse(text)))).toBe(text);
      }),
    );
    for (const value of [NaN, Infinity, '\ud800', { '\udc00': 1 }, () => 1]) expect(() => canonicalJson(value)).toThrow();
  });
});

describe('a commitment', () => {
  const one = { meetingId: 'm', partId: 'p', version: 1, salt: newSalt(), content: { text: 'ord' } };

  it('[MI11] changes with everything that it holds fast, and with the salt', () => {
    const changed = [{ meetingId: 'n' }, { partId: 'q' }, { version: 2 }, { salt: newSalt() }, { content: { text: 'Ord' } }].map((change) => commitmentOf({ ...one, ...change }).toString('hex'));
    expect(new Set([commitmentOf(one).toString('hex'), ...changed]).size).toBe(6);
  });

  it('[MI11] is proven to be under the root by its path, and nothing else is', () => {
    const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
    const climb = (commitment: Buffer, path: ReturnType<typeof pathOf>) => path.reduce((hash, { side, hash: other }) => (side === 'left' ? sha(Buffer.of(1), other, hash) : sha(Buffer.of(1), hash, other)), sha(Buffer.of(0), commitment));
    for (const count of [1, 2, 31, 32, 33, 100]) {
      const commitments = Array.from({ length: count }, (_, n) => commitmentOf({ ...one, version: n }));
      const leaves = leavesOf(commitments);
      expect(leaves.length).toBe(count <= 32 ? 32 : count <= 64 ? 64 : 128);
      for (const commitment of commitments) expect(climb(commitment, pathOf(leaves, commitment))).toEqual(rootOf(leaves));
      const foreign = commitmentOf({ ...one, content: 'andet' });
      expect(climb(foreign, pathOf(leaves, commitments[0]!))).not.toEqual(rootOf(leaves));
      expect(() => pathOf(leaves, foreign)).toThrow();
    }
  });

  it('stands among others in an order that tells nothing of the agenda', () => {
    const commitments = Array.from({ length: 8 }, (_, n) => commitmentOf({ ...one, version: n }));
    const leaves = leavesOf(commitments);
    expect(leaves).toEqual([...leaves].sort(Buffer.compare));
    expect(leavesOf([...commitments].reverse()).filter((leaf) => commitments.some((own) => own.equals(leaf)))).toEqual(leaves.filter((leaf) => commitments.some((own) => own.equals(leaf))));
  });
});
