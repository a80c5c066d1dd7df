/**
 * Checks whether a verified token satisfies the policy of a route.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { type ChallengeError, InsufficientScopeError } from '@scopegate/protocol';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import { checkScopes } from '../policy/scope-policy.js';

/**
 * Checks a verified token against a route's policy.
 *
 * @returns The refusal, or `undefined` when the policy allows the token.
 * @see RFC 6750 §3.1
 */
export function authorize(
  { scopes, principal }: VerifiedAccessToken<unknown>,
  policy: CompiledPolicy,
): ChallengeError | undefined {
  const { declared } = policy;
  if (declared.principal !== undefined && declared.principal !== principal) {
    return new InsufficientScopeError('principal');
  }
  return checkScopes(scopes, policy.scopes, declared.excessScopes);
}
