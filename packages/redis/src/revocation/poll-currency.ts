/**
 * Whether the last poll is recent enough, and whether this process has polled all the time.
 *
 * @module
 */
import { publishStoreEvent } from '../store-events.js';

/** Options of a {@link PollCurrency}. */
export interface PollCurrencyOptions {
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly maxStaleMs: number;
  readonly acceptStale: boolean;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** The start of a poll. */
export interface PollStart {
  readonly atMs: number;
  /** {@link PollCurrency.isUncertain} is resolved by a poll that starts after the last doubt. */
  readonly doubts: number;
  /** Likewise for the last time that the process was suspended. */
  readonly suspensions: number;
  /** How often the clock was set back. Entries that had expired by its wrong time are to be read again. */
  readonly setBacks: number;
}

/** How late a timer of a busy process may be. */
const LATENESS_MS = 2_000;

/**
 * The times of polls.
 *
 * A process that was suspended has missed polls without a failure: its copy is older than it seems, so that it
 * is not current until a poll succeeds that began afterwards.
 */
export class PollCurrency {
  readonly #options: PollCurrencyOptions;
  /** The longest time between two steps of a process that runs. */
  readonly #longestStepMs: number;
  #steppedAtMs: number | undefined;
  /** When the last successful poll began. */
  #polledAtMs: number | undefined;
  #doubts = 1;
  #resolvedDoubts = 0;
  #suspensions = 0;
  #setBacks = 0;
  #isSuspended = false;
  #isStale = false;

  constructor(options: PollCurrencyOptions) {
    this.#options = options;
    const { pollMs, timeoutMs } = options;
    this.#longestStepMs = 1.1 * pollMs + 2 * timeoutMs + LATENESS_MS;
  }

  /** Whether data may have been lost since the last poll: it failed, or is yet to come. */
  get isUncertain(): boolean {
    return this.#doubts !== this.#resolvedDoubts;
  }

  /** Grows when data may have been lost. */
  get doubts(): number {
    return this.#doubts;
  }

  /** Notes that a command has failed: the server may have lost data when it is back. */
  doubt(): void {
    this.#doubts += 1;
  }

  /** Notes the start of a poll. */
  start(): PollStart {
    const atMs = this.#step();
    const [doubts, suspensions, setBacks] = [this.#doubts, this.#suspensions, this.#setBacks];
    return { atMs, doubts, suspensions, setBacks };
  }

  /** Notes that a poll has succeeded. @returns Whether its reply counts. */
  succeed({ atMs, doubts, suspensions }: PollStart): boolean {
    this.#step();
    // The reply may have waited while the process was suspended.
    if (this.#suspensions !== suspensions) return false;
    this.#resolvedDoubts = doubts;
    this.#isSuspended = false;
    this.#isStale = false;
    this.#polledAtMs = atMs;
    return true;
  }

  /** Notes that a poll has failed. */
  fail(): void {
    const nowMs = this.#step();
    this.doubt();
    const ageMs = this.ageMs(nowMs);
    if (ageMs === undefined || ageMs <= this.#options.maxStaleMs || this.#isStale) return;
    this.#isStale = true;
    publishStoreEvent({ event: 'stale', ageMs });
  }

  /** Time since the last successful poll, in milliseconds; `undefined` before the first. */
  ageMs(nowMs: number): number | undefined {
    return this.#polledAtMs === undefined ? undefined : Math.max(0, nowMs - this.#polledAtMs);
  }

  /** A clock that was set back must not hide that polls fail. */
  isCurrent(nowMs: number): boolean {
    const { acceptStale, maxStaleMs } = this.#options;
    if (this.#polledAtMs === undefined) return false;
    if (acceptStale) return true;
    if (this.#isSuspended || this.#isLate(nowMs)) return false;
    return Math.abs(nowMs - this.#polledAtMs) <= maxStaleMs;
  }

  #step(): number {
    const nowMs = this.#options.clock();
    if (this.#isLate(nowMs)) {
      this.#isSuspended = true;
      this.#suspensions += 1;
      if (nowMs < Number(this.#steppedAtMs)) this.#setBacks += 1;
      this.doubt();
    }
    this.#steppedAtMs = nowMs;
    return nowMs;
  }

  #isLate(nowMs: number): boolean {
    const steppedAtMs = this.#steppedAtMs;
    return steppedAtMs !== undefined && Math.abs(nowMs - steppedAtMs) > this.#longestStepMs;
  }
}
