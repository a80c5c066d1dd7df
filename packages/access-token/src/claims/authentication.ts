/**
 * How and when the user of a token was authenticated.
 *
 * @module
 */
import { type JsonObject, member } from '../jws/json-object.js';
import { readString } from './string-claims.js';

/** The authentication of the user that a token contains. */
export interface UserAuthentication {
  readonly authenticationContext: string | undefined;
  readonly authenticatedAt: number | undefined;
  readonly sessionId: string | undefined;
}

/**
 * Reads `acr`, `auth_time` and `sid`.
 *
 * An `acr` or an `auth_time` of another type is treated as absent, because only routes that require an
 * authentication depend on them, and an absent one is never sufficient. A session that cannot be read
 * could not be revoked, so `sid` must be a string.
 *
 * @throws InvalidTokenError `claim`: `sid` is not a string.
 * @see RFC 9470 §6.1; OpenID Connect Core 1.0 §2; OpenID Connect Back-Channel Logout 1.0 §2.1
 */
export function readAuthentication(claims: JsonObject): UserAuthentication {
  const acr = member(claims, 'acr');
  const authTime = member(claims, 'auth_time');
  return {
    authenticationContext: typeof acr === 'string' ? acr : undefined,
    authenticatedAt: typeof authTime === 'number' && authTime >= 0 ? authTime : undefined,
    sessionId: readString(claims, 'sid'),
  };
}
