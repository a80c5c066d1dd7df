/**
 * Which of its scopes a request needed, by the policies of its guards.
 *
 * @module
 */
import type { GuardPolicy } from '@scopegate/resource-server';
import { findSufficient, listScopes } from '@scopegate/resource-server/internal';

/**
 * Lists the scopes by which a token satisfies policies: of each policy, the first alternative that the token
 * has and the limit of the policy allows, as challenges choose it.
 *
 * @param held - The declared scopes of the token.
 * @returns No scopes of policies that the token does not satisfy.
 */
export function listNeeded(
  policies: readonly GuardPolicy[],
  held: ReadonlySet<string>,
): readonly string[] {
  const needed = policies.flatMap((policy) => {
    const requirement = policy.expandedScope ?? policy.scope;
    if (requirement === undefined) return [];
    const limit = limitOf(policy);
    const allowed = limit && new Set([...held].filter((scope) => limit.includes(scope)));
    return findSufficient(requirement, allowed ?? held) ?? [];
  });
  return [...new Set(needed)];
}

/**
 * Lists the scopes that a token lacks for a policy: those that the challenge names, without those that the
 * token has.
 */
export function listMissing(policy: GuardPolicy, held: ReadonlySet<string>): readonly string[] {
  const { scope, expandedScope, atMost } = policy;
  if (scope === undefined) return [];
  const limit = atMost && new Set(atMost);
  const named = findSufficient(scope, limit) ?? findSufficient(expandedScope ?? scope, limit) ?? [];
  return [...new Set(named)].filter((each) => !held.has(each));
}

/** The only scopes that a guard allows; `undefined` without a limit. */
function limitOf({ scope, atMost, excessScopes }: GuardPolicy): readonly string[] | undefined {
  if (atMost !== undefined) return atMost;
  return excessScopes === 'refuse' && scope !== undefined ? listScopes(scope) : undefined;
}
