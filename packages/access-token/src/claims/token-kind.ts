/**
 * Which kinds of JWT count as access tokens.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';

/**
 * Which `typ` an access token may have.
 *
 * `'at+jwt'`: RFC 9068 to the letter, all its claims required. `'auto'`: that `typ`, or `JWT` or
 * none when the token carries `client_id`, `azp`, `cid`, `appid`, `scope` or `scp` and nothing that only
 * ID tokens, logout tokens, events or refresh tokens carry.
 */
export type TypPolicy = 'auto' | 'at+jwt';

// Only access tokens say on whose behalf a client acts, or what it may do.
const ACCESS_TOKEN_CLAIMS = ['client_id', 'azp', 'cid', 'appid', 'scope', 'scp'];
// ID tokens, logout tokens and security event tokens carry one of these.
const OTHER_KINDS_CLAIMS = ['nonce', 'at_hash', 'c_hash', 'events'];
// The `typ` claim of Keycloak, the `token_use` claim of Cognito.
const OTHER_KINDS_TYP = ['ID', 'Refresh', 'Offline', 'Logout'];

/**
 * Checks that a JWT is an access token and not another kind by the same issuer's hand.
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

/** RFC 7515 §4.1.9: media types ignore case, and `application/` may be left out. */
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
