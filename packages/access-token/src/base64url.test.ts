import { describe, expect, it } from 'vitest';
import { decodeObject, decodeSegment } from './base64url.js';

describe('decodeSegment', () => {
  it.each([
    ['', []],
    ['AA', [0]],
    ['_w', [0xff]],
    ['AAA', [0, 0]],
    ['-_-_', [0xfb, 0xff, 0xbf]],
    ['AAAAAA', [0, 0, 0, 0]],
  ])('decodes %j', (segment, octets) => {
    expect(decodeSegment(segment)).toEqual(Buffer.from(octets));
  });

  it.each([
    ['one character alone', 'A'],
    ['one character too many', 'AAAAA'],
    ['padding', 'AA=='],
    ['padding alone', '='],
    ['plus', '+_-_'],
    ['slash', '-/-_'],
    ['a space', 'AA '],
    ['a line feed', 'AA\n'],
    ['a line feed within', 'A\nA'],
    ['a dot', 'A.A'],
    ['a NUL', 'AA\0'],
    ['a character whose lower octet is in the alphabet', 'A\u0141'],
    ['unused bits of a last character that holds two', 'AB'],
    ['unused bits of a last character that holds four', 'AAB'],
  ])('knows one spelling only: %s is refused', (_case, segment) => {
    expect(decodeSegment(segment)).toBeUndefined();
  });
});

describe('decodeObject', () => {
  it('decodes a JSON object', () => {
    expect(decodeObject(Buffer.from('{"a":1}').toString('base64url'))).toEqual({ a: 1 });
  });

  it.each(['', 'A', Buffer.from('[]').toString('base64url'), 'eyJhIjoxfQ=='])(
    'refuses %j',
    (segment) => {
      expect(decodeObject(segment)).toBeUndefined();
    },
  );
});
