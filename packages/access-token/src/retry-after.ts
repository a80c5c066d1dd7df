/**
 * The value of `Retry-After` when the keys of an issuer are unavailable.
 *
 * @module
 */

const SHORTEST_SECONDS = 1;
const LONGEST_SECONDS = 300;

/**
 * Computes the value of `Retry-After`.
 *
 * @param waitMs - The time until the issuer is asked again, in milliseconds; may be negative.
 * @returns An integer from 1 to 300.
 * @see RFC 9110 §10.2.3
 */
export function retryAfterSeconds(waitMs: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, Math.ceil(waitMs / 1_000)));
}
