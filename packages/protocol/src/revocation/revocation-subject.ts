/**
 * What a token is revoked by.
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
