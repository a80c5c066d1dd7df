import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as base64url from './base64url.js';

const { decodeObject } = base64url;

function decodeSegment(segment: Buffer): Buffer | undefined {
  return base64url.decodeSegment(segment, 0, segment.length);
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

describe('decodeSegment', () => {
  it.each([
    ['', []],
    ['AA', [0]],
    ['_w', [0xff]],
    ['AAA', [0, 0]],
    ['-_-_', [0xfb, 0xff, 0xbf]],
    ['AAAAAA', [0, 0, 0, 0]],
  ])('decodes %j', (segment, octets) => {
    expect(decodeSegment(Buffer.from(segment))).toEqual(Buffer.from(octets));
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
  ])('accepts one encoding only: %s is refused', (_case, segment) => {
    expect(decodeSegment(Buffer.from(segment))).toBeUndefined();
  });

  it('decodes what Node encodes, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        const segment = Buffer.from(Buffer.from(octets).toString('base64url'));
        expect(decodeSegment(segment)).toEqual(Buffer.from(octets));
      }),
    );
  });

  it('decodes only what Node encodes in this form', () => {
    const character = fc.constantFrom(...Array.from('AQgw_-09+/= .\0'));
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 9 }), (text) => {
        const octets = Buffer.from(text, 'base64url');
        const isCanonical = octets.toString('base64url') === text;
        expect(decodeSegment(Buffer.from(text))).toEqual(isCanonical ? octets : undefined);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads nothing but the segment', () => {
    const token = Buffer.from('*.AQID.*');
    expect(base64url.decodeSegment(token, 2, 6)).toEqual(Buffer.from([1, 2, 3]));
    expect(base64url.decodeSegment(token, 2, 5)).toEqual(Buffer.from([1, 2]));
    expect(base64url.decodeSegment(token, 2, 4)).toEqual(Buffer.from([1]));
    expect(base64url.decodeSegment(token, 1, 6)).toBeUndefined();
    expect(base64url.decodeSegment(token, 2, 8)).toBeUndefined();
  });

  it('refuses every octet outside the alphabet', () => {
    const alphabet = /^[-A-Za-z0-9_]$/;
    for (let octet = 0; octet < 256; octet += 1) {
      const isKnown = alphabet.test(String.fromCharCode(octet));
      const segments = [0, 1, 2, 3].map((place) =>
        Buffer.from('AAAA').fill(octet, place, place + 1),
      );
      const decoded = segments.map((segment) => decodeSegment(segment) !== undefined);
      expect(decoded).toEqual([isKnown, isKnown, isKnown, isKnown]);
    }
  });
});

describe('decodeObject', () => {
  it('decodes a JSON object', () => {
    expect(decodeObject(encode('{"a":1}'))).toEqual({ a: 1 });
  });

  it.each(['', 'A', encode('[]'), 'eyJhIjoxfQ=='])('refuses %j', (segment) => {
    expect(decodeObject(segment)).toBeUndefined();
  });
});
