/**
 * The answer to a refused request: status, challenge, problem details.
 *
 * @module
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { KeySetUnavailableError } from '@scopegate/access-token';
import { ChallengeError } from '@scopegate/protocol';
import type { Next } from '../request/middleware.js';

/** What a guard answers itself: the caller's fault, or no keys to judge with. */
export type Refusal = ChallengeError | KeySetUnavailableError;

interface RefusalListener {
  handle(error: Refusal, req: IncomingMessage, res: ServerResponse, next: Next): unknown;
}

/**
 * Answers a refusal instead of the guard.
 *
 * Its parameters may be declared with Express's own request and response types. A refused request
 * never reaches the route, and always gets an answer:
 *
 * - One that answers later returns a promise, or declares `res` or `next` and begins within 10 s.
 * - One that settles, or returns without either parameter, and has not answered gets the default
 *   answer. So does one that has not answered after 10 s.
 * - What it writes after the default answer is ignored. An answer that it has begun, and of which
 *   nothing more has come for 10 s, is ended.
 * - `next()` hands the refusal to the error handlers, whatever it is called with, but for an Error,
 *   which is handed on itself. After an answer it does nothing. While it runs, `req.next` is the same.
 * - What it throws or rejects with goes to the error handlers, as an Error. After an answer it is
 *   ignored.
 * - It finds `res.statusCode` at 200, whatever a handler has set before it threw.
 */
export type RefusalHandler = RefusalListener['handle'];

/** Problem details of a refusal. RFC 9457 §3.1. */
interface ProblemDetails {
  /** RFC 9457 §4.2.1: the status says it all. */
  readonly type: 'about:blank';
  readonly title: string | undefined;
  readonly status: number;
  readonly detail?: string | undefined;
  readonly error?: string | undefined;
  readonly scope?: string | undefined;
}

/** Whether an error is a refusal; anything else is the application's to handle. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof ChallengeError || error instanceof KeySetUnavailableError;
}

/**
 * Answers a refusal as a guard does: status, challenge, `application/problem+json`, `no-store`.
 *
 * Headers that other middleware has set are kept, challenges included, except for those of another
 * body: `Content-Disposition`, `Content-Encoding`, `Content-Language`, `Content-Range`, `ETag`,
 * `Last-Modified`, `Trailer` and `Transfer-Encoding` are removed, and `statusMessage` is reset. Does
 * nothing when the request has been answered, or this has been called before.
 *
 * @example
 * onRefusal: (error, req, res) => {
 *   log.warn(error.reason);
 *   sendRefusal(error, res);
 * };
 * @see RFC 6750 §3; RFC 9110 §11.6.1, §15.6.4; RFC 9457 §3; RFC 9111 §5.2.2.5
 */
export function sendRefusal(refusal: Refusal, res: ServerResponse): void {
  if (isAnswered(res)) return;
  const body = JSON.stringify(problemOf(refusal));
  forgetOtherBody(res);
  res.statusCode = refusal.status;
  for (const [name, value] of Object.entries(refusal.headers)) {
    // Challenges of several schemes may stand beside each other, times to try again may not.
    if (name === 'WWW-Authenticate') addChallenge(res, value);
    else res.setHeader(name, value);
  }
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', 'application/problem+json');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
  refused.add(res);
}

/** Responses that a refusal was sent to: middleware may defer their end, and their headers. */
const refused = new WeakSet<ServerResponse>();

/** Whether an answer has begun, so that no other can. */
export function isAnswered(res: ServerResponse): boolean {
  return res.headersSent || res.writableEnded || refused.has(res);
}

const HEADERS_OF_A_BODY = [
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Trailer',
  'Transfer-Encoding',
];

function forgetOtherBody(res: ServerResponse): void {
  for (const name of HEADERS_OF_A_BODY) {
    // Node frames a body differently once one of these was removed, even where it was not set.
    if (res.hasHeader(name)) res.removeHeader(name);
  }
  res.statusMessage = ''; // Node fills it in
}

/** Node's own `appendHeader` would write into the list that the application has set. */
function addChallenge(res: ServerResponse, challenge: string): void {
  const earlier = [res.getHeader('WWW-Authenticate') ?? []].flat().map(String);
  res.setHeader('WWW-Authenticate', earlier.length === 0 ? challenge : [...earlier, challenge]);
}

// The error's own message names the issuer, the URL and the cause: that is for operators.
const KEYS_UNAVAILABLE = 'the keys of the authorization server are unavailable';

function problemOf(refusal: Refusal): ProblemDetails {
  const { status } = refusal;
  const problem = { type: 'about:blank', title: STATUS_CODES[status], status } as const;
  if (!(refusal instanceof ChallengeError)) return { ...problem, detail: KEYS_UNAVAILABLE };
  const { error, error_description: detail, scope } = refusal.challenge;
  return { ...problem, detail, error, scope };
}
