/**
 * Mistakes of the times, the scopes and the other claims.
 *
 * @module
 */
import { parseScope } from '@scopegate/protocol';
import { claimOf, type Diagnosis, hasClaim, nowOf, type Patient, remedies } from './mistake.js';
import { showDate, showSeconds, showValue } from '../inspection/printable.js';

const TIMES = ['exp', 'nbf', 'iat'];
const YEARS = 20 * 365 * 86_400;

/** In the order in which they are told. */
export const CLAIMS_DIAGNOSES: readonly Diagnosis[] = Object.freeze([
  {
    cause: 'time_in_milliseconds',
    of: ['time_claims'],
    find: (patient) => {
      const isMilliseconds = (name: string): boolean => {
        const value = claimOf(patient, name);
        return typeof value === 'number' && Math.abs(value / 1000 - nowOf(patient)) < YEARS;
      };
      return told(TIMES.filter(isMilliseconds), patient, 'milliseconds where seconds belong');
    },
    remedies: remedies(['authorization server', 'write times in seconds since 1970']),
  },
  {
    cause: 'time_as_text',
    of: ['time_claims'],
    find: (patient) =>
      told(
        TIMES.filter((name) => typeof claimOf(patient, name) === 'string'),
        patient,
        'text where a number belongs',
      ),
    remedies: remedies(['authorization server', 'write times as JSON numbers, without quotes']),
  },
  {
    cause: 'missing_expiry',
    of: ['time_claims'],
    find: (patient) =>
      hasClaim(patient, 'exp') ? undefined : 'the token has no "exp": it would be good for ever',
    remedies: remedies(['authorization server', 'give access tokens an "exp" (RFC 9068 §2.2)']),
  },
  {
    cause: 'expired_token',
    of: ['expiry'],
    find: (patient) => {
      const exp = Number(claimOf(patient, 'exp'));
      return `the token expired ${showSeconds(nowOf(patient) - exp)} ago, at ${showDate(exp)}`;
    },
    remedies: remedies(
      ['client', 'request a new token before the old one expires'],
      ['resource server', 'synchronise the clock by NTP, if the token was just issued'],
    ),
  },
  {
    cause: 'clock_skew',
    of: ['not_before'],
    find: (patient) => {
      const ahead = Number(claimOf(patient, 'iat')) - nowOf(patient);
      return ahead > patient.policy.clockToleranceSeconds
        ? `"iat" lies ${showSeconds(ahead)} ahead: the two clocks differ by that, at the least`
        : undefined;
    },
    remedies: remedies(
      ['authorization server', 'synchronise the clock by NTP'],
      ['resource server', 'synchronise the clock by NTP, or raise "clockToleranceSeconds"'],
    ),
  },
  {
    cause: 'not_before_in_future',
    of: ['not_before'],
    find: (patient) => {
      const [nbf, iat] = [Number(claimOf(patient, 'nbf')), Number(claimOf(patient, 'iat') ?? 0)];
      const isAhead = nbf - nowOf(patient) > patient.policy.clockToleranceSeconds;
      return isAhead && nbf - iat > patient.policy.clockToleranceSeconds
        ? `"nbf" lies ${showSeconds(nbf - nowOf(patient))} ahead: the token is for later`
        : undefined;
    },
    remedies: remedies(
      ['client', 'wait until then, or use another token'],
      ['authorization server', 'leave "nbf" out where tokens are for use at once'],
    ),
  },
  {
    cause: 'lifetime_too_long',
    of: ['lifetime'],
    find: (patient) => {
      const lifetime = Number(claimOf(patient, 'exp')) - Number(claimOf(patient, 'iat'));
      return lifetime > 0 ? `the token lives for ${showSeconds(lifetime)}` : undefined;
    },
    remedies: remedies(
      ['authorization server', 'issue tokens that live shorter'],
      ['resource server', 'or raise "maxLifetimeSeconds"'],
    ),
  },
  {
    cause: 'scope_as_list',
    of: ['scope_claim'],
    find: (patient) => (Array.isArray(claimOf(patient, 'scope')) ? '"scope" is a list' : undefined),
    remedies: remedies(
      ['authorization server', 'write "scope" as one string with spaces (RFC 9068 §2.2.3)'],
      ['authorization server', 'or move the list into "scp"'],
    ),
  },
  {
    cause: 'sender_constrained_token',
    of: ['sender_constraint'],
    find: (patient) => {
      const cnf = claimOf(patient, 'cnf');
      const names = typeof cnf === 'object' && cnf !== null ? Object.keys(cnf) : [];
      return `the token is bound to a key that the client has to prove (${showValue(names)})`;
    },
    remedies: remedies([
      'authorization server',
      'issue this client plain bearer tokens for this API: without DPoP and mutual TLS',
    ]),
  },
  {
    cause: 'scope_in_other_claim',
    of: ['required_scope'],
    find: (patient) => {
      const name = ['scope', 'scp', 'scopes', 'permissions', 'roles'].find(
        (candidate) =>
          !patient.expected.scopeClaims.includes(candidate) && holds(patient, candidate),
      );
      return name === undefined ? undefined : `the scope stands in "${name}", which is not read`;
    },
    remedies: remedies(
      ['resource server', 'name the claim in "scopeClaims", if it means what a scope means'],
      ['authorization server', 'or grant it as a scope'],
    ),
  },
  {
    cause: 'missing_scope',
    of: ['required_scope'],
    unless: ['scope_in_other_claim'],
    find: (patient) => {
      const isPresent = patient.expected.scopeClaims.some((name) => hasClaim(patient, name));
      return isPresent
        ? undefined
        : `the token has no scope: none of ${patient.expected.scopeClaims.join(', ')} is there`;
    },
    remedies: remedies(
      ['client', 'request the scope'],
      ['authorization server', 'grant the scope to this client, and write it into "scope"'],
    ),
  },
]);

function told(names: readonly string[], patient: Patient, what: string): string | undefined {
  const claims = names.map((name) => `"${name}" ${showValue(claimOf(patient, name))}`);
  return names.length === 0 ? undefined : `${claims.join(', ')}: ${what}`;
}

/** Says whether a claim that is not read holds every scope that is asked for. */
function holds(patient: Patient, name: string): boolean {
  const value = claimOf(patient, name);
  const tokens: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return [...parseScope(patient.scope ?? '')].every((needed) => tokens.includes(needed));
}
