/**
 * The checks of claims, one function each. All of them end in `invalid_token`.
 *
 * @module
 */
import { createScopeSet, InvalidTokenError, parseScope } from '@scopegate/protocol';
import { LRUCache } from 'lru-cache';
import { type JsonObject, member } from '../jws/json-object.js';

/**
 * Which claim names the audience.
 *
 * `'client_id'` is for issuers whose access tokens have no `aud`: then `audience` holds the ids of the
 * clients that are let in. The claim is required all the same, and a token that has an `aud` besides
 * must name one of `audience` there, too.
 */
export type AudienceClaim = 'aud' | 'client_id';

// 9999-12-31T23:59:59Z. Beyond it lie milliseconds taken for seconds, and tokens that never expire.
const MAX_NUMERIC_DATE = 253_402_300_799;

const knownScopes = new LRUCache<string, ReadonlySet<string>>({ max: 256 });
const MAX_KNOWN_LENGTH = 512;

/** The times of a token, seconds since the epoch. */
export interface TokenTimes {
  readonly expiresAt: number;
  readonly notBefore: number | undefined;
  readonly issuedAt: number | undefined;
}

/** When a token is acceptable, in seconds since the epoch, with the tolerance of the clock. */
export interface ValidTimes {
  readonly validFrom: number;
  /** Not acceptable any more at this time. */
  readonly validUntil: number;
}

/** The bounds that a token's times are held against. */
export interface TimePolicy {
  readonly clockToleranceSeconds: number;
  readonly maxLifetimeSeconds: number;
}

/**
 * Reads a claim that must be a string where it is present.
 *
 * @throws InvalidTokenError `claim`
 * @see RFC 7519 §4.1.2, §4.1.7; RFC 9068 §2.2
 */
export function readString(claims: JsonObject, name: string): string | undefined {
  const value = member(claims, name);
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidTokenError('claim');
}

/**
 * Checks that a token names one of the expected audiences.
 *
 * @param name - The claim that names them; an `aud` that is there has to do so besides.
 * @returns The whole claim, as a list.
 * @throws InvalidTokenError `claim`: neither a string nor a list of strings; `audience`: absent, or
 *   none of them is ours.
 * @see RFC 7519 §4.1.3; RFC 9068 §4
 */
export function checkAudience(
  claims: JsonObject,
  expected: readonly string[],
  name: AudienceClaim = 'aud',
): readonly string[] {
  const aud = member(claims, name);
  if (aud === undefined) throw new InvalidTokenError('audience');
  // Most tokens name what is configured and nothing else; they share the one list.
  const audience = expected.length === 1 && aud === expected[0] ? expected : asStrings(aud);
  if (!audience.some((value) => expected.includes(value))) throw new InvalidTokenError('audience');
  // RFC 7519 §4.1.3: a token whose `aud` does not name us MUST be rejected.
  if (name !== 'aud' && Object.hasOwn(claims, 'aud')) checkAudience(claims, expected);
  return audience;
}

/**
 * Reads `exp`, `nbf` and `iat`.
 *
 * @throws InvalidTokenError `claim`: `exp` is absent, or one of them is no NumericDate between the
 *   epoch and the year 9999.
 * @see RFC 7519 §2 (NumericDate), §4.1.4 to §4.1.6; RFC 9068 §4
 */
export function readTimes(claims: JsonObject): TokenTimes {
  const expiresAt = readNumericDate(claims, 'exp');
  if (expiresAt === undefined) throw new InvalidTokenError('claim');
  return {
    expiresAt,
    notBefore: readNumericDate(claims, 'nbf'),
    issuedAt: readNumericDate(claims, 'iat'),
  };
}

/**
 * Checks a token's times against the clock.
 *
 * @param nowSeconds - Seconds since the epoch; fractions count. What is not a number never passes.
 * @returns When the token is acceptable.
 * @throws InvalidTokenError `expired`; `not_yet_valid`: `nbf` or `iat` lies ahead.
 */
