/**
 * The times of a token: `exp`, `nbf` and `iat`.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { type JsonObject, member } from '../jws/json-object.js';

// 9999-12-31T23:59:59Z. Later times are milliseconds written as seconds, or tokens that never expire.
const MAX_NUMERIC_DATE = 253_402_300_799;

/**
 * How far `iat` may be in the future, in seconds, whatever the clock tolerance is.
 *
 * RFC 7519 §4.1.6 does not use `iat` to decide whether a token is valid. An `iat` in the future only
 * shows that the issuer's clock is ahead; without an allowance, each new token would be refused until
 * the clocks agree.
 */
export const ISSUED_AT_ALLOWANCE_SECONDS = 60;

/** The times of a token, in seconds since the epoch. */
export interface TokenTimes {
  readonly expiresAt: number;
  readonly notBefore: number | undefined;
  readonly issuedAt: number | undefined;
}

/** When a token is acceptable, in seconds since the epoch, including the clock tolerance. */
export interface ValidTimes {
  /** The first time at which the token is acceptable. */
  readonly validFrom: number;
  /** The first time at which it is no longer acceptable. */
  readonly validUntil: number;
}

/** The limits of a token's times. */
export interface TimePolicy {
  readonly clockToleranceSeconds: number;
  readonly maxLifetimeSeconds: number;
}

/**
 * Reads `exp`, `nbf` and `iat`.
 *
 * @throws InvalidTokenError `claim`: `exp` is absent, or one of them is not a NumericDate between the
 *   epoch and the year 9999.
 * @see RFC 7519 §2 (NumericDate), §4.1.4 to §4.1.6; RFC 9068 §4
 */
export function readTimes(claims: JsonObject): TokenTimes {
  const expiresAt = readNumericDate(claims, 'exp');
  if (expiresAt === undefined) {
    throw new InvalidTokenError('claim', { claim: 'exp', problem: 'missing' });
  }
  return {
    expiresAt,
    notBefore: readNumericDate(claims, 'nbf'),
    issuedAt: readNumericDate(claims, 'iat'),
  };
}

/**
 * Checks a token's times against the clock.
 *
 * @param nowSeconds - Seconds since the epoch, fractions included. A value that is not a number fails.
 * @returns When the token is acceptable.
 * @throws InvalidTokenError `expired`; `not_yet_valid`: `nbf` is in the future, or `iat` is further in
 *   the future than {@link ISSUED_AT_ALLOWANCE_SECONDS} and the tolerance allow.
 */
export function checkTimes(
  { expiresAt, notBefore, issuedAt }: TokenTimes,
  nowSeconds: number,
  { clockToleranceSeconds: tolerance }: TimePolicy,
): ValidTimes {
  const allowance = Math.max(tolerance, ISSUED_AT_ALLOWANCE_SECONDS);
  const validFrom = Math.max((notBefore ?? 0) - tolerance, (issuedAt ?? 0) - allowance);
  const validUntil = expiresAt + tolerance;
  // RFC 7519 §4.1.4: the current time MUST be before the expiration time.
  if (!(nowSeconds < validUntil)) throw new InvalidTokenError('expired');
  if (!(nowSeconds >= validFrom)) throw new InvalidTokenError('not_yet_valid');
  return { validFrom, validUntil };
}

/**
 * Checks the lifetime of a token, from `iat` to `exp`.
 *
 * @throws InvalidTokenError `lifetime`: longer than allowed; `claim`: `iat` is absent and the lifetime
 *   is limited.
 */
export function checkLifetime(
  { expiresAt, issuedAt }: TokenTimes,
  { maxLifetimeSeconds }: TimePolicy,
): void {
  if (maxLifetimeSeconds === Infinity) return;
  if (issuedAt === undefined) {
    throw new InvalidTokenError('claim', { claim: 'iat', problem: 'missing' });
  }
  if (expiresAt - issuedAt > maxLifetimeSeconds) throw new InvalidTokenError('lifetime');
}

function readNumericDate(claims: JsonObject, name: string): number | undefined {
  const value = member(claims, name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= MAX_NUMERIC_DATE) return value;
  throw new InvalidTokenError('claim', { claim: name, problem: 'malformed' });
}
