import { createScopeSet } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import {
  checkScopes,
  compileScopePolicy,
  type ExcessScopesPolicy,
  type ScopePolicy,
  type ScopePolicyParts,
} from './scope-policy.js';
import { allOf, anyOf, type NonEmpty, type ScopeRequirement } from './scope-requirement.js';

const compile = (
  scope: ScopeRequirement | undefined,
  rest: { atMost?: readonly string[]; vocabulary?: readonly string[] } = {},
): ScopePolicy => compileScopePolicy({ scope, atMost: rest.atMost, vocabulary: rest.vocabulary });

describe('compileScopePolicy', () => {
  const nested = allOf('read', anyOf('eu', allOf('us', 'can')), anyOf('daily'));

  it.each<[ScopeRequirement, string, boolean]>([
    ['read', 'read', true],
    ['read', 'write read', true],
    ['read', '', false],
    ['read', 'Read', false],
    ['read', 'reader', false],
    ['read', 'rea', false],
    [allOf('read', 'write'), 'write read', true],
    [allOf('read', 'write'), 'read', false],
    [anyOf('read', 'write'), 'write', true],
    [anyOf('read', 'write'), 'other', false],
    [allOf('read'), 'read', true],
    [anyOf('read'), 'write', false],
    [nested, 'read eu daily', true],
    [nested, 'read us can daily', true],
    [nested, 'read us daily', false],
    [nested, 'read can daily', false],
    [nested, 'eu daily', false],
    [nested, 'read eu', false],
  ])('of %j is satisfied by "%s": %s', (scope, scopes, satisfied) => {
    expect(compile(scope).isSatisfiedBy(createScopeSet(scopes.split(' ')))).toBe(satisfied);
  });

  it('without a scope is satisfied by an empty set', () => {
    const policy = compile(undefined, { atMost: ['read'] });
    expect(policy.isSatisfiedBy(createScopeSet([]))).toBe(true);
    expect(policy.sufficient).toBeUndefined();
  });

  it.each<[ScopeRequirement, string]>([
    ['read', 'read'],
    [allOf('write', 'read'), 'write read'],
    [anyOf('write', 'read'), 'write'],
    [nested, 'read eu daily'],
    [allOf('read', allOf('read', 'write')), 'read write'],
  ])('of %j names sufficient scopes: %s', (scope, sufficient) => {
    expect(compile(scope).sufficient).toBe(sufficient);
  });

  it.each<[ScopeRequirement, readonly string[], string]>([
    [anyOf('write', 'read'), ['read'], 'read'],
    [anyOf(allOf('read', 'write'), 'admin'), ['read', 'admin'], 'admin'],
    ['read', ['read', 'write'], 'read'],
  ])(
    'of %j with atMost %j names sufficient scopes within the limit: %s',
    (scope, atMost, sufficient) => {
      expect(compile(scope, { atMost }).sufficient).toBe(sufficient);
    },
  );

  describe('with implied scopes', () => {
    const implying = new Map([['read', ['write', 'admin']]]);
    const implied = (scope: ScopeRequirement, atMost?: readonly string[]): ScopePolicy =>
      compileScopePolicy({ scope, atMost, vocabulary: undefined, implying });

    it.each<[ScopeRequirement, readonly string[] | undefined, string]>([
      ['read', undefined, 'read'],
      [allOf('read', 'write'), undefined, 'read write'],
      ['read', ['write', 'read'], 'read'],
      ['read', ['admin', 'write'], 'write'],
      ['read', ['admin'], 'admin'],
      [allOf('read', 'write'), ['write'], 'write'],
      [anyOf('read', 'other'), ['write', 'other'], 'other'],
    ])('of %j with atMost %j names the narrowest sufficient scopes: %s', (scope, atMost, named) => {
      expect(implied(scope, atMost).sufficient).toBe(named);
    });

    it('names the required scopes only, and refuses the implying ones as excess', () => {
      const policy = implied('read');
      expect([...policy.named]).toEqual(['read']);
      const refusal = checkScopes(createScopeSet(['write']), policy, 'refuse');
      expect([refusal?.reason, refusal?.challenge.scope]).toEqual(['excess_scope', 'read']);
      expect(checkScopes(createScopeSet(['write']), policy, 'ignore')).toBeUndefined();
      expect(checkScopes(createScopeSet(['write']), implied('read', ['read']), 'ignore')?.reason).toBe('excess_scope'); // prettier-ignore
    });

    it('refuses a limit that excludes every implying scope', () => {
      expect(() => implied('read', ['other'])).toThrow(
        new TypeError(
          'option "atMost" must allow scopes that satisfy "scope"; add them to "atMost"',
        ),
      );
    });
  });

  it('lists every scope that the requirement names', () => {
    expect([...compile(nested).named]).toEqual(['read', 'eu', 'us', 'can', 'daily']);
  });

  it('accepts scopes of the vocabulary', () => {
    const vocabulary = ['read', 'write'];
    expect(compile(allOf('read', 'write'), { vocabulary, atMost: vocabulary }).sufficient).toBe(
      'read write',
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'a scope outside the vocabulary',
      () => compile('read:analitics', { vocabulary: ['read:analytics'] }),
      'scope "read:analitics" is not among the "scopes" of this resource server; did you mean "read:analytics"?',
    ],
    [
      'a nested scope outside the vocabulary',
      () => compile(allOf('a', anyOf('a', 'quite-another')), { vocabulary: ['a'] }),
      'scope "quite-another" is not among the "scopes" of this resource server',
    ],
    [
      'a limit outside the vocabulary',
      () => compile('a', { atMost: ['a', 'zzzzzz'], vocabulary: ['a'] }),
      'scope "zzzzzz" is not among the "scopes" of this resource server',
    ],
    [
      'any scope when the vocabulary is empty',
      () => compile('read', { vocabulary: [] }),
      'scope "read" is not among the "scopes" of this resource server',
    ],
    [
      'an empty limit',
      () => compile('read', { atMost: [] }),
      'option "atMost" must be an array of at least one scope',
    ],
    [
      'a limit without a required scope',
      () => compile(allOf('read', 'write'), { atMost: ['read'] }),
      'option "atMost" must allow scopes that satisfy "scope"; add them to "atMost"',
    ],
    [
      'a limit without any of the alternatives',
      () => compile(anyOf('read', 'write'), { atMost: ['admin'] }),
      'option "atMost" must allow scopes that satisfy "scope"; add them to "atMost"',
    ],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(new TypeError(message));
  });

  it.each(['', ' ', 'a b', 'a"b', 'a\\b', 'é', 'a\tb', 'a\n', '\u00a0'])(
    'refuses %j, which is not a scope-token',
    (scope) => {
      const message =
        'a scope must be a scope-token (RFC 6749 §3.3): printable ASCII without spaces, " or \\';
      expect(() => compile(scope)).toThrow(new TypeError(message));
      expect(() => compile('read', { atMost: ['read', scope] })).toThrow(new TypeError(message));
    },
  );

  it.each(['allOf', 'anyOf'] as const)('refuses an empty %s', (kind) => {
    const list = kind === 'allOf' ? allOf : anyOf;
    const none: readonly string[] = [];
    const empty = list(...(none as NonEmpty<string>)); // possible in plain JavaScript
    const message = `${kind}() requires at least one scope`;
    expect(() => compile(empty)).toThrow(new TypeError(message));
    expect(() => compile(anyOf('read', empty))).toThrow(new TypeError(message));
  });

  it.each([null, 7, {}, [], ['read'], { kind: 'oneOf', parts: ['a'] }, { kind: 'allOf' }])(
    'refuses %j, which is not a requirement',
    (value: unknown) => {
      const scope = value as ScopeRequirement; // possible in plain JavaScript
      const message = 'a scope requirement must be a scope, allOf(…) or anyOf(…)';
      expect(() => compile(scope)).toThrow(new TypeError(message));
    },
  );
});

