/**
 * The error handler for refusals that handlers and middleware throw.
 *
 * @module
 */
import { ChallengeError } from '@scopegate/protocol';
import { decisionChannel, Observation } from '../decision-event.js';
import { isRefusal, sendRefusal } from './refusal.js';
import { answerRefusal, type RefusalContext } from './refusal-answer.js';
import { isHandedOn } from './refusal-handover.js';
import type { ErrorMiddleware } from '../request/middleware.js';
import type { VerifiedRequests } from '../request/verified-request.js';

/** What the error handler shares with the guards. */
export interface RefusalErrorContext extends RefusalContext {
  readonly verifiedRequests: VerifiedRequests<unknown>;
  readonly identifyClients: boolean;
}

/** Creates the error handler: it answers refusals as a guard does and passes every other error on. */
export function createRefusalErrorHandler(context: RefusalErrorContext): ErrorMiddleware {
  // eslint-disable-next-line max-params -- Express recognizes error handlers by their four parameters
  return function scopegateErrorHandler(error, req, res, next) {
    if (!isRefusal(error) || res.headersSent) {
      next(error);
      return;
    }
    // A guard has published this refusal, and `onRefusal` has passed it on to the error handlers.
    if (isHandedOn(error, req)) {
      if (error instanceof ChallengeError) error.inProtectionSpace(context.protectionSpace());
      sendRefusal(error, res);
      return;
    }
    const observation = decisionChannel.hasSubscribers
      ? new Observation(req, context.identifyClients)
      : undefined;
    if (observation) observation.token = context.verifiedRequests.findToken(req);
    answerRefusal(error, { req, res, next, context, observation, policy: undefined });
  };
}
