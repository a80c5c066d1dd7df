/**
 * The error handler for refusals that handlers and middleware throw.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { isRefusal, type Refusal } from '@scopegate/resource-server';
import type { Front } from '@scopegate/resource-server/internal';
import { isHandedOn } from './refusal-handover.js';
import { sendRefusal } from './refusal-response.js';
import type { ErrorMiddleware, Exchange } from '../request/middleware.js';

/**
 * Creates the error handler: it answers refusals as a guard does and passes every other error on.
 *
 * @param refuse - Answers a refusal, or calls `onRefusal`.
 */
export function createRefusalErrorHandler(
  front: Pick<Front<IncomingMessage, unknown>, 'inProtectionSpace' | 'reportThrown'>,
  refuse: (refusal: Refusal, exchange: Exchange) => void,
): ErrorMiddleware {
  // eslint-disable-next-line max-params -- Express recognizes error handlers by their four parameters
  return function scopegateErrorHandler(error, req, res, next) {
    if (!isRefusal(error) || res.headersSent) {
      next(error);
      return;
    }
    // A guard has published this refusal, and `onRefusal` has passed it on to the error handlers.
    if (isHandedOn(error, req)) sendRefusal(front.inProtectionSpace(error), res);
    else refuse(front.reportThrown(error, req), { req, res, next });
  };
}
