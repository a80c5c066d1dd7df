/**
 * The budget that pays for refreshes asked for by tokens with unknown keys.
 *
 * @module
 */

const CAPACITY = 4;
const REFILL_MS = 5_000;

/**
 * A token bucket: four refreshes at once, one more every five seconds.
 *
 * Whoever sends made-up `kid`s spends it; a rotated key still works within five seconds, for any
 * refresh brings it.
 */
export class RefreshBudget {
  #creditMs = CAPACITY * REFILL_MS;
  #countedAt = 0;

  /** Takes one refresh, if one is left. */
  take(nowMs: number): boolean {
    // A clock that was set back earns nothing and loses nothing.
    const earnedMs = Math.max(0, nowMs - this.#countedAt);
    this.#countedAt = nowMs;
    this.#creditMs = Math.min(CAPACITY * REFILL_MS, this.#creditMs + earnedMs);
    if (this.#creditMs < REFILL_MS) return false;
    this.#creditMs -= REFILL_MS;
    return true;
  }
}
