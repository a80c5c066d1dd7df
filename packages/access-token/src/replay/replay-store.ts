/**
 * The store of used proofs.
 *
 * @module
 */

/**
 * Stores which proofs were used. Registration is atomic: of all callers that share a store and
 * register one proof, exactly one gets `true`.
 *
 * @see RFC 9449 §11.1
 */
export interface ReplayStore {
  /**
   * Registers a proof.
   *
   * @param proof - 43 characters of base64url: a digest of the key's thumbprint and the proof's `jti`,
   *   from which no part of the proof can be read.
   * @param windowMs - How long the store must keep the proof, in milliseconds: an integer, the same for
   *   every proof.
   * @returns `true`: the proof was not registered before. `false`: it was, within the window. Any other
   *   value is a failure of the store.
   */
  register(proof: string, windowMs: number): boolean | Promise<boolean>;
  /**
   * The time since which the store has kept every proof, in milliseconds since the epoch: set by a
   * store that has lost data. Proofs that may have been created before are not accepted, because they may
   * have been used: the caller gets 503 and tries again with a new proof. Clocks of clients may be ahead, so
   * this takes as long as `clockToleranceSeconds` or, with nonces, until the next nonce but one.
   *
   * If the clocks of the processes differ, add the difference to the time of the loss: a proof that a process
   * with a clock ahead accepted shortly before looks as if it had been created after it.
   *
   * @defaultValue it has never lost any
   */
  readonly notBefore?: number | undefined;
}
