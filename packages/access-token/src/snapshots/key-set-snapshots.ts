/**
 * The store of key sets that several processes share: the interface that stores implement.
 *
 * @module
 */

/** The JWKS of one successful response. */
export interface KeySetSnapshot {
  /** The document, as the issuer sent it. */
  readonly jwks: unknown;
  /** The URL of the JWKS. */
  readonly url: string;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly fetchedAt: number;
  /** The freshness lifetime of the response headers, in milliseconds; `undefined` if they have none. */
  readonly lifetimeMs?: number | undefined;
}

/**
 * Stores the last key set of each issuer, so that a process that starts while the issuer is unavailable can
 * verify tokens. Anyone who can write to it can add a key and create tokens: a store must detect what it
 * did not write itself.
 *
 * What a method throws or rejects with never reaches a request.
 */
export interface KeySetSnapshots {
  /**
   * Reads the snapshot of an issuer; called when its keys are needed for the first time, and again only if that
   * failed.
   *
   * @param issuer - The issuer identifier.
   * @returns `undefined` if there is none.
   */
  read(issuer: string): Promise<KeySetSnapshot | undefined>;
  /**
   * Stores the snapshot of an issuer; called after successful responses.
   *
   * @param issuer - The issuer identifier.
   * @param lifetimeMs - How long it may be used, in milliseconds: an integer, at least 1.
   */
  write(issuer: string, snapshot: KeySetSnapshot, lifetimeMs: number): Promise<void>;
}
