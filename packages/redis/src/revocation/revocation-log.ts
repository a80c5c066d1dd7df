/**
 * Revocations of a fleet.
 *
 * @module
 */
import type { RevocationSubject, Withdrawal } from '@scopegate/protocol';
import type { ResolvedLogOptions } from '../options.js';
import type { SealedBox } from '../sealing/sealed-box.js';
import type { OpenStoreParts } from '../store-parts.js';

/** The state of the revocation log in this process. */
export interface RevocationLogHealth {
  /** The number of revocations in memory. */
  readonly entries: number;
  /** Time since the last successful poll, in milliseconds; `undefined` before the first. */
  readonly ageMs: number | undefined;
  /** Whether requests can be decided; see `maxStaleMs`. */
  readonly isCurrent: boolean;
}

/**
 * Revocations that all processes of a fleet share: a `RevocationSource` of @scopegate/access-token. Every
 * process has a copy in memory, and reads new ones every `pollMs`. Its methods do not use `this`.
 */
export interface RevocationLog {
  /** A number that grows with every revocation. */
  readonly version: number;
  /** The option of the same name. */
  readonly maxLifetimeSeconds: number;
  /**
   * Whether all revocations are known: the last successful poll is not older than `maxStaleMs`, every entry could
   * be read, and the process was not suspended since. After a suspension of a few seconds, it is not current
   * before its next poll.
   */
  isCurrent(nowMs: number): boolean;
  /** Whether a token was revoked, by the copy in memory. */
  isRevoked(token: RevocationSubject): boolean;
  /**
   * Withdraws tokens in all processes of the fleet: in this one before it resolves, in the others with their next
   * poll. Repeating it has no effect. `issuedBefore` may be at most 300 seconds in the future, because entries are
   * not kept for longer than tokens live.
   *
   * @throws StoreUnavailableError (rejects) The server has not acknowledged it, so that the tokens may not be
   *   withdrawn; try again.
   * @throws TypeError (rejects) A member is missing, unknown or out of range, or several kinds are named.
   * @example
   * await stores.revocations.withdraw({ issuer, sessionId });
   */
  withdraw(withdrawal: Withdrawal): Promise<void>;
  /**
   * Resolves when the revocations are loaded.
   *
   * @throws StoreUnavailableError (rejects) They could not be, for as long as `maxStaleMs`, or some cannot be read.
   */
  ready(): Promise<void>;
  /** Calls a function after `version` has grown. @returns A function that removes the listener. */
  onChange(listener: () => void): () => void;
  /** Reports the state of the copy in memory. */
  health(): RevocationLogHealth;
}

/** What the revocation log needs. */
export interface RevocationLogParts extends OpenStoreParts {
  /** `undefined` without encryption keys: then polls only find out whether data was lost. */
  readonly box: SealedBox | undefined;
  readonly options: ResolvedLogOptions;
  /** How long one command may take, in milliseconds. */
  readonly timeoutMs: number;
}
