/**
 * The budget for refreshes that tokens without a matching key cause.
 *
 * @module
 */

const CAPACITY = 4;
const REFILL_MS = 5_000;

/**
 * A token bucket of four refreshes, refilled by one every five seconds.
 *
 * Tokens with unknown `kid`s or bad signatures use up the budget. A rotated key still works within
 * five seconds, because any refresh fetches it.
 */
export class RefreshBudget {
  #creditMs = CAPACITY * REFILL_MS;
  #countedAt = 0;

  /**
   * Spends one refresh.
   *
   * @returns Whether one was left.
   */
  spend(nowMs: number): boolean {
    // A clock that is set back neither adds to the budget nor takes from it.
    const earnedMs = Math.max(0, nowMs - this.#countedAt);
    this.#countedAt = nowMs;
    this.#creditMs = Math.min(CAPACITY * REFILL_MS, this.#creditMs + earnedMs);
    if (this.#creditMs < REFILL_MS) return false;
    this.#creditMs -= REFILL_MS;
    return true;
  }
}
