/**
 * The verifier: every algorithm, with a valid token and with each kind of invalid one.
 */
import assert from 'node:assert/strict';
import { createAccessTokenVerifier, InvalidTokenError } from '@scopegate/access-token';
import { ALGORITHMS, createSigner, encode, STORY } from '../tokens.mjs';

const EXPIRED = { iat: 1_000_000_000, exp: 1_000_000_300 };
const OTHER_AUDIENCE = { aud: 'https://other.example.com' };

/** @param {import('../checks.mjs').Checks} checks */
export async function checkVerifier(checks) {
  for (const alg of ALGORITHMS) {
    const signer = createSigner(alg);
    const verifier = createAccessTokenVerifier({ ...STORY, ...signer.trust });
    const check = (name, act) => checks.check(`verifier, ${alg}: ${name}`, act);
    await check('good', async () => {
      const token = await verifier.verify(signer.token({ scope: 'read:analytics' }));
      assert.deepEqual([...token.scopes], ['read:analytics']);
      assert.equal(token.clientId, 'nightly-report');
    });
    for (const [name, [token, reason]] of Object.entries(badTokens(alg, signer))) {
      await check(name, () =>
        assert.rejects(
          () => verifier.verify(token),
          (error) => error instanceof InvalidTokenError && error.reason === reason,
        ),
      );
    }
    verifier.close();
  }
}

/** The tokens and the reasons for which they are refused. */
function badTokens(alg, signer) {
  const good = signer.token();
  const [header, , signature] = good.split('.');
  const altered = encode({ ...JSON.parse(atob(good.split('.')[1])), scope: 'write:analytics' });
  return {
    expired: [signer.token(EXPIRED), 'expired'],
    'wrong aud': [signer.token(OTHER_AUDIENCE), 'audience'],
    'foreign key': [createSigner(alg).token(), 'signature'],
    tampered: [`${header}.${altered}.${signature}`, 'signature'],
    none: [`${encode({ typ: 'at+jwt', alg: 'none' })}.${good.split('.')[1]}.`, 'alg'],
  };
}
