/**
 * Checks whether a verified token satisfies the policy of a route.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import {
  type ChallengeError,
  InsufficientScopeError,
  InvalidTokenError,
} from '@scopegate/protocol';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import { isWithin } from '../policy/scope-policy.js';

/**
 * Checks a verified token against a route's policy.
 *
 * @returns The refusal, or `undefined` when the policy allows the token.
 * @see RFC 6750 §3.1; RFC 6749 §3.3; RFC 9700 §2.3
 */
export function authorize(
  { scopes, principal }: VerifiedAccessToken<unknown>,
  policy: CompiledPolicy,
): ChallengeError | undefined {
  const { declared, scopes: required } = policy;
  if (declared.principal !== undefined && declared.principal !== principal) {
    return new InsufficientScopeError('principal');
  }
  if (!required.isSatisfiedBy(scopes)) {
    return new InsufficientScopeError('scope', required.sufficient);
  }
  // Not `insufficient_scope`: the client should request a token with less scope.
  if (!isWithinLimit(scopes, policy)) {
    return new InvalidTokenError('excess_scope', { scope: required.sufficient });
  }
  return undefined;
}

function isWithinLimit(scopes: ReadonlySet<string>, policy: CompiledPolicy): boolean {
  const { atMost, named } = policy.scopes;
  if (atMost !== undefined) return isWithin(scopes, atMost);
  return policy.declared.excessScopes !== 'refuse' || isWithin(scopes, named);
}
