/**
 * Mistakes in the times, the scope and the other claims.
 *
 * @module
 */
import { parseScope } from '@scopegate/protocol';
import { createFixes } from '../inspection/fix.js';
import { formatClaims, type Inspection, readClaim, readNow } from '../inspection/inspection.js';
import { formatDate, formatDuration, formatValue } from '../inspection/printable.js';
import { hasClaim, type KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link CLAIM_MISTAKES}. */
export type ClaimCause =
  | 'time_in_milliseconds'
  | 'time_as_text'
  | 'missing_expiry'
  | 'expired_token'
  | 'clock_skew'
  | 'not_before_in_future'
  | 'lifetime_too_long'
  | 'scope_as_list'
  | 'sender_constrained_token'
  | 'scope_in_other_claim'
  | 'missing_scope';

const TIME_CLAIMS = ['exp', 'nbf', 'iat'];
const SCOPE_CLAIMS = ['scope', 'scp', 'scopes', 'permissions', 'roles'];
const TWENTY_YEARS_SECONDS = 20 * 365 * 86_400;

/** In the order in which they are reported. */
export const CLAIM_MISTAKES: Readonly<Record<ClaimCause, KnownMistake<ClaimCause>>> = {
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
        ? `"iat" is ${formatDuration(ahead)} in the future, so the two clocks differ by at least that`
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
  scope_as_list: {
    checks: ['scope_claim'],
    findEvidence: (inspection) =>
      Array.isArray(readClaim(inspection, 'scope'))
        ? '"scope" is an array instead of a string'
        : undefined,
    fixes: createFixes(
      [
        'authorization server',
        'issue "scope" as one string of scope-tokens separated by spaces (RFC 9068 §2.2.3)',
      ],
      ['authorization server', 'issue the array as "scp"'],
    ),
  },
  sender_constrained_token: {
    checks: ['sender_constraint'],
    findEvidence: (inspection) => {
      const cnf = readClaim(inspection, 'cnf');
      const names = typeof cnf === 'object' && cnf !== null ? Object.keys(cnf) : [];
      return `the token is bound to a key or a certificate: "cnf" has ${formatValue(names)}`;
    },
    fixes: createFixes([
      'authorization server',
      'issue plain bearer tokens for this API, without DPoP or mutual TLS',
    ]),
  },
  scope_in_other_claim: {
    checks: ['required_scope'],
    findEvidence: (inspection) => {
      const { scopeClaims } = inspection.expected;
      const name = SCOPE_CLAIMS.filter((candidate) => !scopeClaims.includes(candidate)).find(
        (candidate) => grantsAll(inspection, candidate),
      );
      return name && `the scope is in "${name}", which is not read for scope`;
    },
    fixes: createFixes(
      ['resource server', 'if the values of the claim are scopes, add it to "scopeClaims"'],
      ['authorization server', 'grant the values as scope'],
    ),
  },
  missing_scope: {
    checks: ['required_scope'],
    unless: ['scope_in_other_claim'],
    findEvidence: (inspection) => {
      const { scopeClaims } = inspection.expected;
      const isPresent = scopeClaims.some((name) => hasClaim(inspection, name));
      return isPresent ? undefined : `the token has no scope: ${scopeClaims.join(', ')} are absent`;
    },
    fixes: createFixes(
      ['client', 'request the scope'],
      ['authorization server', 'grant the scope to this client and issue it in "scope"'],
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

/** Whether a claim that is not read for scope contains every required scope-token. */
function grantsAll(inspection: Inspection, name: string): boolean {
  const value = readClaim(inspection, name);
  const tokens: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return [...parseScope(inspection.scope ?? '')].every((required) => tokens.includes(required));
}
