/**
 * How long a withdrawal must be kept.
 *
 * @module
 */
import type { CheckedWithdrawal } from './withdrawal.js';

/** The largest clock tolerance of a verifier; also how far `iat` may then be in the future. In seconds. */
export const MAX_TOLERANCE_SECONDS = 300;

/** What the expiry of a withdrawal depends on. */
export interface WithdrawalTimes {
  /** When it was withdrawn, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** The longest lifetime of tokens, in seconds. */
  readonly maxLifetimeSeconds: number;
}

/** Returns when all the tokens have expired for every verifier, in milliseconds since the epoch. */
export function withdrawalExpiryMs(
  { issuedBefore }: CheckedWithdrawal,
  { nowMs, maxLifetimeSeconds }: WithdrawalTimes,
): number {
  const lastIssuedAt =
    issuedBefore === Infinity ? nowMs / 1000 + MAX_TOLERANCE_SECONDS : issuedBefore;
  return (lastIssuedAt + maxLifetimeSeconds + MAX_TOLERANCE_SECONDS) * 1000;
}
