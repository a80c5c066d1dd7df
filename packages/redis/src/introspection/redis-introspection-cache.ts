/**
 * Introspection responses in Redis.
 *
 * @module
 */
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { SealedStoreParts } from '../store-parts.js';

/** A response about an active token. */
export interface CachedResponse {
  /** The members of the response. */
  readonly members: Readonly<Record<string, unknown>>;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly askedAt: number;
}

/** Sealed introspection responses for all processes of a fleet: an `IntrospectionCache` of @scopegate/access-token. */
export interface RedisIntrospectionCache {
  /** Reads a response; `undefined` if there is none, or none that this fleet has written. */
  read(key: string): Promise<CachedResponse | undefined>;
  /** Stores a response for `lifetimeMs`. */
  write(key: string, record: CachedResponse, lifetimeMs: number): Promise<void>;
  /** Removes a response. */
  remove(key: string): Promise<void>;
}

/** Creates the cache. */
export function createRedisIntrospectionCache(_parts: SealedStoreParts): RedisIntrospectionCache {
  const refuse = (): Promise<never> => Promise.reject(new StoreUnavailableError('connection'));
  return Object.freeze({ read: refuse, write: refuse, remove: refuse });
}
