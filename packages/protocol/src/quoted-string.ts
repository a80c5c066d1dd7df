/**
 * Quoted-strings of HTTP field values.
 *
 * @module
 */

/**
 * Formats any text as a quoted-string that no input can break out of.
 *
 * Only `"` and `\` are escaped. Everything outside visible ASCII and space becomes `?`: CR and LF
 * would end the field, and other octets have no agreed meaning there.
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
