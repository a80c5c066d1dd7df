/**
 * Verified access tokens.
 *
 * @module
 */
import type { AuthorizationDetail } from './authorization-details.js';
import type { Confirmation } from './confirmation.js';

/**
 * The claims of an access token, deeply frozen: the JWT Claims Set (RFC 7519 §4.1, RFC 9068 §2.2), or the
 * introspection response (RFC 7662 §2.2), in which `iss`, `aud` and `exp` are added if it lacks them.
 */
export interface AccessTokenClaims {
  /** The issuer. RFC 7519 §4.1.1. */
  readonly iss: string;
  /** The audience. RFC 7519 §4.1.3. */
  readonly aud: string | readonly string[];
  /** The expiration time, in seconds since the epoch. RFC 7519 §4.1.4. */
  readonly exp: number;
  /** The time before which the token is not accepted, in seconds since the epoch. RFC 7519 §4.1.5. */
  readonly nbf?: number;
  /** The time of issue, in seconds since the epoch. RFC 7519 §4.1.6. */
  readonly iat?: number;
  /** The subject. RFC 7519 §4.1.2. */
  readonly sub?: string;
  /** The client. RFC 8693 §4.3. */
  readonly client_id?: string;
  /** The id of the token. RFC 7519 §4.1.7. */
  readonly jti?: string;
  /** The scope: a space-delimited string, or an array where the issuer writes one. RFC 8693 §4.2. */
  readonly scope?: unknown;
  /** Any other claim, unchecked. */
  readonly [name: string]: unknown;
}

/**
 * Who acts: `'client'` for a client on its own behalf, `'user'` for a user through a client, `'unknown'`
 * when the token does not show it.
 *
 * `'user'` means that `sub` is not the client id and that the token does not look like those that
 * Auth0, Entra ID or Keycloak issue to clients. Tokens of Entra ID are for a user if they have
 * `scp` or `idtyp: 'user'`, those of Keycloak if they have `sid`, `session_state` or an ordinary
 * `preferred_username`, those of authentik if they have `sid`; without such a marker they are
 * `'unknown'`, or `'client'` if they are marked as such. Those of ZITADEL are always `'unknown'`. For any
 * other issuer `sub` alone decides: RFC 9068 §2.2 requires the client id
 * there when a client acts on its own behalf.
 *
 * @see RFC 9068 §2.2 (`sub` of client credentials); RFC 9700 §4.15.1
 */
export type Principal = 'client' | 'user' | 'unknown';

declare const verified: unique symbol;

/**
 * An access token that passed every check. Deeply immutable, because requests share it.
 *
 * Only a verifier creates one. It does not contain the token itself.
 */
export interface VerifiedAccessToken<Claims = AccessTokenClaims> {
  /** Marks tokens that a verifier created. */
  readonly [verified]: true;
  /**
   * `'jwt'` for a token that was verified here, encrypted or not; `'opaque'` for one that the authorization
   * server was asked about. RFC 7662.
   */
  readonly format: 'jwt' | 'opaque';
  /** The issuer, as configured. */
  readonly issuer: string;
  /** The claim `sub`; unique only together with the issuer. */
  readonly subject: string | undefined;
  /** The client id: the first of the claims `client_id`, `azp`, `cid` and `appid` that is present. */
  readonly clientId: string | undefined;
  /** The values of `aud`, or of the claim that the option `audienceClaim` names. */
  readonly audience: readonly string[];
  /** All scope-tokens of the claims that the option `scopeClaims` names, by name or by path. */
  readonly scopes: ReadonlySet<string>;
  /** The claim `iat`, in seconds since the epoch. */
  readonly issuedAt: number | undefined;
  /**
   * The claim `exp`, in seconds since the epoch. For an opaque token without one, when the authorization
   * server is asked again.
   */
  readonly expiresAt: number;
  /** The claim `jti`. */
  readonly tokenId: string | undefined;
  /**
   * The key or the certificate that the token is bound to, whose possession the caller has proven;
   * `undefined` for a bearer token. RFC 7800 §3.1.
   */
  readonly confirmation: Confirmation | undefined;
  /** Who acts: a client, a user, or unknown. See {@link Principal}. */
  readonly principal: Principal;
  /** The claim `acr`: how the user was authenticated; `undefined` unless it is a string. RFC 9470 §6.1. */
  readonly authenticationContext: string | undefined;
  /**
   * The claim `auth_time`: when the user was authenticated, in seconds since the epoch; `undefined` unless it
   * is a number. RFC 9470 §6.1.
   */
  readonly authenticatedAt: number | undefined;
  /** The claim `sid`: the user's session at the authorization server. */
  readonly sessionId: string | undefined;
  /**
   * The claim `authorization_details`; empty if it is absent. Each has a `type`; its other members are not
   * checked. RFC 9396 §9.1.
   */
  readonly authorizationDetails: readonly AuthorizationDetail[];
  /** All claims, or what the schema `claims` returned for them. */
  readonly claims: Claims;
  /** The JOSE header; of an encrypted token, that of the signed one in it. Empty for an opaque token. */
  readonly header: Readonly<Record<string, unknown>>;
}

/**
 * An access token that passed its own checks. If it is bound, the caller's possession of the key
 * is not proven yet, so it is not a {@link VerifiedAccessToken}.
 */
export type KnownToken<Claims = AccessTokenClaims> = Omit<
  VerifiedAccessToken<Claims>,
  typeof verified
>;

/** Whether a token is not bound, so that nothing is left to prove. */
export function isUnbound<Claims>(token: KnownToken<Claims>): token is VerifiedAccessToken<Claims> {
  return token.confirmation === undefined;
}
