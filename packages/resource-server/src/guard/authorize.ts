/**
 * Checks whether a verified token satisfies the policy of a route.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import { isBoundAs } from '@scopegate/access-token/internal';
import {
  type ChallengeError,
  formatScope,
  InsufficientScopeError,
  InvalidTokenError,
} from '@scopegate/protocol';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import { findGrantingScope, type ImplyingScopes } from '../policy/implied-scopes.js';
import { checkScopes, findLimit } from '../policy/scope-policy.js';

/**
 * Checks a verified token against a route's policy.
 *
 * @returns The refusal, or `undefined` when the policy allows the token.
 * @see RFC 6750 §3.1
 */
export function authorize(
  { scopes, principal, confirmation }: VerifiedAccessToken<unknown>,
  policy: CompiledPolicy,
): ChallengeError | undefined {
  const { declared } = policy;
  // The token may have been verified by an earlier guard, whose constraint was looser.
  if (!isBoundAs(declared.senderConstraint, confirmation)) return new InvalidTokenError('unbound');
  if (declared.principal !== undefined && declared.principal !== principal) {
    return new InsufficientScopeError('principal');
  }
  return checkScopes(scopes, policy.scopes, declared.excessScopes);
}

/** What the guards that have run on a request required. */
export interface EarlierScopes {
  /** Every scope that they name. */
  readonly named: ReadonlySet<string>;
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
  /** The policy that refuses the token. */
  readonly policy: CompiledPolicy;
}

/**
 * Adds the scopes by which the token has satisfied earlier guards to a refusal that names scopes. Otherwise
 * a client that requests only the scopes of the last guard would get a token that the first guard refuses.
 * Alternatives that the token does not have are not named, because the client does not need them. A scope
 * beyond the limit of the policy is not named either: one that it implies is, if the limit allows that.
 */
export function withEarlierScopes(
  refusal: ChallengeError,
  { scopes }: VerifiedAccessToken<unknown>,
  { named, implying, policy }: EarlierScopes,
): ChallengeError {
  const { scope } = refusal.challenge;
  const limit = findLimit(policy.scopes, policy.declared.excessScopes);
  const held = [...named].flatMap((each) => {
    const granting = findGrantingScope(scopes, each, implying);
    if (granting === undefined) return [];
    if (limit === undefined || limit.has(granting)) return granting;
    return [each, ...(implying?.get(each) ?? [])].find((other) => limit.has(other)) ?? [];
  });
  if (scope === undefined || held.length === 0) return refusal;
  const all = formatScope(new Set([...held, ...scope.split(' ')]));
  return refusal instanceof InsufficientScopeError
    ? new InsufficientScopeError(refusal.reason, all)
    : new InvalidTokenError('excess_scope', { scope: all });
}
