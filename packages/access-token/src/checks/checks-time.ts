/**
 * The checks of a token's times.
 *
 * @module
 */
import type { Check } from './check.js';
import { findReason } from '../inspection/check-reason.js';
import {
  checkLifetime,
  checkTimes,
  ISSUED_AT_ALLOWANCE_SECONDS,
  readTimes,
  type TokenTimes,
} from '../claims/times.js';
import { createFixes } from '../inspection/fix.js';
import {
  formatClaims,
  type ClaimsInspection,
  readClaim,
  readNow,
} from '../inspection/inspection.js';
import { formatDate } from '../inspection/printable.js';

/** The names of the checks of {@link TIME_CHECKS}. */
export type TimeCheckName = 'time_claims' | 'expiry' | 'not_before' | 'lifetime';

/** In the order of verification. */
export const TIME_CHECKS: Readonly<Record<TimeCheckName, Check>> = Object.freeze({
  time_claims: {
    rfc: 'RFC 7519 §2',
    expected: () => '"exp", and where present "nbf" and "iat", in seconds since 1970',
    found: (inspection) => formatClaims(inspection, ['exp', 'nbf', 'iat']),
    run: ({ claims }) => readTimes(claims),
    fixes: createFixes([
      'authorization server',
      'issue "exp", and "nbf" and "iat" where used, as numbers of seconds since 1970',
    ]),
  },
  expiry: {
    rfc: 'RFC 7519 §4.1.4',
    appliesTo: hasTimes,
    expected: (inspection) => `after ${formatClock(inspection)}`,
    found: describeExpiry,
    run: (inspection) => {
      const { expiresAt } = readTimes(inspection.claims);
      const times = { expiresAt, notBefore: undefined, issuedAt: undefined };
      checkTimes(times, readNow(inspection), inspection.policy);
    },
    fixes: createFixes(['client', 'request a new token before the old one expires']),
  },
  not_before: {
    rfc: 'RFC 7519 §4.1.5',
    appliesTo: hasTimes,
    expected: (inspection) =>
      `not after ${formatClock(inspection)}; "iat" up to ${formatAllowance(inspection)} later`,
    found: (inspection) =>
      `"nbf" ${formatDate(readClaim(inspection, 'nbf'))}, "iat" ${formatDate(readClaim(inspection, 'iat'))}`,
    run: (inspection) => {
      const times: TokenTimes = { ...readTimes(inspection.claims), expiresAt: Infinity };
      checkTimes(times, readNow(inspection), inspection.policy);
    },
    fixes: createFixes(
      ['client', 'use the token only after it has become valid'],
      ['resource server', 'synchronize the clock with NTP'],
    ),
  },
  lifetime: {
    rfc: 'RFC 9700 §2.2.1',
    appliesTo: (inspection) =>
      inspection.policy.maxLifetimeSeconds !== Infinity && hasTimes(inspection),
    expected: ({ policy: { maxLifetimeSeconds } }) =>
      maxLifetimeSeconds === Infinity
        ? 'any lifetime, because "maxLifetimeSeconds" is not set'
        : `"exp" at most ${maxLifetimeSeconds} s after "iat"`,
    found: (inspection) => formatClaims(inspection, ['exp', 'iat']),
    run: ({ claims, policy }) => {
      checkLifetime(readTimes(claims), policy);
    },
    fixes: createFixes(
      ['authorization server', 'issue "iat", and tokens with a shorter lifetime'],
      ['resource server', 'raise "maxLifetimeSeconds"'],
    ),
  },
});

/** An opaque token without "exp" is known until its issuer has to be asked again. */
function describeExpiry(inspection: ClaimsInspection): string {
  const { introspection } = inspection;
  return introspection.kind === 'active' && !introspection.answer.hasExpiry
    ? '"exp" absent, so the authorization server is asked again'
    : formatDate(readClaim(inspection, 'exp'));
}

function formatAllowance({ policy: { clockToleranceSeconds } }: ClaimsInspection): string {
  return `${Math.max(clockToleranceSeconds, ISSUED_AT_ALLOWANCE_SECONDS)} s`;
}

function formatClock(inspection: ClaimsInspection): string {
  const now = formatDate(Math.floor(readNow(inspection)));
  return `${now}, with a tolerance of ${inspection.policy.clockToleranceSeconds} s`;
}

function hasTimes({ claims }: ClaimsInspection): boolean {
  return findReason(() => readTimes(claims)) === undefined;
}