export function checkTimes(
  { expiresAt, notBefore, issuedAt }: TokenTimes,
  nowSeconds: number,
  { clockToleranceSeconds: tolerance }: TimePolicy,
): ValidTimes {
  const validFrom = Math.max(notBefore ?? 0, issuedAt ?? 0) - tolerance;
  const validUntil = expiresAt + tolerance;
  // RFC 7519 §4.1.4: the current time MUST be before the expiration time.
  if (!(nowSeconds < validUntil)) throw new InvalidTokenError('expired');
  if (!(nowSeconds >= validFrom)) throw new InvalidTokenError('not_yet_valid');
  return { validFrom, validUntil };
}

/**
 * Checks how long a token lives in all.
 *
 * @throws InvalidTokenError `lifetime`: longer than allowed; `claim`: `iat` is absent and the lifetime
 *   is limited.
 */
export function checkLifetime(
  { expiresAt, issuedAt }: TokenTimes,
  { maxLifetimeSeconds }: TimePolicy,
): void {
  if (maxLifetimeSeconds === Infinity) return;
  if (issuedAt === undefined) throw new InvalidTokenError('claim');
  if (expiresAt - issuedAt > maxLifetimeSeconds) throw new InvalidTokenError('lifetime');
}

/**
 * Reads the scopes of all claims that hold any.
 *
 * @param names - Each a space-delimited string or, but for `scope`, a list of scope-tokens.
 * @throws InvalidTokenError `claim`: another shape.
 * @see RFC 6749 §3.3; RFC 9068 §2.2.3
 */
export function readScopes(claims: JsonObject, names: readonly string[]): ReadonlySet<string> {
  const present = names.filter((name) => Object.hasOwn(claims, name));
  const first = present[0];
  if (first !== undefined && present.length === 1) {
    const value = member(claims, first);
    if (typeof value === 'string') return parseKnownScope(value);
  }
  return createScopeSet(present.flatMap((name) => scopeTokens(name, member(claims, name))));
}

/**
 * Refuses a token that is bound to a key or a certificate: as a plain bearer token it would be worth
 * more than its issuer meant.
 *
 * @throws InvalidTokenError `sender_constraint`
 * @see RFC 7800 §3.1; RFC 9449 §7.2; RFC 8705 §3
 */
export function assertNotSenderConstrained(claims: JsonObject): void {
  if (Object.hasOwn(claims, 'cnf')) throw new InvalidTokenError('sender_constraint');
}

/**
 * Checks that the claims that RFC 9068 requires are there.
 *
 * @throws InvalidTokenError `claim`
 * @see RFC 9068 §2.2
 */
export function assertRequiredClaims(claims: JsonObject): void {
  const required = ['sub', 'client_id', 'iat', 'jti'];
  if (!required.every((name) => Object.hasOwn(claims, name))) throw new InvalidTokenError('claim');
}

/** An issuer grants the same scope to many tokens, which share one set. */
function parseKnownScope(scope: string): ReadonlySet<string> {
  const known = knownScopes.get(scope);
  if (known !== undefined) return known;
  const scopes = parseScope(scope);
  if (scope.length <= MAX_KNOWN_LENGTH) knownScopes.set(scope, scopes);
  return scopes;
}

function readNumericDate(claims: JsonObject, name: string): number | undefined {
  const value = member(claims, name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= MAX_NUMERIC_DATE) return value;
  throw new InvalidTokenError('claim');
}

function asStrings(value: unknown): readonly string[] {
  if (typeof value === 'string') return Object.freeze([value]);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new InvalidTokenError('claim');
}

/** RFC 9068 §2.2.3, RFC 8693 §4.2: `scope` is a string. Others are lists with some issuers. */
function scopeTokens(name: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ');
  if (name === 'scope') throw new InvalidTokenError('claim');
  return asStrings(value);
}
