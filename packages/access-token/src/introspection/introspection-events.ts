/**
 * Events about introspection for operators, on `diagnostics_channel`.
 *
 * @module
 */
import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import { Episodes } from '@scopegate/protocol/internal';
import { StaleUses } from '../stale-uses.js';
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
      /** The authorization server was asked about a token, or an earlier response was used. */
      readonly event: 'asked';
      /** What the response says about the token; `failed` if there was no usable response. */
      readonly result: 'active' | 'inactive' | 'failed';
      /**
       * Whether no request was made, because of a response that processes share (`introspection.cache`) or a
       * recent refusal. Tokens in the token cache are not asked about at all.
       */
      readonly cached: boolean;
      /** How long it took, with a discovery that it waited for, in milliseconds. */
      readonly durationMs: number;
      /** Why there was no usable response; `undefined` if there was one. */
      readonly failure: IntrospectionFailure | undefined;
    }
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
      /**
       * Cached responses are used past their time, because the authorization server is unavailable. Published at
       * the first use, and then with the uses that follow, at most once a second.
       */
      readonly event: 'stale-used';
      /** Number of uses since the last message, including this one. */
      readonly uses: number;
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

/** The outcome of a question. */
export interface QuestionOutcome {
  readonly result: 'active' | 'inactive' | 'failed';
  readonly cached: boolean;
  readonly failure?: IntrospectionFailure | undefined;
}

/** Begins to measure a question about a token. @returns A function that publishes its outcome. */
export function timeQuestion(issuer: string): (outcome: QuestionOutcome) => void {
  const startedAt = performance.now();
  return ({ result, cached, failure }) => {
    if (!introspectionChannel.hasSubscribers) return;
    const durationMs = performance.now() - startedAt;
    publish({ issuer, event: 'asked', result, cached, durationMs, failure });
  };
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
  readonly #staleUses = new StaleUses();
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
    this.#staleUses.end();
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
  noteStaleUse(nowMs: number): void {
    const uses = introspectionChannel.hasSubscribers ? this.#staleUses.note(nowMs) : undefined;
    if (uses !== undefined) publish({ issuer: this.#issuer, event: 'stale-used', uses });
  }
}
