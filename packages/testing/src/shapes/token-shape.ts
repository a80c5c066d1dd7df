/**
 * What a token format consists of.
 *
 * @module
 */

/** The members of a JOSE header or a claims set; `undefined` members are omitted. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/** The content of a token, independent of its format. */
export interface TokenFacts {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** The scopes, space-delimited. */
  readonly scope: string | undefined;
  readonly clientId: string;
  /** The user; `undefined` when the client acts on its own behalf. */
  readonly user: string | undefined;
  /** In seconds since the epoch. */
  readonly issuedAt: number;
  /** In seconds since the epoch. */
  readonly expiresAt: number;
  readonly kid: string;
}

/** The header without `alg` and `kid`, and the claims. `undefined` members are omitted. */
export interface ShapedToken {
  readonly header: JsonMembers;
  readonly claims: JsonMembers;
}

/** The tokens of one authorization server, and where it publishes its keys. */
export interface TokenShape {
  /** How its access tokens differ from RFC 9068, in one line. */
  readonly explanation: string;
  /** Writes an access token. */
  readonly accessToken: (facts: TokenFacts) => ShapedToken;
  /**
   * Writes an ID token, as issued after a login with a `nonce`; absent when the server's access tokens are
   * ID tokens.
   */
  readonly idToken?: (facts: TokenFacts) => ShapedToken;
  /** Returns the URL of the JWKS of an issuer with an identifier in the form of this server. */
  readonly jwksUri: (issuer: string) => string;
  /** Returns the audience of every token of an issuer; absent when it depends on the API. */
  readonly audience?: (issuer: string) => string;
}

/** The header of most JWTs. */
export const JWT: JsonMembers = { typ: 'JWT' };

/** Writes the issuer and the times. */
export function issuerAndTimes({ issuer, issuedAt, expiresAt }: TokenFacts): JsonMembers {
  return { iss: issuer, iat: issuedAt, exp: expiresAt };
}
