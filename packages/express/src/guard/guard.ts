/**
 * The guard of a route, as middleware.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isThenable } from '@scopegate/protocol/internal';
import type { Guard as RequestGuard, GuardPolicy, Refusal } from '@scopegate/resource-server';
import { type Report, varyOnAuthorization } from '@scopegate/resource-server/internal';
import { attachExplainer, type TokenExplainer } from './guard-explainer.js';
import { answerLate } from '../refusal/late-answer.js';
import type { Exchange, Middleware } from '../request/middleware.js';

/** Middleware that passes a request on only with a token that its policy allows. */
export interface Guard extends Middleware {
  /** What the guard requires. */
  readonly policy: GuardPolicy;
}

/** What decides on requests. */
export interface GuardDecisions {
  readonly decision: RequestGuard<IncomingMessage>;
  /** Of a guard that only reports. */
  readonly report: Report<IncomingMessage> | undefined;
}

/** How a resource server responds to guarded requests. */
export interface GuardResponses {
  /** Adds a request before the guard decides on it. */
  add(req: IncomingMessage, res: ServerResponse): void;
  /** Prepares the response to any request that the guard has decided on. */
  prepare(req: IncomingMessage, res: ServerResponse): void;
  /** Answers a refusal, or calls `onRefusal`. */
  refuse(refusal: Refusal, exchange: Exchange): void;
  readonly explainer: TokenExplainer;
}

/**
 * Creates the middleware.
 *
 * It decides synchronously when the keys are available and no hook has to be awaited. It calls `next`
 * at most once: without an argument when the request may pass, or with an Error that is not a refusal
 * when something failed.
 *
 * @param name - The middleware's name in stack traces and route listings.
 */
export function createGuard(
  name: string,
  { decision, report }: GuardDecisions,
  responses: GuardResponses,
): Guard {
  const guard: Middleware = (req, res, next) => {
    responses.add(req, res);
    if (report?.(req) === true) {
      next();
      return;
    }
    if (!res.headersSent) varyOnAuthorization(res);
    let refusal: ReturnType<typeof decision.check>;
    try {
      refusal = decision.check(req);
    } catch (failure) {
      responses.prepare(req, res);
      next(failure);
      return;
    }
    if (isThenable(refusal)) {
      endLate(refusal, { req, res, next }, responses);
      return;
    }
    responses.prepare(req, res);
    // Errors that `next` throws are not caught: they belong to the handlers that follow.
    if (refusal === undefined) next();
    else responses.refuse(refusal, { req, res, next });
  };
  Object.defineProperty(guard, 'name', { value: name });
  attachExplainer(guard, responses.explainer);
  return Object.freeze(Object.assign(guard, { policy: decision.policy }));
}

function endLate(
  decided: PromiseLike<Refusal | undefined>,
  exchange: Exchange,
  responses: GuardResponses,
): void {
  const end = (finish: (late: Exchange) => void): void => {
    answerLate(exchange, (late) => {
      responses.prepare(late.req, late.res);
      finish(late);
    });
  };
  void decided.then(
    (refusal) => {
      end((late) => {
        if (refusal === undefined) late.next();
        else responses.refuse(refusal, late);
      });
    },
    (failure: unknown) => {
      end((late) => {
        late.next(failure);
      });
    },
  );
}
