/**
 * Quoted-strings of HTTP field values.
 *
 * @module
 */

/**
 * Formats any string as a quoted-string that no input can end early.
 *
 * `"` and `\` are escaped. Any character outside visible ASCII and space becomes `?`, because CR and
 * LF would end the field and other octets have no defined meaning in it.
 *
 * @param text - Any string.
 * @returns The text between double quotes, in %x20-7E.
 * @see RFC 9110 §5.6.4, §5.5
 * @example
 * formatQuotedString('a"b') // "a\"b", with its quotes
 */
export function formatQuotedString(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/gu, '?').replace(/["\\]/g, '\\$&')}"`;
}
