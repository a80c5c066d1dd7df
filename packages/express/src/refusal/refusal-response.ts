/**
 * Answers a refused request with status, challenge and problem details.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatRefusal, type Refusal } from '@scopegate/resource-server';
import {
  closeAfterUnreadBody,
  exposeRefusalHeaders,
  setRefusalHeaders,
} from '@scopegate/resource-server/internal';
import type { Next } from '../request/middleware.js';

interface RefusalListener {
  handle(error: Refusal, req: IncomingMessage, res: ServerResponse, next: Next): unknown;
}

/**
 * Answers a refusal instead of the guard. Its `req` and `res` may be declared with Express's types.
 *
 * A refused request never reaches the route, and always gets an answer:
 *
 * - A handler that answers later must return a promise, or declare `res` or `next` and begin to answer
 *   within 10 s.
 * - The default answer is sent when the promise settles without an answer, when a handler without
 *   `res` and `next` returns, and after 10 s without an answer.
 * - Writes after the default answer are ignored. An answer that was begun is ended after 10 s without
 *   further writes.
 * - `next()` passes the refusal on to the error handlers; `next(error)`, with an Error, passes on that
 *   error instead. Any other argument is ignored. After an answer, `next` does nothing. While the
 *   handler runs, `req.next` is the same function.
 * - What the handler throws or rejects with goes to the error handlers as an Error. After an answer it
 *   is ignored.
 * - `res.statusCode` is 200 when the handler is called, regardless of what was set before.
 * - `res` has `Connection: close` if the body of an HTTP/1 request has not been read; `res.end()` then
 *   sends the answer, and ends it when the client has sent the body, or after 5 s. `res` exposes the
 *   headers of a refusal if other middleware has set `Access-Control-Allow-Origin`.
 * - `error.headers` is the challenge, and names the scope that the route requires.
 */
export type RefusalHandler = RefusalListener['handle'];

/**
 * Answers a refusal as a guard does: status, challenge, `application/problem+json`, `no-store`.
 *
 * Keeps the headers that other middleware has set, challenges included, except for those that describe
 * another body: it removes `Content-Disposition`, `Content-Encoding`, `Content-Language`,
 * `Content-Range`, `ETag`, `Last-Modified`, `Trailer` and `Transfer-Encoding`, and resets
 * `statusMessage`. Does nothing when the request has been answered.
 *
 * Sends `Connection: close` if the body of an HTTP/1 request has not been read. If the response has
 * `Access-Control-Allow-Origin`, exposes `WWW-Authenticate`, `Retry-After` and `DPoP-Nonce` to scripts.
 *
 * @example
 * onRefusal: (error, req, res) => {
 *   log.warn(error.reason);
 *   sendRefusal(error, res);
 * };
 * @see RFC 6750 §3; RFC 9110 §11.6.1, §15.6.4; RFC 9457 §3; RFC 9111 §5.2.2.5; RFC 9112 §9.3
 */
export function sendRefusal(refusal: Refusal, res: ServerResponse): void {
  if (isAnswered(res)) return;
  const { status, headers, body } = formatRefusal(refusal);
  setRefusalHeaders(res, headers);
  res.statusCode = status;
  res.statusMessage = ''; // Node sets the standard one
  closeAfterUnreadBody(res);
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
  refused.add(res);
}

/**
 * Sets the headers that every answer of `onRefusal` needs: `Connection`, and those of CORS.
 */
export function prepareRefusal({ headers }: Refusal, res: ServerResponse): void {
  closeAfterUnreadBody(res);
  if (!res.headersSent) exposeRefusalHeaders(res, headers);
}

/** Answered responses: `res` does not show this while middleware defers the headers and the end. */
const refused = new WeakSet<ServerResponse>();

/** Whether an answer has begun, so that no other one can. */
export function isAnswered(res: ServerResponse): boolean {
  return res.headersSent || res.writableEnded || refused.has(res);
}
