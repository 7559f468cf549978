import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Intervals } from './intervals.js';

it('[CO73] many at once are the same as one by one', () => {
  const range = fc.tuple(fc.nat(300), fc.nat(20)).map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 40 }), fc.array(range, { minLength: 16, maxLength: 60 }), (first, second) => {
      const [one, many] = [new Intervals(), new Intervals()];
      for (const { from, to } of [...first, ...second]) one.add(from, to);
      for (const { from, to } of first) many.add(from, to);
      many.addAll(second);
      expect([...many]).toEqual([...one]);
    }),
  );
});
