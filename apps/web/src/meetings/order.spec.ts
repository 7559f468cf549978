import { describe, expect, it } from '@jest/globals';
import { placeAt, stepFrom } from './order.js';

describe('a place in the agenda', () => {
  it('[MT31] is named by a neighbour that the mover sees', () => {
    const names = ['a', null, 'b', 'c'];
    expect(placeAt(names, 3, 0)).toEqual({ afterItemId: null });
    expect(placeAt(names, 3, 1)).toEqual({ afterItemId: 'a' });
    expect(placeAt(names, 3, 2)).toEqual({ beforeItemId: 'b' });
    expect(placeAt(names, 0, 3)).toEqual({ beforeItemId: null });
  });

  it('[MT31] is not between two closed items, and a step goes over both', () => {
    const names = ['a', null, null, 'b'];
    expect(placeAt(names, 0, 1)).toBeNull();
    expect(stepFrom(names, 3, -1)).toEqual({ afterItemId: 'a' });
    expect(stepFrom([null, null, 'b'], 2, -1)).toEqual({ afterItemId: null });
    expect(stepFrom(names, 0, -1)).toBeNull();
    expect(stepFrom(names, 3, 1)).toBeNull();
  });
});
