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
   * Ends the lease without a token. Does nothing if it has ended.
   *
   * @param backOffMs - How long no process should request a token, in milliseconds: an integer, at least 1.
   */
  release(backOffMs: number): Promise<void>;
  /**
   * Ends the lease, because the tokens of this authorization server cannot be shared. Does nothing if it has
   * ended.
   *
   * @param forMs - How long every process requests its own, in milliseconds: an integer, at least 1.
   */
  decline(forMs: number): Promise<void>;
}

/** What a process that needs a token does next. */
export type TokenTurn =
  | {
      /** It uses this token, which another process has stored. */
      readonly turn: 'token';
      /** The token. */
      readonly token: SharedToken;
      /** How long the token may be used, in milliseconds; more than 0. */
      readonly remainingMs: number;
      /** How long ago the token was stored, in milliseconds; 0 or more. */
      readonly ageMs: number;
    }
  | {
      /** It requests a token for all. */
      readonly turn: 'lease';
      /** Ends when the token is stored, or by itself. */
      readonly lease: TokenLease;
    }
  | {
      /**
       * `wait`: another process requests a token now; take a turn again soon. `back-off`: no process should
       * request a token. `alone`: every process requests its own.
       */
      readonly turn: 'wait' | 'back-off' | 'alone';
      /** For how long, in milliseconds; the lease of `wait` may be prolonged. */
      readonly forMs: number;
    };

/**
 * Stores tokens, so that the processes of a fleet request one together.
 *
 * When a method throws or rejects, the process requests a token for itself.
 */
export interface TokenStore {
  /**
   * Takes a turn, in one round trip.
   *
   * @param id - 43 characters of base64url: a digest of the issuer, the token endpoint, the client, how it
   *   authenticates, the resource, the scopes, the parameters and the key, from which none of them can be read.
   * @param unwanted - The token that the process has, or that an API refused: any other is wanted.
   */
  takeTurn(id: string, unwanted: string | undefined): Promise<TokenTurn>;
}
