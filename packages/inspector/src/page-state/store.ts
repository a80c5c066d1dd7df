/**
 * A value that changes, and those that want to know.
 *
 * @module
 */

/** A value that can be read, replaced and subscribed to. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** @returns Ends the subscription. */
  subscribe(listener: () => void): () => void;
}

/** Creates a store. */
export function createStore<T>(initial: T): Store<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (value) => {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
