import type { SenderConstraint } from '@scopegate/access-token';
import { describe, expect, it } from 'vitest';
import { combinePolicies, formatRequirement, listAlternatives } from './combined-policy.js';
import type { GuardPolicy } from '../policy/guard-policy.js';
import type { RoutePolicy } from '../policy/route-policy.js';
import { allOf, anyOf, type ScopeRequirement } from '../policy/scope-requirement.js';
import { SECRET_OPTIONS } from '../../../../test/support/tokens.js';
import { createResourceServer } from '../resource-server.js';

const policyOf = (route: RoutePolicy, excessScopes: 'ignore' | 'refuse' = 'ignore'): GuardPolicy =>
  createResourceServer({ ...SECRET_OPTIONS, excessScopes }).require(route).policy;

type GuardLimits = Partial<Pick<GuardPolicy, 'acrValues' | 'maxAgeSeconds'>>;

describe('combinePolicies', () => {
  it.each([
    ['no policies', [], { scope: undefined, scopes: [], atMost: undefined, principal: undefined }],
    [
      'one policy',
      [policyOf({ scope: 'a', principal: 'user' })],
      { scope: 'a', scopes: ['a'], atMost: undefined, principal: 'user' },
    ],
    [
      'several policies, all of which apply',
      [policyOf({ scope: 'a' }), policyOf({ principal: 'client' }), policyOf({ scope: 'b' })],
      { scope: allOf('a', 'b'), scopes: ['a', 'b'], atMost: undefined, principal: 'client' },
    ],
    [
      'several limits, of which the intersection applies',
      [policyOf({ scope: 'a', atMost: ['a', 'b'] }), policyOf({ atMost: ['c', 'a'] })],
      { scope: 'a', scopes: ['a'], atMost: ['a'], principal: undefined },
    ],
    [
      'a route that refuses excess scopes',
      [policyOf({ scope: anyOf('a', 'b') }, 'refuse'), policyOf({ atMost: ['a'] }, 'refuse')],
      { scope: anyOf('a', 'b'), scopes: ['a', 'b'], atMost: ['a'], principal: undefined },
    ],
  ])('combines %s', (_what, policies, combined) => {
    const others = { senderConstraints: [], fresh: false, checks: [] };
    expect(combinePolicies(policies)).toEqual({ ...combined, ...others });
  });

  it.each<[readonly SenderConstraint[], readonly SenderConstraint[]]>([
    [['any'], ['any']],
    [['any', 'dpop', 'dpop'], ['dpop']],
    [
      ['mtls', 'any', 'dpop'],
      ['mtls', 'dpop'],
    ],
  ])('combines the sender constraints %j to %j', (constraints, combined) => {
    const base = policyOf({ scope: 'a' });
    const policies = constraints.map((senderConstraint) => ({ ...base, senderConstraint }));
    expect(combinePolicies(policies).senderConstraints).toEqual(combined);
  });

  it.each<[readonly RoutePolicy[], object]>([
    [
      [{ acrValues: ['phr', 'phrh'] }, { acrValues: ['phrh'], maxAgeSeconds: 300 }],
      { acrValues: ['phrh'], maxAgeSeconds: 300 },
    ],
    [[{ acrValues: ['phr'] }, { acrValues: ['mfa'] }], { acrValues: [] }],
    [[{ maxAgeSeconds: 60 }, { maxAgeSeconds: 0 }, { scope: 'a' }], { maxAgeSeconds: 0 }],
  ])('combines the authentication of %j', (routes, { acrValues, maxAgeSeconds }: GuardLimits) => {
    const combined = combinePolicies(routes.map((route) => policyOf(route)));
    expect([combined.acrValues, combined.maxAgeSeconds]).toEqual([acrValues, maxAgeSeconds]);
  });

  it('is fresh if one policy is', () => {
    const plain = policyOf({ scope: 'a' });
    expect(combinePolicies([plain, { ...plain, fresh: true }, plain]).fresh).toBe(true);
    expect(combinePolicies([plain, plain]).fresh).toBe(false);
  });

  it('lists the check of every policy', () => {
    const check = (name: string) => ({ check: { name, test: () => true } });
    const policies = [policyOf(check('tenant')), policyOf({ scope: 'a' }), policyOf(check('open'))];
    expect(combinePolicies(policies).checks).toEqual(['tenant', 'open']);
  });
});

describe('formatRequirement', () => {
  it.each<[ScopeRequirement, string]>([
    ['a', 'a'],
    [allOf('a', 'b'), 'a and b'],
    [anyOf('a', 'b'), 'a or b'],
    [allOf('a', anyOf('b', 'c')), 'a and (b or c)'],
    [anyOf(allOf('a', 'b'), 'c'), '(a and b) or c'],
    [allOf(allOf('a', 'b'), anyOf('c')), 'a and b and c'],
    [allOf(anyOf('a', 'b')), 'a or b'],
    [allOf('c', anyOf(anyOf('a', 'b'))), 'c and (a or b)'],
  ])('writes %j', (requirement, text) => {
    expect(formatRequirement(requirement)).toBe(text);
  });
});

describe('listAlternatives', () => {
  it.each<[ScopeRequirement, readonly (readonly string[])[]]>([
    ['a', [['a']]],
    [allOf('a', 'b', 'a'), [['a', 'b']]],
    [anyOf('a', 'b'), [['a'], ['b']]],
    [
      allOf('a', anyOf('b', 'c')),
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ],
    [anyOf(allOf('a', 'b'), 'c'), [['a', 'b'], ['c']]],
  ])('lists every set of scopes that satisfies %j', (requirement, sets) => {
    expect(listAlternatives(requirement)).toEqual(sets);
  });

  it('lists at most 64 alternatives', () => {
    const either = anyOf('a', 'b', 'c', 'd');
    expect(listAlternatives(allOf(either, either, either, either))).toHaveLength(64);
  });
});
