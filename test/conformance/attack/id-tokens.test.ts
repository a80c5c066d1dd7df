/**
 * ID tokens are refused as access tokens, even if the client and the API have the same identifier.
 *
 * Each is signed with the issuer's own key and names the API as its audience: only its kind is wrong.
 */
import { expect } from 'vitest';
import { createVerifierFor, ISSUER, judge, NOW } from './attack.js';
import { ID_TOKEN_CLAIMS } from './id-token-claims.js';
import { RESOURCE } from '../support/fixture.js';
import { createSigner } from '../support/signer.js';
import type { Members } from '../support/tokens.js';
import { verifies } from '../support/verifies.js';

const signer = createSigner('ES256');
const POLICIES = ['auto', 'jwt', 'at+jwt'] as const;
const verifiers = POLICIES.map((typ) => ({ typ, verifier: createVerifierFor([signer], { typ }) }));

/** How each verifier decides about an ID token, with and without a header parameter `typ`. */
async function decide(claims: Members, aud: unknown = RESOURCE): Promise<Record<string, string>> {
  const decisions: Record<string, string> = {};
  for (const { typ: policy, verifier } of verifiers) {
    for (const typ of ['JWT', undefined]) {
      const payload = { iss: ISSUER, iat: NOW - 10, exp: NOW + 300, ...claims, aud };
      const { reason = 'accepted' } = await judge(verifier, signer.sign({ typ }, payload));
      decisions[`${policy}, ${typ ?? 'no typ'}`] = reason;
    }
  }
  return decisions;
}

function decisions(auto: string, jwt: string): Record<string, string> {
  return {
    'auto, JWT': auto,
    'auto, no typ': auto,
    'jwt, JWT': jwt,
    'jwt, no typ': jwt,
    'at+jwt, JWT': 'typ',
    'at+jwt, no typ': 'typ',
  };
}

const REFUSED = decisions('typ', 'typ');

for (const [server, claims] of Object.entries(ID_TOKEN_CLAIMS)) {
  verifies(
    'rfc8725#3.12/other-kinds-of-jwt-refused',
    `ID token of ${server}: is refused`,
    async () => {
      expect(await decide(claims)).toEqual(REFUSED);
      // Variants that a server issues in other flows, or for several audiences.
      const unhashed = { at_hash: undefined, c_hash: undefined };
      for (const changes of [unhashed, { azp: 'client-1' }, { ...unhashed, azp: 'client-1' }]) {
        expect(await decide({ ...claims, ...changes })).toEqual(REFUSED);
      }
      // Without a nonce, the hash or the mark of the issuer is enough.
      const isMarked = ['at_hash', 'c_hash', 'token_use'].some((name) => name in claims);
      if (isMarked || claims['typ'] === 'ID') {
        expect(await decide({ ...claims, nonce: undefined, scope: 'openid' })).toEqual(REFUSED);
      }
    },
  );
}

verifies(
  'rfc8725#3.12/other-kinds-of-jwt-refused',
  'ID token without any mark: is refused unless typ is jwt and the audience matches',
  async () => {
    expect(await decide({ sub: 'ada' })).toEqual(decisions('typ', 'accepted'));
    expect(await decide({ sub: 'ada' }, 'client-1')).toEqual(decisions('typ', 'audience'));
  },
);

verifies(
  'rfc8725#3.12/other-kinds-of-jwt-refused',
  'nonce: is accepted only with the mark of an access token',
  async () => {
    const accepted = { ...REFUSED, ...decisions('accepted', 'accepted') };
    const nonce = { sub: 'ada', nonce: 'n', azp: 'client-1' };
    for (const mark of [{ typ: 'Bearer' }, { token_use: 'access' }, { scope: 'read' }]) {
      expect(await decide({ ...nonce, ...mark })).toEqual(accepted);
      for (const hash of ['at_hash', 'c_hash']) {
        expect(await decide({ ...nonce, ...mark, [hash]: 'h' })).toEqual(REFUSED);
      }
    }
    for (const mark of [{ typ: 'bearer' }, { token_use: 'id' }, { amr: ['pwd'] }]) {
      expect(await decide({ ...nonce, ...mark })).toEqual(REFUSED);
    }
  },
);
