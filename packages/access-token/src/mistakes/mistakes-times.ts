/**
 * Mistakes in the times of a token.
 *
 * @module
 */
import { createFixes } from '../inspection/fix.js';
import { formatClaims, type Inspection, readClaim, readNow } from '../inspection/inspection.js';
import { formatDate, formatDuration } from '../inspection/printable.js';
import { hasClaim, type KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link TIME_MISTAKES}. */
export type TimeCause =
  | 'time_in_milliseconds'
  | 'time_as_text'
  | 'missing_expiry'
  | 'expired_token'
  | 'clock_skew'
  | 'not_before_in_future'
  | 'lifetime_too_long';

const TIME_CLAIMS = ['exp', 'nbf', 'iat'];
const TWENTY_YEARS_SECONDS = 20 * 365 * 86_400;

/** In the order in which they are reported. */
export const TIME_MISTAKES: Readonly<Record<TimeCause, KnownMistake<TimeCause>>> = {
  time_in_milliseconds: {
    checks: ['time_claims'],
    findEvidence: (inspection) => {
      const now = readNow(inspection);
      const claims = describeTimes(
        inspection,
        (value) => typeof value === 'number' && Math.abs(value / 1000 - now) < TWENTY_YEARS_SECONDS,
      );
      return claims && `times are in milliseconds instead of seconds: ${claims}`;
    },
    fixes: createFixes(['authorization server', 'issue times in seconds since 1970']),
  },
  time_as_text: {
    checks: ['time_claims'],
    findEvidence: (inspection) => {
      const claims = describeTimes(inspection, (value) => typeof value === 'string');
      return claims && `times are strings instead of numbers: ${claims}`;
    },
    fixes: createFixes(['authorization server', 'issue times as JSON numbers, without quotes']),
  },
  missing_expiry: {
    checks: ['time_claims'],
    findEvidence: (inspection) =>
      hasClaim(inspection, 'exp') ? undefined : 'the token has no "exp", so it would never expire',
    fixes: createFixes(['authorization server', 'issue "exp" in access tokens (RFC 9068 §2.2)']),
  },
  expired_token: {
    checks: ['expiry'],
    findEvidence: (inspection) => {
      const exp = Number(readClaim(inspection, 'exp'));
      const ago = formatDuration(readNow(inspection) - exp);
      return `the token expired ${ago} ago, at ${formatDate(exp)}`;
    },
    fixes: createFixes(
      ['client', 'request a new token before the old one expires'],
      ['resource server', 'if the token was just issued, synchronize the clock with NTP'],
    ),
  },
  clock_skew: {
    checks: ['not_before'],
    findEvidence: (inspection) => {
      const ahead = Number(readClaim(inspection, 'iat')) - readNow(inspection);
      return ahead > inspection.policy.clockToleranceSeconds
        ? `"iat" is ${formatDuration(ahead)} in the future, so the two clocks differ by at least that much`
        : undefined;
    },
    fixes: createFixes(
      ['authorization server', 'synchronize the clock with NTP'],
      ['resource server', 'synchronize the clock with NTP, or raise "clockToleranceSeconds"'],
    ),
  },
  not_before_in_future: {
    checks: ['not_before'],
    findEvidence: (inspection) => {
      const { clockToleranceSeconds } = inspection.policy;
      const nbf = Number(readClaim(inspection, 'nbf'));
      const iat = Number(readClaim(inspection, 'iat') ?? 0);
      const ahead = nbf - readNow(inspection);
      return ahead > clockToleranceSeconds && nbf - iat > clockToleranceSeconds
        ? `the token is not valid yet: "nbf" is ${formatDuration(ahead)} in the future`
        : undefined;
    },
    fixes: createFixes(
      ['client', 'use the token only after "nbf", or use another token'],
      ['authorization server', 'omit "nbf" from tokens that may be used immediately'],
    ),
  },
  lifetime_too_long: {
    checks: ['lifetime'],
    findEvidence: (inspection) => {
      const exp = Number(readClaim(inspection, 'exp'));
      const lifetime = exp - Number(readClaim(inspection, 'iat'));
      const { maxLifetimeSeconds } = inspection.policy;
      return lifetime > 0
        ? `the token has a lifetime of ${formatDuration(lifetime)}; at most ${formatDuration(maxLifetimeSeconds)} is allowed`
        : undefined;
    },
    fixes: createFixes(
      ['authorization server', 'issue tokens with a shorter lifetime'],
      ['resource server', 'raise "maxLifetimeSeconds"'],
    ),
  },
};

/** Describes the time claims whose values match; `undefined` when none does. */
function describeTimes(
  inspection: Inspection,
  isMatch: (value: unknown) => boolean,
): string | undefined {
  const names = TIME_CLAIMS.filter((name) => isMatch(readClaim(inspection, name)));
  return names.length === 0 ? undefined : formatClaims(inspection, names);
}
