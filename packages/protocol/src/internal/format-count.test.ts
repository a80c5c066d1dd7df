import { describe, expect, it } from 'vitest';
import { formatCount } from './format-count.js';

describe('formatCount', () => {
  it.each([
    [0, '0 requests'],
    [1, '1 request'],
    [2, '2 requests'],
  ])('writes the singular only for one: %j', (count, text) => {
    expect(formatCount(count, 'request')).toBe(text);
  });

  it.each([
    [1, '1 process'],
    [2, '2 processes'],
  ])('writes the plural that is given: %j', (count, text) => {
    expect(formatCount(count, 'process', 'processes')).toBe(text);
  });
});
