import { describe, expect, it } from 'vitest';
import { askBoolean, type BooleanHookFailure } from './boolean-hook.js';

const CAUSE = new Error('the store is down');

class HookError extends Error {
  readonly failure: BooleanHookFailure;

  constructor(failure: BooleanHookFailure, options?: ErrorOptions) {
    super(failure, options);
    this.failure = failure;
  }
}

function ask(call: () => unknown, timeoutMs = 60_000): ReturnType<typeof askBoolean<HookError>> {
  const createError = (failure: BooleanHookFailure, options?: ErrorOptions): HookError =>
    new HookError(failure, options);
  return askBoolean(call, { timeoutMs, createError });
}

const throwCause = (): never => {
  throw CAUSE;
};

describe('askBoolean', () => {
  it.each([true, false])('returns %s, at once or as a promise', async (answer) => {
    expect(ask(() => answer)).toBe(answer);
    const promised = ask(() => Promise.resolve(answer));
    expect(promised).toBeInstanceOf(Promise);
    expect(await promised).toBe(answer);
  });

  it.each([undefined, null, 0, 1, 'true', {}])('fails by the answer %j', async (answer) => {
    expect(ask(() => answer)).toMatchObject({ failure: 'answer' });
    expect(await ask(() => Promise.resolve(answer))).toMatchObject({ failure: 'answer' });
  });

  it.each<[how: string, call: () => unknown]>([
    ['throws', throwCause],
    ['rejects', () => Promise.reject(CAUSE)],
    ['returns an object whose then() throws', () => ({ then: throwCause })],
  ])('fails by the error of a function that %s', async (_how, call) => {
    expect(await ask(call)).toMatchObject({ failure: 'error', cause: CAUSE });
  });

  it('fails by the timeout when a promise does not settle', async () => {
    expect(await ask(() => new Promise(() => undefined), 1)).toMatchObject({ failure: 'timeout' });
  });
});
