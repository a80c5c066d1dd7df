/**
 * Whether a verified token is still acceptable.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { KeySetUnavailableError } from '../keys/key-set-errors.js';
import type { Verification } from './verify-token.js';

/** Why a verified token is no longer acceptable; `unavailable` is a failure of the resource server. */
export type TokenLapse = 'expired' | 'not_yet_valid' | 'key' | 'unavailable';

/**
 * Checks what may change after a verification: the time, and whether the key is still in a usable key
 * set.
 *
 * @param nowSeconds - Seconds since the epoch.
 * @returns `undefined` when the token is still acceptable.
 */
export function lapseOf(
  { validFrom, validUntil, key, keySet }: Verification,
  nowSeconds: number,
): TokenLapse | undefined {
  if (key.withdrawn) return 'key';
  // Negated, so that `NaN` is never acceptable.
  if (!(nowSeconds < validUntil)) return 'expired';
  if (!(nowSeconds >= validFrom)) return 'not_yet_valid';
  return keySet.isUsable() ? undefined : 'unavailable';
}

/**
 * Refuses a token that is no longer acceptable, for use after an `await`.
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
