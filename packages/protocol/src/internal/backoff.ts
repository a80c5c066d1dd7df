/**
 * When to ask again: after a failure, and ahead of an expiry.
 *
 * @module
 */

const FIRST_DELAY_MS = 1_000;

/** Chance as `Math.random` gives it: at least 0, less than 1. */
export type Jitter = () => number;

/** How long to wait after a failure. */
export interface BackoffOptions {
  /** How many attempts have failed in a row, from 1. */
  readonly failures: number;
  /** Upper limit, in milliseconds. */
  readonly longestMs: number;
  /** Default: `Math.random`. */
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

/** The share of a lifetime after which renewal begins, and how much jitter adds to it at most. */
const RENEWAL_POINT = 0.8;
const RENEWAL_JITTER = 0.1;

/**
 * How long after its start a lifetime is renewed: at 80 % of it, with jitter up to 90 %.
 *
 * The jitter only delays: processes that started together do not renew together, and none renews
 * more often than it must.
 *
 * @param lifetimeMs - In milliseconds.
 * @returns Whole milliseconds.
 */
export function renewalPointMs(lifetimeMs: number, jitter: Jitter = Math.random): number {
  return Math.round(lifetimeMs * (RENEWAL_POINT + RENEWAL_JITTER * jitter()));
}
