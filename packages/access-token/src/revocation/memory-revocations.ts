/**
 * Revocations in the memory of this process: until when each is kept, and who hears of them.
 *
 * @module
 */
import type { RevocationSubject, Withdrawal } from '@scopegate/protocol';
import {
  Listeners,
  readWithdrawal,
  RevocationEntries,
  withDeadline,
  withdrawalExpiryMs,
} from '@scopegate/protocol/internal';
import type { ResolvedListOptions } from './resolve-list-options.js';
import { publishRevocationEvent } from './revocation-events.js';
import type { RevocationListHealth } from './revocation-list.js';
import { RevocationListFullError } from './revocation-list-full-error.js';
import { RevocationUnavailableError } from './revocation-unavailable-error.js';

/** Expired entries are dropped at most so often while the list has space. */
const DROP_EVERY_MS = 60_000;

/** The entries of a list, and whether it is current. */
export class MemoryRevocations {
  readonly #options: ResolvedListOptions;
  readonly #entries: RevocationEntries;
  readonly #changeListeners = new Listeners();
  readonly #hearingListeners = new Listeners();
  #version = 0;
  #isFull = false;
  #heardAtMs: number | undefined;
  /** When expired entries are dropped next, if the list has space. */
  #dropAtMs = -Infinity;

  constructor(options: ResolvedListOptions) {
    this.#options = options;
    this.#entries = new RevocationEntries(options.clock);
  }

  /** Grows with each withdrawal that revokes more tokens than before. */
  get version(): number {
    return this.#version;
  }

  /** Whether a token was withdrawn. */
  isRevoked(token: RevocationSubject): boolean {
    return this.#entries.includes(token);
  }

  /** Whether what feeds the list was heard in time. A clock that was set back must not hide a silence. */
  isCurrent(nowMs: number): boolean {
    const { maxSilenceMs } = this.#options;
    if (maxSilenceMs === undefined) return true;
    return this.#heardAtMs !== undefined && Math.abs(nowMs - this.#heardAtMs) <= maxSilenceMs;
  }

  /** Notes that what feeds the list works. */
  heard(): void {
    this.#heardAtMs = this.#options.clock();
    this.#hearingListeners.call();
  }

  /**
   * Resolves when the list is current.
   *
   * @throws RevocationUnavailableError (rejects) It was not, for as long as `maxSilenceMs`.
   */
  async whenCurrent(): Promise<void> {
    const { maxSilenceMs, clock } = this.#options;
    if (maxSilenceMs === undefined || this.isCurrent(clock())) return;
    let removeListener = (): void => undefined;
    const hearing = new Promise<void>((resolve) => {
      removeListener = this.#hearingListeners.add(resolve);
    });
    const createTimeoutError = (): Error => new RevocationUnavailableError('not_current');
    try {
      await withDeadline({ timeoutMs: maxSilenceMs, createTimeoutError }, () => hearing);
    } finally {
      removeListener();
    }
  }

  /**
   * Withdraws tokens.
   *
   * @throws RevocationListFullError
   * @throws TypeError
   */
  withdraw(given: Withdrawal): void {
    const { clock, maxLifetimeSeconds } = this.#options;
    const nowMs = clock();
    const withdrawal = readWithdrawal(given, nowMs);
    const untilMs = withdrawalExpiryMs(withdrawal, { nowMs, maxLifetimeSeconds });
    // Every one of the tokens has expired.
    if (nowMs >= untilMs) return;
    if (!this.#entries.has(withdrawal)) this.#makeSpace(nowMs);
    if (this.#entries.add(withdrawal, untilMs)) {
      this.#version += 1;
      this.#changeListeners.callSoon();
    }
    publishRevocationEvent({
      event: 'withdrawn',
      kind: withdrawal.kind,
      entries: this.#entries.size,
    });
  }

  /** Calls a function after tokens were withdrawn; once for those that are withdrawn together. */
  onChange(listener: () => void): () => void {
    return this.#changeListeners.add(listener);
  }

  /** Reports the state of the list. */
  health(): RevocationListHealth {
    const nowMs = this.#options.clock();
    this.#dropExpired(nowMs);
    const heardAtMs = this.#heardAtMs;
    return {
      entries: this.#entries.size,
      maxEntries: this.#options.maxEntries,
      isCurrent: this.isCurrent(nowMs),
      silentForMs: heardAtMs === undefined ? undefined : Math.max(0, nowMs - heardAtMs),
    };
  }

  /** @throws RevocationListFullError */
  #makeSpace(nowMs: number): void {
    const { maxEntries } = this.#options;
    const isFull = this.#entries.size >= maxEntries;
    if (isFull || nowMs >= this.#dropAtMs) this.#dropExpired(nowMs);
    if (this.#entries.size < maxEntries) {
      this.#isFull = false;
      return;
    }
    if (!this.#isFull) publishRevocationEvent({ event: 'full', maxEntries });
    this.#isFull = true;
    throw new RevocationListFullError(maxEntries);
  }

  #dropExpired(nowMs: number): void {
    if (!this.#entries.hasExpired(nowMs)) return;
    this.#entries.dropExpired(nowMs);
    this.#dropAtMs = nowMs + DROP_EVERY_MS;
  }
}
