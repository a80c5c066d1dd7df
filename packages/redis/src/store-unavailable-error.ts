/**
 * The failure of a store.
 *
 * @module
 */
import { UnavailableError } from '@scopegate/protocol';
import { findSystemCode } from '@scopegate/protocol/internal';

const REASONS = {
  timeout: { problem: 'did not answer in time', retryAfterSeconds: 1 },
  connection: { problem: 'cannot be reached', retryAfterSeconds: 1 },
  circuit: { problem: 'failed before, and the next attempt is not due', retryAfterSeconds: 1 },
  overloaded: { problem: 'has too many pending commands', retryAfterSeconds: 1 },
  full: { problem: 'is full', retryAfterSeconds: 5 },
  refused: { problem: 'refused the command', retryAfterSeconds: 5 },
  reply: { problem: 'sent an unexpected reply', retryAfterSeconds: 5 },
  stale: { problem: 'could not be read for too long', retryAfterSeconds: 5 },
  closed: { problem: 'is closed', retryAfterSeconds: 5 },
} as const;

/**
 * Why a store is unavailable: the `failure` of a {@link StoreUnavailableError}. A closed union.
 *
 * - `timeout`: the server did not answer in time. Whether it executed the command is unknown.
 * - `connection`: the client is not connected, or the connection failed.
 * - `circuit`: commands failed before, and the next attempt is not due.
 * - `overloaded`: too many commands are pending.
 * - `full`: the server has no memory left.
 * - `refused`: the server refused the command, for example because it is loading, a replica, or the user lacks
 *   a permission.
 * - `reply`: the reply has an unexpected shape.
 * - `stale`: the revocations could not be read for too long.
 * - `closed`: the stores were closed.
 */
export type StoreFailure = keyof typeof REASONS;

/** Redis or Valkey is unavailable: 503 where the request cannot be decided without it. */
export class StoreUnavailableError extends UnavailableError {
  /** The name of the class. */
  override readonly name = 'StoreUnavailableError';
  /** Identifies this class. */
  readonly code = 'ERR_STORE_UNAVAILABLE';
  /** The sentence for the caller. */
  readonly detail = 'the shared state of this API is unavailable; try again later';
  /** What failed, for operators. */
  readonly failure: StoreFailure;
  /** The system's error code, such as `ECONNREFUSED`; `undefined` if unknown. */
  readonly systemCode: string | undefined;

  /** @param options - Its `cause` is what the client rejected with. */
  constructor(failure: StoreFailure, options?: ErrorOptions) {
    const { problem, retryAfterSeconds } = REASONS[failure];
    // Messages of other errors may contain anything.
    const systemCode = findSystemCode(options?.cause);
    const message = `Redis ${problem}${systemCode === undefined ? '' : `: ${systemCode}`}`;
    super(message, retryAfterSeconds, options);
    this.failure = failure;
    this.systemCode = systemCode;
  }
}
