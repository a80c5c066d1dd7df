/**
 * Publishes a refusal and answers it.
 *
 * @module
 */
import { ChallengeError, InvalidTokenError, type ProtectionSpace } from '@scopegate/protocol';
import type { Observation } from '../decision-event.js';
import { prepareRefusal, type Refusal, type RefusalHandler, sendRefusal } from './refusal.js';
import { handOver, type RefusedExchange } from './refusal-handover.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';

/** How a resource server answers refusals. */
export interface RefusalContext {
  /** The current protection space: it names the metadata document once one is served. */
  readonly protectionSpace: () => ProtectionSpace;
  readonly onRefusal: RefusalHandler | undefined;
}

/** A request that is refused. */
export interface RefusedRequest extends RefusedExchange {
  readonly context: RefusalContext;
  /** The policy of the guard that refuses; `undefined` for a refusal that a handler has thrown. */
  readonly policy: Pick<CompiledPolicy, 'scopes'> | undefined;
  /** `undefined` when the decision channel has no subscribers. */
  readonly observation: Observation | undefined;
}

const NO_CLAIM = { claim: undefined, problem: undefined };

/** Publishes a refusal, then answers it or calls `onRefusal`. */
export function answerRefusal(refusal: Refusal, request: RefusedRequest): void {
  const { protectionSpace, onRefusal } = request.context;
  const { policy } = request;
  const isOurFault = !(refusal instanceof ChallengeError);
  if (!isOurFault) refusal.inProtectionSpace(protectionSpace());
  // Several guards may run on a request; the one that refuses names its own scope.
  if (!isOurFault && policy !== undefined) refusal.requiringScope(policy.scopes.sufficient);
  const outcome = isOurFault ? 'unavailable' : 'refused';
  const { reason } = refusal;
  const { claim, problem } = refusal instanceof InvalidTokenError ? refusal : NO_CLAIM;
  request.observation?.end({ outcome, reason, claim, problem, excess: undefined });
  if (onRefusal === undefined) {
    sendRefusal(refusal, request.res);
    return;
  }
  prepareRefusal(request.res);
  handOver(onRefusal, refusal, request);
}
