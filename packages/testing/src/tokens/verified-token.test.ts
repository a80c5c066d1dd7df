import { createAccessTokenVerifier, type VerifiedAccessToken } from '@scopegate/access-token';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createTestIssuer } from '../test-issuer.js';
import { createVerifiedToken } from './verified-token.js';
import type { VerifiedTokenOverrides } from './verified-token-overrides.js';

/** Every object in a value, including the value itself. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

describe('createVerifiedToken', () => {
  it.each<[string, VerifiedTokenOverrides]>([
    ['a client', {}],
    ['a user with scopes', { subject: 'ann', scopes: ['read:analytics', 'write:analytics'] }],
    ['several audiences', { audience: ['https://api.example.com', 'https://b.example'] }],
    ['nested claims', { claims: { tenant: { id: 7, roles: ['a'] }, nbf: 1 } }],
    ['no optional claim', { claims: { sub: undefined, jti: undefined, iat: undefined } }],
    ['a scope among the claims', { claims: { scope: 'a b' } }],
    [
      'an authenticated user',
      { subject: 'ann', authenticationContext: 'phr', authenticatedAt: 7, sessionId: 's-1' },
    ],
    ['authorization details', { authorizationDetails: [{ type: 'payment', amount: { eur: 5 } }] }],
    ['a user according to the claims', { claims: { sub: 'ann', client_id: 'web' } }],
  ])('equals what the verifier returns for the same claims: %s', async (_case, overrides) => {
    const made = createVerifiedToken({ ...overrides, claims: { ...overrides.claims } });
    const issuer = await createTestIssuer({
      listen: false,
      alg: 'ES256',
      issuer: 'https://issuer.example',
    });
    const verifier = createAccessTokenVerifier(
      issuer.options({ audience: 'https://api.example.com' }),
    );
    const { sub, client_id, aud, iat, jti, ...claims } = made.claims;
    const token = await issuer.mint({ claims: { ...claims, sub, client_id, aud, iat, jti } });
    const real = await verifier.verify(token);
    const { header } = createVerifiedToken({ header: { alg: 'ES256' } });

    expect({ ...made, header }).toEqual({ ...real });
    expect(Reflect.ownKeys(made)).toEqual(Reflect.ownKeys(real));
    expect(Object.getPrototypeOf(made.scopes)).toBe(Object.getPrototypeOf(real.scopes));
    expect(objectsIn(real).every(Object.isFrozen)).toBe(true);
    expect(objectsIn(made).every(Object.isFrozen)).toBe(true);
  });

  it('equals what the verifier returns for an opaque token', async () => {
    const issuer = await createTestIssuer({ listen: false, issuer: 'https://issuer.example' });
    const audience = 'https://api.example.com';
    const verifier = createAccessTokenVerifier({
      ...issuer.options({ audience }),
      introspection: { tokens: 'opaque', ...issuer.introspectionClient },
    });
    const overrides = { subject: 'ann', scopes: ['read'], sessionId: 's-1' } as const;
    const made = createVerifiedToken({ ...overrides, format: 'opaque' });
    const { iat, exp, jti } = made.claims;
    const token = await issuer.opaque({
      audience,
      subject: 'ann',
      scope: 'read',
      claims: { iat, exp, jti, sid: 's-1' },
    });
    const real = await verifier.verify(token);
    const claims = { ...made.claims, active: true, token_type: 'Bearer' };
    expect({ ...made, claims }).toEqual({ ...real });
    expect(made.header).toEqual({});
    expect(Reflect.ownKeys(made)).toEqual(Reflect.ownKeys(real));
  });

  it('copies the overrides, and its scopes cannot be changed', () => {
    const given = { scopes: ['read'], claims: { roles: ['a'] }, header: { x5c: ['a'] } };
    const token = createVerifiedToken(given);
    given.scopes.push('admin');
    given.claims.roles.push('admin');
    given.header.x5c.push('b');
    expect('add' in token.scopes).toBe(false);
    expect([[...token.scopes], token.claims.roles, token.header['x5c']]).toEqual([
      ['read'],
      ['a'],
      ['a'],
    ]);
  });

  it('accepts the scopes of another token', () => {
    const { scopes } = createVerifiedToken({ scopes: new Set(['read']) });
    expect([...createVerifiedToken({ scopes }).scopes]).toEqual(['read']);
  });

  it('keeps claims that are not JSON', () => {
    const since = new Date(0);
    expect(createVerifiedToken({ claims: { since } }).claims.since).toBe(since);
  });

  it.each([
    [{}, 'client'],
    [{ subject: 'ann' }, 'user'],
    [{ claims: { sub: undefined } }, 'unknown'],
    [{ principal: 'user' }, 'user'],
  ] as const)('derives from %j the principal %s', (overrides, principal) => {
    expect(
      createVerifiedToken(overrides as VerifiedTokenOverrides & { claims: object }).principal,
    ).toBe(principal);
  });

  it('infers the types of claims', () => {
    const { claims } = createVerifiedToken({ claims: { tenant: 'acme' } });
    expectTypeOf(claims.tenant).toEqualTypeOf<string>();
    expectTypeOf(createVerifiedToken({ claims: { tenant: 'acme' } })).toExtend<
      VerifiedAccessToken<{ readonly tenant: string }>
    >();
    expectTypeOf(createVerifiedToken()).toEqualTypeOf<VerifiedAccessToken>();
  });

  it.each([
    [
      { scope: 'read' },
      'createVerifiedToken has no option "scope"; use "scopes": an array of scopes',
    ],
    [{ sub: 'ann' }, 'createVerifiedToken has no option "sub"; use "subject"'],
    [{ subjct: 'ann' }, 'createVerifiedToken has no option "subjct"; did you mean "subject"?'],
    [{ scopes: 'read' }, /^option "scopes" must be an array or a set of scopes/],
    [{ scopes: ['a b'] }, /^option "scopes" must be an array or a set of scopes/],
    [{ scopes: [7] }, /^option "scopes" must be/],
    [{ scopes: {} }, /^option "scopes" must be/],
    [{ audience: [] }, /^option "audience" must be a string or a non-empty array/],
    [{ clientId: 7 }, 'option "clientId" must be a string'],
    [{ expiresAt: '7' }, 'option "expiresAt" must be a number of seconds since the epoch'],
    [{ expiresAt: NaN }, /^option "expiresAt"/],
    [{ principal: 'machine' }, 'option "principal" must be "client", "user" or "unknown"'],
    [{ format: 'jwe' }, 'option "format" must be "jwt" or "opaque"'],
    [{ acr: 'phr' }, 'createVerifiedToken has no option "acr"; use "authenticationContext"'],
    [{ sessionId: 7 }, 'option "sessionId" must be a string'],
    [{ authenticatedAt: '7' }, /^option "authenticatedAt" must be a number of seconds/],
    [
      { authorizationDetails: [{}] },
      'option "authorizationDetails" must be an array of objects, each with a string "type"',
    ],
    [{ claims: { authorization_details: {} } }, /^option "claims.authorization_details" must be/],
    [{ claims: 'a' }, 'option "claims" must be an object'],
    [{ header: [] }, 'option "header" must be an object'],
    [{ claims: { sub: 7 } }, 'option "claims.sub" must be a string'],
    [{ claims: { exp: undefined } }, 'option "claims.exp" is required'],
    [{ claims: { aud: 7 } }, /^option "claims.aud" must be a string/],
  ])('rejects %j', (overrides, message) => {
    const make = (): unknown => createVerifiedToken(overrides as { claims: object });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
