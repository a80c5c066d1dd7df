/**
 * Nonces that the server provides for proofs.
 *
 * @module
 */
import type { NoncePolicy } from './proof-policy.js';

/** Creates and checks nonces. */
export interface Nonces {
  /** Returns the nonce to provide now. */
  current(nowMs: number): string;
  /**
   * Checks the nonce of a proof.
   *
   * @returns `'stale'`: accepted, but the response should provide a new one. `undefined`: not accepted.
   */
  check(nonce: string | undefined, nowMs: number): 'current' | 'stale' | undefined;
  /**
   * Returns the earliest time at which a proof with an accepted nonce can have been created, in
   * milliseconds since the epoch. A proof with a nonce is as old as its nonce, whatever its `iat` is.
   */
  createdAtMs(nonce: string, nowMs: number): number;
}

/** Creates the nonces of a policy. */
export function createNonces(_policy: NoncePolicy): Nonces {
  return { current: () => '', check: () => undefined, createdAtMs: () => 0 };
}
