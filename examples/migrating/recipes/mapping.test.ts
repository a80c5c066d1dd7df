/** The options that the tables of the migration guide name, and the options that have no counterpart. */
import {
  allOf,
  anyOf,
  createResourceServer,
  type ResourceServerOptions,
  type Trust,
} from '@scopegate/express';
import { auth0, cognito, firebase, supabase } from '@scopegate/express/providers';
import { createAccessTokenVerifier } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../../test/support/test-issuers.js';
import { typeErrorMessageOf } from '../../../test/support/type-error-message.js';

const issuer = 'https://auth.example.com';
const audience = 'https://api.example.com';
const own = { issuer, audience };
const pool = { userPoolId: 'eu-central-1_Ab12Cd34E', clientId: 'orders' };
const globalIssuer = `https://issuer-cognito-idp.eu-central-1.amazonaws.com/${pool.userPoolId}`;

const ROWS: readonly (readonly [there: string, here: ResourceServerOptions])[] = [
  ['issuerBaseURL', auth0({ domain: 't.auth0.com', audience })],
  ['jwksUri', { ...own, jwksUri: `${issuer}/jwks` }],
  ['tokenSigningAlg', { ...own, algorithms: ['RS256'] }],
  ['mcd', { issuers: [{ issuer }, { issuer: 'https://b.example' }], audience }],
  ['strict', { ...own, typ: 'at+jwt' }],
  ['clockTolerance', { ...own, clockToleranceSeconds: 0 }],
  ['maxTokenAge', { ...own, maxLifetimeSeconds: 3600 }],
  ['timeoutDuration', { ...own, keySet: { timeoutMs: 5000, maxLifetimeMs: 600_000 } }],
  ['cacheMaxAgeFallback', { ...own, keySet: { maxStaleMs: 0 } }],
  ['agent', { ...own, fetch: (url, init) => fetch(url, init) }],
  ['dpop', { ...own, dpop: { maxAgeSeconds: 300, clockToleranceSeconds: 30 } }],
  ['dpop.required', { ...own, dpop: true, senderConstraint: 'dpop' }],
  ['getCertificate', { ...own, mtls: { certificate: 'socket' } }],
  ['permissions', { ...own, scopeClaims: ['scope', 'permissions'] }],
  ['tokens in the query', { ...own, credentials: ['header', 'body', 'query'] }],
  ['isRevoked', { ...own, revocation: { isRevoked: () => false } }],
  ['tokenUse', { ...cognito(pool), resource: audience }],
  ['groups', { ...cognito(pool), scopeClaims: ['scope', 'cognito:groups'] }],
  [
    'several pools',
    {
      issuers: [
        cognito(pool),
        cognito({ ...pool, userPoolId: 'eu-central-1_Bb12Cd34E' }),
        {
          issuer: globalIssuer,
          audience: pool.clientId,
          audienceClaim: 'client_id',
          jwksUri: `${globalIssuer}/.well-known/jwks.json`,
        },
      ],
    },
  ],
  ['tokens of Supabase', supabase({ projectRef: 'abcdefghijklmnopqrst' })],
  ['tokens of Firebase', firebase({ projectId: 'sales-12345' })],
  ['tokens without a client', { ...own, typ: 'jwt' }],
];

describe('options of the tables', () => {
  it.each(ROWS)('are accepted: %s', (_there, options) => {
    const api = openApi(options);
    expect(api.requireScope('a', 'b').policy).toEqual(
      api.require({ scope: allOf('a', 'b') }).policy,
    );
    expect(api.requireAnyScope('a', 'b').policy).toEqual(
      api.require({ scope: anyOf('a', 'b') }).policy,
    );
    expect(api.health()).toHaveProperty('issuers');
  });
});

/** The options of each library that Scopegate does not have. */
const FOREIGN: Readonly<Record<string, string>> = {
  'express-oauth2-jwt-bearer':
    'issuerBaseURL publicKey tokenSigningAlg mcd strict clockTolerance maxTokenAge timeoutDuration cacheMaxAge cooldownDuration cache agent validators getCertificate authRequired',
  'express-jwt':
    'credentialsRequired requestProperty getToken isRevoked onExpired clockTolerance maxAge ignoreExpiration ignoreNotBefore subject clockTimestamp',
  'jwks-rsa':
    'cache rateLimit jwksRequestsPerMinute cacheMaxEntries cacheMaxAge cacheMaxAgeFallback requestAgent requestHeaders proxy fetcher timeout getKeysInterceptor',
  'passport-jwt':
    'secretOrKey secretOrKeyProvider jwtFromRequest ignoreExpiration passReqToCallback jsonWebTokenOptions',
  'aws-jwt-verify':
    'userPoolId tokenUse clientId groups graceSeconds customJwtCheck includeRawJwtInErrors jwksCache',
  jose: 'clockTolerance maxTokenAge subject requiredClaims currentDate cooldownDuration cacheMaxAge timeoutDuration',
};
const NAMES = Object.entries(FOREIGN).flatMap(([library, names]) =>
  names.split(' ').map((name) => [library, name] as const),
);

describe('options of other libraries', () => {
  it.each(NAMES)('are refused with what to write instead: %s, %s', (_library, name) => {
    const options: Trust = { ...own, [name]: 1 };
    const hint = /; (?:write|omit|call|read|did you mean) /;
    expect(typeErrorMessageOf(() => createResourceServer(options))).toMatch(hint);
    const message = typeErrorMessageOf(() => createAccessTokenVerifier(options));
    expect(message).toMatch(hint);
    expect(message).not.toContain('http');
  });
});
