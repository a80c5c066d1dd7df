/**
 * Completes and publishes refusals.
 *
 * @module
 */
import { ChallengeError, InvalidTokenError, type ProtectionSpace } from '@scopegate/protocol';
import type { Observation } from '../decision-event.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import type { Refusal } from '../refusal/refusal.js';

/** What is known of a refusal. */
export interface RefusalReport<Request extends object> {
  readonly protectionSpace: ProtectionSpace;
  /** The policy of the guard that refuses; `undefined` for a refusal that a handler has thrown. */
  readonly policy: Pick<CompiledPolicy, 'scopes'> | undefined;
  /** `undefined` when the decision channel has no subscribers. */
  readonly observation: Observation<Request> | undefined;
}

const NO_CLAIM = { claim: undefined, problem: undefined };

/**
 * Adds the protection space and the required scope to the challenge of a refusal, and publishes it.
 *
 * @returns The same refusal.
 */
export function reportRefusal<Request extends object>(
  refusal: Refusal,
  { protectionSpace, policy, observation }: RefusalReport<Request>,
): Refusal {
  const isOurFault = !(refusal instanceof ChallengeError);
  if (!isOurFault) refusal.inProtectionSpace(protectionSpace);
  // Several guards may run on a request; the one that refuses names its own scope.
  if (!isOurFault && policy !== undefined) refusal.requiringScope(policy.scopes.sufficient);
  const outcome = isOurFault ? 'unavailable' : 'refused';
  const { reason } = refusal;
  const { claim, problem } = refusal instanceof InvalidTokenError ? refusal : NO_CLAIM;
  observation?.end({ outcome, reason, claim, problem, excess: undefined });
  return refusal;
}
