/**
 * Stops sending commands to a server that fails.
 *
 * A server that hangs would otherwise hold every request until its deadline, and leave a command of each in
 * the memory of the client.
 *
 * @module
 */
import type { Jitter } from '@scopegate/protocol/internal';

/** The state of a circuit. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** Options of a {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Milliseconds since any moment; never goes backwards. */
  readonly now: () => number;
  readonly jitter: Jitter;
}

const FAILURES_IN_A_ROW = 5;
const WINDOW_MS = 1_000;
/** Fewer commands in a window show nothing about the share of failures. */
const WINDOW_COMMANDS = 20;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;

/**
 * Opens after 5 failures in a row, or when half of at least 20 commands within a second fail. Then one command
 * is tried after 200 ms, which doubles with each failure up to 5 s; jitter shortens it by up to a quarter.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #state: CircuitState = 'closed';
  /** Grows with each change of state, which shows the results of earlier commands. */
  #generation = 0;
  #openUntil = 0;
  #timesOpened = 0;
  #failuresInARow = 0;
  #windowEnd = 0;
  #commands = 0;
  #failures = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** When the next command may be tried, by the clock of the options; `undefined` unless open. */
  get openUntil(): number | undefined {
    return this.#state === 'open' ? this.#openUntil : undefined;
  }

  /**
   * Admits a command.
   *
   * @returns A ticket for its result; `undefined` if it must not be sent.
   */
  admit(): number | undefined {
    if (this.#state === 'closed') return this.#generation;
    if (this.#state === 'half-open' || this.#options.now() < this.#openUntil) return undefined;
    this.#change('half-open');
    return this.#generation;
  }

  /**
   * Notes that the server has answered a command, within its deadline or after it.
   *
   * @returns Whether that has closed the circuit.
   */
  succeed(ticket: number): boolean {
    if (ticket !== this.#generation) {
      // Late answers show that the server is back before the next attempt is due.
      this.retryNow();
      return false;
    }
    this.#failuresInARow = 0;
    if (this.#state === 'half-open') {
      this.#change('closed');
      this.#timesOpened = 0;
      return true;
    }
    this.#count();
    return false;
  }

  /** Notes that a command has failed because of the server. */
  fail(ticket: number): void {
    if (ticket !== this.#generation) return;
    this.#failuresInARow += 1;
    this.#count();
    this.#failures += 1;
    if (this.#state === 'half-open' || this.#isFailing()) this.#open();
  }

  /** Lets the next command be tried at once, if the circuit is open. */
  retryNow(): void {
    this.#openUntil = Math.min(this.#openUntil, this.#options.now());
  }

  #isFailing(): boolean {
    if (this.#failuresInARow >= FAILURES_IN_A_ROW) return true;
    return this.#commands >= WINDOW_COMMANDS && this.#failures * 2 >= this.#commands;
  }

  #count(): void {
    const now = this.#options.now();
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + WINDOW_MS;
      this.#commands = 0;
      this.#failures = 0;
    }
    this.#commands += 1;
  }

  #open(): void {
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.#timesOpened, LONGEST_DELAY_MS);
    this.#timesOpened += 1;
    this.#openUntil = this.#options.now() + delay * (0.75 + 0.25 * this.#options.jitter());
    this.#change('open');
  }

  #change(state: CircuitState): void {
    this.#state = state;
    this.#generation += 1;
    this.#failuresInARow = 0;
    this.#windowEnd = 0;
  }
}
