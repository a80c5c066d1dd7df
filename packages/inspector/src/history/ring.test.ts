import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ring } from './ring.js';

describe('Ring', () => {
  it('keeps the newest items, newest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat()), (capacity, items) => {
        const ring = new Ring<number>(capacity);
        for (const item of items) ring.push(item);
        expect(ring.takeNewest(() => true)).toEqual(items.slice(-capacity).reverse());
      }),
      { seed: 17 },
    );
  });

  it('stops at the first item that is not wanted', () => {
    const ring = new Ring<number>(5);
    for (const item of [1, 2, 3, 4, 5, 6, 7]) ring.push(item);
    expect(ring.takeNewest((item) => item > 4)).toEqual([7, 6, 5]);
  });
});
