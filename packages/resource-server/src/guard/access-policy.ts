/**
 * A policy that decides inside handlers instead of in front of a route.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { ChallengeError } from '@scopegate/protocol';
import { authorize } from './authorize.js';
import type { CompiledPolicy, GuardPolicy } from '../policy/guard-policy.js';

/**
 * What a part of an API requires, such as a GraphQL field, an RPC procedure or a tool; created by
 * {@link ResourceServer.policy}. Frozen.
 *
 * @example
 * const write = api.policy({ scope: 'write:analytics' });
 * const reports = api.isAllowed(req, write) ? [...published, ...drafts] : published;
 */
export interface AccessPolicy {
  /** What the policy requires, as declared. */
  readonly policy: GuardPolicy;
  /**
   * Returns the refusal of a token, or `undefined` when the policy allows it. The token must come from
   * a guard or a verifier: only its scopes and its principal are checked, not whether it has expired.
   *
   * The refusal is a new error in no protection space, so its challenge has no `realm`, and it names the
   * scopes of this policy only. Where the request is available, use {@link ResourceServer.assertAllowed}.
   *
   * @example
   * const refusal = write.refusalOf(token);
   * if (refusal !== undefined) return { error: refusal.reason, scope: refusal.challenge.scope };
   */
  refusalOf(token: VerifiedAccessToken<unknown>): ChallengeError | undefined;
}

/** Creates the public form of a compiled policy. */
export function createAccessPolicy(compiled: CompiledPolicy): AccessPolicy {
  return Object.freeze({
    policy: compiled.declared,
    refusalOf: (token: VerifiedAccessToken<unknown>) => authorize(token, compiled),
  });
}
