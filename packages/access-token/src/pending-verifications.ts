/**
 * Verifications that wait for keys or for a schema, shared by all callers with the same token.
 *
 * @module
 */
import type { VerifiedAccessToken } from './claims.js';

/**
 * Lets callers with one token wait together: a thousand that come while the keys are fetched cost one
 * signature. Nothing stays when a verification ends, whatever its end.
 */
export class PendingVerifications<Claims> {
  readonly #pending = new Map<string, Promise<VerifiedAccessToken<Claims>>>();

  /** @param digest - Of the token; `undefined` where none are remembered. */
  find(digest: string | undefined): Promise<VerifiedAccessToken<Claims>> | undefined {
    return digest === undefined ? undefined : this.#pending.get(digest);
  }

  /** @returns The same verification, which others find until it ends. */
  share(
    digest: string,
    verification: Promise<VerifiedAccessToken<Claims>>,
  ): Promise<VerifiedAccessToken<Claims>> {
    const shared = verification.finally(() => this.#pending.delete(digest));
    this.#pending.set(digest, shared);
    return shared;
  }
}
