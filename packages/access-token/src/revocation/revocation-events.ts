/**
 * Events about revocations for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import type { RevocationKind } from '@scopegate/protocol';
import { Episodes, findSystemCode } from '@scopegate/protocol/internal';
import type {
  RevocationFailure,
  RevocationUnavailableError,
} from './revocation-unavailable-error.js';

/** The name of the diagnostics channel of {@link RevocationEvent}s. */
export const REVOCATION_CHANNEL = 'scopegate:revocation';

/** A message on `scopegate:revocation`. Contains nothing from any token. */
export type RevocationEvent =
  | {
      /** Tokens were withdrawn in a list of this process. */
      readonly event: 'withdrawn';
      /** What the tokens have in common. */
      readonly kind: RevocationKind;
      /** The number of entries in the list. */
      readonly entries: number;
    }
  | {
      /** A list is full, so that `withdraw()` rejects. Published once, until it has space again. */
      readonly event: 'full';
      /** The option `maxEntries` of the list. */
      readonly maxEntries: number;
    }
  | {
      /** It is unknown whether tokens are revoked, so that requests get 503. Published once. */
      readonly event: 'unavailable';
      /** `'source'`: a list or another source. `'hook'`: the function of the application. */
      readonly origin: 'source' | 'hook';
      /** The first failure. */
      readonly failure: RevocationFailure;
      /** The system's error code, such as `ECONNREFUSED`; `undefined` if unknown. */
      readonly systemCode: string | undefined;
    }
  | {
      /** It is known again whether tokens are revoked. */
      readonly event: 'recovered';
      /** `'source'`: a list or another source. `'hook'`: the function of the application. */
      readonly origin: 'source' | 'hook';
      /** Time between the first failure and now, in milliseconds. */
      readonly unavailableForMs: number;
      /** Number of checks that failed. */
      readonly failures: number;
    };

const revocationChannel = channel(REVOCATION_CHANNEL);

/** Publishes an event. */
export function publishRevocationEvent(event: RevocationEvent): void {
  revocationChannel.publish(event);
}

/** Publishes when checks begin to fail, and when they succeed again. */
export class RevocationEpisodes {
  readonly #origin: 'source' | 'hook';
  readonly #episodes = new Episodes();
  #failure: RevocationFailure | undefined;

  constructor(origin: 'source' | 'hook') {
    this.#origin = origin;
  }

  /** Why the last check failed; `undefined` if it succeeded. */
  get failure(): RevocationFailure | undefined {
    return this.#failure;
  }

  /** Notes the end of a check. */
  note(error: RevocationUnavailableError | undefined, nowMs: number): void {
    if (error === undefined) {
      this.#noteSuccess(nowMs);
      return;
    }
    const { failure, cause } = error;
    this.#failure = failure;
    if (!this.#episodes.noteFailure(nowMs)) return;
    const systemCode = findSystemCode(cause);
    const origin = this.#origin;
    publishRevocationEvent({ event: 'unavailable', origin, failure, systemCode });
  }

  #noteSuccess(nowMs: number): void {
    const ended = this.#episodes.noteSuccess(nowMs);
    if (ended === undefined) return;
    this.#failure = undefined;
    publishRevocationEvent({ event: 'recovered', origin: this.#origin, ...ended });
  }
}
