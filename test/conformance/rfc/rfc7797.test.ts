/** RFC 7797, JWS Unencoded Payload Option. */
import { expect } from 'vitest';
import { forEachExpressFront } from '../../support/fronts/fronts.js';
import { useFixture } from '../support/fixture.js';
import { createSigner, encode } from '../support/signer.js';
import { claimsFor, expectOutcome, headerFor } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const signer = createSigner('ES256');

forEachExpressFront((front) => {
  const rs = useFixture(front, { server: { jwks: { keys: [signer.publicJwk] } } });

  verifies(
    'rfc7797#7/no-unencoded-payload',
    'b64: is refused with any value, in crit or not',
    async () => {
      const claims = claimsFor(rs);
      const crit = { b64: false, crit: ['b64'] };
      // RFC 7797 §3: with "b64": false the payload itself is signed, and then sent encoded or not.
      const header = encode(headerFor(signer, crit));
      const unencoded = signer.signature(`${header}.${JSON.stringify(claims)}`);
      await expectOutcome(rs, '401-it', {
        'b64 false without crit': signer.sign({ b64: false }, claims),
        'b64 false in crit': signer.sign(crit, claims),
        'b64 true': signer.sign({ b64: true }, claims),
        'signed unencoded': `${header}.${encode(claims)}.${unencoded.toString('base64url')}`,
      });
      expect(await rs.present(signer.sign({}, claims))).toBe('200');
    },
  );
});
