/**
 * Creates verified tokens without a verifier, for unit tests.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
// Only types: the kit shares no code with the verifier.
import type {
  AccessTokenClaims,
  AuthorizationDetail,
  Principal,
  VerifiedAccessToken,
} from '@scopegate/access-token';
import { createScopeSet, formatScope, isScopeToken, parseScope } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption, isPlainObject } from '@scopegate/protocol/internal';
import {
  assertMembers,
  isArrayOfStrings,
  isString,
  type MemberCheck,
  OBJECT,
  STRING,
} from './member-checks.js';
import { confirmationOf, type TokenBinding } from './token-binding.js';

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
   * Claims. They are applied last, and the other members of the token are derived from the result, so
   * `sub` replaces `subject`, for example. `undefined` removes a claim.
   *
   * @defaultValue none
   */
  readonly claims?: object | undefined;
  /**
   * Members of the JOSE header. They are applied last; `undefined` removes a member.
   *
   * @defaultValue `{ typ: 'at+jwt', alg: 'RS256', kid: 'key-1' }`
   */
  readonly header?: object | undefined;
}

const STRINGS: MemberCheck = [isStrings, 'must be a string or a non-empty array of strings'];
const SECONDS: MemberCheck = [isSeconds, 'must be a number of seconds since the epoch'];

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
  expiresInSeconds: 'use "expiresAt": seconds since the epoch',
};
const CLAIMS: Readonly<Record<string, MemberCheck>> = {
  iss: STRING,
  aud: STRINGS,
  exp: SECONDS,
  nbf: SECONDS,
  iat: SECONDS,
  sub: STRING,
  client_id: STRING,
  jti: STRING,
};
const LIFETIME_SECONDS = 300;

/**
 * Creates a `VerifiedAccessToken` without a token and without a verifier, for unit tests of functions
 * that take one.
 *
 * It is deeply frozen, as the verifier's results are. No guard accepts it: to test a guard, send it a
 * token of a test issuer.
 *
 * @param overrides - How it differs from a token that `test-client` uses on its own behalf, without
 *   scopes, and that expires in five minutes.
 * @throws TypeError An override is unknown or invalid.
 * @example
 * const token = createVerifiedToken({ subject: 'ann', scopes: ['read:analytics'] });
 * createVerifiedToken({ claims: { tenant: 'acme' } }).claims.tenant // typed as string
 */
export function createVerifiedToken<Claims extends object>(
  overrides: VerifiedTokenOverrides & { readonly claims: Claims },
): VerifiedAccessToken<AccessTokenClaims & Claims>;
export function createVerifiedToken(
  overrides?: VerifiedTokenOverrides & { readonly claims?: undefined },
): VerifiedAccessToken;
export function createVerifiedToken(overrides: VerifiedTokenOverrides = {}): VerifiedAccessToken {
  assertOverrides(overrides);
  const claims = readClaims(overrides);
  const { iss, aud, sub, client_id, scope } = claims;
  const token = {
    format: 'jwt',
    issuer: iss,
    subject: sub,
    clientId: client_id,
    audience: Object.freeze([aud].flat()),
    scopes: createScopeSet(overrides.scopes ?? parseScope(typeof scope === 'string' ? scope : '')),
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    tokenId: claims.jti,
    confirmation: readConfirmation(claims),
    principal: overrides.principal ?? principalOf(sub, client_id),
    ...readUser(claims),
    claims,
    header: copyFrozen({ typ: 'at+jwt', alg: 'RS256', kid: 'key-1', ...overrides.header }),
  };
  // The brand exists only for the compiler, which rejects objects that no verifier has checked.
  return Object.freeze(token) as unknown as VerifiedAccessToken;
}

function assertOverrides(overrides: unknown): void {
  assertKnownOptions('createVerifiedToken', overrides, {
    names: [...Object.keys(MEMBERS), 'boundTo'],
    hints: HINTS,
  });
  assertMembers(overrides, MEMBERS);
}

function readClaims(overrides: VerifiedTokenOverrides): AccessTokenClaims {
  const { issuer = 'https://issuer.example', clientId = 'test-client' } = overrides;
  const { audience = 'https://api.example.com', scopes } = overrides;
  const { issuedAt = Math.floor(Date.now() / 1000) } = overrides;
  const { expiresAt = issuedAt + LIFETIME_SECONDS, tokenId = randomUUID(), boundTo } = overrides;
  const claims = copyFrozen({
    iss: issuer,
    sub: overrides.subject ?? clientId,
    aud: audience,
    client_id: clientId,
    ...(scopes && { scope: formatScope(scopes) }),
    iat: issuedAt,
    exp: expiresAt,
    jti: tokenId,
    ...(boundTo !== undefined && { cnf: confirmationOf(boundTo) }),
    ...overrides.claims,
  });
  assertMembers(claims, CLAIMS, 'claims.');
  for (const name of ['iss', 'aud', 'exp']) {
    if (!(name in claims)) throw invalidOption(`claims.${name}`, 'is required');
  }
  return claims;
}

/** Reads how and when the user was authenticated, and what the user has authorized. RFC 9470 §6.1, RFC 9396. */
function readUser({
  acr,
  auth_time: authTime,
  sid,
  authorization_details: details,
}: AccessTokenClaims): Pick<
  VerifiedAccessToken,
  'authenticationContext' | 'authenticatedAt' | 'sessionId' | 'authorizationDetails'
> {
  const authorizationDetails = Array.isArray(details) ? (details as AuthorizationDetail[]) : [];
  return {
    authenticationContext: isString(acr) ? acr : undefined,
    authenticatedAt: typeof authTime === 'number' ? authTime : undefined,
    sessionId: isString(sid) ? sid : undefined,
    authorizationDetails: Object.freeze(authorizationDetails),
  };
}

/** Reads the thumbprints in the claim `cnf`; `undefined` where it has none. RFC 7800 §3.1. */
function readConfirmation({ cnf }: AccessTokenClaims): VerifiedAccessToken['confirmation'] {
  if (!isPlainObject(cnf)) return undefined;
  const [jkt, x5tS256] = [cnf['jkt'], cnf['x5t#S256']].map((each) => {
    return isString(each) ? each : undefined;
  });
  if (jkt === undefined && x5tS256 === undefined) return undefined;
  return Object.freeze({ jkt, x5tS256 });
}

function principalOf(subject: string | undefined, clientId: string | undefined): Principal {
  if (subject === undefined || clientId === undefined) return 'unknown';
  return subject === clientId ? 'client' : 'user';
}

/** Copies and deeply freezes JSON. Other values, such as the output of a schema, are kept as they are. */
function copyFrozen<T>(value: T): T;
function copyFrozen(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((inner: unknown) => copyFrozen(inner)));
  if (!isPlainObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.freeze(Object.fromEntries(members.map(([name, each]) => [name, copyFrozen(each)])));
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
