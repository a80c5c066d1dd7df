import { describe, expect, it } from 'vitest';
import { formatDate, formatDuration, formatValue, formatValues } from './printable.js';

describe('formatValue', () => {
  it.each([
    [undefined, 'absent'],
    [null, 'null'],
    ['a b', '"a b"'],
    [['a', 1], '["a",1]'],
    ['\u001b[31m', String.raw`"\u001b[31m"`],
    ['\u0085\u200b\u2028', String.raw`"\u{85}\u{200b}\u{2028}"`],
  ])('formats %j as %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('cuts a long value to 200 characters', () => {
    expect(formatValue('x'.repeat(500))).toBe(`"${'x'.repeat(199)}… (shortened)`);
  });
});

describe('formatValues', () => {
  it('separates values with commas', () => {
    expect(formatValues(['a', 'b'])).toBe('"a", "b"');
  });
});

describe('formatDate', () => {
  it.each([
    [0, '0 (1970-01-01T00:00:00.000Z)'],
    [1e15, '1000000000000000'],
    ['1', '"1"'],
    [undefined, 'absent'],
  ])('formats %j as %s', (value, text) => {
    expect(formatDate(value)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0.2, '1 s'],
    [-90, '90 s'],
    [180, '3 min'],
    [7200, '2 h'],
    [432_000, '5 days'],
  ])('formats %d s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
