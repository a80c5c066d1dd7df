/**
 * The `Retry-After` field.
 *
 * @module
 */

/**
 * Reads how long to wait.
 *
 * @param nowMs - The current time in milliseconds since the epoch, because the field may be a date.
 * @returns Milliseconds, 0 for a date in the past; `undefined` when the field is absent or malformed.
 * @see RFC 9110 §10.2.3
 */
export function readRetryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const field = headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(field)) return Number(field) * 1_000;
  // Date.parse accepts far more than an HTTP-date; senders must use IMF-fixdate.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(field)) {
    return undefined;
  }
  const date = Date.parse(field);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** The bounds of what a resource server sends, in seconds. */
const SHORTEST_SECONDS = 1;
const LONGEST_SECONDS = 300;

/**
 * The value of `Retry-After` for a wait.
 *
 * @returns Whole seconds, rounded up, from 1 to 300.
 * @see RFC 9110 §10.2.3
 */
export function retryAfterSeconds(waitMs: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, Math.ceil(waitMs / 1_000)));
}
