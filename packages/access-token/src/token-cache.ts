/**
 * Tokens that were accepted, remembered by their hash.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { TimePolicy } from './claim-checks.js';
import type { VerifiedAccessToken } from './claims.js';
import type { KeySet } from './key-set.js';
import type { VerificationKey } from './signature.js';
import type { Verification } from './verify.js';

interface Entry<Claims> {
  readonly token: VerifiedAccessToken<Claims>;
  readonly key: VerificationKey;
  readonly keySet: KeySet;
  /** Seconds since the epoch, tolerance included. */
  readonly validFrom: number;
  readonly validUntil: number;
}

/**
 * Remembers accepted tokens.
 *
 * The key is the SHA-256 of the whole token: no bearer token stays in memory, and no part of one
 * stands for another. What may change is looked at on every hit: the clock, and whether the key
 * still is in a key set that can be used. Decisions about scopes are not remembered.
 */
export class TokenCache<Claims> {
  readonly #entries: LRUCache<string, Entry<Claims>>;
  readonly #toleranceSeconds: number;

  /** @param maxEntries - The most tokens that are remembered; at least 1. */
  constructor(maxEntries: number, { clockToleranceSeconds }: TimePolicy) {
    this.#entries = new LRUCache({ max: maxEntries });
    this.#toleranceSeconds = clockToleranceSeconds;
  }

  /** What a token is remembered by: its SHA-256. */
  digestOf(token: string): string {
    return hash('sha256', token, 'base64url');
  }

  /**
   * Finds a token that was accepted and still would be.
   *
   * @param digest - Of the token; see {@link TokenCache.digestOf}.
   * @param nowSeconds - Seconds since the epoch.
   */
  recall(digest: string, nowSeconds: number): VerifiedAccessToken<Claims> | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    if (entry.key.withdrawn || nowSeconds >= entry.validUntil) {
      this.#entries.delete(digest);
      return undefined;
    }
    if (nowSeconds < entry.validFrom || !entry.keySet.isUsable()) return undefined;
    return entry.token;
  }

  /** Remembers an accepted token by its digest. */
  remember(
    digest: string,
    { times, key, keySet }: Verification,
    verified: VerifiedAccessToken<Claims>,
  ): void {
    const validFrom = Math.max(times.notBefore ?? 0, times.issuedAt ?? 0);
    this.#entries.set(digest, {
      token: verified,
      key,
      keySet,
      validFrom: validFrom - this.#toleranceSeconds,
      validUntil: times.expiresAt + this.#toleranceSeconds,
    });
  }
}
