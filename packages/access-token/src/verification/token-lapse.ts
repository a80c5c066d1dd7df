/**
 * Whether a token that was verified still is acceptable: what may have changed since.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { Verification } from './verify-token.js';

/** Why a verified token is not acceptable any more; `unavailable` is our own failure. */
export type TokenLapse = 'expired' | 'not_yet_valid' | 'key' | 'unavailable';

/**
 * Looks at what may change after a verification: the clock, and whether the key still is in a key
 * set that can be used.
 *
 * @param nowSeconds - Seconds since the epoch.
 * @returns `undefined` when the token still is acceptable.
 */
export function lapseOf(
  { validFrom, validUntil, key, keySet }: Verification,
  nowSeconds: number,
): TokenLapse | undefined {
  if (key.withdrawn) return 'key';
  // A time that is not a number is neither before nor after any other: it must not pass.
  if (!(nowSeconds < validUntil)) return 'expired';
  if (!(nowSeconds >= validFrom)) return 'not_yet_valid';
  return keySet.isUsable() ? undefined : 'unavailable';
}

/**
 * Refuses a token that has lapsed while it waited for something.
 *
 * @param clock - Milliseconds since the epoch.
 * @throws InvalidTokenError (rejects) `expired`, `not_yet_valid` or `key`.
 * @throws KeySetUnavailableError (rejects) The issuer's keys are unavailable now.
 */
export async function assertNotLapsed(
  verification: Verification,
  clock: () => number,
): Promise<void> {
  let lapse = lapseOf(verification, clock() / 1000);
  if (lapse === 'unavailable') {
    await verification.keySet.whenReady();
    lapse = lapseOf(verification, clock() / 1000);
  }
  if (lapse === 'unavailable') throw new KeySetUnavailableError(1);
  if (lapse !== undefined) throw new InvalidTokenError(lapse);
}
