/**
 * The error handler for refusals that handlers and middleware throw.
 *
 * @module
 */
import { ChallengeError } from '@scopegate/protocol';
import { Observation } from '../decision-event.js';
import type { ErrorMiddleware } from '../request/middleware.js';
import { isRefusal, sendRefusal } from './refusal.js';
import { answerRefusal, type RefusalContext } from './refusal-answer.js';
import { isHandedOn } from './refusal-handover.js';
import type { RequestTokens } from '../request/verified-request.js';

/** What the error handler shares with the guards. */
export interface RefusalErrorContext extends RefusalContext {
  readonly tokens: RequestTokens<unknown>;
  readonly identifyClients: boolean;
}

/** Creates the error handler: it answers refusals as a guard does and passes on everything else. */
export function createRefusalErrorHandler(context: RefusalErrorContext): ErrorMiddleware {
  return function scopegateErrorHandler(error, req, res, next) {
    if (!isRefusal(error) || res.headersSent) {
      next(error);
      return;
    }
    // A guard has published it, and `onRefusal` has left it to the error handlers.
    if (isHandedOn(error, req)) {
      if (error instanceof ChallengeError) error.inProtectionSpace(context.protectionSpace());
      sendRefusal(error, res);
      return;
    }
    const observation = Observation.begin(req, context.identifyClients);
    if (observation) observation.token = context.tokens.find(req);
    answerRefusal(error, { req, res, next, observation }, context);
  };
}
