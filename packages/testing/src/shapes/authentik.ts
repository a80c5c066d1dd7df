/**
 * The tokens of authentik.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  issuerAndTimes,
  type JsonMembers,
  JWT,
  type TokenFacts,
  type TokenShape,
} from './token-shape.js';

/** `id_token.py` and `views/token.py` in `authentik/providers/oauth2` of github.com/goauthentik/authentik. */
export const authentik: TokenShape = {
  explanation: 'the client id as "aud" and "azp", a hash as "sub", no scopes, "sid" for users',
  accessToken: (facts) => ({
    header: JWT,
    claims: { ...identity(facts), azp: facts.clientId, uid: randomUUID().replaceAll('-', '') },
  }),
  idToken: (facts) => ({ header: JWT, claims: { ...identity(facts), nonce: randomUUID() } }),
  jwksUri: (issuer) => `${issuer.replace(/\/$/, '')}/jwks/`,
};

function identity(facts: TokenFacts): JsonMembers {
  const { clientId, user, issuedAt } = facts;
  const name = user ?? `ak-${clientId}-client_credentials`;
  return {
    ...issuerAndTimes(facts),
    sub: sha256(name),
    aud: clientId,
    auth_time: issuedAt,
    acr: 'goauthentik.io/providers/oauth2/default',
    preferred_username: name,
    ...(user !== undefined && { amr: ['pwd'], sid: sha256(randomUUID()) }),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
