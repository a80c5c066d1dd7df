/**
 * What a resource requires of the authentication of the user. RFC 9470.
 *
 * @module
 */
import {
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  isScopeToken,
  type RequiredAuthentication,
} from '@scopegate/protocol';
import { invalidOption } from '@scopegate/protocol/internal';
import type { KnownToken } from './verified-token.js';

/** The parts of a token that show how and when its user was authenticated. */
export type AuthenticatedToken = Pick<
  KnownToken,
  'principal' | 'authenticationContext' | 'authenticatedAt'
>;

/** When the authentication is checked. */
export interface AuthenticationTime {
  /** Seconds since the epoch. */
  readonly nowSeconds: number;
  readonly clockToleranceSeconds: number;
}

/** @throws InsufficientScopeError `principal`: a client has no user to authenticate. */
export function assertUser({ principal }: AuthenticatedToken): void {
  if (principal === 'client') throw new InsufficientScopeError('principal');
}

/** @throws InsufficientUserAuthenticationError `acr` */
export function assertAuthenticationContext(
  { authenticationContext }: AuthenticatedToken,
  required: RequiredAuthentication,
): void {
  const { acrValues } = required;
  if (acrValues === undefined) return;
  const isAccepted = acrValues.some((accepted) => accepted === authenticationContext);
  if (!isAccepted) throw new InsufficientUserAuthenticationError('acr', required);
}

/** @throws InsufficientUserAuthenticationError `auth_time` */
export function assertAuthenticationTime(
  { authenticatedAt }: AuthenticatedToken,
  required: RequiredAuthentication,
  { nowSeconds, clockToleranceSeconds }: AuthenticationTime,
): void {
  const { maxAgeSeconds } = required;
  if (maxAgeSeconds === undefined) return;
  // Without the claim, the age is not a number.
  const age = nowSeconds - (authenticatedAt ?? NaN);
  const isRecent = age <= maxAgeSeconds + clockToleranceSeconds && age >= -clockToleranceSeconds;
  if (!isRecent) throw new InsufficientUserAuthenticationError('auth_time', required);
}

/**
 * Checks that the user of a token was authenticated as a resource requires. A client that acts for itself has
 * no user, so it is refused without a challenge that it would try to meet for ever.
 *
 * @throws InsufficientScopeError `principal`
 * @throws InsufficientUserAuthenticationError `acr` or `auth_time`
 * @see RFC 9470 §3, §4, §6.1
 */
export function assertUserAuthentication(
  token: AuthenticatedToken,
  required: RequiredAuthentication,
  time: AuthenticationTime,
): void {
  assertUser(token);
  assertAuthenticationContext(token, required);
  assertAuthenticationTime(token, required, time);
}

/**
 * Checks the options that require an authentication.
 *
 * @returns `undefined` when neither is given.
 * @throws TypeError `acrValues` is not a non-empty array of values that a challenge can contain, or
 *   `maxAgeSeconds` is not an integer of at least 0.
 */
export function resolveUserAuthentication(
  acrValues: unknown,
  maxAgeSeconds: unknown,
): RequiredAuthentication | undefined {
  if (acrValues === undefined && maxAgeSeconds === undefined) return undefined;
  return Object.freeze({
    acrValues: resolveAcrValues(acrValues),
    maxAgeSeconds: resolveMaxAge(maxAgeSeconds),
  });
}

function resolveAcrValues(given: unknown): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const values: readonly unknown[] = Array.isArray(given) ? given : [];
  // The challenge separates them by spaces, and quotes them all. RFC 9470 §3.
  if (values.length > 0 && values.every(isScopeToken)) return Object.freeze([...values]);
  throw invalidOption(
    'acrValues',
    'must be a non-empty array of strings without spaces, quotes and backslashes',
  );
}

function resolveMaxAge(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given;
  throw invalidOption('maxAgeSeconds', 'must be an integer of at least 0');
}
