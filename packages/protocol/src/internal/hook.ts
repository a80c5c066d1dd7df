/**
 * Handles hooks, which are functions of the application: what they throw or return, and promises
 * that never settle.
 *
 * @module
 */
import { types } from 'node:util';

/** How long the promise of a hook may take. */
export const HOOK_DEADLINE_MS = 10_000;

/**
 * Creates an Error from what a hook threw or rejected with.
 *
 * Only an Error may reach `next`, because Express continues after a falsy value and skips routes after
 * `'route'` and `'router'`.
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
 * A proxy of an Error is not one, because every access to it runs code that may throw.
 */
export function isError(value: unknown): value is Error {
  // Includes errors of other realms: under Jest, Node's own errors are from another realm.
  if (types.isNativeError(value)) return true;
  if (types.isProxy(value)) return false;
  try {
    return value instanceof Error;
  } catch {
    return false; // A proxy among its prototypes may throw.
  }
}

/** Whether a value can be awaited: a promise of any realm or library. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as { readonly then?: unknown }).then === 'function';
}

/**
 * Waits for a hook, for {@link HOOK_DEADLINE_MS} at most.
 *
 * @param hook - The hook, as the subject of a sentence.
 * @throws Error (rejects) The hook did not settle in time. Its own rejection is passed on.
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
