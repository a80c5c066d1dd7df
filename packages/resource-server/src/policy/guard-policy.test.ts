import { describe, expect, it } from 'vitest';
import {
  authenticationPolicy,
  type RoutePolicy,
  routePolicy,
  type ServerPolicy,
} from './guard-policy.js';
import { allOf } from './scope-requirement.js';

const server: ServerPolicy = { vocabulary: ['read', 'write'], excessScopes: 'report' };

describe('authenticationPolicy', () => {
  it.each(['required', 'optional'] as const)('of %s authentication requires no scope', (kind) => {
    const { declared, scopes } = authenticationPolicy(kind, server);
    expect(declared).toEqual({
      authentication: kind,
      excessScopes: 'ignore',
      scope: undefined,
      atMost: undefined,
      principal: undefined,
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
    const { declared } = routePolicy({ scope, atMost, principal: 'user', check }, server);
    expect(declared).toEqual({
      authentication: 'required',
      excessScopes: 'report',
      scope,
      atMost: ['read', 'write'],
      principal: 'user',
      check: 'tenant',
    });
    expect(Object.isFrozen(declared)).toBe(true);
    expect(Object.isFrozen(declared.atMost)).toBe(true);
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
    [{ check: { name: 'tenant', test: () => true } }],
  ])('ignores excess scopes for %j, which requires no scope', (route) => {
    expect(routePolicy(route, server).declared.excessScopes).toBe('ignore');
  });

  it.each<[unknown, string]>([
    [
      {},
      'require() requires "scope", "atMost", "principal", "senderConstraint" or "check"; to require only a valid token, use requireAccessToken()',
    ],
    [
      { scope: undefined, atMost: undefined },
      'require() requires "scope", "atMost", "principal", "senderConstraint" or "check"; to require only a valid token, use requireAccessToken()',
    ],
    [undefined, 'require() expects an options object'],
    ['read', 'require() expects an options object'],
    [{ scopes: 'read' }, 'require() has no option "scopes"; did you mean "scope"?'],
    [{ atMost: 'read' }, 'option "atMost" must be an array of at least one scope'],
    [{ atMost: [] }, 'option "atMost" must be an array of at least one scope'],
    [{ principal: 'admin' }, 'option "principal" must be "client" or "user"'],
    [{ principal: 'unknown' }, 'option "principal" must be "client" or "user"'],
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
});
