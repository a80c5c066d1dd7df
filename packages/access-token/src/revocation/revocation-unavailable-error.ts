/**
 * The failure of a revocation check.
 *
 * @module
 */
import { UnavailableError } from '@scopegate/protocol';

const FAILURES = {
  error: 'the revocation check failed',
  timeout: 'the revocation check did not settle in time',
  answer: 'the revocation check returned neither true nor false',
  not_current: 'the list of revocations is not current',
} as const;

/**
 * Why it is unknown whether a token was revoked: the `failure` of a {@link RevocationUnavailableError}. A
 * closed union.
 *
 * - `error`: the function threw or rejected.
 * - `timeout`: it did not settle in time.
 * - `answer`: it returned anything but a boolean.
 * - `not_current`: the source is not current; see `RevocationSource.isCurrent()`.
 */
export type RevocationFailure = keyof typeof FAILURES;

/**
 * Whether a token was revoked is unknown now: 503, because the token may be good.
 *
 * @see RFC 7009 §1; RFC 9110 §15.6.4
 */
export class RevocationUnavailableError extends UnavailableError {
  /** The name of the class. */
  override readonly name = 'RevocationUnavailableError';
  /** Identifies this class. */
  readonly code = 'ERR_REVOCATION_UNAVAILABLE';
  /** The sentence for the caller. */
  readonly detail = 'whether the access token was revoked is unknown now; try again later';
  /** What failed, for operators. */
  readonly failure: RevocationFailure;

  /** @param options - Its `cause` is what the function threw, or rejected with. */
  constructor(failure: RevocationFailure, options?: ErrorOptions) {
    super(FAILURES[failure], 1, options);
    this.failure = failure;
  }
}
