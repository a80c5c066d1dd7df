/**
 * Publishes when the commands of a connection begin to fail, and when they succeed again.
 *
 * @module
 */
import { Episodes } from '@scopegate/protocol/internal';
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
  readonly #episodes = new Episodes();
  /** The last failure of an episode; `undefined` between episodes. */
  #lastFailure: number | undefined;

  constructor(options: FailureEpisodesOptions) {
    this.#options = options;
  }

  /** Notes a failure. The first of an episode is published. */
  fail({ failure, systemCode }: StoreUnavailableError): void {
    const { role: connection, now } = this.#options;
    this.#lastFailure = now();
    if (!this.#episodes.noteFailure(this.#lastFailure)) return;
    publishStoreEvent({ event: 'unavailable', connection, failure, systemCode });
  }

  /** Notes a success, which may end the episode. */
  succeed({ readOnly, hasClosedCircuit }: CommandSuccess): void {
    if (this.#lastFailure === undefined) return;
    const { role: connection } = this.#options;
    const now = this.#options.now();
    const isQuiet = !readOnly && now - this.#lastFailure >= QUIET_MS;
    const ended = hasClosedCircuit || isQuiet ? this.#episodes.noteSuccess(now) : undefined;
    if (ended === undefined) return;
    this.#lastFailure = undefined;
    const unavailableForMs = Math.round(ended.unavailableForMs);
    publishStoreEvent({ event: 'recovered', connection, ...ended, unavailableForMs });
  }

  /** Notes that the client is connected again: the next success ends the episode. */
  reconnect(): void {
    if (this.#lastFailure !== undefined) this.#lastFailure = -Infinity;
  }
}
