/**
 * Delays before a retry, and before a renewal.
 *
 * @module
 */

const FIRST_DELAY_MS = 1_000;

/** Returns a random number from 0 to less than 1, as `Math.random` does. */
export type Jitter = () => number;

/** Options of {@link backoffMs}. */
export interface BackoffOptions {
  /** The number of consecutive failures, at least 1. */
  readonly failures: number;
  /** The longest delay, in milliseconds. */
  readonly longestMs: number;
  /** @defaultValue `Math.random` */
  readonly jitter?: Jitter | undefined;
}

/**
 * Returns the delay before the next attempt, which doubles from 1 s up to the limit.
 *
 * Jitter shortens it by up to a quarter, so that processes that failed at the same time do not
 * retry at the same time.
 *
 * @returns Whole milliseconds.
 */
export function backoffMs({ failures, longestMs, jitter = Math.random }: BackoffOptions): number {
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), longestMs);
  return Math.round(ceiling * (0.75 + 0.25 * jitter()));
}

/** The share of a lifetime after which renewal begins, and the most that jitter adds to it. */
const RENEWAL_POINT = 0.8;
const RENEWAL_JITTER = 0.1;

/**
 * Returns the time from the start of a lifetime to its renewal: 80 % of the lifetime, or up to 90 %
 * with jitter.
 *
 * Jitter delays it, so that processes that started at the same time do not renew at the same time.
 *
 * @param lifetimeMs - In milliseconds.
 * @returns Whole milliseconds.
 */
export function renewalPointMs(lifetimeMs: number, jitter: Jitter = Math.random): number {
  return Math.round(lifetimeMs * (RENEWAL_POINT + RENEWAL_JITTER * jitter()));
}
