import { createAccessTokenVerifier } from '@scopegate/access-token';
import {
  type ChallengeError,
  InsufficientScopeError,
  InvalidTokenError,
} from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { SECRET_OPTIONS, signToken } from '../../../../test/support/tokens.js';
import { authorize } from './authorize.js';
import { authenticationPolicy, routePolicy } from '../policy/compile-policy.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import type { RoutePolicy } from '../policy/route-policy.js';
import { allOf, anyOf } from '../policy/scope-requirement.js';

const verifier = createAccessTokenVerifier(SECRET_OPTIONS);
const ignoring = { vocabulary: undefined, excessScopes: 'ignore' } as const;
const reporting = { vocabulary: undefined, excessScopes: 'report' } as const;
const refusing = { vocabulary: undefined, excessScopes: 'refuse' } as const;

const NOW = 1_900_000_000;
const timed = {
  ...ignoring,
  time: { clock: () => NOW * 1000, clockToleranceSeconds: 5 },
};

type Claims = Readonly<Record<string, unknown>>;

describe('authorize', () => {
  it.each<[string, Claims, CompiledPolicy]>([
    ['enough scope', { scope: 'read' }, routePolicy({ scope: 'read' }, ignoring)],
    ['more scope than required', { scope: 'read admin' }, routePolicy({ scope: 'read' }, ignoring)],
    [
      'more scope, which is reported',
      { scope: 'read admin' },
      routePolicy({ scope: 'read' }, reporting),
    ],
    ['exactly the required scope', { scope: 'read' }, routePolicy({ scope: 'read' }, refusing)],
    ['one of two scopes', { scope: 'us' }, routePolicy({ scope: anyOf('eu', 'us') }, refusing)],
    [
      'every scope that is named',
      { scope: 'eu us' },
      routePolicy({ scope: anyOf('eu', 'us') }, refusing),
    ],
    [
      'scope within the limit',
      { scope: 'read write' },
      routePolicy({ atMost: ['read', 'write'] }, ignoring),
    ],
    ['no scope at all under a limit', {}, routePolicy({ atMost: ['read'] }, ignoring)],
    [
      'scope within a limit that is wider than the requirement',
      { scope: 'read write' },
      routePolicy({ scope: 'read', atMost: ['read', 'write'] }, refusing),
    ],
    [
      'any scope where none is required',
      { scope: 'read' },
      routePolicy({ principal: 'client' }, refusing),
    ],
    [
      'a user',
      { sub: 'alice', scope: 'read' },
      routePolicy({ scope: 'read', principal: 'user' }, refusing),
    ],
    ['a client', { scope: 'read' }, routePolicy({ scope: 'read', principal: 'client' }, refusing)],
    ['an unknown principal', { client_id: undefined }, routePolicy({ atMost: ['read'] }, ignoring)],
  ])('allows %s', async (_what, claims, policy) => {
    const token = await verifier.verify(signToken(claims));
    expect(authorize(token, policy)).toBeUndefined();
  });

  it.each<[string, Claims, RoutePolicy]>([
    ['the preferred acr', { acr: 'phrh' }, { acrValues: ['phrh', 'phr'] }],
    ['any other acr of the list', { acr: 'phr' }, { acrValues: ['phrh', 'phr'] }],
    ['an authentication of this second', { auth_time: NOW }, { maxAgeSeconds: 0 }],
    ['the oldest authentication', { auth_time: NOW - 305 }, { maxAgeSeconds: 300 }],
    ['a clock that is ahead by the tolerance', { auth_time: NOW + 5 }, { maxAgeSeconds: 0 }],
  ])('allows %s', async (_what, claims, route) => {
    const token = await verifier.verify(signToken({ sub: 'alice', ...claims }));
    expect(authorize(token, routePolicy(route, timed))).toBeUndefined();
  });

  it.each<[string, Claims, { route: RoutePolicy; reason: string }]>([
    ['another acr', { acr: 'pwd' }, { route: { acrValues: ['phr'] }, reason: 'acr' }],
    ['no acr', {}, { route: { acrValues: ['phr'] }, reason: 'acr' }],
    ['an acr in another case', { acr: 'PHR' }, { route: { acrValues: ['phr'] }, reason: 'acr' }],
    ['an empty acr', { acr: '' }, { route: { acrValues: ['phr'] }, reason: 'acr' }],
    ['an acr that is an array', { acr: ['phr'] }, { route: { acrValues: ['phr'] }, reason: 'acr' }],
    ['no auth_time', {}, { route: { maxAgeSeconds: 300 }, reason: 'auth_time' }],
    [
      'an old auth_time',
      { auth_time: NOW - 306 },
      { route: { maxAgeSeconds: 300 }, reason: 'auth_time' },
    ],
    [
      'a future auth_time',
      { auth_time: NOW + 6 },
      { route: { maxAgeSeconds: 300 }, reason: 'auth_time' },
    ],
    [
      'an auth_time in milliseconds',
      { auth_time: NOW * 1000 },
      { route: { maxAgeSeconds: 300 }, reason: 'auth_time' },
    ],
    [
      'an auth_time that is a string',
      { auth_time: String(NOW) },
      { route: { maxAgeSeconds: 300 }, reason: 'auth_time' },
    ],
    [
      'a max age of 0 seconds',
      { auth_time: NOW - 6 },
      { route: { maxAgeSeconds: 0 }, reason: 'auth_time' },
    ],
    [
      'acr before auth_time',
      {},
      { route: { acrValues: ['phr'], maxAgeSeconds: 0 }, reason: 'acr' },
    ],
    [
      'missing scope before acr',
      {},
      { route: { scope: 'read', acrValues: ['phr'] }, reason: 'scope' },
    ],
    [
      'a client, which has no user',
      { sub: 'reports', acr: 'phr' },
      { route: { acrValues: ['phr'] }, reason: 'principal' },
    ],
    [
      'missing scope before a client',
      { sub: 'reports' },
      { route: { scope: 'read', maxAgeSeconds: 0 }, reason: 'scope' },
    ],
  ])('refuses %s', async (_what, claims, { route, reason }) => {
    const token = await verifier.verify(signToken({ sub: 'alice', ...claims }));
    expect(authorize(token, routePolicy(route, timed))).toMatchObject({ reason });
  });

  it('names both requirements of a step-up', async () => {
    const token = await verifier.verify(signToken({ sub: 'alice', acr: 'phr' }));
    const route = { acrValues: ['phrh', 'phr'], maxAgeSeconds: 300 } as const;
    expect(authorize(token, routePolicy(route, timed))?.challenge).toEqual({
      error: 'insufficient_user_authentication',
      error_description: 'this resource requires a more recent authentication of the user',
      acr_values: 'phrh phr',
      max_age: '300',
    });
  });

  it('allows any token where only authentication is required', async () => {
    const token = await verifier.verify(signToken({ scope: 'a b c' }));
    expect(authorize(token, authenticationPolicy('required', refusing))).toBeUndefined();
  });

  const policy = (route: RoutePolicy): ReturnType<typeof routePolicy> =>
    routePolicy(route, ignoring);
  const lacking = (scope: string): ChallengeError => new InsufficientScopeError('scope', scope);
  const excessive = (scope?: string): ChallengeError =>
    new InvalidTokenError('excess_scope', { scope });
  const wrongPrincipal = new InsufficientScopeError('principal');

  it.each<[string, Claims, { compiled: CompiledPolicy; error: ChallengeError }]>([
    ['no scope at all', {}, { compiled: policy({ scope: 'read' }), error: lacking('read') }],
    [
      'some of the scopes',
      { scope: 'read' },
      { compiled: policy({ scope: allOf('read', 'write') }), error: lacking('read write') },
    ],
    [
      'scope beyond the limit',
      { scope: 'read admin' },
      { compiled: policy({ scope: 'read', atMost: ['read', 'write'] }), error: excessive('read') },
    ],
    [
      'scope beyond a limit without a requirement',
      { scope: 'admin' },
      { compiled: policy({ atMost: ['read'] }), error: excessive() },
    ],
    [
      'scope beyond the requirement',
      { scope: 'read x' },
      { compiled: routePolicy({ scope: 'read' }, refusing), error: excessive('read') },
    ],
    [
      'missing scope before excess scope',
      { scope: 'admin' },
      {
        compiled: routePolicy({ scope: 'read', atMost: ['read'] }, refusing),
        error: lacking('read'),
      },
    ],
    ['a client', {}, { compiled: policy({ principal: 'user' }), error: wrongPrincipal }],
    [
      'a user',
      { sub: 'alice' },
      { compiled: policy({ principal: 'client' }), error: wrongPrincipal },
    ],
    [
      'an unknown principal',
      { client_id: undefined },
      { compiled: policy({ principal: 'user' }), error: wrongPrincipal },
    ],
    [
      'an unknown principal without sub',
      { sub: undefined },
      { compiled: policy({ principal: 'client' }), error: wrongPrincipal },
    ],
    [
      'the wrong principal before scope',
      { scope: 'other' },
      { compiled: policy({ scope: 'read', principal: 'user' }), error: wrongPrincipal },
    ],
  ])('refuses %s', async (_what, claims, { compiled, error }) => {
    const token = await verifier.verify(signToken(claims));
    const refusal = authorize(token, compiled);
    expect(refusal).toEqual(error);
    expect(refusal?.challenge).toEqual(error.challenge);
  });
});
