/**
 * Listeners to the end of things that end once.
 *
 * @module
 */

/** Functions to call when a subject ends. A subject that nothing else refers to is forgotten. */
export class EndListeners<Subject extends WeakKey> {
  readonly #bySubject = new WeakMap<Subject, Set<() => void>>();

  /**
   * Calls a function when a subject ends, but not if it has already ended.
   *
   * @param listener - Must not throw.
   * @returns A function that removes the listener.
   */
  add(subject: Subject, listener: () => void): () => void {
    const all = this.#bySubject.get(subject) ?? new Set();
    this.#bySubject.set(subject, all.add(listener));
    return () => {
      all.delete(listener);
    };
  }

  /** Calls the listeners of a subject once the running code has finished, and removes them. */
  end(subject: Subject): void {
    for (const listener of this.#bySubject.get(subject) ?? []) queueMicrotask(listener);
    this.#bySubject.delete(subject);
  }
}
