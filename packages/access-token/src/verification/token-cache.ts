/**
 * The cache of accepted tokens.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { VerifiedAccessToken } from '../claims/verified-token.js';
import type { TokenCacheBounds } from '../options/resolve-options.js';
import { lapseOf } from './token-lapse.js';
import type { Verification } from './verify-token.js';

/** A token that was accepted, and the conditions under which it stays acceptable. */
export interface AcceptedToken<Claims> extends Verification {
  /**
   * The token that all requests share; `undefined` when the schema creates the claims for each
   * request.
   */
  readonly shared: VerifiedAccessToken<Claims> | undefined;
}

/**
 * Caches accepted tokens.
 *
 * The key is the SHA-256 of the whole token, so that no bearer token stays in memory and two tokens
 * never share an entry. What may change is checked on every hit; see {@link lapseOf}. Decisions about
 * scopes are not cached.
 */
export class TokenCache<Claims> {
  readonly #entries: LRUCache<string, AcceptedToken<Claims>>;

  constructor({ maxEntries, maxBytes }: TokenCacheBounds) {
    this.#entries = new LRUCache({ max: maxEntries, maxSize: maxBytes });
  }

  /** The key of a token: its SHA-256, as one character per byte to save memory. */
  digestOf(token: string): string {
    return hash('sha256', token, 'binary');
  }

  /**
   * Returns a token that was accepted and still is acceptable.
   *
   * @param digest - Of the token; see {@link TokenCache.digestOf}.
   * @param nowSeconds - Seconds since the epoch.
   */
  get(digest: string, nowSeconds: number): AcceptedToken<Claims> | undefined {
    const accepted = this.#entries.get(digest);
    if (accepted === undefined) return undefined;
    const lapse = lapseOf(accepted, nowSeconds);
    if (lapse === undefined) return accepted;
    // These two are final; a clock may still be corrected, and keys may become available again.
    if (lapse === 'expired' || lapse === 'key') this.#entries.delete(digest);
    return undefined;
  }

  /** Stores an accepted token, unless it alone exceeds the size of the cache. */
  set(digest: string, accepted: AcceptedToken<Claims>): void {
    this.#entries.set(digest, accepted, { size: accepted.heapBytes });
  }
}
