/**
 * How the guards read the requests of a framework.
 *
 * @module
 */

import type { PeerSocket } from '@scopegate/access-token';
import type { GuardPolicy } from '../policy/guard-policy.js';

/** The first line of a request as it was sent. RFC 9112 §3. */
export interface RequestLine {
  /** The method, octet by octet. */
  readonly method: string | undefined;
  /** A path with its query, or an absolute URL, of which only the path counts. */
  readonly target: string | undefined;
}

/** The response to a request, as Node's HTTP server writes it. */
export interface ResponseState {
  /** Whether the response has begun. */
  readonly headersSent: boolean;
  /** Whether it is closed. */
  readonly closed?: boolean | undefined;
  /** Whether it was aborted. */
  readonly destroyed?: boolean | undefined;
  /** Adds a listener in front of the others. */
  prependListener(event: 'finish' | 'close', listener: () => void): unknown;
}

/** A request body that a parser in front of the guard has parsed. */
export interface ParsedBody {
  /** The field value of `Content-Type`; `undefined` if the request has none. */
  readonly contentType: string | undefined;
  /** What the parser has made of the body; `undefined` if none has run. */
  readonly value: unknown;
}

/**
 * Reads the requests of one framework for the guards. One adapter serves all requests: it must not hold
 * anything that belongs to one of them.
 *
 * @typeParam Request - The framework's request. The guards never modify it.
 */
export interface RequestAdapter<Request extends object> {
  /**
   * Returns the field value of `Authorization`; `undefined` if the request has none.
   *
   * @throws InvalidRequestError `repeated_authorization`: the field has several lines.
   * @see RFC 9110 §5.3, §11.6.2
   */
  authorization(request: Request): string | undefined;
  /**
   * Returns the URL of the request, absolute or not. Its query may carry a token, RFC 6750 §2.3. A proof is
   * for its path, unless there is the method `requestLine`.
   */
  url(request: Request): string | undefined;
  /** Returns the request method. A proof is for it, unless there is the method `requestLine`. */
  method(request: Request): string | undefined;
  /**
   * Returns the whole path that the route was declared with, for events; never the requested path.
   *
   * @param guard - The policy of the guard that decided: in front of a router, the path that this guard is
   *   mounted on is known instead.
   */
  route(request: Request, guard?: GuardPolicy): string | undefined;
  /**
   * Returns the parsed body. Without this method, requests have no body when the guard runs, and
   * `credentials` may not contain `'body'`.
   *
   * @see RFC 6750 §2.2
   */
  body?(request: Request): ParsedBody;
  /**
   * Returns the method and the target of the request as they were sent. Add this method where middleware or
   * a router replaces the method or the URL of a request.
   *
   * @see RFC 9449 §4.3; RFC 9112 §3
   */
  requestLine?(request: Request): RequestLine;
  /**
   * Lists the lines of a field, none of them joined; empty if the request does not have the field. Required
   * for the option `dpop`. If the framework joins lines, return the joined value as one line: it contains a
   * comma, which no proof does, so several proofs are still refused.
   *
   * @param name - In lower case.
   * @see RFC 9449 §4.3; RFC 9110 §5.3
   */
  fieldLines?(request: Request, name: string): readonly string[];
  /**
   * Returns the connection of the request, whose peer has a certificate or may forward one. Required for
   * the option `mtls`.
   *
   * @see RFC 8705 §3
   */
  socket?(request: Request): PeerSocket;
  /**
   * Returns the response, if Node's HTTP server writes one. The decision about a request that has passed is
   * published when the response begins. Without this method, it is published when the exchange has ended, or
   * after a second; then a guard that runs later publishes another one.
   */
  response?(request: Request): ResponseState | undefined;
  /**
   * Calls back once when the exchange has ended: its response or its connection is closed. Calls back
   * immediately if it has already ended.
   *
   * @returns Removes the listener.
   */
  onEnd(request: Request, listener: () => void): () => void;
}
