import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createScopeSet, formatScope, isScopeToken, parseScope } from './scope.js';

/** Every code unit of US-ASCII. */
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

describe('isScopeToken', () => {
  it('accepts %x21 / %x23-5B / %x5D-7E and no other US-ASCII character', () => {
    const refused = ASCII.filter((character) => !isScopeToken(character));
    const controls = ASCII.slice(0, 0x20);
    expect(refused).toEqual([...controls, ' ', '"', '\\', '\x7f']);
  });

  it.each(['read', 'read:analytics', 'https://api.example/read?a=b#c', '!', "'"])(
    'accepts %s',
    (token) => {
      expect(isScopeToken(token)).toBe(true);
    },
  );

  it.each([
    ['nothing', ''],
    ['two scope-tokens', 'read write'],
    ['a trailing line feed', 'read\n'],
    ['a no-break space', 'read\u00a0write'],
    ['a letter outside US-ASCII', 'l\u00e9er'],
    ['a list', ['read']],
    ['a number', 1],
    ['undefined', undefined],
    ['null', null],
  ])('refuses %s', (_case, value) => {
    expect(isScopeToken(value)).toBe(false);
  });
});

describe('parseScope', () => {
  it.each([
    ['', []],
    ['read', ['read']],
    ['write read', ['write', 'read']],
    [' read  write ', ['read', 'write']],
    ['read read', ['read']],
    ['read\twrite', ['read\twrite']],
    ['read\u00a0write', ['read\u00a0write']],
    ['read\n', ['read\n']],
    ['Read read', ['Read', 'read']],
  ])('splits %j on single spaces only', (scope, tokens) => {
    expect([...parseScope(scope)]).toEqual(tokens);
  });

  it('neither folds case nor matches prefixes', () => {
    const scopes = parseScope('read:analytics');
    expect(scopes.has('read:analytics')).toBe(true);
    expect(['read', 'READ:ANALYTICS', 'read:', ''].some((scope) => scopes.has(scope))).toBe(false);
  });
});

describe('createScopeSet', () => {
  it('reads as a set in the given order', () => {
    const scopes = createScopeSet(['b', 'a', 'b', '']);
    const seen: [string, string][] = [];
    scopes.forEach((value, key) => seen.push([value, key]));
    expect(scopes.size).toBe(2);
    expect([...scopes]).toEqual(['b', 'a']);
    expect([...scopes.keys()]).toEqual(['b', 'a']);
    expect([...scopes.values()]).toEqual(['b', 'a']);
    expect([...scopes.entries()]).toEqual(seen);
  });

  it('shows its scopes in the console', () => {
    expect(inspect({ scopes: parseScope('read write') })).toBe(
      "{ scopes: Set(2) { 'read', 'write' } }",
    );
  });

  it('cannot be changed through what it shows in the console', () => {
    const scopes = parseScope('read');
    const show: unknown = Reflect.get(scopes, inspect.custom);
    const shown: unknown = typeof show === 'function' ? Reflect.apply(show, scopes, []) : undefined;
    if (shown instanceof Set) shown.add('write');
    expect(shown).toEqual(new Set(['read', 'write']));
    expect([...scopes]).toEqual(['read']);
  });

  it('passes itself and `thisArg` to the callback of forEach', () => {
    const scopes = createScopeSet(['a']);
    const thisArg = {};
    const calls: unknown[] = [];
    scopes.forEach(function (this: unknown, ...args) {
      calls.push(this, ...args);
    }, thisArg);
    expect(calls).toEqual([thisArg, 'a', 'a', scopes]);
    expect(calls[3]).toBe(scopes);
  });

  it('cannot be changed, neither directly nor through the set it was created from', () => {
    const source = new Set(['read']);
    const scopes = createScopeSet(source);
    source.add('write');
    expect('add' in scopes).toBe(false);
    expect(() => {
      Set.prototype.add.call(scopes as Set<string>, 'write');
    }).toThrow(TypeError);
    expect(() => {
      Object.assign(scopes, { has: () => true });
    }).toThrow(TypeError);
    expect([...scopes]).toEqual(['read']);
  });
});

describe('formatScope', () => {
  it.each([
    [[], ''],
    [['read'], 'read'],
    [['read', 'write'], 'read write'],
  ])('joins %j with single spaces', (scopes, scope) => {
    expect(formatScope(scopes)).toBe(scope);
  });

  it('formats what parseScope returns', () => {
    expect(formatScope(parseScope(' write  read '))).toBe('write read');
  });
});
