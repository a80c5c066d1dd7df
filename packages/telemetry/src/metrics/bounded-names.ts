/**
 * A limit on the number of distinct values of an attribute.
 *
 * @module
 */
import { OTHER } from '../events/other-name.js';

/** Keeps the first names; all others become `_OTHER`. */
export class BoundedNames {
  readonly #names = new Set<string>();
  readonly #max: number;

  /** @param max - The number of names that are kept. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Returns the name, or `_OTHER` if it is not one of those that are kept. */
  resolve(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= this.#max) return OTHER;
    this.#names.add(name);
    return name;
  }
}
