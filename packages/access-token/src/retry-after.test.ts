import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from './retry-after.js';

describe('retryAfterSeconds', () => {
  it.each([
    [-1, 1],
    [0, 1],
    [1, 1],
    [1_001, 2],
    [300_000, 300],
    [Infinity, 300],
  ])('of a wait of %j ms is %i s', (waitMs, seconds) => {
    expect(retryAfterSeconds(waitMs)).toBe(seconds);
  });
});
