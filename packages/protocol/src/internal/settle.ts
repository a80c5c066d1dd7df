/**
 * Values that may be available at once.
 *
 * @module
 */

/**
 * Continues with a value now, or with a promise's value later.
 *
 * No promise is created for a value that is available: a request with a cached token is decided
 * synchronously.
 */
export function settle<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
