/**
 * Text that is safe to print.
 *
 * @module
 */

/**
 * Formats text that others have chosen, such as clients and authorization servers: characters that move the
 * cursor, end a line or change the direction of text become question marks.
 */
export function formatPrintable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}
