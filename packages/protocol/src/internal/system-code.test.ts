import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { findSystemCode } from './system-code.js';

const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
const foreign: unknown = runInNewContext(
  'Object.assign(new Error("connect"), { code: "ECONNREFUSED" })',
);

describe('findSystemCode', () => {
  it.each([
    ['of an error', refused, 'ECONNREFUSED'],
    ['of an error of another realm', foreign, 'ECONNREFUSED'],
    ['of a cause', new TypeError('fetch failed', { cause: refused }), 'ECONNREFUSED'],
    [
      'of the innermost cause',
      Object.assign(new Error('closed', { cause: refused }), { code: 'UND_ERR_SOCKET' }),
      'ECONNREFUSED',
    ],
    ['but not an arbitrary string', Object.assign(new Error(), { code: 'my secret' }), undefined],
    ['but not a number', Object.assign(new Error(), { code: 42 }), undefined],
    ['but not of an object that is not an error', { code: 'ECONNREFUSED' }, undefined],
    ['but not where there is none', new Error('failed'), undefined],
  ])('finds the code %s', (_case, error, code) => {
    expect(findSystemCode(error)).toBe(code);
  });

  it.each(['code', 'cause'])('does not throw what the getter of "%s" throws', (name) => {
    const get = (): never => {
      throw new Error('getter');
    };
    expect(findSystemCode(Object.defineProperty(new Error(), name, { get }))).toBeUndefined();
  });

  it('stops at a circular chain of causes', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(findSystemCode(error)).toBeUndefined();
  });
});
