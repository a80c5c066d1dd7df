/**
 * Values that may be available synchronously.
 *
 * @module
 */
import { isThenable } from './hook.js';

/** A function that continues with a value; `state` replaces a closure. */
type Continuation<Value, State, Result> = (value: Value, state: State) => Result | Promise<Result>;

/**
 * Continues with a value now, or with a promise's value later.
 *
 * No promise is created for a value that is available: a request with a cached token is decided
 * synchronously.
 */
export function settle<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result>;
/** @param state - Passed to `next`, so that no closure is created for a value that is available. */
export function settle<Value, State, Result>(
  value: Value | Promise<Value>,
  next: Continuation<Value, State, Result>,
  state: State,
): Result | Promise<Result>;
export function settle<Value, State, Result>(
  value: Value | Promise<Value>,
  next: Continuation<Value, State | undefined, Result>,
  state?: State,
): Result | Promise<Result> {
  return isPending(value) ? settleLater(value, next, state) : next(value, state);
}

/**
 * Whether a value is a promise of any realm. `instanceof` would fail where an application has
 * replaced `Promise`, as zone.js does.
 */
function isPending<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return isThenable(value);
}

/** In a separate function: a closure here would cost {@link settle} an allocation on each call. */
function settleLater<Value, State, Result>(
  value: Promise<Value>,
  next: Continuation<Value, State, Result>,
  state: State,
): Promise<Result> {
  return value.then((late) => next(late, state));
}
