import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { errorFrom, isThenable } from './hook.js';

/** A proxy that throws when its prototype is read. */
const hostile: object = new Proxy(
  {},
  {
    getPrototypeOf: () => {
      throw new TypeError('no');
    },
  },
);

/** A proxy of an Error that throws when a member is read. */
const hostileError: object = new Proxy(new Error('x'), {
  get: () => {
    throw new TypeError('no');
  },
});

describe('errorFrom', () => {
  it.each([
    new Error('x'),
    new TypeError('x'),
    new AggregateError([]),
    runInNewContext('new RangeError()') as Error,
    Object.create(Error.prototype) as Error,
  ])('keeps %s', (error) => {
    expect(errorFrom(error, 'a hook')).toBe(error);
  });

  it.each([
    undefined,
    null,
    false,
    0,
    Number.NaN,
    '',
    'route',
    'router',
    7n,
    Symbol('s'),
    {},
    { message: 'x', stack: '' },
    [],
    () => 0,
    hostile,
    hostileError,
    Object.create(hostile),
  ])('wraps any other value in an error', (failure) => {
    const error = errorFrom(failure, 'a hook');
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('a hook threw, or rejected with, a value that is not an Error');
    expect(Object.is(error.cause, failure)).toBe(true);
  });
});

describe('isThenable', () => {
  it.each([
    Promise.resolve(),
    runInNewContext('Promise.resolve()'),
    { then: () => 0 },
    Object.assign(() => 0, { then: () => 0 }),
  ])('is true for what can be awaited', (value) => {
    expect(isThenable(value)).toBe(true);
  });

  it.each([undefined, null, 'then', 0, {}, { then: true }, () => 0])('is false for %s', (value) => {
    expect(isThenable(value)).toBe(false);
  });
});
