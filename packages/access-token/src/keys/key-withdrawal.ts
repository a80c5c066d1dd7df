/**
 * The withdrawal of a key, and who wants to be told of it.
 *
 * @module
 */
import type { VerificationKey } from '../jws/signature.js';

const listeners = new WeakMap<VerificationKey, Set<() => void>>();

/** Marks a key as withdrawn and tells those who listen, once the refresh that did it has ended. */
export function withdrawKey(key: VerificationKey): void {
  key.withdrawn = true;
  for (const listener of listeners.get(key) ?? []) queueMicrotask(listener);
  listeners.delete(key);
}

/**
 * Calls a function when a key is withdrawn.
 *
 * @returns Takes the function off again.
 */
export function onKeyWithdrawn(key: VerificationKey, listener: () => void): () => void {
  const all = listeners.get(key) ?? new Set();
  listeners.set(key, all.add(listener));
  return () => {
    all.delete(listener);
  };
}
