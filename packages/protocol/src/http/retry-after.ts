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
