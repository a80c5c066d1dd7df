/**
 * The withdrawal of keys, and its listeners.
 *
 * @module
 */
import type { VerificationKey } from '../jws/signature.js';

const listeners = new WeakMap<VerificationKey, Set<() => void>>();

/** Marks a key as withdrawn and calls its listeners after the refresh that withdrew it. */
export function withdrawKey(key: VerificationKey): void {
  key.withdrawn = true;
  for (const listener of listeners.get(key) ?? []) queueMicrotask(listener);
  listeners.delete(key);
}

/**
 * Calls a function when a key is withdrawn.
 *
 * @returns A function that removes the listener.
 */
export function onKeyWithdrawn(key: VerificationKey, listener: () => void): () => void {
  const all = listeners.get(key) ?? new Set();
  listeners.set(key, all.add(listener));
  return () => {
    all.delete(listener);
  };
}
