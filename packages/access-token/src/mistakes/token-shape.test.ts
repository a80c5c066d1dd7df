import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJwt, isTruncated, type TokenShape } from './token-shape.js';

const SEED = 20_261_121;
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'schlüssel-1' };
const HEADER_SEGMENT = Buffer.from(JSON.stringify(HEADER)).toString('base64url');

/** The shape of a token that cannot be read. */
function shapeOf(token: string): TokenShape {
  return {
    parts: token.split('.'),
    header: {},
    claims: undefined,
    keySearch: { kind: 'skipped' },
  };
}

describe('isJwt and isTruncated', () => {
  it.each([
    ['an opaque token whose first octet is a brace', 'e4w-LOdK3wQsYy5FaR5qEhW9B_dhHNb6djIZlnW580g'],
    [
      'an opaque token that begins with a brace and a quote',
      Buffer.from([0x7b, 0x22, 0, 1, 2, 3]).toString('base64url'),
    ],
    ['an opaque token with dots', 'ya29.a0AfH6SMBx'],
    ['an empty token', ''],
  ])('do not recognize %s', (_case, token) => {
    expect(isJwt(shapeOf(token))).toBe(false);
    expect(isTruncated(shapeOf(token))).toBe(false);
  });

  it(`do not recognize random octets, even after a brace (seed ${SEED})`, () => {
    const octets = fc.noBias(fc.uint8Array({ minLength: 16, maxLength: 64, size: 'max' }));
    const braced = octets.map((random) => Uint8Array.from([0x7b, ...random]));
    fc.assert(
      fc.property(fc.oneof(octets, braced), (random) => {
        expect(isTruncated(shapeOf(Buffer.from(random).toString('base64url')))).toBe(false);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe('isTruncated', () => {
  it('recognizes a JWT that ends anywhere within its header', () => {
    for (let length = 3; length <= HEADER_SEGMENT.length; length += 1) {
      expect(isTruncated(shapeOf(HEADER_SEGMENT.slice(0, length)))).toBe(true);
    }
  });

  it('recognizes a JWT with a readable header that ends within its claims', () => {
    const shape = { ...shapeOf(`${HEADER_SEGMENT}.eyJ`), header: HEADER };
    expect(isTruncated(shape)).toBe(true);
  });
});
