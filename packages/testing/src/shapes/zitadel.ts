/**
 * The tokens of ZITADEL.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { digestOf, digitsOf } from './invented-ids.js';
import { issuerAndTimes, JWT, type TokenShape } from './token-shape.js';

const ID_LENGTH = 18;

/** Tokens of the type JWT: `token.go` in `internal/api/oidc` of github.com/zitadel/zitadel. */
export const zitadel: TokenShape = {
  explanation: 'clients are service users with a numeric "sub", no scopes, audiences as an array',
  accessToken: (facts) => ({
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      sub: digitsOf(facts.user ?? facts.clientId, ID_LENGTH),
      aud: [facts.audience].flat(),
      nbf: facts.issuedAt,
      client_id: facts.clientId,
      jti: `V2_${randomDigits()}-at_${randomDigits()}`,
    },
  }),
  idToken: (facts) => ({
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      sub: digitsOf(facts.user ?? facts.clientId, ID_LENGTH),
      aud: [facts.audience, facts.clientId].flat(),
      azp: facts.clientId,
      client_id: facts.clientId,
      amr: ['pwd'],
      auth_time: facts.issuedAt,
      nonce: randomUUID(),
      at_hash: digestOf(randomUUID()).slice(0, 22),
    },
  }),
  jwksUri: (issuer) => `${issuer}/oauth/v2/keys`,
};

function randomDigits(): string {
  return digitsOf(randomUUID(), ID_LENGTH);
}