describe('checkScopes', () => {
  const reasonOf = (
    scopes: string,
    parts: Partial<ScopePolicyParts>,
    excessScopes: ExcessScopesPolicy = 'ignore',
  ): string | undefined => {
    const declared = { scope: undefined, atMost: undefined, vocabulary: undefined, ...parts };
    const granted = createScopeSet(scopes === '' ? [] : scopes.split(' '));
    return checkScopes(granted, compileScopePolicy(declared), excessScopes)?.reason;
  };

  it.each([
    ['', ['read'], undefined],
    ['read', ['read', 'write'], undefined],
    ['read write', ['write', 'read'], undefined],
    ['read admin', ['read', 'write'], 'excess_scope'],
    ['READ', ['read'], 'excess_scope'],
  ])('with the scopes "%s" and the limit %j returns %s', (scopes, atMost, reason) => {
    expect(reasonOf(scopes, { atMost })).toBe(reason);
  });

  it('reports a missing scope before an excess one', () => {
    expect(reasonOf('admin', { scope: 'read', atMost: ['read'] })).toBe('scope');
  });

  it.each([
    ['ignore', undefined],
    ['report', undefined],
    ['refuse', 'excess_scope'],
  ] as const)('without a limit and with excessScopes %s returns %s', (excessScopes, reason) => {
    expect(reasonOf('read admin', { scope: 'read' }, excessScopes)).toBe(reason);
  });

  it('prefers the limit of a route to excessScopes', () => {
    const parts = { scope: 'read', atMost: ['read', 'write'] };
    expect(reasonOf('read write', parts, 'refuse')).toBeUndefined();
  });
});
