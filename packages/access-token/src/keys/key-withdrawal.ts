/**
 * The withdrawal of keys, and its listeners.
 *
 * @module
 */
import { EndListeners } from '../end-listeners.js';
import type { VerificationKey } from '../jws/signature.js';

const listeners = new EndListeners<VerificationKey>();

/** Marks a key as withdrawn and calls its listeners after the refresh that withdrew it. */
export function withdrawKey(key: VerificationKey): void {
  key.withdrawn = true;
  listeners.end(key);
}

/**
 * Calls a function when a key is withdrawn.
 *
 * @returns A function that removes the listener.
 */
export function onKeyWithdrawn(key: VerificationKey, listener: () => void): () => void {
  return listeners.add(key, listener);
}
