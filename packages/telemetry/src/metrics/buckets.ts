/**
 * The boundaries of histograms, in seconds.
 *
 * @module
 */

/**
 * A guard: a token that is cached costs 1 to 5 µs, one that is verified 25 to 100 µs, and waiting for keys or
 * introspection 1 ms to 5 s.
 */
export const GUARD_BUCKETS: readonly number[] = Object.freeze([
  5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 0.01, 0.05, 0.25, 1, 5,
]);

/** A request to the authorization server, as the semantic conventions of HTTP advise. */
export const REQUEST_BUCKETS: readonly number[] = Object.freeze([
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]);
