import { createAccessTokenVerifier } from '@scopegate/access-token';
import {
  type ChallengeError,
  InsufficientScopeError,
  InvalidTokenError,
} from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { mintWithSecret, SECRET_OPTIONS } from '../../../../test/support/secret-tokens.js';
import { authorize } from './authorize.js';
import { authenticationPolicy, type RoutePolicy, routePolicy } from '../policy/guard-policy.js';
import { allOf, anyOf } from '../policy/scope-requirement.js';

const verifier = createAccessTokenVerifier(SECRET_OPTIONS);
const ignoring = { vocabulary: undefined, excessScopes: 'ignore' } as const;
const reporting = { vocabulary: undefined, excessScopes: 'report' } as const;
const refusing = { vocabulary: undefined, excessScopes: 'refuse' } as const;

type Claims = Readonly<Record<string, unknown>>;

describe('authorize', () => {
  it.each<[string, Claims, RoutePolicy, typeof ignoring | typeof reporting | typeof refusing]>([
    ['enough scope', { scope: 'read' }, { scope: 'read' }, ignoring],
    ['more scope than required', { scope: 'read admin' }, { scope: 'read' }, ignoring],
    ['more scope, which is reported', { scope: 'read admin' }, { scope: 'read' }, reporting],
    ['exactly the required scope', { scope: 'read' }, { scope: 'read' }, refusing],
    ['one of two scopes', { scope: 'us' }, { scope: anyOf('eu', 'us') }, refusing],
    ['every scope that is named', { scope: 'eu us' }, { scope: anyOf('eu', 'us') }, refusing],
    ['scope within the limit', { scope: 'read write' }, { atMost: ['read', 'write'] }, ignoring],
    ['no scope at all under a limit', {}, { atMost: ['read'] }, ignoring],
    [
      'scope within a limit that is wider than the requirement',
      { scope: 'read write' },
      { scope: 'read', atMost: ['read', 'write'] },
      refusing,
    ],
    ['any scope where none is required', { scope: 'read' }, { principal: 'client' }, refusing],
    ['a user', { sub: 'alice', scope: 'read' }, { scope: 'read', principal: 'user' }, refusing],
    ['a client', { scope: 'read' }, { scope: 'read', principal: 'client' }, refusing],
    ['an unknown principal', { client_id: undefined }, { atMost: ['read'] }, ignoring],
  ])('allows %s', async (_what, claims, route, server) => {
    const token = await verifier.verify(mintWithSecret(claims));
    expect(authorize(token, routePolicy(route, server))).toBeUndefined();
  });

  it('allows any token where only authentication is required', async () => {
    const token = await verifier.verify(mintWithSecret({ scope: 'a b c' }));
    expect(authorize(token, authenticationPolicy('required', refusing))).toBeUndefined();
  });

  const policy = (route: RoutePolicy): ReturnType<typeof routePolicy> =>
    routePolicy(route, ignoring);
  const lacking = (scope: string): ChallengeError => new InsufficientScopeError('scope', scope);
  const excessive = (scope?: string): ChallengeError =>
    new InvalidTokenError('excess_scope', { scope });
  const wrongPrincipal = new InsufficientScopeError('principal');

  it.each<[string, Claims, ReturnType<typeof routePolicy>, ChallengeError]>([
    ['no scope at all', {}, policy({ scope: 'read' }), lacking('read')],
    [
      'some of the scopes',
      { scope: 'read' },
      policy({ scope: allOf('read', 'write') }),
      lacking('read write'),
    ],
    [
      'scope beyond the limit',
      { scope: 'read admin' },
      policy({ scope: 'read', atMost: ['read', 'write'] }),
      excessive('read'),
    ],
    [
      'scope beyond a limit without a requirement',
      { scope: 'admin' },
      policy({ atMost: ['read'] }),
      excessive(),
    ],
    [
      'scope beyond the requirement',
      { scope: 'read x' },
      routePolicy({ scope: 'read' }, refusing),
      excessive('read'),
    ],
    [
      'too little before too much',
      { scope: 'admin' },
      routePolicy({ scope: 'read', atMost: ['read'] }, refusing),
      lacking('read'),
    ],
    ['a client', {}, policy({ principal: 'user' }), wrongPrincipal],
    ['a user', { sub: 'alice' }, policy({ principal: 'client' }), wrongPrincipal],
    [
      'an unknown principal',
      { client_id: undefined },
      policy({ principal: 'user' }),
      wrongPrincipal,
    ],
    [
      'an unknown principal without sub',
      { sub: undefined },
      policy({ principal: 'client' }),
      wrongPrincipal,
    ],
    [
      'the wrong principal before scope',
      { scope: 'other' },
      policy({ scope: 'read', principal: 'user' }),
      wrongPrincipal,
    ],
  ])('refuses %s', async (_what, claims, compiled, error) => {
    const token = await verifier.verify(mintWithSecret(claims));
    const refusal = authorize(token, compiled);
    expect(refusal).toEqual(error);
    expect(refusal?.challenge).toEqual(error.challenge);
  });
});
