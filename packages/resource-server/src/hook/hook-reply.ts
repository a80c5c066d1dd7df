/**
 * Answers refused requests by the reply of a framework, so that its own hooks run on the answer.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import { formatRefusal } from '../refusal/formatted-refusal.js';
import type { Refusal } from '../refusal/refusal.js';
import {
  exposeRefusalHeaders,
  type ResponseHeaders,
  setRefusalHeaders,
} from '../refusal/response-headers.js';
import { closeAfterUnreadBody } from '../refusal/unread-body.js';
import type { HookReply } from './hook-exchange.js';

/** The header fields of a reply, those of its raw response included. */
export class ReplyHeaders implements ResponseHeaders {
  readonly #reply: HookReply;

  constructor(reply: HookReply) {
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

/** Whether an answer has begun, so that no other one can. */
export function isAnswered(reply: HookReply): boolean {
  return reply.sent || reply.raw.headersSent;
}

/**
 * Answers a refusal as a guard does: status, challenge, `application/problem+json`, `no-store`.
 *
 * Keeps the headers that other hooks have set, challenges included, except for those that describe
 * another body. Does nothing when the request has been answered.
 *
 * Sends `Connection: close` if the body of an HTTP/1 request has not been read. If the reply has
 * `Access-Control-Allow-Origin`, exposes `WWW-Authenticate`, `Retry-After` and `DPoP-Nonce` to scripts.
 *
 * @example
 * onRefusal: (error, request, reply) => {
 *   request.log.warn(error.reason);
 *   sendRefusal(error, reply);
 * };
 * @see RFC 6750 §3; RFC 9110 §11.6.1, §15.6.4; RFC 9457 §3; RFC 9111 §5.2.2.5; RFC 9112 §9.3
 */
export function sendRefusal(refusal: Refusal, reply: HookReply): void {
  if (isAnswered(reply)) return;
  const { status, headers, body } = formatRefusal(refusal);
  setRefusalHeaders(new ReplyHeaders(reply), headers);
  if (isHttp1(reply.raw)) {
    reply.raw.statusMessage = ''; // Node sets the standard one
    closeAfterUnreadBody(reply.raw);
  }
  reply.code(status);
  // Fastify adds a charset to the type of JSON in a string.
  reply.send(Buffer.from(body));
}

/** Sets the headers that every answer of `onRefusal` needs: `Connection`, and those of CORS. */
export function prepareReply({ headers }: Refusal, reply: HookReply): void {
  if (isHttp1(reply.raw)) closeAfterUnreadBody(reply.raw);
  exposeRefusalHeaders(new ReplyHeaders(reply), headers);
}

function isHttp1(response: HookReply['raw']): response is ServerResponse {
  return !('stream' in response);
}
