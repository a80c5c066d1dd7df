import { describe, expect, it } from 'vitest';
import { showDate, showSeconds, showValue, showValues } from './printable.js';

describe('showValue', () => {
  it.each([
    [undefined, 'absent'],
    [null, 'null'],
    ['a b', '"a b"'],
    [['a', 1], '["a",1]'],
    ['\u001b[31m', String.raw`"\u001b[31m"`],
    ['\u0085\u200b\u2028', String.raw`"\u{85}\u{200b}\u{2028}"`],
  ])('writes %j as %s', (value, text) => {
    expect(showValue(value)).toBe(text);
  });

  it('shortens what is long', () => {
    expect(showValue('x'.repeat(500))).toBe(`"${'x'.repeat(199)}… (shortened)`);
  });
});

describe('showValues', () => {
  it('separates by commas', () => {
    expect(showValues(['a', 'b'])).toBe('"a", "b"');
  });
});

describe('showDate', () => {
  it.each([
    [0, '0 (1970-01-01T00:00:00.000Z)'],
    [1e15, '1000000000000000'],
    ['1', '"1"'],
    [undefined, 'absent'],
  ])('writes %j as %s', (value, text) => {
    expect(showDate(value)).toBe(text);
  });
});

describe('showSeconds', () => {
  it.each([
    [0.2, '1 s'],
    [-90, '90 s'],
    [180, '3 min'],
    [7200, '2 h'],
    [432_000, '5 days'],
  ])('writes %d s as %s', (seconds, text) => {
    expect(showSeconds(seconds)).toBe(text);
  });
});
