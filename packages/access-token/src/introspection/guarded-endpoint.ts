/**
 * Requests to an introspection endpoint, limited in number and during outages.
 *
 * @module
 */
import {
  type Attempt,
  type AttemptRequest,
  EndpointCircuit,
  LONGEST_RETRY_AFTER_MS,
} from './endpoint-circuit.js';
import type { IntrospectionEpisodes } from './introspection-events.js';
import { IntrospectionFault } from '../introspection-request/introspection-fault.js';
import { IntrospectionUnavailableError } from './introspection-unavailable-error.js';
import type { IntrospectionHealth } from './introspector.js';

/** Options of a {@link GuardedEndpoint}. */
export interface GuardedEndpointOptions {
  readonly issuer: string;
  readonly maxPending: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly episodes: IntrospectionEpisodes;
  /** Aborts when the verifier is closed. */
  readonly closing: AbortSignal;
}

/** What is known about the token of a request. */
type RequestSubject = Pick<AttemptRequest, 'isKnown'>;

/** Makes requests while the endpoint is available, and knows whether it is. */
export class GuardedEndpoint {
  readonly #options: GuardedEndpointOptions;
  readonly #circuit = new EndpointCircuit();
  #pending = 0;
  #state: IntrospectionHealth['state'] = 'unused';
  #lastFault: IntrospectionFault | undefined;

  constructor(options: GuardedEndpointOptions) {
    this.#options = options;
  }

  /**
   * Makes a request.
   *
   * @throws IntrospectionUnavailableError (rejects) It failed, or must not be made now.
   */
  async run<Response>(
    request: () => Promise<Response>,
    subject: RequestSubject = {},
  ): Promise<Response> {
    const { maxPending, clock, episodes } = this.#options;
    if (this.#pending >= maxPending) throw this.#unavailable(new IntrospectionFault('busy'));
    const attempt = this.#enter(subject);
    this.#pending += 1;
    try {
      const response = await request();
      const nowMs = clock();
      this.#circuit.succeed(nowMs);
      this.#state = 'available';
      this.#lastFault = undefined;
      episodes.noteSuccess(nowMs);
      return response;
    } catch (error) {
      throw this.#fail(error, attempt);
    } finally {
      this.#pending -= 1;
    }
  }

  /**
   * Prepares requests, such as by discovery.
   *
   * @throws IntrospectionUnavailableError (rejects)
   */
  async prepare(preparation: () => Promise<unknown>): Promise<void> {
    const attempt = this.#enter();
    try {
      await preparation();
    } catch (error) {
      throw this.#fail(error, attempt);
    }
    this.#circuit.leave(attempt);
  }

  /** Reports whether the last request was answered. */
  health(): Omit<IntrospectionHealth, 'tokenPrefix'> {
    const { issuer, episodes } = this.#options;
    const lastError = this.#lastFault && this.#unavailable(this.#lastFault);
    const nextAttemptAt = this.#circuit.retryAt;
    const alwaysInactive = episodes.isAlwaysInactive;
    return { issuer, state: this.#state, lastError, nextAttemptAt, alwaysInactive };
  }

  #enter({ isKnown }: RequestSubject = {}): Attempt {
    const { clock, closing } = this.#options;
    if (closing.aborted) throw this.#unavailable(new IntrospectionFault('closed'));
    const attempt = this.#circuit.enter({ nowMs: clock(), isKnown });
    if (attempt !== undefined) return attempt;
    throw this.#unavailable(this.#lastFault ?? new IntrospectionFault('unreachable'));
  }

  #fail(error: unknown, attempt: Attempt): unknown {
    const { clock, closing, episodes } = this.#options;
    if (!(error instanceof IntrospectionFault)) {
      this.#circuit.leave(attempt);
      return error;
    }
    if (closing.aborted) return this.#unavailable(new IntrospectionFault('closed'));
    const nowMs = clock();
    const { status, retryAfterMs } = error;
    this.#circuit.fail(attempt, { isAnswered: status !== undefined, retryAfterMs, nowMs });
    this.#state = 'unavailable';
    this.#lastFault = error;
    const unavailable = this.#unavailable(error);
    episodes.noteFailure(unavailable, { status, nowMs });
    return unavailable;
  }

  #unavailable({
    failure,
    retryAfterMs = 0,
    cause,
  }: IntrospectionFault): IntrospectionUnavailableError {
    const { issuer, clock } = this.#options;
    const untilRetryMs = (this.#circuit.retryAt ?? 0) - clock();
    const waitMs = Math.min(Math.max(untilRetryMs, retryAfterMs), LONGEST_RETRY_AFTER_MS);
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    return new IntrospectionUnavailableError(failure, retryAfterSeconds, { issuer, cause });
  }
}
