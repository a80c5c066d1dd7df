/**
 * Which kinds of JWT count as access tokens.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';
import { CLIENT_ID_CLAIMS } from './identity.js';

/**
 * Which JWTs count as access tokens.
 *
 * - `'at+jwt'`: exactly those of RFC 9068: the header parameter `typ` is `at+jwt`, and all claims
 *   that the RFC requires are present.
 * - `'auto'`: `at+jwt`, or `JWT` or no `typ` when the token has `client_id`, `azp`, `cid`, `appid`,
 *   `scope` or `scp`, and nothing marks it as another kind of token.
 * - `'jwt'`: `at+jwt`, `JWT` or no `typ`, unless something marks the token as another kind. For
 *   issuers whose tokens have neither a client nor a scope. An ID token without `nonce`, `at_hash`
 *   and `c_hash` cannot be recognized then: `audience` must not be the id of a client for which the
 *   issuer also issues ID tokens, unless those are meant to be accepted (Firebase).
 *
 * With `'auto'` and `'jwt'`, another kind of token is recognized by the claims `nonce`, `at_hash`,
 * `c_hash` and `events`, and by the values of `typ`, `token_use`, `token_type` and `type` that mark ID,
 * refresh and logout tokens. `nonce` alone does not count when the issuer marks the token as an access
 * token: by `typ: 'Bearer'`, by `token_use: 'access'`, or by `scope` or `scp` together with the id of
 * the client.
 */
export type TypPolicy = 'auto' | 'at+jwt' | 'jwt';

const SCOPE_CLAIMS = ['scope', 'scp'];
/** The claims of which an access token has at least one: for its client or its scope. */
export const ACCESS_TOKEN_CLAIMS: readonly string[] = Object.freeze([
  ...CLIENT_ID_CLAIMS,
  ...SCOPE_CLAIMS,
]);
// ID tokens have one of the first two, logout tokens and security event tokens have the last.
const OTHER_KINDS_CLAIMS = ['at_hash', 'c_hash', 'events'];
// In lower case. Keycloak writes the kind of a token into the claim `typ`, Cognito into `token_use`,
// and libraries that issue access and refresh tokens into `token_type` or `type`.
const OTHER_KINDS = ['id', 'id_token', 'refresh', 'refresh_token'];
const OTHER_KINDS_BY_CLAIM: readonly (readonly [claim: string, kinds: readonly string[]])[] = [
  ['typ', [...OTHER_KINDS, 'serialized-id', 'offline', 'logout']],
  ['token_use', OTHER_KINDS],
  ['token_type', OTHER_KINDS],
  ['type', OTHER_KINDS],
];
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
  if (policy === 'at+jwt' || !isPlain(typ) || !isAcceptable(claims, policy)) {
    throw new InvalidTokenError('typ');
  }
}

/** Whether the header leaves the kind of token open: its `typ` is `JWT` or absent. */
export function isPlainJwt(header: JsonObject): boolean {
  return isPlain(mediaType(member(header, 'typ')));
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
 * Lists the claims that mark a token as another kind, such as an ID token or a refresh token.
 *
 * @returns The names of the claims; empty when the token may be an access token.
 * @see OpenID Connect Core §2, §3.3.2.11; OpenID Connect Back-Channel Logout §2.4; RFC 8417 §2.2
 */
export function listOtherKindMarks(claims: JsonObject): readonly string[] {
  const marks = OTHER_KINDS_CLAIMS.filter((name) => Object.hasOwn(claims, name));
  for (const [name, kinds] of OTHER_KINDS_BY_CLAIM) {
    const value = member(claims, name);
    if (typeof value === 'string' && kinds.includes(value.toLowerCase())) marks.push(name);
  }
  // Some issuers copy the `nonce` of the authorization request into access tokens as well.
  if (Object.hasOwn(claims, 'nonce') && !isMarkedAsAccessToken(claims)) marks.push('nonce');
  return marks;
}

/**
 * RFC 7515 §4.1.9: media types are case-insensitive, and the prefix `application/` may be omitted.
 */
export function mediaType(typ: unknown): string | undefined {
  if (typ === undefined) return undefined;
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
}

function isPlain(typ: string | undefined): boolean {
  return typ === undefined || typ === 'jwt';
}

function isAcceptable(claims: JsonObject, policy: TypPolicy): boolean {
  const hasMark = policy === 'jwt' || hasAny(claims, ACCESS_TOKEN_CLAIMS);
  return hasMark && listOtherKindMarks(claims).length === 0;
}

/** Keycloak writes `typ`, Cognito `token_use`; no ID token has both a scope and a client id. */
function isMarkedAsAccessToken(claims: JsonObject): boolean {
  return (
    member(claims, 'typ') === 'Bearer' ||
    member(claims, 'token_use') === 'access' ||
    (hasAny(claims, SCOPE_CLAIMS) && hasAny(claims, CLIENT_ID_CLAIMS))
  );
}

function hasAny(claims: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(claims, name));
}
