/**
 * Hooks of an application with mistakes in them.
 *
 * @module
 */
import { runInNewContext } from 'node:vm';

/** Values that no hook should return, by name; none of them means yes. */
export const ODD_VALUES: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  false: () => false,
  zero: () => 0,
  NaN: () => Number.NaN,
  'empty string': () => '',
  route: () => 'route',
  router: () => 'router',
  text: () => 'no',
  bigint: () => 0n,
  symbol: () => Symbol('no'),
  object: () => ({}),
  frozen: () => Object.freeze({}),
  array: () => [],
  function: () => () => true,
  error: () => new Error('no'),
  'error of another realm': (): unknown => runInNewContext('new Error("no")'),
  issues: () => ({ issues: [] }),
  'zod result': () => ({ success: false }),
  'promise of another realm': (): unknown => runInNewContext('Promise.resolve({ issues: [] })'),
  // If it is only a value, no one has to handle it.
  'rejection of another realm': (): unknown =>
    runInNewContext('const value = Promise.reject(); value.catch(() => 0); value;'),
  thenable: () => ({
    then: (done: (value: unknown) => void) => {
      done({ issues: [] });
    },
  }),
  'rejecting thenable': () => ({
    then: (_done: unknown, fail: (reason: unknown) => void) => {
      fail(undefined);
    },
  }),
  'thenable that throws': () => ({
    then: () => {
      throw undefined; // eslint-disable-line @typescript-eslint/only-throw-error -- what is tested
    },
  }),
  'thenable that never settles': () => ({ then: () => undefined }),
};

/** How a hook returns a value, by name. */
export const ODD_WAYS: Readonly<Record<string, (value: unknown) => unknown>> = {
  returns: (value) => value,
  throws: (value) => {
    throw value;
  },
  resolves: (value) => Promise.resolve(value),
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested
  rejects: (value) => Promise.reject(value),
  'resolves late': (value) =>
    new Promise((resolve) => {
      setImmediate(resolve, value);
    }),
  'rejects late': (value) =>
    new Promise((_resolve, reject) => {
      setImmediate(reject, value);
    }),
  'never settles': () => new Promise(() => undefined),
};
