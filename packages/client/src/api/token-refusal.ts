/**
 * Responses of a resource server that refuse the access token.
 *
 * @module
 */
import { parseChallenges } from '@scopegate/protocol';

/**
 * Whether a response refuses the access token itself, so that a fresh one may be accepted.
 *
 * @see RFC 6750 §3.1
 */
export function isTokenRefused(headers: Headers): boolean {
  const challenges = parseChallenges(headers.get('www-authenticate') ?? '') ?? [];
  return challenges.some(
    ({ scheme, params }) => scheme === 'bearer' && params.get('error') === 'invalid_token',
  );
}
