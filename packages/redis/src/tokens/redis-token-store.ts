/**
 * Tokens of a fleet of clients in Redis.
 *
 * @module
 */
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { SealedStoreParts } from '../store-parts.js';

/** A token as processes share it. */
export interface StoredToken {
  /** The token itself. */
  readonly value: string;
  /** The granted scopes. */
  readonly scopes: readonly string[];
}

/** The permission to request a token for all processes of the fleet. */
export interface RedisTokenLease {
  /** Prolongs the lease. @returns `false` when it has ended. */
  extend(): Promise<boolean>;
  /** Stores the token for all processes, and ends the lease. */
  fulfill(token: StoredToken, remainingMs: number): Promise<void>;
  /** Ends the lease without a token; no process should request one for `backOffMs`. */
  release(backOffMs: number): Promise<void>;
}

/** What a process that needs a token does next: a `TokenTurn` of @scopegate/client. */
export type RedisTokenTurn =
  | { readonly turn: 'token'; readonly token: StoredToken; readonly remainingMs: number }
  | { readonly turn: 'lease'; readonly lease: RedisTokenLease }
  | { readonly turn: 'wait' | 'back-off'; readonly forMs: number };

/** Sealed tokens for all processes of a fleet: a `TokenStore` of @scopegate/client. */
export interface RedisTokenStore {
  /** Takes a turn, in one round trip. */
  takeTurn(id: string, unwanted: string | undefined): Promise<RedisTokenTurn>;
}

/** Creates the store of tokens. */
export function createRedisTokenStore(_parts: SealedStoreParts): RedisTokenStore {
  return Object.freeze({
    takeTurn: () => Promise.reject(new StoreUnavailableError('connection')),
  });
}
