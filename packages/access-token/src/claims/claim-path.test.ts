import { describe, expect, it } from 'vitest';
import { type ClaimPath, findClaim, parseClaimPath } from './claim-path.js';

const find = (claims: unknown, name: string): unknown =>
  findClaim(JSON.parse(JSON.stringify(claims)) as Record<string, unknown>, parseClaimPath(name));

describe('findClaim', () => {
  it.each<[string, object, unknown]>([
    ['scope', { scope: 'read' }, 'read'],
    ['scope', { scopes: 'read' }, undefined],
    ['realm_access.roles', { realm_access: { roles: ['read'] } }, ['read']],
    ['a.b.c', { a: { b: { c: 1 } } }, 1],
    ['a.b.c', { a: { b: { d: 1 } } }, undefined],
    ['a.b', { a: { b: null } }, null],
    ['a..b', { a: { '': { b: 1 } } }, 1],
    ['', { '': 1 }, 1],
    ['.', { '': { '': 1 } }, 1],
  ])('reads the value at the path %s of %j', (name, claims, value) => {
    expect(find(claims, name)).toEqual(value);
  });

  it.each<[string, object, unknown]>([
    ['a.b', { 'a.b': 'name', a: { b: 'path' } }, 'name'],
    ['https://example.com/roles', { 'https://example.com/roles': ['read'] }, ['read']],
    ['https://example.com/roles', { 'https://example': { 'com/roles': 1 } }, 1],
    ['r.my.client.roles', { r: { 'my.client': { roles: ['read'] } } }, ['read']],
    ['r.my.client.roles', { r: { my: { client: { roles: 1 } } } }, 1],
    // The longest key is used even if the path continues only behind another one.
    ['r.my.client.roles', { r: { 'my.client': {}, my: { client: { roles: 1 } } } }, undefined],
    [
      'r.a.roles',
      { r: { 'a.roles': { roles: ['write'] }, a: { roles: ['read'] } } },
      { roles: ['write'] },
    ],
    ['a.b', { 'a.b': null, a: { b: 'path' } }, null],
  ])('uses the longest key for %s of %j', (name, claims, value) => {
    expect(find(claims, name)).toEqual(value);
  });

  it.each<[string, object]>([
    ['a.length', { a: 'text' }],
    ['a.length', { a: [1] }],
    ['a.0', { a: ['read'] }],
    ['a.b', { a: 1 }],
    ['a.b', { a: true }],
    ['a.b', { a: null }],
    ['a.toString', { a: {} }],
    ['a.constructor.name', { a: {} }],
    ['a.__proto__', { a: {} }],
    ['toString.name', {}],
    ['__proto__.toString', {}],
    ['constructor.prototype', {}],
  ])('finds nothing at %s of %j', (name, claims) => {
    expect(find(claims, name)).toBeUndefined();
  });

  it('ignores inherited members at every step of the path', () => {
    const claims = { a: Object.create({ b: 'inherited' }) as object };
    expect(findClaim(claims, parseClaimPath('a.b'))).toBeUndefined();
    expect(
      findClaim(Object.create({ a: { b: 1 } }) as Record<string, unknown>, parseClaimPath('a.b')),
    ).toBeUndefined();
  });
});

describe('parseClaimPath', () => {
  const nested = (keys: readonly string[]): object =>
    keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), 'leaf') as object;

  it('follows a path of 16 segments and treats a longer one as a name', () => {
    const keys = Array.from({ length: 17 }, (_, index) => `k${index}`);
    const [path, longer] = [keys.slice(1).join('.'), keys.join('.')];
    expect(find(nested(keys.slice(1)), path)).toBe('leaf');
    expect(find(nested(keys), longer)).toBeUndefined();
    expect(find({ [longer]: 'name' }, longer)).toBe('name');
    expect(parseClaimPath('.'.repeat(100_000))).toHaveLength(1);
  });

  it('shares the rest of the path between its steps, and freezes all of it', () => {
    const steps = new Set<ClaimPath>();
    const collect = (path: ClaimPath): void => {
      if (steps.has(path)) return;
      steps.add(path);
      for (const { rest } of path) collect(rest);
    };
    collect(parseClaimPath('a.b.c.d.e.f.g.h'));
    expect([...steps].flat()).toHaveLength(36);
    expect([...steps].filter((path) => path.length > 0).every(Object.isFrozen)).toBe(true);
  });
});
