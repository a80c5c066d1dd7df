/**
 * Values that nobody has vouched for, as text that is safe to print.
 *
 * @module
 */

const MAX_LENGTH = 200;
const MAX_DATE_SECONDS = 253_402_300_799;
// What would move a terminal's cursor, or turn the direction of text.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Writes a value as JSON without control, format and line characters, 200 characters at most.
 *
 * @returns `absent` for `undefined`.
 */
export function showValue(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value).replace(UNPRINTABLE, escape);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (shortened)` : text;
}

/** Writes several values as a list. */
export function showValues(values: readonly unknown[]): string {
  return values.map(showValue).join(', ');
}

/** Writes a NumericDate with the time that it means, where it means one. */
export function showDate(value: unknown): string {
  const isDate = typeof value === 'number' && value >= 0 && value <= MAX_DATE_SECONDS;
  if (!isDate) return showValue(value);
  return `${value} (${new Date(value * 1000).toISOString()})`;
}

/** Writes a span of time for people: `42 s`, `3 min`, `2 h`, `5 days`. */
export function showSeconds(seconds: number): string {
  const span = Math.ceil(Math.abs(seconds));
  if (span < 120) return `${span} s`;
  if (span < 7200) return `${Math.round(span / 60)} min`;
  return span < 172_800 ? `${Math.round(span / 3600)} h` : `${Math.round(span / 86_400)} days`;
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
