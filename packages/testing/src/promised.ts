/**
 * Functions whose result comes in a promise.
 *
 * @module
 */

/** Makes a function of the same arguments; what the given one throws, the promise rejects with. */
export function promised<Given extends unknown[], Result>(
  make: (...given: Given) => Result,
): (...given: Given) => Promise<Result> {
  return (...given) =>
    new Promise((resolve) => {
      resolve(make(...given));
    });
}
