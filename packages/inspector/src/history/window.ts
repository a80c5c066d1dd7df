/**
 * Counts within a sliding window of time.
 *
 * @module
 */

/** The length of the window, and of the slots that it is counted in. */
export const WINDOW_SECONDS = 900;
export const SLOT_SECONDS = 10;
export const SLOT_COUNT: number = WINDOW_SECONDS / SLOT_SECONDS;

/** The number of the slot that a time is in, since the epoch. */
export function slotAt(now: number): number {
  return Math.floor(now / (SLOT_SECONDS * 1000));
}

/** Counts events of the window. */
export class WindowCount {
  readonly #slots = new Uint32Array(SLOT_COUNT);
  /** The newest slot that was counted in. */
  #newest = 0;
  #total = 0;

  /** Counts one event. Times that go back are counted in the newest slot. */
  add(slot: number): void {
    this.#moveTo(slot);
    const index = this.#newest % SLOT_COUNT;
    this.#slots[index] = this.at(this.#newest) + 1;
    this.#total += 1;
  }

  /** The number of events in the window that ends with a slot. */
  totalAt(slot: number): number {
    this.#moveTo(slot);
    return this.#total;
  }

  /** The number of events in one slot. */
  at(slot: number): number {
    if (slot > this.#newest || slot <= this.#newest - SLOT_COUNT) return 0;
    return this.#slots[slot % SLOT_COUNT] ?? 0;
  }

  #moveTo(slot: number): void {
    if (slot <= this.#newest) return;
    const steps = Math.min(slot - this.#newest, SLOT_COUNT);
    for (let passed = slot - steps + 1; passed <= slot; passed += 1) {
      const index = passed % SLOT_COUNT;
      this.#total -= this.#slots[index] ?? 0;
      this.#slots[index] = 0;
    }
    this.#newest = slot;
  }
}
