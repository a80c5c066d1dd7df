/**
 * The tokens of Keycloak.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { digestOf, uuidOf } from './invented-ids.js';
import {
  issuerAndTimes,
  JWT,
  type ShapedToken,
  type TokenFacts,
  type TokenShape,
} from './token-shape.js';

/** A client with an audience mapper; without one, `aud` is only `account`. */
export const keycloak: TokenShape = {
  explanation: 'claim "typ": "Bearer", client in "azp", "account" among the audiences',
  accessToken,
  idToken: (facts) => ({
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      jti: randomUUID(),
      aud: facts.clientId,
      sub: uuidOf(facts.user ?? facts.clientId),
      typ: 'ID',
      azp: facts.clientId,
      nonce: randomUUID(),
      sid: randomUUID(),
      at_hash: digestOf(randomUUID()).slice(0, 22),
      acr: '1',
      auth_time: facts.issuedAt,
      preferred_username: facts.user,
    },
  }),
  jwksUri: (issuer) => `${issuer}/protocol/openid-connect/certs`,
};

/** Versions before 25 write the `nonce` of the authorization request into access tokens of users. */
export const keycloak24: TokenShape = {
  ...keycloak,
  explanation: 'as of Keycloak, with the "nonce" that versions before 25 write for users',
  accessToken: (facts) => {
    const { header, claims } = accessToken(facts);
    const nonce = facts.user === undefined ? undefined : randomUUID();
    return { header, claims: { ...claims, nonce } };
  },
};

function accessToken(facts: TokenFacts): ShapedToken {
  const { audience, scope, clientId, user } = facts;
  const roles = ['offline_access', 'uma_authorization'];
  const forUser = { sub: uuidOf(user ?? ''), sid: randomUUID(), preferred_username: user };
  const forClient = {
    sub: uuidOf(clientId),
    client_id: clientId,
    clientHost: '127.0.0.1',
    clientAddress: '127.0.0.1',
    preferred_username: `service-account-${clientId}`,
  };
  return {
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      jti: randomUUID(),
      aud: [audience, 'account'].flat(),
      typ: 'Bearer',
      azp: clientId,
      acr: '1',
      realm_access: { roles },
      resource_access: { account: { roles: ['view-profile'] } },
      // The default scopes of every client precede those that were requested.
      scope: ['email', 'profile', scope].filter(Boolean).join(' '),
      email_verified: false,
      ...(user === undefined ? forClient : forUser),
    },
  };
}
