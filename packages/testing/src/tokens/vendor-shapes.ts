/**
 * Access tokens in the format of well-known authorization servers.
 *
 * The names and types of the claims are those that the vendors document; the values are invented.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import type { JsonMembers } from './compact-jws.js';

/** The authorization servers whose token formats can be imitated. */
export type TokenShapeName =
  'auth0' | 'entraV1' | 'entraV2' | 'okta' | 'cognito' | 'keycloak' | 'google';

/** A token format and how it differs from RFC 9068. */
export interface TokenShapeDescription {
  /** The value of the override `like`. */
  readonly name: TokenShapeName;
  /** The differences, in one line. */
  readonly explanation: string;
}

/** The content of a token, independent of its format. */
export interface TokenFacts {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** The scopes, space-delimited. */
  readonly scope: string | undefined;
  readonly clientId: string;
  /** The user; `undefined` when the client acts on its own behalf. */
  readonly user: string | undefined;
  /** In seconds since the epoch. */
  readonly issuedAt: number;
  /** In seconds since the epoch. */
  readonly expiresAt: number;
  readonly kid: string;
}

/** The header without `alg` and `kid`, and the claims. `undefined` members are omitted. */
export interface ShapedToken {
  readonly header: JsonMembers;
  readonly claims: JsonMembers;
}

interface TokenShape {
  readonly explanation: string;
  readonly shape: (facts: TokenFacts) => ShapedToken;
}

const SHAPES: Readonly<Record<TokenShapeName, TokenShape>> = {
  auth0: {
    explanation:
      'client in "azp", clients as "…@clients" with "gty", users with the userinfo audience',
    shape: shapeAuth0,
  },
  entraV1: {
    explanation: 'client in "appid", scopes of users in "scp", permissions of apps in "roles"',
    shape: (facts) =>
      shapeEntra(facts, {
        header: { x5t: facts.kid },
        claims: { ver: '1.0', appid: facts.clientId, appidacr: '1', idp: facts.issuer },
      }),
  },
  entraV2: {
    explanation: 'client in "azp", scopes of users in "scp", permissions of apps in "roles"',
    shape: (facts) =>
      shapeEntra(facts, {
        header: {},
        claims: { ver: '2.0', azp: facts.clientId, azpacr: '1' },
      }),
  },
  okta: {
    explanation: 'no "typ", client in "cid", scopes as an array in "scp"',
    shape: shapeOkta,
  },
  cognito: {
    explanation: 'no "typ" and no "aud"; has "client_id" and "token_use": "access" instead',
    shape: shapeCognito,
  },
  keycloak: {
    explanation: 'claim "typ": "Bearer", client in "azp", "account" among the audiences',
    shape: shapeKeycloak,
  },
  google: {
    explanation: 'the ID token of a service account, without scopes',
    shape: shapeGoogle,
  },
};

/**
 * Every token format, for tables of tests.
 *
 * @example
 * it.each(tokenShapes)('accepts tokens like $name', async ({ name }) => {
 *   await request(app).get('/').set(issuer.bearer({ like: name })).expect(200);
 * });
 */
export const tokenShapes: readonly TokenShapeDescription[] = Object.freeze(
  shapeNames().map((name) => Object.freeze({ name, explanation: SHAPES[name].explanation })),
);

/** Finds a token format; `undefined` for an unknown name. */
export function findTokenShape(name: string): TokenShape['shape'] | undefined {
  const known = shapeNames().find((each) => each === name);
  return known && SHAPES[known].shape;
}

function shapeNames(): readonly TokenShapeName[] {
  return Object.keys(SHAPES) as TokenShapeName[]; // the table has no other names
}

const JWT = { typ: 'JWT' };

function times({ issuer, issuedAt, expiresAt }: TokenFacts): JsonMembers {
  return { iss: issuer, iat: issuedAt, exp: expiresAt };
}

