/**
 * Which kinds of JWT count as access tokens.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';
import { CLIENT_ID_CLAIMS } from './identity.js';

/**
 * Which `typ` an access token may have.
 *
 * `'at+jwt'`: exactly as RFC 9068 requires, with all claims that it requires. `'auto'`: `at+jwt`,
 * or `JWT` or no `typ` when the token has `client_id`, `azp`, `cid`, `appid`, `scope` or `scp` and
 * no claim that only ID tokens, logout tokens, security events or refresh tokens have.
 */
export type TypPolicy = 'auto' | 'at+jwt';

// An access token has a claim for its client or its scope.
const ACCESS_TOKEN_CLAIMS = [...CLIENT_ID_CLAIMS, 'scope', 'scp'];
// ID tokens, logout tokens and security event tokens have one of these.
const OTHER_KINDS_CLAIMS = ['nonce', 'at_hash', 'c_hash', 'events'];
// Keycloak writes the kind of a token into the claim `typ`; Cognito writes it into `token_use`.
const OTHER_KINDS_TYP = ['ID', 'Refresh', 'Offline', 'Logout'];
const RFC_9068_CLAIMS = ['sub', 'client_id', 'iat', 'jti'];

/**
 * Checks that a JWT is an access token, not another kind of token from the same issuer.
 *
 * @throws InvalidTokenError `typ`
 * @see RFC 9068 §2.1, §4; RFC 8725 §3.11, §3.12; RFC 7515 §4.1.9
 */
export function assertAccessTokenKind(
  header: JsonObject,
  claims: JsonObject,
  policy: TypPolicy,
): void {
  const typ = mediaType(member(header, 'typ'));
  if (typ === 'at+jwt') return;
  const isUntyped = typ === undefined || typ === 'jwt';
  if (policy === 'at+jwt' || !isUntyped || !looksLikeAccessToken(claims)) {
    throw new InvalidTokenError('typ');
  }
}

/**
 * Checks that the claims that RFC 9068 requires, and that no other check requires, are present.
 *
 * @throws InvalidTokenError `claim`
 * @see RFC 9068 §2.2
 */
export function assertRequiredClaims(claims: JsonObject): void {
  const claim = RFC_9068_CLAIMS.find((name) => !Object.hasOwn(claims, name));
  if (claim !== undefined) throw new InvalidTokenError('claim', { claim, problem: 'missing' });
}

/**
 * RFC 7515 §4.1.9: media types are case-insensitive, and the prefix `application/` may be omitted.
 */
function mediaType(typ: unknown): string | undefined {
  if (typ === undefined) return undefined;
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
}

function looksLikeAccessToken(claims: JsonObject): boolean {
  const has = (name: string): boolean => Object.hasOwn(claims, name);
  return (
    ACCESS_TOKEN_CLAIMS.some(has) &&
    !OTHER_KINDS_CLAIMS.some(has) &&
    member(claims, 'token_use') !== 'id' &&
    !OTHER_KINDS_TYP.some((typ) => member(claims, 'typ') === typ)
  );
}
