/**
 * The tokens of Auth0.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { digestOf } from './invented-ids.js';
import {
  issuerAndTimes,
  type JsonMembers,
  JWT,
  type TokenFacts,
  type TokenShape,
} from './token-shape.js';

/** The default profile: auth0.com/docs/secure/tokens/access-tokens/access-token-profiles. */
export const auth0: TokenShape = {
  explanation:
    'client in "azp", clients as "…@clients" with "gty", users with the userinfo audience',
  accessToken: (facts) => {
    const { clientId, scope, user } = facts;
    const grant = user === undefined && { gty: 'client-credentials' };
    const claims = { ...issuerAndTimes(facts), ...parties(facts), azp: clientId, scope };
    return { header: JWT, claims: { ...claims, ...grant } };
  },
  idToken: (facts) => ({
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      sub: subjectOf(facts),
      aud: facts.clientId,
      nickname: facts.user,
      sid: digestOf(randomUUID()),
      nonce: randomUUID(),
    },
  }),
  jwksUri: (issuer) => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`,
};

/** The profile of RFC 9068. */
export const auth0Rfc9068: TokenShape = {
  ...auth0,
  explanation: 'clients as "…@clients", users with the userinfo audience, otherwise RFC 9068',
  accessToken: (facts) => ({
    header: { typ: 'at+jwt' },
    claims: {
      ...issuerAndTimes(facts),
      ...parties(facts),
      client_id: facts.clientId,
      jti: digestOf(randomUUID()).slice(0, 22),
      scope: facts.scope,
    },
  }),
};

/** The userinfo audience is added when `openid` is requested, as applications usually do. */
function parties(facts: TokenFacts): JsonMembers {
  const { issuer, audience, user } = facts;
  const userInfo = `${issuer.replace(/\/$/, '')}/userinfo`;
  return {
    sub: subjectOf(facts),
    aud: user === undefined ? audience : [audience, userInfo].flat(),
  };
}

function subjectOf({ clientId, user }: TokenFacts): string {
  return user === undefined ? `${clientId}@clients` : `auth0|${user}`;
}
