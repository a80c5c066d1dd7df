/**
 * Verifications that wait for keys or for a schema, shared by all callers with the same token.
 *
 * @module
 */

/**
 * Lets callers with the same token wait together: a thousand requests that arrive while keys are
 * fetched cost one signature check. An entry is removed when its verification ends. Callers who joined
 * check the result again, because time has passed.
 */
export class PendingVerifications<Outcome> {
  readonly #pending = new Map<string, Promise<Outcome>>();

  /** @param digest - Of the token; `undefined` when no tokens are cached. */
  find(digest: string | undefined): Promise<Outcome> | undefined {
    return digest === undefined ? undefined : this.#pending.get(digest);
  }

  /** @returns The same verification; `find` returns it until it settles. */
  share(digest: string, verification: Promise<Outcome>): Promise<Outcome> {
    const shared = verification.finally(() => this.#pending.delete(digest));
    this.#pending.set(digest, shared);
    return shared;
  }
}
