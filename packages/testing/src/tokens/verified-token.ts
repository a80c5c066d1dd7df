/**
 * What a verifier makes of a token, for unit tests of code that takes it.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
// Types alone: the kit shares no code with the verifier.
import type { AccessTokenClaims, Principal, VerifiedAccessToken } from '@scopegate/access-token';
import { createScopeSet, formatScope, isScopeToken, parseScope } from '@scopegate/protocol';
import { assertKnownOptions, invalidOption, isPlainObject } from '@scopegate/protocol/internal';

/** What a verified token is to say. Everything has a default. */
export interface VerifiedTokenOverrides {
  /** @defaultValue `'https://issuer.example'` */
  readonly issuer?: string | undefined;
  /** @defaultValue the client, which acts for itself. RFC 9068 §2.2 */
  readonly subject?: string | undefined;
  /** @defaultValue `'test-client'` */
  readonly clientId?: string | undefined;
  /** @defaultValue `'https://api.example.com'` */
  readonly audience?: string | readonly string[] | undefined;
  /** Scope-tokens. @defaultValue those of `claims.scope`, otherwise none */
  readonly scopes?: readonly string[] | ReadonlySet<string> | undefined;
  /** In seconds since the epoch. @defaultValue now */
  readonly issuedAt?: number | undefined;
  /** In seconds since the epoch. @defaultValue 300 s after `issuedAt` */
  readonly expiresAt?: number | undefined;
  /** @defaultValue a UUID */
  readonly tokenId?: string | undefined;
  /** @defaultValue `'client'` where the subject is the client, otherwise `'user'` */
  readonly principal?: Principal | undefined;
  /**
   * Claims, last: they replace those that the other members make, and those members follow;
   * `undefined` leaves a claim out.
   */
  readonly claims?: object | undefined;
  /** Header members, last: they replace `typ` (`at+jwt`), `alg` (`RS256`) and `kid` (`key-1`). */
  readonly header?: object | undefined;
}

type Check = readonly [isRight: (value: unknown) => boolean, expected: string];

const TEXT: Check = [isText, 'must be a string'];
const TEXTS: Check = [isTexts, 'must be a string or a non-empty array of strings'];
const SECONDS: Check = [isSeconds, 'must be a number of seconds since the epoch'];
const OBJECT: Check = [isPlainObject, 'must be an object'];

const MEMBERS: Readonly<Record<keyof VerifiedTokenOverrides, Check>> = {
  issuer: TEXT,
  subject: TEXT,
  clientId: TEXT,
  audience: TEXTS,
  scopes: [isScopes, 'must be an array or a set of scope-tokens, such as ["read:analytics"]'],
  issuedAt: SECONDS,
  expiresAt: SECONDS,
  tokenId: TEXT,
  principal: [isPrincipal, 'must be "client", "user" or "unknown"'],
  claims: OBJECT,
  header: OBJECT,
};
const HINTS = {
  scope: 'write "scopes": an array of scope-tokens',
  iss: 'write "issuer"',
  sub: 'write "subject"',
  aud: 'write "audience"',
  client_id: 'write "clientId"',
  jti: 'write "tokenId"',
  iat: 'write "issuedAt"',
  exp: 'write "expiresAt"',
  expiresInSeconds: 'write "expiresAt": seconds since the epoch',
};
const CLAIMS = {
  iss: TEXT,
  aud: TEXTS,
  exp: SECONDS,
  nbf: SECONDS,
  iat: SECONDS,
  sub: TEXT,
  client_id: TEXT,
  jti: TEXT,
};
const LIFETIME_SECONDS = 300;

/**
 * Makes what a verifier makes of a good access token of RFC 9068, without a token and without a
 * verifier: for unit tests of functions that take a `VerifiedAccessToken`.
 *
 * It is frozen in depth as a real one is. It opens no route: to test a guard, send it a token of a
 * test issuer.
 *
 * @param overrides - How it differs from a token by which `test-client` acts for itself, without
 *   scope, for five minutes from now.
 * @throws TypeError When a member is unknown or cannot be used.
 * @example
 * const token = createVerifiedToken({ subject: 'ann', scopes: ['read:analytics'] });
 * createVerifiedToken({ claims: { tenant: 'acme' } }).claims.tenant // a string, for the compiler too
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
    issuer: iss,
    subject: sub,
    clientId: client_id,
    audience: Object.freeze([aud].flat()),
    scopes: createScopeSet(overrides.scopes ?? parseScope(typeof scope === 'string' ? scope : '')),
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    tokenId: claims.jti,
    principal: overrides.principal ?? principalOf(sub, client_id),
    claims,
    header: copyFrozen({ typ: 'at+jwt', alg: 'RS256', kid: 'key-1', ...overrides.header }),
  };
  // The brand is not there at run time: it only keeps objects that no one checked from passing.
  return Object.freeze(token) as unknown as VerifiedAccessToken;
}

function assertOverrides(overrides: unknown): void {
  assertKnownOptions('createVerifiedToken', overrides, Object.keys(MEMBERS), HINTS);
  assertShapes(overrides, MEMBERS);
}

function readClaims(overrides: VerifiedTokenOverrides): AccessTokenClaims {
  const { issuer = 'https://issuer.example', clientId = 'test-client' } = overrides;
  const { audience = 'https://api.example.com', scopes } = overrides;
  const { issuedAt = Math.floor(Date.now() / 1000) } = overrides;
  const { expiresAt = issuedAt + LIFETIME_SECONDS, tokenId = randomUUID() } = overrides;
  const claims = copyFrozen({
    iss: issuer,
    sub: overrides.subject ?? clientId,
    aud: audience,
    client_id: clientId,
    ...(scopes && { scope: formatScope(scopes) }),
    iat: issuedAt,
    exp: expiresAt,
    jti: tokenId,
    ...overrides.claims,
  });
  assertShapes(claims, CLAIMS, 'claims.');
  for (const name of ['iss', 'aud', 'exp']) {
    if (!(name in claims)) throw invalidOption(`claims.${name}`, 'must not be left out');
  }
  return claims;
}

/** `undefined` is absent. */
function assertShapes(values: object, checks: Readonly<Record<string, Check>>, place = ''): void {
  for (const [name, value] of Object.entries(values) as [string, unknown][]) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (value === undefined || check === undefined || check[0](value)) continue;
    throw invalidOption(`${place}${name}`, check[1]);
  }
}

function principalOf(subject: string | undefined, clientId: string | undefined): Principal {
  if (subject === undefined || clientId === undefined) return 'unknown';
  return subject === clientId ? 'client' : 'user';
}

/** A copy of JSON, frozen in depth; what is not JSON, such as what a schema made, stays as it is. */
function copyFrozen<T>(value: T): T;
function copyFrozen(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((inner: unknown) => copyFrozen(inner)));
  if (!isPlainObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.freeze(Object.fromEntries(members.map(([name, each]) => [name, copyFrozen(each)])));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
}

function isSeconds(value: unknown): boolean {
  return Number.isFinite(value);
}

function isScopes(value: unknown): boolean {
  const isList = Array.isArray(value) || value instanceof Set || isScopeSet(value);
  return isList && [...(value as Iterable<unknown>)].every(isScopeToken);
}

/** The scopes of a verified token are no `Set`: they cannot be changed. */
function isScopeSet(value: unknown): boolean {
  return isPlainObject(value) && Symbol.iterator in value && 'has' in value;
}

function isPrincipal(value: unknown): boolean {
  return value === 'client' || value === 'user' || value === 'unknown';
}
