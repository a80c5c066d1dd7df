import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { createScopePolicy, readScopes as readScopesBy } from './scopes.js';
import type { TypPolicy } from './token-kind.js';

type Claims = Readonly<Record<string, unknown>>;

const readScopes = (
  claims: Claims,
  names: readonly string[],
  typ: TypPolicy = 'auto',
): ReadonlySet<string> => readScopesBy(claims, createScopePolicy(names, typ));

const LENIENT: readonly TypPolicy[] = ['auto', 'jwt'];
const POLICIES: readonly TypPolicy[] = [...LENIENT, 'at+jwt'];

describe('readScopes', () => {
  const names = ['scope', 'scp'];

  it.each<[Claims, string[]]>([
    [{}, []],
    [{ scope: '' }, []],
    [{ scope: 'read' }, ['read']],
    [{ scope: ' write  read ' }, ['write', 'read']],
    [{ scope: 'read\twrite' }, ['read\twrite']],
    [{ scp: 'read write' }, ['read', 'write']],
    [{ scp: ['read', 'write'] }, ['read', 'write']],
    [{ scp: [] }, []],
    [{ scp: ['read write'] }, ['read write']],
    [{ scp: ['', 'read'] }, ['read']],
    [{ scope: 'read', scp: ['write', 'read'] }, ['read', 'write']],
    [{ scope: 'read', scp: 'write' }, ['read', 'write']],
    [{ permissions: ['admin'] }, []],
    [Object.create({ scope: 'admin' }) as Claims, []],
  ])('reads every named claim that is present: %j', (claims, scopes) => {
    expect([...readScopes(claims, names)]).toEqual(scopes);
  });

  it('reads only the named claims', () => {
    const claims = { scope: 'read', permissions: ['write'], 'https://x.example/roles': 'admin' };
    expect([...readScopes(claims, ['permissions'])]).toEqual(['write']);
    expect([...readScopes(claims, ['https://x.example/roles'])]).toEqual(['admin']);
    expect([...readScopes(claims, [])]).toEqual([]);
  });

  const malformed = new InvalidTokenError('claim', { claim: 'scope', problem: 'malformed' });

  describe.each(LENIENT)('typ: %s', (typ) => {
    it.each<[Claims, string[]]>([
      [{ scope: ['read', 'write'] }, ['read', 'write']],
      [{ scope: ['read', 'read'] }, ['read']],
      [{ scope: [] }, []],
      [{ scope: ['read'], scp: 'write' }, ['read', 'write']],
      [{ scope: [], scp: ['write'] }, ['write']],
    ])('reads a "scope" that is an array of scope-tokens: %j', (claims, scopes) => {
      expect([...readScopes(claims, names, typ)]).toEqual(scopes);
    });
  });

  it.each([[['read']], [[]], [['read', 'write']]])(
    'refuses a "scope" that is an array with typ: at+jwt: %j',
    (scope) => {
      expect(() => readScopes({ scope }, names, 'at+jwt')).toThrow(malformed);
      expect(() => readScopes({ scope, scp: 'read' }, names, 'at+jwt')).toThrow(malformed);
    },
  );

  it.each([
    [['read write']],
    [['read', '']],
    [['read', 1]],
    [['read', null]],
    [[['read']]],
    [[{ read: true }]],
    [['re"ad']],
    [['read\n']],
    [['r\u00e9ad']],
    [5],
    [null],
    [true],
    [{}],
    [{ 0: 'read', length: 1 }],
  ])('refuses a "scope" that is neither a string nor an array of scope-tokens: %j', (scope) => {
    for (const typ of POLICIES) {
      expect(() => readScopes({ scope }, names, typ)).toThrow(malformed);
      expect(() => readScopes({ scope, scp: 'read' }, names, typ)).toThrow(malformed);
    }
  });

  it.each([[['read', 1]], [[['read']]], [5], [null], [true], [{ read: true }]])(
    'refuses another claim that is neither a string nor an array of strings: %j',
    (scp) => {
      expect(() => readScopes({ scp }, names)).toThrow(
        new InvalidTokenError('claim', { claim: 'scp', problem: 'malformed' }),
      );
    },
  );

  it.each<[Claims, string[]]>([
    [{ realm_access: { roles: ['read', 'write'] } }, ['read', 'write']],
    [{ realm_access: { roles: 'read write' } }, ['read', 'write']],
    [{ realm_access: { roles: [] } }, []],
    [{ realm_access: {} }, []],
    [{ realm_access: ['read'] }, []],
    [{ realm_access: 'read' }, []],
    [{ 'realm_access.roles': ['read'], realm_access: { roles: ['write'] } }, ['read']],
    [{ scope: 'read', realm_access: { roles: ['write'] } }, ['read', 'write']],
    [{ scope: ['read'], realm_access: { roles: ['write'] } }, ['read', 'write']],
  ])('reads a claim at a path: %j', (claims, scopes) => {
    expect([...readScopes(claims, ['scope', 'realm_access.roles'])]).toEqual(scopes);
  });

  it.each([[['read', 1]], [5], [null], [{ roles: ['read'] }]])(
    'refuses a value at a path that is neither a string nor an array of strings: %j',
    (roles) => {
      expect(() => readScopes({ realm_access: { roles } }, ['realm_access.roles'])).toThrow(
        new InvalidTokenError('claim', { claim: 'realm_access.roles', problem: 'malformed' }),
      );
    },
  );
});