/** The Auth0 profile: auth0.com/docs/secure/tokens/access-tokens/access-token-profiles. */
function shapeAuth0(facts: TokenFacts): ShapedToken {
  const { issuer, audience, scope, clientId, user } = facts;
  const userInfo = `${issuer.replace(/\/$/, '')}/userinfo`;
  const forClient = { sub: `${clientId}@clients`, aud: audience, gty: 'client-credentials' };
  // Added when "openid" is requested, as applications usually do.
  const forUser = { sub: `auth0|${String(user)}`, aud: [audience, userInfo].flat() };
  const claims = { ...times(facts), ...(user === undefined ? forClient : forUser) };
  return { header: JWT, claims: { ...claims, azp: clientId, scope } };
}

/** learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
function shapeEntra(facts: TokenFacts, version: ShapedToken): ShapedToken {
  const { audience, scope, clientId, user, issuedAt } = facts;
  const oid = identifierOf(user ?? clientId);
  // Entra ID's tokens for users always have "scp"; without scopes, the optional "idtyp" marks a user.
  const granted = scope === undefined ? { idtyp: 'user' } : { scp: scope };
  const forUser = { sub: digestOf(user ?? ''), ...granted };
  const forApp = { sub: oid, roles: scope?.split(' ') };
  return {
    header: { ...JWT, ...version.header },
    claims: {
      ...times(facts),
      aud: audience,
      nbf: issuedAt,
      oid,
      tid: identifierOf(facts.issuer),
      uti: digestOf(randomUUID()),
      ...(user === undefined ? forApp : forUser),
      ...version.claims,
    },
  };
}

/** A custom authorization server: developer.okta.com/docs/api/openapi/okta-oauth/guides/overview. */
function shapeOkta(facts: TokenFacts): ShapedToken {
  const { audience, scope, clientId, user, issuedAt } = facts;
  const forUser = { sub: user, uid: digestOf(user ?? '').slice(0, 20), auth_time: issuedAt };
  return {
    header: {},
    claims: {
      ...times(facts),
      ver: 1,
      jti: `AT.${digestOf(randomUUID())}`,
      aud: audience,
      cid: clientId,
      scp: scope?.split(' '),
      ...(user === undefined ? { sub: clientId } : forUser),
    },
  };
}

/** docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
function shapeCognito(facts: TokenFacts): ShapedToken {
  const { scope, clientId, user, issuedAt } = facts;
  const forUser = {
    sub: identifierOf(user ?? ''),
    username: user,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
  };
  return {
    header: {},
    claims: {
      ...times(facts),
      token_use: 'access',
      scope,
      auth_time: issuedAt,
      client_id: clientId,
      version: 2,
      jti: randomUUID(),
      ...(user === undefined ? { sub: clientId } : forUser),
    },
  };
}

/** A client with an audience mapper; without one, `aud` is only `account`. */
function shapeKeycloak(facts: TokenFacts): ShapedToken {
  const { audience, scope, clientId, user } = facts;
  const roles = ['offline_access', 'uma_authorization'];
  const forUser = { sub: identifierOf(user ?? ''), sid: randomUUID(), preferred_username: user };
  const forClient = {
    sub: identifierOf(clientId),
    client_id: clientId,
    clientHost: '127.0.0.1',
    clientAddress: '127.0.0.1',
    preferred_username: `service-account-${clientId}`,
  };
  return {
    header: JWT,
    claims: {
      ...times(facts),
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

/** The ID token of a service account: cloud.google.com/docs/authentication/token-types. */
function shapeGoogle(facts: TokenFacts): ShapedToken {
  const { audience, clientId } = facts;
  const sub = String(BigInt(`0x${hash(clientId).toString('hex').slice(0, 16)}`)).padStart(21, '1');
  const email = `${clientId}@project.iam.gserviceaccount.com`;
  const identity = { aud: audience, azp: sub, sub, email, email_verified: true };
  return { header: JWT, claims: { ...times(facts), ...identity } };
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function digestOf(text: string): string {
  return hash(text).toString('base64url');
}

/** Derives a UUID from a text: the same text always gives the same UUID. */
function identifierOf(text: string): string {
  const hex = hash(text).toString('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}
