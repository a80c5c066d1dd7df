/**
 * Responses of a resource server that refuse the access token.
 *
 * @module
 */
import { parseChallenges } from '@scopegate/protocol';
import type { TokenType } from '../token/access-token.js';

/**
 * Whether a response refuses the access token itself, so that a fresh one may be accepted.
 *
 * @param type - The type of the token, which is the scheme of the challenge.
 * @see RFC 6750 §3.1; RFC 9449 §7.1
 */
export function isTokenRefused(headers: Headers, type: TokenType): boolean {
  const challenges = parseChallenges(headers.get('www-authenticate') ?? '') ?? [];
  return challenges.some(
    ({ scheme, params }) =>
      scheme === type.toLowerCase() && params.get('error') === 'invalid_token',
  );
}
