/**
 * A list that keeps its newest items.
 *
 * @module
 */

/** Keeps the newest items, up to its capacity. */
export class Ring<Item> {
  readonly #capacity: number;
  readonly #items: Item[] = [];
  /** The index of the oldest item, once the ring is full. */
  #oldest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Adds an item; a full ring drops its oldest one. */
  push(item: Item): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#oldest] = item;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /** Lists the items, newest first, while they meet the condition. */
  takeNewest(isWanted: (item: Item) => boolean): readonly Item[] {
    const { length } = this.#items;
    const wanted: Item[] = [];
    for (let age = 1; age <= length; age += 1) {
      const item = this.#items[(this.#oldest + length - age) % length];
      if (item === undefined || !isWanted(item)) break;
      wanted.push(item);
    }
    return wanted;
  }
}
