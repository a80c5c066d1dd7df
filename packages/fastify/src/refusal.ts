/**
 * Answers refused requests.
 *
 * @module
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatRefusal, isRefusal, type Refusal } from '@scopegate/resource-server';
import {
  closeAfterUnreadBody,
  exposeRefusalHeaders,
  type Front,
  respondInTime,
  type ResponseHeaders,
  setRefusalHeaders,
} from '@scopegate/resource-server/internal';

interface RefusalListener {
  handle(error: Refusal, request: FastifyRequest, reply: FastifyReply): unknown;
}

/**
 * Answers a refusal instead of the guard. A refused request never reaches the route, and always gets an
 * answer:
 *
 * - A handler that answers later must return a promise, or the reply.
 * - The default answer is sent when it returns, or its promise settles, without an answer, and after
 *   10 s without an answer. The value that it returns is ignored.
 * - What it throws or rejects with goes to the error handlers. After an answer it is ignored.
 * - The reply has `Connection: close` if the body of an HTTP/1 request has not been read. It exposes the
 *   headers of a refusal if `Access-Control-Allow-Origin` is set.
 * - `error.headers` is the challenge, and names the scope that the route requires.
 */
export type RefusalHandler = RefusalListener['handle'];

/** A request that is refused, and how an error is passed on. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly done: (error?: Error) => void;
}

/**
 * Answers a refusal as a guard does: status, challenge, `application/problem+json`, `no-store`. Keeps the
 * headers that hooks have set, except for those that describe another body. Does nothing when the request
 * has been answered.
 *
 * @example
 * onRefusal: (error, request, reply) => {
 *   request.log.warn(error.reason);
 *   sendRefusal(error, reply);
 * };
 * @see RFC 6750 §3; RFC 9457 §3
 */
export function sendRefusal(refusal: Refusal, reply: FastifyReply): void {
  if (reply.sent || reply.raw.headersSent) return;
  const { status, headers, body } = formatRefusal(refusal);
  setRefusalHeaders(new ReplyHeaders(reply), headers);
  if (reply.request.raw.httpVersionMajor === 1) reply.raw.statusMessage = '';
  closeAfterUnreadBody(reply.raw);
  // Fastify adds a charset to the type of a string.
  void reply.code(status).send(Buffer.from(body));
}

/** An error handler, for `setErrorHandler()`. */
export type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Refusals that `onRefusal` has thrown: their events are already published. */
const handedOn = new WeakMap<FastifyRequest, unknown>();

/** Creates the error handler: it answers refusals as a guard does and passes every other error on. */
export function createErrorHandler(
  front: Pick<Front<FastifyRequest, unknown>, 'inProtectionSpace' | 'reportThrown'>,
  refuse: ReturnType<typeof createRefuse>,
): ErrorHandler {
  return (error, request, reply) => {
    const done = (failure: unknown): void => void reply.send(failure);
    if (!isRefusal(error)) done(error);
    else if (handedOn.get(request) === error) sendRefusal(front.inProtectionSpace(error), reply);
    else refuse(front.reportThrown(error, request), { request, reply, done });
  };
}

/** Creates the function that answers refusals. */
export function createRefuse(
  onRefusal: RefusalHandler | undefined,
): (refusal: Refusal, exchange: Exchange) => void {
  return (refusal, { request, reply, done }) => {
    if (onRefusal === undefined) {
      sendRefusal(refusal, reply);
      return;
    }
    closeAfterUnreadBody(reply.raw);
    exposeRefusalHeaders(new ReplyHeaders(reply));
    const send = reply.send.bind(reply);
    let isSent = false;
    // `reply.sent` is false while `onSend` hooks run.
    reply.send = (payload) => {
      isSent = true;
      return reply.raw.headersSent ? reply : send(payload);
    };
    respondInTime(() => onRefusal(refusal, request, reply), {
      isAnswered: () => isSent || reply.sent || reply.raw.headersSent,
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

/** The header fields of a reply, those of its raw response included. */
export class ReplyHeaders implements ResponseHeaders {
  readonly #reply: FastifyReply;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  getHeader(name: string): ReturnType<ResponseHeaders['getHeader']> {
    return this.#reply.getHeader(name);
  }

  setHeader(name: string, value: string | readonly string[]): void {
    this.#reply.header(name, value);
  }

  removeHeader(name: string): void {
    this.#reply.removeHeader(name);
  }
}
