/**
 * What the guards that have run on a request required of its token.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import {
  type ChallengeError,
  formatScope,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidTokenError,
} from '@scopegate/protocol';
import { authorize } from './authorize.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import { findGrantingScope, type ImplyingScopes } from '../policy/implied-scopes.js';
import { findLimit } from '../policy/scope-policy.js';
import type { TokenRequirements } from '../request/verified-request.js';
import { combineAuthentication } from '../user-authentication.js';

/** What the guards that have run on a request required. */
export interface EarlierRequirements extends Pick<TokenRequirements, 'named' | 'authentication'> {
  /** `undefined` when no scope implies another. */
  readonly implying?: ImplyingScopes | undefined;
  /** The policy that refuses the token. */
  readonly policy: CompiledPolicy;
}

/** Returns what a policy requires of tokens; the guards that run after it need it. */
export function requirementsOf(policy: CompiledPolicy): TokenRequirements {
  const { scopes, authentication, declared } = policy;
  const { senderConstraint } = declared;
  const refusalOf = (token: VerifiedAccessToken<unknown>): ChallengeError | undefined =>
    authorize(token, policy);
  return Object.freeze({ named: scopes.named, authentication, senderConstraint, refusalOf });
}

/**
 * Adds what the token has met in earlier guards to a refusal: the scopes to one that names scopes, and the
 * authentication, too, to one that requires an authentication. Otherwise a client that requests only what the
 * last guard names would get a token that the first guard refuses.
 *
 * Alternatives that the token does not have are not named, because the client does not need them. A scope
 * beyond the limit of the policy is not named either: one that it implies is, if the limit allows that.
 */
export function withEarlierRequirements(
  refusal: ChallengeError,
  token: VerifiedAccessToken<unknown>,
  earlier: EarlierRequirements,
): ChallengeError {
  if (refusal instanceof InsufficientUserAuthenticationError) {
    return withEarlierAuthentication(refusal, listHeld(token, earlier), earlier);
  }
  const { scope } = refusal.challenge;
  if (scope === undefined) return refusal;
  const held = listHeld(token, earlier);
  if (held.length === 0) return refusal;
  const all = formatScope(new Set([...held, ...scope.split(' ')]));
  return refusal instanceof InsufficientScopeError
    ? new InsufficientScopeError(refusal.reason, all)
    : new InvalidTokenError('excess_scope', { scope: all });
}

/** Lists the scopes by which the token has satisfied earlier guards. */
function listHeld(
  { scopes }: VerifiedAccessToken<unknown>,
  { named, implying, policy }: EarlierRequirements,
): readonly string[] {
  if (named.size === 0) return [];
  const limit = findLimit(policy.scopes, policy.declared.excessScopes);
  return [...named].flatMap((each) => {
    const granting = findGrantingScope(scopes, each, implying);
    if (granting === undefined) return [];
    if (limit === undefined || limit.has(granting)) return granting;
    return [each, ...(implying?.get(each) ?? [])].find((other) => limit.has(other)) ?? [];
  });
}

function withEarlierAuthentication(
  { reason, required }: InsufficientUserAuthenticationError,
  held: readonly string[],
  { authentication, policy }: EarlierRequirements,
): ChallengeError {
  const combined = combineAuthentication(authentication, required) ?? required;
  // Guards that no token can pass together are a mistake of the application; each names its own list.
  const acrValues = combined.acrValues?.length === 0 ? required.acrValues : combined.acrValues;
  const own = policy.scopes.sufficient?.split(' ') ?? [];
  const scopes = new Set([...held, ...own]);
  return new InsufficientUserAuthenticationError(
    reason,
    { ...combined, acrValues },
    { scope: scopes.size === 0 ? undefined : formatScope(scopes) },
  );
}
