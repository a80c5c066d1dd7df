/**
 * Calls functions of the application that answer with a boolean.
 *
 * @module
 */
import { isThenable } from './hook.js';

/** What such a function does instead: it throws or rejects, does not settle in time, or returns something else. */
export type BooleanHookFailure = 'error' | 'timeout' | 'answer';

/** Options of {@link askBoolean}. */
export interface BooleanHook<Failure extends Error> {
  /** How long a promise may take, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Creates what is returned for a failure.
   *
   * @param options - Its `cause` is what the function threw, or rejected with.
   */
  readonly createError: (failure: BooleanHookFailure, options?: ErrorOptions) => Failure;
}

/**
 * Calls a function that must return a boolean, or a promise of one.
 *
 * @returns Its answer, or an error; a promise only if the function returns one. The promise never rejects.
 */
export function askBoolean<Failure extends Error>(
  call: () => unknown,
  hook: BooleanHook<Failure>,
): boolean | Failure | Promise<boolean | Failure> {
  try {
    const answer = call();
    return isThenable(answer) ? outcomeInTime(answer, hook) : outcomeOf(answer, hook);
  } catch (cause) {
    return hook.createError('error', { cause });
  }
}

async function outcomeInTime<Failure extends Error>(
  answer: PromiseLike<unknown>,
  hook: BooleanHook<Failure>,
): Promise<boolean | Failure> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<Failure>((resolve) => {
    timer = setTimeout(() => {
      resolve(hook.createError('timeout'));
    }, hook.timeoutMs).unref();
  });
  try {
    const settled = Promise.resolve(answer).then((value) => outcomeOf(value, hook));
    return await Promise.race([settled, deadline]);
  } catch (cause) {
    return hook.createError('error', { cause });
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOf<Failure extends Error>(
  answer: unknown,
  { createError }: BooleanHook<Failure>,
): boolean | Failure {
  return typeof answer === 'boolean' ? answer : createError('answer');
}
