/**
 * What functions of the application throw, return and forget.
 *
 * @module
 */
import { types } from 'node:util';

/** How long a hook may take before its promise is given up. */
export const HOOK_DEADLINE_MS = 10_000;

/**
 * Makes an Error of what a hook threw or rejected with.
 *
 * Express takes a falsy error for "go on" and `'route'` and `'router'` for "skip": only an Error may
 * reach its `next`.
 *
 * @param hook - What failed, as the subject of a sentence.
 * @returns The failure itself when it is an Error; otherwise a new Error with it as its `cause`.
 */
export function errorFrom(failure: unknown, hook: string): Error {
  if (isError(failure)) return failure;
  return new Error(`${hook} threw, or rejected with, a value that is not an Error`, {
    cause: failure,
  });
}

/**
 * Whether a value is an Error, of any realm.
 *
 * A proxy of one is not: every look at it runs code that may throw.
 */
export function isError(value: unknown): value is Error {
  // Errors of another realm too, as Node's own are under Jest.
  if (types.isNativeError(value)) return true;
  if (types.isProxy(value)) return false;
  try {
    return value instanceof Error;
  } catch {
    return false; // a proxy among its prototypes may throw
  }
}

/** Whether a value can be awaited: a promise of any realm or library. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as { readonly then?: unknown }).then === 'function';
}

/**
 * Waits for a hook, and no longer than {@link HOOK_DEADLINE_MS}.
 *
 * @param hook - What is waited for, as the subject of a sentence.
 * @throws Error (rejects) It did not settle in time; what it rejects with is passed on.
 */
export async function settleInTime<Value>(
  promised: PromiseLike<Value>,
  hook: string,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    const error = new Error(`${hook} did not settle within ${HOOK_DEADLINE_MS / 1000} seconds`);
    timer = setTimeout(reject, HOOK_DEADLINE_MS, error).unref();
  });
  try {
    return await Promise.race([promised, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
