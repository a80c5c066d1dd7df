/**
 * Times in reports.
 *
 * @module
 */

/** Formats a time in ISO 8601. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Formats a time in ISO 8601; `undefined` for the first or the last time of nothing, which is not finite. */
export function formatTimeIfAny(timeMs: number): string | undefined {
  return Number.isFinite(timeMs) ? formatTime(timeMs) : undefined;
}

/** Formats a period in days, as in `2026-10-03 to 2026-11-21 (49 days)`. */
export function formatPeriod(from: string, to: string): string {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);
  return `${from.slice(0, 10)} to ${to.slice(0, 10)} (${days} ${days === 1 ? 'day' : 'days'})`;
}
