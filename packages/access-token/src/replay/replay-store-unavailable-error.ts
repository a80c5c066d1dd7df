/**
 * The failure of a replay store.
 *
 * @module
 */
import { UnavailableError } from '@scopegate/protocol';
import { findSystemCode } from '@scopegate/protocol/internal';

const FAILURES = {
  error: { message: 'the replay store failed', retryAfterSeconds: 1 },
  timeout: { message: 'the replay store did not answer in time', retryAfterSeconds: 1 },
  answer: { message: 'the replay store answered neither true nor false', retryAfterSeconds: 1 },
  data_lost: {
    message: 'the replay store has lost data, and the proof was created before',
    retryAfterSeconds: 5,
  },
  full: { message: 'the memory for used proofs is full', retryAfterSeconds: 5 },
} as const;

/**
 * Why it is unknown whether a proof was used before: the `failure` of a {@link ReplayStoreUnavailableError}.
 * A closed union.
 *
 * - `error`: the store threw or rejected.
 * - `timeout`: it did not answer in time.
 * - `answer`: it returned anything but a boolean.
 * - `data_lost`: the proof was created before the store lost data; see `ReplayStore.notBefore`.
 * - `full`: the memory of this process is full.
 */
export type ReplayFailure = keyof typeof FAILURES;

/**
 * Whether the proof of a request was used before is unknown now: 503, because the proof may be good.
 *
 * A proof that could not be registered may count as used afterwards, so the caller must create a new one.
 *
 * @see RFC 9449 §11.1; RFC 9110 §15.6.4
 */
export class ReplayStoreUnavailableError extends UnavailableError {
  /** The name of the class. */
  override readonly name = 'ReplayStoreUnavailableError';
  /** Identifies this class. */
  readonly code = 'ERR_REPLAY_STORE_UNAVAILABLE';
  /** The sentence for the caller. */
  readonly detail =
    'whether the DPoP proof was used before is unknown now; try again later with a new proof';
  /** What failed, for operators. */
  readonly failure: ReplayFailure;
  /** The system's error code, such as `ECONNREFUSED`; `undefined` if unknown. */
  readonly systemCode: string | undefined;

  /** @param options - Its `cause` is what the store threw, or rejected with. */
  constructor(failure: ReplayFailure, options?: ErrorOptions) {
    const { message, retryAfterSeconds } = FAILURES[failure];
    // Messages of other errors may contain anything.
    const systemCode = findSystemCode(options?.cause);
    super(
      systemCode === undefined ? message : `${message}: ${systemCode}`,
      retryAfterSeconds,
      options,
    );
    this.failure = failure;
    this.systemCode = systemCode;
  }
}
