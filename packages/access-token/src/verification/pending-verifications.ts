/**
 * Verifications that wait for keys or for a schema, shared by all callers with the same token.
 *
 * @module
 */

/**
 * Lets callers with one token wait together: a thousand that come while the keys are fetched cost one
 * signature. Nothing stays when a verification ends, whatever its end. What it ends in was true when
 * it was found: callers who joined look at it again.
 */
export class PendingVerifications<Outcome> {
  readonly #pending = new Map<string, Promise<Outcome>>();

  /** @param digest - Of the token; `undefined` where none are remembered. */
  find(digest: string | undefined): Promise<Outcome> | undefined {
    return digest === undefined ? undefined : this.#pending.get(digest);
  }

  /** @returns The same verification, which others find until it ends. */
  share(digest: string, verification: Promise<Outcome>): Promise<Outcome> {
    const shared = verification.finally(() => this.#pending.delete(digest));
    this.#pending.set(digest, shared);
    return shared;
  }
}
