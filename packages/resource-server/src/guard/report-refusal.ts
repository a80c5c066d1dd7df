/**
 * Completes and publishes refusals.
 *
 * @module
 */
import { findRefusalOrigin } from '@scopegate/access-token/internal';
import {
  type AuthScheme,
  ChallengeError,
  InvalidProofError,
  InvalidTokenError,
  type ProtectionSpace,
} from '@scopegate/protocol';
import type { Observation } from '../observation/observation.js';
import type { Decision } from '../observation/verdict.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';
import type { Refusal } from '../refusal/refusal.js';

/** What is known of a refusal. */
export interface RefusalReport<Request extends object> {
  /** `undefined` for a refusal that is already in one. */
  readonly protectionSpace: ProtectionSpace | undefined;
  /** The scheme that the request used; `undefined` if it used none, or more than one. */
  readonly scheme: AuthScheme | undefined;
  /** The policy of the guard that refuses; `undefined` for a refusal that a handler has thrown. */
  readonly policy: Pick<CompiledPolicy, 'scopes'> | undefined;
  /** `undefined` when the decision channel has no subscribers. */
  readonly observation: Observation<Request> | undefined;
}

/**
 * Adds the protection space, the scheme and the required scope to the challenge of a refusal, and publishes
 * it.
 *
 * @returns The same refusal.
 */
export function reportRefusal<Request extends object>(
  refusal: Refusal,
  { protectionSpace, scheme, policy, observation }: RefusalReport<Request>,
): Refusal {
  if (refusal instanceof ChallengeError) {
    if (protectionSpace !== undefined) refusal.inProtectionSpace(protectionSpace);
    if (scheme !== undefined) refusal.usingScheme(scheme);
    // Several guards may run on a request; the one that refuses names its own scope.
    if (policy !== undefined) refusal.requiringScope(policy.scopes.sufficient);
  }
  const outcome = refusal instanceof ChallengeError ? 'refused' : 'unavailable';
  observation?.end({ ...describeRefusal(refusal), outcome, scheme, excess: undefined });
  return refusal;
}

/** Describes a refusal for events. */
export function describeRefusal(
  refusal: Refusal,
): Pick<Decision, 'reason' | 'claim' | 'problem' | 'certificate' | 'origin'> {
  const origin = findRefusalOrigin(refusal);
  return { reason: refusal.reason, ...detailsOf(refusal), origin };
}

function detailsOf(refusal: Refusal): Pick<Decision, 'claim' | 'problem' | 'certificate'> {
  if (refusal instanceof InvalidTokenError) {
    const { claim, problem, certificate } = refusal;
    return { claim, problem, certificate };
  }
  const claim = refusal instanceof InvalidProofError ? refusal.claim : undefined;
  return { claim, problem: undefined, certificate: undefined };
}
