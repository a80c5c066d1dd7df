/**
 * What a list of revocations is: its options, its methods and its state.
 *
 * @module
 */
import type { Withdrawal } from '@scopegate/protocol';
import type { RevocationSource } from './revocation-source.js';

/** Options of {@link createRevocationList}. */
export interface RevocationListOptions {
  /**
   * The longest lifetime of tokens, in seconds; at least 1. An entry is dropped when every token that it
   * revokes has expired. The option `maxLifetimeSeconds` of each verifier that uses the list must be set, and
   * must not be larger.
   */
  readonly maxLifetimeSeconds: number;
  /**
   * The number of entries. An integer from 1 to 10,000,000. `withdraw()` rejects while the list is full.
   * An entry occupies about 200 bytes.
   *
   * @defaultValue `100_000`
   */
  readonly maxEntries?: number | undefined;
  /**
   * For how long {@link RevocationList.heard} need not be called, in seconds. 1 to 86,400. After that time,
   * and before the first call, the list is not current: requests get 503, except those with a token that it
   * contains.
   *
   * @defaultValue the list is always current
   */
  readonly maxSilenceSeconds?: number | undefined;
  /**
   * Returns the time in milliseconds since the epoch: that of the verifiers, if they have another clock.
   *
   * @defaultValue `Date.now`
   */
  readonly clock?: (() => number) | undefined;
}

/** The state of a revocation list. */
export interface RevocationListHealth {
  /** The number of entries whose tokens have not all expired. */
  readonly entries: number;
  /** The option `maxEntries`. */
  readonly maxEntries: number;
  /** Whether the list is current; see {@link RevocationListOptions.maxSilenceSeconds}. */
  readonly isCurrent: boolean;
  /** Time since the last call of {@link RevocationList.heard}, in milliseconds; `undefined` before the first. */
  readonly silentForMs: number | undefined;
}

/** Revocations in the memory of this process. Its methods do not use `this`. */
export interface RevocationList extends RevocationSource {
  /** The option of the same name. */
  readonly maxLifetimeSeconds: number;
  /**
   * Withdraws tokens: from now on, every verifier that uses the list refuses them, cached ones included, and
   * the signals of `whileAcceptable()` abort. Takes effect before it returns. Repeating it has no effect.
   *
   * @throws RevocationListFullError (rejects) The list is full, and the tokens are not withdrawn.
   * @throws TypeError (rejects) A member is missing, unknown or out of range, or several kinds are named.
   * @example
   * await list.withdraw({ issuer, tokenId });
   * @example
   * // Keeps the session that starts in this second.
   * await list.withdraw({ issuer, subject, issuedBefore: Date.now() / 1000 });
   */
  withdraw(withdrawal: Withdrawal): Promise<void>;
  /**
   * Notes that what feeds the list works: an event or a heartbeat has arrived, or a poll has succeeded. Call it
   * first when the revocations from before the start are in the list. Withdrawals do not count, because
   * they may come from elsewhere.
   *
   * @see {@link RevocationListOptions.maxSilenceSeconds}
   */
  heard(): void;
  /**
   * Resolves when the list is current.
   *
   * @throws RevocationUnavailableError (rejects) It was not, for as long as `maxSilenceSeconds`.
   */
  ready(): Promise<void>;
  /** Calls a function after tokens were withdrawn; once for those that are withdrawn together. */
  onChange(listener: () => void): () => void;
  /** Reports the state of the list. */
  health(): RevocationListHealth;
}
