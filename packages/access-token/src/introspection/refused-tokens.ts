/**
 * Tokens that an authorization server has recently called inactive, or that were refused for what it said.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { LRUCache } from 'lru-cache';
import { findRefusalOrigin, noteRefusalOrigin, type RefusalOrigin } from '../refusal-origin.js';

/** Separate from the cache of accepted tokens, so that made-up tokens evict none of them. */
const MAX_ENTRIES = 1_000;

/** The request that a refusal is based on. */
export interface RefusingRequest {
  /** When it was sent, in milliseconds since the epoch. */
  readonly askedAt: number;
  /** Its number: later requests have higher ones. */
  readonly order: number;
}

interface Refusal extends Pick<InvalidTokenError, 'reason' | 'claim' | 'problem'>, RefusingRequest {
  readonly origin: RefusalOrigin | undefined;
}

/** Caches refusals for a short time. The key is the digest of the token. */
export class RefusedTokens {
  readonly #entries = new LRUCache<string, Refusal>({ max: MAX_ENTRIES });
  readonly #lifetimeMs: number;

  /** @param lifetimeSeconds - How long a token is refused without another request. */
  constructor(lifetimeSeconds: number) {
    this.#lifetimeMs = lifetimeSeconds * 1_000;
  }

  /**
   * Finds the refusal of a token.
   *
   * @param nowMs - Milliseconds since the epoch.
   * @returns A new error each time, because guards add to it what their own route requires.
   */
  find(digest: string, nowMs: number): InvalidTokenError | undefined {
    const refusal = this.#entries.get(digest);
    if (refusal === undefined) return undefined;
    const ageMs = nowMs - refusal.askedAt;
    // The clock may have been set back.
    const isKnown = ageMs >= 0 && ageMs < this.#lifetimeMs;
    if (!isKnown) return undefined;
    const error = new InvalidTokenError(refusal.reason, refusal);
    if (refusal.origin !== undefined) noteRefusalOrigin(error, refusal.origin);
    return error;
  }

  /** Whether the response to a later request has called the token inactive. */
  isOutdated(digest: string, order: number): boolean {
    const refusal = this.#entries.get(digest);
    return refusal?.reason === 'inactive' && refusal.order > order;
  }

  /** Adds a refused token, unless the response to a later request has called it inactive. */
  add(digest: string, error: InvalidTokenError, { askedAt, order }: RefusingRequest): void {
    if (this.isOutdated(digest, order)) return;
    const { reason, claim, problem } = error;
    this.#entries.set(digest, {
      reason,
      claim,
      problem,
      askedAt,
      order,
      origin: findRefusalOrigin(error),
    });
  }

  /** Removes a token that is active. */
  delete(digest: string): void {
    this.#entries.delete(digest);
  }
}
