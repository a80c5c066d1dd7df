/** RFC 9964, ML-DSA in JOSE. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { createSigner, encode } from '../support/signer.js';
import { claimsFor, headerFor, openPublishing } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const rsa = createSigner('RS256');

forEachExpressFront((front) => {
  verifies('rfc9964#3/unknown-key-type-skipped', 'unknown key type: is skipped', async () => {
    // An ML-DSA-44 public key has 1312 octets, its signature 2420.
    const pub = encode(randomBytes(1312));
    const rs = await openPublishing(front, [
      { kty: 'AKP', alg: 'ML-DSA-44', kid: 'ml-dsa', pub },
      { kty: 'AKP', kid: 'k1', pub },
      rsa.publicJwk,
    ]);
    expect(await rs.present(rsa.sign({}, claimsFor(rs)))).toBe('200');
    const header = headerFor(rsa, { alg: 'ML-DSA-44', kid: 'ml-dsa' });
    const signature = encode(randomBytes(2420));
    const token = `${encode(header)}.${encode(claimsFor(rs))}.${signature}`;
    expect(await rs.present(token)).toBe('401-it');
  });
});
