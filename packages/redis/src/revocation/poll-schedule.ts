/**
 * Polls on a schedule, never twice at once.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks';
import { Listeners } from '@scopegate/protocol/internal';

/** What a {@link PollSchedule} needs. */
export interface PollScheduleOptions {
  readonly pollMs: number;
  /** Polls once. */
  readonly poll: () => Promise<void>;
  /** Whether nothing is known yet, so that the next poll is due sooner. */
  readonly isStarting: () => boolean;
}

/** The first delay while nothing is known yet; it doubles. */
const FIRST_DELAY_MS = 25;

/**
 * A schedule. Its timer keeps no process alive, and runs in the async context in which the schedule was created:
 * a poll that a request has caused must not attribute every later one to that request.
 */
export class PollSchedule {
  /** Called after each poll. */
  readonly ends: Listeners = new Listeners();
  readonly #options: PollScheduleOptions;
  readonly #context = new AsyncResource('ScopegatePolls');
  #state: 'new' | 'started' | 'closed' = 'new';
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PollScheduleOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Begins to poll. Repeating it has no effect. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.pollNow().catch(ignore);
  }

  /** Polls now, or waits for the poll that is under way. Rejects as that does. */
  async pollNow(): Promise<void> {
    await (this.#running ??= this.#run());
  }

  /** Polls once more after the poll that is under way. Rejects as that poll does. */
  async pollAfterNow(): Promise<void> {
    await this.#running?.catch(ignore);
    await this.pollNow();
  }

  /** Ends polling. */
  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    this.ends.call();
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.#options.poll();
    } finally {
      this.#running = undefined;
      this.#schedule();
      this.ends.call();
    }
  }

  #schedule(): void {
    if (this.#state !== 'started') return;
    const next = (): void => {
      this.pollNow().catch(ignore);
    };
    this.#timer = this.#context.runInAsyncScope(() =>
      setTimeout(next, this.#nextDelayMs()).unref(),
    );
  }

  /** Jitter: processes that started together do not poll together. */
  #nextDelayMs(): number {
    const { pollMs, isStarting } = this.#options;
    this.#attempts += 1;
    const starting = FIRST_DELAY_MS * 2 ** Math.min(this.#attempts, 20);
    const delayMs = isStarting() ? Math.min(pollMs, starting) : pollMs;
    return delayMs * (0.9 + 0.2 * Math.random());
  }
}

/** The state of polls is noted where they are made. */
function ignore(): void {
  return undefined;
}
