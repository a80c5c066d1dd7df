import { describe, expect, it } from 'vitest';
import { hasRequiredMembers, thumbprintOf } from './jwk-thumbprint.js';
import { createKeyPair } from '../../../../test/support/key-pairs.js';

// RFC 7638 §3.1.
const RFC_7638 = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
};
// RFC 8037 §A.3.
const RFC_8037 = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};
// RFC 9449 §4.1 and §6.1.
const RFC_9449 = {
  kty: 'EC',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
  crv: 'P-256',
};

describe('thumbprintOf', () => {
  it.each([
    ['RFC 7638 §3.1', RFC_7638, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
    ['RFC 8037 §A.3', RFC_8037, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    ['RFC 9449 §6.1', RFC_9449, '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'],
  ])('is that of %s', (_case, jwk, thumbprint) => {
    expect(thumbprintOf(jwk)).toBe(thumbprint);
  });

  it('does not depend on other members, nor on the order of members', () => {
    const { kty, crv, x, y } = RFC_9449;
    const other = { y, use: 'enc', x, kid: 1, n: 'AQAB', kty, alg: 'none', crv };
    expect(thumbprintOf(other)).toBe(thumbprintOf(RFC_9449));
  });
});

describe('hasRequiredMembers', () => {
  it.each([
    ['RSA', RFC_7638, ['kty', 'n', 'e']],
    ['EC', RFC_9449, ['kty', 'crv', 'x', 'y']],
    ['OKP', RFC_8037, ['kty', 'crv', 'x']],
  ])('requires the members that define a key, as strings: %s', (_kty, jwk, names) => {
    expect(hasRequiredMembers(jwk)).toBe(true);
    for (const name of names) {
      for (const value of [undefined, null, 1, ['AQAB'], {}]) {
        expect(hasRequiredMembers({ ...jwk, [name]: value })).toBe(false);
      }
    }
  });

  it('refuses a symmetric key and an unknown type', () => {
    expect(hasRequiredMembers({ kty: 'oct', k: 'AQAB' })).toBe(false);
    expect(hasRequiredMembers({ kty: 'AKP', pub: 'AQAB' })).toBe(false);
    expect(hasRequiredMembers({})).toBe(false);
  });

  it('does not read inherited members', () => {
    const inherited = Object.create(createKeyPair('P-256').publicJwk) as Record<string, unknown>;
    expect(hasRequiredMembers(inherited)).toBe(false);
  });
});
