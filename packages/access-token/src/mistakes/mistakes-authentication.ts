/**
 * Mistakes in how the user of a token was authenticated, and in how revocations are kept current.
 *
 * @module
 */
import { isClientToken } from '../checks/checks-authentication.js';
import type { CheckName } from '../checks/run-checks.js';
import { createFixes } from '../inspection/fix.js';
import {
  type ClaimsInspection,
  hasClaims,
  type Inspection,
  readClaim,
  readNow,
} from '../inspection/inspection.js';
import { formatDuration, formatNames } from '../inspection/printable.js';
import type { KnownMistake } from './mistake.js';

/** The names of the mistakes of {@link AUTHENTICATION_MISTAKES}. */
export type AuthenticationCause =
  | 'revocations_not_current'
  | 'client_cannot_step_up'
  | 'authentication_claims_missing'
  | 'auth_time_in_milliseconds'
  | 'old_authentication';

const STEP_UP: readonly CheckName[] = ['authentication_context', 'authentication_time'];

/** Later than any date in seconds, earlier than any date of this century in milliseconds. */
const MIN_MILLISECONDS = 100_000_000_000;

/** In the order in which they are reported. */
export const AUTHENTICATION_MISTAKES: Readonly<
  Record<AuthenticationCause, KnownMistake<AuthenticationCause>>
> = {
  revocations_not_current: {
    checks: ['revocation'],
    findEvidence: ({ revocation }) =>
      revocation.kind === 'unavailable' && revocation.error.failure === 'not_current'
        ? 'the list of revocations has not been confirmed as current for too long'
        : undefined,
    fixes: createFixes([
      'resource server',
      'make sure that what feeds the list of revocations is connected, and confirms that it is',
    ]),
  },
  client_cannot_step_up: {
    checks: STEP_UP,
    findEvidence: (inspection) =>
      hasClaims(inspection) && isClientToken(inspection)
        ? 'the token belongs to a client that acts for itself and has no user to authenticate'
        : undefined,
    fixes: createFixes(
      ['client', 'request the token for a user, with the authorization code grant'],
      ['resource server', 'offer clients a route without "acrValues" and "maxAgeSeconds"'],
    ),
  },
  authentication_claims_missing: {
    checks: STEP_UP,
    unless: ['client_cannot_step_up'],
    findEvidence: (inspection) => {
      const missing = listMissing(inspection);
      return missing.length === 0 ? undefined : `the token has no ${formatNames(missing)}`;
    },
    fixes: createFixes(
      ['authorization server', 'issue "acr" and "auth_time" in access tokens (RFC 9470 §6.1)'],
      ['client', 'request the token with "acr_values" or "max_age"'],
    ),
  },
  auth_time_in_milliseconds: {
    checks: ['authentication_time'],
    findEvidence: (inspection) =>
      readAuthTime(inspection) >= MIN_MILLISECONDS
        ? '"auth_time" is in milliseconds instead of seconds'
        : undefined,
    fixes: createFixes(['authorization server', 'issue "auth_time" in seconds since 1970']),
  },
  old_authentication: {
    checks: ['authentication_time'],
    findEvidence: (inspection) => {
      const age = readNow(inspection) - readAuthTime(inspection);
      return age > 0 && hasClaims(inspection) && !isClientToken(inspection)
        ? `the user was authenticated ${formatDuration(age)} ago`
        : undefined;
    },
    fixes: createFixes([
      'client',
      'send the user to the authorization server with "max_age", and request a new token',
    ]),
  },
};

function listMissing(inspection: Inspection): readonly string[] {
  if (!hasClaims(inspection)) return [];
  const { acrValues, maxAgeSeconds } = inspection.authentication ?? {};
  return [
    ...(acrValues === undefined || isPresent(inspection, 'acr') ? [] : ['acr']),
    ...(maxAgeSeconds === undefined || isPresent(inspection, 'auth_time') ? [] : ['auth_time']),
  ];
}

function isPresent(inspection: ClaimsInspection, name: string): boolean {
  return readClaim(inspection, name) !== undefined;
}

function readAuthTime(inspection: Inspection): number {
  const authTime = readClaim(inspection, 'auth_time');
  return typeof authTime === 'number' ? authTime : NaN;
}
