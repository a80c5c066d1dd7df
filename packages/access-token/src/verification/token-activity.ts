/**
 * Whether the authorization server has said that a token is no longer active, and the listeners.
 *
 * @module
 */
import { EndListeners } from '../end-listeners.js';

/** Shared by everything that was created for one token. */
export interface TokenActivity {
  isInactive: boolean;
}

const listeners = new EndListeners<TokenActivity>();

/** Marks a token as inactive and calls its listeners. */
export function endActivity(activity: TokenActivity): void {
  activity.isInactive = true;
  listeners.end(activity);
}

/**
 * Calls a function when a token becomes inactive.
 *
 * @returns A function that removes the listener.
 */
export function onInactive(activity: TokenActivity, listener: () => void): () => void {
  return listeners.add(activity, listener);
}
