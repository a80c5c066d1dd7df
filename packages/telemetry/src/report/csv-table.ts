/**
 * Formats rows as CSV.
 *
 * @module
 */
import type { TableRows } from '@scopegate/resource-server/internal';

/**
 * Formats rows as CSV (RFC 4180), with CRLF between lines.
 *
 * A cell that begins as a formula would be run by the spreadsheet that opens the file; an apostrophe in front
 * makes it text.
 */
export function formatCsv(rows: TableRows): string {
  return rows.map((cells) => cells.map(formatCell).join(',')).join('\r\n');
}

/** The full-width forms are read as the others by some spreadsheets. */
const FORMULA = /^\s*[=+\-@\t\r\n|%＝＋－＠]/u;

function formatCell(cell: string): string {
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n\t']/.test(text) || text !== text.trim()
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
