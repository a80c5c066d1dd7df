/**
 * When an introspection endpoint may be asked: during an outage by one request at a time.
 *
 * @module
 */
import { backoffMs, type Jitter } from '@scopegate/protocol/internal';

const LONGEST_BACKOFF_MS = 30_000;
/** However long an endpoint wants to be left alone. */
export const LONGEST_RETRY_AFTER_MS = 120_000;
const ALIVE_MS = 1_000;

/** A request that may have to wait. */
export interface AttemptRequest {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /**
   * Whether its token was active before.
   *
   * @defaultValue `false`
   */
  readonly isKnown?: boolean | undefined;
}

/** A request that is made. */
export interface Attempt {
  /** Distinguishes requests before and after a failure. */
  readonly generation: number;
  /** Whether its token was active before, so that an error response is not about this token only. */
  readonly isKnown: boolean;
}

/** A failed request. */
export interface AttemptFailure {
  /** Whether the endpoint sent a response, which may be about this token only. */
  readonly isAnswered: boolean;
  /** How long the endpoint wants to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Opens at a failure: then one request is made per delay, which doubles from 1 s to 30 s, and any other is
 * refused at once. A success closes it.
 *
 * A failure does not open it while the endpoint answers other requests: otherwise one token to which it
 * always answers with an error could make all others unusable. For the same reason, error responses about
 * unknown tokens do not open it for tokens that were active before.
 */
export class EndpointCircuit {
  readonly #jitter: Jitter | undefined;
  #failures = 0;
  #failedAt = 0;
  #retryAt = 0;
  #generation = 0;
  #isProbing = false;
  /** Whether all failures may be about their tokens only. */
  #isDoubtful = true;
  #succeededAt = -Infinity;

  /** @param jitter - See {@link backoffMs}. */
  constructor(jitter?: Jitter) {
    this.#jitter = jitter;
  }

  /** When the next request may be made, in milliseconds since the epoch; `undefined` for now. */
  get retryAt(): number | undefined {
    return this.#failures === 0 ? undefined : this.#retryAt;
  }

  /**
   * Begins a request.
   *
   * @returns `undefined` when it must not be made.
   */
  enter({ nowMs, isKnown = false }: AttemptRequest): Attempt | undefined {
    const isOpen = this.#failures > 0 && !(isKnown && this.#isDoubtful);
    if (isOpen) {
      // The clock may have been set back.
      const isTooEarly = nowMs >= this.#failedAt && nowMs < this.#retryAt;
      if (this.#isProbing || isTooEarly) return undefined;
      this.#isProbing = true;
    }
    return { generation: this.#generation, isKnown };
  }

  /** Notes that the endpoint has answered. */
  succeed(nowMs: number): void {
    this.#succeededAt = nowMs;
    this.#isDoubtful = true;
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#change();
  }

  /** Notes a failure. Of several requests that fail together, one counts. */
  fail({ generation, isKnown }: Attempt, failure: AttemptFailure): void {
    const { isAnswered, retryAfterMs, nowMs } = failure;
    const isAboutToken = isAnswered && retryAfterMs === undefined;
    if (generation === this.#generation && isAboutToken && this.#isAlive(nowMs)) return;
    if (!isAboutToken || isKnown) this.#isDoubtful = false;
    if (generation !== this.#generation) return;
    this.#failures += 1;
    this.#failedAt = nowMs;
    const backoff = { failures: this.#failures, longestMs: LONGEST_BACKOFF_MS };
    const delayMs = backoffMs({ ...backoff, jitter: this.#jitter });
    const wantedMs = Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
    this.#retryAt = nowMs + Math.max(delayMs, wantedMs);
    this.#change();
  }

  /** Ends a request whose outcome says nothing about the endpoint. */
  leave({ generation }: Attempt): void {
    if (generation === this.#generation) this.#isProbing = false;
  }

  /** Whether a request has succeeded a moment ago, and none has failed since then. */
  #isAlive(nowMs: number): boolean {
    const sinceSuccessMs = nowMs - this.#succeededAt;
    return this.#failures === 0 && sinceSuccessMs >= 0 && sinceSuccessMs < ALIVE_MS;
  }

  #change(): void {
    this.#generation += 1;
    this.#isProbing = false;
  }
}
