import { describe, expect, it } from 'vitest';
import { authenticationPolicy, routePolicy } from './compile-policy.js';
import type { ServerPolicy } from './guard-policy.js';
import type { RoutePolicy } from './route-policy.js';
import { allOf } from './scope-requirement.js';

const server: ServerPolicy = { vocabulary: ['read', 'write'], excessScopes: 'report' };

const ACR_VALUES =
  'option "acrValues" must be a non-empty array of strings without spaces, quotes and backslashes';
const MAX_AGE = 'option "maxAgeSeconds" must be an integer of at least 0';
const NO_USER =
  'option "principal" must not be "client" with "acrValues" or "maxAgeSeconds", because a client has no user to authenticate; omit them';

describe('authenticationPolicy', () => {
  it.each(['required', 'optional'] as const)('of %s authentication requires no scope', (kind) => {
    const { declared, scopes } = authenticationPolicy(kind, server);
    expect(declared).toEqual({
      authentication: kind,
      excessScopes: 'ignore',
      scope: undefined,
      atMost: undefined,
      principal: undefined,
      fresh: false,
      check: undefined,
    });
    expect(scopes.isSatisfiedBy(new Set())).toBe(true);
  });
});

describe('routePolicy', () => {
  it('keeps what was declared, frozen', () => {
    const scope = allOf('read', 'write');
    const atMost = ['read', 'write'] as const;
    const check = { name: 'tenant', test: () => true };
    const stepUp = { acrValues: ['phr', 'phrh'], maxAgeSeconds: 0 } as const;
    const route = { scope, atMost, principal: 'user', ...stepUp, fresh: true, check } as const;
    const { declared } = routePolicy(route, { ...server, canAskNow: true });
    expect(declared).toEqual({
      authentication: 'required',
      excessScopes: 'report',
      scope,
      atMost: ['read', 'write'],
      principal: 'user',
      acrValues: ['phr', 'phrh'],
      maxAgeSeconds: 0,
      fresh: true,
      check: 'tenant',
    });
    expect(Object.isFrozen(declared)).toBe(true);
    expect(Object.isFrozen(declared.atMost)).toBe(true);
    expect(Object.isFrozen(declared.acrValues)).toBe(true);
  });

  it('copies a limit that changes afterwards', () => {
    const atMost = ['read'];
    const { declared, scopes } = routePolicy({ atMost }, server);
    atMost.push('write');
    expect(declared.atMost).toEqual(['read']);
    expect([...(scopes.atMost ?? [])]).toEqual(['read']);
  });

  it.each<[RoutePolicy]>([
    [{ atMost: ['read'] }],
    [{ principal: 'client' }],
    [{ acrValues: ['phr'] }],
    [{ check: { name: 'tenant', test: () => true } }],
  ])('ignores excess scopes for %j, which requires no scope', (route) => {
    expect(routePolicy(route, server).declared.excessScopes).toBe('ignore');
  });

  it.each<[unknown, string]>([
    [
      {},
      'require() requires "scope", "atMost", "principal", "senderConstraint", "acrValues", "maxAgeSeconds", "fresh", "check" or "trial"; to require only a valid token, use requireAccessToken()',
    ],
    [
      { scope: undefined, atMost: undefined },
      'require() requires "scope", "atMost", "principal", "senderConstraint", "acrValues", "maxAgeSeconds", "fresh", "check" or "trial"; to require only a valid token, use requireAccessToken()',
    ],
    [undefined, 'require() expects an options object'],
    ['read', 'require() expects an options object'],
    [{ scopes: 'read' }, 'require() has no option "scopes"; did you mean "scope"?'],
    [{ atMost: 'read' }, 'option "atMost" must be an array of at least one scope'],
    [{ atMost: [] }, 'option "atMost" must be an array of at least one scope'],
    [{ principal: 'admin' }, 'option "principal" must be "client" or "user"'],
    [{ principal: 'unknown' }, 'option "principal" must be "client" or "user"'],
    [{ acrValues: [] }, ACR_VALUES],
    [{ acrValues: 'phr' }, ACR_VALUES],
    [{ acrValues: ['phr phrh'] }, ACR_VALUES],
    [{ acrValues: ['p"hr'] }, ACR_VALUES],
    [{ acrValues: ['phr\r\n'] }, ACR_VALUES],
    [{ acrValues: ['phr', undefined] }, ACR_VALUES],
    [{ maxAgeSeconds: -1 }, MAX_AGE],
    [{ maxAgeSeconds: 1.5 }, MAX_AGE],
    [{ maxAgeSeconds: NaN }, MAX_AGE],
    [{ maxAgeSeconds: Infinity }, MAX_AGE],
    [{ maxAgeSeconds: '300' }, MAX_AGE],
    [{ principal: 'client', acrValues: ['phr'] }, NO_USER],
    [{ principal: 'client', maxAgeSeconds: 0 }, NO_USER],
    [
      { permissions: ['read'] },
      'require() has no option "permissions"; write "check": { name, test }, or name the claim in the option "scopeClaims"',
    ],
    [{ max_age: 300 }, 'require() has no option "max_age"; write "maxAgeSeconds"'],
    [{ acr_values: 'phr' }, 'require() has no option "acr_values"; write "acrValues"'],
    [{ fresh: true }, 'option "fresh" requires the option "introspection" of every issuer'],
    [{ fresh: 'yes' }, 'option "fresh" must be true or false'],
    [{ check: () => true }, 'option "check" must be an object'],
    [{ check: { test: () => true } }, 'option "check.name" must be a non-empty string'],
    [{ check: { name: ' ', test: () => true } }, 'option "check.name" must be a non-empty string'],
    [{ check: { name: 'tenant' } }, 'option "check.test" must be a function'],
    [
      { check: { name: 'tenant', tests: 1 } },
      'option "check" has no option "tests"; did you mean "test"?',
    ],
    [
      { scope: 'raed' },
      'scope "raed" is not among the "scopes" of this resource server; did you mean "read"?',
    ],
  ])('refuses %j', (route, message) => {
    const make = (): unknown => routePolicy(route as RoutePolicy, server); // possible in plain JavaScript
    expect(make).toThrow(new TypeError(message));
  });

  it('has no fresh in handlers, which decide synchronously', () => {
    const make = (): unknown => routePolicy({ fresh: true }, server, 'policy');
    const message =
      'policy() has no option "fresh"; only guards ask the authorization server; write it in the policy of the route';
    expect(make).toThrow(new TypeError(message));
  });
});
