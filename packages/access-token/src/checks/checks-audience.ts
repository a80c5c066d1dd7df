/**
 * The check of a token's audience.
 *
 * @module
 */
import type { Check } from './check.js';
import { checkAudience } from '../claims/audience.js';
import { createFixes } from '../inspection/fix.js';
import { formatClaims, readClaim } from '../inspection/inspection.js';
import { formatValue, formatValues } from '../inspection/printable.js';

/** The name of the check of {@link AUDIENCE_CHECKS}. */
export type AudienceCheckName = 'audience';

/** Precedes the checks of the times. */
export const AUDIENCE_CHECKS: Readonly<Record<AudienceCheckName, Check>> = Object.freeze({
  audience: {
    rfc: 'RFC 9068 §4',
    // Each issuer that is found at run time may have its own audience.
    appliesTo: ({ trusted, expected: { audience } }) =>
      trusted !== undefined || audience.length > 0,
    expected: ({ expected: { audience, audienceClaim } }) =>
      `${audienceClaim === 'aud' ? '' : `"${audienceClaim}" `}one of ${formatValues(audience)}`,
    found: (inspection) =>
      inspection.expected.audienceClaim === 'aud'
        ? formatValue(readClaim(inspection, 'aud'))
        : formatClaims(inspection, [inspection.expected.audienceClaim, 'aud']),
    run: ({ claims, expected }) => checkAudience(claims, expected),
    fixes: createFixes(
      ['client', 'request the token for this API, with "resource" or "audience"'],
      ['resource server', 'set "audience" to the identifier under which the API is registered'],
    ),
  },
});
