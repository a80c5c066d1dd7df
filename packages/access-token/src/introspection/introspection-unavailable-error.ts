/**
 * The failure of introspection.
 *
 * @module
 */
import { UnavailableError } from '@scopegate/protocol';
import { KeySetError, isDocumentError } from '../keys/key-set-errors.js';
import { IntrospectionResponseError } from './introspection-response-error.js';

const FAILURES = {
  unreachable: 'the introspection endpoint could not be reached',
  status: 'the introspection endpoint answered with an error',
  response:
    'the introspection endpoint answered with something else than an introspection response',
  credentials_refused: 'the introspection endpoint refused the credentials of this resource server',
  credentials_unreadable: 'the credentials for the introspection endpoint could not be read',
  keys: 'the keys to verify the signed introspection response are unavailable',
  discovery: 'the introspection endpoint could not be discovered',
  busy: 'too many introspection requests are under way',
  closed: 'the verifier was closed',
} as const;

/**
 * Why it is unknown whether a token is active: the `failure` of an {@link IntrospectionUnavailableError}. A
 * closed union.
 *
 * - `unreachable`: the connection failed, or the endpoint did not answer in time.
 * - `status`: it answered with a status other than 200.
 * - `response`: it answered with something else than an introspection response.
 * - `credentials_refused`: it refused the credentials of this resource server.
 * - `credentials_unreadable`: the function that reads the credentials failed.
 * - `keys`: the keys to verify its signed response are unavailable.
 * - `discovery`: the issuer's metadata names no usable endpoint, or could not be fetched.
 * - `busy`: as many requests as `maxPending` allows are under way.
 * - `closed`: the verifier was closed.
 */
export type IntrospectionFailure = keyof typeof FAILURES;

/** Options of an {@link IntrospectionUnavailableError}. */
export interface IntrospectionUnavailableOptions extends ErrorOptions {
  /** The issuer, as configured. */
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
    const message = FAILURES[failure];
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
