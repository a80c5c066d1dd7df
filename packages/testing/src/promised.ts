/**
 * Wraps functions so that they return promises.
 *
 * @module
 */

/** Creates a function that returns a promise; it rejects with what the wrapped function throws. */
export function promised<Given extends unknown[], Result>(
  make: (...given: Given) => Result,
): (...given: Given) => Promise<Result> {
  return (...given) =>
    new Promise((resolve) => {
      resolve(make(...given));
    });
}
