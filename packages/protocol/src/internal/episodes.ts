/**
 * Episodes of failures: when one begins, and when it is over.
 *
 * @module
 */

/** An episode that is over, as the events about recoveries report it. */
export interface EndedEpisode {
  /** Time between the first failure and the success, in milliseconds. */
  readonly unavailableForMs: number;
  /** Number of failures. */
  readonly failures: number;
}

/** Groups failures into episodes, so that operators get two events for each, not one for each failure. */
export class Episodes {
  #failures = 0;
  /** When the episode began, in milliseconds by the clock of the caller. */
  #sinceMs = 0;

  /**
   * Notes a failure.
   *
   * @returns Whether an episode begins with it.
   */
  noteFailure(nowMs: number): boolean {
    this.#failures += 1;
    if (this.#failures > 1) return false;
    this.#sinceMs = nowMs;
    return true;
  }

  /**
   * Notes a success.
   *
   * @returns The episode that ends with it; `undefined` if nothing had failed.
   */
  noteSuccess(nowMs: number): EndedEpisode | undefined {
    if (this.#failures === 0) return undefined;
    const failures = this.#failures;
    this.#failures = 0;
    // The clock may have been set back.
    return { unavailableForMs: Math.max(0, nowMs - this.#sinceMs), failures };
  }
}
