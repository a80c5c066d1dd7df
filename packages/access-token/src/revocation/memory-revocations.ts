/**
 * Revocations in the memory of this process: until when each is kept, and who hears of them.
 *
 * @module
 */
import type { RevocationSubject, Withdrawal } from '@scopegate/protocol';
import {
  type CheckedWithdrawal,
  readWithdrawal,
  RevocationEntries,
  withDeadline,
} from '@scopegate/protocol/internal';
import type { ResolvedListOptions } from './resolve-list-options.js';
import { publishRevocationEvent } from './revocation-events.js';
import type { RevocationListHealth } from './revocation-list.js';
import { RevocationListFullError } from './revocation-list-full-error.js';
import { RevocationUnavailableError } from './revocation-unavailable-error.js';

/** The largest clock tolerance of a verifier; also how far `iat` may then be in the future. */
const MAX_TOLERANCE_SECONDS = 300;

/** Expired entries are dropped at most so often while the list has space. */
const DROP_EVERY_MS = 60_000;

/** The entries of a list, and whether it is current. */
export class MemoryRevocations {
  readonly #options: ResolvedListOptions;
  readonly #entries: RevocationEntries;
  readonly #changeListeners = new Set<() => void>();
  readonly #hearingListeners = new Set<() => void>();
  #version = 0;
  #isNotifying = false;
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
    for (const listener of this.#hearingListeners) listener();
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
      removeListener = listenTo(this.#hearingListeners, resolve);
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
    const { clock } = this.#options;
    const nowMs = clock();
    const withdrawal = readWithdrawal(given, nowMs);
    const untilMs = this.#expiryOf(withdrawal, nowMs);
    // Every one of the tokens has expired.
    if (nowMs >= untilMs) return;
    if (!this.#entries.has(withdrawal)) this.#makeSpace(nowMs);
    if (this.#entries.add(withdrawal, untilMs)) this.#noteChange();
    publishRevocationEvent({
      event: 'withdrawn',
      kind: withdrawal.kind,
      entries: this.#entries.size,
    });
  }

  /** Calls a function after tokens were withdrawn; once for those that are withdrawn together. */
  onChange(listener: () => void): () => void {
    return listenTo(this.#changeListeners, listener);
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

  /** When every one of the tokens has expired for every verifier, in milliseconds since the epoch. */
  #expiryOf({ issuedBefore }: CheckedWithdrawal, nowMs: number): number {
    const lastIssuedAt =
      issuedBefore === Infinity ? nowMs / 1000 + MAX_TOLERANCE_SECONDS : issuedBefore;
    return (lastIssuedAt + this.#options.maxLifetimeSeconds + MAX_TOLERANCE_SECONDS) * 1000;
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

  #noteChange(): void {
    this.#version += 1;
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      for (const listener of this.#changeListeners) callApart(listener);
    });
  }
}

/** What one listener throws is uncaught, as it would be elsewhere, but does not keep the others from the event. */
function callApart(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Adds a listener, once for each call, and returns a function that removes it. */
function listenTo(listeners: Set<() => void>, listener: () => void): () => void {
  const own = (): void => {
    listener();
  };
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}
