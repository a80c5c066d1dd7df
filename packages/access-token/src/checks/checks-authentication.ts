/**
 * The checks of how and when the user was authenticated. RFC 9470.
 *
 * @module
 */
import type { RequiredAuthentication } from '@scopegate/protocol';
import { readAuthentication } from '../claims/authentication.js';
import { readIdentity } from '../claims/identity.js';
import {
  assertAuthenticationContext,
  assertAuthenticationTime,
  assertUser,
  type AuthenticatedToken,
} from '../claims/user-authentication.js';
import type { Check } from './check.js';
import { findReason } from '../inspection/check-reason.js';
import { createFixes } from '../inspection/fix.js';
import { type ClaimsInspection, readClaim, readNow } from '../inspection/inspection.js';
import { formatDate, formatValue, formatValues } from '../inspection/printable.js';

/** The names of the checks of {@link AUTHENTICATION_CHECKS}. */
export type AuthenticationCheckName = 'authentication_context' | 'authentication_time';

const FIXES = createFixes(
  ['client', 'send the user to the authorization server with "acr_values" or "max_age"'],
  ['authorization server', 'issue "acr" and "auth_time" in access tokens (RFC 9470 §6.1)'],
);

/** What the route requires of the user, which is checked last. */
export const AUTHENTICATION_CHECKS: Readonly<Record<AuthenticationCheckName, Check>> =
  Object.freeze({
    authentication_context: {
      rfc: 'RFC 9470 §3',
      appliesTo: (inspection) =>
        inspection.authentication?.acrValues !== undefined && isReadable(inspection),
      expected: ({ authentication: { acrValues = [] } = {} }) =>
        `an "acr" that is one of ${formatValues(acrValues)}`,
      found: (inspection) => describeClaim(inspection, 'acr'),
      run: (inspection) => {
        const token = readAuthenticated(inspection);
        assertUser(token);
        assertAuthenticationContext(token, inspection.authentication ?? {});
      },
      fixes: FIXES,
    },
    authentication_time: {
      rfc: 'RFC 9470 §3',
      appliesTo: (inspection) =>
        inspection.authentication?.maxAgeSeconds !== undefined && isReadable(inspection),
      expected: (inspection) => describeMaxAge(inspection, inspection.authentication),
      found: (inspection) => describeClaim(inspection, 'auth_time'),
      run: (inspection) => {
        const token = readAuthenticated(inspection);
        assertUser(token);
        const { clockToleranceSeconds } = inspection.policy;
        const time = { nowSeconds: readNow(inspection), clockToleranceSeconds };
        assertAuthenticationTime(token, inspection.authentication ?? {}, time);
      },
      fixes: FIXES,
    },
  });

/** @throws InvalidTokenError `claim`: a claim is malformed. */
function readAuthenticated({ claims }: ClaimsInspection): AuthenticatedToken {
  return { ...readIdentity(claims), ...readAuthentication(claims) };
}

/** Malformed claims are reported by the checks of the claims. */
function isReadable(inspection: ClaimsInspection): boolean {
  return findReason(() => readAuthenticated(inspection)) === undefined;
}

function describeMaxAge(
  inspection: ClaimsInspection,
  { maxAgeSeconds = 0 }: RequiredAuthentication = {},
): string {
  const now = formatDate(Math.floor(readNow(inspection)));
  const tolerance = `with a tolerance of ${inspection.policy.clockToleranceSeconds} s`;
  return `an "auth_time" at most ${maxAgeSeconds} s before ${now}, ${tolerance}`;
}

function describeClaim(inspection: ClaimsInspection, name: 'acr' | 'auth_time'): string {
  const value = readClaim(inspection, name);
  const text = `"${name}" ${name === 'acr' ? formatValue(value) : formatDate(value)}`;
  return isClientToken(inspection) ? `${text}; the client acts for itself, without a user` : text;
}

/** Whether a client acts for itself. */
export function isClientToken(inspection: ClaimsInspection): boolean {
  return isReadable(inspection) && readAuthenticated(inspection).principal === 'client';
}
