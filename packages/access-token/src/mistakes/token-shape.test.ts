import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJwt, isShortened } from './token-shape.js';

const SEED = 20_261_121;
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'schlüssel-1' };
const HEADER_SEGMENT = Buffer.from(JSON.stringify(HEADER)).toString('base64url');

/** A text that cannot be read as a token. */
function shapeOf(token: string): Parameters<typeof isShortened>[0] {
  return { parts: token.split('.'), header: {}, claims: undefined, key: undefined };
}

describe('an opaque token', () => {
  it.each([
    ['whose first octet is a brace', 'e4w-LOdK3wQsYy5FaR5qEhW9B_dhHNb6djIZlnW580g'],
    [
      'that begins with a brace and a quote',
      Buffer.from([0x7b, 0x22, 0, 1, 2, 3]).toString('base64url'),
    ],
    ['with dots', 'ya29.a0AfH6SMBx'],
    ['that is empty', ''],
  ])('is not taken for a JWT that was cut off: %s', (_case, token) => {
    expect(isJwt(shapeOf(token))).toBe(false);
    expect(isShortened(shapeOf(token))).toBe(false);
  });

  it(`is not taken for one whatever its octets are (seed ${SEED})`, () => {
    const octets = fc.noBias(fc.uint8Array({ minLength: 16, maxLength: 64, size: 'max' }));
    const braced = octets.map((random) => Uint8Array.from([0x7b, ...random]));
    fc.assert(
      fc.property(fc.oneof(octets, braced), (random) => {
        expect(isShortened(shapeOf(Buffer.from(random).toString('base64url')))).toBe(false);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe('a JWT that was cut off', () => {
  it('is known wherever in its header that happened', () => {
    for (let length = 3; length <= HEADER_SEGMENT.length; length += 1) {
      expect(isShortened(shapeOf(HEADER_SEGMENT.slice(0, length)))).toBe(true);
    }
  });

  it('is known by a header that can be read', () => {
    const shape = { ...shapeOf(`${HEADER_SEGMENT}.eyJ`), header: HEADER };
    expect(isShortened(shape)).toBe(true);
  });
});
