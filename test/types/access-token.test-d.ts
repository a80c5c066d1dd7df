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

interface Tenant {
  readonly tenant: string;
}

const schema: StandardSchemaV1<unknown, Tenant> = {
  '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { tenant: 't1' } }) },
};

describe('options that go together', () => {
  it.each([
    ['discovery', () => createAccessTokenVerifier({ issuer, audience })],
    ['an address', () => createAccessTokenVerifier({ issuer, audience, jwksUri })],
    ['keys', () => createAccessTokenVerifier({ issuer, audience, jwks })],
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

describe('options that exclude each other, or lack something', () => {
  const impossible: readonly (readonly [string, () => unknown])[] = [
    // @ts-expect-error -- every token is meant for somebody
    ['no audience', () => createAccessTokenVerifier({ issuer })],
    // @ts-expect-error -- an audience that was forgotten is no audience
    ['audience: undefined', () => createAccessTokenVerifier({ issuer, audience: undefined })],
    // @ts-expect-error -- every token is issued by somebody
    ['no issuer', () => createAccessTokenVerifier({ audience })],
    // @ts-expect-error -- one has one place, several have another
    ['issuer and issuers', () => createAccessTokenVerifier({ issuer, audience, issuers: [] })],
    // @ts-expect-error -- keys belong to their issuer
    ['keys beside issuers', () => createAccessTokenVerifier({ audience, issuers: [], jwksUri })],
    // @ts-expect-error -- keys come from one place
    ['jwksUri and jwks', () => createAccessTokenVerifier({ issuer, audience, jwksUri, jwks })],
    // @ts-expect-error -- keys come from one place
    ['jwksUri and secret', () => createAccessTokenVerifier({ issuer, audience, jwksUri, secret })],
    // @ts-expect-error -- keys come from one place
    ['jwks and secret', () => createAccessTokenVerifier({ issuer, audience, jwks, secret })],
    // @ts-expect-error -- text is no secret
    ['secret: text', () => createAccessTokenVerifier({ issuer, audience, secret: 'password' })],
    // @ts-expect-error -- no option leaves a token unsigned
    ['none', () => createAccessTokenVerifier({ issuer, audience, algorithms: ['none'] })],
    // @ts-expect-error -- there are two policies
    ['typ', () => createAccessTokenVerifier({ issuer, audience, typ: 'JWT' })],
    // @ts-expect-error -- off or bounded
    ['tokenCache: true', () => createAccessTokenVerifier({ issuer, audience, tokenCache: true })],
    // @ts-expect-error -- a misspelt option is not ignored
    ['unknown', () => createAccessTokenVerifier({ issuer, audience, clockTolerance: 5 })],
    // @ts-expect-error -- nor is one that would switch off a check
    ['unknown', () => createAccessTokenVerifier({ issuer, audience, ignoreExpiration: true })],
    [
      'keys twice in an entry',
      () =>
        createAccessTokenVerifier({
          audience,
          // @ts-expect-error -- keys come from one place
          issuers: [{ issuer, jwksUri, jwks }],
        }),
    ],
  ];

  it.each(impossible)('do not compile, and throw at start-up: %s', (_case, create) => {
    expect(create).toThrow(TypeError);
  });
});

describe('the type of the claims', () => {
  it('is earned by a schema', () => {
    const verifier = createAccessTokenVerifier({ issuer, audience, jwks, claims: schema });
    expectTypeOf(verifier).toEqualTypeOf<AccessTokenVerifier<Tenant>>();
    expectTypeOf<AccessTokenVerifier<Tenant>['verify']>().returns.resolves.toEqualTypeOf<
      VerifiedAccessToken<Tenant>
    >();
    expect(internalsOf(verifier).audiences).toEqual([audience]);
  });

  it('is that of every access token without one', () => {
    const verifier = createAccessTokenVerifier({ issuer, audience, jwks });
    expectTypeOf(verifier).toEqualTypeOf<AccessTokenVerifier>();
    expectTypeOf<VerifiedAccessToken['claims']>().toEqualTypeOf<AccessTokenClaims>();
    expectTypeOf<AccessTokenClaims['tenant']>().toBeUnknown();
    // @ts-expect-error -- no claim types by mere assertion
    const asserted = (token: string): unknown => verifier.verify<Tenant>(token);
    expect(asserted).toBeTypeOf('function');
  });
});

describe('a verified token', () => {
  it('is made by a verifier alone', () => {
    // @ts-expect-error -- a look-alike is not verified
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

  it('cannot be written to', () => {
    const write = (token: VerifiedAccessToken): void => {
      // @ts-expect-error -- a verified token is shared between requests
      token.subject = 'somebody else';
      // @ts-expect-error -- and so are its claims
      token.claims.sub = 'somebody else';
    };
    expectTypeOf<VerifiedAccessToken['scopes']>().not.toHaveProperty('add');
    expectTypeOf<VerifiedAccessToken['audience']>().not.toHaveProperty('push');
    expect(write).toBeTypeOf('function');
  });
});

describe('names that are checked', () => {
  it('tell a bearer token from any text', () => {
    expectTypeOf(parseAuthorization).returns.toEqualTypeOf<BearerToken | undefined>();
    expectTypeOf<string>().not.toExtend<BearerToken>();
    expect(parseAuthorization('Bearer a')).toBe('a');
  });

  it('close the union of reasons', () => {
    const error = new InvalidTokenError('expired');
    // @ts-expect-error -- there is no such reason
    const isKnown = error.reason === 'too_old';
    expect(isKnown).toBe(false);
    // @ts-expect-error -- nor can one be made
    expect(new InvalidTokenError('too_old').reason).toBe('too_old');
  });

  it('tell our failure from the caller’s by their codes', () => {
    expectTypeOf<InvalidTokenError['code']>().toEqualTypeOf<'ERR_BEARER_INVALID_TOKEN'>();
    expectTypeOf<KeySetUnavailableError['code']>().toEqualTypeOf<'ERR_KEY_SET_UNAVAILABLE'>();
    expect(new KeySetUnavailableError(1).status).toBe(503);
  });
});
