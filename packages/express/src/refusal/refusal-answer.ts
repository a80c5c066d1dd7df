/**
 * A refusal on its way out: placed in its protection space, published, answered.
 *
 * @module
 */
import { ChallengeError, type ProtectionSpace } from '@scopegate/protocol';
import type { Observation } from '../decision-event.js';
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

/** Publishes a refusal and answers it, or lets the application do so. */
export function answerRefusal(
  refusal: Refusal,
  exchange: ObservedExchange,
  { protectionSpace, onRefusal }: RefusalContext,
): void {
  const isOurFault = !(refusal instanceof ChallengeError);
  if (!isOurFault) refusal.inProtectionSpace(protectionSpace());
  const outcome = isOurFault ? 'unavailable' : 'refused';
  exchange.observation?.end({ outcome, reason: refusal.reason, excess: undefined });
  if (onRefusal === undefined) sendRefusal(refusal, exchange.res);
  else handOver(onRefusal, refusal, exchange);
}
