/**
 * What a verified access token says, by the names of its claims.
 *
 * @module
 */

/** The JWT Claims Set of an access token, frozen in depth. RFC 7519 §4.1, RFC 9068 §2.2. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string | readonly string[];
  /** Seconds since the epoch. */
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly sub?: string;
  readonly client_id?: string;
  readonly jti?: string;
  readonly scope?: unknown;
  readonly [name: string]: unknown;
}

/**
 * Who acts: a client for itself, a user through a client, or neither can be told.
 *
 * `'user'` means that `sub` is not the id of the client, and that the token does not look like those
 * that Auth0, Entra ID or Keycloak give to clients for themselves. Tokens of Entra ID are a user's by
 * `scp` or `idtyp: 'user'`, those of Keycloak by `sid`, `session_state` or an ordinary
 * `preferred_username`; without such a mark they are `'unknown'`, or a client's where they say so.
 * With any other issuer it rests on `sub` alone: RFC 9068 §2.2 has the issuer put the client's id
 * there when a client acts for itself.
 *
 * @see RFC 9068 §2.2 (`sub` of client credentials); RFC 9700 §4.15.1
 */
export type Principal = 'client' | 'user' | 'unknown';

declare const verified: unique symbol;

/**
 * An access token after every check passed. Immutable in depth: it may be shared by requests.
 *
 * Only a verifier makes one. The token itself is not in it.
 */
export interface VerifiedAccessToken<Claims = AccessTokenClaims> {
  readonly [verified]: true;
  /** The issuer, as configured. */
  readonly issuer: string;
  /** `sub`; unique for its issuer only. */
  readonly subject: string | undefined;
  /** `client_id`, else `azp`, else `cid`, else `appid`. */
  readonly clientId: string | undefined;
  /** `aud`, or what the option `audienceClaim` names in its place; always as a list. */
  readonly audience: readonly string[];
  /** All scope-tokens of the claims that are read for scope. */
  readonly scopes: ReadonlySet<string>;
  /** `iat`, seconds since the epoch. */
  readonly issuedAt: number | undefined;
  /** `exp`, seconds since the epoch. */
  readonly expiresAt: number;
  /** `jti`. */
  readonly tokenId: string | undefined;
  /** Who acts; `'unknown'` where the claims leave it open. See {@link Principal}. */
  readonly principal: Principal;
  /** All claims, or what the `claims` schema made of them. */
  readonly claims: Claims;
  /** The JOSE header. */
  readonly header: Readonly<Record<string, unknown>>;
}
