import { describe, expect, it } from '@jest/globals';
import { newId } from './ids.js';
import { randomBytesOfPool } from './random-pool.js';

describe('ids and what they are made of', () => {
  it('makes ids of version 7 that sort by the time they were made, none twice', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  });

  it('gives no random bytes out twice, and none that a later call changes', () => {
    const given = Array.from({ length: 5_000 }, () => randomBytesOfPool(12));
    expect(new Set(given.map((bytes) => bytes.toString('hex'))).size).toBe(given.length);
  });
});
