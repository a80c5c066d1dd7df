/**
 * The parts of the revocation log of one process.
 *
 * @module
 */
import {
  type CheckedWithdrawal,
  MAX_TOLERANCE_SECONDS,
  readWithdrawal,
  withDeadline,
  withdrawalExpiryMs,
} from '@scopegate/protocol/internal';
import { publishStoreEvent } from '../store-events.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { KnownRevocations } from './known-revocations.js';
import { LogHealing } from './log-healing.js';
import { LogPoller } from './log-poller.js';
import { createLogKeys } from './log-scripts.js';
import { LogWriter } from './log-writer.js';
import { PollCurrency } from './poll-currency.js';
import { PollSchedule } from './poll-schedule.js';
import type { RevocationLogHealth, RevocationLogParts } from './revocation-log.js';
import { RevocationPoll } from './revocation-poll.js';

/** How long after the last withdrawal with the longest lifetime all tokens have expired, and a margin. */
const RETENTION_MARGIN_MS = 3 * MAX_TOLERANCE_SECONDS * 1000;

/** A log that polls. */
export class WatchedLog {
  readonly known: KnownRevocations;
  readonly currency: PollCurrency;
  readonly poller: LogPoller;
  readonly schedule: PollSchedule;
  readonly #parts: RevocationLogParts;
  readonly #poll: RevocationPoll;
  /** `undefined` without encryption keys. */
  readonly #writer: LogWriter | undefined;
  #lastError: unknown;

  constructor(parts: RevocationLogParts) {
    const { prefix, runner, clock, box, options, timeoutMs } = parts;
    const { pollMs, maxStaleMs, maxEntries, dangerouslyAcceptStale: acceptStale } = options;
    const retentionMs = options.maxLifetimeSeconds * 1000 + RETENTION_MARGIN_MS;
    const keys = createLogKeys(prefix);
    const shared = { keys, runner, clock, retentionMs };
    const known = new KnownRevocations({ maxEntries, clock });
    const currency = new PollCurrency({ pollMs, timeoutMs, maxStaleMs, acceptStale, clock });
    const poller = new LogPoller({ ...shared, readsEntries: box !== undefined });
    const writer = box && new LogWriter({ ...shared, box, poller });
    const healing = writer && new LogHealing({ ...shared, writer, known, nodeId: poller.nodeId });
    const sealed = box && healing && { box, healing };
    const logKey = keys.log;
    this.#parts = parts;
    this.#writer = writer;
    this.#poll = new RevocationPoll({
      poller,
      currency,
      known,
      logKey,
      sealed,
      retentionMs,
      clock,
    });
    this.known = known;
    this.currency = currency;
    this.poller = poller;
    const isStarting = (): boolean => !this.#poll.isLoaded;
    this.schedule = new PollSchedule({ pollMs, poll: () => this.#pollOnce(), isStarting });
  }

  get maxLifetimeSeconds(): number {
    return this.#parts.options.maxLifetimeSeconds;
  }

  isCurrent(nowMs: number): boolean {
    return this.#findGap(nowMs) === undefined && this.currency.isCurrent(nowMs);
  }

  health(): RevocationLogHealth {
    const nowMs = this.#parts.clock();
    return {
      entries: this.known.count(),
      ageMs: this.currency.ageMs(nowMs),
      isCurrent: this.isCurrent(nowMs),
    };
  }

  /** @throws StoreUnavailableError (rejects) */
  async ready(): Promise<void> {
    const { clock, options } = this.#parts;
    let removeListener = (): void => undefined;
    const loading = new Promise<void>((resolve, reject) => {
      const check = (): void => {
        const nowMs = clock();
        const gap = this.#findGap(nowMs);
        if (this.isCurrent(nowMs)) resolve();
        else if (gap !== undefined && gap !== 'stale') reject(createGapError(gap));
      };
      removeListener = this.schedule.ends.add(check);
      check();
    });
    const { maxStaleMs: timeoutMs } = options;
    const createTimeoutError = (): Error =>
      this.#lastError instanceof StoreUnavailableError
        ? this.#lastError
        : new StoreUnavailableError('stale');
    try {
      await withDeadline({ timeoutMs, createTimeoutError }, () => loading);
    } finally {
      removeListener();
    }
  }

  /**
   * Withdraws tokens.
   *
   * @throws StoreUnavailableError (rejects)
   * @throws TypeError (rejects)
   */
  async withdraw(given: unknown): Promise<void> {
    const { known } = this;
    const nowMs = this.#parts.clock();
    const withdrawal = readWithdrawal(given, nowMs);
    assertRetained(withdrawal, nowMs);
    const { maxLifetimeSeconds } = this;
    const untilMs = withdrawalExpiryMs(withdrawal, { nowMs, maxLifetimeSeconds });
    // Every one of the tokens has expired.
    if (nowMs >= untilMs) return;
    if (!known.hasSpace()) throw createGapError('full');
    await this.#writer?.write([{ withdrawal, untilMs }]);
    if (!known.add({ withdrawal, untilMs })) return;
    publishStoreEvent({ event: 'revoked', kind: withdrawal.kind });
  }

  async #pollOnce(): Promise<void> {
    try {
      await this.#poll.run();
      this.#lastError = undefined;
    } catch (error) {
      this.#lastError = error;
      throw error;
    }
  }

  /** Why revocations may be missing, whatever the age of the last poll. */
  #findGap(nowMs: number): 'closed' | 'stale' | 'reply' | 'full' | undefined {
    if (this.schedule.isClosed) return 'closed';
    if (!this.#poll.isLoaded && !this.known.isIncomplete) return 'stale';
    if (this.#poll.isUnreadable(nowMs)) return 'reply';
    return this.known.isIncomplete ? 'full' : undefined;
  }
}

/** What operators can do about a gap that does not end by itself. */
function createGapError(gap: 'closed' | 'reply' | 'full'): StoreUnavailableError {
  if (gap === 'closed') return new StoreUnavailableError(gap);
  const cause = new Error(
    gap === 'full'
      ? 'this process has "revocations.maxEntries" revocations; set a larger number'
      : 'a revocation cannot be read: its key is missing from "encryptionKeys" (the event "unreadable" contains the id), or a newer version has written it',
  );
  return new StoreUnavailableError(gap, { cause });
}

/** The log is kept for a time after each entry: one that must be kept for longer would be lost. */
function assertRetained({ issuedBefore }: CheckedWithdrawal, nowMs: number): void {
  if (issuedBefore === Infinity || issuedBefore <= nowMs / 1000 + MAX_TOLERANCE_SECONDS) return;
  throw new TypeError(
    `"issuedBefore" of withdraw() must be at most ${MAX_TOLERANCE_SECONDS} seconds in the future`,
  );
}
