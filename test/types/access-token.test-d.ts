import { createSecretKey } from 'node:crypto';
import {
  type AccessTokenClaims,
  type AccessTokenVerifier,
  createAccessTokenVerifier,
  KeySetUnavailableError,
  type VerifiedAccessToken,
} from '@scopegate/access-token';
import { internalsOf } from '@scopegate/access-token/internal';
import { type BearerToken, InvalidTokenError, parseAuthorization } from '@scopegate/protocol';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, expectTypeOf, it } from 'vitest';

const issuer = 'https://as.example';
const audience = 'https://rs.example';
const jwksUri = 'https://as.example/jwks';
const jwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};
const jwks = { keys: [jwk] };
const secret = new Uint8Array(32);

const client = { clientId: 'api', clientSecret: () => 'secret' };
const opaque = { tokens: 'opaque', ...client } as const;

interface Tenant {
  readonly tenant: string;
}

const schema: StandardSchemaV1<unknown, Tenant> = {
  '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { tenant: 't1' } }) },
};

describe('AccessTokenVerifierOptions that are valid', () => {
  it.each([
    ['discovery', () => createAccessTokenVerifier({ issuer, audience })],
    ['an address', () => createAccessTokenVerifier({ issuer, audience, jwksUri })],
    ['keys', () => createAccessTokenVerifier({ issuer, audience, jwks })],
    ['opaque tokens', () => createAccessTokenVerifier({ issuer, audience, introspection: opaque })],
    [
      'opaque tokens and JWTs with given keys',
      () =>
        createAccessTokenVerifier({
          issuer,
          audience,
          jwks,
          introspection: { tokens: 'both', endpoint: 'https://as.example/introspect', ...client },
        }),
    ],
    ['a secret', () => createAccessTokenVerifier({ issuer, audience, secret })],
    [
      'a secret key object',
      () =>
        createAccessTokenVerifier({
          issuer,
          audience: [audience] as const,
          algorithms: ['HS256'] as const,
          secret: createSecretKey(secret),
        }),
    ],
    [
      'several issuers',
      () =>
        createAccessTokenVerifier({
          audience,
          issuers: [
            { issuer, jwksUri },
            { issuer: 'https://b.example', audience: 'b', jwks, typ: 'at+jwt' },
          ],
        }),
    ],
    [
      'all that may be said',
      () =>
        createAccessTokenVerifier({
          issuer,
          audience,
          typ: 'auto',
          scopeClaims: ['permissions'],
          clockToleranceSeconds: 0,
          maxLifetimeSeconds: 60,
          maxTokenBytes: 4_096,
          tokenCache: false,
          keySet: { maxStaleMs: 0 },
          clock: Date.now,
          fetch,
          dangerouslyAllowHttp: false,
        }),
    ],
    [
      'what is undefined, where it may be absent',
      () => createAccessTokenVerifier({ issuer, audience, jwksUri: undefined, typ: undefined }),
    ],
  ])('compile: %s', (_case, create) => {
    expect(internalsOf(create()).issuers[0]).toBe(issuer);
  });
});

describe('AccessTokenVerifierOptions that are contradictory or incomplete', () => {
  const impossible: readonly (readonly [string, () => unknown])[] = [
    // @ts-expect-error -- an audience is required
    ['no audience', () => createAccessTokenVerifier({ issuer })],
    // @ts-expect-error -- an undefined audience is not an audience
    ['audience: undefined', () => createAccessTokenVerifier({ issuer, audience: undefined })],
    // @ts-expect-error -- an issuer is required
    ['no issuer', () => createAccessTokenVerifier({ audience })],
    // @ts-expect-error -- one issuer or several, not both
    ['issuer and issuers', () => createAccessTokenVerifier({ issuer, audience, issuers: [] })],
    // @ts-expect-error -- keys belong to one issuer
    ['keys beside issuers', () => createAccessTokenVerifier({ audience, issuers: [], jwksUri })],
    // @ts-expect-error -- keys have one source
    ['jwksUri and jwks', () => createAccessTokenVerifier({ issuer, audience, jwksUri, jwks })],
    // @ts-expect-error -- keys have one source
    ['jwksUri and secret', () => createAccessTokenVerifier({ issuer, audience, jwksUri, secret })],
    // @ts-expect-error -- keys have one source
    ['jwks and secret', () => createAccessTokenVerifier({ issuer, audience, jwks, secret })],
    // @ts-expect-error -- a string is not a secret
    ['secret: text', () => createAccessTokenVerifier({ issuer, audience, secret: 'password' })],
    // @ts-expect-error -- no option allows unsigned tokens
    ['none', () => createAccessTokenVerifier({ issuer, audience, algorithms: ['none'] })],
    // @ts-expect-error -- there are only two policies
    ['typ', () => createAccessTokenVerifier({ issuer, audience, typ: 'JWT' })],
    // @ts-expect-error -- either false or bounded
    ['tokenCache: true', () => createAccessTokenVerifier({ issuer, audience, tokenCache: true })],
    // @ts-expect-error -- an unknown option is not ignored
    ['unknown', () => createAccessTokenVerifier({ issuer, audience, clockTolerance: 5 })],
    // @ts-expect-error -- no option switches off a check
    ['unknown', () => createAccessTokenVerifier({ issuer, audience, ignoreExpiration: true })],
    [
      'introspection without tokens',
      // @ts-expect-error -- which tokens are sent is a decision
      () => createAccessTokenVerifier({ issuer, audience, introspection: client }),
    ],
    [
      'two kinds of credentials',
      () =>
        createAccessTokenVerifier({
          issuer,
          audience,
          // @ts-expect-error -- the application authenticates in one way
          introspection: { tokens: 'opaque', ...client, authenticate: () => undefined },
        }),
    ],
    [
      'a client secret that is a string',
      () =>
        createAccessTokenVerifier({
          issuer,
          audience,
          // @ts-expect-error -- it is read for each request
          introspection: { tokens: 'opaque', clientId: 'api', clientSecret: 'password' },
        }),
    ],
    [
      'opaque tokens and keys',
      () =>
        // @ts-expect-error -- no token is signed
        createAccessTokenVerifier({
          issuer,
          audience,
          jwks,
          introspection: { tokens: 'opaque', ...client },
        }),
    ],
    [
      'introspection of several issuers',
      // @ts-expect-error -- it belongs to one issuer
      () => createAccessTokenVerifier({ audience, issuers: [{ issuer }], introspection: opaque }),
    ],
    [
      'keys twice in an entry',
      () =>
        createAccessTokenVerifier({
          audience,
          // @ts-expect-error -- keys have one source
          issuers: [{ issuer, jwksUri, jwks }],
        }),
    ],
  ];

  it.each(impossible)('do not compile, and throw at start-up: %s', (_case, create) => {
    expect(create).toThrow(TypeError);
  });
});

