/** RFC 8037, CFRG curves in JOSE. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import type { Fixture } from '../support/fixture.js';
import { createSigner, encode } from '../support/signer.js';
import { claimsFor, jwkOf, openPublishing } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const signer = createSigner('Ed25519');

const octets = (first: string, middle: string, last: string): string =>
  first + middle.repeat(30) + last;
const ORDER_8 = [
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03',
] as const;
// Points of order 1, 2, 4 and 8 on edwards25519, and other spellings of the same points.
const SMALL_ORDER = {
  'order 1': octets('01', '00', '00'),
  'order 2': octets('ec', 'ff', '7f'),
  'order 4': octets('00', '00', '00'),
  'order 4, the other': octets('00', '00', '80'),
  'order 8': `${ORDER_8[0]}05`,
  'order 8, the second': `${ORDER_8[0]}85`,
  'order 8, the third': `${ORDER_8[1]}7a`,
  'order 8, the fourth': `${ORDER_8[1]}fa`,
};
const RESPELT = {
  'order 1, signed zero': octets('01', '00', '80'),
  'order 1, above the field': octets('ee', 'ff', '7f'),
  'order 1, above the field, signed zero': octets('ee', 'ff', 'ff'),
  'order 2, signed zero': octets('ec', 'ff', 'ff'),
  'order 4, above the field': octets('ed', 'ff', '7f'),
  'order 4, above the field, the other': octets('ed', 'ff', 'ff'),
};

// R is the neutral point and S is 0: valid for every message whose hash is a multiple of the order.
const SIGNATURE = Buffer.from(octets('01', '00', '00') + '00'.repeat(32), 'hex');

/** Varies a token until OpenSSL accepts the universal signature. */
function forge(rs: Fixture, key: KeyObject): string | undefined {
  const header = encode({ typ: 'at+jwt', alg: 'Ed25519', kid: 'k1' });
  for (let attempt = 0; attempt < 256; attempt += 1) {
    const input = `${header}.${encode(claimsFor(rs))}`;
    if (verify(null, Buffer.from(input), key, SIGNATURE)) return `${input}.${encode(SIGNATURE)}`;
  }
  return undefined;
}

forEachExpressFront((front) => {
  verifies('rfc8037#3.1/ed25519-key-full-order', 'Ed25519 key: refuses small order', async () => {
    let forgeries = 0;
    for (const [name, hex] of Object.entries({ ...SMALL_ORDER, ...RESPELT })) {
      const jwk = jwkOf(signer, { x: encode(Buffer.from(hex, 'hex')) });
      const rs = await openPublishing(front, [jwk]);
      const forged = forge(rs, createPublicKey({ key: jwk, format: 'jwk' }));
      if (forged === undefined) continue;
      forgeries += 1;
      expect(await rs.present(forged), name).toBe('401-it');
    }
    // OpenSSL accepts all eight points; it may reject their other spellings.
    expect(forgeries).toBeGreaterThanOrEqual(Object.keys(SMALL_ORDER).length);
  });

  verifies('rfc8037#3.1/ed25519-key-full-order', 'Ed25519 key: requires 32 octets', async () => {
    const { x = '' } = signer.publicJwk;
    const key = Buffer.from(x, 'base64url');
    const spellings = [
      ...[key.subarray(0, 16), key.subarray(0, 31), Buffer.concat([key, Buffer.from([0])])].map(
        encode,
      ),
      '',
      `${x}=`,
      ` ${x}`,
      undefined,
      1,
    ];
    for (const spelling of spellings) {
      const rs = await openPublishing(front, [jwkOf(signer, { x: spelling })]);
      const token = signer.sign({}, claimsFor(rs));
      expect(await rs.present(token), String(spelling)).toBe('401-it');
    }
    const rs = await openPublishing(front, [signer.publicJwk]);
    expect(await rs.present(signer.sign({}, claimsFor(rs)))).toBe('200');
  });
});
