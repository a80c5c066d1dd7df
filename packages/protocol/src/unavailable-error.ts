/**
 * Failures of the resource server, for which the caller is never refused as unauthorized.
 *
 * @module
 */

/** The response headers of an {@link UnavailableError}. */
export interface RetryAfterHeaders {
  /** {@link UnavailableError.retryAfterSeconds} as a string. RFC 9110 §10.2.3. */
  readonly 'Retry-After': string;
}

/**
 * Something that a decision needs is unavailable, so that the request cannot be decided now: 503 with
 * `Retry-After`, and no challenge, because the caller's credentials may be valid.
 *
 * Has the members that Express and http-errors use.
 *
 * @see RFC 9110 §15.6.4, §10.2.3
 */
export abstract class UnavailableError extends Error {
  /** Identifies the class of the error; stable across releases. */
  abstract readonly code: string;
  /** One fixed sentence for the caller; the message is for operators. */
  abstract readonly detail: string;
  /** The only reason. */
  readonly reason = 'unavailable';
  /** Service Unavailable. */
  readonly status = 503;
  /** The same as `status`, as Express and http-errors name it. */
  readonly statusCode = 503;
  /** Always `false`: the message is not for callers. */
  readonly expose = false;
  /** Time after which the caller may try again, in seconds. */
  readonly retryAfterSeconds: number;

  protected constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The response headers of the refusal. */
  get headers(): RetryAfterHeaders {
    return { 'Retry-After': String(this.retryAfterSeconds) };
  }
}
