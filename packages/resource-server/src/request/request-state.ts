/**
 * What is kept with a request, outside of it, because the guards do not modify requests.
 *
 * @module
 */

/** What is kept with one request. Must not refer to the request. */
export interface RequestState {
  /** The resource server that has let the request pass first. */
  owner: object | undefined;
  /** What it keeps. */
  admission: object | undefined;
  /** What other resource servers keep; most requests have one. */
  others: Map<object, object> | undefined;
  /** What the guards of all resource servers have decided; `undefined` unless it is observed. */
  decision: object | undefined;
}

/**
 * One map for everything, because adding a request to a map is the most expensive step after the hash of the token.
 * V8 treats the values of old maps as reachable while it collects young objects: a state that referred to its
 * request would survive with it until a full collection.
 */
const states = new WeakMap<object, RequestState>();

/** Finds the state of a request. */
export function findState(request: object): RequestState | undefined {
  return states.get(request);
}

/** Returns the state of a request; creates it if there is none. */
export function stateOf(request: object): RequestState {
  const found = states.get(request);
  if (found !== undefined) return found;
  const state = { owner: undefined, admission: undefined, others: undefined, decision: undefined };
  states.set(request, state);
  return state;
}
