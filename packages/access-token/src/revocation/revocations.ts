/**
 * The revocations that a verifier checks.
 *
 * @module
 */
import type { RevocationPolicy } from './resolve-revocation.js';
import {
  type CheckedToken,
  createRevocationCheck,
  type RevocationCheck,
} from './revocation-check.js';
import { RevocationEpisodes } from './revocation-events.js';
import type { RevocationFailure } from './revocation-unavailable-error.js';

/** Whether the revocations of a verifier are known. */
export interface RevocationHealth {
  /** `'source'`: a list or another source. `'hook'`: the function of the application. */
  readonly origin: 'source' | 'hook';
  /**
   * Why requests get 503: what is wrong with the source now, or with the last call of the function that has
   * settled. `undefined` if nothing is.
   */
  readonly failure: RevocationFailure | undefined;
}

/** Where a verifier learns that a token was revoked. */
export class Revocations {
  readonly #policy: RevocationPolicy;
  readonly #episodes: RevocationEpisodes;
  /** Checks a token for a request. */
  readonly check: RevocationCheck;
  /** Whether the application is asked for each request. */
  readonly asksHook: boolean;

  constructor(policy: RevocationPolicy) {
    this.asksHook = 'hook' in policy;
    this.#policy = policy;
    this.#episodes = new RevocationEpisodes(this.asksHook ? 'hook' : 'source');
    this.check = createRevocationCheck(policy, this.#episodes);
  }

  /**
   * Checks a token that was checked before, as far as that needs no call of the application.
   *
   * @throws InvalidTokenError `revoked`
   * @throws RevocationUnavailableError
   */
  checkAgain(checked: CheckedToken): void {
    // A source is checked synchronously.
    if (!this.asksHook) void this.check(checked);
  }

  /**
   * Calls a function when tokens were revoked, if the source notifies of that.
   *
   * @returns A function that removes the listener.
   */
  onChange(listener: () => void): () => void {
    if (!('source' in this.#policy)) return () => undefined;
    const remove = this.#policy.source.onChange?.(listener);
    return () => {
      // JavaScript callers have no types.
      if (typeof remove === 'function') remove();
    };
  }

  /** Resolves when the source is current for the first time. */
  async whenReady(): Promise<void> {
    if ('source' in this.#policy) await this.#policy.source.ready?.();
  }

  /** @param nowMs - Milliseconds since the epoch. */
  health(nowMs: number): RevocationHealth {
    if (!('source' in this.#policy)) return { origin: 'hook', failure: this.#episodes.failure };
    return { origin: 'source', failure: this.#findFailure(this.#policy.source, nowMs) };
  }

  #findFailure(
    source: { isCurrent(nowMs: number): unknown },
    nowMs: number,
  ): RevocationFailure | undefined {
    try {
      const isCurrent = source.isCurrent(nowMs);
      if (isCurrent === true) return undefined;
      return isCurrent === false ? 'not_current' : 'answer';
    } catch {
      return 'error';
    }
  }
}
