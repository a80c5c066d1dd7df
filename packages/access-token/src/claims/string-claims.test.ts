import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { readString, readStrings } from './string-claims.js';

type Claims = Readonly<Record<string, unknown>>;

describe('readString', () => {
  it.each([
    [{ sub: 'u1' }, 'u1'],
    [{ sub: '' }, ''],
    [{}, undefined],
    [Object.create({ sub: 'u1' }) as Claims, undefined],
  ])('reads %j', (claims, value) => {
    expect(readString(claims, 'sub')).toBe(value);
  });

  it.each([5, 0, null, true, {}, [], ['u1']])('refuses a value that is not a string: %j', (sub) => {
    expect(() => readString({ sub }, 'sub')).toThrow(
      new InvalidTokenError('claim', { claim: 'sub', problem: 'malformed' }),
    );
  });
});

describe('readStrings', () => {
  it.each([
    ['u1', ['u1']],
    ['', ['']],
    [
      ['u1', 'u2'],
      ['u1', 'u2'],
    ],
    [[], []],
  ])('reads a string or an array of strings: %j', (aud, values) => {
    expect(readStrings({ aud }, 'aud')).toEqual(values);
  });

  it('returns undefined for an absent or inherited claim', () => {
    expect(readStrings({}, 'aud')).toBeUndefined();
    expect(readStrings(Object.create({ aud: 'u1' }) as Claims, 'aud')).toBeUndefined();
  });

  it.each([5, null, true, {}, ['u1', 1], [null], [['u1']]])('refuses another shape: %j', (aud) => {
    expect(() => readStrings({ aud }, 'aud')).toThrow(
      new InvalidTokenError('claim', { claim: 'aud', problem: 'malformed' }),
    );
  });
});