describe('type of claims', () => {
  it('is the output of the schema', () => {
    const verifier = createAccessTokenVerifier({ issuer, audience, jwks, claims: schema });
    expectTypeOf(verifier).toEqualTypeOf<AccessTokenVerifier<Tenant>>();
    expectTypeOf<AccessTokenVerifier<Tenant>['verify']>().returns.resolves.toEqualTypeOf<
      VerifiedAccessToken<Tenant>
    >();
    expect(internalsOf(verifier).audiences).toEqual([audience]);
  });

  it('is AccessTokenClaims without a schema', () => {
    const verifier = createAccessTokenVerifier({ issuer, audience, jwks });
    expectTypeOf(verifier).toEqualTypeOf<AccessTokenVerifier>();
    expectTypeOf<VerifiedAccessToken['claims']>().toEqualTypeOf<AccessTokenClaims>();
    expectTypeOf<AccessTokenClaims['tenant']>().toBeUnknown();
    // @ts-expect-error -- claim types need a schema
    const asserted = (token: string): unknown => verifier.verify<Tenant>(token);
    expect(asserted).toBeTypeOf('function');
  });
});

describe('VerifiedAccessToken', () => {
  it('is created only by a verifier', () => {
    // @ts-expect-error -- an object of the same shape is not verified
    const forged: VerifiedAccessToken<Tenant> = {
      issuer,
      subject: 's',
      clientId: 'c',
      audience: [audience],
      scopes: new Set<string>(),
      issuedAt: 0,
      expiresAt: 0,
      tokenId: 't',
      principal: 'user' as const,
      claims: { tenant: 't1' },
      header: {},
    };
    expect(forged.issuer).toBe(issuer);
  });

  it('is readonly', () => {
    const write = (token: VerifiedAccessToken): void => {
      // @ts-expect-error -- requests share a verified token
      token.subject = 'another subject';
      // @ts-expect-error -- requests share its claims
      token.claims.sub = 'another subject';
    };
    expectTypeOf<VerifiedAccessToken['scopes']>().not.toHaveProperty('add');
    expectTypeOf<VerifiedAccessToken['audience']>().not.toHaveProperty('push');
    expect(write).toBeTypeOf('function');
  });
});

describe('type guards and unions', () => {
  it('BearerToken is not any string', () => {
    expectTypeOf(parseAuthorization).returns.toEqualTypeOf<BearerToken | undefined>();
    expectTypeOf<string>().not.toExtend<BearerToken>();
    expect(parseAuthorization('Bearer a')).toBe('a');
  });

  it('InvalidTokenReason is a closed union', () => {
    const error = new InvalidTokenError('expired');
    // @ts-expect-error -- there is no such reason
    const isKnown = error.reason === 'too_old';
    expect(isKnown).toBe(false);
    // @ts-expect-error -- a reason cannot be invented
    expect(new InvalidTokenError('too_old').reason).toBe('too_old');
  });

  it('codes distinguish failures of the server from those of the caller', () => {
    expectTypeOf<InvalidTokenError['code']>().toEqualTypeOf<'ERR_BEARER_INVALID_TOKEN'>();
    expectTypeOf<KeySetUnavailableError['code']>().toEqualTypeOf<'ERR_KEY_SET_UNAVAILABLE'>();
    expect(new KeySetUnavailableError(1).status).toBe(503);
  });
});
