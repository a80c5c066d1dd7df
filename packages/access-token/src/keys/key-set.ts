/**
 * The keys of one issuer, as the verifier sees them.
 *
 * @module
 */
import type { Algorithm, VerificationKey } from '../jws/signature.js';

/**
 * `empty`: nothing fetched yet; `fresh`: within its lifetime; `stale`: older, kept for an outage;
 * `withdrawn`: the issuer's last good answer was `{"keys":[]}`, so it refuses every token;
 * `unavailable`: there is nothing to verify with.
 */
export type KeySetState = 'empty' | 'fresh' | 'stale' | 'withdrawn' | 'unavailable';

/** How a key set is doing. Holds no key and nothing of any token. */
export interface KeySetHealth {
  readonly issuer: string;
  readonly state: KeySetState;
  /** How many keys can be used. */
  readonly keys: number;
  /** Since the last good answer, in milliseconds. */
  readonly ageMs: number | undefined;
  /**
   * Why the last attempt brought no keys, with the URL and the system's cause; `undefined` after a
   * good one.
   */
  readonly lastError: Error | undefined;
  /** When the next refresh is due, milliseconds since the epoch. */
  readonly nextAttemptAt: number | undefined;
}

/** The keys of one issuer. */
export interface KeySet {
  /** Whether keys can be used right now, without waiting. Starts a refresh that is due. */
  isUsable(): boolean;
  /**
   * Finds the keys that a token may be signed with, four at most.
   *
   * @returns At once where it can; no keys when the issuer has none such.
   * @throws KeySetUnavailableError (rejects) When that cannot be known now.
   */
  find(
    alg: Algorithm,
    kid: string | undefined,
  ): readonly VerificationKey[] | Promise<readonly VerificationKey[]>;
  /** As {@link find}, after asking the issuer again, within the budget for that. */
  findAnew(alg: Algorithm, kid: string | undefined): Promise<readonly VerificationKey[]>;
  /** Counts the keys for an algorithm, those included that {@link find} leaves out. */
  count(alg: Algorithm): number;
  /**
   * Resolves when there are keys to verify with.
   *
   * @throws KeySetUnavailableError (rejects)
   */
  ready(): Promise<void>;
  /**
   * Asks the issuer now; resolves when its answer is in force.
   *
   * @throws KeySetUnavailableError (rejects) There was no good answer; keys that are held stay.
   */
  refresh(): Promise<void>;
  health(): KeySetHealth;
  close(): void;
}
