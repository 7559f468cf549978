import { describe, expect, it } from '@jest/globals';
import { periodOn, ringOf, type StandIn } from './contacts.js';

const always = { validFrom: '2026-01-01', validTo: null };
const of = (membershipId: string, ...substitutes: string[]): StandIn => ({ membershipId, substitutes, ...always });

describe('[CO4] substitutes', () => {
  it('may stand in for several, and be stood in for', () => {
    expect(ringOf(of('a', 'b', 'c'), [of('b', 'c'), of('d', 'b')])).toBeNull();
    expect(ringOf(of('a', 'b'), [of('a', 'b')])).toBeNull();
  });

  it('do not come back to whom they stand in for, however long the way', () => {
    expect(ringOf(of('a', 'b'), [of('b', 'a')])).toEqual(['a', 'b', 'a']);
    expect(ringOf(of('a', 'x', 'b'), [of('b', 'c'), of('c', 'y', 'd'), of('d', 'a'), of('x', 'y')])).toEqual(['a', 'b', 'c', 'd', 'a']);
  });

  it('are let be by a ring that is none of theirs', () => {
    expect(ringOf(of('a', 'b'), [of('b', 'c'), of('c', 'b')])).toBeNull();
  });

  it('are no ring where no day has both', () => {
    const first = { ...of('a', 'b'), validTo: '2026-06-30' };
    expect(ringOf(first, [{ ...of('b', 'a'), validFrom: '2026-07-01' }])).toBeNull();
    expect(ringOf(first, [{ ...of('b', 'a'), validFrom: '2026-06-30' }])).toEqual(['a', 'b', 'a']);
    expect(ringOf(of('a', 'b'), [{ ...of('b', 'a'), validFrom: '2025-01-01', validTo: '2025-12-31' }])).toBeNull();
  });
});

it('[CO3] a period has both its days within it', () => {
  const period = { validFrom: '2026-03-01', validTo: '2026-03-31' };
  expect(['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01'].map((day) => periodOn(day, period))).toEqual(['coming', 'current', 'current', 'past']);
  expect(periodOn('2099-01-01', { ...period, validTo: null })).toBe('current');
});
