/**
 * Events about the registration of used proofs for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import { Episodes } from '@scopegate/protocol/internal';
import type { RegistrationOutcome } from './request-registrations.js';
import type { ReplayFailure } from './replay-store-unavailable-error.js';

/** The name of the diagnostics channel of {@link ReplayEvent}s. */
export const REPLAY_CHANNEL = 'scopegate:replay';

/** A message on `scopegate:replay`. Contains nothing from any proof or token. */
export type ReplayEvent = {
  /** `'process'`: the memory of this process. `'shared'`: the store of the option `dpop.replay.store`. */
  readonly store: 'process' | 'shared';
} & (
  | {
      /** Proofs cannot be registered any more. Published once, however many proofs follow. */
      readonly event: 'unavailable';
      /** The first failure. */
      readonly failure: ReplayFailure;
      /** The system's error code, such as `ECONNREFUSED`; `undefined` if unknown. */
      readonly systemCode: string | undefined;
    }
  | {
      /** Proofs can be registered again. */
      readonly event: 'recovered';
      /** Time between the first failure and now, in milliseconds. */
      readonly unavailableForMs: number;
      /** Number of proofs that could not be registered. */
      readonly failures: number;
    }
  | {
      /** The store has lost data, so that a proof was not accepted. Published once for each loss. */
      readonly event: 'data-lost';
      /**
       * `ReplayStore.notBefore`, in milliseconds since the epoch: proofs that were created earlier are not
       * accepted.
       */
      readonly notBefore: number;
    }
);

const replayChannel = channel(REPLAY_CHANNEL);

function publish(event: ReplayEvent): void {
  replayChannel.publish(event);
}

/** Publishes when registrations begin to fail, and when they succeed again. */
export class ReplayEpisodes {
  readonly #store: 'process' | 'shared';
  readonly #episodes = new Episodes();
  #notBefore: number | undefined;

  constructor(store: 'process' | 'shared') {
    this.#store = store;
  }

  /** Notes the outcome of a registration. */
  note(outcome: RegistrationOutcome, nowMs: number): void {
    if (typeof outcome === 'boolean') {
      const ended = this.#episodes.noteSuccess(nowMs);
      if (ended !== undefined) publish({ store: this.#store, event: 'recovered', ...ended });
      return;
    }
    if (!this.#episodes.noteFailure(nowMs)) return;
    const { failure, systemCode } = outcome;
    publish({ store: this.#store, event: 'unavailable', failure, systemCode });
  }

  /** Notes that a proof was not accepted because of `notBefore`. */
  noteLoss(notBefore: number): void {
    if (notBefore === this.#notBefore) return;
    this.#notBefore = notBefore;
    publish({ store: this.#store, event: 'data-lost', notBefore });
  }
}
