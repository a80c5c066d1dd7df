/**
 * Events about introspection for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import { Episodes } from '@scopegate/protocol/internal';
import type { IntrospectionFailure } from '../introspection-request/introspection-failure.js';
import type { IntrospectionUnavailableError } from './introspection-unavailable-error.js';

/** The name of the diagnostics channel of {@link IntrospectionEvent}s. */
export const INTROSPECTION_CHANNEL = 'scopegate:introspection';

/** A message on `scopegate:introspection`. Contains nothing from any token, and no credentials. */
export type IntrospectionEvent = {
  /** The issuer identifier. */
  readonly issuer: string;
} & (
  | {
      /** Introspection has begun to fail. Published once, however many requests follow. */
      readonly event: 'unavailable';
      /** The first failure. */
      readonly failure: IntrospectionFailure;
      /** The failure, with the URL, the status and the system's cause. */
      readonly error: Error;
    }
  | {
      /** Introspection succeeds again. */
      readonly event: 'recovered';
      /** Time between the first failure and now, in milliseconds. */
      readonly unavailableForMs: number;
      /** Number of requests that failed. */
      readonly failures: number;
    }
  | {
      /**
       * The authorization server refused the credentials of this resource server. Published once, until
       * introspection succeeds again.
       */
      readonly event: 'credentials-refused';
      /** The status of its response: 401 or 403. */
      readonly status: number | undefined;
    }
  | {
      /** A cached response was used past its time, because the authorization server is unavailable. */
      readonly event: 'stale-used';
    }
  | {
      /**
       * The first responses all say that the token is not active. The authorization server may not let this
       * resource server introspect the tokens of others. Published once.
       */
      readonly event: 'always-inactive';
      /** Number of responses. */
      readonly responses: number;
    }
);

const introspectionChannel = channel(INTROSPECTION_CHANNEL);

function publish(event: IntrospectionEvent): void {
  introspectionChannel.publish(event);
}

/** After so many inactive tokens and no active one, the configuration is probably wrong. */
const SUSPICIOUS_RESPONSES = 20;

/** A failed request. */
export interface FailedRequest {
  /** The status of the response; `undefined` when there was none. */
  readonly status: number | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Publishes what happens to the introspection of one issuer's tokens. */
export class IntrospectionEpisodes {
  readonly #issuer: string;
  readonly #episodes = new Episodes();
  #isRefused = false;
  #inactive = 0;
  #hasActive = false;

  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  /** Whether so many responses said that the token is not active, and none that it is. */
  get isAlwaysInactive(): boolean {
    return !this.#hasActive && this.#inactive === SUSPICIOUS_RESPONSES;
  }

  /** Notes a failed request. */
  noteFailure(error: IntrospectionUnavailableError, { status, nowMs }: FailedRequest): void {
    const issuer = this.#issuer;
    const { failure } = error;
    if (this.#episodes.noteFailure(nowMs)) {
      publish({ issuer, event: 'unavailable', failure, error });
    }
    if (failure !== 'credentials_refused' || this.#isRefused) return;
    this.#isRefused = true;
    publish({ issuer, event: 'credentials-refused', status });
  }

  /** Notes a response. */
  noteSuccess(nowMs: number): void {
    const ended = this.#episodes.noteSuccess(nowMs);
    if (ended === undefined) return;
    this.#isRefused = false;
    publish({ issuer: this.#issuer, event: 'recovered', ...ended });
  }

  /** Notes whether a response says that the token is active. */
  noteActivity(isActive: boolean): void {
    this.#hasActive ||= isActive;
    if (this.#hasActive || this.#inactive === SUSPICIOUS_RESPONSES) return;
    this.#inactive += 1;
    if (this.#inactive < SUSPICIOUS_RESPONSES) return;
    publish({ issuer: this.#issuer, event: 'always-inactive', responses: this.#inactive });
  }

  /** Notes that a cached response was used past its time. */
  noteStaleUse(): void {
    publish({ issuer: this.#issuer, event: 'stale-used' });
  }
}
