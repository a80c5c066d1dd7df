/**
 * A limit on concurrent calls.
 *
 * @module
 */

/** Options of a {@link CallLimiter}. */
export interface CallLimits {
  readonly maxRunning: number;
  readonly maxWaiting: number;
  /** Creates the error for a call that arrives when the queue is full. */
  readonly createBusyError: () => Error;
}

/** Runs a limited number of calls at a time, and queues a limited number of others. */
export class CallLimiter {
  readonly #limits: CallLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  /**
   * Runs a call as soon as there is room for it.
   *
   * @param signal - A call whose signal aborts while it waits is not run.
   * @throws Error (rejects) The error of `createBusyError`, the reason of the signal, or what the call
   *   rejects with.
   */
  async run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#enter();
    try {
      signal?.throwIfAborted();
      return await call();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    const { maxRunning, maxWaiting, createBusyError } = this.#limits;
    if (this.#running < maxRunning) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= maxWaiting) throw createBusyError();
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Starts the next waiting call, if there is one. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
