/**
 * Counts uses of what is past its time, so that not each of thousands of uses in a second is published.
 *
 * @module
 */

const EVERY_MS = 1_000;

/** Decides when uses are published: the first at once, and then at most once a second those since then. */
export class StaleUses {
  #publishedAt: number | undefined;
  #uses = 0;

  /**
   * Notes a use.
   *
   * @param nowMs - Milliseconds since the epoch.
   * @returns The number of uses to publish now; `undefined` for none.
   */
  note(nowMs: number): number | undefined {
    this.#uses += 1;
    const sinceMs = nowMs - (this.#publishedAt ?? -Infinity);
    // The clock may have been set back.
    if (sinceMs >= 0 && sinceMs < EVERY_MS) return undefined;
    const uses = this.#uses;
    this.#uses = 0;
    this.#publishedAt = nowMs;
    return uses;
  }

  /** Notes that nothing is past its time, so that the next use is published at once. */
  end(): void {
    this.#publishedAt = undefined;
    this.#uses = 0;
  }
}
