/**
 * When to request something again: after a failure, and before it expires.
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
 * The delay before the next attempt: doubles from 1 s up to the limit.
 *
 * Jitter shortens it by up to a quarter, so that processes that failed together do not return
 * together.
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
 * The time from the start of a lifetime to its renewal: 80 % of it, with jitter up to 90 %.
 *
 * The jitter only adds to it, so that processes that started together do not renew together.
 *
 * @param lifetimeMs - In milliseconds.
 * @returns Whole milliseconds.
 */
export function renewalPointMs(lifetimeMs: number, jitter: Jitter = Math.random): number {
  return Math.round(lifetimeMs * (RENEWAL_POINT + RENEWAL_JITTER * jitter()));
}
