/**
 * Recent lookups that found no issuer.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** A lookup that found no issuer. */
export interface Miss {
  /** When the issuer may be looked up again, in milliseconds since the epoch. */
  readonly until: number;
  /** Why it is not known whether the issuer is trusted; `undefined` for an unknown issuer. */
  readonly failure: Error | undefined;
}

const MAX_MISSES = 1_000;

/**
 * Caches lookups that found no issuer, so that each made-up issuer costs one call of the application's
 * function and not one per request. Keys are digests, so that long issuers need no more memory.
 */
export class RecentMisses {
  readonly #misses = new LRUCache<string, Miss & { readonly since: number }>({ max: MAX_MISSES });

  /** @param now - Milliseconds since the epoch. */
  find(issuer: string, now: number): Miss | undefined {
    if (this.#misses.size === 0) return undefined;
    const miss = this.#misses.get(digestOf(issuer));
    // If the clock is set back, the entry must not last longer.
    return miss !== undefined && now >= miss.since && now < miss.until ? miss : undefined;
  }

  /** @param now - Milliseconds since the epoch. */
  add(issuer: string, miss: Miss, now: number): void {
    this.#misses.set(digestOf(issuer), { ...miss, since: now });
  }

  delete(issuer: string): void {
    this.#misses.delete(digestOf(issuer));
  }

  clear(): void {
    this.#misses.clear();
  }
}

function digestOf(issuer: string): string {
  return hash('sha256', issuer, 'binary');
}
