/**
 * Checks an allowed request against the stricter policies that are on trial.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { RefusalReason } from '@scopegate/protocol';
import { authorize } from './authorize.js';
import type { TrialVerdict } from '../decision-event.js';
import type { GuardedRequest } from './guarded-request.js';

const ALLOWED: TrialVerdict = Object.freeze({ outcome: 'allowed', reason: undefined });
const FAILED: TrialVerdict = Object.freeze({ outcome: 'error', reason: undefined });

/**
 * Checks an allowed request against the trials of its resource server and of its route.
 *
 * @returns What would have happened; `undefined` when nothing is on trial. Never throws.
 */
export function checkTrial<Request extends object, Claims>(
  token: VerifiedAccessToken<Claims>,
  guarded: GuardedRequest<Request, Claims>,
): TrialVerdict | undefined {
  const { policy, context } = guarded;
  if (policy.trial === undefined && context.tokenTrial === undefined) return undefined;
  try {
    const reason = findReason(token, guarded);
    return reason === undefined ? ALLOWED : Object.freeze({ outcome: 'refused', reason });
  } catch {
    // A clock that throws, for example: the request has passed, so this must not be its failure.
    return FAILED;
  }
}

/** Finds the first reason, in the order in which a guard finds it. */
function findReason<Request extends object, Claims>(
  token: VerifiedAccessToken<Claims>,
  { policy: { trial }, scheme, context: { tokenTrial } }: GuardedRequest<Request, Claims>,
): RefusalReason | undefined {
  if (scheme === 'Bearer' && trial?.accepted.bearer === false) return 'unsupported_scheme';
  return tokenTrial?.(token) ?? (trial && authorize(token, trial)?.reason);
}
