/**
 * DPoP, which is planned: requirements that hold already, and those that will. RFC 9449.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { isDeclared } from '../support/declared-names.js';
import { forEachFront } from '../../support/fronts/fronts.js';
import { type Fixture, RESOURCE, useFixture } from '../support/fixture.js';
import { notYet, verifies } from '../support/verifies.js';
import { createSigner, encode } from '../support/signer.js';

/** A token that is bound to a key, and a proof of that key for `GET /p`. RFC 9449 §4.2, §6.1. */
async function boundToken(rs: Fixture): Promise<{ token: string; proof: string; jkt: string }> {
  const signer = createSigner('ES256');
  const { kty, crv, x, y } = signer.publicJwk;
  // RFC 7638 §3: the required members in lexical order.
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const token = await rs.mint({ claims: { cnf: { jkt } } });
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const ath = createHash('sha256').update(token).digest('base64url');
  const iat = Math.floor(rs.issuer.clock() / 1000);
  const claims = { jti: randomUUID(), htm: 'GET', htu: `${RESOURCE}/p`, iat, ath };
  const proof = signer.signSegments(encode(header), encode(claims));
  return { token, jkt, proof };
}

forEachFront((front) => {
  const rs = useFixture(front);

  describe('token bound to a key', () => {
    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'is refused as a bearer token, with or without proof',
      async () => {
        const { token, proof } = await boundToken(rs);
        const authorization = `Bearer ${token}`;
        expect(await rs.outcome({ headers: { authorization } })).toBe('401-it');
        expect(await rs.outcome({ headers: { authorization, dpop: proof } })).toBe('401-it');
      },
    );

    verifies(
      'rfc9449#7.2/bound-token-as-bearer-refused',
      'is refused even if it is valid otherwise',
      async () => {
        const { jkt } = await boundToken(rs);
        expect(await rs.present(await rs.mint())).toBe('200');
        for (const scope of ['read', 'write']) {
          const token = await rs.mint({ scope, claims: { cnf: { jkt } } });
          expect(await rs.present(token), scope).toBe('401-it');
        }
      },
    );

    notYet(
      [
        'rfc9449#7.1/bound-token-with-proof',
        'rfc9449#6/binding-is-known',
        'rfc9449#7.1/unbound-token-under-dpop-refused',
        'rfc9449#7.1/dpop-challenge-names-algorithms',
        'rfc9449#7.2/error-in-challenge-of-used-scheme',
        'rfc9449#4.3/one-dpop-field',
        'rfc9449#4.3/proof-is-one-jwt',
        'rfc9449#4.3/proof-has-its-claims',
        'rfc9449#4.3/proof-typ-is-dpop-jwt',
        'rfc9449#4.3/proof-algorithm-is-public-key',
        'rfc9449#4.3/proof-verified-by-its-key',
        'rfc9449#4.3/proof-key-is-public',
        'rfc9449#4.3/htm-is-the-method',
        'rfc9449#4.3/htu-is-the-uri',
        'rfc9449#4.3/uris-normalised-before-comparison',
        'rfc9449#4.3/request-uri-from-configuration',
        'rfc9449#4.3/demanded-nonce-in-proof',
        'rfc9449#4.3/proof-within-time-window',
        'rfc9449#4.3/ath-is-token-hash',
        'rfc9449#4.3/proof-key-is-bound-key',
        'rfc9449#11.1/proof-accepted-once',
        'rfc9449#11.1/proof-memory-bounded',
        'rfc9449#9/nonce-demanded-by-401',
        'rfc9449#8/nonces-unguessable',
        'rfc9449#8.2/new-nonce-not-cached',
        'rfc9449#11.3/proof-without-nonce-refused',
      ],
      'is accepted with its proof',
      async () => {
        const { token, proof } = await boundToken(rs);
        const headers = { authorization: `DPoP ${token}`, dpop: proof };
        const { status } = await rs.send({ headers });
        expect(status === 200 || isDeclared(/^dpop/i)).toBe(true);
      },
    );
  });
});
