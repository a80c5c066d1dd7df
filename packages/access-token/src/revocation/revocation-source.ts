/**
 * Where the verifier learns that a token was revoked: the interfaces that applications implement.
 *
 * @module
 */

/** What identifies a token for its revocation. Contains neither the token nor its digest. Frozen. */
export interface RevocationSubject {
  /** The issuer, as configured. */
  readonly issuer: string;
  /** The claim `jti`. */
  readonly tokenId: string | undefined;
  /** The claim `sub`; unique only together with the issuer. */
  readonly subject: string | undefined;
  /** The client id. */
  readonly clientId: string | undefined;
  /** The claim `sid`: the user's session at the authorization server. */
  readonly sessionId: string | undefined;
  /** The claim `iat`, in seconds since the epoch. */
  readonly issuedAt: number | undefined;
  /** The claim `exp`, in seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Revocations in the memory of this process, such as {@link createRevocationList} creates, or a list that
 * something keeps current.
 */
export interface RevocationSource {
  /**
   * Grows with every revocation, so that a token that was checked at this version need not be checked
   * again.
   */
  readonly version: number;
  /**
   * Whether the absence of a revocation can be relied on now; otherwise the request gets 503.
   *
   * @param nowMs - Milliseconds since the epoch.
   */
  isCurrent(nowMs: number): boolean;
  /** Whether a token was revoked. Must return at once. */
  isRevoked(token: RevocationSubject): boolean;
}

/** A function of the application that checks whether a token was revoked. */
export interface RevocationHook {
  /**
   * Whether a token was revoked. Called once for every request whose token is acceptable so far.
   *
   * If it throws, rejects, returns anything but a boolean, or does not settle within `timeoutMs`, the
   * request gets 503. To accept the token then, catch the error and return `false`.
   */
  readonly isRevoked: (token: RevocationSubject) => boolean | Promise<boolean>;
  /**
   * How long it may take, in milliseconds. 1 to 60,000.
   *
   * @defaultValue `1_000`
   */
  readonly timeoutMs?: number | undefined;
}
