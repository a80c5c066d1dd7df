/**
 * The store of tokens that several processes share: the interface that stores implement.
 *
 * @module
 */

/** A token as processes share it. */
export interface SharedToken {
  /** The token itself. */
  readonly value: string;
  /** The granted scopes. */
  readonly scopes: readonly string[];
}

/** The permission to request a token on behalf of all processes. It ends by itself after a few seconds. */
export interface TokenLease {
  /** Prolongs the lease. @returns `false` when it has ended, so that another process may hold it. */
  extend(): Promise<boolean>;
  /**
   * Stores the token for all processes, and ends the lease. Does nothing if the lease has ended.
   *
   * @param remainingMs - How long the token may be used, in milliseconds: an integer, at least 1.
   */
  fulfill(token: SharedToken, remainingMs: number): Promise<void>;
  /**
   * Ends the lease without a token.
   *
   * @param backOffMs - How long no process should request a token, in milliseconds: an integer, at least 1.
   */
  release(backOffMs: number): Promise<void>;
}

/**
 * What a process that needs a token does next.
 *
 * - `token`: it uses a token that another process has stored, for `remainingMs`.
 * - `lease`: it requests a token for all.
 * - `wait`: another process requests one now; ask again soon. The lease of that process ends in `forMs`
 *   unless it is prolonged.
 * - `back-off`: the authorization server must be left alone for `forMs`.
 */
export type TokenTurn =
  | { readonly turn: 'token'; readonly token: SharedToken; readonly remainingMs: number }
  | { readonly turn: 'lease'; readonly lease: TokenLease }
  | { readonly turn: 'wait' | 'back-off'; readonly forMs: number };

/**
 * Stores tokens, so that the processes of a fleet request one together.
 *
 * When a method throws or rejects, the process requests a token for itself.
 */
export interface TokenStore {
  /**
   * Takes a turn, in one round trip.
   *
   * @param id - 43 characters of base64url: a digest of the issuer, the client, how it authenticates, the
   *   resource, the scopes, the parameters and the key, from which none of them can be read.
   * @param unwanted - The token that the process has, or that was refused: any other is wanted.
   */
  takeTurn(id: string, unwanted: string | undefined): Promise<TokenTurn>;
}
