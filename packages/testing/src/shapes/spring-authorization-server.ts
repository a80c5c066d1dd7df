/**
 * The tokens of Spring Authorization Server.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { digestOf } from './invented-ids.js';
import { issuerAndTimes, type TokenShape } from './token-shape.js';

/** A server with a token customizer for `aud`: `JwtGenerator.java` of version 1.5. */
export const springAuthorizationServer: TokenShape = {
  explanation: 'no "typ", no client, scopes as an array in "scope"',
  accessToken: (facts) => ({
    header: {},
    claims: {
      ...issuerAndTimes(facts),
      sub: facts.user ?? facts.clientId,
      aud: facts.audience,
      nbf: facts.issuedAt,
      scope: facts.scope?.split(' '),
      jti: randomUUID(),
    },
  }),
  idToken: (facts) => ({
    header: {},
    claims: {
      ...issuerAndTimes(facts),
      sub: facts.user ?? facts.clientId,
      aud: facts.clientId,
      azp: facts.clientId,
      auth_time: facts.issuedAt,
      sid: digestOf(randomUUID()),
      nonce: randomUUID(),
      jti: randomUUID(),
    },
  }),
  jwksUri: (issuer) => `${issuer}/oauth2/jwks`,
};
