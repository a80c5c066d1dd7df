/**
 * Rows that are safe to print.
 *
 * @module
 */
import { formatPrintable } from '@scopegate/protocol/internal';
import type { TableRows } from '@scopegate/resource-server/internal';

/** Formats each cell. Clients and authorization servers choose the names in a report. */
export function formatPrintableRows(rows: TableRows): TableRows {
  return rows.map((cells) => cells.map(formatPrintable));
}
