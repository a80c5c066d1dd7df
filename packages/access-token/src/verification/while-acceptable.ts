/**
 * Signals that abort when a verified token is no longer acceptable.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import { assertKnownOptions, onAbort } from '@scopegate/protocol/internal';
import { onIssuerRevoked } from '../issuers/revocable-key-set.js';
import { onKeyWithdrawn } from '../keys/key-withdrawal.js';
import type { CheckedToken, RevocationMemo } from '../revocation/revocation-check.js';
import type { Revocations } from '../revocation/revocations.js';
import { onInactive } from './token-activity.js';
import { type LapsingToken, lapseOf } from './token-cache.js';

/** Options of `whileAcceptable()`. */
export interface WhileAcceptableOptions {
  /**
   * Ends the watch when it aborts; the returned signal then never aborts and holds no timer.
   *
   * @defaultValue the watch ends when the token is no longer acceptable
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The longest time between two checks, in milliseconds: outages, clock changes and some
 * revocations cause no event.
 */
const CHECK_EVERY_MS = 60_000;

/** A verification, and the version of the revocations in which its token was not found. */
type WatchedVerification = LapsingToken & RevocationMemo;

/** What a verified token is watched with. */
export interface WatchContext {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** `undefined` when tokens are accepted until they expire. */
  readonly revocations: Revocations | undefined;
}

/**
 * Watches a verified token.
 *
 * @returns A signal that aborts with the error that would refuse the token, or that the clock threw.
 * @throws TypeError An option is unknown.
 */
export function watchVerification(
  verification: WatchedVerification,
  context: WatchContext,
  options: WhileAcceptableOptions,
): AbortSignal {
  assertKnownOptions('whileAcceptable()', options, ['signal']);
  const { signal }: WhileAcceptableOptions = options;
  const watch = new VerificationWatch(verification, context, signal);
  watch.check();
  return watch.signal;
}

class VerificationWatch {
  readonly #controller = new AbortController();
  readonly #verification: WatchedVerification;
  readonly #context: WatchContext;
  readonly #until: AbortSignal | undefined;
  readonly #unlisten: readonly (() => void)[];
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(
    verification: WatchedVerification,
    context: WatchContext,
    until: AbortSignal | undefined,
  ) {
    this.#verification = verification;
    this.#context = context;
    this.#until = until;
    this.#unlisten = [
      ...(verification.key ? [onKeyWithdrawn(verification.key, this.check)] : []),
      onIssuerRevoked(verification.keySet, this.check),
      ...(verification.activity ? [onInactive(verification.activity, this.check)] : []),
      ...(context.revocations ? [context.revocations.onChange(this.check)] : []),
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
      this.#checkAt(this.#context.clock());
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
    const { revocations } = this.#context;
    // Throws what would refuse the token.
    revocations?.checkAgain(this.#checkedTokenAt(nowMs));
    if (this.#until?.aborted === true) {
      this.#stop();
      return;
    }
    this.#checkLater(nowMs);
    if (lapse === 'unavailable') void this.#waitForKeys();
  }

  #checkedTokenAt(nowMs: number): CheckedToken {
    return { token: this.#verification.token, memo: this.#verification, nowMs };
  }

  readonly #checkRegularly = (): void => {
    this.check();
    if (!this.#isOver && this.#context.revocations?.asksHook === true) void this.#askHook();
  };

  /** A function of the application has no events, so it is called as often as the clock is read. */
  async #askHook(): Promise<void> {
    try {
      await this.#context.revocations?.check(this.#checkedTokenAt(this.#context.clock()));
    } catch (error) {
      this.#end(error);
    }
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
    this.#timer = setTimeout(
      this.#checkRegularly,
      Math.min(Math.ceil(remainingMs), CHECK_EVERY_MS),
    ).unref();
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
