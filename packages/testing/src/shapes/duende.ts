/**
 * The tokens of Duende IdentityServer.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { digestOf } from './invented-ids.js';
import {
  issuerAndTimes,
  JWT,
  type ShapedToken,
  type TokenFacts,
  type TokenShape,
} from './token-shape.js';

/** `TokenExtensions.cs`, `DefaultClaimsService.cs`, `DefaultTokenService.cs` of version 8. */
export const duende: TokenShape = {
  explanation: 'scopes as an array in "scope", no "sub" for clients, otherwise RFC 9068',
  accessToken: (facts) => ({
    header: { typ: 'at+jwt' },
    claims: {
      ...issuerAndTimes(facts),
      nbf: facts.issuedAt,
      aud: facts.audience,
      scope: facts.scope?.split(' '),
      client_id: facts.clientId,
      jti: randomUUID().replaceAll('-', '').toUpperCase(),
      ...(facts.user !== undefined && login(facts)),
    },
  }),
  idToken: (facts) => ({
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      nbf: facts.issuedAt,
      aud: facts.clientId,
      nonce: randomUUID(),
      at_hash: digestOf(randomUUID()).slice(0, 22),
      ...login(facts),
    },
  }),
  jwksUri: (issuer) => `${issuer}/.well-known/openid-configuration/jwks`,
};

function login({ user, clientId, issuedAt }: TokenFacts): ShapedToken['claims'] {
  const sid = randomUUID().replaceAll('-', '').toUpperCase();
  return { sub: user ?? clientId, auth_time: issuedAt, idp: 'local', amr: ['pwd'], sid };
}
