/**
 * The figures that the API serves.
 *
 * @module
 */
import type { SalesRow } from '../sales-api.js';

/** The figures, and the number of times they were read. */
export interface SalesFigures {
  /** Every handler reads the figures, so this shows whether a handler ran. */
  readonly timesRead: number;
  /** Reads the figures. */
  read(): readonly SalesRow[];
}

const ROWS: readonly SalesRow[] = [
  { region: 'North', orders: 1284, revenue: 96_310 },
  { region: 'South', orders: 977, revenue: 71_904 },
  { region: 'East', orders: 1530, revenue: 118_265 },
  { region: 'West', orders: 640, revenue: 50_112 },
];

/** Creates the figures of one quarter. */
export function createSalesFigures(): SalesFigures {
  let timesRead = 0;
  return {
    get timesRead() {
      return timesRead;
    },
    read() {
      timesRead += 1;
      return ROWS;
    },
  };
}
