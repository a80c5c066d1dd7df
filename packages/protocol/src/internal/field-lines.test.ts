import { describe, expect, it } from 'vitest';
import { InvalidRequestError } from '../bearer-errors.js';
import { readAuthorization, readFieldLines } from './field-lines.js';

describe('readAuthorization', () => {
  it.each([
    [[], {}, undefined],
    [['Authorization', 'Bearer T'], { authorization: 'Bearer T' }, 'Bearer T'],
    [['AUTHORIZATION', 'Bearer T', 'Host', 'x'], { authorization: 'Bearer T' }, 'Bearer T'],
    [['X-Authorization', 'a', 'Authorizations', 'b'], {}, undefined],
  ])('returns the only line: %j', (rawHeaders, headers, value) => {
    expect(readAuthorization({ headers, rawHeaders })).toBe(value);
  });

  it('refuses several lines, which Node reduces to the first one', () => {
    const rawHeaders = ['Authorization', 'Bearer T', 'authorization', 'Bearer U'];
    expect(() => readAuthorization({ headers: { authorization: 'Bearer T' }, rawHeaders })).toThrow(
      new InvalidRequestError('repeated_authorization'),
    );
  });

  it('returns the field of a request without raw lines', () => {
    expect(readAuthorization({ headers: { authorization: 'Bearer T' } })).toBe('Bearer T');
  });
});

describe('readFieldLines', () => {
  it.each([
    [[], []],
    [
      ['DPoP', 'a', 'Host', 'x', 'dpop', 'b'],
      ['a', 'b'],
    ],
    [['DPOP', ''], ['']],
    [['X-DPoP', 'a'], []],
  ])('lists each line, none of them joined: %j', (rawHeaders, lines) => {
    expect(readFieldLines({ headers: { dpop: 'a, b' }, rawHeaders }, 'dpop')).toEqual(lines);
  });

  it.each([
    [{}, []],
    [{ dpop: 'a' }, ['a']],
    [{ dpop: ['a', 'b'] }, ['a', 'b']],
  ])('lists the values of a request without raw lines: %j', (headers, lines) => {
    expect(readFieldLines({ headers }, 'dpop')).toEqual(lines);
  });
});
