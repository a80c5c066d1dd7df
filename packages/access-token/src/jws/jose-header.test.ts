import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { readHeader } from './jose-header.js';
import { encode } from '../../../../test/support/tokens.js';

const malformed = new InvalidTokenError('malformed');

describe('readHeader', () => {
  it.each([
    [{}, undefined, undefined],
    [{ alg: 1 }, undefined, undefined],
    [{ alg: ['ES256'] }, undefined, undefined],
    [{ alg: null }, undefined, undefined],
    [{ typ: 'at+jwt', alg: 'ES256', kid: 'k1' }, 'ES256', 'k1'],
    [{ alg: 'es256', kid: '' }, 'es256', ''],
    [{ alg: 'ES256 ', kid: '__proto__' }, 'ES256 ', '__proto__'],
    [{ jku: 'https://attacker.example', jwk: {}, x5c: [], x5u: 'x' }, undefined, undefined],
  ])('reads "alg" and "kid" as they are: %j', (parameters, alg, kid) => {
    expect(readHeader(encode(parameters))).toEqual({ parameters, alg, kid });
  });

  it.each([
    { crit: ['x'], x: 1 },
    { crit: [] },
    { crit: ['alg'] },
    { crit: 'x' },
    { crit: null },
    { b64: false, crit: ['b64'] },
    { b64: false },
    { b64: true },
  ])('refuses an extension: %j', (extension) => {
    expect(() => readHeader(encode({ alg: 'ES256', ...extension }))).toThrow(malformed);
  });

  it.each([1, {}, [], ['k1'], null, true])('refuses a "kid" that is not a string: %j', (kid) => {
    expect(() => readHeader(encode({ alg: 'ES256', kid }))).toThrow(malformed);
  });

  it.each(['', 'x', encode('[]'), encode('{"alg":"none","alg":"ES256"}'), `${encode({})}=`])(
    'refuses anything but the base64url of one JSON object, each time: %j',
    (segment) => {
      expect(() => readHeader(segment)).toThrow(malformed);
      expect(() => readHeader(segment)).toThrow(malformed);
    },
  );

  it('parses each encoding once', () => {
    const segment = encode({ alg: 'ES256', kid: 'once' });
    const header = readHeader(segment);
    expect(readHeader(`${segment}.`.slice(0, -1))).toBe(header);
    expect(readHeader(encode({ kid: 'once', alg: 'ES256' }))).not.toBe(header);
  });

  it('does not keep a long header', () => {
    const segment = encode({ alg: 'ES256', kid: 'k'.repeat(600) });
    const header = readHeader(segment);
    expect(readHeader(segment)).not.toBe(header);
    expect(readHeader(segment)).toEqual(header);
  });

  it('evicts the least recently used header', () => {
    const first = encode({ alg: 'ES256', kid: 'first' });
    const header = readHeader(first);
    for (let made = 0; made < 255; made += 1) readHeader(encode({ kid: `made-${made}` }));
    expect(readHeader(first)).toBe(header);
    for (let made = 0; made < 256; made += 1) readHeader(encode({ kid: `more-${made}` }));
    expect(readHeader(first)).not.toBe(header);
  });
});
