/**
 * Excess scopes: those of an allowed token that its route does not require.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { ExcessScopes } from '../decision-event.js';
import type { GuardedRequest } from './guarded-request.js';

/** Finds scopes that a token has and its route does not require; `undefined` when they are ignored. */
export function findExcessScopes(
  { scopes }: VerifiedAccessToken<unknown>,
  { policy, context }: Pick<GuardedRequest<unknown>, 'policy' | 'context'>,
): ExcessScopes | undefined {
  if (policy.declared.excessScopes === 'ignore') return undefined;
  const excess = [...scopes].filter((scope) => !policy.scopes.named.has(scope));
  if (excess.length === 0) return undefined;
  const declared = excess.filter((scope) => context.vocabulary.has(scope));
  return { declared, others: excess.length - declared.length };
}
