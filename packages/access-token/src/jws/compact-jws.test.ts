import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { parseUnverifiedJws } from './compact-jws.js';
import { encode } from '../../../../test/support/tokens.js';

const MAX_BYTES = 16_384;
const malformed = new InvalidTokenError('malformed');

const HEADER = encode({ typ: 'at+jwt', alg: 'ES256', kid: 'k1' });
const CLAIMS = encode({ iss: 'https://as.example' });
const SIGNATURE = encode('signature');
const TOKEN = `${HEADER}.${CLAIMS}.${SIGNATURE}`;

function refusalOf(token: string): unknown {
  try {
    return parseUnverifiedJws(token, MAX_BYTES);
  } catch (error) {
    return error;
  }
}

describe('parseUnverifiedJws', () => {
  it('parses a token', () => {
    expect(parseUnverifiedJws(TOKEN, MAX_BYTES)).toEqual({
      header: {
        parameters: { typ: 'at+jwt', alg: 'ES256', kid: 'k1' },
        alg: 'ES256',
        kid: 'k1',
      },
      claims: { iss: 'https://as.example' },
      signingInput: Buffer.from(`${HEADER}.${CLAIMS}`),
      signature: Buffer.from('signature'),
    });
  });

  it('parses a token without signature, which the signature check refuses', () => {
    expect(parseUnverifiedJws(`${HEADER}.${CLAIMS}.`, MAX_BYTES).signature).toHaveLength(0);
  });

  it.each([
    ['nothing', ''],
    ['one segment', 'abc'],
    ['one segment that is valid except for its end', `${encode({ a: 1 })}A`],
    ['two segments', `${HEADER}.${CLAIMS}`],
    ['four segments', `${TOKEN}.`],
    ['five segments, as a JWE has', `${TOKEN}.${CLAIMS}.${CLAIMS}`],
    ['dots alone', '..'],
    ['one dot', '.'],
    ['no header', `.${CLAIMS}.${SIGNATURE}`],
    ['no payload', `${HEADER}..${SIGNATURE}`],
    ['the JSON serialization', JSON.stringify({ protected: HEADER, payload: CLAIMS })],
  ])('refuses %s', (_case, token) => {
    expect(refusalOf(token)).toEqual(malformed);
  });

  describe.each([
    ['header', (part: string) => `${part}.${CLAIMS}.${SIGNATURE}`, HEADER],
    ['payload', (part: string) => `${HEADER}.${part}.${SIGNATURE}`, CLAIMS],
    ['signature', (part: string) => `${HEADER}.${CLAIMS}.${part}`, SIGNATURE],
  ])('has one encoding: in the %s', (_segment, tokenWith, part) => {
    it.each([
      ['padding', `${part}=`],
      ['a space', `${part} `],
      ['a space within', `${part.slice(0, 4)} ${part.slice(4)}`],
      ['a line feed', `${part}\n`],
      ['a tab', `${part}\t`],
      ['a NUL', `${part}\0`],
      ['a character outside the alphabet', `${part.slice(0, -1)}*`],
      ['a character outside US-ASCII', `${part.slice(0, -1)}\u00e9`],
      ['a character that loses its upper octet', `${part.slice(0, -1)}\u0141`],
      ['one character too many', `${part.slice(0, part.length - (part.length % 4))}A`],
    ])('%s is refused', (_case, spelling) => {
      expect(refusalOf(tokenWith(spelling))).toEqual(malformed);
    });
  });

  it.each([
    ['plus', '-_-_', '+_-_'],
    ['slash', '-_-_', '-/-_'],
    ['unused bits of a last character that holds two', 'AA', 'AB'],
    ['unused bits of a last character that holds four', 'AAA', 'AAB'],
    ['unused bits of an ES256 signature', `${'A'.repeat(85)}g`, `${'A'.repeat(85)}h`],
  ])('refuses another encoding of a signature: %s', (_case, canonical, other) => {
    const signed = `${HEADER}.${CLAIMS}`;
    expect(refusalOf(`${signed}.${canonical}`)).not.toBeInstanceOf(Error);
    expect(refusalOf(`${signed}.${other}`)).toEqual(malformed);
  });

  it.each([
    ['a list', []],
    ['text', '"x"'],
    ['null', null],
    ['a number', 1],
    ['trailing characters', '{}x'],
    ['a byte order mark', '\ufeff{}'],
    ['a name twice', '{"alg":"none","alg":"ES256"}'],
    ['a member named __proto__', '{"__proto__":{}}'],
    ['another token', TOKEN],
  ])('refuses a header and a payload that is %s', (_case, part) => {
    expect(refusalOf(`${encode(part)}.${CLAIMS}.${SIGNATURE}`)).toEqual(malformed);
    expect(refusalOf(`${HEADER}.${encode(part)}.${SIGNATURE}`)).toEqual(malformed);
  });

  it('refuses a token that is longer than the limit', () => {
    expect(() => parseUnverifiedJws(TOKEN, TOKEN.length)).not.toThrow();
    expect(() => parseUnverifiedJws(TOKEN, TOKEN.length - 1)).toThrow(malformed);
  });
});
