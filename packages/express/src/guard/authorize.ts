/**
 * Whether a verified token allows what a route does.
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
 * Holds a verified token against a route's policy.
 *
 * @returns The refusal, or `undefined` when the token will do.
 * @see RFC 6750 §3.1; RFC 6749 §3.3; RFC 9700 §2.3
 */
export function authorize(
  { scopes, principal }: VerifiedAccessToken<unknown>,
  { declared, scopes: policy }: CompiledPolicy,
): ChallengeError | undefined {
  if (declared.principal !== undefined && declared.principal !== principal) {
    return new InsufficientScopeError('principal');
  }
  if (!policy.isSatisfiedBy(scopes)) {
    return new InsufficientScopeError('scope', policy.sufficient);
  }
  // A token for less would do: the caller should get itself one.
  if (!keepsLimit(scopes, { declared, scopes: policy })) {
    return new InvalidTokenError('excess_scope', { scope: policy.sufficient });
  }
  return undefined;
}

function keepsLimit(
  scopes: ReadonlySet<string>,
  { declared, scopes: policy }: Pick<CompiledPolicy, 'declared' | 'scopes'>,
): boolean {
  if (policy.atMost !== undefined) return isWithin(scopes, policy.atMost);
  return declared.excessScopes !== 'refuse' || isWithin(scopes, policy.named);
}
