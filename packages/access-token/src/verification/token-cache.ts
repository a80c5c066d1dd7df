/**
 * Tokens that were accepted, remembered by their hash.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { VerifiedAccessToken } from '../claims/verified-token.js';
import type { TokenCacheBounds } from '../options/resolve-options.js';
import { lapseOf } from './token-lapse.js';
import type { Verification } from './verify-token.js';

/** A token as it was accepted, and what has to hold for it to stay so. */
export interface AcceptedToken<Claims> extends Verification {
  /** What all requests share; `undefined` when the schema makes the claims for each of them. */
  readonly shared: VerifiedAccessToken<Claims> | undefined;
}

/**
 * Remembers accepted tokens.
 *
 * The key is the SHA-256 of the whole token: no bearer token stays in memory, and no part of one
 * stands for another. What may change is looked at on every hit; see {@link lapseOf}. Decisions about
 * scopes are not remembered.
 */
export class TokenCache<Claims> {
  readonly #entries: LRUCache<string, AcceptedToken<Claims>>;

  constructor({ maxEntries, maxBytes }: TokenCacheBounds) {
    this.#entries = new LRUCache({ max: maxEntries, maxSize: maxBytes });
  }

  /** What a token is remembered by: its SHA-256, one character an octet to save memory. */
  digestOf(token: string): string {
    return hash('sha256', token, 'binary');
  }

  /**
   * Finds a token that was accepted and still would be.
   *
   * @param digest - Of the token; see {@link TokenCache.digestOf}.
   * @param nowSeconds - Seconds since the epoch.
   */
  recall(digest: string, nowSeconds: number): AcceptedToken<Claims> | undefined {
    const accepted = this.#entries.get(digest);
    if (accepted === undefined) return undefined;
    const lapse = lapseOf(accepted, nowSeconds);
    if (lapse === undefined) return accepted;
    // The clock may be set right, and keys may come back; these two are for good.
    if (lapse === 'expired' || lapse === 'key') this.#entries.delete(digest);
    return undefined;
  }

  /** Remembers an accepted token by its digest, unless it alone is larger than all may be. */
  remember(digest: string, accepted: AcceptedToken<Claims>): void {
    this.#entries.set(digest, accepted, { size: accepted.heapBytes });
  }
}
