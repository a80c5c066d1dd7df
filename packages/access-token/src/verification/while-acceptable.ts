/**
 * Signals that abort when a verified token is no longer acceptable.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { assertKnownOptions, onAbort } from '@scopegate/protocol/internal';
import { onIssuerRevoked } from '../issuers/revocable-key-set.js';
import { onKeyWithdrawn } from '../keys/key-withdrawal.js';
import { onInactive } from './token-activity.js';
import { type LapsingToken, lapseOf } from './token-cache.js';

/** Options of `whileAcceptable()`. */
export interface WhileAcceptableOptions {
  /** Ends the watch when it aborts; the returned signal then never aborts and holds no timer. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The longest time between two checks, in milliseconds: outages and clock changes cause no event.
 */
const CHECK_EVERY_MS = 60_000;

/**
 * Watches a verified token.
 *
 * @param clock - Milliseconds since the epoch.
 * @returns A signal that aborts with the error that would refuse the token, or that the clock threw.
 * @throws TypeError An option is unknown.
 */
export function watchVerification(
  verification: LapsingToken,
  clock: () => number,
  options: WhileAcceptableOptions,
): AbortSignal {
  assertKnownOptions('whileAcceptable()', options, ['signal']);
  const { signal }: WhileAcceptableOptions = options;
  const watch = new VerificationWatch(verification, clock, signal);
  watch.check();
  return watch.signal;
}

class VerificationWatch {
  readonly #controller = new AbortController();
  readonly #verification: LapsingToken;
  readonly #clock: () => number;
  readonly #until: AbortSignal | undefined;
  readonly #unlisten: readonly (() => void)[];
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(verification: LapsingToken, clock: () => number, until: AbortSignal | undefined) {
    this.#verification = verification;
    this.#clock = clock;
    this.#until = until;
    this.#unlisten = [
      ...(verification.key ? [onKeyWithdrawn(verification.key, this.check)] : []),
      onIssuerRevoked(verification.keySet, this.check),
      ...(verification.activity ? [onInactive(verification.activity, this.check)] : []),
      ...(until ? [onAbort(until, this.#stop)] : []),
    ];
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Called by timers, in which an exception would end the process. */
  readonly check = (): void => {
    if (this.#isOver) return;
    try {
      this.#checkAt(this.#clock());
    } catch (error) {
      this.#end(error);
    }
  };

  #checkAt(nowMs: number): void {
    const lapse = lapseOf(this.#verification, nowMs / 1000);
    if (lapse !== undefined && lapse !== 'unavailable') {
      this.#end(new InvalidTokenError(lapse));
      return;
    }
    if (this.#until?.aborted === true) {
      this.#stop();
      return;
    }
    this.#checkLater(nowMs);
    if (lapse === 'unavailable') void this.#waitForKeys();
  }

  /** The refresh that is due decides whether keys past their lifetime stay in use. */
  async #waitForKeys(): Promise<void> {
    try {
      await this.#verification.keySet.whenReady();
    } catch (error) {
      this.#end(error);
    }
  }

  #checkLater(nowMs: number): void {
    const remainingMs = this.#verification.validUntil * 1000 - nowMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.check, Math.min(Math.ceil(remainingMs), CHECK_EVERY_MS)).unref();
  }

  #end(reason: unknown): void {
    if (this.#isOver) return;
    this.#stop();
    this.#controller.abort(reason);
  }

  readonly #stop = (): void => {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const unlisten of this.#unlisten) unlisten();
  };
}
