/**
 * Checks whether a verified token satisfies the policy of a route.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { isBoundAs } from '@scopegate/access-token/internal';
import {
  type ChallengeError,
  InsufficientScopeError,
  InvalidTokenError,
} from '@scopegate/protocol';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import { checkScopes } from '../policy/scope-policy.js';

/**
 * Checks a verified token against a route's policy.
 *
 * @returns The refusal, or `undefined` when the policy allows the token.
 * @see RFC 6750 §3.1; RFC 9470 §3
 */
export function authorize(
  token: VerifiedAccessToken<unknown>,
  policy: CompiledPolicy,
): ChallengeError | undefined {
  const { declared } = policy;
  const { scopes, principal, confirmation } = token;
  // The token may have been verified by an earlier guard, whose constraint was looser.
  if (!isBoundAs(declared.senderConstraint, confirmation)) return new InvalidTokenError('unbound');
  if (declared.principal !== undefined && declared.principal !== principal) {
    return new InsufficientScopeError('principal');
  }
  const refusal = checkScopes(scopes, policy.scopes, declared.excessScopes);
  return refusal ?? policy.checkAuthentication?.(token);
}
