/**
 * The overrides of verified tokens.
 *
 * @module
 */
import type { AuthorizationDetail, Principal } from '@scopegate/access-token';
import { isScopeToken } from '@scopegate/protocol';
import { assertKnownOptions, isPlainObject } from '@scopegate/protocol/internal';
import {
  assertMembers,
  isArrayOfStrings,
  isString,
  type MemberCheck,
  OBJECT,
  STRING,
} from './member-checks.js';
import type { TokenBinding } from './token-binding.js';

/** Overrides of a verified token. All members have defaults. */
export interface VerifiedTokenOverrides {
  /**
   * The issuer identifier.
   *
   * @defaultValue `'https://issuer.example'`
   */
  readonly issuer?: string | undefined;
  /**
   * The `sub` claim.
   *
   * @defaultValue the client identifier: the client acts on its own behalf. RFC 9068 §2.2
   */
  readonly subject?: string | undefined;
  /**
   * The client that the token was issued to.
   *
   * @defaultValue `'test-client'`
   */
  readonly clientId?: string | undefined;
  /**
   * The identifiers of the resource servers that the token is meant for; at least one.
   *
   * @defaultValue `'https://api.example.com'`
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * The scopes, one string each.
   *
   * @defaultValue those of `claims.scope`; otherwise none
   */
  readonly scopes?: readonly string[] | ReadonlySet<string> | undefined;
  /**
   * The time of issue, in seconds since the epoch.
   *
   * @defaultValue now
   */
  readonly issuedAt?: number | undefined;
  /**
   * The time of expiry, in seconds since the epoch.
   *
   * @defaultValue 300 seconds after `issuedAt`
   */
  readonly expiresAt?: number | undefined;
  /**
   * The `jti` claim.
   *
   * @defaultValue a random UUID
   */
  readonly tokenId?: string | undefined;
  /**
   * The kind of caller.
   *
   * @defaultValue `'client'` where the subject is the client identifier, otherwise `'user'`
   */
  readonly principal?: Principal | undefined;
  /**
   * The DPoP key or the client certificate that the token is bound to, or an array with one of each.
   *
   * @defaultValue none: a bearer token
   */
  readonly boundTo?: TokenBinding | readonly TokenBinding[] | undefined;
  /**
   * The format in which the token was sent. An opaque token has no JOSE header.
   *
   * @defaultValue `'jwt'`
   */
  readonly format?: 'jwt' | 'opaque' | undefined;
  /**
   * The `acr` claim: how the user was authenticated. RFC 9470 §6.1.
   *
   * @defaultValue none
   */
  readonly authenticationContext?: string | undefined;
  /**
   * The `auth_time` claim: when the user was authenticated, in seconds since the epoch. RFC 9470 §6.1.
   *
   * @defaultValue none
   */
  readonly authenticatedAt?: number | undefined;
  /**
   * The `sid` claim.
   *
   * @defaultValue none
   */
  readonly sessionId?: string | undefined;
  /**
   * The `authorization_details` claim: objects, each with a string `type`. RFC 9396 §9.1.
   *
   * @defaultValue none
   */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
  /**
   * Claims. They are applied last, and the other members of the token are derived from the result, so
   * `sub` replaces `subject`, for example. `undefined` removes a claim.
   *
   * @defaultValue none
   */
  readonly claims?: object | undefined;
  /**
   * Members of the JOSE header. They are applied last; `undefined` removes a member.
   *
   * @defaultValue `{ typ: 'at+jwt', alg: 'RS256', kid: 'key-1' }`; `{}` for an opaque token
   */
  readonly header?: object | undefined;
}

/** A string or a non-empty array of strings. */
export const STRINGS: MemberCheck = [isStrings, 'must be a string or a non-empty array of strings'];
/** A number of seconds. */
export const SECONDS: MemberCheck = [isSeconds, 'must be a number of seconds since the epoch'];

/** RFC 9396 §2: objects, each with a type. */
export const DETAILS: MemberCheck = [
  isDetails,
  'must be an array of objects, each with a string "type"',
];

const MEMBERS: Readonly<Record<Exclude<keyof VerifiedTokenOverrides, 'boundTo'>, MemberCheck>> = {
  issuer: STRING,
  subject: STRING,
  clientId: STRING,
  audience: STRINGS,
  scopes: [isScopes, 'must be an array or a set of scopes, such as ["read:analytics"]'],
  issuedAt: SECONDS,
  expiresAt: SECONDS,
  tokenId: STRING,
  principal: [isPrincipal, 'must be "client", "user" or "unknown"'],
  format: [isFormat, 'must be "jwt" or "opaque"'],
  authenticationContext: STRING,
  authenticatedAt: SECONDS,
  sessionId: STRING,
  authorizationDetails: DETAILS,
  claims: OBJECT,
  header: OBJECT,
};
const HINTS = {
  scope: 'use "scopes": an array of scopes',
  iss: 'use "issuer"',
  sub: 'use "subject"',
  aud: 'use "audience"',
  client_id: 'use "clientId"',
  jti: 'use "tokenId"',
  iat: 'use "issuedAt"',
  exp: 'use "expiresAt"',
  acr: 'use "authenticationContext"',
  auth_time: 'use "authenticatedAt"',
  sid: 'use "sessionId"',
  authorization_details: 'use "authorizationDetails"',
  cnf: 'use "boundTo"',
  expiresInSeconds: 'use "expiresAt": seconds since the epoch',
};
/**
 * Checks the names and the types of overrides.
 *
 * @throws TypeError An override is unknown or invalid.
 */
export function assertVerifiedTokenOverrides(overrides: unknown): void {
  assertKnownOptions('createVerifiedToken', overrides, {
    names: [...Object.keys(MEMBERS), 'boundTo'],
    hints: HINTS,
  });
  assertMembers(overrides, MEMBERS);
}

function isStrings(value: unknown): boolean {
  return isString(value) || (isArrayOfStrings(value) && value.length > 0);
}

function isSeconds(value: unknown): boolean {
  return Number.isFinite(value);
}

function isScopes(value: unknown): boolean {
  const isIterable = Array.isArray(value) || value instanceof Set || isScopeSet(value);
  return isIterable && [...(value as Iterable<unknown>)].every(isScopeToken);
}

/** The scopes of a verified token are not a `Set`, because they cannot be changed. */
function isScopeSet(value: unknown): boolean {
  return isPlainObject(value) && Symbol.iterator in value && 'has' in value;
}

function isPrincipal(value: unknown): boolean {
  return value === 'client' || value === 'user' || value === 'unknown';
}

function isFormat(value: unknown): boolean {
  return value === 'jwt' || value === 'opaque';
}

function isDetails(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((each) => isPlainObject(each) && isString(each['type']))
  );
}
