/**
 * The failure of introspection.
 *
 * @module
 */
import { UnavailableError } from '@scopegate/protocol';
import {
  INTROSPECTION_FAILURES,
  type IntrospectionFailure,
} from '../introspection-request/introspection-failure.js';
import { IntrospectionResponseError } from '../introspection-request/introspection-response-error.js';
import { KeySetError, isDocumentError } from '../keys/key-set-errors.js';

export type { IntrospectionFailure };

/** Options of an {@link IntrospectionUnavailableError}. */
export interface IntrospectionUnavailableOptions extends ErrorOptions {
  /**
   * The issuer, as configured.
   *
   * @defaultValue `undefined`
   */
  readonly issuer?: string | undefined;
}

/**
 * Whether a token is active is unknown now: 503, because the token may be good. That includes a refusal of
 * this resource server's own credentials, which are not the caller's fault.
 *
 * @see RFC 7662 §2.3; RFC 9110 §15.6.4
 */
export class IntrospectionUnavailableError extends UnavailableError {
  /** The name of the class. */
  override readonly name = 'IntrospectionUnavailableError';
  /** Identifies this class. */
  readonly code = 'ERR_INTROSPECTION_UNAVAILABLE';
  /** The sentence for the caller. */
  readonly detail = 'whether the access token is active is unknown now; try again later';
  /** What failed, for operators. */
  readonly failure: IntrospectionFailure;
  /** The issuer, as configured; `undefined` if unknown. */
  readonly issuer: string | undefined;

  /** @param options - Its `cause` is the error of the request. */
  constructor(
    failure: IntrospectionFailure,
    retryAfterSeconds: number,
    { issuer, ...options }: IntrospectionUnavailableOptions = {},
  ) {
    const message = INTROSPECTION_FAILURES[failure];
    const why = describeCause(options.cause);
    const whose = issuer === undefined ? '' : ` (issuer ${issuer})`;
    super(`${message}${whose}${why}`, retryAfterSeconds, options);
    this.failure = failure;
    this.issuer = issuer;
  }
}

/** Messages of other errors may contain anything. */
function describeCause(cause: unknown): string {
  const isSafe =
    isDocumentError(cause) ||
    cause instanceof KeySetError ||
    cause instanceof IntrospectionResponseError;
  return isSafe ? `: ${cause.message}` : '';
}
