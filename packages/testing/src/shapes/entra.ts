/**
 * The tokens of Microsoft Entra ID.
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

const HOST = 'https://login.microsoftonline.com';

/** Version 1: learn.microsoft.com/entra/identity-platform/access-token-claims-reference. */
export const entraV1: TokenShape = {
  explanation: 'client in "appid", scopes of users in "scp", permissions of apps in "roles"',
  accessToken: (facts) =>
    accessToken(facts, {
      header: { x5t: facts.kid },
      claims: { ver: '1.0', appid: facts.clientId, appidacr: '1', idp: facts.issuer },
    }),
  idToken: (facts) => idToken(facts, { ver: '1.0', unique_name: facts.user }),
  jwksUri: (issuer) => `${HOST}/${new URL(issuer).pathname.split('/')[1] ?? ''}/discovery/keys`,
};

/** Version 2. */
export const entraV2: TokenShape = {
  explanation: 'client in "azp", scopes of users in "scp", permissions of apps in "roles"',
  accessToken: (facts) =>
    accessToken(facts, {
      header: {},
      claims: { ver: '2.0', azp: facts.clientId, azpacr: '1' },
    }),
  idToken: (facts) => idToken(facts, { ver: '2.0', preferred_username: facts.user }),
  jwksUri: (issuer) => issuer.replace(/\/v2\.0$/, '/discovery/v2.0/keys'),
};

function accessToken(facts: TokenFacts, version: ShapedToken): ShapedToken {
  const { audience, scope, clientId, user, issuedAt } = facts;
  const oid = uuidOf(user ?? clientId);
  // Entra ID's tokens for users always have "scp"; without scopes, the optional "idtyp" marks a user.
  const granted = scope === undefined ? { idtyp: 'user' } : { scp: scope };
  const forUser = { sub: digestOf(user ?? ''), ...granted };
  const forApp = { sub: oid, roles: scope?.split(' ') };
  return {
    header: { ...JWT, ...version.header },
    claims: {
      ...issuerAndTimes(facts),
      aud: audience,
      nbf: issuedAt,
      oid,
      tid: uuidOf(facts.issuer),
      uti: digestOf(randomUUID()),
      ...(user === undefined ? forApp : forUser),
      ...version.claims,
    },
  };
}

function idToken(facts: TokenFacts, version: ShapedToken['claims']): ShapedToken {
  const { clientId, user = clientId, issuedAt } = facts;
  return {
    header: JWT,
    claims: {
      ...issuerAndTimes(facts),
      aud: clientId,
      nbf: issuedAt,
      sub: digestOf(user),
      oid: uuidOf(user),
      tid: uuidOf(facts.issuer),
      name: user,
      nonce: randomUUID(),
      ...version,
    },
  };
}
