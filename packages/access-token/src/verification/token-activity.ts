/**
 * Whether the authorization server has said that a token is no longer active, and the listeners.
 *
 * @module
 */

/** Shared by everything that was created for one token. */
export interface TokenActivity {
  isInactive: boolean;
}

const listeners = new WeakMap<TokenActivity, Set<() => void>>();

/** Marks a token as inactive and calls its listeners. */
export function endActivity(activity: TokenActivity): void {
  activity.isInactive = true;
  for (const listener of listeners.get(activity) ?? []) queueMicrotask(listener);
  listeners.delete(activity);
}

/**
 * Calls a function when a token becomes inactive.
 *
 * @returns A function that removes the listener.
 */
export function onInactive(activity: TokenActivity, listener: () => void): () => void {
  const all = listeners.get(activity) ?? new Set();
  listeners.set(activity, all.add(listener));
  return () => {
    all.delete(listener);
  };
}
