import { describe, expect, it } from '@jest/globals';
import { difference, moved } from './text-diff.js';

const apply = (text: string, change: ReturnType<typeof difference>) =>
  change === null ? text : text.slice(0, change.index) + change.insert + text.slice(change.index + change.remove);

describe('difference', () => {
  it('places repeated letters at the caret', () => {
    expect(difference('aa', 'aaa', 3)).toEqual({ index: 2, remove: 0, insert: 'a' });
    expect(difference('aa', 'aaa', 1)).toEqual({ index: 0, remove: 0, insert: 'a' });
    expect(difference('aaa', 'aa', 2)).toEqual({ index: 2, remove: 1, insert: '' });
  });

  it('keeps surrogate pairs whole', () => {
    expect(difference('a😀b', 'a😁b', 3)).toEqual({ index: 1, remove: 2, insert: '😁' });
  });

  it('turns any text into any other', () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const text = () => Array.from({ length: random(6) }, () => 'ab😀ø'.match(/./gu)?.[random(4)]).join('');
    for (let i = 0; i < 3000; i++) {
      const before = text();
      const after = text();
      expect(apply(before, difference(before, after, random(after.length + 1)))).toBe(after);
    }
  });
});

describe('moved', () => {
  it('follows what others insert and delete before it', () => {
    expect(moved(3, [{ insert: 'xy' }])).toBe(5);
    expect(moved(3, [{ retain: 3 }, { insert: 'xy' }])).toBe(3);
    expect(moved(3, [{ retain: 1 }, { delete: 1 }])).toBe(2);
    expect(moved(3, [{ retain: 1 }, { delete: 9 }])).toBe(1);
    expect(moved(3, [{ retain: 5 }, { delete: 2 }])).toBe(3);
    expect(moved(5, [{ retain: 1 }, { insert: 'x' }, { delete: 2 }])).toBe(4);
  });
});
