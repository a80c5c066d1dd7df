import { describe, expect, it } from 'vitest';
import {
  formatDate,
  formatDuration,
  formatMicroseconds,
  formatNumberOf,
  formatShare,
} from './readable-values.js';

describe('formatDuration', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [38, '38 ms'],
    [1_000, '1 s'],
    [244_000, '4 min 4 s'],
    [600_000, '10 min'],
    [11_520_000, '3 h 12 min'],
    [2_000_000_000, '23 d 3 h'],
  ])('formats %i ms as %s', (milliseconds, expected) => {
    expect(formatDuration(milliseconds)).toBe(expected);
  });
});

describe('formatShare', () => {
  it.each([
    [0, 0, '0 %'],
    [0, 9, '0 %'],
    [3, 12_410, '0.024 %'],
    [1, 1_000_000, '< 0.01 %'],
    [1, 3, '33 %'],
    [9, 9, '100 %'],
  ])('formats %i of %i as %s', (part, whole, expected) => {
    expect(formatShare(part, whole)).toBe(expected);
  });
});

describe('formatMicroseconds', () => {
  it.each([
    [4.4, '4 µs'],
    [9_999, '9,999 µs'],
    [5_012_000, '5,012 ms'],
  ])('formats %d as %s', (microseconds, expected) => {
    expect(formatMicroseconds(microseconds)).toBe(expected);
  });
});

describe('formatNumberOf', () => {
  it.each([
    [1, '1 route'],
    [0, '0 routes'],
    [41_202, '41,202 routes'],
  ])('formats %i routes as %s', (count, expected) => {
    expect(formatNumberOf(count, 'route')).toBe(expected);
  });
});

describe('formatDate', () => {
  it('keeps a text that is not an instant', () => {
    expect(formatDate('soon')).toBe('soon');
    expect(formatDate('2026-10-03T12:00:00Z')).toBe('3 Oct 2026');
  });
});
