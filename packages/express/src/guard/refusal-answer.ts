/**
 * A refusal on its way out: placed in its protection space, published, answered.
 *
 * @module
 */
import { ChallengeError, InvalidTokenError, type ProtectionSpace } from '@scopegate/protocol';
import type { Observation } from './decision-event.js';
import type { Refusal, RefusalHandler } from './refusal.js';
import { sendRefusal } from './refusal.js';
import { handOver, type RefusedExchange } from './refusal-handover.js';

/** What answering needs. */
export interface RefusalContext {
  /** As it is now: it names the metadata document once one is served. */
  readonly protectionSpace: () => ProtectionSpace;
  readonly onRefusal: RefusalHandler | undefined;
}

/** A request that is refused, under the eyes of a listener where there is one. */
export interface ObservedExchange extends RefusedExchange {
  readonly observation: Observation | undefined;
}

const NO_CLAIM = { claim: undefined, problem: undefined };

/** Publishes a refusal and answers it, or lets the application do so. */
export function answerRefusal(
  refusal: Refusal,
  exchange: ObservedExchange,
  { protectionSpace, onRefusal }: RefusalContext,
): void {
  const isOurFault = !(refusal instanceof ChallengeError);
  if (!isOurFault) refusal.inProtectionSpace(protectionSpace());
  const outcome = isOurFault ? 'unavailable' : 'refused';
  const { claim, problem } = refusal instanceof InvalidTokenError ? refusal : NO_CLAIM;
  const { reason } = refusal;
  exchange.observation?.end({ outcome, reason, claim, problem, excess: undefined });
  if (onRefusal === undefined) sendRefusal(refusal, exchange.res);
  else handOver(onRefusal, refusal, exchange);
}
