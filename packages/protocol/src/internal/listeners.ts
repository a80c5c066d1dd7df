/**
 * Functions that are called when something happens.
 *
 * @module
 */

/** Listeners that do not keep each other from an event. */
export class Listeners {
  readonly #listeners = new Set<() => void>();
  #isPending = false;

  /** Adds a listener, once for each call. @returns A function that removes it. */
  add(listener: () => void): () => void {
    const own = (): void => {
      listener();
    };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Calls every listener at once. */
  call(): void {
    for (const listener of this.#listeners) callApart(listener);
  }

  /** Calls every listener in a microtask: once for all that happens until then. */
  callSoon(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    queueMicrotask(() => {
      this.#isPending = false;
      this.call();
    });
  }
}

/** What one listener throws is uncaught, as it would be elsewhere, but does not keep the others from the event. */
function callApart(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
