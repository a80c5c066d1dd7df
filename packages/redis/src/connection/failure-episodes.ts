/**
 * Publishes when the commands of a connection begin to fail, and when they succeed again.
 *
 * @module
 */
import { type ConnectionRole, publishStoreEvent } from '../store-events.js';
import type { StoreUnavailableError } from '../store-unavailable-error.js';

/** Options of {@link FailureEpisodes}. */
export interface FailureEpisodesOptions {
  readonly role: ConnectionRole;
  /** Milliseconds since any moment; never goes backwards. */
  readonly now: () => number;
}

/** How a command succeeded. */
export interface CommandSuccess {
  /** Whether it only reads, which servers allow even when they are full. */
  readonly readOnly: boolean;
  /** Whether it was the one that was tried while the circuit was open. */
  readonly hasClosedCircuit: boolean;
}

/** Where some commands fail and others succeed, the two events would otherwise alternate with each of them. */
const QUIET_MS = 1_000;

/** The episodes of failures of one connection: two events each. */
export class FailureEpisodes {
  readonly #options: FailureEpisodesOptions;
  #began: number | undefined;
  #lastFailure = 0;
  #failures = 0;

  constructor(options: FailureEpisodesOptions) {
    this.#options = options;
  }

  /** Notes a failure. The first of an episode is published. */
  fail({ failure, systemCode }: StoreUnavailableError): void {
    this.#lastFailure = this.#options.now();
    this.#failures += 1;
    if (this.#began !== undefined) return;
    this.#began = this.#lastFailure;
    const { role: connection } = this.#options;
    publishStoreEvent({ event: 'unavailable', connection, failure, systemCode });
  }

  /** Notes a success, which may end the episode. */
  succeed({ readOnly, hasClosedCircuit }: CommandSuccess): void {
    if (this.#began === undefined) return;
    const now = this.#options.now();
    const isQuiet = !readOnly && now - this.#lastFailure >= QUIET_MS;
    if (!hasClosedCircuit && !isQuiet) return;
    const unavailableForMs = Math.round(now - this.#began);
    const [connection, failures] = [this.#options.role, this.#failures];
    this.#began = undefined;
    this.#failures = 0;
    publishStoreEvent({ event: 'recovered', connection, unavailableForMs, failures });
  }

  /** Notes that the client is connected again: the next success ends the episode. */
  reconnect(): void {
    this.#lastFailure = -Infinity;
  }
}
