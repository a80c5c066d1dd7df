/**
 * The application's own answers to refusals, and the error handler for refusals that handlers throw.
 *
 * @module
 */
import { respondInTime } from '../refusal/application-response.js';
import { isRefusal, type Refusal } from '../refusal/refusal.js';
import type { Front } from '../server/assembly.js';
import type { HookExchange, HookReply, HookRequest } from './hook-exchange.js';
import { isAnswered, prepareReply, sendRefusal } from './hook-reply.js';

interface RefusalListener<Request, Reply> {
  handle(error: Refusal, request: Request, reply: Reply): unknown;
}

/**
 * Answers a refusal instead of the guard. A refused request never reaches the route, and always gets an
 * answer:
 *
 * - A handler that answers later must return a promise, or the reply.
 * - The default answer is sent when the handler returns, or its promise settles, without an answer, and
 *   after 10 s without an answer. The value that it returns is not sent.
 * - What the handler throws or rejects with goes to the error handlers as an Error. After an answer it is
 *   ignored.
 * - The status is 200 when the handler is called, unless a hook has set another one.
 * - The reply has `Connection: close` if the body of an HTTP/1 request has not been read. It exposes the
 *   headers of a refusal if another hook has set `Access-Control-Allow-Origin`.
 * - `error.headers` is the challenge, and names the scope that the route requires.
 */
export type HookRefusalHandler<Request, Reply> = RefusalListener<Request, Reply>['handle'];

/** An error handler of a framework with hooks. */
export type HookErrorHandler = (error: unknown, request: HookRequest, reply: HookReply) => void;

/** Answers a refusal. */
export type Refuse = (refusal: Refusal, exchange: HookExchange) => void;

/** The refusals that `onRefusal` has thrown: their events are already published. */
const handedOn = new WeakMap<HookRequest, unknown>();

/** Creates the function that answers refusals, or lets the application answer them. */
export function createRefuse(
  onRefusal: HookRefusalHandler<HookRequest, HookReply> | undefined,
): Refuse {
  if (onRefusal === undefined) {
    return (refusal, { reply }) => {
      sendRefusal(refusal, reply);
    };
  }
  return (refusal, { request, reply, done }) => {
    prepareReply(refusal, reply);
    const send = reply.send.bind(reply);
    let isSent = false;
    // `sent` is false while `onSend` hooks run.
    reply.send = (...payload) => {
      isSent = true;
      // What the handler sends after the default answer is ignored.
      return reply.raw.headersSent ? reply : send(...payload);
    };
    respondInTime(() => onRefusal(refusal, request, reply), {
      isAnswered: () => isSent || isAnswered(reply),
      answer: () => {
        sendRefusal(refusal, reply);
      },
      fail: (error) => {
        handedOn.set(request, error);
        done(error);
      },
    });
  };
}

/** Creates the error handler: it answers refusals as a guard does and passes every other error on. */
export function createHookErrorHandler(
  front: Pick<Front<HookRequest, unknown>, 'inProtectionSpace' | 'reportThrown'>,
  refuse: Refuse,
): HookErrorHandler {
  return (error, request, reply) => {
    const passOn = (failure: unknown): void => {
      // Fastify's own handler does the same; for what is not an Error, no other one is called.
      if (!(failure instanceof Error) && reply.statusCode < 400) reply.code(500);
      reply.send(failure);
    };
    if (!isRefusal(error) || isAnswered(reply)) passOn(error);
    else if (handedOn.get(request) === error) sendRefusal(front.inProtectionSpace(error), reply);
    else refuse(front.reportThrown(error, request), { request, reply, done: passOn });
  };
}
