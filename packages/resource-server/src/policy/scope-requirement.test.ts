import { describe, expect, it } from 'vitest';
import {
  allOf,
  anyOf,
  foldScopes,
  isScopeRequirement,
  listScopes,
  type ScopeRequirement,
} from './scope-requirement.js';

describe('allOf and anyOf', () => {
  it('create frozen expressions', () => {
    const expression = allOf('read', anyOf('eu', 'us'));
    expect(expression).toEqual({
      kind: 'allOf',
      parts: ['read', { kind: 'anyOf', parts: ['eu', 'us'] }],
    });
    expect(Object.isFrozen(expression)).toBe(true);
    expect(Object.isFrozen(expression.parts)).toBe(true);
  });

  it('copy an array that changes afterwards', () => {
    const scopes: [string, ...string[]] = ['read'];
    const expression = allOf(...scopes);
    scopes.push('write');
    expect(expression.parts).toEqual(['read']);
  });
});

describe('foldScopes', () => {
  const format = (requirement: ScopeRequirement): string =>
    foldScopes(requirement, {
      scope: (scope) => scope.toUpperCase(),
      allOf: (parts) => `all(${parts.join()})`,
      anyOf: (parts) => `any(${parts.join()})`,
    });

  it.each<[ScopeRequirement, string]>([
    ['read', 'READ'],
    [allOf('read'), 'all(READ)'],
    [anyOf('read', 'write'), 'any(READ,WRITE)'],
    [allOf('read', anyOf('eu', allOf('us', 'can')), 'read'), 'all(READ,any(EU,all(US,CAN)),READ)'],
  ])('computes a value of %j bottom-up: %s', (requirement, expected) => {
    expect(format(requirement)).toBe(expected);
  });

  it.each([null, undefined, 7, {}, ['read'], { kind: 'constructor', parts: ['a'] }])(
    'throws for %j at any depth',
    (value: unknown) => {
      const invalid = value as ScopeRequirement; // possible in plain JavaScript
      const error = new TypeError('a scope requirement must be a scope, allOf(…) or anyOf(…)');
      expect(() => format(invalid)).toThrow(error);
      expect(() => format(allOf('read', anyOf(invalid)))).toThrow(error);
    },
  );
});

describe('listScopes', () => {
  it('lists every scope in order, including duplicates', () => {
    const requirement = allOf('read', anyOf('eu', allOf('us', 'read')));
    expect(listScopes(requirement)).toEqual(['read', 'eu', 'us', 'read']);
  });
});

describe('isScopeRequirement', () => {
  it.each([
    ['read', true],
    [allOf('read', anyOf('eu', 'us')), true],
    [{ kind: 'allOf', parts: ['read'] }, true],
    [{ kind: 'allOf', parts: [] }, false],
    [{ kind: 'allOf', parts: 'read' }, false],
    [{ kind: 'allOf', parts: ['read', 7] }, false],
    [{ kind: 'oneOf', parts: ['read'] }, false],
    [['read'], false],
    [null, false],
    [undefined, false],
  ])('of %j: %s', (value, expected) => {
    expect(isScopeRequirement(value)).toBe(expected);
  });
});
