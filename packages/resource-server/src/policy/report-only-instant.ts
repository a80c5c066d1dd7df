/**
 * Until when guards only report.
 *
 * @module
 */
import { invalidOption } from '@scopegate/protocol/internal';

/** The date and the time of RFC 3339, with the offset that makes it an instant. */
const INSTANT =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

const MAX_DAYS = 90;
const MS_PER_DAY = 86_400_000;

/**
 * Reads an instant until which guards only report. It may have passed, so that an application that starts again
 * after it still starts; its guards enforce then.
 *
 * @param name - The name of the option.
 * @param nowMs - Milliseconds since the epoch.
 * @returns The instant in ISO 8601, in UTC.
 * @throws TypeError The value is not an instant, or is more than 90 days ahead.
 */
export function resolveInstant(value: unknown, name: string, nowMs: number): string {
  const time = typeof value === 'string' ? parseInstant(value) : NaN;
  if (Number.isNaN(time)) {
    throw invalidOption(
      name,
      'must be an instant with its offset from UTC; write it as "2026-12-15T08:00:00Z"',
    );
  }
  if (!(time - nowMs <= MAX_DAYS * MS_PER_DAY)) {
    throw invalidOption(
      name,
      `must be at most ${MAX_DAYS} days ahead, so that a guard is not left open; choose an earlier one`,
    );
  }
  return new Date(time).toISOString();
}

function parseInstant(value: string): number {
  const [, date] = INSTANT.exec(value) ?? [];
  return date === undefined || !isDate(date) ? NaN : Date.parse(value);
}

/** `Date.parse` reads February 30 as March 2. */
function isDate(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
