import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { readScopes } from './scopes.js';

type Claims = Readonly<Record<string, unknown>>;

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

  it.each([[['read']], [5], [null], [true], [{}]])(
    'refuses a "scope" that is not a string: %j',
    (scope) => {
      expect(() => readScopes({ scope }, names)).toThrow(
        new InvalidTokenError('claim', { claim: 'scope', problem: 'malformed' }),
      );
      expect(() => readScopes({ scope, scp: 'read' }, names)).toThrow(
        new InvalidTokenError('claim', { claim: 'scope', problem: 'malformed' }),
      );
    },
  );

  it.each([[['read', 1]], [[['read']]], [5], [null], [true], [{ read: true }]])(
    'refuses another claim that is neither a string nor an array of strings: %j',
    (scp) => {
      expect(() => readScopes({ scp }, names)).toThrow(
        new InvalidTokenError('claim', { claim: 'scp', problem: 'malformed' }),
      );
    },
  );
});
