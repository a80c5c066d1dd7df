/**
 * The store of introspection responses that several processes share: the interface that stores implement.
 *
 * @module
 */

/** An introspection response about an active token, and when it was requested. */
export interface IntrospectionRecord {
  /** The members of the response, as the authorization server sent them. Personal data. */
  readonly members: Readonly<Record<string, unknown>>;
  /** When the request was sent, in milliseconds since the epoch. */
  readonly askedAt: number;
}

/**
 * Stores responses about active tokens, so that the processes of a fleet share them. Anyone who can write
 * to it can make any token active: a store must detect what it did not write itself.
 *
 * What a method throws or rejects with counts as a miss: then the authorization server is asked.
 */
export interface IntrospectionCache {
  /**
   * Reads a response.
   *
   * @param key - 43 characters of base64url: a digest of the issuer, the endpoint, the client id and the
   *   token, from which none of them can be read.
   * @returns `undefined` if there is none.
   */
  read(key: string): Promise<IntrospectionRecord | undefined>;
  /**
   * Stores a response.
   *
   * @param lifetimeMs - How long it may be used, in milliseconds: an integer, at least 1.
   */
  write(key: string, record: IntrospectionRecord, lifetimeMs: number): Promise<void>;
  /** Removes a response, because the token is not active any more. */
  remove(key: string): Promise<void>;
}
