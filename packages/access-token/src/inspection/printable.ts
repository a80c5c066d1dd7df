/**
 * Formats unverified values so that they are safe to print.
 *
 * @module
 */

const MAX_LENGTH = 200;
const MAX_DATE_SECONDS = 253_402_300_799;
// These move the cursor of a terminal or change the direction of text.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Formats a value as JSON, with control, format and line characters escaped, cut to 200 characters.
 *
 * @returns `absent` for `undefined`.
 */
export function formatValue(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value).replace(UNPRINTABLE, escape);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (shortened)` : text;
}

/** Formats several values, separated by commas. */
export function formatValues(values: readonly unknown[]): string {
  return values.map(formatValue).join(', ');
}

/** Formats the names of claims, quoted and separated by commas. */
export function formatNames(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** Formats a NumericDate together with its date in ISO 8601; any other value as it is. */
export function formatDate(value: unknown): string {
  const isDate = typeof value === 'number' && value >= 0 && value <= MAX_DATE_SECONDS;
  if (!isDate) return formatValue(value);
  return `${value} (${new Date(value * 1000).toISOString()})`;
}

/** Formats a duration in a suitable unit: `42 s`, `3 min`, `2 h`, `5 days`. */
export function formatDuration(seconds: number): string {
  const length = Math.ceil(Math.abs(seconds));
  if (length < 120) return `${length} s`;
  if (length < 7200) return `${Math.round(length / 60)} min`;
  return length < 172_800
    ? `${Math.round(length / 3600)} h`
    : `${Math.round(length / 86_400)} days`;
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
