/**
 * Limits how many decisions of one kind are kept.
 *
 * @module
 */

/** At most so many of one kind in a second: a page cannot show more, and they look the same. */
const MOST_IN_A_SECOND = 20;

/** Limits how many items of one kind are kept in a second. */
export class Sampler {
  #second = 0;
  #kept = 0;
  #skipped = 0;

  /**
   * Decides whether an item is kept.
   *
   * @param now - In milliseconds since the epoch.
   * @returns The number of items that were skipped before it; `undefined` if it is skipped.
   */
  sample(now: number): number | undefined {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#kept = 0;
    }
    if (this.#kept === MOST_IN_A_SECOND) {
      this.#skipped += 1;
      return undefined;
    }
    this.#kept += 1;
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }
}
