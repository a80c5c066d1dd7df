/**
 * Checks that a token was not revoked.
 *
 * @module
 */
import type { KnownToken } from '../claims/verified-token.js';
import type { RevocationPolicy } from './resolve-revocation.js';

/** When a token was last found in no revocation. */
export interface RevocationMemo {
  /** {@link RevocationSource.version} then; `undefined` if it was not checked. */
  notRevokedAt: number | undefined;
}

/** A token to check. */
export interface CheckedToken {
  readonly token: KnownToken<unknown>;
  /** Kept with the cached token. */
  readonly memo: RevocationMemo;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Checks that a token was not revoked.
 *
 * @returns A promise only if the hook of the application returns one.
 * @throws InvalidTokenError (also rejects) `revoked`
 * @throws RevocationUnavailableError (also rejects) It is unknown whether the token was revoked.
 */
export type RevocationCheck = (checked: CheckedToken) => void | Promise<void>;

/** Creates the check for a policy. */
export function createRevocationCheck(_policy: RevocationPolicy): RevocationCheck {
  throw new TypeError('revocation is not supported');
}
