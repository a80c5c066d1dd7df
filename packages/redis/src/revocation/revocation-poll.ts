/**
 * One poll after another: what each does with what it finds.
 *
 * @module
 */
import type { SealedBox } from '../sealing/sealed-box.js';
import { publishStoreEvent } from '../store-events.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { KnownRevocations } from './known-revocations.js';
import type { LogHealing } from './log-healing.js';
import type { LogPoller, PollResult } from './log-poller.js';
import { readRecord } from './log-record.js';
import type { LogEntry } from './log-reply.js';
import type { PollCurrency, PollStart } from './poll-currency.js';

/** What a {@link RevocationPoll} needs. */
export interface RevocationPollOptions {
  readonly poller: LogPoller;
  readonly currency: PollCurrency;
  readonly known: KnownRevocations;
  /** The name of the stream. */
  readonly logKey: string;
  /** `undefined` if entries are not read. */
  readonly sealed: { readonly box: SealedBox; readonly healing: LogHealing } | undefined;
  /** How long the log is kept, in milliseconds. */
  readonly retentionMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** A process that starts when data was just lost waits until the others have written it again. */
const HEALING_MS = 5_000;

/** How often a log with more entries than allowed is read again, once some have expired. */
const RELOAD_MS = 60_000;

/** Reads the log, and repairs it. */
export class RevocationPoll {
  readonly #options: RevocationPollOptions;
  #isLoaded = false;
  #loadedAtMs = -Infinity;
  #unreadableUntilMs = -Infinity;
  #reloadAtMs = -Infinity;
  #setBacks = 0;

  constructor(options: RevocationPollOptions) {
    this.#options = options;
  }

  /** Whether the log was read to its end once. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether it contains entries that this process cannot read. */
  isUnreadable(nowMs: number): boolean {
    return nowMs < this.#unreadableUntilMs;
  }

  /**
   * Reads what is new, to the end.
   *
   * @throws StoreUnavailableError (rejects)
   */
  async run(): Promise<void> {
    try {
      do await this.#readToEnd();
      while (await this.#heal());
    } catch (error) {
      this.#options.currency.fail();
      throw error;
    }
  }

  async #readToEnd(): Promise<void> {
    const { poller, currency } = this.#options;
    this.#reload();
    for (;;) {
      const start = currency.start();
      this.#readAgain(start);
      const result = await poller.poll();
      this.#apply(result);
      if (result.isComplete && currency.succeed(start)) break;
    }
    this.#noteEnd();
  }

  /** @returns Whether the log should be read again. A failure is tried again after the next poll. */
  async #heal(): Promise<boolean> {
    try {
      return (await this.#options.sealed?.healing.continue()) === true;
    } catch (error) {
      if (error instanceof StoreUnavailableError) return false;
      throw error;
    }
  }

  #apply({ entries, lostPolls, restarts }: PollResult): void {
    if (lostPolls !== undefined) publishStoreEvent({ event: 'discontinuity', lostPolls });
    if (restarts) {
      this.#options.sealed?.healing.begin();
      this.#restart();
    } else if (lostPolls !== undefined) {
      this.#doubtLoad();
    }
    for (const entry of entries) this.#add(entry);
  }

  /** Others have noticed a loss. A log that was read just before may have been an empty one. */
  #doubtLoad(): void {
    if (this.#options.clock() - this.#loadedAtMs < HEALING_MS) this.#isLoaded = false;
  }

  #restart(): void {
    const { known, clock } = this.#options;
    // What was missing before is missing until it is read again, or written again after a loss.
    if (known.isIncomplete || this.isUnreadable(clock())) this.#isLoaded = false;
    this.#unreadableUntilMs = -Infinity;
    this.#reloadAtMs = -Infinity;
    known.restart();
  }

  /** Entries were ignored as expired, or dropped, while the clock was ahead. */
  #readAgain({ setBacks }: PollStart): void {
    if (setBacks === this.#setBacks) return;
    this.#setBacks = setBacks;
    this.#restart();
    this.#options.poller.rewind();
  }

  #add({ sealed: text }: LogEntry): void {
    const { sealed, known, logKey, clock, retentionMs } = this.#options;
    if (sealed === undefined) return;
    if (text === undefined) {
      publishStoreEvent({ event: 'tampered', store: 'revocations' });
      return;
    }
    const { value, failure } = sealed.box.open(text, { purpose: 'revocation', redisKey: logKey });
    if (failure === 'tampered') return;
    const record = value && readRecord(value);
    if (record === undefined) {
      this.#unreadableUntilMs = clock() + retentionMs;
      return;
    }
    for (const kept of record) {
      sealed.healing.note(kept);
      if (!known.add(kept) || !this.#isLoaded) continue;
      publishStoreEvent({ event: 'revoked', kind: kept.withdrawal.kind });
    }
  }

  #noteEnd(): void {
    const { poller, clock } = this.#options;
    const { lostAt } = poller;
    const nowMs = clock();
    if (this.#isLoaded || (lostAt !== undefined && nowMs - lostAt < HEALING_MS)) return;
    this.#isLoaded = true;
    this.#loadedAtMs = nowMs;
  }

  /** An entry that was not added for lack of space is read again when there is some. */
  #reload(): void {
    const { known, poller, clock } = this.#options;
    if (!known.isIncomplete || clock() < this.#reloadAtMs || !known.hasSpace()) return;
    this.#restart();
    this.#reloadAtMs = clock() + RELOAD_MS;
    poller.rewind();
    // Until the end is read, revocations may be missing.
    this.#isLoaded = false;
  }
}
