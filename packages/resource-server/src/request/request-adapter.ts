/**
 * How the guards read the requests of a framework.
 *
 * @module
 */

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
  /** Returns the URL of the request, absolute or not. Only its query is read. RFC 6750 §2.3. */
  url(request: Request): string | undefined;
  /** Returns the request method. */
  method(request: Request): string | undefined;
  /** Returns the path that the route was declared with, for events; never the requested path. */
  route(request: Request): string | undefined;
  /**
   * Returns the parsed body. Without this method, requests have no body when the guard runs, and
   * `credentials` may not contain `'body'`.
   *
   * @see RFC 6750 §2.2
   */
  body?(request: Request): ParsedBody;
  /**
   * Calls back once when the exchange has ended: its response or its connection is closed. Calls back
   * immediately if it has already ended.
   *
   * @returns Removes the listener.
   */
  onEnd(request: Request, listener: () => void): () => void;
}
