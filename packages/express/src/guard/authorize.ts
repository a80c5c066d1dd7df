/**
 * Checks whether a verified token satisfies the policy of a route.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { type ChallengeError, formatScope, InsufficientScopeError } from '@scopegate/protocol';
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

/**
 * Adds the scopes of earlier guards to a refusal that names scopes. Otherwise a client that requests only
 * the scopes of the last guard would get a token that the first guard refuses.
 *
 * @param earlier - The scopes that the earlier guards on the request require.
 */
export function withEarlierScopes(
  refusal: ChallengeError,
  earlier: readonly string[],
): ChallengeError {
  const isIncomplete = refusal instanceof InsufficientScopeError && refusal.required !== undefined;
  if (earlier.length === 0 || !isIncomplete) return refusal;
  const all = new Set([...earlier, ...refusal.required.split(' ')]);
  return new InsufficientScopeError(refusal.reason, formatScope(all));
}
